"""What customers are asked, when, and how often; what their answers set off (ISO 10002, 8.3; ISO 10004)."""

from datetime import UTC, datetime, timedelta

import pytest

from backoffice import complaints, errors, handling, people, surveys
from backoffice.surveys import FIRST, HANDLING, LOYALTY, OUTCOME
from backoffice.work import Work
from storage import journal
from storage.complaints import Complaint
from storage.surveys import Survey
from tests.backoffice.conftest import Desk, Letter, Verb
from tests.backoffice.test_calendar import tehran

MORNING = "2026-11-22T10:00"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ENDS = ("apologise", "accept")  # an answer with nothing to carry out, and it is closed


def rate(question: str, score: int) -> Verb:
    return lambda work, case: surveys.rate(work, case, question, score)


def at_closing(work: Work, case: Complaint) -> None:
    """What the surface does with the word that a case is closed."""
    if surveys.with_closing(work, case):
        surveys.arrived(work, case.id, HANDLING)


def asked(desk: Desk) -> list[tuple[str, datetime]]:
    """Which questions arrived by themselves, and when."""
    return [
        (each.template.removesuffix("_question"), each.at) for each in desk.scene.post if "_question" in each.template
    ]


def of(desk: Desk) -> dict[str, Survey]:
    with desk.scene.office.look() as work:
        return surveys.of_case(work, desk.case)


def alarms(desk: Desk, who: int) -> list[Letter]:
    return [each for each in desk.scene.post if each.template == "low_score" and each.to == who]


def begin(desk: Desk, life: str, at: str = MORNING) -> datetime:
    """Live so far, at this moment, and let it arrive; returns when that was."""
    desk.at(at)
    desk.live(life)
    desk.scene.deliver()
    return desk.scene.clock()


def go_on(desk: Desk, past: timedelta) -> None:
    desk.scene.live(desk.scene.clock() + past)


class TestAfterTheFirstReply:
    @pytest.mark.parametrize("reply", ["ask", "write", "reject"])
    def test_once_an_hour_after_it_has_arrived(self, desk: Desk, reply: str) -> None:
        replied = begin(desk, f"take {reply}")
        go_on(desk, 3 * DAY)
        assert asked(desk) == [(FIRST, replied + HOUR)]
        assert of(desk)[FIRST].asked_at == replied + HOUR
        assert desk.scene.history(desk.code).count("survey.asked") == 1

    def test_a_second_reply_asks_no_second_time(self, desk: Desk) -> None:
        begin(desk, "take write")
        go_on(desk, 2 * DAY)
        desk.live("write ask add reject")
        go_on(desk, 3 * DAY)
        assert [question for question, _at in asked(desk)] == [FIRST]

    def test_not_before_the_reply_is_there(self, desk: Desk) -> None:
        desk.at(MORNING)
        desk.live("take write")
        desk.scene.live(desk.scene.clock() + 5 * HOUR, deliver=False)
        assert FIRST not in of(desk)

    def test_not_at_night(self, desk: Desk) -> None:
        begin(desk, "take write", "2026-11-22T20:30")
        go_on(desk, DAY)
        assert asked(desk) == [(FIRST, tehran("2026-11-23T09:00").astimezone(UTC))]

    def test_after_an_outage_that_ends_at_night_in_the_morning(self, desk: Desk) -> None:
        begin(desk, "take write")
        desk.at("2026-11-26T03:00")
        desk.scene.tick()
        assert asked(desk) == []
        go_on(desk, DAY)
        assert asked(desk) == [(FIRST, tehran("2026-11-26T09:00").astimezone(UTC))]

    @pytest.mark.parametrize("end", ["apologise accept", "withdraw"])
    def test_not_of_a_case_that_has_ended_meanwhile(self, desk: Desk, end: str) -> None:
        begin(desk, "take write")
        desk.live(end)
        go_on(desk, 2 * DAY)
        assert asked(desk) == []
        assert of(desk)[FIRST].asked_at is None

    def test_not_somebody_who_cannot_be_reached(self, desk: Desk) -> None:
        begin(desk, "take write")
        with desk.scene.office.work() as work:
            work.db.get_one(people.Person, desk.case.customer_id).unreachable_since = work.now
        go_on(desk, 3 * DAY)
        assert asked(desk) == []

    def test_a_file_alone_is_no_reply_in_words(self, desk: Desk) -> None:
        desk.at(MORNING)
        desk.live("take")
        desk.scene.act(desk.handler, desk.code, lambda work, case: handling.write(work, case, None))
        go_on(desk, DAY)
        assert asked(desk) == []


