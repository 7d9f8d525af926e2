"""The initial assessment: the formula against a slow reading of it, and what follows from a severity."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice import assessment, complaints, errors, handling, organisation, people, schedule, withdrawing
from backoffice.assessment import Criteria, weigh
from backoffice.organisation import Organisation
from backoffice.stages import Stage
from storage import journal
from storage.complaints import Complaint, entries_of
from tests.backoffice.conftest import Scene

RULES = organisation.load().assessment
CATEGORIES = [None, "delivery.late", "product.safety", "staff.discrimination", "privacy.breach"]
LEVEL = st.integers(0, 3)
MINOR, WORST = Criteria(0, 0, 0, 1, False), Criteria(3, 3, 3, 3, True)
HIGH, MEDIUM = Criteria(3, 2, 1, 0, False), Criteria(1, 1, 1, 0, False)


def by_the_letter(severity: int, safety: int, complexity: int, impact: int, immediate: bool, category: Any) -> str:
    """The formula counted on the fingers: a pile of points, and the conditions one after another as they are told."""
    if safety == 3:
        return "critical"
    if immediate and (safety == 2 or severity == 3):
        return "critical"
    if category == "product.safety":
        return "critical"
    if category == "staff.discrimination" and severity != 0:
        return "critical"
    if category == "privacy.breach" and impact == 3:
        return "critical"
    pile = "ss" * severity + "hh" * safety + "i" * impact + "c" * complexity
    return {pile[10:] != "": "high", pile[4:] == "": "low"}.get(True, "medium")


class TestFormula:
    @given(LEVEL, LEVEL, LEVEL, LEVEL, st.booleans(), st.sampled_from(CATEGORIES))
    def test_as_it_is_written(self, a: int, b: int, c: int, d: int, immediate: bool, category: str | None) -> None:
        weighed = weigh(RULES, Criteria(a, b, c, d, immediate), category)
        assert weighed.severity == by_the_letter(a, b, c, d, immediate, category)
        assert (weighed.severity == "critical") is (weighed.rule is not None)
        assert weighed.score == a + a + b + b + c + d

    @given(st.lists(LEVEL, min_size=4, max_size=4), st.integers(0, 3), st.booleans(), st.sampled_from(CATEGORIES))
    def test_what_is_worse_is_never_less_severe(self, levels: list[int], at: int, now: bool, category: str) -> None:
        worse = [level + (place == at and level < 3) for place, level in enumerate(levels)]
        ranks = [
            ("low", "medium", "high", "critical").index(weigh(RULES, Criteria(*each, immediate), category).severity)
            for each, immediate in ((levels, now), (worse, now), (worse, True))
        ]
        assert ranks == sorted(ranks)

    @pytest.mark.parametrize(
        ("criteria", "category", "severity", "score"),
        [
            (Criteria(0, 0, 0, 0, False), "delivery.late", "low", 0),
            (Criteria(0, 0, 0, 0, True), "delivery.late", "low", 0),
            (Criteria(1, 0, 1, 1, False), "delivery.late", "low", 4),
            (Criteria(1, 1, 1, 0, False), "delivery.late", "medium", 5),
            (Criteria(3, 2, 0, 0, False), "delivery.late", "medium", 10),
            (Criteria(3, 2, 0, 1, False), "delivery.late", "high", 11),
            (Criteria(3, 2, 3, 3, False), "delivery.late", "high", 16),
            (Criteria(0, 3, 0, 0, False), "delivery.late", "critical", 6),
            (Criteria(0, 2, 0, 0, True), "delivery.late", "critical", 4),
            (Criteria(3, 0, 0, 0, True), "delivery.late", "critical", 6),
            (Criteria(0, 0, 0, 0, False), "product.safety", "critical", 0),
            (Criteria(0, 0, 0, 0, False), "staff.discrimination", "low", 0),
            (Criteria(1, 0, 0, 0, False), "staff.discrimination", "critical", 2),
            (Criteria(0, 0, 0, 2, False), "privacy.breach", "low", 2),
            (Criteria(0, 0, 0, 3, False), "privacy.breach", "critical", 3),
        ],
    )
    def test_by_hand(self, criteria: Criteria, category: str, severity: str, score: int) -> None:
        weighed = weigh(RULES, criteria, category)
        assert (weighed.severity, weighed.score) == (severity, score)

    @pytest.mark.parametrize("wrong", [-1, 4])
    def test_an_answer_that_is_not_offered_is_refused(self, wrong: int) -> None:
        for place in range(4):
            levels = [wrong if each == place else 0 for each in range(4)]
            with pytest.raises(errors.Invalid):
                Criteria(*levels, immediate=False)


def act(scene: Scene, who: int, verb: Any, code: str, *args: Any, **how: Any) -> Complaint:
    with scene.acting(who) as work:
        verb(work, complaints.find(work, code), *args, **how)
    return scene.case(code)


def due(rules: Organisation, severity: str, case: Complaint) -> Any:
    assert case.received_at
    return rules.due("final_response", severity, case.received_at)


Desk = tuple[Scene, int, int, int, str]


@pytest.fixture
def desk(scene: Scene) -> Desk:
    """A scene with a handler, a supervisor, a customer, and the case that the handler owns."""
    handler, supervisor, customer = scene.staff("handler"), scene.staff("supervisor"), scene.customer()
    return scene, handler, supervisor, customer, scene.complaint(customer)


class TestAssess:
    def test_by_the_owner_starts_the_investigation(self, desk: Desk) -> None:
        scene, handler, _supervisor, customer, code = desk
        case = act(scene, handler, assessment.assess, code, HIGH)
        assert (case.stage, case.severity, case.assessed_at) == (Stage.INVESTIGATING, "high", scene.clock())
        assert case.criteria == {"severity": 3, "safety": 2, "complexity": 1, "impact": 0, "immediate": False}
        assert case.due_at == due(scene.office.organisation, "high", case)
        assert "unassigned_alarm" not in {each.target for each in scene.running(code)}
        assert scene.told(customer) == ["investigation_started"]

    def test_by_a_supervisor_waits_for_the_owner_to_start(self, desk: Desk) -> None:
        scene, handler, supervisor, customer, code = desk
        case = act(scene, supervisor, assessment.assess, code, MEDIUM)
        assert (case.stage, case.severity) == (Stage.ASSESSED, "medium")
        assert scene.told(customer) == []
        assert scene.told(handler)[1:] == ["severity_set"]
        scene.clock.forward(minutes=31)
        schedule.tick(scene.office)
        assert scene.told(supervisor) == ["case_untaken"]
        case = act(scene, handler, handling.take, code, turn=case.turn)
        assert (case.stage, case.severity) == (Stage.INVESTIGATING, "medium")
        assert scene.told(customer) == ["investigation_started"]

    def test_after_the_default_it_is_still_done_once(self, desk: Desk) -> None:
        scene, handler, _supervisor, customer, code = desk
        case = act(scene, handler, handling.take, code)
        assert (case.severity, case.assessed_at) == ("medium", None)
        case = act(scene, handler, assessment.assess, code, MINOR, turn=case.turn)
        assert (case.severity, case.due_at) == ("low", due(scene.office.organisation, "low", case))
        assert scene.told(customer)[1:] == ["handling_changed"]
        with pytest.raises(errors.Stale):
            act(scene, handler, assessment.assess, code, HIGH)
        assert scene.case(code) == case

    def test_another_severity_than_the_computed_takes_a_reason(self, desk: Desk) -> None:
        scene, handler, _supervisor, _customer, code = desk
        with pytest.raises(errors.Invalid):
            act(scene, handler, assessment.assess, code, MINOR, instead="high", reason=" \u200e ")
        with pytest.raises(errors.Invalid):
            act(scene, handler, assessment.assess, code, MINOR, instead="grave", reason="Because")
        case = act(scene, handler, assessment.assess, code, MINOR, instead="high", reason="The third time")
        assert case.severity == "high"
        with scene.office.look() as work:
            note = entries_of(work.db, case.id)[-1]
            event = next(e for e in journal.history(work.db, case.id) if e.event == "complaint.assessed")
        assert (note.kind, note.text) == ("note", "The third time")
        assert event.facts["computed"] == "low"
        assert event.facts["note"] == note.id
        assert "third" not in str(event.facts)

    def test_a_closed_case_is_beyond_it(self, desk: Desk) -> None:
        scene, handler, _supervisor, customer, code = desk
        act(scene, handler, handling.take, code)
        act(scene, customer, withdrawing.withdraw, code)
        for verb, args in ((assessment.assess, (HIGH,)), (assessment.change_severity, ("high", "Because"))):
            with pytest.raises(errors.IllegalMove):
                act(scene, handler, verb, code, *args)


class TestCritical:
    def test_wakes_everybody_it_concerns_and_nobody_else(self, desk: Desk) -> None:
        scene, handler, supervisor, customer, code = desk
        concerned = [handler, supervisor, scene.staff("complaints_manager", department=None)]
        concerned.append(scene.staff("supervisor", department=None))
        others = [scene.staff("supervisor", department="product"), scene.staff("handler"), scene.staff("admin")]
        case = act(scene, supervisor, assessment.assess, code, WORST)
        assert [scene.told(who).count("case_critical") for who in concerned] == [1] * 4
        assert [scene.told(who) for who in others] == [[]] * 3
        assert scene.told(customer) == ["handling_changed"]
        assert case.contain_by == scene.office.organisation.due("containment", "critical", scene.clock())

    def test_with_nobody_between_it_reaches_the_top(self, scene: Scene) -> None:
        handler, top = scene.staff("handler"), scene.staff("top_management")
        act(scene, handler, assessment.assess, scene.complaint(scene.customer()), WORST)
        assert scene.told(top) == ["case_critical"]

    def test_a_supervisor_is_not_woken_about_the_own_complaint(self, desk: Desk) -> None:
        scene, handler, supervisor, _customer, _code = desk
        with scene.acting(supervisor) as work:
            people.set_language(work, "en")
            legal = work.organisation.legal("privacy", "en")
            people.agree(work, "privacy", legal.version, "en", legal.fill())
        act(scene, handler, assessment.assess, scene.complaint(supervisor), WORST)
        assert "case_critical" not in scene.told(supervisor)

    def test_what_was_done_at_once_is_kept_and_audited_without_words(self, desk: Desk) -> None:
        scene, handler, _supervisor, _customer, code = desk
        act(scene, handler, handling.take, code)
        with pytest.raises(errors.Stale):
            act(scene, handler, assessment.contain, code, "Nobody asked")
        act(scene, handler, assessment.assess, code, WORST)
        with pytest.raises(errors.Invalid):
            act(scene, handler, assessment.contain, code, " ")
        case = act(scene, handler, assessment.contain, code, "The goods are withdrawn")
        assert case.contain_by is None
        with scene.office.look() as work:
            note = entries_of(work.db, case.id)[-1]
            assert journal.history(work.db, case.id)[-1].facts == {"note": note.id}
        assert (note.kind, note.text) == ("note", "The goods are withdrawn")
        assert scene.history(code)[-1] == "complaint.contained"

    def test_what_is_no_longer_critical_needs_no_containment(self, desk: Desk) -> None:
        scene, handler, _supervisor, _customer, code = desk
        act(scene, handler, assessment.assess, code, WORST)
        assert act(scene, handler, assessment.change_severity, code, "high", "It was a drill").contain_by is None


class TestChange:
    def test_takes_a_reason_and_another_severity(self, desk: Desk) -> None:
        scene, handler, _supervisor, _customer, code = desk
        with pytest.raises(errors.IllegalMove):
            act(scene, handler, assessment.change_severity, code, "high", "Too early")
        act(scene, handler, handling.take, code)
        for severity, reason in (("high", ""), ("medium", "The same"), ("grave", "Unknown")):
            with pytest.raises(errors.Invalid):
                act(scene, handler, assessment.change_severity, code, severity, reason)
        case = scene.case(code)
        with pytest.raises(errors.Stale):
            act(scene, handler, assessment.change_severity, code, "high", "Old", turn=case.turn - 1)
        assert act(scene, handler, assessment.change_severity, code, "high", "It spreads").turn == case.turn
        assert scene.history(code)[-2:] == ["complaint.severity_changed", "complaint.due_moved"]

    def test_dates_count_from_the_original_start_in_both_directions(self, desk: Desk) -> None:
        scene, handler, _supervisor, customer, code = desk
        act(scene, handler, handling.take, code)
        scene.clock.forward(days=1)
        for severity in ("high", "low", "critical", "medium"):
            case = act(scene, handler, assessment.change_severity, code, severity, "Because")
            assert case.due_at == due(scene.office.organisation, severity, case)
        assert scene.told(customer)[1:] == ["handling_changed"] * 4

    def test_a_deadline_that_has_passed_is_not_lengthened(self, desk: Desk) -> None:
        scene, handler, _supervisor, customer, code = desk
        missed = act(scene, handler, handling.take, code).due_at
        assert missed
        scene.clock.now = missed + timedelta(minutes=1)
        for severity in ("low", "high"):
            assert act(scene, handler, assessment.change_severity, code, severity, "Because").due_at == missed
        assert scene.told(customer)[1:] == []

    def test_a_date_that_would_have_passed_is_the_next_business_day_and_never_later_than_the_old(
        self, desk: Desk
    ) -> None:
        scene, handler, _supervisor, _customer, code = desk
        was = act(scene, handler, handling.take, code).due_at
        assert was
        scene.clock.now = was - timedelta(days=6)
        case = act(scene, handler, assessment.change_severity, code, "critical", "Somebody fell ill")
        assert due(scene.office.organisation, "critical", case) < scene.clock()
        assert case.due_at == scene.office.organisation.calendar.add_business_days(scene.clock(), 1) < was
        act(scene, handler, assessment.change_severity, code, "medium", "A mistake")
        scene.clock.now = was - timedelta(hours=1)
        assert act(scene, handler, assessment.change_severity, code, "critical", "After all").due_at == was

    def test_what_was_promised_after_an_answer_stands(self, scene: Scene) -> None:
        handler, customer = scene.staff("handler"), scene.customer()
        code = scene.answered(customer, handler)
        promised = act(scene, customer, complaints.refuse, code).due_at
        assert act(scene, handler, assessment.change_severity, code, "low", "Because").due_at == promised
