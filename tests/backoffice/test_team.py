"""Who is on the team, and who leaves it: all that they held goes on, and nothing more reaches them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from backoffice import assessment, complaints, delays, entries, errors, files, own_data, people, team, undelivered
from backoffice.rights import Role
from backoffice.stages import OPEN
from backoffice.work import Work
from storage import journal
from storage.complaints import Attachment, Complaint, Entry
from storage.people import Person, Staff
from tests.backoffice.conftest import HANDLER, Desk, Scene

DAY = timedelta(days=1)
LEFT = ["left_team", "commands_changed"]
#: What brings a case to each stage at which it is open.
LIVES = {
    "received": "",
    "assessed": "",
    "investigating": "take",
    "awaiting_info": "take ask",
    "awaiting_approval": "take assess refund",
    "answered": "take refund",
    "implementing": "take refund accept",
    "confirming": "take refund accept carry_out",
    "in_review": "take reject ask_review",
    "in_dispute": "take declare",
}


@pytest.fixture
def admin(scene: Scene) -> int:
    return scene.staff("admin", department=None)


def leave(scene: Scene, admin: int, *leavers: int) -> list[str]:
    """The codes of the cases that nobody fits."""
    found = []
    for leaver in leavers:
        with scene.acting(admin) as work:
            found += [case.code or "" for case in team.dismiss(work, scene.person(leaver).id)]
    return found


def desk_events(scene: Scene, event: str) -> list[journal.AuditEvent]:
    with scene.office.look() as work:
        return [each for each in journal.history(work.db, journal.DESK) if each.event == event]


class TestTheList:
    def test_everybody_who_is_there_by_name_and_what_they_hold(self, scene: Scene, admin: int) -> None:
        handler, gone = scene.staff("handler"), scene.staff("handler", department="product")
        customer = scene.customer()
        for _case in range(2):
            scene.complaint(customer)
        leave(scene, admin, gone)
        with scene.acting(admin) as work:
            found, more = team.team(work)
        assert [(each.person.telegram_id, each.held) for each in found] == [(admin, 0), (handler, 2)]
        assert not more

    def test_has_pages_and_refuses_those_that_are_not(self, scene: Scene, admin: int) -> None:
        for _each in range(team.PAGE):
            scene.staff("handler")
        with scene.acting(admin) as work:
            pages = [team.team(work, page) for page in (0, 1)]
            for page in (2, -1, 10**40):
                with pytest.raises(errors.Invalid):
                    team.team(work, page)
        assert [(len(found), more) for found, more in pages] == [(team.PAGE, True), (1, False)]
        assert len({each.person.id for found, _more in pages for each in found}) == team.PAGE + 1

    def test_a_card_is_of_somebody_who_is_there(self, scene: Scene, admin: int) -> None:
        handler, customer = scene.staff("handler"), scene.customer()
        scene.complaint(customer)
        with scene.acting(admin) as work:
            assert team.member(work, scene.person(handler).id).held == 1
            for nobody in (scene.person(customer).id, 0, -1, 10**40):
                with pytest.raises(errors.NotFound):
                    team.member(work, nobody)


class TestLeaving:
    @pytest.mark.parametrize("stage", OPEN)
    def test_an_open_case_goes_to_a_colleague_and_its_customer_hears_nothing(self, desk: Desk, stage: str) -> None:
        scene = desk.scene
        admin = scene.staff("admin")
        desk.live(LIVES[stage])
        if stage == "assessed":  # by its owner it would be started at once
            scene.act(desk.supervisor, desk.code, HANDLER["assess"])
        colleague = scene.staff("handler")
        before, told, turn, due = desk.case, scene.told(desk.customer), desk.case.turn, desk.case.due_at
        assert (before.stage, before.owner_id) == (stage, scene.person(desk.handler).id)
        assert leave(scene, admin, desk.handler) == []
        after = desk.case
        assert (after.stage, after.turn, after.due_at) == (stage, turn, due)
        assert after.owner_id == scene.person(colleague).id
        assert scene.told(colleague)[:1] == ["case_assigned"]
        assert scene.told(desk.customer) == told
        assert scene.told(desk.handler)[-2:] == LEFT
        assert scene.history(desk.code)[-2:] == ["complaint.owner_left", "complaint.assigned"]

    def test_a_seat_in_a_review_goes_to_somebody_else(self, desk: Desk) -> None:
        scene = desk.scene
        admin, second = scene.staff("admin"), scene.staff("supervisor")
        desk.live("take reject ask_review")
        seated = {scene.person(each).id: each for each in (desk.supervisor, second)}
        (first,) = map(int, desk.case.panel)
        leave(scene, admin, seated[first])
        assert [int(each) for each in desk.case.panel] == [each for each in seated if each != first]
        assert "review.left" in scene.history(desk.code)

    def test_with_nobody_left_for_the_seat_the_way_leads_outside(self, desk: Desk) -> None:
        admin = desk.scene.staff("admin")
        desk.live("take reject ask_review")
        leave(desk.scene, admin, desk.supervisor)
        assert (desk.case.stage, desk.case.deadlock_trigger) == ("in_dispute", "unseated")

    def test_a_closed_case_keeps_its_history(self, desk: Desk) -> None:
        admin = desk.scene.staff("admin")
        desk.live("take apologise accept")
        leave(desk.scene, admin, desk.handler)
        assert desk.case.owner_id == desk.scene.person(desk.handler).id

    def test_cases_are_spread_and_those_that_nobody_fits_wait_for_an_owner(self, scene: Scene, admin: int) -> None:
        leaver = scene.staff("handler", languages=("en", "fa"))
        english, persian = scene.customer("en"), scene.customer("fa")
        codes = [scene.complaint(english) for _case in range(4)]
        hard = scene.complaint(persian)
        first, second, supervisor = scene.staff("handler"), scene.staff("handler"), scene.staff("supervisor")
        away = scene.staff("handler", languages=("fa",))
        with scene.acting(away) as work:
            people.away(work)
        assert leave(scene, admin, leaver) == [hard]
        owners = [scene.case(code).owner_id for code in codes]
        assert sorted(map(str, owners)) == sorted(str(scene.person(each).id) for each in (first, second) * 2)
        assert (scene.case(hard).owner_id, scene.case(hard).assigned_at) == (None, None)
        assert scene.told(supervisor) == ["case_unassigned"]

    def test_the_alarm_of_a_case_that_nobody_takes_runs_anew_and_once(self, desk: Desk) -> None:
        scene = desk.scene
        admin, _colleague = scene.staff("admin"), scene.staff("handler")
        scene.clock.forward(minutes=20)
        leave(scene, admin, desk.handler)
        scene.clock.forward(minutes=20)
        scene.tick(deliver=False)
        assert scene.told(desk.supervisor) == []
        scene.clock.forward(minutes=10)
        scene.tick(deliver=False)
        assert scene.told(desk.supervisor) == ["case_untaken"]

    def test_is_in_the_audit_log_by_number(self, desk: Desk) -> None:
        admin = desk.scene.staff("admin")
        leave(desk.scene, admin, desk.handler)
        (event,) = desk_events(desk.scene, "staff.left")
        assert (event.facts, event.actor_id) == (
            {"person": desk.scene.person(desk.handler).id},
            desk.scene.person(admin).id,
        )

    def test_nobody_leaves_twice(self, scene: Scene, admin: int) -> None:
        handler = scene.staff("handler")
        leave(scene, admin, handler)
        with pytest.raises(errors.NotFound) as refusal:
            leave(scene, admin, handler)
        assert refusal.value.facts == {"what": "colleague"}
        assert len(desk_events(scene, "staff.left")) == 1

    def test_the_last_admin_stays_and_one_of_two_may_remove_themselves(self, scene: Scene, admin: int) -> None:
        gone, handler = scene.staff("admin", "handler"), scene.staff("handler")
        leave(scene, admin, gone)
        for verb in (team.dismissible, team.dismiss):
            with scene.acting(admin) as work, pytest.raises(errors.Invalid) as refusal:
                verb(work, scene.person(admin).id)
            assert refusal.value.facts == {"what": "last_admin"}
        other = scene.staff("admin")
        with scene.acting(admin) as work:
            team.dismiss(work, scene.person(admin).id)
            assert work.actor.staff is None
            with pytest.raises(errors.NotAllowed):
                team.dismiss(work, scene.person(handler).id)
        with scene.acting(other) as work:
            assert {each.person.telegram_id for each in team.team(work)[0]} == {other, handler}

    def test_a_link_that_they_made_lets_nobody_in_any_more(self, scene: Scene, admin: int) -> None:
        leaver = scene.staff("admin")
        with scene.acting(leaver) as work:
            token = people.invite(work, people.Post(["admin"]))
        with scene.acting(admin) as work:
            kept = people.invite(work, people.Post(["admin"]))
        leave(scene, admin, leaver)
        with scene.acting(leaver) as work, pytest.raises(errors.InvitationRefused) as refusal:
            people.join(work, token, "Back")
        assert refusal.value.facts == {"why": "expired"}
        assert len(desk_events(scene, "staff.invitation_voided")) == 1
        with scene.acting(leaver) as work:
            assert people.join(work, kept, "Back").roles == ["admin"]

    def test_who_left_complains_as_a_customer_and_comes_back_by_a_new_link(self, scene: Scene, admin: int) -> None:
        leaver, colleague = scene.staff("handler"), scene.staff("handler")
        leave(scene, admin, leaver)
        scene.clock.forward(days=30)
        with scene.acting(leaver) as work:
            legal = work.organisation.legal("privacy", "en")
            people.agree(work, "privacy", legal.version, "en", legal.fill())
            people.set_language(work, "en")
        code = scene.complaint(leaver)
        assert scene.case(code).owner_id == scene.person(colleague).id
        with scene.acting(admin) as work:
            token = people.invite(work, people.Post(["supervisor"]))
        with scene.acting(leaver) as work:
            staff = people.join(work, token, "Back")
            assert (staff.roles, staff.joined_at, staff.left_at) == ([Role.SUPERVISOR], work.now, None)

    def test_that_they_were_here_is_in_the_copy_of_their_data(self, scene: Scene, admin: int) -> None:
        leaver = scene.staff("handler")
        leave(scene, admin, leaver)
        with scene.acting(leaver) as work:
            kept = own_data.copy(work).staff
        assert kept is not None
        assert (kept.roles, kept.left_at) == (["handler"], scene.clock())


def write(desk: Desk) -> None:
    desk.scene.act(desk.customer, desk.code, lambda work, case: complaints.add(work, case, "One more word."))


def send_a_file(desk: Desk) -> None:
    def send(work: Work, case: Complaint) -> None:
        entries.attach(work, entries.add_entry(work, case, "addition", None), "photo", "file-1")

    desk.scene.act(desk.customer, desk.code, send)


def lose_a_file(desk: Desk) -> None:
    send_a_file(desk)
    with desk.scene.office.work() as work:
        attachment = work.db.exec(select(Attachment)).one()
        assert [files.refused(work, attachment.id) for _attempt in range(files.REFUSALS)][-1]


def edit(desk: Desk) -> None:
    with desk.scene.acting(desk.customer) as work:
        work.db.exec(select(Entry).where(Entry.kind == "story")).one().source = 7
        assert entries.edited(work, 7, "The parcel is lost.")


def block_the_bot(desk: Desk) -> None:
    with desk.scene.office.work() as work:
        undelivered.lost(work, work.db.get_one(Person, desk.case.customer_id))


def weigh(severity: str) -> Callable[[Desk], None]:
    def change(desk: Desk) -> None:
        desk.scene.act(
            desk.supervisor,
            desk.code,
            lambda work, case: assessment.change_severity(work, case, severity, "It spreads."),
        )

    return change


def put_the_date_off(desk: Desk) -> None:
    desk.scene.act(desk.supervisor, desk.code, lambda work, case: delays.ask_for_time(work, case, "It takes longer."))


def miss_every_date(desk: Desk) -> None:
    cap = desk.running["cap"].due_at
    assert cap
    desk.scene.live(cap + DAY)


def stay_silent(desk: Desk) -> None:
    desk.scene.live(desk.scene.clock() + 30 * DAY)


class TestWhoIsGone:
    """Whatever still names them, nothing reaches them: neither by a use-case nor by the tick."""

    @pytest.mark.parametrize(
        ("life", "happens"),
        [
            ("take", write),
            ("take", send_a_file),
            ("take", lose_a_file),
            ("take", edit),
            ("take", block_the_bot),
            ("take", weigh("high")),
            ("take", weigh("critical")),
            ("take", put_the_date_off),
            ("take", miss_every_date),
            ("take ask", stay_silent),
            ("take refund", stay_silent),
            ("take refund", lambda desk: desk.live("refuse")),
            ("take refund accept carry_out", lambda desk: desk.live("deny")),
            ("take apologise", lambda desk: desk.live("accept")),
            ("take", lambda desk: desk.live("withdraw")),
        ],
    )
    @pytest.mark.parametrize("gone", [True, False], ids=["gone", "there"])
    def test_is_told_of_no_case(self, desk: Desk, life: str, happens: Callable[[Desk], None], gone: bool) -> None:
        desk.live(life)
        desk.scene.deliver()
        if gone:
            with desk.scene.office.work() as work:  # not by the use-case: the case still names them as its owner
                work.db.get_one(Staff, desk.scene.person(desk.handler).id).left_at = work.now
        before = len(desk.scene.post)
        happens(desk)
        desk.scene.clock.forward(minutes=5)  # what gathers, goes
        desk.scene.deliver()
        told = [each.template for each in desk.scene.post[before:] if each.to == desk.handler]
        assert bool(told) is not gone, told

    def test_is_offered_no_case(self, desk: Desk) -> None:
        admin = desk.scene.staff("admin")
        leave(desk.scene, admin, desk.handler)
        assert desk.scene.case(desk.code).owner_id is None
        assert desk.scene.case(desk.scene.complaint(desk.customer)).owner_id is None