class TestAtTheEnd:
    def test_with_the_word_that_it_is_closed(self, desk: Desk) -> None:
        begin(desk, "take apologise accept")
        desk.scene.act(desk.customer, desk.code, at_closing)
        assert of(desk)[HANDLING].asked_at == desk.scene.clock()

    def test_within_a_day_of_the_first_question_it_waits(self, desk: Desk) -> None:
        """Two questions never come within a day; the end is asked about all the same."""
        replied = begin(desk, "take apologise")
        go_on(desk, 2 * HOUR)
        desk.live("accept")
        desk.scene.act(desk.customer, desk.code, at_closing)
        assert of(desk)[HANDLING].asked_at is None
        go_on(desk, 2 * DAY)
        assert asked(desk) == [(FIRST, replied + HOUR), (HANDLING, replied + HOUR + DAY)]

    def test_what_waits_is_not_asked_of_a_case_that_came_back(self, desk: Desk) -> None:
        begin(desk, "take apologise")
        go_on(desk, 2 * HOUR)
        desk.live("accept")
        desk.scene.act(desk.customer, desk.code, at_closing)
        desk.live("reopen")
        go_on(desk, 2 * DAY)
        assert [question for question, _at in asked(desk)] == [FIRST]

    def test_a_tacit_end_asks_too(self, desk: Desk) -> None:
        begin(desk, "take refund accept carry_out")
        go_on(desk, 10 * DAY)
        assert desk.case.closed_reason == "tacit"
        assert of(desk)[HANDLING].asked_at == next(
            each.at for each in desk.scene.post if each.template == "closed_by_silence"
        )


class TestAWeekLater:
    def test_once_on_the_morning_after_seven_days(self, desk: Desk) -> None:
        begin(desk, "take apologise accept")
        go_on(desk, 40 * DAY)
        assert asked(desk) == [(LOYALTY, tehran("2026-11-30T09:00").astimezone(UTC))]

    def test_after_reopening_anew_with_the_next_end(self, desk: Desk) -> None:
        begin(desk, "take apologise accept")
        go_on(desk, 3 * DAY)
        desk.live("reopen")
        go_on(desk, 3 * DAY)
        desk.live("apologise accept")
        go_on(desk, 40 * DAY)
        asks = [at for question, at in asked(desk) if question == LOYALTY]
        assert asks == [tehran("2026-12-06T09:00").astimezone(UTC)]

    def test_asked_before_and_closed_again_it_is_asked_again_and_the_new_answer_holds(self, desk: Desk) -> None:
        begin(desk, "take apologise accept")
        go_on(desk, 9 * DAY)
        desk.scene.act(desk.customer, desk.code, rate(LOYALTY, 3))
        desk.live("reopen apologise accept")
        with pytest.raises(errors.Stale):  # by the old buttons, before it is asked
            desk.scene.act(desk.customer, desk.code, rate(LOYALTY, 4))
        go_on(desk, 9 * DAY)
        desk.scene.act(desk.customer, desk.code, rate(LOYALTY, 9))
        assert [question for question, _at in asked(desk)].count(LOYALTY) == 2
        assert of(desk)[LOYALTY].score == 9
        assert len(alarms(desk, desk.supervisor)) == 1

    def test_never_of_a_complaint_that_was_taken_back(self, desk: Desk) -> None:
        begin(desk, "withdraw")
        go_on(desk, 40 * DAY)
        assert asked(desk) == []

    def test_once_after_an_outage_of_ten_days(self, desk: Desk) -> None:
        begin(desk, "take apologise accept")
        desk.at("2026-12-02T14:00")
        for _minute in range(3):
            desk.scene.tick()
        assert asked(desk) == [(LOYALTY, desk.scene.clock())]

    def test_two_cases_of_one_person_are_asked_about_a_day_apart(self, desk: Desk) -> None:
        begin(desk, "take apologise accept")
        other = desk.scene.answered(desk.customer, desk.handler, remedy="apology")
        desk.scene.deliver()
        desk.scene.act(desk.customer, other, complaints.accept)
        go_on(desk, 20 * DAY)
        first = tehran("2026-11-30T09:00").astimezone(UTC)
        assert [each for each in asked(desk) if each[0] == LOYALTY] == [(LOYALTY, first), (LOYALTY, first + DAY)]


