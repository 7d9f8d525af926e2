"""The machine: every pair of stage and event is either in the table and reached, or refused."""

import itertools
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, note, settings
from hypothesis import strategies as st

from backoffice import audit, challenges, erasure, errors
from backoffice.lifecycle import MOVES, move
from backoffice.stages import STANDINGS, Event, Stage
from storage.complaints import Complaint
from tests.backoffice.conftest import CUSTOMER, Desk, Scene, opened
from tests.backoffice.disputing import Table
from tests.backoffice.life_deeds import (
    ANY_TIME,
    BY_CUSTOMER,
    DEEDS,
    EVERYTHING,
    FITTING,
    HOURS,
    PERHAPS,
    PLACES,
    another,
    doer,
    gathered,
)
from tests.backoffice.life_rules import Move, Rules
from tests.stress import LONG, times

FORBIDDEN = [pair for pair in itertools.product(Stage, Event) if pair not in MOVES]
ROWS: set[Move] = {(was, event, goal) for (was, event), goals in MOVES.items() for goal in goals}
#: What people do one after another, "who:" before what is not done by whoever mostly does it. SETTLE: both sides agree
#: outside, and what was agreed is done; LONG: until a review comes late.
LIVES = (
    "take ask add refund refuse refund accept carry_out deny carry_out confirm",
    "take apologise accept reopen",
    "withdraw",
    "take withdraw",
    "assess contain withdraw",
    "supervisor:assess withdraw",  # for an owner who has not started
    "take ask withdraw",
    "take reject accept",
    "take reject withdraw",
    "take refund accept withdraw",
    "take refund accept carry_out withdraw",
    "supervisor:exclude contest_exclusion ANOTHER supervisor:merge unmerge",
    "exclude refuse_scope exclude confirm_scope",
    "supervisor:assess supervisor:exclude",
    "ANOTHER supervisor:assess supervisor:merge",
    "take supervisor:exclude",
    "ANOTHER take supervisor:merge",
    "take ask SILENCE",
    "assess ask SILENCE",
    "take refund SILENCE",
    "take refund accept carry_out SILENCE",
    "take refund counter refund revise accept",
    # with a second pair of eyes: what safety is concerned with is critical
    "assess refund send_back refund take_back refund withdraw",
    "assess refund approve accept",
    "assess refund SILENCE ask_review withdraw_review",
    # the second look
    "take reject ask_review vote accept",
    "take reject ask_review dismiss refuse SILENCE",
    "take reject ask_review dismiss SILENCE",
    "take reject ask_review withdraw_review",
    "take reject ask_review withdraw",
    "take reject ask_review SILENCE",
    "take reject LONG ask_review solve",
    "take reject LONG ask_review not_admit",
    "take reject accept ask_review withdraw_review",
    "SILENCE ask_review withdraw_review",
    "supervisor:assess SILENCE ask_review withdraw_review",
    "take SILENCE ask_review withdraw_review",
    "take SILENCE ask ask_review withdraw_review",
    "take SILENCE refund accept ask_review withdraw_review",
    # the way outside
    "keeper:declare decline_routes",
    "supervisor:assess keeper:declare withdraw",
    "take declare ask_review withdraw_review",
    "take declare refund",
    "take reject accept routes SILENCE",
    "take declare SETTLE reopen",
)
BEFORE = sorted({" ".join(life.split()[:-1]) for life in LIVES} - {""})
STEPS = st.tuples(st.sampled_from(range(140)), st.sampled_from([*[None] * 25, *PLACES]), st.sampled_from(range(6)))
REACHED: set[Move] = set()


class TestTable:
    def test_every_stage_says_what_it_means(self) -> None:
        assert set(STANDINGS) == set(Stage)

    def test_no_stage_is_a_dead_end(self) -> None:
        assert {stage for stage, _event in MOVES} == set(Stage)

    @pytest.mark.parametrize(("stage", "event"), FORBIDDEN)
    def test_what_is_not_in_it_is_refused(self, scene: Scene, stage: Stage, event: Event) -> None:
        case = scene.case(scene.complaint(scene.customer()))
        case.stage = stage
        with scene.office.work() as work, pytest.raises(errors.IllegalMove):
            move(work, case, event)

    def test_an_old_turn_is_stale(self, scene: Scene) -> None:
        case = scene.case(scene.complaint(scene.customer()))
        with scene.office.work() as work, pytest.raises(errors.Stale):
            move(work, case, Event.WITHDRAWN, turn=case.turn - 1)


