"""Days that the desk is closed or works although its file says otherwise: set by hand, and taken back."""

from datetime import date, timedelta
from itertools import islice

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import days, errors, rights
from backoffice.calendar import Hours
from backoffice.work import Work
from bot import dates, refusals
from bot.i18n import _, n_
from bot.keyboards import SUCCESS, Days, Go, Prefix, button, keyboard, pairs, to_menu
from bot.material import material
from bot.panel import Event, leave, show
from bot.staff.queue import pages
from bot.steps import Step, command
from bot.texts import Html, bold, lines, paragraphs, say

router = Router(name="calendar")
router.callback_query.filter(Prefix(Days, Go))

AHEAD = 21  # days that are shown
OFFERED = 6  # days on buttons
SEARCHED = 366  # days that are looked through for those to offer


class Choosing(StatesGroup):
    day = State()


@router.message(command("calendar"))
@router.callback_query(Go.filter(F.to == "calendar"))
async def calendar(
    event: Event, state: FSMContext, work: Work, callback_data: Go | None = None, first: Html | None = None
) -> None:
    """What differs from the usual week in the next weeks, and what was set by hand."""
    rights.require(work, "set_calendar")
    await leave(state)
    page = callback_data.page if callback_data else 0
    text = paragraphs(first, bold(_("Closed days and other hours")), weekly(work), lines(*unusual(work)))
    await show(event, state, text, page_buttons(work, page), party="staff", anew=first is not None)


@router.callback_query(Days.filter((F.do.in_({"close", "open"})) & (F.day == "")))
async def which_day(query: CallbackQuery, callback_data: Days, state: FSMContext, work: Work) -> None:
    rights.require(work, "set_calendar")
    await state.set_state(Choosing.day)
    await state.update_data(do=callback_data.do)
    await ask(query, state, work, callback_data.do)


@router.message(Step(Choosing.day))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    """A day that cannot be is said to be so, and the question stays."""
    do = (await state.get_data())["do"]
    words = material(message).written
    if words is None:
        await ask(message, state, work, do, _("Please write it as text."))
        return
    try:
        await foresee(message, state, work, do, read(work, words))
    except errors.Invalid as refusal:
        await ask(message, state, work, do, refusals.words(refusal))


@router.callback_query(Days.filter(F.do.in_({"close", "open", "take_back"})))
async def chosen(query: CallbackQuery, callback_data: Days, state: FSMContext, work: Work) -> None:
    await foresee(query, state, work, callback_data.do, day_of(callback_data))


@router.callback_query(Days.filter(F.do.in_({"closed", "opened", "taken_back"})))
async def confirmed(query: CallbackQuery, callback_data: Days, state: FSMContext, work: Work) -> None:
    day = day_of(callback_data)
    match callback_data.do:
        case "closed":
            days.set_day(work, day, days.CLOSED)
        case "opened":
            days.set_day(work, day, days.worked(work.organisation, day))
        case _:
            days.take_back(work, day)
    done = _("✅ The calendar is changed. Open deadlines are counted anew within a few minutes.")
    await calendar(query, state, work, first=bold(done))


async def ask(event: Event, state: FSMContext, work: Work, do: str, first: str | None = None) -> None:
    question = _("Which day will be closed?") if do == "close" else _("Which day will be worked?")
    today = days.today(work)
    hint = say(
        _("Tap a day, or write a date, for example: {example}"),
        example=Html(dates.short(today + timedelta(days=10))),
    )
    buttons = [button(say("{date}", date=day), Days(do=do, day=day.isoformat())) for day in offered(work, do)]
    back = [button(_("Back"), Go(to="calendar"))]
    await show(event, state, paragraphs(first, bold(question), hint), keyboard(*pairs(buttons), back), party="staff")


