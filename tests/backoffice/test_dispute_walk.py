"""Random disputes: whoever joins, refuses, talks, decides or sleeps, nothing leaves too soon, and all of it ends."""

import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, note, settings
from hypothesis import strategies as st
from sqlmodel import col, func, select

from backoffice import audit, challenges, entries, errors, providers, team, watch
from backoffice.disputes import (
    register,
)
from backoffice.disputes.phases import ADVISORY, DETERMINATIVE, MOVES, Phase, Step
from backoffice.providers import NewProvider
from backoffice.stages import Event, Stage
from storage.complaints import Complaint, entries_of
from storage.traffic import OutboxMessage
from tests.backoffice.conftest import Desk, opened
from tests.backoffice.dispute_deeds import ALWAYS, BINDING, FITTING, NEW, PLACES, printed, simple
from tests.backoffice.dispute_rules import Rules, hears_of_closed_ways, hears_of_the_end
from tests.backoffice.disputing import (
    ARBITERS,
    EXPERTS,
    MEDIATOR,
    OUTSIDE,
    _words,
    mediator,
)
from tests.backoffice.test_dispute_phases import ENDS
from tests.backoffice.test_dispute_phases import STEPS as LIVES
from tests.stress import LONG, times

P = Phase
pytestmark = pytest.mark.stress
#: How far it has come when chance takes over: all of a life of the table, or all but its last deed.
WHOLE = sorted({*LIVES.values(), *ENDS.values()})
BEFORE = sorted({*WHOLE, *(" ".join(life.split()[:-1]) for life in WHOLE)})
HOURS = (3, 30, 30, 4 * 24, 11 * 24, 40 * 24)

# ---------------------------------------------------------------------- who is there

PARTIES = st.fixed_dictionaries(
    {
        "mediators": st.integers(0, 2),
        "experts": st.booleans(),
        "arbiters": st.booleans(),
        "binding": st.sampled_from(BINDING[1:]),
        "colleague": st.sampled_from([None, "dispute_manager", "complaints_manager", "top_management"]),
        "legal": st.booleans(),
        "company": st.booleans(),
        "anonymous": st.sampled_from([False, False, True]),
        "reviewer": st.booleans(),
    }
)
STEPS = st.tuples(st.sampled_from(range(120)), st.sampled_from([*[None] * 25, *PLACES]), st.sampled_from(range(6)))


