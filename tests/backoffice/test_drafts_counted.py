"""What was begun and never sent is erased, and still counts: by the log, a rebuild, and the check."""

from datetime import timedelta

from sqlmodel import delete, select

from backoffice import complaints, intake
from backoffice.figures import feed
from backoffice.figures.indicators import measure
from backoffice.figures.reading import Part, Reading
from backoffice.figures.values import Measured, Share
from storage import journal
from storage.complaints import Complaint
from storage.consents import Erasure
from storage.figures import Fact, Tally
from storage.journal import AuditEvent
from tests.backoffice.conftest import Scene
from tests.backoffice.test_figures import raw, recorded, rows, sleep, tallied

WORDS = "Nobody is to read this."


def begin(scene: Scene, customer: int, category: str | None = "delivery.late") -> int:
    with scene.acting(customer) as work:
        draft = intake.begin(work, "fa")
        if category:
            intake.choose_category(work, draft, category)
        intake.tell_story(work, draft, WORDS)
        return draft.id


def give_up(scene: Scene, customer: int) -> None:
    with scene.acting(customer) as work:
        draft = intake.draft(work)
        assert draft
        intake.discard(work, draft)


def told(scene: Scene, part: Part | None = None) -> Measured | None:
    with scene.office.look() as work:
        year = work.organisation.counting.at("year", work.now)
        return measure(Reading(work, year, part or Part()), "K48b")


def left(scene: Scene) -> list[AuditEvent]:
    with scene.office.look() as work:
        return list(work.db.exec(select(AuditEvent).where(AuditEvent.event == "draft.discarded")))


def agreed(scene: Scene) -> None:
    """What was followed is what a rebuild finds."""
    followed, sums = rows(scene.office, Fact), tallied(scene.office)
    assert sums == raw(scene.office)
    found = feed.rebuild(scene.office)
    assert (found.facts, found.tallies) == (0, 0)
    assert (rows(scene.office, Fact), tallied(scene.office)) == (followed, sums)


def test_who_gives_up_counts_where_they_stood(scene: Scene) -> None:
    customer = scene.customer()
    for category in ("delivery.late", None):
        begin(scene, customer, category)
        give_up(scene, customer)
    for _again in range(4):
        scene.complaint(customer)
    scene.tick()
    assert told(scene) == Share(2, 6)
    assert told(scene, Part(category="delivery.late")) == Share(1, 5)
    assert told(scene, Part(category="")) == Share(1, 1)
    assert told(scene, Part(language="fa")) == Share(2, 2)
    agreed(scene)


def test_what_lies_too_long_was_given_up(scene: Scene) -> None:
    begin(scene, scene.customer())
    scene.tick()
    assert told(scene) == Share(0, 0)
    scene.live(scene.clock() + timedelta(days=9))
    assert told(scene) == Share(1, 1)
    assert [each.facts["why"] for each in left(scene)] == ["expired"]
    agreed(scene)


def test_what_went_to_another_case_was_not_in_vain(scene: Scene) -> None:
    customer = scene.customer()
    code = scene.complaint(customer)
    begin(scene, customer)
    with scene.acting(customer) as work:
        draft = intake.draft(work)
        assert draft
        intake.give_to(work, draft, complaints.find(work, code))
    scene.tick()
    assert told(scene) == Share(0, 1)
    agreed(scene)


def test_neither_words_nor_whose_it_was_are_kept(scene: Scene) -> None:
    customer = scene.customer()
    begin(scene, customer)
    give_up(scene, customer)
    (event,) = left(scene)
    assert event.actor_id is None
    assert event.facts == {
        "why": "given_up", "department": "delivery", "category": "delivery.late", "product": "",
        "branch": "", "channel": "telegram", "language": "fa", "business": False,
    }  # fmt: skip


def test_its_number_is_never_anothers(scene: Scene) -> None:
    customer = scene.customer()
    first = begin(scene, customer)
    give_up(scene, customer)
    assert begin(scene, customer) > first
    with scene.office.look() as work:
        assert [each.event for each in journal.history(work.db, first)] == ["draft.discarded"]


def test_the_check_finds_what_was_lost_of_it(scene: Scene) -> None:
    customer = scene.customer()
    begin(scene, customer)
    give_up(scene, customer)
    scene.complaint(customer)
    scene.tick()
    before = rows(scene.office, Fact)
    with scene.office.work() as work:
        work.db.execute(delete(Fact))
        work.db.execute(delete(Tally))
    sleep(scene)
    scene.tick()
    assert rows(scene.office, Fact) == before
    assert told(scene) == Share(1, 2)
    assert "figures.corrected" in recorded(scene.office)


def test_a_rebuild_keeps_what_only_the_log_knows(scene: Scene) -> None:
    """And nothing of what it does not know."""
    customer = scene.customer()
    begin(scene, customer)
    give_up(scene, customer)
    scene.tick()
    kept = rows(scene.office, Fact)
    with scene.office.work() as work:
        (fact,) = work.db.exec(select(Fact)).all()
        work.db.add(Fact(**fact.model_dump(exclude={"id", "complaint_id"}), complaint_id=fact.complaint_id + 99))
    assert feed.rebuild(scene.office) == feed.Rebuilt(1, 1, 0)
    assert rows(scene.office, Fact) == kept
    with scene.office.look() as work:
        assert not work.db.exec(select(Complaint)).all()
        assert not work.db.exec(select(Erasure)).all()
