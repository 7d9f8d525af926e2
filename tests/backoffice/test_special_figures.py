"""What staff write down, approve, revise, set aside and take up again counts as it happened, followed by the log."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from backoffice import answers, intake, merging, recording, scope
from backoffice.answers import Draft
from backoffice.figures import feed
from backoffice.figures.facts import Kind
from backoffice.figures.indicators import measure
from backoffice.figures.reading import Part, Reading
from backoffice.figures.values import Count, Measured, Share
from backoffice.handling import answer
from storage.complaints import answers_of
from storage.figures import BAD, GOOD, Fact
from tests.backoffice.conftest import VERBS, Desk, Scene
from tests.backoffice.life_deeds import another
from tests.backoffice.recorded import begun, pass_on, record


def counted(scene: Scene, code: str, *kinds: Kind) -> list[Fact]:
    """What counts of the case, by the log; a rebuild finds the same."""
    scene.tick()
    scene.tick()
    assert (feed.rebuild(scene.office).facts, feed.rebuild(scene.office).tallies) == (0, 0)
    with scene.office.look() as work:
        found = work.db.exec(select(Fact).where(Fact.complaint_id == scene.case(code).id)).all()
    return [each for each in found if each.kind in kinds or not kinds]


def told(scene: Scene, indicator: str, **part: str) -> Measured | None:
    scene.tick()
    with scene.office.look() as work:
        year = work.organisation.counting.at("year", work.now)
        return measure(Reading(work, year, Part(**part)), indicator)


class TestRecorded:
    @pytest.mark.parametrize(("late", "good"), [(False, GOOD), (True, BAD)])
    def test_counts_on_the_day_on_which_it_came_by_its_own_channel(self, scene: Scene, late: bool, good: int) -> None:
        handler = scene.staff("handler")
        scene.clock.forward(days=3)
        code, _token, _secret = record(scene, handler)
        if late:
            scene.clock.forward(days=4)
        pass_on(scene, handler, code)
        (received,) = counted(scene, code, Kind.RECEIVED)
        assert (received.channel, received.good) == ("phone", good)
        assert (told(scene, "K01"), told(scene, "K01", channel="telegram")) == (Count(1), Count(0))
        assert told(scene, "K04", channel="phone") == Share(int(not late), 1)

    def test_is_no_draft_of_a_customer_whether_it_was_sent_or_thrown_away(self, scene: Scene) -> None:
        handler = scene.staff("handler")
        record(scene, handler)
        with scene.acting(handler) as work:
            intake.discard(work, begun(work))
        assert told(scene, "K48b") == Share(0, 0)
        scene.complaint(scene.customer())
        assert told(scene, "K48b") == Share(0, 1)

    def test_counts_from_its_arrival_though_it_was_written_down_later(self, scene: Scene) -> None:
        handler = scene.staff("handler")
        scene.clock.forward(days=10)
        arrived = scene.clock().date() - timedelta(days=3)  # a Saturday
        with scene.acting(handler) as work:
            draft = begun(work, channel="letter")
            recording.set_arrival(work, draft, arrived)
            code = recording.submit(work, draft, "https://t.me/desk?start=").complaint.code or ""
        (received,) = counted(scene, code, Kind.RECEIVED)
        assert (received.day, received.channel) == (arrived, "letter")


class TestSetAside:
    def test_what_is_merged_counts_once_and_twice_when_that_was_wrong(self, desk: Desk) -> None:
        master = desk.code
        another(desk)
        assert told(desk.scene, "K01") == Count(2)
        desk.live("merge")
        assert (told(desk.scene, "K01"), told(desk.scene, "K29")) == (Count(1), Share(0, 1))
        assert counted(desk.scene, desk.code) == []
        assert {each.kind for each in counted(desk.scene, master)} >= {Kind.RECEIVED, Kind.OPEN}
        desk.scene.act(desk.customer, desk.code, merging.contest)
        assert (told(desk.scene, "K01"), told(desk.scene, "K29")) == (Count(2), Share(1, 2))
        assert not counted(desk.scene, desk.code, Kind.CLOSED, Kind.RESOLVED)

    def test_what_is_out_of_scope_only_came_in_and_is_open_again_when_that_is_contested(self, desk: Desk) -> None:
        desk.scene.act(desk.supervisor, desk.code, VERBS["exclude"])
        assert {each.kind for each in counted(desk.scene, desk.code)} == {Kind.RECEIVED, Kind.BEGUN}
        closed = told(desk.scene, "K13")
        desk.scene.act(desk.customer, desk.code, scope.contest)
        still = told(desk.scene, "K13")
        assert isinstance(closed, Count)
        assert isinstance(still, Count)
        assert (closed.n, still.n) == (0, 1)
        assert not counted(desk.scene, desk.code, Kind.CLOSED)


class TestAnswers:
    @pytest.mark.parametrize("late", [False, True])
    def test_with_approval_counts_when_it_goes(self, desk: Desk, late: bool) -> None:
        """In time means that the customer has it in time, however early it was proposed."""
        desk.live("assess refund")
        assert not counted(desk.scene, desk.code, Kind.ANSWERED)
        if late:
            desk.pass_the_date()
            desk.scene.clock.forward(minutes=1)
        desk.scene.act(desk.supervisor, desk.code, VERBS["approve"])
        done = {each.code: each for each in counted(desk.scene, desk.code, Kind.DONE)}
        for limit in ("first_response", "final_response"):
            assert (done[limit].good, done[limit].at) == (BAD if late else GOOD, desk.scene.clock())
        (given,) = counted(desk.scene, desk.code, Kind.ANSWERED)
        assert (given.code, given.at) == ("upheld", desk.scene.clock())

    def test_of_several_versions_the_last_one_counts(self, desk: Desk) -> None:
        desk.live("take refund")
        desk.scene.clock.forward(hours=2)
        with desk.scene.acting(desk.handler) as work:
            case = work.db.get_one(type(desk.case), desk.case.id)
            draft = replace(answers.as_draft(answers_of(work.db, case.id)[-1]), decision="partly", because="Half.")
            answer(work, case, draft)
        (given,) = counted(desk.scene, desk.code, Kind.ANSWERED)
        assert (given.code, given.at) == ("partly", desk.scene.clock())
        assert told(desk.scene, "K32") == Share(1, 1)

    def test_after_a_counter_offer_there_are_two(self, desk: Desk) -> None:
        desk.live("take refund counter refund revise accept carry_out confirm")
        assert len(counted(desk.scene, desk.code, Kind.ANSWERED)) == 2
        codes = Counter(each.code for each in counted(desk.scene, desk.code, Kind.DONE))
        assert (codes["final_response"], codes["counter_answer"]) == (1, 1)

    def test_one_that_was_sent_back_is_none(self, desk: Desk) -> None:
        desk.live("assess refund")
        desk.scene.act(desk.supervisor, desk.code, VERBS["send_back"])
        with desk.scene.acting(desk.handler) as work:
            answer(work, work.db.get_one(type(desk.case), desk.case.id), Draft("partly", "Half.", "apology"))
        desk.scene.act(desk.supervisor, desk.code, VERBS["approve"])
        assert [each.code for each in counted(desk.scene, desk.code, Kind.ANSWERED)] == ["partly"]
