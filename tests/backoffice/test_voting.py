"""How it is decided: votes once and with reasons, a majority, the chair in a tie, a quorum, and the limit."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import SQLModel

from backoffice import audit, errors, organisation
from backoffice.answers import DECISIONS
from backoffice.stages import Stage
from backoffice.voting import comparable, tally
from backoffice.work import Office
from storage import complaints, db
from tests.backoffice.conftest import VERBS, Desk, Scene
from tests.backoffice.reviewing import (
    ASKED,
    as_found,
    ballot,
    chair,
    committee,
    decision,
    ended,
    hire,
    live,
    pass_the_sitting,
    seated,
    told,
    votes,
)
from tests.backoffice.test_watch_together import at_once
from tests.moment import Moment
from tests.postgres import postgres_url

U, P, N = DECISIONS


class TestTally:
    @given(st.lists(st.sampled_from(DECISIONS), min_size=1, max_size=7), st.sampled_from([None, *DECISIONS]))
    def test_agrees_with_what_people_would_say(self, cast: list[str], presided: str | None) -> None:
        assert tally(cast, presided) == self.said(cast, presided)

    def said(self, cast: list[str], presided: str | None) -> str:
        """Case by case, without a formula."""
        n = {each: len([vote for vote in cast if vote == each]) for each in DECISIONS}
        alone = [each for each in DECISIONS if all(n[each] > n[other] for other in DECISIONS if other != each)]
        if alone:
            return alone[0]
        first = U if n[U] >= n[N] and n[U] >= n[P] else P  # of the leading ones, the best for the complainant
        leads = {each: n[each] == n[first] for each in DECISIONS}
        if presided is None or leads[presided]:
            return presided or first
        return {U: P if leads[P] else N, P: U, N: P if leads[P] else U}[presided]

    def test_with_three_votes(self) -> None:
        decided = {votes: tally(votes, votes[2]) for votes in product(DECISIONS, repeat=3)}
        for cast, outcome in decided.items():
            assert cast.count(outcome) >= 2 or (len(set(cast)) == 3 and outcome == cast[2])


class TestVoting:
    def test_the_last_vote_decides_at_once(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(ASKED)
        votes(desk, {members["support"]: U, members["technical"]: N})
        assert desk.case.stage == Stage.IN_REVIEW
        desk.scene.act(members["operations"], desk.code, ballot(U, "replacement", "The carrier lost it."))
        given, found = decision(desk), desk.scene.review(desk.code)
        assert (desk.case.stage, desk.case.decision, found.stage, found.outcome) == (Stage.ANSWERED, U, "decided", U)
        assert given.review_id == found.id
        assert given.author_id == desk.scene.person(members["operations"]).id
        assert given.reasons == "So we see it.\n\nThe carrier lost it."
        assert list(desk.running) == ["review_answer"]
        assert {seat.vote for seat in desk.scene.seats(desk.code)} == {U, N}, "dissent stays"

    def test_what_they_give_is_what_most_of_them_want(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(ASKED)
        wanted = {"support": "replacement", "technical": "apology", "operations": "apology"}
        for name, remedy in wanted.items():
            desk.scene.act(members[name], desk.code, ballot(U, remedy))
        assert decision(desk).remedy == "apology"

    def test_of_several_the_one_that_the_complainant_wishes_for_now(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(ASKED)
        with desk.scene.office.work() as work:
            work.db.get_one(type(desk.case), desk.case.id).wish = "apology"
            work.db.get_one(type(desk.scene.review(desk.code)), desk.scene.review(desk.code).id).wish = "replacement"
        for name, remedy in zip(members, ("refund_full", "replacement", "apology"), strict=True):
            desk.scene.act(members[name], desk.code, ballot(U, remedy))
        assert decision(desk).remedy == "replacement"

    @pytest.mark.parametrize(
        "wrong", [ballot("perhaps", "none"), ballot(U, "a_castle"), ballot(U, "refund_full", "  ")]
    )
    def test_it_takes_an_outcome_a_remedy_and_reasons(self, desk: Desk, wrong: object) -> None:
        members = committee(desk)
        desk.live(ASKED)
        with pytest.raises(errors.Invalid):
            desk.scene.act(members["support"], desk.code, wrong)  # type: ignore[arg-type]
        assert live(desk)["support"].voted_at is None

    def test_nobody_votes_twice_or_after_the_decision(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(ASKED)
        votes(desk, {members["support"]: U})
        self.refused(desk, members["support"], "twice")
        votes(desk, {members["technical"]: U, members["operations"]: N})
        for who in members.values():
            self.refused(desk, who, "over")
        assert desk.case.decision == U

    def test_nor_when_it_was_taken_back(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(ASKED)
        votes(desk, {members["support"]: U})
        desk.live("withdraw_review")
        self.refused(desk, members["technical"], "over")
        desk.live("ask_review")
        votes(desk, dict.fromkeys(members.values(), N))  # the new one counts its own votes only
        assert desk.case.decision == N

    def refused(self, desk: Desk, who: int, why: str) -> None:
        with pytest.raises(errors.VoteRefused) as refusal:
            as_found(desk, who, ballot(N))
        assert refusal.value.facts["why"] == why


class TestChair:
    def test_three_different_votes_are_decided_by_whoever_presides(self, desk: Desk) -> None:
        members = committee(desk, "support")
        desk.live(ASKED)
        votes(desk, {members["operations"]: U, members["technical"]: N, members["support"]: P})
        assert desk.case.decision == P

    def test_a_chair_apart_votes_in_a_tie_only(self, desk: Desk) -> None:
        members, president = committee(desk), hire(desk, "committee_chair")
        desk.live(ASKED)
        TestVoting().refused(desk, president, "no_tie")
        votes(desk, dict(zip(members.values(), (U, P, N), strict=True)))
        assert desk.case.stage == Stage.IN_REVIEW
        assert desk.scene.told(president)[-1] == "tie_to_break"
        votes(desk, {president: N})
        assert (desk.case.decision, decision(desk).author_id) == (N, desk.scene.person(president).id)

    def test_and_does_not_when_there_is_a_majority(self, desk: Desk) -> None:
        members, president = committee(desk), hire(desk, "committee_chair")
        desk.live(ASKED)
        votes(desk, dict(zip(members.values(), (U, U, N), strict=True)))
        assert desk.case.decision == U
        assert "tie_to_break" not in desk.scene.told(president)

    def test_a_tie_at_the_end_of_a_sitting_can_be_broken(self, desk: Desk) -> None:
        """An optional member is missing; the three others disagree, and the chair has no vote but then."""
        members, president, _legal = committee(desk), hire(desk, "committee_chair"), hire(desk, "seat_legal")
        desk.live(ASKED)
        votes(desk, dict(zip(members.values(), (U, P, N), strict=True)))
        pass_the_sitting(desk)
        assert desk.case.stage == Stage.IN_REVIEW
        votes(desk, {president: P})
        assert (desk.case.stage, desk.case.decision) == (Stage.ANSWERED, P)

    def test_or_falls_by_the_vote_that_was_missing(self, desk: Desk) -> None:
        members, _president, legal = committee(desk), hire(desk, "committee_chair"), hire(desk, "seat_legal")
        desk.live(ASKED)
        votes(desk, dict(zip(members.values(), (U, P, N), strict=True)))
        pass_the_sitting(desk)
        votes(desk, {legal: N})
        assert desk.case.decision == N

    def test_an_optional_chair_who_has_not_voted_is_waited_for_in_a_tie(self, desk: Desk) -> None:
        members, legal = committee(desk), hire(desk, "seat_legal", "committee_chair")
        desk.live(ASKED)
        assert chair(desk) == "legal"
        votes(desk, dict(zip(members.values(), (U, P, N), strict=True)))
        pass_the_sitting(desk)
        assert desk.case.stage == Stage.IN_REVIEW
        votes(desk, {legal: U})
        assert desk.case.decision == U


class TestSitting:
    def test_it_is_after_half_of_the_time_and_whoever_has_not_voted_is_reminded(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(ASKED)
        rules, found = desk.scene.office.organisation, desk.scene.review(desk.code)
        half = rules.half("review_decision", desk.case.severity)
        assert found.sitting_at == rules.end("review_decision", half, desk.scene.clock())
        votes(desk, {members["support"]: U})
        desk.scene.live(found.sitting_at - timedelta(minutes=1))
        assert [bool(told(desk, who, "sitting_near")) for who in members.values()] == [False, True, True]
        for each in told(desk, members["technical"], "sitting_near"):
            assert rules.calendar.is_open(each.at - timedelta(minutes=2))

    def test_with_all_mandatory_votes_it_decides(self, desk: Desk) -> None:
        members, _legal = committee(desk), hire(desk, "seat_legal")
        desk.live(ASKED)
        votes(desk, dict.fromkeys(members.values(), U))
        assert desk.case.stage == Stage.IN_REVIEW
        pass_the_sitting(desk)
        assert desk.case.decision == U

    def test_without_a_quorum_it_is_held_again_within_days_and_the_date_stays(self, desk: Desk) -> None:
        members, manager = committee(desk), hire(desk, "dispute_manager")
        desk.live(ASKED)
        due = desk.case.due_at
        votes(desk, {members["support"]: U})
        pass_the_sitting(desk)
        found, rules = desk.scene.review(desk.code), desk.scene.office.organisation
        assert (found.sitting, found.without_quorum, found.sitting_at) == (
            2, 1, rules.due("next_sitting", None, desk.scene.clock()),
        )  # fmt: skip
        assert [live(desk)[name].absences for name in members] == [0, 1, 1]
        assert desk.case.due_at == due
        desk.scene.live(desk.scene.clock() + timedelta(days=1))
        assert told(desk, desk.customer, "sitting_moved")
        assert told(desk, members["support"], "sitting_again")
        assert told(desk, manager, "no_quorum")
        votes(desk, {members["technical"]: U, members["operations"]: U})
        assert desk.case.decision == U

    def test_the_second_time_top_management_decides(self, desk: Desk) -> None:
        members, top = committee(desk), hire(desk, "top_management")
        desk.live(ASKED)
        pass_the_sitting(desk)
        pass_the_sitting(desk)
        assert seated(desk) == {"management": top}
        assert desk.scene.review(desk.code).mode == "management"
        TestVoting().refused(desk, members["support"], "over")
        votes(desk, {top: P})
        assert (desk.case.stage, desk.case.decision) == (Stage.ANSWERED, P)

    def test_a_member_who_is_of_the_top_management_may_be_the_one(self, desk: Desk) -> None:
        hire(desk, "seat_support", "top_management"), hire(desk, "seat_technical"), hire(desk, "seat_operations")
        desk.live(ASKED)
        top = seated(desk)["support"]
        pass_the_sitting(desk)
        pass_the_sitting(desk)
        votes(desk, {top: U})
        assert desk.case.decision == U

    def test_without_one_of_them_free_it_goes_outside(self, desk: Desk) -> None:
        committee(desk)
        desk.live(ASKED)
        pass_the_sitting(desk)
        pass_the_sitting(desk)
        assert ended(desk) == (Stage.IN_DISPUTE, "unseated")
        assert desk.case.deadlock_trigger == "no_quorum"


class TestLimit:
    def test_it_passes_and_the_way_leads_outside_at_our_cost(self, desk: Desk) -> None:
        members, top = committee(desk), hire(desk, "top_management")
        desk.live(ASKED)
        pass_the_sitting(desk)
        pass_the_sitting(desk)
        due = desk.case.due_at
        assert due
        assert all(told(desk, who, "reminders") for who in members.values())
        desk.scene.live(due)
        assert ended(desk) == (Stage.IN_DISPUTE, "lapsed")
        assert (desk.case.deadlock_trigger, desk.case.panel) == ("review_limit", {})
        desk.scene.live(due + timedelta(days=1))
        assert told(desk, top, "case_in_dispute")
        assert told(desk, desk.customer, "routes_offered")
        assert not told(desk, members["support"], "case_in_dispute")

    def test_also_while_the_machine_slept_through_both_sittings(self, desk: Desk) -> None:
        committee(desk)
        hire(desk, "top_management")
        desk.live(ASKED)
        due = desk.case.due_at
        assert due
        desk.scene.clock.now = due + timedelta(days=1)
        desk.scene.tick()
        assert ended(desk)[0] == Stage.IN_DISPUTE
        assert not {"sitting", "review_decision"} & set(desk.running)

    def test_the_clock_never_stops_for_a_question(self, desk: Desk) -> None:
        committee(desk)
        due = desk.live(ASKED).due_at
        desk.live("question")
        desk.scene.clock.forward(days=2)
        desk.live("add")
        assert desk.case.due_at == due

    def test_in_the_light_mode_too(self, desk: Desk) -> None:
        due = desk.live(ASKED).due_at
        assert due
        desk.scene.live(due)
        assert ended(desk) == (Stage.IN_DISPUTE, "lapsed")


class TestDecision:
    @pytest.mark.parametrize(
        ("life", "stage", "end"),
        [
            ("vote accept", Stage.IMPLEMENTING, "accepted"),
            ("dismiss accept", Stage.CLOSED, "accepted"),
            ("vote refuse", Stage.IN_DISPUTE, "refused_by_customer"),
            ("dismiss refuse", Stage.IN_DISPUTE, "refused_by_customer"),
        ],
    )
    def test_stands_like_an_answer(self, desk: Desk, life: str, stage: Stage, end: str) -> None:
        desk.live(f"{ASKED} {life}")
        assert ended(desk) == (stage, end)

    def test_silence_closes_it_and_the_routes_stay(self, desk: Desk) -> None:
        desk.live(f"{ASKED} dismiss LONG")
        assert (*ended(desk), desk.case.closed_reason) == (Stage.CLOSED, "lapsed", "silent")
        assert len(told(desk, desk.customer, "window_reminder")) == 3

    def test_everybody_concerned_hears_of_it(self, desk: Desk) -> None:
        members, manager = committee(desk), hire(desk, "dispute_manager")
        desk.live(ASKED)
        votes(desk, dict.fromkeys(members.values(), N))
        desk.scene.deliver()
        assert told(desk, desk.customer, "review_decided")
        for who in (manager, desk.handler, desk.supervisor):
            assert told(desk, who, "review_decided_staff")
        assert all(told(desk, who, "review_over") for who in members.values())

    def test_who_is_alike_can_be_seen(self, desk: Desk) -> None:
        before = desk.scene.answered(desk.customer, desk.handler)
        desk.scene.act(desk.customer, before, VERBS["accept"])
        desk.scene.act(desk.handler, before, VERBS["carry_out"])
        desk.scene.act(desk.customer, before, VERBS["confirm"])
        with desk.scene.office.look() as work:
            assert [each.code for each in comparable(work, desk.case)] == [before]


@pytest.fixture
def shared() -> Iterator[tuple[Desk, Office]]:
    """A desk on PostgreSQL, and another process of it."""
    url, clock = postgres_url(), Moment()
    engines = [db.connect(url), db.connect(url)]
    SQLModel.metadata.create_all(engines[0])
    scene, other = (Office(engine, organisation.load(), clock) for engine in engines)
    it = Scene(scene, clock, count(1))
    customer = it.customer()
    yield Desk(it, it.staff("handler"), it.staff("supervisor"), customer, it.complaint(customer)), other
    for engine in engines:
        engine.dispose()


class TestTogether:
    def test_two_votes_of_one_moment_decide_once(self, shared: tuple[Desk, Office]) -> None:
        """As the worker does, what collides is done again."""
        desk, other = shared
        members = committee(desk)
        desk.live(ASKED)
        desk.scene.clock.forward(minutes=1)
        votes(desk, {members["support"]: U})
        twin = Scene(other, desk.scene.clock, count(500))
        at_once(
            lambda: self.until_it_counts(desk.scene, members["technical"], desk.code),
            lambda: self.until_it_counts(twin, members["operations"], desk.code),
        )
        self.decided_once(desk)

    def test_a_vote_in_the_moment_at_which_the_sitting_ends(self, shared: tuple[Desk, Office]) -> None:
        desk, other = shared
        members = committee(desk)
        desk.live(ASKED)
        votes(desk, {members["support"]: U, members["technical"]: U})
        at: datetime | None = desk.scene.review(desk.code).sitting_at
        assert at
        desk.scene.live(at - timedelta(minutes=1))
        desk.scene.clock.now = at
        twin = Scene(other, desk.scene.clock, count(500))
        at_once(
            lambda: self.until_it_counts(desk.scene, members["operations"], desk.code),
            lambda: twin.tick(deliver=False),
        )
        desk.scene.tick(deliver=False)
        self.decided_once(desk)

    def until_it_counts(self, scene: Scene, who: int, code: str) -> None:
        for _ in range(5):
            try:
                scene.act(who, code, ballot(U))
            except errors.Conflict:
                continue
            return

    def decided_once(self, desk: Desk) -> None:
        assert (desk.case.stage, desk.scene.review(desk.code).stage) == (Stage.ANSWERED, "decided")
        assert desk.scene.history(desk.code).count("review.decided") == 1
        assert sorted(desk.running) == ["review_answer"]
        with desk.scene.office.look() as work:
            assert len([each for each in complaints.answers_of(work.db, desk.case.id) if each.review_id]) == 1
            assert list(audit.verify(work.db)) == []
