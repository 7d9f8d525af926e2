"""What is asked of how it was, and what those who answer for a case read of a low score."""

from backoffice import handling, surveys
from backoffice.reopening import can_be_reopened
from bot import cards
from bot.customer.answers import stars
from bot.dates import digits
from bot.i18n import _, __
from bot.keyboards import SUCCESS, button, desk, keyboard, own
from bot.notice import Notice, Said, brief, door, template
from bot.texts import Html, bold, lines, paragraphs, quote, say
from storage.complaints import entries_of
from storage.surveys import Survey

SCORED = {
    surveys.FIRST: __("The handling so far: {number} of {total}"),
    surveys.HANDLING: __("The handling: {number} of {total}"),
    surveys.OUTCOME: __("The outcome: {number} of {total}"),
    surveys.LOYALTY: __("Would use us again: {number} of {total}"),
}


# ------------------------------------------------------------------ to the complainant


@template
def first_response_question(notice: Notice) -> Said | None:
    ask = _("How do you find our handling of it so far? One star is poor, five are excellent.")
    return _asked(notice, surveys.FIRST, ask, _("Your answer has no influence on the decision."))


@template
def handling_question(notice: Notice) -> Said | None:
    """At the end, where it could not come with the word that the case is closed."""
    return _asked(notice, surveys.HANDLING, _("How did we handle it? One star is poor, five are excellent."))


@template
def loyalty_question(notice: Notice) -> Said | None:
    if not surveys.is_wanted(notice.work, notice.case, surveys.LOYALTY):
        return None
    text = paragraphs(
        bold(_("A last question about your complaint")),
        _("How likely is it that you would use us again? Zero is not at all, ten is certain."),
        cards.footer(notice.work, notice.case),
    )
    chances = [button(digits(str(each)), own("rate_loyalty", notice.case, str(each))) for each in surveys.CHANCES]
    return text, keyboard(chances[:6], chances[6:], button(_("Show the complaint"), own("show", notice.case)))


def _asked(notice: Notice, question: str, *asked: str) -> Said | None:
    """With stars; nothing where the case has gone on meanwhile."""
    if not surveys.is_wanted(notice.work, notice.case, question):
        return None
    text = paragraphs(bold(_("A question about your complaint")), *asked, cards.footer(notice.work, notice.case))
    return text, stars(notice.case, "rate_first" if question == surveys.FIRST else "rate_handling")


# ------------------------------------------------------------------ to the staff


@template
def low_score(notice: Notice) -> Said | None:
    """What holds when it is read: of a score that was mended meanwhile nothing is said."""
    named = {part["alarm"] for part in notice.parts}
    low = [each for each in surveys.low(notice.work, notice.case) if each.question in named]
    if not low:
        return None
    text, _buttons = brief(
        notice,
        _title(notice),
        lines(*(scored(each) for each in low)),
        _words(notice, low),
        _("This is no reproach. A few words to the customer often help, and we learn from what went wrong.")
        if notice.person.id == notice.case.owner_id
        else _("A few words to the customer now can still win them back."),
        _can_reopen(notice),
    )
    able = handling.can_reach_out(notice.work, notice.case)
    write = button(_("Write to the customer"), desk("reach_out", notice.case), SUCCESS) if able else None
    return text, keyboard(write, door(notice.work, notice.case, None if able else SUCCESS))


def scored(survey: Survey) -> Html:
    return say(str(SCORED[survey.question]), number=survey.score or 0, total=max(surveys.scale(survey.question)))


def _title(notice: Notice) -> str:
    if all("entry_id" in part for part in notice.parts):
        return _("The customer said more about their low score.")
    if notice.person.id == notice.case.owner_id:
        return _("A customer of yours is not satisfied.")
    return _("⚠️ A customer is not satisfied.")


def _words(notice: Notice, low: list[Survey]) -> Html | None:
    """What was said with these scores, in its newest wording."""
    entries = entries_of(notice.work.db, notice.case.id)
    ids = {each.entry_id for each in low}
    said = [cards.latest(entries, each) for each in entries if each.id in ids]
    words = "\n\n".join(each for each in said if each)
    return quote(words, 2000) or None


def _can_reopen(notice: Notice) -> Html | None:
    if not can_be_reopened(notice.work, notice.case):
        return None
    until = notice.work.organisation.due("reopen", None, notice.case.closed_at or notice.work.now)
    return say(_("The customer can reopen the case until {date}."), date=until)
