"""Why closed cases came about: when an analysis is owed, what it must hold, and what stays of old ones."""

import json
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice import days, errors, intake
from backoffice.learning import causes, waiting
from backoffice.learning.causes import RECURRING, SINGLE, SYSTEMIC, UNKNOWN, Finding
from storage.clocks import CAUSE
from storage.complaints import Complaint
from tests.backoffice.conftest import Desk, Scene, opened
from tests.backoffice.learning import (
    BECAUSE,
    DAMAGED,
    SUPPLIER,
    SYSTEM,
    THEREFORE,
    analyses,
    another,
    closed,
    ends,
    events,
    finds,
    found,
    owed,
    weighed,
)
from tests.backoffice.test_watch import letters, manager
from tests.stress import times

DAYS = {"critical": 5, "high": 10, "medium": 20}


def asked(desk: Desk) -> bool:
    desk.scene.deliver()
    return bool(letters(desk.scene, desk.handler, "cause_wanted"))


class TestOwed:
    @pytest.mark.parametrize("severity", DAYS)
    def test_its_limit_begins_when_the_case_closes(self, desk: Desk, severity: str) -> None:
        code = closed(desk, severity)
        calendar, limit = desk.scene.office.organisation.calendar, owed(desk.scene, code)
        assert limit is not None
        assert limit.due_at == calendar.add_business_days(desk.scene.clock(), DAYS[severity])
        assert asked(desk)
        assert (desk.case.due_at, desk.case.promised_at) == (None, None)  # the customer waits for nothing

    def test_a_light_case_with_nothing_special_is_asked_about_and_owes_nothing(self, desk: Desk) -> None:
        assert owed(desk.scene, closed(desk, "low")) is None
        assert asked(desk)

    def test_what_was_taken_back_is_not_asked_about(self, desk: Desk) -> None:
        weighed(desk, desk.code, "critical")
        desk.live("withdraw")
        assert owed(desk.scene, desk.code) is None
        assert not asked(desk)

    def test_what_silence_closed_is_asked_about_at_an_hour_at_which_people_work(self, desk: Desk) -> None:
        weighed(desk, desk.code, "high")
        desk.live("refund approve")
        desk.scene.deliver()
        desk.scene.live(desk.scene.clock() + timedelta(days=40))
        assert desk.case.closed_reason == "silent"
        [letter] = letters(desk.scene, desk.handler, "cause_wanted")
        assert desk.scene.office.organisation.calendar.is_open(letter.at)
        assert ends(desk.scene, desk.code) == [None]

    def test_a_light_one_that_came_again_within_ninety_days_counts_as_a_medium_one(self, desk: Desk) -> None:
        desk.scene.clock.forward(days=89)
        code = desk.scene.complaint(desk.customer)
        closed(desk, "low", code=code)
        limit = owed(desk.scene, code)
        assert limit is not None
        assert limit.due_at == desk.scene.office.organisation.calendar.add_business_days(desk.scene.clock(), 20)

    @pytest.mark.parametrize("why", ["long ago", "another matter", "another customer", "anonymous"])
    def test_what_is_no_repetition(self, desk: Desk, why: str) -> None:
        """Whose an anonymous case is, is not told by counting either."""
        scene = desk.scene
        scene.clock.forward(days=91 if why == "long ago" else 1)
        customer = scene.customer() if why == "another customer" else desk.customer
        if why == "anonymous":
            with scene.acting(customer) as work:
                draft = intake.begin(work, "en")
                intake.choose_category(work, draft, "delivery.late")
                intake.tell_story(work, draft, "It is late again.")
                intake.set_anonymous(work, draft, anonymous=True)
                code = intake.submit(work, draft).complaint.code or ""
        else:
            code = scene.complaint(customer, DAMAGED if why == "another matter" else "delivery.late")
        closed(desk, "low", code=code, customer=customer)
        assert owed(scene, code) is None

    def test_a_day_that_is_closed_by_hand_puts_it_off_as_well(self, desk: Desk) -> None:
        scene, boss = desk.scene, manager(desk.scene)
        code = closed(desk, "critical")
        scene.deliver()
        heard = [each.template for each in scene.post if each.to == desk.customer]
        before = owed(scene, code)
        assert before is not None
        assert before.due_at is not None
        with scene.acting(boss) as work:
            day = days.today(work) + timedelta(days=2)
            assert days.moving(work, day, days.CLOSED) == 1
            days.set_day(work, day, days.CLOSED)
        scene.tick()
        after = owed(scene, code)
        assert after is not None
        assert after.due_at == scene.office.organisation.calendar.add_business_days(scene.clock(), 5)
        assert after.due_at > before.due_at
        assert [each.template for each in scene.post if each.to == desk.customer] == heard

    def test_reopening_makes_it_pointless_and_the_next_closing_begins_it_anew(self, desk: Desk) -> None:
        code = closed(desk, "low")
        desk.live("reopen reject accept")
        assert ends(desk.scene, code) == [None]
        desk.live("reopen")
        assert ends(desk.scene, code) == ["void"]
        desk.live("reject accept")
        assert ends(desk.scene, code) == ["void", None]
        finds(desk.scene, desk.handler, code, found(BECAUSE, THEREFORE))
        assert ends(desk.scene, code) == ["void", "met"]

    def test_a_review_that_is_withdrawn_leaves_it_owed(self, desk: Desk) -> None:
        code = closed(desk, "high")
        desk.scene.staff("seat_legal", department=None)  # who approved the answer does not review it
        desk.live("ask_review")
        assert ends(desk.scene, code) == ["void"]
        desk.live("withdraw_review")
        assert ends(desk.scene, code) == ["void", None]

    def test_a_review_after_the_analysis_leaves_nothing_owed(self, desk: Desk) -> None:
        code = closed(desk, "high")
        finds(desk.scene, desk.handler, code, found(BECAUSE, THEREFORE))
        desk.scene.staff("seat_legal", department=None)
        desk.live("ask_review withdraw_review")
        assert ends(desk.scene, code) == ["met"]

    def test_it_is_warned_of_and_goes_up_the_ladder_and_the_customer_hears_nothing(self, desk: Desk) -> None:
        scene, boss = desk.scene, manager(desk.scene)
        code = closed(desk, "high")
        scene.deliver()
        heard = len(letters(scene, desk.customer, *{each.template for each in scene.post}))
        asked = 1  # after a week, whether they would come back
        scene.live(scene.clock() + timedelta(days=30))
        limit = owed(scene, code)
        assert limit is not None
        assert limit.breached_at == limit.due_at
        what = {
            who: {
                part["what"]
                for letter in letters(scene, who, "reminder", "reminders")
                for part in letter.parts
                if part["deadline"] == limit.id
            }
            for who in (desk.handler, desk.supervisor, boss)
        }
        assert what == {desk.handler: {"warned", "breached"}, desk.supervisor: {"escalated"}, boss: {"escalated"}}
        names = ("deadline.warned", "deadline.breached", "deadline.escalated")
        assert [each.event for each in events(scene, code, *names) if each.facts["target"] == CAUSE] == [*names]
        finds(scene, desk.handler, code, found(BECAUSE, THEREFORE))
        assert ends(scene, code) == ["met"]
        assert len(letters(scene, desk.customer, *{each.template for each in scene.post})) == heard + asked


