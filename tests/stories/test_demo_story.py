"""The stories that the demo tells read as well as life does."""

from pathlib import Path

from backoffice.stages import Stage
from bot.sandbox import plays as demo
from storage.reviews import seats_of
from tests.stories.telling import telling


async def test_the_whole_story_ends_well_and_committees_decide(tmp_path: Path) -> None:
    async with telling(tmp_path, "fa") as story:
        await demo.whole(story.desk.stage)
        found = [(case.language, case.stage, case.rounds) for case in story.desk.cases()]
        assert found[:3] == [(language, Stage.CLOSED, 2) for language in demo.LANGUAGES]
        assert found[3:] == [(language, Stage.IMPLEMENTING, 2) for language in demo.LANGUAGES]


async def test_half_told_it_leaves_everybody_something_to_do(tmp_path: Path) -> None:
    async with telling(tmp_path, "fa") as story:
        await demo.half_told(story.desk.stage)
        *tales, reviewed = story.desk.cases()
        stages = {case.language: case.stage for case in tales}
        assert stages == {"fa": Stage.ANSWERED, "ar": Stage.INVESTIGATING, "en": Stage.CLOSED}
        assert reviewed.stage == Stage.IN_REVIEW
        with story.desk.desk.office.look() as work:
            votes = [seat.vote for seat in seats_of(work.db, reviewed.review_id or 0)]
        assert votes == ["upheld", None, None]