@dataclass
class Walk:
    desk: Desk
    cast: dict[str, int]
    rules: Rules

    def happens(self, number: int, place: str | None, how: int) -> None:
        """One deed in seven is any that there is; more than one person in three is anybody at all."""
        stage = Stage(self.desk.case.stage)
        pool = [*FITTING[stage].split(), *ANY_TIME.split()] if number % 7 else EVERYTHING
        whose, _, deed = pool[number % len(pool)].rpartition(":")
        self.does(place or whose, deed, how)

    def lives(self, life: str) -> None:
        for each in life.split():
            whose, _, deed = each.rpartition(":")
            self.does(whose, deed, 5)

    def does(self, place: str, deed: str, how: int) -> None:
        """Somebody does something, or is refused, which leaves everything as it was; then all must hold."""
        before = self.rules.before(self.desk.code)
        try:
            self._do(place, deed, how)
            note(f"{before.stage}: {place} {deed} {how}")
        except errors.OfficeError as refusal:
            note(f"{before.stage}: {place} {deed} {how} -- {refusal!r} {refusal.facts}")
            assert self.rules.before(self.desk.code) == before
        if deed == "ANOTHER":
            before = self.rules.before(self.desk.code)
        self.rules.check(self.desk.code, before)

    def _do(self, place: str, deed: str, how: int) -> None:
        desk, scene = self.desk, self.desk.scene
        match deed:
            case "ARRIVING":
                scene.deliver()
            case "PASSING" | "SILENCE" | "LONG":
                hours = {"PASSING": HOURS[how % len(HOURS)], "SILENCE": 50 * 24, "LONG": 40 * 24}[deed]
                scene.deliver()
                scene.live(scene.clock() + timedelta(hours=hours))
            case "ANOTHER":
                another(desk)
            case "SETTLE":
                Table(desk, self.cast["keeper"], 0).live("negotiate propose us:agree us:fulfil confirm")
            case "name":
                self._names(self.cast.get(place, desk.supervisor), how)
            case _:
                self._acts(self.cast.get(place) or doer(desk, self.cast, deed), deed)

    def _names(self, who: int, how: int) -> None:
        """Somebody of those who are there is complained of, or after all nobody is."""
        subjects = [None, *(self.rules.person(each) for each in self.cast.values())]
        with self.desk.scene.acting(who) as work:
            case = work.db.get_one(Complaint, self.desk.case.id)
            challenges.name_subject(work, case, subjects[how % len(subjects)])

    def _acts(self, who: int, deed: str) -> None:
        """By the number of the case, as a handler of the bot would after it has found it."""
        before = self.rules.before(self.desk.code)
        with self.desk.scene.acting(who) as work:
            DEEDS[deed](work, work.db.get_one(Complaint, self.desk.case.id))
        self.rules.changed_by(who, deed, deed in CUSTOMER or deed in BY_CUSTOMER, before)

    def ends(self) -> None:
        """The log holds, and what is kept for the law is not erased with the rest when its time is over."""
        scene, case = self.desk.scene, self.desk.case
        with suppress(errors.OfficeError):
            scene.act(self.desk.customer, self.desk.code, DEEDS["withdraw"])
        scene.clock.now += timedelta(days=366 * (scene.office.organisation.retention_years + 1))
        with scene.office.work() as work:
            while erasure.expire(work):
                continue
        case = self.desk.case
        if case.stage == Stage.CLOSED:
            assert (case.erased_at is None) is (case.held_at is not None)
        with scene.office.look() as work:
            assert list(audit.verify(work.db)) == []


def with_every_life(test: Callable[..., None]) -> Callable[..., None]:
    """Each life from the beginning to its end, so that no row of the table is left to chance."""
    for life in LIVES:
        test = example(set(), life, [])(test)
    return test


class TestWalk:
    """Random lives, through the use-cases that people call."""

    @pytest.mark.stress
    @settings(max_examples=times(15, 600), derandomize=not LONG)
    @with_every_life
    @given(
        st.sets(st.sampled_from(sorted(PERHAPS)), max_size=7),
        st.sampled_from(["", "", *BEFORE]),
        st.lists(STEPS, min_size=6, max_size=14),
    )
    def test_a_life(self, perhaps: set[str], before: str, steps: list[tuple[int, str | None, int]]) -> None:
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as scene:
            cast = gathered(scene, perhaps)
            desk = Desk(scene, cast["handler"], cast["supervisor"], cast["customer"], scene.complaint(cast["customer"]))
            desk.manager = cast["keeper"]
            walk = Walk(desk, cast, Rules(scene, cast))
            walk.lives(before)
            for number, place, how in steps:
                walk.happens(number, place, how)
            walk.ends()
            REACHED.update(walk.rules.moved)

    def test_every_row_of_the_table_was_reached(self) -> None:
        """By the lives above, and by what random people did."""
        never = sorted(ROWS - REACHED)
        print("never reached:", never)
        assert not never
        assert REACHED <= ROWS
