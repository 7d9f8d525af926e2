"""A digest in words: what happened, what needs its reader, and the ways there."""

from aiogram.types import InlineKeyboardMarkup

from backoffice import rights
from backoffice.figures import digests
from backoffice.figures.reading import Part
from backoffice.figures.summary import Recurring, Summary, summary
from backoffice.figures.values import Share
from backoffice.work import Work
from bot import periods
from bot.dates import decimal
from bot.figures import words
from bot.figures.words import unit
from bot.i18n import _, n_
from bot.keyboards import SUCCESS, Go, Issue, Report, Row, button, keyboard, to_menu
from bot.texts import Html, bold, lines, paragraphs, quote, say
from storage.digests import Digest

NAMED_CAUSES = 3


def text(work: Work, digest: Digest, found: Summary) -> Html:
    period = digests.period_of(digest)
    title = say(_("Digest: {period}"), period=periods.brief(period))
    if found.empty:
        return Html(say(_("{title}. No complaints, and nothing is open."), title=bold(title)))
    return paragraphs(
        lines(bold(title), unit(work, Part(department=digest.department or None))),
        lines(came(found), in_time(work, found.in_time), now(found)),
        needs(work, found),
        said(digest),
        Html(_("Not all of it could be made this time. We are looking into it.")) if digest.failed else None,
    )


def came(found: Summary) -> Html:
    """How many, and how many more or fewer than before; and how many were closed."""
    count = say(n_("{count} complaint", "{count} complaints", found.received), count=found.received)
    more = found.received - found.before
    if more > 0:
        count = say(_("{text} ({than})"), text=count, than=say(_("{count} more than before"), count=more))
    elif more < 0:
        count = say(_("{text} ({than})"), text=count, than=say(_("{count} fewer than before"), count=-more))
    if not found.closed:
        return count
    closed = say(n_("{count} closed", "{count} closed", found.closed), count=found.closed)
    return say(_("{text}, {closed}"), text=count, closed=closed)


def in_time(work: Work, share: Share) -> Html | None:
    """Nothing where nothing was to be answered."""
    if not share.n:
        return None
    return say(
        _("Answered in time: {share}; target: {number} %"),
        share=words.share(share),
        number=work.organisation.learning.on_time_percent,
    )


def now(found: Summary) -> Html:
    return say(n_("{count} case is open now", "{count} cases are open now", found.open), count=found.open)


def needs(work: Work, found: Summary) -> Html | None:
    """What asks for a decision."""
    shown = asking(work, found)
    return lines(bold(_("Needs your decision")), *shown) if shown else Html(_("✅ Nothing needs your decision."))


def asking(work: Work, found: Summary) -> list[Html]:
    """Each thing that asks for a decision, a line of a list."""
    listed = [
        needed(n_("{count} overdue case", "{count} overdue cases", found.overdue), found.overdue),
        needed(
            n_("{count} sitting without a quorum", "{count} sittings without a quorum", found.no_quorum),
            found.no_quorum,
        ),
        needed(n_("{count} low score from customers", "{count} low scores from customers", found.low), found.low),
        *(recurs(work, each) for each in found.recurring[:NAMED_CAUSES]),
    ]
    return [each for each in listed if each]


def needed(template: str, count: int) -> Html | None:
    return say("• {text}", text=say(template, count=count)) if count else None


def recurs(work: Work, each: Recurring) -> Html:
    cause = words.cause(work, each.cause)
    if each.times is None or each.times <= 1:
        said = n_("• {cause}: {count} time", "• {cause}: {count} times", each.count)
        return say(said, cause=cause, count=each.count)
    times = Html(decimal(float(each.times)))
    return say(_("• {cause}: {count} ({times} times as often as before)"), cause=cause, count=each.count, times=times)


def said(digest: Digest) -> Html | None:
    """What its reader said of it."""
    if digest.action and digest.acted_at:
        return lines(say(_("Action taken on {date}:"), date=digest.acted_at), quote(digest.action))
    return say(_("Read on {date}"), date=digest.read_at) if digest.read_at else None


def buttons(work: Work, digest: Digest, found: Summary) -> InlineKeyboardMarkup:
    """To what needs its reader, to the figures, and what they say of it."""
    overdue = bool(found.overdue) and rights.may(work.actor, "see_queue")
    open_report = Report(do="volume", kind=digest.rhythm, back=_back(work, digest), unit=digest.department)
    answers: Row = [
        *([] if digest.read_at else [button(_("I have read it"), Issue(do="read", digest=digest.id))]),
        button(_("Action taken"), Issue(do="act", digest=digest.id)),
    ]
    return keyboard(
        button(_("To the overdue cases"), Go(to="queue"), SUCCESS) if overdue else None,
        button(_("Reviews"), Go(to="hearing")) if found.no_quorum and rights.may(work.actor, "see_reviews") else None,
        button(_("Causes"), open_report.model_copy(update={"do": "learning"})) if found.recurring else None,
        button(_("All figures"), open_report),
        answers,
        [button(_("Digests"), Go(to="digests")), to_menu()],
    )


def _back(work: Work, digest: Digest) -> int:
    """How many periods ago that was."""
    counting, period = work.organisation.counting, digests.period_of(digest)
    at = counting.at(period.kind, work.now)
    back = 0
    while at.first > period.first:
        at, back = counting.before(at), back + 1
    return back


def shown(work: Work, digest: Digest) -> tuple[Html, InlineKeyboardMarkup]:
    found = summary(work, digests.period_of(digest), digests.part(work, digest.department or None))
    return text(work, digest, found), buttons(work, digest, found)
