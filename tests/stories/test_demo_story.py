"""The stories that the demo tells read as well as life does."""

from pathlib import Path

from backoffice.stages import Stage
from bot.sandbox import story as demo
from tests.stories.telling import telling


async def test_the_whole_story_ends_well_three_times(tmp_path: Path) -> None:
    async with telling(tmp_path, "fa") as story:
        await demo.whole(story.desk.stage)
        assert [(case.language, case.stage, case.rounds) for case in story.desk.cases()] == [
            (language, Stage.CLOSED, 2) for language in ("fa", "ar", "en")
        ]


async def test_half_told_it_leaves_everybody_something_to_do(tmp_path: Path) -> None:
    async with telling(tmp_path, "fa") as story:
        await demo.half_told(story.desk.stage)
        stages = {case.language: case.stage for case in story.desk.cases()}
        assert stages == {"fa": Stage.ANSWERED, "ar": Stage.INVESTIGATING, "en": Stage.CLOSED}
