"""One cause behind several complaints: who links and leads an incident, what its analysis does, and who sees what."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice import complaints, errors
from backoffice.learning import causes, incidents
from backoffice.learning.causes import Finding
from backoffice.learning.incidents import begin
from backoffice.work import Work
from storage.complaints import Complaint
from tests.backoffice.conftest import VERBS, Desk, Scene, Verb
from tests.backoffice.conftest import opened as an_office
from tests.backoffice.learning import (
    BECAUSE,
    DAMAGED,
    SUPPLIER,
    SYSTEM,
    THEREFORE,
    analyses,
    another,
    closed,
    ends,
    events,
    finds,
    found,
    owed,
)
from tests.backoffice.test_watch import letters, manager

TITLE = "The van broke down"
WHOLE = found(BECAUSE, THEREFORE, cause=SYSTEM, scope=causes.SYSTEMIC)


def opening(work: Work, case: Complaint) -> None:
    begin(work, case, TITLE)


def linking(code: str) -> Verb:
    return lambda work, case: incidents.link(work, case, code)


def analysing(finding: Finding = WHOLE) -> Verb:
    return lambda work, case: incidents.find_cause(work, case, finding)


def opened(desk: Desk, *others: str, by: int | None = None) -> str:
    """An incident of the case of the desk and these others; its number."""
    desk.scene.act(by or desk.handler, desk.code, opening)
    for code in others:
        desk.scene.act(by or desk.handler, desk.code, linking(code))
    with desk.scene.acting(by or desk.handler) as work:
        incident = incidents.of(work, desk.case)
    assert incident is not None
    return incident.number


def taken(desk: Desk, category: str = "delivery.late") -> str:
    """The case of another customer, in the same hands."""
    code = desk.scene.complaint(desk.scene.customer(), category)
    desk.scene.act(desk.handler, code, VERBS["take"])
    return code


class TestLinking:
    def test_its_cases_count_together_when_it_is_weighed_how_far_a_cause_reaches(self, desk: Desk) -> None:
        desk.live("take")
        second, third = taken(desk), taken(desk)
        opened(desk, second, third)
        desk.scene.clock.forward(minutes=1)
        with desk.scene.office.look() as work:
            for code in (desk.code, third):
                proposed = causes.propose(work, desk.scene.case(code), SYSTEM)
                assert proposed == causes.Proposal(causes.RECURRING, 3)
        desk.scene.act(desk.handler, desk.code, analysing())
        desk.scene.clock.forward(days=91)
        with desk.scene.office.look() as work:
            assert causes.propose(work, desk.scene.case(third), SYSTEM).count == 1

    def test_it_has_a_number_and_each_case_tells_that_it_belongs_to_it(self, desk: Desk) -> None:
        desk.live("take")
        other = taken(desk)
        number = opened(desk, other)
        assert number.startswith("INC-")
        desk.scene.act(desk.handler, other, incidents.unlink)
        desk.scene.act(desk.handler, desk.code, incidents.close)
        said = {
            code: [(each.event, each.facts) for each in events(desk.scene, code, *EVENTS)]
            for code in (desk.code, other)
        }
        of = {"incident": number}
        assert said == {
            desk.code: [("incident.opened", of), ("incident.closed", of)],
            other: [("incident.linked", of), ("incident.unlinked", of)],
        }

    def test_a_case_belongs_to_one_only(self, desk: Desk) -> None:
        desk.live("take")
        one, two = taken(desk), taken(desk)
        opened(desk, one)
        desk.scene.act(desk.handler, two, opening)
        for case, verb in ((desk.code, opening), (desk.code, linking(one)), (two, linking(one))):
            with pytest.raises(errors.Invalid):
                desk.scene.act(desk.handler, case, verb)

    def test_nothing_is_linked_to_a_closed_one(self, desk: Desk) -> None:
        desk.live("take")
        opened(desk)
        desk.scene.act(desk.handler, desk.code, incidents.close)
        for verb in (linking(taken(desk)), incidents.close, analysing()):
            with pytest.raises(errors.Stale):
                desk.scene.act(desk.handler, desk.code, verb)

    def test_the_newest_of_the_same_kind_and_unit_are_proposed(self, desk: Desk) -> None:
        desk.live("take")
        alike = []
        for _number in range(incidents.PROPOSED + 1):
            desk.scene.clock.forward(minutes=1)
            alike.append(taken(desk))
        linked = alike[-1]
        taken(desk, DAMAGED)
        opened(desk, linked)
        with desk.scene.acting(desk.handler) as work:
            assert [each.code for each in incidents.proposed(work, desk.case)] == alike[-2::-1]

    def test_a_closed_light_case_owes_an_analysis_from_then_on(self, desk: Desk) -> None:
        desk.live("take")
        light = another(desk, "low")
        assert owed(desk.scene, light) is None
        opened(desk, light)
        assert owed(desk.scene, light) is not None
        with pytest.raises(errors.Incomplete):
            finds(desk.scene, desk.handler, light, found())


EVENTS = ("incident.opened", "incident.linked", "incident.unlinked", "incident.closed")


class TestAnalysis:
    @pytest.fixture(params=["sqlite", "postgresql"])
    def scene(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
        with an_office(tmp_path, request.param) as scene:
            yield scene

    def test_it_counts_for_all_of_its_cases_and_each_is_still_answered(self, desk: Desk) -> None:
        scene = desk.scene
        desk.live("take")
        over, later = another(desk, "high"), taken(desk)
        number = opened(desk, over)
        scene.act(desk.handler, desk.code, analysing())
        scene.act(desk.handler, desk.code, linking(later))
        for code in (desk.code, over, later):
            assert scene.case(code).root_cause == SYSTEM
            [told] = events(scene, code, "complaint.cause_found")
            assert (told.facts["cause"], told.facts["scope"], told.facts["incident"]) == (SYSTEM, "systemic", number)
        assert ends(scene, over) == ["met"]
        scene.deliver()
        desk.live("reject accept")
        scene.deliver()
        assert ends(scene, desk.code) == []
        assert [each.case for each in letters(scene, desk.handler, "cause_wanted")] == [scene.case(over).id]

    def test_it_needs_whys_or_a_reason(self, desk: Desk) -> None:
        desk.live("take")
        opened(desk)
        with pytest.raises(errors.Incomplete):
            desk.scene.act(desk.handler, desk.code, analysing(found(BECAUSE)))

    def test_what_was_found_of_a_case_alone_stays_when_it_is_linked_and_when_it_is_not_any_more(
        self, desk: Desk
    ) -> None:
        scene = desk.scene
        desk.live("take")
        alone, other = another(desk, "medium"), another(desk, "high")
        finds(scene, desk.handler, alone, found())
        opened(desk)
        scene.act(desk.handler, desk.code, analysing())
        for code in (alone, other):
            scene.act(desk.handler, desk.code, linking(code))
        assert (scene.case(alone).root_cause, scene.case(other).root_cause) == (SUPPLIER, SYSTEM)
        for code in (alone, other):
            scene.act(desk.handler, code, incidents.unlink)
        assert (scene.case(alone).root_cause, scene.case(other).root_cause) == (SUPPLIER, None)
        assert (ends(scene, alone), ends(scene, other)) == (["met"], ["met", None])

    def test_a_case_may_be_told_apart_again(self, desk: Desk) -> None:
        scene, over = desk.scene, another(desk, "high")
        desk.live("take")
        opened(desk, over)
        scene.act(desk.handler, desk.code, analysing())
        finds(scene, desk.handler, over, found("It was sent late.", "We were closed."))
        assert [each.cause for each in analyses(scene, over)] == [SYSTEM, SUPPLIER]
        assert (scene.case(over).root_cause, scene.case(desk.code).root_cause) == (SUPPLIER, SYSTEM)


class TestWhoSeesAndLeads:
    def test_of_cases_that_are_not_theirs_people_see_only_how_many_there_are(self, desk: Desk) -> None:
        scene, boss = desk.scene, manager(desk.scene)
        desk.live("take")
        elsewhere = scene.complaint(scene.customer(), "product.defect")
        opened(desk, elsewhere, by=boss)

        def seen(who: int) -> tuple[list[str | None], int]:
            with scene.acting(who) as work:
                known, count = incidents.cases(work, complaints.find(work, desk.code))
            return [each.code for each in known], count

        assert seen(boss) == ([elsewhere, desk.code], 2)
        assert seen(desk.handler) == ([desk.code], 2)
        with scene.office.work() as work:
            work.db.get_one(Complaint, scene.case(elsewhere).id).barred = {str(scene.person(boss).id): "conflict"}
        assert seen(boss) == ([desk.code], 2)

    def test_a_case_that_one_may_not_know_of_cannot_be_linked(self, desk: Desk) -> None:
        elsewhere = desk.scene.complaint(desk.scene.customer(), "product.defect")
        desk.live("take")
        opened(desk)
        for code in (elsewhere, "SLH-0000-0000-0", "nonsense"):
            with pytest.raises(errors.NotFound):
                desk.scene.act(desk.handler, desk.code, linking(code))

    def test_who_opened_it_leads_it_and_who_stands_above(self, desk: Desk) -> None:
        boss = manager(desk.scene)
        desk.live("take")
        opened(desk, by=boss)
        for verb in (analysing(), incidents.close):
            with pytest.raises(errors.NotAllowed):
                desk.scene.act(desk.handler, desk.code, verb)
        desk.scene.act(desk.supervisor, desk.code, analysing())
        desk.scene.act(boss, desk.code, incidents.close)

    def test_what_somebody_finds_does_not_count_for_a_case_that_they_are_barred_from(self, desk: Desk) -> None:
        scene = desk.scene
        desk.live("take")
        over = another(desk, "high")
        opened(desk, over)
        with scene.office.work() as work:
            work.db.get_one(Complaint, scene.case(over).id).barred = {str(scene.person(desk.handler).id): "subject"}
        scene.act(desk.handler, desk.code, analysing())
        assert (scene.case(over).root_cause, ends(scene, over)) == (None, [None])
        assert desk.case.root_cause == SYSTEM

    def test_a_closed_case_of_a_customer_says_nothing_of_it_to_them(self, desk: Desk) -> None:
        code = closed(desk)
        opened(desk)
        for verb in (incidents.of, incidents.cases, causes.read):
            with pytest.raises(errors.NotAllowed):
                desk.scene.act(desk.customer, code, verb)