@dataclass
class Walk:
    desk: Desk
    cast: dict[str, int]
    rules: Rules

    def happens(self, number: int, place: str | None, how: int) -> None:
        """One deed in seven is any that there is; three people in ten are anybody at all."""
        phase = Phase(self.desk.case.dispute_phase) if self.desk.case.dispute_phase else None
        pool = [*FITTING[phase].split(), *ALWAYS.split()] if number % 7 else EVERYTHING
        whose, _, deed = pool[number % len(pool)].rpartition(":")
        try:
            self._do(deed, self._who(place or whose or "customer"), how)
            note(f"{phase}: {place or whose or 'customer'} {deed} {how}")
        except errors.OfficeError as refused:
            note(f"{phase}: {place or whose or 'customer'} {deed} {how} -- {refused!r}")
        self.rules.check()

    def _do(self, deed: str, who: int, how: int) -> None:
        scene = self.desk.scene
        if deed == "SILENCE":
            self.passes(hours=24 * 40)
        elif deed == "passing":
            self.passes(hours=HOURS[how % len(HOURS)])
        elif deed == "arriving":
            scene.deliver()
        elif deed == "printed":
            with scene.office.work() as work:
                printed(work, work.db.get_one(Complaint, self.desk.case.id))
        elif deed == "gone":
            with scene.acting(self.cast["admin"]) as work:
                team.dismiss(work, scene.person(self._who(PLACES[1 + how])).id)
        elif deed == "named":
            subject = scene.person(self._who(PLACES[1 + how])).id
            with scene.acting(self.desk.supervisor) as work:
                challenges.name_subject(work, work.db.get_one(Complaint, self.desk.case.id), subject)
        else:
            verb = NEW.get(deed) or simple(deed)
            with scene.acting(who) as work:
                verb(work, work.db.get_one(Complaint, self.desk.case.id), how)

    def _who(self, place: str, deed: str = "") -> int:
        """Who has this part now: what a provider elsewhere says, we write down."""
        case, scene = self.desk.case, self.desk.scene
        if place == "they":
            return scene.messenger(case.resolver_id) if case.resolver_id else self._who("us")
        if place == "desk":
            return self.desk.who(deed)
        if place == "us" and case.representative_id:
            return scene.messenger(case.representative_id)
        if place == "law":
            return self.cast.get("legal") or self.cast.get("colleague") or self.cast["us"]
        return self.cast.get(place) or self.desk.supervisor

    def passes(self, *, hours: float) -> None:
        """As `Scene.live`, with a look at every moment at which something was due."""
        scene = self.desk.scene
        scene.deliver()
        until = scene.clock() + timedelta(hours=hours)
        while (moment := self._next_moment()) and moment <= until:
            scene.clock.now = moment
            self._watched()
            scene.deliver()
            self.rules.check(deed=False)
        scene.clock.now = until
        scene.tick()
        self.rules.check()

    def _next_moment(self) -> datetime | None:
        now = self.desk.scene.clock()
        with self.desk.scene.office.look() as work:
            waits = OutboxMessage.status == "waiting", col(OutboxMessage.not_before) > now
            message = work.db.exec(select(func.min(OutboxMessage.not_before)).where(*waits)).one()
            return min(filter(None, (message, watch.next_step(work, now))), default=None)

    def _watched(self) -> None:
        """What the tick does about deadlines; what fails there fails here."""
        taken = 1
        while taken:
            with self.desk.scene.office.work() as work:
                taken = watch.watch(work)

    # ------------------------------------------------------------------ the end

    def ends(self) -> None:
        """Nobody on the other side says a word any more, and all of it comes to its end."""
        desk = self.desk
        for _round in range(16):
            self.passes(hours=24 * 35)
            if desk.case.stage not in (Stage.IN_DISPUTE, Stage.IN_REVIEW, Stage.ANSWERED):
                break
            self._we_do_our_part()
        assert desk.case.stage not in (Stage.IN_DISPUTE, Stage.IN_REVIEW, Stage.ANSWERED), desk.case.dispute_phase
        if desk.case.stage == Stage.CLOSED:
            hears_of_the_end(desk)
        hears_of_closed_ways(desk)
        self._register_counts_them()
        with desk.scene.office.look() as work:
            assert list(audit.verify(work.db)) == []

    def _we_do_our_part(self) -> None:
        """What nobody else can end: what we owe, and what a body decides."""
        if self.desk.case.dispute_phase in (P.IMPLEMENTING, P.IN_PROGRESS):
            new = self.desk.scene.staff("dispute_manager", department=None)
            self.cast["heir"] = new
            with suppress(errors.OfficeError):
                self._do("fulfil", new, 0)
            with suppress(errors.OfficeError):
                self._do(
                    "decide", self._who("they") if self.desk.case.resolver_id else new, 9
                )  # binds nobody, whatever was agreed to
            with suppress(errors.OfficeError):
                self._do("sign", self.desk.scene.staff("legal", department=None), 0)
            self.rules.check()

    def _register_counts_them(self) -> None:
        reader = self.desk.scene.staff("complaints_manager", department=None)
        with self.desk.scene.acting(reader) as work:
            cases = work.db.exec(select(Complaint)).all()
            counted = sum(each.unresolved_at is not None for each in cases)
            totals = register.totals(work, work.now - timedelta(days=3000), work.now + timedelta(days=1))
            assert totals.cases == counted == totals.by_trigger.total() == totals.by_outcome.total() == 1


