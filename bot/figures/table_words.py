"""What is said of a table of cases while it is made, and when it is done."""

from aiogram.types import InlineKeyboardMarkup

from backoffice.figures import tables
from backoffice.figures.reading import Part
from backoffice.work import Work
from bot import periods
from bot.dates import digits
from bot.figures.words import unit
from bot.i18n import _, n_
from bot.keyboards import DANGER, Cases, Report, button, keyboard, to_menu
from bot.texts import Html, bold, lines, paragraphs, say
from storage.digests import DUE, MADE, Table


def shown(work: Work, table: Table) -> tuple[Html, InlineKeyboardMarkup]:
    text = paragraphs(lines(bold(title(table)), about(work, table)), state(table))
    if table.state == DUE:
        return text, keyboard(button(_("Stop it"), Cases(do="stop", table=table.id), DANGER))
    return text, keyboard(button(_("All figures"), Report(do="volume")), to_menu())


def title(table: Table) -> Html:
    match table.state:
        case "due":
            return Html(_("⏳ The table is being written."))
        case "made":
            return Html(_("✅ The table is there."))
        case "stopped":
            return Html(_("It was stopped. Nothing was kept."))
        case _:
            return Html(_("⚠️ The table could not be written. We are looking into it."))


def about(work: Work, table: Table) -> Html:
    """Of when, of which unit, and with what."""
    return lines(
        periods.name(tables.period_of(table)),
        unit(work, Part(department=table.department or None)),
        Html(_("With the words of customers as they wrote them.")) if table.open_words else None,
    )


def state(table: Table) -> Html | None:
    if table.state == DUE:
        if table.total is None:
            return Html(_("It arrives here by itself."))
        return say(
            _("{count} of {total} cases"), count=number(table.written + table.left_out), total=number(table.total)
        )
    return done(table) if table.state == MADE else None


def done(table: Table) -> Html:
    left = n_(
        "{count} case was left out: you may not read it.", "{count} cases were left out: you may not read them.",
        table.left_out,
    )  # fmt: skip
    return lines(
        say(n_("{count} case", "{count} cases", table.written), count=number(table.written)),
        say(left, count=number(table.left_out)) if table.left_out else None,
    )


def number(count: int) -> Html:
    """In groups of thousands."""
    shown = digits(f"{count:,}")
    return Html(shown if shown.isascii() else shown.replace(",", "٬"))
