"""The log: every alteration is found, wherever it is made."""

import pytest
from sqlalchemy import text
from sqlmodel import Session

from backoffice import audit, schedule
from backoffice.work import Work
from tests.backoffice.conftest import Scene


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
    with Session(scene.office.engine) as db:
        return list(audit.verify(db))


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
