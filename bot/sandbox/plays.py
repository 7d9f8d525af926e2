"""What the demo plays: a whole story, or as much of one as a newcomer finds on coming in."""

from collections.abc import Sequence

from bot.sandbox import committee, mediation, special, story
from bot.sandbox.person import Person
from bot.sandbox.story import Stage

LANGUAGES = ("fa", "ar", "en")


async def whole(stage: Stage, languages: Sequence[str] = LANGUAGES) -> None:
    """In each language four complaints: one that ends well, one that came by phone and needs a second pair of eyes, one
    that a committee looks at, one that is mediated."""
    supervisor, _manager = await story.team(stage)
    tales = [await story.told(stage, language) for language in languages]
    for tale in tales:
        call = await special.begun(stage, tale.language, tale.handler, supervisor)
        await call.is_answered()
        await call.is_bargained_about()
        await call.is_carried_out()
    seated = await committee.appointed(stage)
    for tale in tales:
        review = await committee.begun(stage, tale.language, tale.handler)
        await review.is_heard(seated.members[LANGUAGES.index(tale.language)])
        await review.is_voted_on(seated.members)
        await review.is_accepted()
    for tale in tales:
        dispute = await mediation.begun(stage, tale.language, tale.handler, seated.manager)
        await dispute.is_talked_about()
        await dispute.is_settled()
        await dispute.is_kept()


async def half_told(stage: Stage) -> None:
    """One case waits for an answer, one for its customer, one is closed; one that came by phone waits for its customer,
    a committee is at work, and a mediator. The manager gets a digest of each day."""
    supervisor, manager = await story.team(stage)
    await subscribed(stage, manager)
    tales = {language: await story.begun(stage, language) for language in LANGUAGES}
    await tales["en"].is_asked()
    await tales["en"].refuses_first_answer()
    await tales["en"].ends_well()
    await tales["ar"].is_taken()
    call = await special.begun(stage, "ar", tales["ar"].handler, supervisor)
    await call.is_answered()
    seated = await committee.appointed(stage)
    review = await committee.begun(stage, "fa", tales["fa"].handler)
    await review.is_heard(seated.members[0])
    await review.is_voted_on(seated.members[:1])
    dispute = await mediation.begun(stage, "en", tales["en"].handler, seated.manager)
    await dispute.is_talked_about()
    await tales["fa"].is_asked()
    await tales["fa"].is_answered()


async def subscribed(stage: Stage, manager: Person) -> None:
    """As the clock is moved on, a digest comes every morning."""
    manager.say("/digest")
    await stage.settle()
    for label in ("Subscribe", "Every day", "All units"):
        manager.tap(label)
        await stage.settle()
