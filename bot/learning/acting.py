"""What is said of an action in words: evidence that it is done, another date, why it is refused, dropped or decided."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from aiogram import F, Router
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import days, entries, errors, rights
from backoffice.learning import action_lists, actions, effects
from backoffice.words import within
from backoffice.work import Work
from bot import dates, refusals
from bot.i18n import _, n_
from bot.keyboards import Act, Prefix, act, button, keyboard, pairs
from bot.learning.actions import show_action
from bot.material import Material, material
from bot.panel import Event, leave, show
from bot.steps import Step
from bot.texts import Code, Html, bold, paragraphs, say
from storage.actions import Action
from storage.complaints import Entry

router = Router(name="acting")
router.callback_query.filter(Prefix(Act))

AHEAD = (7, 14, 30, 60, 90, 180)  # days, on buttons


class Acting(StatesGroup):
    finish = State()
    refuse = State()
    drop = State()
    decide = State()
    reason = State()
    day = State()
    further = State()


# ------------------------------------------------------------------ words


@router.callback_query(Act.filter(F.do.in_({"finish", "refuse", "drop"})))
async def ask(query: CallbackQuery, callback_data: Act, state: FSMContext, work: Work) -> None:
    action = action_lists.get(work, callback_data.number)
    rights.require_on(work, "finish" if callback_data.do == "finish" else "steer", action)
    await begin(query, state, action, callback_data.do, callback_data.turn)


@router.callback_query(Act.filter(F.do.in_({"helped", "not_helped"})))
async def judge(query: CallbackQuery, callback_data: Act, state: FSMContext, work: Work) -> None:
    """By a tap where nothing could be measured; against the figures with a reason."""
    action = action_lists.get(work, callback_data.number)
    rights.require_on(work, "steer", action)
    helped = callback_data.do == "helped"
    if effects.decidable(work, action) != effects.UNMEASURED:
        await begin(query, state, action, "decide", callback_data.turn, helped=helped)
        return
    effects.decide(work, action, helped=helped, turn=callback_data.turn)
    await show_action(query, state, work, action, bold(_("✅ Recorded.")), anew=True)


async def begin(query: CallbackQuery, state: FSMContext, action: Action, do: str, turn: int, **known: Any) -> None:
    await state.set_state(getattr(Acting, do))
    await state.update_data(action=action.id, turn=turn, **known)
    await show(query, state, prompt(action, do), cancel(action), party="staff")


@router.message(Step(Acting.refuse, Acting.drop, Acting.decide, Acting.reason))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    action, data = await current(state, work)
    do = str(await state.get_state()).removeprefix("Acting:")
    words = material(message).written
    if words is None:
        await show(
            message, state, paragraphs(_("Please write it as text."), prompt(action, do)), cancel(action), party="staff"
        )
        return
    said = SAYING[do](work, action, words, data)
    await leave(state)
    await show_action(message, state, work, action, bold(said))


def refused(work: Work, action: Action, words: str, data: dict[str, Any]) -> str:
    actions.refuse_evidence(work, action, words, turn=data["turn"])
    return _("✅ It is open again. The owner reads why.")


def dropped(work: Work, action: Action, words: str, data: dict[str, Any]) -> str:
    actions.drop(work, action, words, turn=data["turn"])
    return _("✅ The action is dropped. The owner reads why.")


def decided(work: Work, action: Action, words: str, data: dict[str, Any]) -> str:
    effects.decide(work, action, helped=data["helped"], words=words, turn=data["turn"])
    return _("✅ Recorded.")


def reasoned(work: Work, action: Action, words: str, data: dict[str, Any]) -> str:
    actions.ask_for_date(work, action, date.fromisoformat(data["day"]), words, turn=data["turn"])
    return _("✅ The other date is asked for. Until it is granted, the old one stays.")


SAYING: dict[str, Callable[[Work, Action, str, dict[str, Any]], str]] = {
    "refuse": refused,
    "drop": dropped,
    "decide": decided,
    "reason": reasoned,
}


# ------------------------------------------------------------------ done, with evidence


@router.message(Step(Acting.finish))
async def bring(message: Message, state: FSMContext, work: Work) -> None:
    """Words are required; a file that comes with them is kept on a linked case, if there is one for it."""
    action, data = await current(state, work)
    brought = material(message)
    if brought.text is None:
        text = paragraphs(_("Please say it in words as well, with the file or without one."), prompt(action, "finish"))
        await show(message, state, text, cancel(action), party="staff", gather=f"evidence:{action.id}")
        return
    words = within(brought.text, actions.MAX_WORDS)
    entry = actions.hang(work, action, words) if brought.file else None
    actions.finish(work, action, words, turn=data["turn"])
    if entry:
        attach(work, entry, brought)
    await leave(state)
    if brought.album:
        await state.set_state(Acting.further)
        await state.update_data(album=brought.album, entry=entry.id if entry else None)
    lost = brought.file is not None and entry is None
    first = paragraphs(
        bold(_("✅ Done. After some time it is checked whether it helped.")),
        _("The file was not kept: no case of this action can hold it. Your words were.") if lost else None,
    )
    await show_action(message, state, work, action, first)


class FurtherFile(Filter):
    """Matches the other files of an album whose first one was the evidence."""

    async def __call__(self, message: Message, state: FSMContext) -> bool:
        if message.media_group_id is None or await state.get_state() != Acting.further.state:
            return False
        return bool((await state.get_data()).get("album") == material(message).album)


@router.message(FurtherFile())
async def further(message: Message, state: FSMContext, work: Work) -> None:
    """They hang where the first one does, and nothing more is said of them."""
    entry = work.db.get(Entry, (await state.get_data()).get("entry") or 0)
    if entry is not None and entry.author_id == work.actor.id:
        attach(work, entry, material(message))


def attach(work: Work, entry: Entry, brought: Material) -> None:
    if file := brought.file:
        entries.attach(work, entry, file.kind, file.file_id, **file.about)


# ------------------------------------------------------------------ another date


@router.callback_query(Act.filter((F.do == "date") & (F.value == "")))
async def ask_day(query: CallbackQuery, callback_data: Act, state: FSMContext, work: Work) -> None:
    action = action_lists.get(work, callback_data.number)
    rights.require_on(work, asking(work, action), action)
    await state.set_state(Acting.day)
    await state.update_data(action=action.id, turn=callback_data.turn)
    await show_days(query, state, work, action)


@router.message(Step(Acting.day))
async def typed_day(message: Message, state: FSMContext, work: Work) -> None:
    """A day that cannot be is said to be so, and the question stays."""
    action, data = await current(state, work)
    words = material(message).written
    if words is None:
        await show_days(message, state, work, action, _("Please write it as text."))
        return
    try:
        await chosen(message, state, work, action, read(work, words), data["turn"])
    except errors.Invalid as refusal:
        await show_days(message, state, work, action, refusals.words(refusal))


@router.callback_query(Act.filter(F.do == "date"))
async def tapped_day(query: CallbackQuery, callback_data: Act, state: FSMContext, work: Work) -> None:
    action = action_lists.get(work, callback_data.number)
    day = dates.iso_day(callback_data.value)
    if day is None:
        raise errors.Invalid(what="unknown_choice")
    await chosen(query, state, work, action, day, callback_data.turn)


async def chosen(event: Event, state: FSMContext, work: Work, action: Action, day: date, turn: int) -> None:
    """Who decides on the date sets it; the owner says why it should be another one."""
    if asking(work, action) == "steer":
        actions.set_date(work, action, day, turn=turn)
        await leave(state)
        said = bold(_("✅ The action has a new date."))
        await show_action(event, state, work, action, said, anew=isinstance(event, CallbackQuery))
        return
    end = actions.wished(work, action, day, turn=turn)
    await state.set_state(Acting.reason)
    await state.update_data(action=action.id, turn=turn, day=day.isoformat())
    text = paragraphs(say(_("The date would be: {date}"), date=end), prompt(action, "reason"))
    await show(event, state, text, cancel(action), party="staff")


def asking(work: Work, action: Action) -> str:
    """By which right the actor comes to another date."""
    return "steer" if rights.may_on(work.actor, "steer", action) else "ask_for_date"


async def show_days(event: Event, state: FSMContext, work: Work, action: Action, first: str | None = None) -> None:
    today = days.today(work)
    rows = [
        button(
            say(n_("In {count} day", "In {count} days", ahead), count=ahead),
            act("date", action, (today + timedelta(days=ahead)).isoformat()),
        )
        for ahead in AHEAD
    ]
    text = paragraphs(
        first,
        bold(_("By when is it to be done?")),
        say("{action}", action=Code(action.number)),
        say(_("So far: {date}"), date=action.due_at),
        say(
            _("Tap a time, or write a date, for example: {example}"),
            example=Html(dates.short(today + timedelta(days=10))),
        ),
    )
    await show(event, state, text, keyboard(*pairs(rows), back(action)), party="staff")


def read(work: Work, words: str) -> date:
    """Raises errors.Invalid for what is no date."""
    day = dates.parse_day(words, days.today(work), ahead=True)
    if day is None:
        raise errors.Invalid(what="no_date", text=words[:60])
    return day


# ------------------------------------------------------------------ shared


async def current(state: FSMContext, work: Work) -> tuple[Action, dict[str, Any]]:
    """The action of the question that stands."""
    data = await state.get_data()
    return action_lists.get(work, data["action"]), data


def cancel(action: Action) -> InlineKeyboardMarkup:
    return keyboard(button(_("Cancel"), act("show", action)))


def prompt(action: Action, do: str) -> Html:
    said = {
        "finish": (
            _("What shows that it is done?"),
            _("Write what was changed and where one can see it. A photo or a file can come with your words."),
        ),
        "refuse": (_("What is missing in the evidence?"), _("The owner reads it, and the action is open again.")),
        "drop": (_("Why is it dropped?"), _("The owner reads it. This cannot be undone.")),
        "decide": (_("Why is it decided otherwise?"), _("Write what the figures do not show.")),
        "reason": (_("Why another date?"), _("Whoever decides on it reads the reason.")),
    }
    title, what = said[do]
    return paragraphs(bold(title), say("{action}", action=Code(action.number)), what)


def back(action: Action) -> InlineKeyboardButton:
    return button(_("Back"), act("show", action))
