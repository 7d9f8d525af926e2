"""What comes by phone, letter or an authority: written down, passed on by hand, and taken over (T2, S40)."""

from datetime import date, time, timedelta

import pytest
from sqlmodel import select

from backoffice import by_hand, complaints, errors, handling, intake, recording, rights
from backoffice.figures import feed
from storage.complaints import Complaint
from storage.people import Person
from tests.backoffice.conftest import Scene
from tests.backoffice.recorded import START, begun, deliver, limit, pass_on, record
from tests.backoffice.test_calendar import tehran


@pytest.fixture
def handler(scene: Scene) -> int:
    return scene.staff("handler")


class TestARecording:
    def test_is_a_case_like_any_other_from_when_it_came(self, scene: Scene, handler: int) -> None:
        scene.clock.now = tehran("2026-11-24 12:00")
        with scene.acting(handler) as work:
            draft = begun(work)
            recording.set_arrival(work, draft, date(2026, 11, 22), time(10, 30))
            code = recording.submit(work, draft, START).complaint.code or ""
        case = scene.case(code)
        assert (case.stage, case.channel, case.received_at) == ("received", "phone", tehran("2026-11-22 10:30"))
        for name in ("assessment", "final_response", "cap", "acknowledgement_by_staff"):
            assert limit(scene, code, name).started_at == tehran("2026-11-22 10:30")
        assert case.owner_id == scene.person(handler).id
        assert code in {each.code for each in queue_of(scene, handler)}

    @pytest.mark.parametrize(
        ("day", "at", "why"),
        [
            (date(2026, 11, 25), None, "future_arrival"),
            (date(2026, 11, 24), time(12, 1), "future_arrival"),
            (date(2026, 10, 1), None, "old_arrival"),
            (date(1, 1, 1), time(0, 0), "old_arrival"),
        ],
    )
    def test_did_not_come_in_the_future_nor_long_ago(
        self, scene: Scene, handler: int, day: date, at: time | None, why: str
    ) -> None:
        scene.clock.now = tehran("2026-11-24 12:00")
        with scene.acting(handler) as work:
            draft = begun(work)
            with pytest.raises(errors.Invalid) as refusal:
                recording.set_arrival(work, draft, day, at)
            assert refusal.value.facts["what"] == why
            assert draft.arrived_at is None

    def test_is_its_recorders_alone_until_it_is_submitted(self, scene: Scene, handler: int) -> None:
        with scene.acting(handler) as work:
            number = begun(work).id
            assert recording.draft(work) is not None
        for who in (scene.staff("handler"), scene.staff("complaints_manager"), scene.customer()):
            with scene.acting(who) as work, pytest.raises((errors.NotFound, errors.NotAllowed)):
                recording.find(work, number)

    def test_cannot_be_sent_by_the_way_of_customers(self, scene: Scene, handler: int) -> None:
        with scene.acting(handler) as work, pytest.raises(errors.NotAllowed):
            intake.submit(work, begun(work))

    def test_about_its_recorder_is_for_somebody_else_to_write_down(self, scene: Scene, handler: int) -> None:
        with scene.acting(handler) as work:
            draft = begun(work)
            with pytest.raises(errors.NotAllowed):
                recording.name_subject(work, draft, work.actor.id)
            assert draft.subject_id is None

    def test_is_never_given_to_whom_it_is_about(self, scene: Scene, handler: int) -> None:
        other = scene.staff("handler")
        with scene.acting(handler) as work:
            draft = begun(work)
            recording.name_subject(work, draft, scene.person(other).id)
            code = recording.submit(work, draft, START).complaint.code or ""
        assert scene.case(code).owner_id == scene.person(handler).id
        with scene.acting(other) as work, pytest.raises(errors.NotFound):
            complaints.find(work, code)

    def test_that_is_erased_leaves_nobody_behind(self, scene: Scene, handler: int) -> None:
        with scene.acting(handler) as work:
            before = len(work.db.exec(select(Person)).all())
            intake.discard(work, begun(work))
            work.db.flush()
            assert len(work.db.exec(select(Person)).all()) == before

    @pytest.mark.parametrize("missing", ["who", "authority", "category", "story"])
    def test_is_refused_while_something_is_missing(self, scene: Scene, handler: int, missing: str) -> None:
        with scene.acting(handler) as work:
            draft = recording.begin(work, recording.AUTHORITY, "en")
            if missing != "who":
                intake.set_name(work, draft, "Sara")
            if missing != "authority":
                recording.set_authority(work, draft, "A-77")
            if missing != "category":
                intake.choose_category(work, draft, "delivery.late")
            if missing != "story":
                recording.tell_story(work, draft, "Late.")
            with pytest.raises(errors.Incomplete) as refusal:
                recording.submit(work, draft, START)
            assert refusal.value.facts["missing"] == missing


