"""What the organisation's file says of answers, and how it is refused."""

from pathlib import Path

import pytest

from backoffice import organisation
from backoffice.answer_file import PLACEHOLDERS
from backoffice.organisation import DEFAULT
from backoffice.organisation_file import OrganisationError

BROKEN = {
    "an unknown placeholder": (("Dear {name}, we have looked", "Dear {nmae}, we have looked"),
                               "answer_templates[late_delivery].text.en", "unknown placeholder {nmae}"),
    "a stray brace": (("complaint {code} about", "complaint {code about"),
                      "answer_templates[faulty_product].text.en", "stray brace"),
    "a placeholder with a format": (("(number {reference})", "(number {reference:>9})"),
                                    "answer_templates[refund_due].text.en", "stands by itself"),
    "a template for no category": (('categories = ["delivery.late", ', 'categories = ["delivery.soon", '),
                                   "answer_templates[late_delivery].categories", 'no category "delivery.soon"'),
    "a template twice": (('code = "as_agreed"', 'code = "refund_due"'),
                         "answer_templates[refund_due]", "stands there twice"),
    "a template without a language": (("[answer_templates.text]\nfa = ", "[answer_templates.text]\nfaa = "),
                                      "answer_templates[late_delivery].text", ""),
    "a need that is none": (('needed_for = ["severity"', 'needed_for = ["weather"'), "approval.needed_for[0]",
                            "one of"),
    "an approver who cannot": (('by = ["supervisor"', 'by = ["handler"'), "approval.by[0]", "must be one of"),
    "nobody approves": (('by = ["supervisor", "complaints_manager", "top_management", "legal"]', "by = []"),
                        "approval.by", "needs at least 1"),
    "a limit for no role": (("# [approval.limits]", "[approval.limits]\nking = { IRR = 5 }"),
                            "approval.limits.king", "there is no such role"),
    "a limit below nothing": (("# [approval.limits]", "[approval.limits]\nhandler = { IRR = -5 }"),
                              "approval.limits.handler.IRR", "greater than or equal to 0"),
    "a word that is everywhere": (('"lawyer*"', '"*"'), "risk_words.legal.en", "would be found everywhere"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_wrong_is_refused_with_its_place_and_reason(tmp_path: Path, what: str) -> None:
    (before, after), key, reason = BROKEN[what]
    text = DEFAULT.read_text("utf-8")
    assert before in text
    file = tmp_path / "organisation.toml"
    file.write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(OrganisationError) as refusal:
        organisation.load(file)
    assert refusal.value.key.startswith(key)
    assert reason in refusal.value.reason


def test_a_file_without_any_of_it_is_in_order(tmp_path: Path) -> None:
    text = DEFAULT.read_text("utf-8")
    begin, end = text.index("[approval]"), text.index("# ------------------------------------------------------------"
                                                      "---------- time limits")  # fmt: skip
    file = tmp_path / "organisation.toml"
    file.write_text(text[:begin] + text[end:], "utf-8")
    found = organisation.load(file)
    assert found.answer_templates == ()
    assert found.approval.needed_for == ("severity", "amount", "risk")
    assert found.risk_words.legal.all == ()


def test_the_shipped_templates_stand_in_three_languages_with_known_placeholders() -> None:
    values = dict.fromkeys(PLACEHOLDERS, "X")
    for template in organisation.load().answer_templates:
        for language in ("fa", "ar", "en"):
            assert "{" not in template.text[language].format(**values)
