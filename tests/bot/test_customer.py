"""The customer's way, in three languages: at most eight taps, and every step can go back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backoffice import codes
from tests.running import Running, running, text_of

LANGUAGES = ("fa", "ar", "en")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as it:
        yield it


@pytest.mark.parametrize("language", LANGUAGES)
class TestComplain:
    async def test_in_eight_taps_and_messages(self, desk: Running, language: str) -> None:
        human = desk.world.person(name="Sara", language_code=language)
        desk.languages[human.id] = language
        human.start()  # 1
        await desk.settle()
        for button in (0, "Make a complaint", "I agree, continue", 0, 0):  # 2 to 6; the guessed language is first
            await desk.tap(human, button)
        await desk.say(human, "The parcel never arrived, and nobody answers.")  # 7
        await desk.tap(human, "Submit the complaint")  # 8

        [case] = desk.cases()
        acknowledgement = text_of(human.last)
        assert case.code
        assert case.code in acknowledgement
        assert codes.parse(case.code)
        assert case.language == language

    async def test_the_summary_grows_by_itself(self, desk: Running, language: str) -> None:
        human = await desk.newcomer(language)
        await desk.form(human)
        await desk.say(human, "first words of mine", "second words of mine")
        assert "second words of mine" in text_of(human.last)
        assert "first words of mine" in text_of(human.last)
        human.album([{"kind": "photo"}, {"kind": "photo"}], caption="third words of mine")
        await desk.settle()
        assert "third words of mine" in text_of(human.last)
        [draft] = desk.drafts()
        assert draft.code is None

    async def test_back_and_cancel_work_and_the_draft_is_offered_again(self, desk: Running, language: str) -> None:
        human = await desk.newcomer(language)
        await desk.form(human)
        await desk.tap(human, "Back")
        await desk.tap(human, "Back")
        await desk.form(human)
        await desk.say(human, "something that must not be lost")
        await desk.tap(human, "Cancel")
        await desk.tap(human, "Keep it for later")
        await desk.tap(human, "Continue my complaint")
        assert "something that must not be lost" in text_of(human.last)
        await desk.tap(human, "Continue")
        await desk.tap(human, "Submit the complaint")
        assert len(desk.cases()) == 1