async def foresee(event: Event, state: FSMContext, work: Work, do: str, day: date) -> None:
    """What will come of it; nothing has been changed yet. Raises errors.Invalid."""
    rights.require(work, "set_calendar")
    if do == "take_back":
        if day not in work.organisation.days:
            raise errors.Stale()
        hours = work.organisation.file_calendar.hours(day)
        title = say(_("{date} will be as usual again: {hours}"), date=day, hours=worded(hours))
        done = "taken_back"
    elif do == "close":
        hours, done = days.CLOSED, "closed"
        days.require_change(work, day, hours)
        title = say(_("{date} will be closed."), date=day)
    else:
        hours, done = days.worked(work.organisation, day), "opened"
        days.require_change(work, day, hours)
        title = say(_("{date} will be worked: {hours}"), date=day, hours=worded(hours))
    await state.set_state(None)
    text = paragraphs(bold(title), consequence(days.moving(work, day, hours), closes=not hours))
    confirm = button(_("Confirm"), Days(do=done, day=day.isoformat()), SUCCESS)
    back = Go(to="calendar") if do == "take_back" else Days(do=do)
    ways = [button(_("Back"), back), button(_("Cancel"), Go(to="calendar"))]
    await show(event, state, text, keyboard(confirm, ways), party="staff")


def consequence(count: int, *, closes: bool) -> Html:
    if count:
        move = n_("{count} open deadline moves to a later time.", "{count} open deadlines move to a later time.", count)
        return lines(say(move, count=count), _("Customers whose date moves are told the new one."))
    stays = None if closes else _("What customers were told stays: no date comes nearer.")
    return lines(_("No open deadline moves to a later time."), stays)


def weekly(work: Work) -> Html | None:
    """The days that every week has off; the week begins on Saturday."""
    week = work.organisation.calendar.week
    off = [dates.weekday(number) for number in (5, 6, 0, 1, 2, 3, 4) if not week.get(number)]
    return say(_("Closed every week: {weekdays}"), weekdays=Html(" · ".join(off))) if off else None


def unusual(work: Work) -> list[Html]:
    """A line for each day that is not as every week has it, and for those further ahead that were set by hand."""
    rules, today = work.organisation, days.today(work)
    soon = {today + timedelta(days=number) for number in range(AHEAD)}
    found = []
    for day in sorted(soon | set(by_hand(work))):
        hours = rules.calendar.hours(day)
        if day in rules.days:
            found.append(say(_("{date}: {hours} (set by hand)"), date=day, hours=worded(hours)))
        elif hours != rules.calendar.week.get(day.weekday(), ()):
            found.append(say(_("{date}: {hours}"), date=day, hours=worded(hours)))
    return found or [Html(_("In the next three weeks every day is as usual."))]


def worded(hours: Hours) -> Html:
    parts = [
        say(_("{opening} to {closing}"), opening=Html(dates.hour(opening)), closing=Html(dates.hour(closing)))
        for opening, closing in hours
    ]
    return Html(" · ".join(parts) or _("no work"))


def page_buttons(work: Work, page: int) -> InlineKeyboardMarkup:
    """Every day that was set by hand can be taken back; many of them have pages."""
    set_ = by_hand(work)
    start = page * OFFERED
    take_back = [
        button(say(_("Take back: {date}"), date=day), Days(do="take_back", day=day.isoformat()))
        for day in set_[start : start + OFFERED]
    ]
    return keyboard(
        [button(_("Close a day"), Days(do="close")), button(_("Open a day"), Days(do="open"))],
        *pairs(take_back),
        pages("calendar", page, len(set_) > start + OFFERED),
        to_menu(),
    )


def by_hand(work: Work) -> list[date]:
    """The days ahead that were set by hand, the next first."""
    return sorted(day for day in work.organisation.days if day >= days.today(work))


def offered(work: Work, do: str) -> list[date]:
    """The next days that can be closed, or opened."""
    ahead = (days.today(work) + timedelta(days=number) for number in range(SEARCHED))
    calendar = work.organisation.calendar
    return list(islice((day for day in ahead if bool(calendar.hours(day)) is (do == "close")), OFFERED))


def read(work: Work, words: str) -> date:
    """Raises errors.Invalid for what is no date."""
    day = dates.parse_day(words, days.today(work), ahead=True)
    if day is None:
        raise errors.Invalid(what="no_date", text=words[:60])
    return day


def day_of(data: Days) -> date:
    """The day of a button, which anybody may have drawn."""
    day = dates.iso_day(data.day)
    if day is None:
        raise errors.Invalid(what="unknown_choice")
    return day
