"""Who sits: one person free of conflict, or a committee of three seats and more, never the same person twice."""

import pytest

from backoffice import people
from backoffice.panel import MANDATORY, OPTIONAL
from backoffice.stages import Stage
from tests.backoffice.conftest import VERBS, Desk
from tests.backoffice.reviewing import (
    ASKED,
    alternates,
    ballot,
    chair,
    committee,
    doubt,
    ended,
    hire,
    judge,
    leaves,
    live,
    name_subject,
    seated,
    told,
    votes,
)


class TestLight:
    def test_one_person_sits_where_a_seat_has_no_holder(self, desk: Desk) -> None:
        hire(desk, "seat_support"), hire(desk, "seat_technical")
        desk.live(ASKED)
        assert (desk.scene.review(desk.code).mode, list(live(desk))) == ("light", ["reviewer"])
        assert desk.case.panel == {str(live(desk)["reviewer"].person_id): "chair"}

    def test_alternates_alone_make_no_committee(self, desk: Desk) -> None:
        alternates(desk)
        desk.live(ASKED)
        assert desk.scene.review(desk.code).mode == "light"

    def test_who_handles_complaints_every_day_comes_last(self, desk: Desk) -> None:
        desk.scene.staff("handler")
        quality = hire(desk, "seat_quality")
        desk.live(ASKED)
        assert seated(desk) == {"reviewer": quality}

    def test_who_is_away_comes_after_who_is_there(self, desk: Desk) -> None:
        with desk.scene.acting(desk.supervisor) as work:
            people.away(work)
        other = desk.scene.staff("handler")
        desk.live(ASKED)
        assert seated(desk) == {"reviewer": other}

    def test_without_anybody_free_the_way_leads_outside_at_our_cost(self, desk: Desk) -> None:
        leaves(desk, desk.supervisor, seats=False)
        desk.live(ASKED)
        assert ended(desk) == (Stage.IN_DISPUTE, "unseated")
        assert (desk.case.deadlock_trigger, desk.case.barred) == ("unseated", {})

    @pytest.mark.parametrize("role", ["auditor", "admin"])
    def test_who_only_reads_or_administers_does_not_review(self, desk: Desk, role: str) -> None:
        leaves(desk, desk.supervisor, seats=False)
        hire(desk, role)
        desk.live(ASKED)
        assert ended(desk) == (Stage.IN_DISPUTE, "unseated")

    def test_nobody_reviews_the_own_complaint(self, desk: Desk) -> None:
        leaves(desk, desk.supervisor, seats=False)
        desk.customer = desk.scene.customer()
        desk.code = desk.scene.complaint(desk.customer)
        with desk.scene.office.work() as work:
            token = people.invite(work, people.Post(["seat_legal"]))
        with desk.scene.acting(desk.customer) as work:
            people.join(work, token, "Mina")
        desk.live(ASKED)
        assert ended(desk) == (Stage.IN_DISPUTE, "unseated")