class TestFinding:
    def test_a_light_case_needs_no_more_than_the_cause(self, desk: Desk) -> None:
        case = finds(desk.scene, desk.handler, closed(desk, "low"), found())
        assert case.root_cause == SUPPLIER

    @pytest.mark.parametrize(
        ("finding", "missing"),
        [
            (found(), "whys"),
            (found(BECAUSE), "whys"),
            (found(cause=UNKNOWN), "cause_reason"),
            (found(BECAUSE, THEREFORE, cause=UNKNOWN), "cause_reason"),
        ],
    )
    def test_a_grave_one_needs_two_whys_or_a_reason(self, desk: Desk, finding: Finding, missing: str) -> None:
        code = closed(desk, "high")
        with pytest.raises(errors.Incomplete) as refusal:
            finds(desk.scene, desk.handler, code, finding)
        assert refusal.value.facts["missing"] == missing
        assert (desk.case.root_cause, ends(desk.scene, code)) == (None, [None])

    def test_that_nothing_was_found_needs_a_reason_also_of_a_light_case(self, desk: Desk) -> None:
        code = closed(desk, "low")
        with pytest.raises(errors.Incomplete):
            finds(desk.scene, desk.handler, code, found(cause=UNKNOWN))
        finds(desk.scene, desk.handler, code, found(cause=UNKNOWN, reason="The records are gone."))
        [kept] = analyses(desk.scene, code)
        assert (kept.cause, kept.reason, kept.whys) == (UNKNOWN, "The records are gone.", [])

    @pytest.mark.parametrize("finding", [found(cause="x"), found(scope="x"), found(*"123456"), found(cause="people")])
    def test_what_is_in_no_list_is_no_finding(self, desk: Desk, finding: Finding) -> None:
        with pytest.raises(errors.Invalid):
            finds(desk.scene, desk.handler, closed(desk), finding)

    def test_only_of_what_is_closed_and_has_not_moved_since(self, desk: Desk) -> None:
        desk.live("take")
        with pytest.raises(errors.IllegalMove):
            finds(desk.scene, desk.handler, desk.code, found())
        desk.live("reject accept")
        turn = desk.case.turn
        desk.live("reopen reject accept")
        with pytest.raises(errors.Stale):
            desk.scene.act(
                desk.handler,
                desk.code,
                lambda work, case: causes.find(work, case, found(BECAUSE, THEREFORE), turn=turn),
            )

    def test_whoever_stands_above_revises_it_and_what_was_said_before_stays(self, desk: Desk) -> None:
        scene, code = desk.scene, closed(desk, "high")
        finds(scene, desk.handler, code, found(BECAUSE, THEREFORE))
        scene.clock.forward(days=1)
        case = finds(scene, desk.supervisor, code, found("No.", "Nobody asked.", cause=SYSTEM, scope=SYSTEMIC))
        assert case.root_cause == SYSTEM
        first, second = analyses(scene, code)
        assert (first.cause, first.scope, first.whys) == (SUPPLIER, SINGLE, [BECAUSE, THEREFORE])
        assert (second.cause, second.author_id) == (SYSTEM, scene.person(desk.supervisor).id)
        told = events(scene, code, "complaint.cause_found")
        assert [(each.facts["cause"], each.facts["scope"], each.facts["revised"]) for each in told] == [
            (SUPPLIER, SINGLE, False),
            (SYSTEM, SYSTEMIC, True),
        ]
        assert "parcels" not in json.dumps([each.facts for each in told])

    def test_a_cause_that_the_file_has_no_more_stays_what_it_was(self, desk: Desk) -> None:
        code = closed(desk)
        finds(desk.scene, desk.handler, code, found())
        rules = desk.scene.office.organisation
        groups = [each for each in rules.root_cause_groups if each.code != "supplier"]
        desk.scene.office.organisation = rules.model_copy(update={"root_cause_groups": tuple(groups)})
        vars(desk.scene.office.organisation).pop("root_causes", None)
        assert desk.case.root_cause == SUPPLIER
        with pytest.raises(errors.Invalid):
            finds(desk.scene, desk.handler, code, found())
        with desk.scene.office.look() as work:
            assert causes.propose(work, desk.case, SUPPLIER).count == 1