class TestWhatIsPassedOn:
    def test_counts_as_told_when_a_colleague_says_so(self, scene: Scene, handler: int) -> None:
        code, _token, _secret = record(scene, handler)
        deliver(scene)
        assert (scene.case(code).acknowledged_at, limit(scene, code, "acknowledgement_by_staff").ended) == (None, None)
        scene.clock.forward(minutes=5)
        assert pass_on(scene, handler, code) == ["acknowledged_by_hand"]
        assert scene.case(code).acknowledged_at == scene.clock()
        assert limit(scene, code, "acknowledgement_by_staff").ended == "met"

    def test_starts_no_time_of_the_customers_before(self, scene: Scene, handler: int) -> None:
        code, _token, _secret = record(scene, handler)
        scene.act(handler, code, handling.take)
        scene.act(handler, code, lambda work, case: handling.ask(work, case, "Which parcel?"))
        deliver(scene)
        for _day in range(40):
            scene.clock.forward(days=1)
            scene.tick(deliver=False)
            deliver(scene)
        assert scene.case(code).stage == "awaiting_info"
        assert limit(scene, code, "customer_info").started_at is None
        assert "question_asked" in pass_on(scene, handler, code)
        assert limit(scene, code, "customer_info").started_at == scene.clock()

    def test_is_told_once(self, scene: Scene, handler: int) -> None:
        code, _token, _secret = record(scene, handler)
        with scene.acting(handler) as work:
            case = complaints.find(work, code)
            (row,) = by_hand.waiting(work, case)
            by_hand.told(work, case, row.id)
            with pytest.raises(errors.Stale):
                by_hand.told(work, case, row.id)

    def test_what_they_say_to_it_is_written_down_as_theirs(self, scene: Scene, handler: int) -> None:
        code, _token, _secret = record(scene, handler)
        scene.act(handler, code, handling.take)
        scene.act(handler, code, lambda work, case: handling.ask(work, case, "Which parcel?"))
        with scene.acting(handler) as work:
            case, me = complaints.find(work, code), work.actor
            work.actor = recording.on_behalf(work, case)
            entry = complaints.add(work, case, "The red one.")
            assert entry.author_id == case.customer_id
            work.actor = me
        assert scene.case(code).stage == "investigating"
        assert "complaint.said_by_hand" in scene.history(code)

    def test_a_stranger_to_the_case_passes_nothing_on(self, scene: Scene, handler: int) -> None:
        code, _token, _secret = record(scene, handler)
        other = scene.staff("handler", department="finance")
        with scene.acting(other) as work, pytest.raises(errors.NotFound):
            by_hand.waiting(work, complaints.find(work, code))

    def test_its_recorder_does_though_the_case_is_another_units(self, scene: Scene) -> None:
        recorder = scene.staff("handler", department="finance")
        scene.staff("handler")
        code, _token, _secret = record(scene, recorder)
        assert pass_on(scene, recorder, code) == ["acknowledged_by_hand"]
        with scene.acting(recorder) as work:
            case = complaints.find(work, code)
            assert not rights.may(work.actor, "read", case)
            assert rights.party(work.actor, case) == "recorder"


class TestAnAuthority:
    def test_wants_to_know_before_we_would_answer(self, scene: Scene, handler: int) -> None:
        scene.clock.now = tehran("2026-11-21 09:00")
        with scene.acting(handler) as work:
            draft = begun(work, recording.AUTHORITY)
            recording.set_authority(work, draft, "A-77")
            recording.set_authority_due(work, draft, date(2026, 11, 25))
            code = recording.submit(work, draft, START).complaint.code or ""
        ours = limit(scene, code, "final_response").due_at
        theirs = limit(scene, code, "authority").due_at
        assert ours is not None
        assert theirs is not None
        assert theirs < ours
        assert scene.case(code).due_at == theirs
        scene.live(tehran("2026-11-28 09:00"), deliver=False)
        events = [each for each in scene.history(code) if each.startswith("deadline.")]
        assert {"deadline.warned", "deadline.breached"} <= set(events)
        assert limit(scene, code, "authority").breached_at is not None

    def test_that_leaves_more_time_changes_nothing(self, scene: Scene, handler: int) -> None:
        with scene.acting(handler) as work:
            draft = begun(work, recording.AUTHORITY)
            recording.set_authority(work, draft, "A-77")
            later = (work.now + timedelta(days=90)).date()
            recording.set_authority_due(work, draft, later)
            code = recording.submit(work, draft, START).complaint.code or ""
        assert scene.case(code).due_at == limit(scene, code, "final_response").due_at

    def test_is_answered_with_the_customer(self, scene: Scene, handler: int) -> None:
        with scene.acting(handler) as work:
            draft = begun(work, recording.AUTHORITY)
            recording.set_authority(work, draft, "A-77")
            recording.set_authority_due(work, draft, (work.now + timedelta(days=3)).date())
            code = recording.submit(work, draft, START).complaint.code or ""
        scene.act(handler, code, handling.take)
        scene.act(handler, code, lambda w, c: handling.answer(w, c, handling.Draft("upheld", "Lost.", "refund_full")))
        assert limit(scene, code, "authority").ended == "met"

    @pytest.mark.parametrize(("days", "why"), [(-1, "past_day"), (800, "far_day")])
    def test_names_no_day_that_cannot_be(self, scene: Scene, handler: int, days: int, why: str) -> None:
        with scene.acting(handler) as work:
            draft = begun(work, recording.AUTHORITY)
            with pytest.raises(errors.Invalid) as refusal:
                recording.set_authority_due(work, draft, (work.now + timedelta(days=days)).date())
            assert refusal.value.facts["what"] == why

    def test_is_none_of_another_channel(self, scene: Scene, handler: int) -> None:
        with scene.acting(handler) as work, pytest.raises(errors.Invalid):
            recording.set_authority(work, begun(work), "A-77")


def test_figures_know_the_channel_and_the_acknowledgement(scene: Scene, handler: int) -> None:
    code, _token, _secret = record(scene, handler, channel="letter")
    deliver(scene)
    pass_on(scene, handler, code)
    scene.tick()
    with scene.office.work() as work:
        assert feed.count(work, [scene.case(code).id]).total() == 0  # all of it was counted as it is
    assert scene.case(code).channel == "letter"


def queue_of(scene: Scene, who: int) -> list[Complaint]:
    with scene.acting(who) as work:
        return handling.queue(work)[0]
