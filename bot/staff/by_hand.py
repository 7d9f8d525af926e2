"""A complainant without a chat: what to tell them, that it was told, what they say to it, and their link."""

from collections.abc import Callable
from functools import partial

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import by_hand, claims, complaints, errors, reading, recording, remedies, rights
from backoffice.disputes import choosing
from backoffice.lifecycle import possible
from backoffice.stages import OPEN, Stage
from backoffice.stages import Event as Move
from backoffice.work import Work
from bot import by_hand_notices, cards, masked, notices, task_cards
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Desk, Prefix, Row, button, copy, desk, keyboard, to_menu
from bot.material import keep, material, unreadable
from bot.panel import Event, leave, show
from bot.staff.more import number
from bot.staff.queue import current, show_case
from bot.staff.saying import words_of
from bot.steps import Step
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.complaints import Complaint
from storage.people import Person
from storage.traffic import OutboxMessage

router = Router(name="by_hand")
router.callback_query.filter(Prefix(Desk))


class Said(StatesGroup):
    words = State()
    name = State()


#: What complainants do with an answer or a remedy, and the move that must be possible.
ANSWERS: dict[str, tuple[Callable[..., None], Move]] = {
    "accept": (complaints.accept, Move.ACCEPTED),
    "refuse": (complaints.refuse, Move.REFUSED),
    "confirm": (complaints.confirm, Move.CONFIRMED),
    "deny": (complaints.deny, Move.DENIED),
}


def start_of(username: str | None) -> str:
    """What links into the bot begin with."""
    return f"https://t.me/{username or ''}?start="


