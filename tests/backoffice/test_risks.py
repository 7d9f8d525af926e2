"""Risks of a lawsuit or of publicity: heard in words, marked by hand, and what rests on them (S2)."""

import pytest

from backoffice import assessment, complaints, errors, organisation, risks
from backoffice.assessment import Criteria
from backoffice.words import folded
from tests.backoffice.conftest import Desk, Scene

RULES = organisation.load().risk_words
MILD = Criteria(0, 0, 0, 0, False)


def hints(words: str) -> set[str]:
    said = folded(words)
    return {kind for kind in ("legal", "publicity") for word in getattr(RULES, kind).all if risks.spoken(word, said)}


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("از شما شکایت می‌کنم؛ به دادگاه می‌روم", {"legal"}),
        ("با وكيلم حرف مي‌زنم", {"legal"}),  # an Arabic keyboard
        ("دادگاه‌ها تصمیم می‌گیرند", {"legal"}),
        ("در شبكه هاي اجتماعي می‌نویسم", {"publicity"}),
        ("سأرفع الأمر للمحكمة", {"legal"}),
        ("سيتحدث معكم محاميّ", {"legal"}),
        ("وبالقضاء آخذ حقي", {"legal"}),
        ("سأكتب عنكم في الصحيفه", {"publicity"}),
        ("My LAWYER and the press will hear of it.", {"legal", "publicity"}),
        ("The courtyard issued a pursuit.", set()),
        ("بسته دیر رسید", set()),
        ("وصل الطرد متأخرًا", set()),
        ("", set()),
    ],
)
def test_words_hint_at_a_risk(words: str, kinds: set[str]) -> None:
    assert hints(words) == kinds


class TestHint:
    def test_in_the_story_raises_the_severity_at_the_assessment(self, scene: Scene) -> None:
        handler, customer = scene.staff("handler"), scene.customer()
        lawyer = scene.staff("legal", department=None)
        code = scene.complaint(customer, text="I take this to court.")
        assert scene.case(code).risks == {"legal": "hint"}
        assert "risk_marked" in scene.told(lawyer)
        scene.act(handler, code, lambda work, case: assessment.assess(work, case, MILD))
        assert scene.case(code).severity == "high"

    def test_in_later_words_counts_as_well_and_once(self, desk: Desk) -> None:
        desk.live("take")
        for _time in range(2):
            desk.scene.act(desk.customer, desk.code, lambda work, case: complaints.add(work, case, "My lawyer knows."))
        assert desk.case.risks == {"legal": "hint"}
        assert desk.scene.history(desk.code).count("complaint.risk_marked") == 1
        assert desk.scene.told(desk.handler).count("risk_marked") == 1

    def test_that_is_none_is_taken_off(self, desk: Desk) -> None:
        desk.scene.act(desk.customer, desk.code, lambda work, case: complaints.add(work, case, "The court is closed."))
        desk.scene.act(desk.handler, desk.code, lambda work, case: risks.clear(work, case, "legal", "A tennis court."))
        assert desk.case.risks == {}
        with pytest.raises(errors.Stale):
            desk.scene.act(desk.handler, desk.code, lambda work, case: risks.clear(work, case, "legal", "Again."))


class TestMark:
    def test_makes_it_high_and_keeps_it_there(self, desk: Desk) -> None:
        desk.live("take")
        desk.scene.act(desk.handler, desk.code, lambda work, case: risks.mark(work, case, "publicity", "They film."))
        assert (desk.case.severity, desk.case.risks) == ("high", {"publicity": "marked"})
        with pytest.raises(errors.Invalid) as refusal:
            desk.live("change_severity")
        assert refusal.value.facts["what"] == "below_floor"
        assert desk.live("refund").stage == "awaiting_approval"

    def test_leaves_what_is_critical_critical(self, desk: Desk) -> None:
        desk.live("assess")
        desk.scene.act(desk.handler, desk.code, lambda work, case: risks.mark(work, case, "legal", "A writ came."))
        assert desk.case.severity == "critical"

    def test_of_a_closed_case_or_of_nothing_known_is_refused(self, desk: Desk) -> None:
        with pytest.raises(errors.Invalid):
            desk.scene.act(desk.handler, desk.code, lambda work, case: risks.mark(work, case, "weather", "It rains."))
        desk.live("withdraw")
        with pytest.raises(errors.Stale):
            desk.scene.act(desk.handler, desk.code, lambda work, case: risks.mark(work, case, "legal", "Late."))
