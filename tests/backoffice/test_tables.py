"""Tables of cases: who may have which, what stands in a line, and what a table leaves out."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from backoffice import complaints, errors, handling, intake, team
from backoffice.figures import digests, pseudonyms, tables
from backoffice.figures.tables import Batch, Line, Took
from storage.complaints import Attachment, Complaint
from storage.digests import DUE, MADE, PASSED, STOPPED, Table
from storage.journal import AuditEvent
from tests.backoffice.conftest import Scene

LABELS = {kind: kind for kind in pseudonyms.KINDS}


@pytest.fixture
def manager(scene: Scene) -> int:
    return scene.staff("complaints_manager", department=None)


def asked(scene: Scene, who: int, unit: str | None = None, **more: Any) -> Table:
    with scene.acting(who) as work:
        return tables.ask(work, work.organisation.counting.at("year", work.now), unit, **{"form": "xlsx", **more})


def batch(scene: Scene, who: int, table: Table) -> Batch:
    with scene.acting(who) as work:
        return tables.lines(work, table, LABELS, None)


def lines(scene: Scene, who: int, unit: str | None = None, **more: Any) -> list[Line]:
    return batch(scene, who, asked(scene, who, unit, **more)).lines


def change(scene: Scene, code: str, **values: Any) -> None:
    with scene.office.work() as work:
        case = work.db.exec(select(Complaint).where(Complaint.code == code)).one()
        for name, value in values.items():
            setattr(case, name, value)


class TestAsk:
    def test_who_asks_twice_gets_one(self, scene: Scene, manager: int) -> None:
        assert asked(scene, manager, message_id=1).id == asked(scene, manager, message_id=2).id
        assert asked(scene, manager, form="csv").id != asked(scene, manager).id

    @pytest.mark.parametrize("role", ["top_management", "dispute_manager", "auditor", "supervisor"])
    def test_only_complaints_managers_have_the_words_as_they_are(self, scene: Scene, role: str) -> None:
        who = scene.staff(role)
        with pytest.raises(errors.NotAllowed):
            asked(scene, who, open_words=True)
        assert asked(scene, who).state == DUE

    def test_what_is_not_offered_is_refused(self, scene: Scene, manager: int) -> None:
        with pytest.raises(errors.Invalid):
            asked(scene, manager, form="pdf")
        with pytest.raises(errors.NotAllowed):
            asked(scene, scene.staff("supervisor"), "product")

    def test_only_who_asked_can_stop_it_and_only_once(self, scene: Scene, manager: int) -> None:
        table = asked(scene, manager)
        other = scene.staff("complaints_manager", department=None)
        with scene.acting(other) as work, pytest.raises(errors.Stale):
            tables.stop(work, table.id)
        with scene.acting(manager) as work:
            assert tables.stop(work, table.id).state == STOPPED
        with scene.acting(manager) as work, pytest.raises(errors.Stale):
            tables.stop(work, table.id)
        with pytest.raises(errors.Stale):
            batch(scene, manager, table)


class TestLine:
    def test_tells_how_it_went(self, scene: Scene, manager: int) -> None:
        handler = scene.staff("handler")
        code = scene.answered(scene.customer(), handler)
        (line,) = lines(scene, manager)
        assert (line.complaint.code, line.complaint.decision) == (code, "upheld")
        assert line.answer.in_time
        assert line.answer.seconds is not None

    def test_what_is_late_is_not_in_time_though_it_is_not_done(self, scene: Scene, manager: int) -> None:
        scene.staff("handler")
        scene.complaint(scene.customer())
        scene.live(scene.clock.now + timedelta(days=40))
        (line,) = lines(scene, manager)
        assert line.answer == Took(None, in_time=False)

    def test_a_customer_is_the_same_everywhere_and_an_anonymous_case_is_nobodys(
        self, scene: Scene, manager: int
    ) -> None:
        customer = scene.customer()
        codes = [scene.complaint(customer) for _each in range(3)]
        change(scene, codes[2], anonymous=True)
        first, second, anonymous = lines(scene, manager)
        assert first.customer == second.customer == lines(scene, manager, form="csv")[0].customer
        assert anonymous.customer not in (first.customer, lines(scene, manager)[0].customer)
        assert str(first.complaint.customer_id) != first.customer

    def test_has_no_words_that_lead_to_somebody_unless_they_were_asked_for(self, scene: Scene, manager: int) -> None:
        said = "Sara Ahmadi here, 0912 345 6789, order 77-A1, for Acme Ltd."
        code = scene.complaint(scene.customer(), text=said)
        change(scene, code, name="Sara Ahmadi", company="Acme Ltd", reference="77-A1", contact="0912 345 6789")
        (line,) = lines(scene, manager)
        assert line.said == "[name 1] here, [phone 1], order [order 1], for [company 1]."
        (line,) = lines(scene, manager, open_words=True)
        assert line.said == said

    def test_an_edited_message_is_told_as_it_was_last_worded(self, scene: Scene, manager: int) -> None:
        customer = scene.customer()
        code = scene.complaint(customer)
        with scene.acting(customer) as work:
            complaints.add(work, complaints.find_own(work, code), "It came broken.")
        (line,) = lines(scene, manager)
        assert line.said == "The parcel is late.\nIt came broken."

    def test_internal_notes_are_not_in_it(self, scene: Scene, manager: int) -> None:
        handler = scene.staff("handler")
        code = scene.complaint(scene.customer())
        scene.act(handler, code, lambda work, case: handling.note(work, case, "A difficult one."))
        (line,) = lines(scene, manager, open_words=True)
        assert "difficult" not in line.said


class TestLeftOut:
    def test_cases_that_one_may_not_read_are_counted_and_not_told(self, scene: Scene, manager: int) -> None:
        codes = [scene.complaint(scene.customer()) for _each in range(2)]
        change(scene, codes[0], barred={str(scene.person(manager).id): "subject"})
        found = batch(scene, manager, asked(scene, manager))
        assert ([line.complaint.code for line in found.lines], found.left_out) == ([codes[1]], 1)

    def test_other_units_and_drafts_are_not_in_it(self, scene: Scene) -> None:
        who = scene.staff("supervisor", department="delivery")
        inside = scene.complaint(scene.customer())
        scene.complaint(scene.customer(), category=_elsewhere(scene))
        with scene.acting(scene.customer()) as work:
            intake.begin(work, "en")
        assert [line.complaint.code for line in lines(scene, who)] == [inside]

    def test_every_case_comes_once_however_many_are_read_at_once(
        self, scene: Scene, manager: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tables, "AT_ONCE", 2)
        codes = [scene.complaint(scene.customer()) for _each in range(5)]  # all at the same moment
        table, found, after = asked(scene, manager), list[str | None](), None
        while True:
            with scene.acting(manager) as work:
                assert tables.count(work, table) == 5
                more = tables.lines(work, table, LABELS, after)
            found += [line.complaint.code for line in more.lines]
            if (after := more.end) is None:
                break
        assert found == codes


class TestMade:
    def made(self, scene: Scene, who: int, **more: Any) -> Table:
        table = asked(scene, who, **more)
        with scene.acting(who) as work:
            tables.made(work, table.id, [tables.file_of(table, 1, 1, "text/csv")], 7, 2)
        return table

    def test_is_recorded_with_what_was_in_it(self, scene: Scene, manager: int) -> None:
        self.made(scene, manager, open_words=True)
        with scene.office.look() as work:
            (event,) = work.db.exec(select(AuditEvent).where(AuditEvent.event == "figures.exported"))
        assert event.actor_id == scene.person(manager).id
        assert {name: event.facts[name] for name in ("period", "unit", "count", "left_out", "open_words")} == {
            "period": "year", "unit": "", "count": 7, "left_out": 2, "open_words": True,
        }  # fmt: skip
        assert scene.told(manager).count("table_file") == 1

    def test_once(self, scene: Scene, manager: int) -> None:
        table = self.made(scene, manager)
        with scene.acting(manager) as work, pytest.raises(errors.Stale):
            tables.made(work, table.id, [], 7, 2)

    def test_who_lost_the_right_gets_none(self, scene: Scene, manager: int) -> None:
        table = asked(scene, manager)
        admin = scene.staff("admin", department=None)
        with scene.acting(admin) as work:
            team.dismiss(work, scene.person(manager).id)
        with pytest.raises(errors.NotAllowed):
            batch(scene, manager, table)

    def test_what_fails_is_tried_again_and_then_given_up(self, scene: Scene, manager: int) -> None:
        table = asked(scene, manager)
        for pause in digests.PAUSES:
            self._later(scene, table)
            with scene.office.look() as work:
                assert tables.to_make(work) is None
            scene.clock.now += timedelta(seconds=pause)
        self._later(scene, table)
        assert self._state(scene, table) == PASSED

    def test_files_go_as_those_of_digests_do(self, scene: Scene, manager: int) -> None:
        table = self.made(scene, manager)
        assert self._state(scene, table) == MADE
        scene.clock.now += digests.KEPT + timedelta(days=1)
        with scene.office.work() as work:
            assert digests.forget_files(work) == 1
            assert work.db.exec(select(Attachment)).all() == []

    @staticmethod
    def _later(scene: Scene, table: Table) -> None:
        with scene.office.work() as work:
            tables.make_later(work, table.id)

    @staticmethod
    def _state(scene: Scene, table: Table) -> str:
        with scene.office.look() as work:
            return work.db.get_one(Table, table.id).state


def _elsewhere(scene: Scene) -> str:
    return next(each.code for each in scene.office.organisation.categories if each.department != "delivery")
