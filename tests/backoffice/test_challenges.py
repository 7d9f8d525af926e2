"""Doubts about whoever sits: declared, raised, decided, and what becomes of seat and vote."""

import pytest

from backoffice import challenges, errors, voting
from backoffice.stages import Stage
from tests.backoffice.conftest import VERBS, Desk
from tests.backoffice.reviewing import (
    ASKED,
    alternates,
    as_found,
    ballot,
    committee,
    doubt,
    ended,
    hire,
    judge,
    live,
    pass_the_sitting,
    seated,
    told,
    votes,
)


class TestDeclared:
    def test_the_alternate_of_the_same_seat_takes_over_at_once(self, desk: Desk) -> None:
        members, others = committee(desk), alternates(desk)
        desk.live(ASKED)
        desk.scene.act(members["technical"], desk.code, VERBS["recuse"])
        assert seated(desk) == {**members, "technical": others["technical"]}
        assert live(desk)["technical"].alternate
        assert desk.case.barred[str(desk.scene.person(members["technical"]).id)] == "conflict"
        desk.scene.deliver()
        assert told(desk, desk.customer, "panel_changed")
        assert told(desk, others["technical"], "review_seated")

    @pytest.mark.parametrize("verb", ["vote", "question", "recuse", "write", "take", "state", "rule"])
    def test_whoever_left_can_do_nothing_more(self, desk: Desk, verb: str) -> None:
        members = committee(desk)
        alternates(desk)
        desk.live(ASKED)
        desk.scene.act(members["support"], desk.code, VERBS["recuse"])
        with pytest.raises((errors.Barred, errors.VoteRefused)):
            as_found(desk, members["support"], VERBS[verb])
        with pytest.raises(errors.Barred):
            desk.scene.act(members["support"], desk.code, VERBS[verb])

    def test_without_an_alternate_of_a_mandatory_seat_it_goes_outside_at_our_cost(self, desk: Desk) -> None:
        members, top = committee(desk), hire(desk, "top_management")
        desk.live(ASKED)
        desk.scene.act(members["support"], desk.code, VERBS["recuse"])
        assert ended(desk) == (Stage.IN_DISPUTE, "unseated")
        assert desk.case.deadlock_trigger == "unseated"
        desk.scene.live(desk.scene.clock().replace(hour=12))
        assert told(desk, top, "case_in_dispute")
        assert all(told(desk, members[name], "review_over") for name in ("technical", "operations"))

    def test_in_the_light_mode_the_next_who_is_free_takes_over(self, desk: Desk) -> None:
        first, second = hire(desk, "seat_legal"), hire(desk, "seat_quality")
        desk.live(f"{ASKED} recuse")
        assert seated(desk) == {"reviewer": second}
        desk.live("recuse recuse")
        assert ended(desk) == (Stage.IN_DISPUTE, "unseated")
        assert first not in desk.scene.sitting(desk.code)

    def test_a_vote_of_who_leaves_is_void(self, desk: Desk) -> None:
        members, others = committee(desk), alternates(desk)
        desk.live(ASKED)
        votes(desk, {members["support"]: "upheld", members["technical"]: "not_upheld"})
        desk.scene.act(members["support"], desk.code, VERBS["recuse"])
        votes(desk, {members["operations"]: "upheld", others["support"]: "not_upheld"})
        assert desk.case.decision == "not_upheld"

    def test_it_takes_a_reason(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(ASKED)
        with pytest.raises(errors.Invalid):
            desk.scene.act(members["support"], desk.code, lambda work, case: challenges.step_down(work, case, " "))


class TestChallenged:
    def test_the_chair_decides_and_upheld_the_member_leaves(self, desk: Desk) -> None:
        members, others = committee(desk), alternates(desk)
        desk.live(ASKED)
        doubt(desk, "support")
        assert desk.scene.told(members["operations"])[-1] == "seat_challenged"
        judge(desk, members["operations"], "support", upheld=True)
        assert seated(desk)["support"] == others["support"]
        left = next(each for each in desk.scene.seats(desk.code) if each.left)
        assert (left.left, left.challenge_upheld) == ("challenged", True)

    def test_dismissed_the_member_stays_and_the_complainant_reads_so(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(ASKED)
        doubt(desk, "support")
        judge(desk, members["operations"], "support", upheld=False)
        assert seated(desk) == members
        assert desk.scene.told(desk.customer)[-1] == "challenge_dismissed"
        with pytest.raises(errors.Stale):
            doubt(desk, "support")

    def test_of_the_chair_decides_whoever_stands_above_and_sits_not_on_it(self, desk: Desk) -> None:
        members, others = committee(desk), alternates(desk)
        manager, chief = hire(desk, "dispute_manager"), hire(desk, "complaints_manager")
        desk.live(ASKED)
        doubt(desk, "operations")
        for who in (members["operations"], members["support"], chief):
            with pytest.raises(errors.NotAllowed):
                judge(desk, who, "operations", upheld=False)
        judge(desk, manager, "operations", upheld=True)
        assert seated(desk)["operations"] == others["operations"]
        assert live(desk)["operations"].chairs

    def test_where_nobody_could_dismiss_it_it_counts(self, desk: Desk) -> None:
        committee(desk)
        others = alternates(desk)
        desk.live(ASKED)
        doubt(desk, "operations")
        assert seated(desk)["operations"] == others["operations"]

    def test_a_chair_in_doubt_decides_on_nobody(self, desk: Desk) -> None:
        members, manager = committee(desk), hire(desk, "dispute_manager")
        desk.live(ASKED)
        doubt(desk, "operations")
        doubt(desk, "support")
        with pytest.raises(errors.NotAllowed):
            judge(desk, members["operations"], "support", upheld=False)
        judge(desk, manager, "support", upheld=False)

    def test_while_it_waits_nothing_is_decided(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(ASKED)
        doubt(desk, "support")
        votes(desk, dict.fromkeys(members.values(), "upheld"))
        assert desk.case.stage == Stage.IN_REVIEW
        judge(desk, members["operations"], "support", upheld=False)
        assert desk.case.stage == Stage.ANSWERED

    def test_undecided_at_the_sitting_it_counts_as_upheld(self, desk: Desk) -> None:
        members, others = committee(desk), alternates(desk)
        desk.live(ASKED)
        votes(desk, dict.fromkeys(members.values(), "upheld"))
        other = Desk(desk.scene, desk.handler, desk.supervisor, desk.customer, desk.scene.complaint(desk.customer))
        other.live(ASKED)
        doubt(other, "support")
        votes(other, dict.fromkeys(members.values(), "upheld"))
        pass_the_sitting(other)
        assert other.case.stage == Stage.IN_REVIEW
        assert seated(other)["support"] == others["support"]
        votes(other, {others["support"]: "not_upheld"})
        assert (other.case.stage, other.case.decision) == (Stage.ANSWERED, "upheld")

    def test_the_first_of_several_for_whom_nobody_is_left_ends_the_review_for_all(self, desk: Desk) -> None:
        """Nobody is seated after that, even where the next seat in doubt has an alternate."""
        members, alternate = committee(desk), hire(desk, "seat_technical", "alternate")
        hire(desk, "dispute_manager")
        desk.live(ASKED)
        doubt(desk, "support")
        doubt(desk, "technical")
        pass_the_sitting(desk)
        assert ended(desk) == (Stage.IN_DISPUTE, "unseated")
        assert desk.case.panel == {}
        assert not told(desk, alternate, "review_seated")
        assert str(desk.scene.person(members["technical"]).id) not in desk.case.barred

    def test_who_steps_down_in_doubt_was_not_found_to_be_free_of_it(self, desk: Desk) -> None:
        members = committee(desk)
        alternates(desk)
        desk.live(ASKED)
        doubt(desk, "support")
        desk.scene.act(members["support"], desk.code, VERBS["recuse"])
        left = next(each for each in desk.scene.seats(desk.code) if each.left)
        assert (left.left, left.challenge_upheld) == ("conflict", None)

    @pytest.mark.parametrize("who", ["customer", "handler", "stranger"])
    def test_nobody_else_decides_on_it(self, desk: Desk, who: str) -> None:
        committee(desk)
        desk.live(ASKED)
        doubt(desk, "support")
        person = desk.scene.customer() if who == "stranger" else getattr(desk, who)
        with pytest.raises((errors.NotAllowed, errors.NotFound, errors.Barred)):
            judge(desk, person, "support", upheld=True)

    def test_a_seat_of_another_review_is_none_of_this(self, desk: Desk) -> None:
        committee(desk)
        desk.live(ASKED)
        foreign = live(desk)["support"].id
        other = Desk(desk.scene, desk.handler, desk.supervisor, desk.customer, desk.scene.complaint(desk.customer))
        other.live(ASKED)
        with pytest.raises(errors.Stale):
            other.scene.act(
                other.customer, other.code, lambda work, case: challenges.challenge(work, case, foreign, "No.")
            )


def test_in_the_middle_of_a_vote_the_last_missing_one_may_be_that_of_who_leaves(desk: Desk) -> None:
    """An optional member leaves, whose vote alone was missing: then it is decided."""
    members, legal = committee(desk), hire(desk, "seat_legal")
    desk.live(ASKED)
    votes(desk, dict.fromkeys(members.values(), "partly"))
    assert desk.case.stage == Stage.IN_REVIEW
    desk.scene.act(legal, desk.code, VERBS["recuse"])
    assert (desk.case.stage, desk.case.decision) == (Stage.ANSWERED, "partly")


def test_a_foreign_member_has_no_vote(desk: Desk) -> None:
    committee(desk)
    substitute = alternates(desk)["support"]
    desk.live(ASKED)
    with pytest.raises(errors.NotAllowed):
        as_found(desk, desk.supervisor, ballot("upheld"))
    with pytest.raises(errors.NotFound):
        as_found(desk, substitute, ballot("upheld"))
    assert voting.TOLERATED == 1
