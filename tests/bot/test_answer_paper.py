"""The final response on paper: what it says in each language, and that it can be set."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from backoffice import complaints, handling
from backoffice.answers import Draft, Given
from bot import papers
from bot.typeset import typeset
from storage.documents import Document
from tests.backoffice.conftest import Scene, opened
from tests.bot.paperwork import bare, texts

WORDS = {
    "fa": ("یخچال نرسیده است.", "راننده نشانی را پیدا نکرد.", "حمل با خودروی ما", "کد در هر نشانی بررسی می‌شود."),
    "ar": ("لم تصل الغسالة.", "لم يجد السائق العنوان.", "نقل بسيارتنا", "يُراجع كل عنوان قبل الشحن."),
    "en": ("The parcel is missing.", "The driver took it next door.", "By our own van", "Addresses are checked now."),
}


def issued(scene: Scene, language: str) -> papers.Paper:
    summary, findings, words, put_right = WORDS[language]
    handler, customer = scene.staff("handler", languages=(language,)), scene.customer(language)
    code = scene.complaint(customer)
    by = (scene.clock() + timedelta(days=5)).date().isoformat()
    remedies = (Given("deliver", words, None, None, by), Given("goodwill", None, "1500000", "IRR", None))
    draft = Draft(
        "partly", findings, "deliver", remedies=remedies, summary=summary, findings=findings, put_right=put_right
    )
    with scene.acting(handler) as work:
        case = complaints.find(work, code)
        handling.take(work, case)
        handling.answer(work, case, draft)
    with scene.office.look() as work:
        return papers.compose(work, work.db.exec(select(Document)).one())


@pytest.mark.parametrize("language", ["fa", "ar", "en"])
def test_it_says_all_of_it_and_can_be_set(tmp_path: Path, language: str) -> None:
    with opened(tmp_path) as scene:
        paper = issued(scene, language)
    assert paper.template == "final_response"
    said = [text for section in paper.content["sections"] for text in texts({"paragraphs": [], **section})]
    summary, findings, words, put_right = WORDS[language]
    assert {summary, findings, put_right} <= set(said)
    (remedies,) = (each for each in paper.content["sections"] if each["style"] == "remedies")
    assert len(remedies["voices"]) == 2
    given = [bare(each["text"]) for voice in remedies["voices"] for each in voice["paragraphs"]]
    assert words in given
    assert len(given) == 3
    (ways,) = (each for each in paper.content["sections"] if each["style"] == "routes")
    assert ways["rows"]
    assert typeset(paper.template, paper.content).startswith(b"%PDF")
