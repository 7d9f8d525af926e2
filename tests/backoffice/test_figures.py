"""What is counted follows the cases: by the log, by a rebuild, and by the check, always to the same result."""

import random
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from backoffice import codes, complaints, errors, intake
from backoffice.figures import facts, feed
from backoffice.work import Office
from storage import crypto
from storage.figures import KEY, Fact, Tally
from storage.journal import DESK, history
from tests.backoffice.conftest import CUSTOMER, HANDLER, MANAGER, PANEL, VERBS, Desk, Scene

COPIED = "complaint_id, kind, at, day, department, category, product, branch, channel, language, business, good"
LIVES = [
    "LATE take assess refund approve accept carry_out confirm reopen reject approve accept",
    "take ask add apologise refuse LATE apologise accept",
    "take replace accept carry_out deny carry_out confirm",
    "take extend reject refuse reject refuse reject",
    "take reject COMMITTEE ask_review vote vote vote accept",
    "take reject ask_review LATE",
    "withdraw",
    "take declare decline_routes",
]


def rows(office: Office, model: type[Fact] | type[Tally]) -> Counter[tuple[Any, ...]]:
    """All there are, whatever their ids."""
    with office.look() as work:
        found = work.db.exec(select(model)).all()
    return Counter(tuple(sorted(each.model_dump(exclude={"id"}).items())) for each in found)


def tallied(office: Office) -> Counter[tuple[Any, ...]]:
    with office.look() as work:
        return Counter({tuple(getattr(each, name) for name in KEY): each.count for each in work.db.exec(select(Tally))})


def raw(office: Office) -> Counter[tuple[Any, ...]]:
    """The tallies by adding up the facts."""
    with office.look() as work:
        moments = work.db.exec(select(Fact).where(col(Fact.until).is_(None))).all()
    return Counter(tuple(getattr(each, name) for name in KEY) for each in moments)


def repeated(office: Office) -> set[int]:
    with office.look() as work:
        return {each.complaint_id for each in work.db.exec(select(Fact).where(Fact.kind == "repeated"))}


def recorded(office: Office) -> list[str]:
    """What the desk recorded about figures."""
    with office.look() as work:
        return [each.event for each in history(work.db, DESK) if each.event.startswith("figures.")]


def wander(desk: Desk, choose: random.Random, steps: int) -> None:
    """Whatever comes to anybody's mind; what is refused changes nothing."""
    verbs = [*CUSTOMER, *HANDLER, *PANEL, *MANAGER]
    for _step in range(steps):
        verb = choose.choice([*verbs, *["take", "refund", "accept", "carry_out", "confirm", "reopen"] * 3])
        try:
            desk.scene.act(desk.who(verb), desk.code, VERBS[verb])
        except errors.OfficeError:
            continue
        desk.scene.live(desk.scene.clock() + timedelta(hours=choose.choice([1, 20, 100, 400])))


