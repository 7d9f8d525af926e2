"""The log: every alteration is found, wherever it is made, and whoever writes beside others breaks nothing."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel

from backoffice import audit, schedule
from backoffice.organisation import load
from backoffice.work import Office, Work
from storage import db, journal
from storage.complaints import Complaint
from tests.backoffice.conftest import Scene
from tests.moment import Moment
from tests.postgres import postgres_url

HANDS, EVENTS = 4, 25


@pytest.fixture
def written(scene: Scene) -> Scene:
    customer, handler = scene.customer(), scene.staff("handler")
    scene.answered(customer, handler)
    with scene.office.work() as work:
        schedule.seal_log(work)
    scene.answered(customer, handler)
    with scene.office.work() as work:
        schedule.seal_log(work)
    return scene


def faults(scene: Scene) -> list[audit.Fault]:
    return faults_of(scene.office)


def faults_of(office: Office) -> list[audit.Fault]:
    with Session(office.engine) as session:
        return list(audit.verify(session))


class TestVerify:
    def test_an_honest_log_holds(self, written: Scene) -> None:
        assert faults(written) == []

    @pytest.mark.parametrize(
        "tampering",
        [
            "UPDATE audit_event SET event = 'complaint.accepted' WHERE id = 3",
            "UPDATE audit_event SET facts = '{}' WHERE id = 5",
            "UPDATE audit_event SET actor_id = 99 WHERE id = 4",
            "UPDATE audit_event SET at = '2020-01-01 00:00:00' WHERE id = 4",
            "DELETE FROM audit_event WHERE id = 4",
            "DELETE FROM audit_event WHERE id = (SELECT max(id) FROM audit_event)",
            "UPDATE audit_seal SET seal = 'f' WHERE id = 1",
            "DELETE FROM audit_seal WHERE id = 1",
        ],
    )
    def test_every_alteration_is_found(self, written: Scene, tampering: str) -> None:
        with written.office.engine.begin() as connection:
            connection.execute(text(tampering))
        assert faults(written)

    def test_a_chain_rewritten_with_right_digests_breaks_its_seal(self, written: Scene) -> None:
        """Whoever can write to the database can compute SHA-256, but has no key."""
        with written.office.work() as work:
            self._rewrite_last_event(work)
        assert [fault.place.split()[0] for fault in faults(written)] == ["seal"]

    def _rewrite_last_event(self, work: Work) -> None:
        last = audit.journal.events_after(work.db, 0, 10_000)[-1]
        last.event = "complaint.withdrawn"
        last.digest = audit.digest(last)
        work.db.add(last)


@pytest.fixture
def crowded() -> Iterator[Office]:
    """An office on PostgreSQL, which has no turns: what many write, they write at once."""
    office = Office(db.connect(postgres_url()), load(), Moment())
    SQLModel.metadata.create_all(office.engine)
    yield office
    office.engine.dispose()


class TestWrittenAtOnce:
    def test_the_links_of_one_chain_follow_each_other(self, crowded: Office) -> None:
        def write(_hand: int) -> None:
            for _ in range(EVENTS):
                with crowded.work() as work:
                    work.record("staff.invited")

        with ThreadPoolExecutor(HANDS) as hands:
            assert list(hands.map(write, range(HANDS))) == [None] * HANDS
        with crowded.look() as work:
            assert len(journal.history(work.db, journal.DESK)) == HANDS * EVENTS
        assert faults_of(crowded) == []

    def test_a_seal_waits_for_what_is_being_written(self, crowded: Office) -> None:
        """Else an event with an earlier number would come after the seal over a later one, and look like a forgery."""
        with ThreadPoolExecutor(1) as other:
            with crowded.work() as slow:
                slow.record("staff.invited")
                slow.write()
                with crowded.work() as quick:
                    quick.record("complaint.received", Complaint(id=7))
                sealing = other.submit(self._seal, crowded)
                self._until_it_waits(crowded, sealing)
            assert sealing.result() == 2
        assert faults_of(crowded) == []

    def _seal(self, office: Office) -> int:
        with office.work() as work:
            return schedule.seal_log(work)

    def _until_it_waits(self, office: Office, doing: Future[int]) -> None:
        """Or has come to its end, if nothing stops it."""
        asleep = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        with office.engine.connect() as connection:
            while not doing.done() and not connection.scalar(text(asleep)):
                time.sleep(0.01)