EVERYTHING = sorted({deed for deeds in FITTING.values() for deed in deeds.split()} | set(ALWAYS.split()))
REACHED: Counter[tuple[str, str]] = Counter()


def gathered(desk: Desk, parties: dict[str, object]) -> dict[str, int]:
    """Everybody who is there, by their part."""
    scene = desk.scene
    cast = {"customer": desk.customer, "handler": desk.handler, "supervisor": desk.supervisor}
    cast["us"] = scene.staff("dispute_manager", department=None)
    cast |= {role: scene.staff(role, department=None) for role in ("admin", "auditor")}
    cast["stranger"] = scene.customer()
    for role in ("legal", "colleague"):
        if parties[role]:
            cast[role] = scene.staff(str(parties[role]) if role == "colleague" else role, department=None)
    if parties["reviewer"]:
        cast["reviewer"] = scene.staff("seat_legal", department=None)
    with scene.acting(cast["us"]) as work:
        providers.add(work, NewProvider(_words("Experts"), (ADVISORY,), "1", type="expert"))
        binding = parties["binding"]
        providers.add(work, NewProvider(_words("Arbiters"), (DETERMINATIVE,), "1", binding=binding))  # type: ignore[arg-type]
    for place in range(int(str(parties["mediators"]))):
        cast[f"mediator{place}"] = mediator(scene, MEDIATOR)
    cast |= {
        name: mediator(scene, code)
        for name, code in (("expert", EXPERTS), ("arbiter", ARBITERS))
        if parties[f"{name}s"]
    }
    return cast


def with_every_life(test: Callable[..., None]) -> Callable[..., None]:
    """Each life of the table, and then silence, so that no step is left to chance; a longer one holds a shorter."""
    plain = {
        "mediators": 1, "experts": False, "arbiters": False, "binding": "both", "colleague": None, "legal": False,
        "company": False, "anonymous": False, "reviewer": True,
    }  # fmt: skip
    lives = [*LIVES.values(), *(life for pair, life in ENDS.items() if pair[1] is Event.WITHDRAWN)]
    for life in [each for each in lives if not any(other.startswith(f"{each} ") for other in lives)]:
        test = example(plain, life, [])(test)
    return test


@settings(max_examples=times(8, 600), derandomize=not LONG)
@with_every_life
@given(PARTIES, st.sampled_from(BEFORE), st.lists(STEPS, min_size=8, max_size=16))
def test_a_dispute(parties: dict[str, object], before: str, steps: list[tuple[int, str | None, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as scene:
        handler, supervisor, customer = scene.staff("handler"), scene.staff("supervisor"), scene.customer()
        desk = Desk(scene, handler, supervisor, customer, scene.complaint(customer))
        cast = gathered(desk, parties)
        with scene.acting(customer) as work:
            case = work.db.get_one(Complaint, desk.case.id)
            case.anonymous = bool(parties["anonymous"])
            case.company = "Acme" if parties["company"] else None
            entries.attach(work, entries_of(work.db, case.id)[0], "photo", "file")
        desk.live(OUTSIDE)
        walk = Walk(desk, cast, Rules(desk, cast, desk.case.id))
        walk.rules.check()
        for deed in [*(["identify"] if before and parties["anonymous"] else []), *before.split()]:
            whose, _, what = deed.rpartition(":")
            with suppress(errors.OfficeError):
                walk._do(what, walk._who(whose or "customer", what), 2)
                note(deed)
            walk.rules.check()
        for number, place, how in steps:
            walk.happens(number, place, how)
        walk.ends()
        REACHED.update(walk.rules.moved)


def test_every_step_of_the_table_was_reached() -> None:
    """By the lives and by what random people did, in the test above."""
    never = sorted((str(was), str(step)) for was, step in MOVES if not REACHED[was, step])
    print("never reached:", never)
    assert not never
    assert set(MOVES) >= {(Phase(was), Step(step)) for was, step in REACHED}