class TestAnAnswer:
    def test_a_second_tap_changes_the_first(self, desk: Desk) -> None:
        begin(desk, "take write")
        go_on(desk, 2 * HOUR)
        for score in (4, 5):
            desk.scene.act(desk.customer, desk.code, rate(FIRST, score))
        assert of(desk)[FIRST].score == 5
        with desk.scene.office.look() as work:
            facts = [each.facts for each in journal.history(work.db, desk.case.id) if each.event == "complaint.rated"]
        assert facts == [{"question": FIRST, FIRST: score} for score in (4, 5)]

    @pytest.mark.parametrize(("question", "scores"), [(FIRST, (0, 6, -1)), (OUTCOME, (0, 6)), (LOYALTY, (-1, 11))])
    def test_of_no_scale_is_refused(self, desk: Desk, question: str, scores: tuple[int, ...]) -> None:
        begin(desk, "take write")
        go_on(desk, 2 * HOUR)
        if question != FIRST:
            desk.live("apologise accept")
            go_on(desk, 9 * DAY)
        for score in scores:
            with pytest.raises(errors.Invalid):
                desk.scene.act(desk.customer, desk.code, rate(question, score))

    @pytest.mark.parametrize("question", [FIRST, HANDLING, OUTCOME, LOYALTY])
    def test_to_what_was_not_asked_is_refused(self, desk: Desk, question: str) -> None:
        begin(desk, "take write")
        with pytest.raises(errors.Stale):
            desk.scene.act(desk.customer, desk.code, rate(question, 4))
        with pytest.raises(errors.Stale):
            desk.scene.act(
                desk.customer, desk.code, lambda work, case: surveys.rate_in_words(work, case, "No.", question=question)
            )
        with pytest.raises(errors.Invalid):
            desk.scene.act(desk.customer, desk.code, rate("weather", 4))

    def test_that_is_faster_than_the_news_of_the_question_counts_as_one_to_it(self, desk: Desk) -> None:
        begin(desk, "take apologise accept")
        desk.scene.act(desk.customer, desk.code, rate(OUTCOME, 4))
        desk.scene.act(desk.customer, desk.code, lambda work, case: surveys.arrived(work, case.id, OUTCOME))
        assert desk.scene.history(desk.code).count("survey.asked") == 1


@pytest.fixture
def closed(desk: Desk) -> Desk:
    begin(desk, "take apologise accept")
    desk.scene.act(desk.customer, desk.code, at_closing)
    return desk


