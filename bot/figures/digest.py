"""Digests in the messenger: who gets which and when, what they said of one, and the settings of them."""

from datetime import time
from zoneinfo import ZoneInfo

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import errors
from backoffice.figures import digests
from backoffice.periods import Kind
from backoffice.work import Work
from bot.dates import hour
from bot.figures import digest_words
from bot.i18n import _, __
from bot.keyboards import (
    DANGER,
    SUCCESS,
    Go,
    Issue,
    Prefix,
    Report,
    Subscribe,
    button,
    keyboard,
    pairs,
    ticked,
    to_menu,
)
from bot.material import words_within
from bot.panel import Event, leave, show
from bot.steps import Step, command
from bot.texts import Code, Html, bold, language, lines, paragraphs, plain, say
from storage.digests import Subscription

router = Router(name="digest")
router.callback_query.filter(Prefix(Go, Issue, Subscribe))

RHYTHMS: dict[str, object] = {"day": __("Every day"), "week": __("Every week"), "month": __("Every month")}
ZONES = ("Asia/Tehran", "Asia/Riyadh", "Asia/Dubai", "Africa/Cairo", "Europe/London")
MAX_ZONE = 60  # letters of its name


class Told(StatesGroup):
    action = State()
    zone = State()


# ------------------------------------------------------------------ what one gets


@router.message(command("digest"))
@router.callback_query(Go.filter(F.to == "digests"))
async def subscriptions(event: Event, state: FSMContext, work: Work, first: Html | None = None) -> None:
    await leave(state)
    mine = digests.of_actor(work)
    none = Html(_("You get no digest yet. One comes by itself after each day, week or month, with charts."))
    text = paragraphs(
        first,
        lines(bold(_("Digests")), *(line(work, each) for each in mine)) if mine else bold(_("Digests")),
        None if mine else none,
    )
    chosen = [button(name(work, each), Subscribe(do="one", number=each.id)) for each in mine[:MOST]]
    await show(
        event,
        state,
        text,
        keyboard(
            button(_("Subscribe"), Subscribe(do="add"), SUCCESS) if len(mine) < MOST else None,
            *pairs(chosen),
            button(_("Show me last week now"), Report(do="charts", kind="week", back=1)),
            [button(_("All figures"), Report(do="volume")), to_menu()],
        ),
        party="staff",
    )


MOST = 4  # subscriptions, so that all fit on a phone


def name(work: Work, each: Subscription) -> Html:
    rhythm = Html(str(RHYTHMS[each.rhythm]))
    if not each.department:
        return rhythm
    return say(
        "{what}, {unit}", what=rhythm, unit=plain(work.organisation.department(each.department).words[language()])
    )


def line(work: Work, each: Subscription) -> Html:
    """Which, when, and with what."""
    extra = [_("PDF")] * each.paper + [_("Excel")] * each.sheet
    at = say(_("{name} at {time}"), name=name(work, each), time=Html(hour(_clock(each.at))))
    return say("• {text}", text=Html(" · ".join([at, *extra])))


@router.callback_query(Subscribe.filter(F.do == "add"))
async def rhythms(query: CallbackQuery, callback_data: Subscribe, state: FSMContext, work: Work) -> None:
    digests.part(work)
    chosen = [button(str(words), Subscribe(do="rhythm", value=rhythm)) for rhythm, words in RHYTHMS.items()]
    back = button(_("Back"), Go(to="digests"))
    await show(query, state, bold(_("How often do you want it?")), keyboard(*chosen, back), party="staff")


@router.callback_query(Subscribe.filter(F.do == "rhythm"))
async def units(query: CallbackQuery, callback_data: Subscribe, state: FSMContext, work: Work) -> None:
    """Of which unit; who may only see their own is not asked."""
    if digests.part(work).department is not None:
        await _subscribed(query, state, work, callback_data.value, None)
        return
    chosen = [button(_("All units"), Subscribe(do="unit", value=callback_data.value))]
    chosen += [
        button(each.words[language()], Subscribe(do="unit", value=f"{callback_data.value} {each.code}"))
        for each in work.organisation.departments
    ]
    back = button(_("Back"), Subscribe(do="add"))
    await show(query, state, bold(_("Of which unit?")), keyboard(*pairs(chosen), back), party="staff")


@router.callback_query(Subscribe.filter(F.do == "unit"))
async def subscribed(query: CallbackQuery, callback_data: Subscribe, state: FSMContext, work: Work) -> None:
    rhythm, _space, unit = callback_data.value.partition(" ")
    await _subscribed(query, state, work, rhythm, unit or None)


async def _subscribed(query: CallbackQuery, state: FSMContext, work: Work, rhythm: str, unit: str | None) -> None:
    new = digests.subscribe(work, _rhythm(rhythm), unit)
    await _one(query, state, work, new, first=Html(_("✅ Subscribed.")))


# ------------------------------------------------------------------ one of them


@router.callback_query(Subscribe.filter(F.do == "one"))
async def one(query: CallbackQuery, callback_data: Subscribe, state: FSMContext, work: Work) -> None:
    await leave(state)
    await _one(query, state, work, digests.subscription(work, callback_data.number))


@router.callback_query(Subscribe.filter(F.do == "toggle"))
async def toggle(query: CallbackQuery, callback_data: Subscribe, state: FSMContext, work: Work) -> None:
    await _one(query, state, work, digests.toggle(work, callback_data.number, callback_data.value))