class TestProposal:
    def test_by_how_often_it_came_up_lately(self, desk: Desk) -> None:
        scene, expected = desk.scene, [SINGLE, RECURRING, RECURRING, RECURRING, SYSTEMIC]
        for number, scope in enumerate(expected, 1):
            code = another(desk)
            with scene.office.look() as work:
                for _again in range(2):
                    assert causes.propose(work, scene.case(code), SUPPLIER) == causes.Proposal(scope, number)
            finds(scene, desk.handler, code, found())
            scene.clock.forward(minutes=1)
            with scene.office.look() as work:  # and it is not counted twice
                assert causes.propose(work, scene.case(code), SUPPLIER).count == number
        scene.clock.forward(days=91)
        with scene.office.look() as work:
            assert causes.propose(work, scene.case(another(desk)), SUPPLIER) == causes.Proposal(SINGLE, 1)

    def test_what_nobody_knows_is_no_pattern(self, desk: Desk) -> None:
        for _case in range(5):
            finds(desk.scene, desk.handler, another(desk), found(cause=UNKNOWN, reason="No trace."))
        with desk.scene.office.look() as work:
            assert causes.propose(work, desk.scene.case(another(desk)), UNKNOWN).scope == SINGLE


class TestWaiting:
    @pytest.fixture(params=["sqlite", "postgresql"])
    def scene(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
        with opened(tmp_path, request.param) as scene:
            yield scene

    def test_each_sees_what_is_theirs_to_see_the_soonest_due_first(self, desk: Desk) -> None:
        scene, boss = desk.scene, manager(desk.scene)
        medium, grave = closed(desk, "medium"), another(desk, "critical")
        another(desk, "low")
        colleague, elsewhere = scene.staff("handler"), scene.staff("supervisor", department="product")

        def seen(who: int) -> list[str | None]:
            with scene.acting(who) as work:
                return [each.complaint.code for each in waiting.waiting(work)[0]]

        for who in (desk.handler, desk.supervisor, boss):
            assert seen(who) == [grave, medium]
        for who in (colleague, elsewhere):
            assert seen(who) == []
        with scene.office.work() as work:
            work.db.get_one(Complaint, scene.case(grave).id).barred = {str(scene.person(boss).id): "conflict"}
        assert seen(boss) == [medium]
        finds(scene, desk.handler, medium, found())
        assert seen(desk.handler) == [grave]
        with scene.acting(desk.customer) as work, pytest.raises(errors.NotAllowed):
            waiting.waiting(work)
        with scene.acting(boss) as work, pytest.raises(errors.Invalid):
            waiting.waiting(work, 7)


@pytest.fixture(scope="module")
def crowd() -> Iterator[Desk]:
    """One grave case for many findings."""
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as scene:
        customer = scene.customer()
        handler, supervisor = scene.staff("handler"), scene.staff("supervisor")
        desk = Desk(scene, handler, supervisor, customer, scene.complaint(customer))
        closed(desk, "high")
        yield desk


WORDS = st.one_of(st.just(" \u200f"), st.text(min_size=1, max_size=40), st.just("x" * (causes.MAX_WHY + 1)))


@settings(max_examples=times(60, 2000))
@given(
    cause=st.sampled_from([SUPPLIER, SYSTEM, UNKNOWN, "gone.code", ""]),
    scope=st.sampled_from([*causes.SCOPES, "", "all"]),
    whys=st.lists(WORDS, max_size=7),
    reason=st.one_of(st.none(), WORDS),
)
def test_whatever_is_said_either_holds_or_leaves_the_case_as_it_was(
    crowd: Desk, cause: str, scope: str, whys: list[str], reason: str | None
) -> None:
    before = len(analyses(crowd.scene, crowd.code))
    try:
        finds(crowd.scene, crowd.handler, crowd.code, Finding(cause, scope, tuple(whys), reason))
    except (errors.Invalid, errors.Incomplete):
        assert len(analyses(crowd.scene, crowd.code)) == before
        return
    last = analyses(crowd.scene, crowd.code)[-1]
    assert (last.cause, last.scope, crowd.case.root_cause) == (cause, scope, cause)
    assert bool(last.reason) is (cause == UNKNOWN)
    assert cause == UNKNOWN or causes.LEAST_WHYS <= len(last.whys) <= causes.MOST_WHYS
    assert all(0 < len(each) <= causes.MAX_WHY for each in last.whys)