class TestFollow:
    @pytest.mark.parametrize("life", LIVES)
    def test_what_was_followed_is_what_a_rebuild_finds(self, desk: Desk, life: str) -> None:
        desk.live(life)
        desk.scene.tick()
        desk.scene.tick()
        followed, sums = rows(desk.scene.office, Fact), tallied(desk.scene.office)
        assert sums == raw(desk.scene.office)
        assert feed.rebuild(desk.scene.office) == feed.Rebuilt(1, 0, 0)
        assert (rows(desk.scene.office, Fact), tallied(desk.scene.office)) == (followed, sums)

    @pytest.mark.parametrize("seed", range(4))
    def test_so_it_is_after_any_history(self, desk: Desk, seed: int) -> None:
        wander(desk, random.Random(seed), 60)
        desk.scene.tick()
        followed, sums = rows(desk.scene.office, Fact), tallied(desk.scene.office)
        assert sums == raw(desk.scene.office)
        assert not recorded(desk.scene.office)  # the check found nothing on the way
        assert feed.rebuild(desk.scene.office) == feed.Rebuilt(1, 0, 0)
        assert (rows(desk.scene.office, Fact), tallied(desk.scene.office)) == (followed, sums)

    def test_a_draft_counts_for_nothing(self, scene: Scene) -> None:
        customer = scene.customer()
        with scene.acting(customer) as work:
            intake.begin(work, "en")
        scene.tick()
        assert not rows(scene.office, Fact)

    def test_a_case_that_cannot_be_counted_stops_no_other(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        desk.scene.tick()
        admin = desk.scene.staff("admin", department=None)
        desk.live("take")
        broken = desk.case.id
        other = desk.scene.complaint(desk.scene.customer())

        def fails(_organisation, case):  # type: ignore[no-untyped-def]
            if case.complaint.id == broken:
                raise ZeroDivisionError
            yield from ()

        monkeypatch.setattr(facts, "PARTS", (*facts.PARTS, fails))
        desk.scene.tick()
        assert desk.scene.case(other).id in {dict(row)["complaint_id"] for row in rows(desk.scene.office, Fact)}
        assert "figures.failed" in recorded(desk.scene.office)
        assert "figures_failed" in {each.template for each in desk.scene.post if each.to == admin}
        monkeypatch.undo()
        desk.scene.clock.now += timedelta(days=1)
        desk.scene.tick()  # the check of the next day counts what was left out
        assert feed.rebuild(desk.scene.office) == feed.Rebuilt(2, 0, 0)


class TestRepeated:
    def test_a_case_that_was_claimed_is_one_of_its_new_customer(self, scene: Scene) -> None:
        """Also the later ones of both customers are counted anew, at once and not by the check of the next day."""
        before, after = scene.customer(), scene.customer()
        first = scene.complaint(before)
        scene.clock.forward(days=1)
        second, third = scene.complaint(before), scene.complaint(after)
        scene.tick()
        assert repeated(scene.office) == {scene.case(second).id}
        secret = codes.new_secret()
        with scene.acting(before) as work:
            complaints.find(work, first).secret_hash = crypto.hash_secret(codes.parse_secret(secret))
        with scene.acting(after) as work:
            complaints.claim(work, first, secret)
        scene.tick()
        assert repeated(scene.office) == {scene.case(third).id}
        assert not recorded(scene.office)


def sleep(scene: Scene) -> None:
    """Until the next night, when the figures are checked."""
    zone = scene.office.organisation.calendar.zone
    tomorrow = scene.clock().astimezone(zone).date() + timedelta(days=1)
    scene.clock.now = datetime.combine(tomorrow, time(2), zone).astimezone(UTC)


class TestCheck:
    """Whatever became of the tables, the next night's check sets it right and says so."""

    @pytest.mark.parametrize(
        "harm",
        [
            "UPDATE tally SET count = count + 1",
            "DELETE FROM tally",
            "UPDATE fact SET good = 0 WHERE kind = 'done'",
            "DELETE FROM fact WHERE kind = 'received'",
            f"INSERT INTO fact ({COPIED}, code) SELECT {COPIED}, 'x' FROM fact",
        ],
    )
    def test_what_does_not_agree_is_set_right(self, desk: Desk, harm: str) -> None:
        admin = desk.scene.staff("admin", department=None)
        desk.live("take assess refund approve accept")
        desk.scene.tick()
        desk.scene.tick()
        with desk.scene.office.work() as work:
            work.db.execute(text(harm))
        sleep(desk.scene)
        for _minute in range(3):
            desk.scene.tick()
        assert tallied(desk.scene.office) == raw(desk.scene.office)
        assert recorded(desk.scene.office) == ["figures.corrected"]
        assert "figures_corrected" in {each.template for each in desk.scene.post if each.to == admin}
        assert feed.rebuild(desk.scene.office) == feed.Rebuilt(1, 0, 0)