@router.callback_query(Subscribe.filter(F.do == "hours"))
async def hours(query: CallbackQuery, callback_data: Subscribe, state: FSMContext, work: Work) -> None:
    found = digests.subscription(work, callback_data.number)
    chosen = [
        ticked(hour(_clock(at)), at == found.at, Subscribe(do="hour", number=found.id, value=at.replace(":", "")))
        for at in digests.HOURS
    ]
    back = button(_("Back"), Subscribe(do="one", number=found.id))
    await show(query, state, bold(_("At which time of your day?")), keyboard(*pairs(chosen), back), party="staff")


@router.callback_query(Subscribe.filter(F.do == "hour"))
async def at_hour(query: CallbackQuery, callback_data: Subscribe, state: FSMContext, work: Work) -> None:
    at = f"{callback_data.value[:2]}:{callback_data.value[2:]}"
    await _one(query, state, work, digests.set_hour(work, callback_data.number, at))


@router.callback_query(Subscribe.filter(F.do == "zones"))
async def zones(query: CallbackQuery, callback_data: Subscribe, state: FSMContext, work: Work) -> None:
    """Some are offered; any other is typed."""
    found = digests.subscription(work, callback_data.number)
    offered = dict.fromkeys([work.organisation.time_zone, *ZONES])
    chosen = [ticked(each, each == found.zone, Subscribe(do="zone", number=found.id, value=each)) for each in offered]
    text = paragraphs(
        bold(_("Where are you?")),
        say(_("Choose a time zone, or write the name of another one, such as {name}."), name=Code("Europe/Berlin")),
    )
    back = button(_("Back"), Subscribe(do="one", number=found.id))
    await state.set_state(Told.zone)
    await state.update_data(subscription=found.id)
    await show(query, state, text, keyboard(*pairs(chosen), back), party="staff")


@router.callback_query(Subscribe.filter(F.do == "zone"))
async def in_zone(query: CallbackQuery, callback_data: Subscribe, state: FSMContext, work: Work) -> None:
    digests.set_zone(work, callback_data.value)
    await leave(state)
    await _one(query, state, work, digests.subscription(work, callback_data.number))


@router.message(Step(Told.zone))
async def zone_typed(message: Message, state: FSMContext, work: Work) -> None:
    number = int((await state.get_data()).get("subscription", 0))
    digests.set_zone(work, words_within(message, MAX_ZONE) or "")
    await leave(state)
    await _one(message, state, work, digests.subscription(work, number))


@router.callback_query(Subscribe.filter(F.do == "remove"))
async def remove(query: CallbackQuery, callback_data: Subscribe, state: FSMContext, work: Work) -> None:
    digests.unsubscribe(work, callback_data.number)
    await subscriptions(query, state, work, first=Html(_("✅ You will not get this one any more.")))


async def _one(event: Event, state: FSMContext, work: Work, found: Subscription, first: Html | None = None) -> None:
    text = paragraphs(
        first,
        bold(name(work, found)),
        lines(
            say(
                _("Next one: {date}, {time}"),
                date=found.next_at.astimezone(_zone(found)).date(),
                time=Html(hour(_clock(found.at))),
            ),
            say(_("Time zone: {name}"), name=Code(found.zone)),
        ),
    )
    number = found.id
    await show(
        event,
        state,
        text,
        keyboard(
            [
                ticked(_("PDF"), found.paper, Subscribe(do="toggle", number=number, value="paper")),
                ticked(_("Excel"), found.sheet, Subscribe(do="toggle", number=number, value="sheet")),
            ],
            [
                button(_("Time of day"), Subscribe(do="hours", number=number)),
                button(_("Time zone"), Subscribe(do="zones", number=number)),
            ],
            button(_("Unsubscribe"), Subscribe(do="remove", number=number), DANGER),
            button(_("Back"), Go(to="digests")),
        ),
        party="staff",
    )


# ------------------------------------------------------------------ what is said of one


@router.callback_query(Issue.filter(F.do == "read"))
async def read(query: CallbackQuery, callback_data: Issue, state: FSMContext, work: Work) -> None:
    """It is said under the digest itself."""
    found = digests.read(work, callback_data.digest)
    text, ways = digest_words.shown(work, found)
    if isinstance(query.message, Message):
        await query.message.edit_text(text, reply_markup=ways)


@router.callback_query(Issue.filter(F.do == "act"))
async def act(query: CallbackQuery, callback_data: Issue, state: FSMContext, work: Work) -> None:
    digests.find(work, callback_data.digest)
    await state.set_state(Told.action)
    await state.update_data(digest=callback_data.digest)
    text = paragraphs(
        bold(_("What was done about it?")),
        _("Write it in a sentence or two. It is kept with this digest, for those who audit the desk."),
    )
    await show(query, state, text, keyboard(button(_("Cancel"), Go(to="digests"))), party="staff")


@router.message(Step(Told.action))
async def acted(message: Message, state: FSMContext, work: Work) -> None:
    number = int((await state.get_data()).get("digest", 0))
    digests.act(work, number, words_within(message, digests.MAX_ACTION) or "")
    await subscriptions(message, state, work, first=Html(_("✅ Noted. Thank you.")))


def _rhythm(value: str) -> Kind:
    if value not in digests.RHYTHMS:
        raise errors.Invalid(what="unknown_choice")
    return value


def _clock(at: str) -> time:
    return time.fromisoformat(at)


def _zone(found: Subscription) -> ZoneInfo:
    return ZoneInfo(found.zone)