class TestCommittee:
    def test_the_three_seats_and_who_presides(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(ASKED)
        assert seated(desk) == members
        assert all(seat.mandatory for seat in live(desk).values())
        assert chair(desk) == "operations"
        assert sorted(desk.case.panel.values()) == ["chair", "member", "member"]

    def test_optional_seats_are_filled_where_they_have_a_holder(self, desk: Desk) -> None:
        committee(desk)
        for role in OPTIONAL.values():
            hire(desk, role)
        desk.live(ASKED)
        assert {name: seat.mandatory for name, seat in live(desk).items()} == {
            **dict.fromkeys(MANDATORY, True),
            **dict.fromkeys(OPTIONAL, False),
        }

    def test_a_member_may_be_the_chair(self, desk: Desk) -> None:
        committee(desk, "technical")
        desk.live(ASKED)
        assert chair(desk) == "technical"
        assert "chair" not in live(desk)

    def test_a_chair_apart_sits_beside_them(self, desk: Desk) -> None:
        committee(desk)
        president = hire(desk, "committee_chair")
        desk.live(ASKED)
        assert (chair(desk), seated(desk)["chair"]) == ("chair", president)
        assert not live(desk)["chair"].mandatory

    def test_who_could_take_two_seats_takes_the_one_that_nobody_else_can(self, desk: Desk) -> None:
        both = hire(desk, "seat_support", "seat_technical")
        support, operations = hire(desk, "seat_support"), hire(desk, "seat_operations")
        desk.live(ASKED)
        assert seated(desk) == {"support": support, "technical": both, "operations": operations}

    def test_one_person_with_all_seats_is_no_committee(self, desk: Desk) -> None:
        hire(desk, *MANDATORY.values())
        desk.live(ASKED)
        assert ended(desk) == (Stage.IN_DISPUTE, "unseated")

    def test_who_decided_before_is_replaced_by_the_alternate(self, desk: Desk) -> None:
        desk.handler = desk.scene.staff("handler", "seat_support")
        leaves(desk, desk.scene.messenger(desk.case.owner_id or 0), seats=False)
        hire(desk, "seat_technical"), hire(desk, "seat_operations")
        other = hire(desk, "seat_support", "alternate")
        desk.code = desk.scene.complaint(desk.customer)
        desk.live(ASKED)
        assert seated(desk)["support"] == other
        assert live(desk)["support"].alternate

    def test_without_an_alternate_for_them_it_goes_outside(self, desk: Desk) -> None:
        leaves(desk, desk.handler, seats=False)
        desk.handler = desk.scene.staff("handler", "seat_support")
        hire(desk, "seat_technical"), hire(desk, "seat_operations")
        desk.code = desk.scene.complaint(desk.customer)
        desk.live(ASKED)
        assert ended(desk) == (Stage.IN_DISPUTE, "unseated")


class TestSubject:
    def test_neither_the_person_complained_of_nor_their_superior_reviews_it(self, desk: Desk) -> None:
        members = committee(desk)
        boss, others = desk.scene.staff("supervisor", "seat_operations", department="delivery"), alternates(desk)
        desk.live("take reject")
        subject = members["support"]
        with desk.scene.office.work() as work:
            staff = work.db.get_one(people.Staff, desk.scene.person(subject).id)
            staff.department, staff.roles = "delivery", [*staff.roles, "handler"]
        leaves(desk, members["operations"], seats=False)
        name_subject(desk, subject, by=desk.supervisor)
        desk.live("ask_review")
        assert boss not in seated(desk).values()
        assert seated(desk)["support"] == others["support"]

    def test_named_while_they_sit_they_leave_at_once(self, desk: Desk) -> None:
        members, others = committee(desk), alternates(desk)
        desk.live(ASKED)
        votes(desk, {members["support"]: "not_upheld"})
        name_subject(desk, members["support"])
        assert seated(desk)["support"] == others["support"]
        number = str(desk.scene.person(members["support"]).id)
        assert (desk.case.barred[number], number in desk.case.panel) == ("subject", False)

    def test_the_owner_loses_the_case_and_whoever_gets_it_reviews_nothing(self, desk: Desk) -> None:
        desk.scene.staff("handler")
        desk.live(ASKED)
        name_subject(desk, desk.handler)
        members, owner = desk.scene.sitting(desk.code), desk.case.owner_id
        assert owner
        assert desk.scene.messenger(owner) not in (desk.handler, *members)
        desk.scene.act(members[0], desk.code, VERBS["recuse"])
        assert str(owner) not in desk.case.panel

    def test_who_was_named_by_mistake_stands_where_they_stood(self, desk: Desk) -> None:
        desk.live(ASKED)
        number = str(desk.scene.person(desk.handler).id)
        name_subject(desk, desk.handler)
        assert desk.case.barred[number] == "subject"
        name_subject(desk, None)
        assert desk.case.barred[number] == "decider"
        desk.live("withdraw_review")
        assert number not in desk.case.barred

    def test_a_conflict_that_was_declared_outlives_the_mistake(self, desk: Desk) -> None:
        members = committee(desk)
        alternates(desk)
        desk.live(ASKED)
        number = str(desk.scene.person(members["technical"]).id)
        desk.scene.act(members["technical"], desk.code, VERBS["recuse"])
        name_subject(desk, members["technical"])
        name_subject(desk, None)
        assert desk.case.barred[number] == "conflict"


class TestWhileItRuns:
    """Nobody takes the case in hand meanwhile."""

    @pytest.mark.parametrize("verb", ["take", "answer", "assign"])
    def test_a_supervisor_neither_takes_nor_gives_it(self, desk: Desk, verb: str) -> None:
        from backoffice import errors, handling

        committee(desk)
        other = desk.scene.person(desk.scene.staff("handler")).id
        desk.live(ASKED)
        deeds = {
            "take": handling.take,
            "assign": lambda work, case: handling.assign(work, case, other),
            "answer": VERBS["solve"],
        }
        before = desk.case.owner_id
        with pytest.raises(errors.OfficeError):
            desk.scene.act(desk.supervisor, desk.code, deeds[verb])
        assert desk.case.owner_id == before


class TestLeaving:
    def test_the_seat_goes_to_the_alternate_and_the_vote_with_it(self, desk: Desk) -> None:
        members, others = committee(desk), alternates(desk)
        desk.live(ASKED)
        votes(desk, {members["support"]: "upheld", members["technical"]: "upheld"})
        leaves(desk, members["support"])
        assert seated(desk)["support"] == others["support"]
        votes(desk, {members["operations"]: "upheld"})
        assert desk.case.stage == Stage.IN_REVIEW
        votes(desk, {others["support"]: "not_upheld"})
        assert (desk.case.stage, desk.case.decision) == (Stage.ANSWERED, "upheld")

    def test_who_left_and_kept_the_seat_is_no_more_than_absent(self, desk: Desk) -> None:
        committee(desk)
        desk.live(ASKED)
        leaves(desk, desk.scene.sitting(desk.code)[0], seats=False)
        due = desk.case.due_at
        assert due
        desk.scene.live(due)
        assert ended(desk)[0] == Stage.IN_DISPUTE

    def test_when_the_chair_apart_leaves_operations_presides(self, desk: Desk) -> None:
        members = committee(desk)
        president = hire(desk, "committee_chair")
        desk.live(ASKED)
        votes(desk, dict(zip(members.values(), ("upheld", "partly", "not_upheld"), strict=True)))
        desk.scene.deliver()
        assert told(desk, president, "tie_to_break")
        leaves(desk, president)
        assert (desk.case.stage, desk.case.decision) == (Stage.ANSWERED, "not_upheld")

    @pytest.mark.parametrize("chairs", [True, False])
    def test_an_optional_seat_may_stay_empty(self, desk: Desk, chairs: bool) -> None:
        committee(desk)
        legal = hire(desk, "seat_legal", *(["committee_chair"] if chairs else []))
        desk.live(ASKED)
        assert chair(desk) == ("legal" if chairs else "operations")
        desk.scene.act(legal, desk.code, VERBS["recuse"])
        assert (sorted(live(desk)), chair(desk)) == (sorted(MANDATORY), "operations")


class TestOnTheWay:
    """What waited for somebody who has lost the file meanwhile does not reach them."""

    def test_a_recused_member_reads_nothing_that_was_on_its_way(self, desk: Desk) -> None:
        members = committee(desk)
        alternates(desk)
        desk.live(ASKED)
        desk.live("add")  # everybody is told, and nothing has gone yet
        doubt(desk, "support")
        judge(desk, members["operations"], "support", upheld=True)
        desk.scene.deliver()
        mine = [each for each in desk.scene.post if each.to == members["support"]]
        assert [each.template for each in mine] == ["seat_left"]
        assert {each.template for each in desk.scene.withheld} >= {"review_seated", "panel_heard"}
        assert "notice.withheld" in desk.scene.history(desk.code)

    def test_nobody_who_had_the_case_is_reminded_of_it(self, desk: Desk) -> None:
        """Harm must be contained all the same: whoever stands above hears of it."""
        committee(desk)
        boss = hire(desk, "complaints_manager")
        desk.manager = boss
        desk.live("take assess reject approve ask_review")
        desk.scene.post.clear()
        desk.scene.live(desk.running["containment"].due_at or desk.scene.clock())
        assert not told(desk, desk.handler, "reminder")
        assert told(desk, desk.supervisor, "reminder") or told(desk, boss, "reminder")


def test_a_second_vote_by_the_same_person_is_impossible_after_a_change_of_seats(desk: Desk) -> None:
    members = committee(desk)
    hire(desk, "top_management")
    alternates(desk)
    desk.live(ASKED)
    desk.scene.act(members["support"], desk.code, ballot("upheld"))
    numbers = [seat.person_id for seat in live(desk).values()]
    assert len(numbers) == len(set(numbers)) == 3
