"""The stories that the demo tells read as well as life does."""

from pathlib import Path

from backoffice.disputes.phases import Phase
from backoffice.stages import Stage
from bot.demo import own_file
from bot.sandbox import plays as demo
from bot.sandbox.story import begun
from bot.transcript import Transcript
from storage.reviews import seats_of
from storage.surveys import of_case
from tests.stories.telling import telling


async def test_the_whole_story_ends_well_and_committees_decide(tmp_path: Path) -> None:
    async with telling(tmp_path, "fa") as story:
        said: list[str] = []
        Transcript(story.desk.world, said.append)
        await demo.whole(story.desk.stage)
        found = [(case.language, case.stage, case.rounds) for case in story.desk.cases()]
        assert found[:3] == [(language, Stage.CLOSED, 2) for language in demo.LANGUAGES]
        assert [case.closed_reason for case in story.desk.cases()[3:9]] == ["resolved", "duplicate"] * 3
        assert found[9:12] == [(language, Stage.IMPLEMENTING, 2) for language in demo.LANGUAGES]
        assert [case.closed_reason for case in story.desk.cases()[12:]] == ["settled"] * 3
        await story.desk.forward(hours=13)  # until people can be told of it
        for words in ("✅ شکایت شما ثبت شد.", "✅ استلمنا شكواكم.", "✅ We have received your complaint."):
            assert [each for each in said if words in each]


async def test_in_the_organisation_of_the_demo_customers_say_which_product_it_is_about(tmp_path: Path) -> None:
    async with telling(tmp_path, "fa", organisation=own_file(tmp_path)) as story:
        for language in demo.LANGUAGES:
            await begun(story.desk.stage, language)
        found = [(case.language, case.product, case.branch) for case in story.desk.cases()]
        products = ("fridge", "washing_machine", "gift_set")
        assert found == [(*each, "online") for each in zip(demo.LANGUAGES, products, strict=True)]


async def test_half_told_it_leaves_everybody_something_to_do(tmp_path: Path) -> None:
    async with telling(tmp_path, "fa") as story:
        await story.desk.forward(hours=13)  # also in the evening, when people are asked nothing
        await demo.half_told(story.desk.stage)
        *tales, called, twin, reviewed, mediated = story.desk.cases()
        stages = {case.language: case.stage for case in tales}
        assert stages == {"fa": Stage.ANSWERED, "ar": Stage.INVESTIGATING, "en": Stage.CLOSED}
        assert (called.stage, twin.closed_reason) == (Stage.ANSWERED, "duplicate")
        assert reviewed.stage == Stage.IN_REVIEW
        assert mediated.dispute_phase == Phase.IN_PROGRESS
        with story.desk.desk.office.look() as work:
            votes = [seat.vote for seat in seats_of(work.db, reviewed.review_id or 0)]
            ended = next(case for case in tales if case.language == "en")
            assert of_case(work.db, ended.id)["outcome"].score == 5
        assert votes == ["upheld", None, None]
        await story.desk.forward(hours=13)
