"""How a mediation goes on: put off to another day, given more time by both sides, ended without an agreement."""

from datetime import date, datetime, time, timedelta

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import errors, rights
from backoffice.disputes import course, mediation
from backoffice.disputes.phases import FACILITATIVE, Phase
from backoffice.rights import CUSTOMER, ORGANISATION, RESOLVER
from backoffice.work import Work
from bot import dates, refusals
from bot.disputes import cards, mediating, sides
from bot.i18n import _, n_
from bot.keyboards import DANGER, SUCCESS, Matter, Prefix, button, keyboard, matter
from bot.material import material, words_within
from bot.panel import Event, leave
from bot.staff.saying import READABLE
from bot.steps import Step
from bot.texts import Html, bold, lines, paragraphs, quote, say
from storage.clocks import running as running_on
from storage.complaints import Complaint
from storage.disputes import Referral

router = Router(name="leading")
router.callback_query.filter(Prefix(Matter))

OFFERED = (2, 4, 7)  # days


class Leading(StatesGroup):
    adjourn_day = State()
    adjourn_words = State()
    ending = State()


# ------------------------------------------------------------------ to another day


@router.callback_query(Matter.filter(F.do == "adjourn"))
async def ask_day(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, _referral = led(work, callback_data.code)
    await state.set_state(Leading.adjourn_day)
    await state.update_data(code=complaint.code)
    await show_days(query, state, work, complaint)


async def show_days(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: str | None = None
) -> None:
    today, last = dates.local_date(work.now), limit(work, complaint)
    days = [today + timedelta(days=number) for number in OFFERED]
    rows = [
        button(say("{date}", date=day), matter("adjourn_to", complaint, day.isoformat()))
        for day in days
        if last is None or moment_of(work, day) <= last
    ]
    text = sides.framed(
        work,
        complaint,
        bold(_("Until when is the mediation adjourned?")),
        first,
        say(
            _("Tap a day, or write a date, for example: {example}"),
            example=Html(dates.short(today + timedelta(days=3))),
        ),
        say(_("It cannot be later than the end of the mediation, {date}."), date=last) if last else None,
    )
    await sides.tell(event, state, work, complaint, text, keyboard(*rows, sides.home(work, complaint)))


@router.callback_query(Matter.filter(F.do == "adjourn_to"))
async def choose_day(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, _referral = led(work, callback_data.code)
    day = dates.iso_day(callback_data.value)
    if day is None:
        raise errors.Invalid(what="unknown_choice")
    await ask_reason(query, state, work, complaint, day)


@router.message(Step(Leading.adjourn_day))
async def type_day(message: Message, state: FSMContext, work: Work) -> None:
    """A day that cannot be is said to be so, and the question stays."""
    complaint, _referral = led(work, (await state.get_data()).get("code", ""))
    words = material(message).written
    if words is None:
        await show_days(message, state, work, complaint, _("Please write it as text."))
        return
    try:
        day = dates.parse_day(words, dates.local_date(work.now), ahead=True)
        if day is None:
            raise errors.Invalid(what="no_date", text=words[:60])
        await ask_reason(message, state, work, complaint, day)
    except errors.NoMoreTime:
        await show_days(message, state, work, complaint, _("This day lies after the end of the mediation."))
    except errors.Invalid as refusal:
        await show_days(message, state, work, complaint, refusals.words(refusal))


async def ask_reason(event: Event, state: FSMContext, work: Work, complaint: Complaint, day: date) -> None:
    """Raises errors.Invalid for a day that has passed, errors.NoMoreTime beyond the end of the mediation."""
    last = limit(work, complaint)
    if moment_of(work, day) <= work.now:
        raise errors.Invalid(what="past_day")
    if last is not None and moment_of(work, day) > last:
        raise errors.NoMoreTime(complaint=complaint.id)
    await state.set_state(Leading.adjourn_words)
    await state.update_data(code=complaint.code, day=day.isoformat(), turn=complaint.turn)
    text = adjourning(work, complaint, day)
    await sides.tell(event, state, work, complaint, text, keyboard(sides.home(work, complaint)))


@router.message(Step(Leading.adjourn_words))
async def adjourn(message: Message, state: FSMContext, work: Work) -> None:
    data = await state.get_data()
    complaint, _referral = led(work, data.get("code", ""))
    day = dates.iso_day(str(data.get("day")))
    if day is None:
        raise errors.Stale(complaint=complaint.id)
    words = await words_of(message, state, work, complaint, adjourning(work, complaint, day))
    if words is None:
        return
    mediation.adjourn(work, complaint, moment_of(work, day), words, turn=data.get("turn"))
    await leave(state)
    done = bold(say(_("✅ Adjourned until {date}. Both sides have been told."), date=day))
    await after(message, state, work, complaint, done)


def adjourning(work: Work, complaint: Complaint, day: date) -> Html:
    return sides.framed(
        work,
        complaint,
        bold(say(_("Adjourn until {date}"), date=day)),
        _("Why, and what shall both sides have done by then? Both of them read it."),
    )


def moment_of(work: Work, day: date) -> datetime:
    """When it goes on: at an hour of that day at which people read."""
    calendar = work.organisation.calendar
    midnight = datetime.combine(day, time.min, calendar.zone)
    return calendar.within(midnight, work.organisation.reminders.hours)


# ------------------------------------------------------------------ more time


@router.callback_query(Matter.filter(F.do == "more_time"))
async def ask_more_time(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """What it means, before it is asked or agreed to."""
    complaint, side = sides.find(work, callback_data.code)
    referral = running(work, complaint)
    await leave(state)
    wanted = mediation.wants(referral)
    by_others = [each for each in wanted if each != side]
    missing = [each for each in (CUSTOMER, ORGANISATION) if each not in wanted]
    can = not referral.extended and side not in wanted and (side != RESOLVER or bool(missing))
    more = work.organisation.limit(mediation.LIMIT, None)
    text = sides.framed(
        work,
        complaint,
        bold(_("More time for the mediation")),
        say(
            n_("It can be put off once, by {count} day, if both sides want it.",
               "It can be put off once, by {count} days, if both sides want it.", more.amount),
            count=more.amount,
        ),
        lines(*(say(_("✅ {side} wants it"), side=sides.named(each, referral)) for each in wanted)) or None,
        _("It has been put off already.") if referral.extended else None,
    )  # fmt: skip
    do, words = ("agree_time", _("I agree")) if by_others and side != RESOLVER else ("want_time", _("Ask for it"))
    yes = button(words, matter(do, complaint), SUCCESS) if can else None
    await sides.tell(query, state, work, complaint, text, keyboard(yes, sides.home(work, complaint)))


@router.callback_query(Matter.filter(F.do.in_({"want_time", "agree_time"})))
async def want_more_time(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, _side = sides.find(work, callback_data.code)
    use_case = mediation.agree_extension if callback_data.do == "agree_time" else mediation.ask_extension
    until = use_case(work, complaint, turn=callback_data.turn)
    done = (
        say(_("✅ The mediation now ends on {date}."), date=until)
        if until
        else Html(_("✅ Asked. It is put off as soon as both sides want it."))
    )
    await after(query, state, work, complaint, bold(done))


# ------------------------------------------------------------------ no agreement


@router.callback_query(Matter.filter(F.do == "no_deal"))
async def ask_ending(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, _referral = led(work, callback_data.code)
    await state.set_state(Leading.ending)
    await state.update_data(code=complaint.code, ending=None)
    text = no_agreement(work, complaint)
    await sides.tell(query, state, work, complaint, text, keyboard(sides.home(work, complaint)))


@router.message(Step(Leading.ending))
async def type_ending(message: Message, state: FSMContext, work: Work) -> None:
    """The words, and a last look before it is over."""
    complaint, _referral = led(work, (await state.get_data()).get("code", ""))
    words = await words_of(message, state, work, complaint, no_agreement(work, complaint))
    if words is None:
        return
    await state.update_data(ending=words)
    text = sides.framed(
        work,
        complaint,
        bold(_("End the mediation without an agreement?")),
        quote(words, READABLE),
        _("Both sides read this. Your access ends at once, and it cannot be taken back."),
    )
    buttons = keyboard(
        button(_("Yes, end it"), matter("no_deal_yes", complaint), DANGER),
        button(_("No, go on"), matter("med_file", complaint), SUCCESS),
    )
    await sides.tell(message, state, work, complaint, text, buttons)


@router.callback_query(Matter.filter(F.do == "no_deal_yes"))
async def end(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, _referral = led(work, callback_data.code)
    data = await state.get_data()
    words = data.get("ending")
    if not words or data.get("code") != complaint.code:
        raise errors.Stale(complaint=complaint.id)
    mediation.end(work, complaint, words, turn=callback_data.turn)
    await leave(state)
    done = bold(_("✅ The mediation has ended without an agreement. Both sides have been told. Thank you."))
    await after(query, state, work, complaint, done)


def no_agreement(work: Work, complaint: Complaint) -> Html:
    return sides.framed(
        work,
        complaint,
        bold(_("Why do you see no agreement?")),
        _("Write it so that both sides can read it. Do not repeat what one of them told you alone."),
    )


# ------------------------------------------------------------------ what all of it needs


def led(work: Work, code: str) -> tuple[Complaint, Referral]:
    """The mediation, as long as the actor leads it."""
    complaint, side = sides.find(work, code)
    if side != RESOLVER:
        rights.require(work, "mediate", complaint)
    return complaint, running(work, complaint)


def limit(work: Work, complaint: Complaint) -> datetime | None:
    """When the mediation ends, whatever else runs beside it."""
    row = next((each for each in running_on(work.db, complaint.id) if each.target == mediation.LIMIT), None)
    return row.due_at if row else None


def running(work: Work, complaint: Complaint) -> Referral:
    """The mediation that is on. Raises errors.Stale."""
    course.running(work, complaint, Phase.IN_PROGRESS)
    referral = sides.way(work, complaint)
    if referral.method != FACILITATIVE:
        raise errors.Stale(complaint=complaint.id)
    return referral


async def words_of(message: Message, state: FSMContext, work: Work, complaint: Complaint, prompt: Html) -> str | None:
    """What was typed, short enough to be read by both; anything else is asked for again."""
    words = words_within(message, READABLE)
    if words is None:
        text = paragraphs(_("Please write it as text."), prompt)
        buttons: InlineKeyboardMarkup = keyboard(sides.home(work, complaint))
        await sides.tell(message, state, work, complaint, text, buttons)
        return None
    return words


async def after(event: Event, state: FSMContext, work: Work, complaint: Complaint, done: Html) -> None:
    """What was done, and the way on for whoever still has one."""
    if cards.party(work, complaint) == "resolver":
        await mediating.show_file(event, state, work, complaint, done, anew=True)
    elif rights.may(work.actor, "see_mediations"):
        await mediating.show_list(event, state, work, done, anew=True)
    else:
        text = sides.framed(work, complaint, done)
        await sides.tell(event, state, work, complaint, text, keyboard(sides.home(work, complaint)), anew=True)