@router.callback_query(Desk.filter(F.do == "by_hand"))
async def open_page(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await leave(state)
    await show_next(query, state, work, complaints.find(work, callback_data.code))


@router.callback_query(Desk.filter(F.do == "told"))
async def told(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "pass_on", complaint)
    by_hand.told(work, complaint, number(callback_data.value))
    await show_next(query, state, work, complaint, first=_("✅ Noted: the customer knows it now."), anew=True)


@router.callback_query(Desk.filter(F.do == "to_send"))
async def to_send(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """The same words by themselves, to be copied, printed or passed on: the customer's own, and nothing of ours."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "pass_on", complaint)
    row = by_hand.message(work, complaint, number(callback_data.value))
    text = paragraphs(for_the_customer(), worded(work, row))
    buttons = keyboard(known(complaint, row), button(_("Back"), desk("by_hand", complaint)))
    await show(query, state, text, buttons, complaint=complaint, party="recorder", anew=True, proof=True, free=True)


@router.callback_query(Desk.filter(F.do == "new_link"))
async def new_link(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Shown once; its picture follows."""
    complaint = complaints.find(work, callback_data.code)
    me = await query.bot.get_me()  # type: ignore[union-attr]
    given = claims.renew(work, complaint, start_of(me.username))
    text = paragraphs(
        for_the_customer(),
        say("{code}", code=Code(complaint.code or "")),
        by_hand_notices.way_in(given.link, given.secret),
        _("The link works once, and older ones do not work any more."),
    )
    buttons = keyboard([copy(_("Copy the link"), given.link)], button(_("Back"), desk("by_hand", complaint)))
    await show(query, state, text, buttons, complaint=complaint, party="recorder", anew=True, proof=True, free=True)


@router.callback_query(Desk.filter(F.do == "they_say"))
async def ask_words(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "pass_on", complaint)
    if not open_to_words(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(Said.words)
    await state.update_data(code=complaint.code)
    await show(query, state, what_they_say(complaint), cancel(complaint), complaint=complaint, party="recorder")


@router.message(Step(Said.words))
async def typed_words(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    brought = material(message)
    if brought.empty:
        text = paragraphs(unreadable(), what_they_say(complaint))
        await show(message, state, text, cancel(complaint), complaint=complaint, party="recorder")
        return
    with_them(work, complaint, lambda: keep(work, complaints.add, complaint, brought))
    await leave(state)
    await show_next(message, state, work, complaint, first=_("✅ Added as the customer's words."))


@router.callback_query(Desk.filter(F.do.in_({f"they_{do}" for do in ANSWERS})))
async def they_answer(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    use_case, _move = ANSWERS[callback_data.do.removeprefix("they_")]
    if callback_data.do == "they_deny":
        if await asks_which(query, callback_data, state, work, complaint):
            return
        use_case = partial(complaints.deny, denied=remedies.denied_of(work, complaint, callback_data.value))
    with_them(work, complaint, lambda: use_case(work, complaint, turn=callback_data.turn))
    first = _("✅ Noted as the customer's decision.")
    if rights.may(work.actor, "read", complaint):
        await show_case(query, state, work, complaint, bold(first), anew=True)
    else:
        await show_next(query, state, work, complaint, first=first)


@router.callback_query(Desk.filter(F.do == "they_undone"))
async def choose_undone(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await asks_which(query, callback_data, state, work, complaints.find(work, callback_data.code))


async def asks_which(
    query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work, complaint: Complaint
) -> bool:
    """Of several remedies, which one is not done; whether that is still to be asked."""
    rights.require(work, "pass_on", complaint)
    if callback_data.turn != complaint.turn or not possible(complaint, Move.DENIED):
        raise errors.Stale(complaint=complaint.id)
    denied = remedies.denied_of(work, complaint, callback_data.value)
    if callback_data.do == "they_deny" and (denied or len(remedies.done_of(work, complaint)) < 2):
        return False
    rows = task_cards.undone(
        work,
        complaint,
        callback_data.value,
        pick=lambda value: desk("they_undone", complaint, value),
        deny=lambda value: desk("they_deny", complaint, value),
    )
    text = paragraphs(bold(_("What is not done?")), say("{code}", code=Code(complaint.code or "")))
    await show(
        query, state, text, keyboard(*rows, *cancel(complaint).inline_keyboard), complaint=complaint, party="recorder"
    )
    return True


@router.callback_query(Desk.filter(F.do == "they_name"))
async def ask_name(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "pass_on", complaint)
    if not complaint.anonymous or not open_to_words(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(Said.name)
    await state.update_data(code=complaint.code)
    await show(query, state, their_name(complaint), cancel(complaint), complaint=complaint, party="recorder")


@router.message(Step(Said.name))
async def typed_name(message: Message, state: FSMContext, work: Work) -> None:
    """Who was anonymous says who they are."""
    complaint = await current(state, work)
    name = await words_of(message, state, complaint, their_name(complaint), cancel(complaint))
    if name is None:
        return
    with_them(work, complaint, lambda: choosing.identify(work, complaint, name))
    await leave(state)
    await show_next(message, state, work, complaint, first=_("✅ The name is noted."))


# ------------------------------------------------------------------ inside


def their_name(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("What is the customer's name?")),
        say("{code}", code=Code(complaint.code or "")),
        _("With it the complaint is no longer anonymous."),
    )


async def show_next(
    event: Event,
    state: FSMContext,
    work: Work,
    complaint: Complaint,
    first: str | None = None,
    *,
    anew: bool = False,
) -> None:
    """The oldest message that is still to be passed on, in the customer's own language, to be read out or copied; and
    whom to tell it, as long as there is something to tell."""
    rights.require(work, "pass_on", complaint)
    if not claims.can_be_claimed(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    found = by_hand.waiting(work, complaint)
    text = paragraphs(
        bold(first) if first else None,
        bold(_("Tell the customer this:")) if found else bold(_("Nothing waits to be passed on.")),
        lines(
            masked.to_pass_on(complaint) if found else masked.customer(complaint),
            say(_("Language: {language}"), language=Html(cards.language_name(complaint.language))),
        ),
        worded(work, found[0]) if found else cards.footer(work, complaint),
    )
    buttons, reads = page_buttons(work, complaint, found), reading.CONTACT if found else reading.CARD
    await show(event, state, text, buttons, complaint=complaint, party="recorder", anew=anew, reads=reads)


def for_the_customer() -> Html:
    return bold(_("For the customer, to be sent or printed:"))


def known(complaint: Complaint, row: OutboxMessage) -> Row:
    return [button(_("✅ They know it now"), desk("told", complaint, str(row.id)), SUCCESS)]


def worded(work: Work, row: OutboxMessage) -> Html:
    """As the customer would read it, in a chat; a file is named, and lies in the case."""
    actor, person = work.actor, work.db.get_one(Person, row.person_id or 0)
    try:
        call = notices.word(work, row, person, work.db.get(Complaint, row.complaint_id or 0))
    finally:
        work.actor = actor
    args = call["args"] if call else {}
    said = args.get("text") or args.get("caption")
    if call and call["method"] != "sendMessage":
        return paragraphs(_("📎 A file of the case: please send or hand it to them."), said)
    return Html(said or _("This no longer needs to be passed on."))


def page_buttons(work: Work, complaint: Complaint, found: list[OutboxMessage]) -> InlineKeyboardMarkup:
    new, named = not complaint.anonymous and not found, not complaint.anonymous
    return keyboard(
        known(complaint, found[0]) if found else None,
        [button(_("A copy to send"), desk("to_send", complaint, str(found[0].id)))] if found else [],
        *answers(work, complaint),
        [button(_("What the customer says"), desk("they_say", complaint))] if open_to_words(work, complaint) else [],
        [] if named or found else [button(_("They give their name"), desk("they_name", complaint))],
        [copy(_("Copy the code"), complaint.code or "")],
        [button(_("A new link"), desk("new_link", complaint))] if new else [],
        [
            *(
                [button(_("Open the case"), desk("show", complaint))]
                if rights.may(work.actor, "read", complaint)
                else []
            ),
            to_menu(),
        ],
    )


def answers(work: Work, complaint: Complaint) -> list[Row]:
    """What they can decide now, once they know what about."""
    texts = {
        "accept": (_("They accept the answer"), SUCCESS),
        "refuse": (_("They do not accept it"), DANGER),
        "confirm": (_("They say: it is done"), SUCCESS),
        "deny": (_("They say: not done"), DANGER),
    }
    if by_hand.waiting(work, complaint):
        return []
    able = [do for do, (_use_case, move) in ANSWERS.items() if possible(complaint, move)]
    return [[button(texts[do][0], desk(f"they_{do}", complaint), texts[do][1])] for do in able]


def open_to_words(work: Work, complaint: Complaint) -> bool:
    return Stage(complaint.stage) in OPEN and claims.can_be_claimed(work, complaint)


def with_them(work: Work, complaint: Complaint, act: Callable[[], object]) -> None:
    """Do it as the complainant; the log keeps who wrote it down."""
    actor = work.actor
    work.actor = recording.on_behalf(work, complaint)
    try:
        act()
    finally:
        work.actor = actor


def what_they_say(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("What does the customer say?")),
        say("{code}", code=Code(complaint.code or "")),
        _("Write their words as they said them, or send a photo of the letter, a recording or a document."),
    )


def cancel(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(button(_("Cancel"), desk("by_hand", complaint)))
