"""Random reviews: whoever sits, leaves, votes or sleeps, nobody in conflict has a part in it, and all of it ends."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from backoffice import audit, errors, people, rights
from backoffice.answers import DECISIONS
from backoffice.panel import MANDATORY, superiors
from backoffice.rights import Relation
from backoffice.stages import Stage
from backoffice.work import Actor, Work
from storage.complaints import Complaint, answers_of
from storage.journal import history
from storage.people import Person, Staff, staff_of
from tests.backoffice.conftest import VERBS, Desk, opened, rule
from tests.backoffice.reviewing import ballot, leaves, live, name_subject
from tests.stress import times

EXTRA = ("alternate", "handler", "supervisor", "top_management", "committee_chair", "seat_legal", "dispute_manager")
ROLES = st.tuples(st.sampled_from([*MANDATORY.values()]), st.sets(st.sampled_from(EXTRA), max_size=2))
MEMBERS = st.lists(st.tuples(ROLES, st.sampled_from([None, "delivery", "product"]), st.booleans()), max_size=7)
SEATED = st.booleans()
STEPS = st.one_of(
    st.tuples(st.just("vote"), st.integers(0, 4), st.sampled_from(DECISIONS)),
    st.tuples(st.just("all"), st.integers(0, 5), st.sampled_from(DECISIONS)),
    st.tuples(st.sampled_from(["recuse", "leave", "subject", "question"]), st.integers(0, 4), SEATED),
    st.tuples(st.sampled_from(["challenge", "challenge", "uphold", "dismiss"]), st.just(0), SEATED),
    st.tuples(st.sampled_from(["add", "be_heard", "state"]), st.just(0), SEATED),
    st.tuples(st.sampled_from(["withdraw_review", "ask_review", "away", "deliver"]), st.integers(0, 4), SEATED),
    st.tuples(st.just("live"), st.sampled_from([1, 24, 60, 140]), SEATED),
)
#: What who has lost the case may still be told: that they have, in words that tell nothing of it.
PARTING = {"seat_left", "review_over", "case_taken_over"}


@dataclass
class Walk:
    desk: Desk
    staff: list[int]
    read: int = 0  # of what has arrived, as much as was looked at

    def happens(self, what: str, which: int, how: object) -> None:
        seated = list(self.desk.scene.sitting(self.desk.code))
        pool = seated if how is not False and seated else self.staff
        who = pool[which % len(pool)] if pool else self.desk.supervisor
        try:
            self._do(what, which, who, str(how))
        except errors.OfficeError:
            return

    def _do(self, what: str, which: int, who: int, how: str) -> None:
        desk = self.desk
        deeds: dict[str, Callable[[], object]] = {
            "vote": lambda: desk.scene.act(who, desk.code, ballot(how)),
            "all": lambda: self._all_vote(which, how),
            "live": lambda: desk.scene.live(desk.scene.clock() + timedelta(hours=which)),
            "deliver": desk.scene.deliver,
            "away": lambda: self._goes_away(who),
            "leave": lambda: leaves(desk, who, seats=how == "True"),
            "subject": lambda: name_subject(desk, who, by=desk.manager),
            "uphold": lambda: self._rule(upheld=True),
            "dismiss": lambda: self._rule(upheld=False),
            **{each: partial(desk.scene.act, who, desk.code, VERBS[each]) for each in ("recuse", "question")},
        }
        deeds.get(what, lambda: desk.live(what))()

    def _all_vote(self, which: int, how: str) -> None:
        """Nearly everybody who has not yet; of their votes one may differ."""
        for place, who in enumerate(self.desk.scene.sitting(self.desk.code)):
            other = DECISIONS[place % len(DECISIONS)] if place == which else how
            with suppress(errors.OfficeError):
                self.desk.scene.act(who, self.desk.code, ballot(other))

    def _goes_away(self, who: int) -> None:
        with self.desk.scene.acting(who) as work:
            people.away(work)

    def _rule(self, *, upheld: bool) -> None:
        """Whoever may; nearly everybody may not."""
        for who in self.staff:
            try:
                self.desk.scene.act(who, self.desk.code, lambda work, case: rule(work, case, upheld=upheld))
            except errors.OfficeError:
                continue
            return

    # ------------------------------------------------------------------ what must hold at any moment

    def check(self) -> None:
        self._seats_are_as_the_case_says()
        self._nobody_in_conflict_has_a_part_in_it()
        self._nobody_was_told_of_it_without_a_right()

    def _seats_are_as_the_case_says(self) -> None:
        case, seats = self.desk.case, live(self.desk) if self.desk.case.panel else {}
        assert case.panel == {
            str(seat.person_id): Relation.CHAIR if seat.chairs else "member" for seat in seats.values()
        }
        names = [seat.name for seat in seats.values()]
        assert len(set(case.panel)) == len(names) == len(set(names))
        assert not set(case.panel) & set(case.barred)
        if case.stage == Stage.IN_REVIEW and self.desk.scene.review(self.desk.code).stage == "in_committee":
            assert [seat.chairs for seat in seats.values()].count(True) == 1
        else:
            assert not case.panel

    def _nobody_in_conflict_has_a_part_in_it(self) -> None:
        desk, case = self.desk, self.desk.case
        with desk.scene.office.look() as work:
            subject = case.subject_id
            above = superiors(work, subject) if subject else set()
            log = history(work.db, case.id)
            held = {each.facts.get("owner") for each in log if each.event == "complaint.assigned"} | {case.owner_id}
            held |= {answer.author_id for answer in answers_of(work.db, case.id) if not answer.review_id}
            gone = {seat.person_id for seat in desk.scene.seats(desk.code) if seat.left in ("conflict", "challenged")}
            for number in map(int, case.panel):
                assert number not in {subject, case.customer_id, *above, *held, *gone}, number
            for each in work.db.exec(select(Staff)).all():
                self._is_kept_out(work, case, each, {subject, *gone})

    def _is_kept_out(self, work: Work, case: Complaint, staff: Staff, conflicted: set[int | None]) -> None:
        actor = Actor(work.db.get_one(Person, staff.person_id), staff_of(work.db, staff.person_id))
        can = {action for action in rights.RIGHTS if rights.may(actor, action, case)} - {"own_data"}
        if actor.staff is None or staff.person_id in conflicted:
            assert not can, staff
        elif str(staff.person_id) in case.barred:
            assert can <= {"state"}, staff

    def _nobody_was_told_of_it_without_a_right(self) -> None:
        """The courier asks for the right; what it is not asked about must be words of parting, or a gathering."""
        post, self.read = self.desk.scene.post[self.read :], len(self.desk.scene.post)
        barred = {self.desk.scene.messenger(int(each)) for each in self.desk.case.barred}
        for each in post:
            if each.to in barred and each.case is None:
                assert each.template in PARTING | {"reminders"}, each

    def ends(self) -> None:
        """Nothing hangs: in the time that it takes it was decided, or taken back, or the way outside was opened."""
        desk = self.desk
        desk.scene.deliver()
        desk.scene.live(desk.scene.clock() + timedelta(days=20))
        self.check()
        assert desk.case.stage not in (Stage.IN_REVIEW, Stage.DRAFT)
        assert (desk.case.panel, rights.deciders(desk.case)) == ({}, [])
        for asked in desk.scene.requests(desk.code):
            assert asked.stage in ("decided", "closed"), asked
            if asked.decided_at is None:
                assert asked.ended in ("withdrawn", "unseated", "lapsed")
        running = [each for each in desk.running.values() if each.target in ("sitting", "review_decision")]
        assert not running
        with desk.scene.office.look() as work:
            assert list(audit.verify(work.db)) == []


@pytest.mark.stress
@settings(max_examples=times(12, 300))
@given(MEMBERS, st.booleans(), st.lists(STEPS, min_size=3, max_size=16))
def test_a_review(
    members: list[tuple[tuple[str, set[str]], str | None, bool]], full: bool, steps: list[tuple[str, int, object]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as scene:
        handler, supervisor, customer = scene.staff("handler"), scene.staff("supervisor"), scene.customer()
        desk = Desk(scene, handler, supervisor, customer, "")
        desk.manager = scene.staff("complaints_manager", department=None)
        if full:
            desk.committee()
        staff = [scene.staff(seat, *sorted(more), department=department) for (seat, more), department, _away in members]
        for who, (_roles, _department, is_away) in zip(staff, members, strict=True):
            if is_away:
                with scene.office.work() as work:
                    work.db.get_one(Staff, scene.person(who).id).away_since = work.now
        desk.code = scene.complaint(customer)
        owner = desk.case.owner_id
        assert owner
        desk.handler = scene.messenger(owner)
        desk.live("take reject ask_review")
        walk = Walk(desk, [*staff, handler, supervisor, desk.manager, *scene.sitting(desk.code)])
        walk.check()
        for what, which, how in steps:
            walk.happens(what, which, how)
            walk.check()
        walk.ends()