class TestALowScore:
    @pytest.mark.parametrize(
        ("question", "score", "low"),
        [(HANDLING, 2, True), (OUTCOME, 1, True), (OUTCOME, 3, False), (HANDLING, 5, False)],
    )
    def test_reaches_the_supervisor_and_the_owner_at_once(
        self, closed: Desk, question: str, score: int, low: bool
    ) -> None:
        closed.scene.act(closed.customer, closed.code, rate(question, score))
        go_on(closed, HOUR)
        for who in (closed.supervisor, closed.handler):
            assert [each.at - closed.case.closed_at for each in alarms(closed, who)] == [timedelta(minutes=2)] * low  # type: ignore[operator]

    @pytest.mark.parametrize(("score", "low"), [(0, True), (4, True), (5, False), (10, False)])
    def test_of_whether_they_would_come_back_begins_elsewhere(self, closed: Desk, score: int, low: bool) -> None:
        go_on(closed, 9 * DAY)
        closed.scene.act(closed.customer, closed.code, rate(LOYALTY, score))
        go_on(closed, HOUR)
        assert len(alarms(closed, closed.supervisor)) == low

    def test_words_that_follow_go_with_it_or_after_it(self, closed: Desk) -> None:
        in_words: Verb = lambda work, case: surveys.rate_in_words(work, case, "Rude.", question=HANDLING)  # noqa: E731
        closed.scene.act(closed.customer, closed.code, rate(HANDLING, 1))
        closed.scene.act(closed.customer, closed.code, in_words)
        go_on(closed, HOUR)
        [first] = alarms(closed, closed.supervisor)
        assert ["entry_id" in part for part in first.parts] == [False, True]
        closed.scene.act(closed.customer, closed.code, in_words)
        go_on(closed, HOUR)
        assert len(alarms(closed, closed.supervisor)) == 2

    def test_tapped_again_and_again_it_is_told_once(self, closed: Desk) -> None:
        for score in (1, 2, 1):
            closed.scene.act(closed.customer, closed.code, rate(HANDLING, score))
        go_on(closed, HOUR)
        for score in (5, 1):
            closed.scene.act(closed.customer, closed.code, rate(HANDLING, score))
        go_on(closed, HOUR)
        [alarm] = alarms(closed, closed.supervisor)
        assert len(alarm.parts) == 1

    def test_nobody_barred_from_the_case_hears_of_it(self, closed: Desk) -> None:
        with closed.scene.office.work() as work:
            case = complaints.complaints.by_code(work.db, closed.code)
            assert case
            case.barred = {str(closed.scene.person(closed.handler).id): "conflict"}
        closed.scene.act(closed.customer, closed.code, rate(HANDLING, 1))
        go_on(closed, HOUR)
        assert alarms(closed, closed.handler) == []
        assert len(alarms(closed, closed.supervisor)) == 1


class TestAWayBack:
    def reach_out(self, desk: Desk, who: int) -> None:
        desk.scene.act(who, desk.code, lambda work, case: handling.reach_out(work, case, "We are sorry."))

    def test_the_supervisor_writes_though_it_is_closed_and_hears_what_comes_back(self, closed: Desk) -> None:
        closed.scene.act(closed.customer, closed.code, rate(OUTCOME, 1))
        with pytest.raises(errors.NotAllowed):
            closed.scene.act(closed.supervisor, closed.code, lambda work, case: handling.write(work, case, "Hello"))
        self.reach_out(closed, closed.supervisor)
        closed.scene.act(closed.customer, closed.code, lambda work, case: complaints.add(work, case, "Thank you."))
        closed.scene.deliver()
        wrote = [each.to for each in closed.scene.post if each.template == "customer_wrote"]
        assert set(wrote) == {closed.supervisor, closed.handler}
        assert closed.scene.history(closed.code).count("survey.reached_out") == 1
        assert of(closed)[OUTCOME].reached_by == closed.scene.person(closed.supervisor).id

    def test_without_a_low_score_nobody_writes_into_a_colleagues_case(self, closed: Desk) -> None:
        for score in (1, 4):
            closed.scene.act(closed.customer, closed.code, rate(OUTCOME, score))
        with pytest.raises(errors.Stale):
            self.reach_out(closed, closed.supervisor)

    def test_not_while_other_people_review_it(self, closed: Desk) -> None:
        """Who decided before has no access then, and those above are not to speak between the two sides."""
        closed.scene.act(closed.customer, closed.code, rate(OUTCOME, 1))
        manager = closed.scene.staff("complaints_manager", department=None)
        closed.scene.staff("complaints_manager", department=None)
        closed.live("ask_review")
        outside = [each for each in (closed.supervisor, manager) if each not in closed.scene.sitting(closed.code)]
        assert outside
        for who in outside:
            with pytest.raises((errors.Stale, errors.Barred)):
                self.reach_out(closed, who)

    def test_the_owner_who_writes_has_reached_out(self, closed: Desk) -> None:
        closed.scene.act(closed.customer, closed.code, rate(OUTCOME, 1))
        for _word in range(2):
            closed.scene.act(closed.handler, closed.code, lambda work, case: handling.write(work, case, "Sorry."))
        assert closed.scene.history(closed.code).count("survey.reached_out") == 1
