"""What staff do with a case: take, write, contain, read."""

from collections.abc import Callable, Sequence
from datetime import datetime

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import assessment, claims, complaints, errors, handling, reading, rights
from backoffice.entries import sent
from backoffice.hearing import heard
from backoffice.work import Work
from bot import cards, course, review_cards
from bot.i18n import _, __
from bot.keyboards import Desk, Prefix, Row, button, desk, keyboard, pager
from bot.material import keep, material, unreadable
from bot.panel import leave, show
from bot.staff.queue import current, show_case
from bot.steps import Step, command
from bot.texts import MAX_TEXT, Code, Html, bold, lines, paragraphs, quote, say, units
from storage.complaints import Complaint, Entry, answers_of

router = Router(name="handling")
router.callback_query.filter(Prefix(Desk))

WHOLE = 3000  # letters of one message: staff must be able to read all of it


class Saying(StatesGroup):
    ask = State()
    write = State()
    reach_out = State()
    note = State()
    contain = State()


@router.message(command("take"))
async def take_by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, command.args or "")
    handling.take(work, complaint)
    await show_case(message, state, work, complaint, taken(work, complaint))


@router.callback_query(Desk.filter(F.do == "take"))
async def take(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    handling.take(work, complaint, turn=callback_data.turn)
    await show_case(query, state, work, complaint, taken(work, complaint), anew=True)


@router.callback_query(Desk.filter(F.do.in_({"write", "reach_out", "contain"})))
async def begin(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, callback_data.do, complaint)
    if callback_data.do == "reach_out" and not handling.can_reach_out(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    if callback_data.do == "contain" and complaint.severity != assessment.CRITICAL:
        raise errors.Stale(complaint=complaint.id)
    await prompt(query, state, complaint, callback_data.do)


@router.message(Step(Saying.contain))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = material(message).written
    if words is None:
        text = paragraphs(_("Please write it as text."), prompt_text("contain"))
        await show(message, state, text, cancel(complaint), complaint=complaint, party="staff")
        return
    assessment.contain(work, complaint, words)
    await leave(state)
    said_so = _("✅ Noted as the containment action. The customer does not see it.")
    await show_case(message, state, work, complaint, bold(said_so))


@router.message(Step(Saying.write))
async def typed_message(message: Message, state: FSMContext, work: Work) -> None:
    await write(message, state, work, await current(state, work))


@router.message(Step(Saying.reach_out))
async def typed_after_low_score(message: Message, state: FSMContext, work: Work) -> None:
    await write(message, state, work, await current(state, work), handling.reach_out)


async def write(
    message: Message,
    state: FSMContext,
    work: Work,
    complaint: Complaint,
    use_case: Callable[..., Entry] = handling.write,
) -> None:
    """Words and files to the customer, by the button or by a reply to a relayed message."""
    brought = material(message)
    if brought.empty:
        text = unreadable()
        await show(message, state, text, cancel(complaint), complaint=complaint, party="staff")
        return
    keep(work, use_case, complaint, brought)
    if await state.get_state() in (
        Saying.write.state,
        Saying.reach_out.state,
    ):  # a reply leaves what is going on as it is
        await leave(state, album=brought.album, code=complaint.code)
    said_so = bold(_("✅ Sent to the customer."))
    await show_case(message, state, work, complaint, said_so, gather=f"written:{complaint.id}")


@router.callback_query(Desk.filter(F.do == "read"))
async def read(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """What happened and what was said, as said; the latest page is seen first, and files come to who asks for them."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "read", complaint)
    able = rights.may(work.actor, "read_all", complaint)
    found = sent(work, complaint) if able else heard(work, complaint)
    pieces = told(work, complaint, found, course.pieces(work, complaint) if able else [])
    text, turn = turned(pieces, _("History and notes"), callback_data, complaint)
    inside = [button(_("Record"), desk("record", complaint)), button(_("Similar cases"), desk("alike", complaint))]
    check = rights.may(work.actor, "see_readings", complaint)
    rest = [
        *files(work, complaint),
        *([button(_("Who has read it"), desk("readers", complaint))] if check else []),
    ]
    buttons = keyboard(turn, inside if able else None, rest, button(_("Back"), desk("show", complaint)))
    await show(query, state, text, buttons, complaint=complaint, party="staff", reads=reading.HISTORY)


def files(work: Work, complaint: Complaint) -> Row:
    """To have what was sent with the case, if there is anything."""
    count = len(reading.files(work, complaint))
    return [button(say(_("Files ({count})"), count=count), desk("files", complaint))] if count else []


def told(
    work: Work, complaint: Complaint, found: list[Entry], happened: Sequence[tuple[datetime, Html]] = ()
) -> list[Html]:
    """What was said, what was decided and what `happened`, in the order in which it was."""
    pieces = [
        *((each.at, said(each.kind, each.at, cards.latest(found, each))) for each in found if not each.replaces_id),
        *((answer.at, review_cards.earlier(work, answer, WHOLE)) for answer in answers_of(work.db, complaint.id)),
        *happened,
    ]
    return [piece for _at, piece in sorted(pieces, key=lambda each: each[0])]


def turned(pieces: list[Html], title: str, place: Desk, complaint: Complaint) -> tuple[Html, Row]:
    """The page that the button names, and the ways to its neighbours."""
    pages = paged(pieces)
    if (value := place.value or "0") not in map(str, range(len(pages))):
        raise errors.Invalid(what="unknown_choice")
    page = int(value)
    text = paragraphs(bold(title), say("{code}", code=Code(complaint.code or "")), *pages[page])
    more = page + 1 < len(pages)
    return text, pager(page, more, lambda number: desk(place.do, complaint, str(number)), _("Newer"), _("Older"))


def paged(told: list[Html], limit: int = MAX_TEXT) -> list[list[Html]]:
    """The latest page first; on each as much as one message holds, in the order in which it was said."""
    pages: list[list[Html]] = [[]]
    for each in reversed(told):
        if pages[-1] and sum(map(units, (*pages[-1], each))) > limit:
            pages.append([])
        pages[-1].insert(0, each)
    return pages


async def prompt(event: Message | CallbackQuery, state: FSMContext, complaint: Complaint, do: str) -> None:
    await state.set_state(getattr(Saying, do))
    await state.update_data(code=complaint.code)
    await show(event, state, prompt_text(do), cancel(complaint), complaint=complaint, party="staff")


def prompt_text(do: str) -> Html:
    return {
        "write": paragraphs(
            bold(_("Write to the customer")), _("Text, photo, voice or file: it is sent as you send it.")
        ),
        "reach_out": paragraphs(
            bold(_("Write to the customer")),
            _(
                "Say what you have understood and what you can do. Text, photo, voice or file: it is sent as you send"
                " it."
            ),
        ),
        "contain": paragraphs(
            bold(_("What was done at once?")),
            _("Write what keeps the harm from going on or spreading: goods withdrawn, people warned, access closed."),
            _("It is kept as an internal note; the customer does not see it."),
        ),
    }[do]


def taken(work: Work, complaint: Complaint) -> Html:
    if claims.can_be_claimed(work, complaint):
        return bold(_("✅ The case is yours. Tell the customer that the investigation has started."))
    return bold(_("✅ The case is yours. The customer knows that the investigation has started."))


def cancel(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(button(_("Cancel"), desk("show", complaint)))


def said(kind: str, at: datetime, words: str | None, limit: int = WHOLE) -> Html:
    return lines(
        say("{date} · {kind}", date=at, kind=Html(ENTRY_KINDS[kind])),
        quote(words, limit) if words else Html(_("📎 file")),
    )


ENTRY_KINDS = {
    "story": __("customer's complaint"),
    "addition": __("customer added"),
    "reason": __("customer's reason"),
    "counter": __("what the customer suggests instead"),
    "approval": __("why an answer was returned"),
    "rating": __("customer's rating"),
    "question": __("our question"),
    "message": __("our message"),
    "note": __("internal note"),
    "fact": __("fact"),
    "finding": __("finding"),
    "opinion_asked": __("asked of a colleague"),
    "opinion": __("opinion of a colleague"),
    "allegation": __("what was put to the person concerned"),
    "account": __("statement of the person concerned"),
    "not_heard_yet": __("why the person concerned is not asked yet"),
    "delay": __("reason for a new date"),
    "grounds": __("why the customer asks for a review"),
    "evidence": __("new evidence of the customer"),
    "lateness": __("why the request comes late"),
    "panel_question": __("question of those who review it"),
    "statement": __("statement of the other side"),
    "deadlock": __("why we see no way to agree"),
    "not_admitted": __("why the late request is not heard"),
    "document": __("document issued"),
    "dispute_refusal": __("why we do not consent"),
    "dispute_left": __("why we ended a way outside"),
    "objection": __("objection to who leads it"),
    "stepped_down": __("why the mediator stepped down"),
    "not_accepted": __("why we do not accept it"),
    "progress": __("how far the third party is"),
    "result_reported": __("result that the customer reports"),
    "appeal": __("why it is to be decided again"),
    "new_evidence": __("what is new"),
    "withdrawal": __("how the customer asked to withdraw"),
    "evidence_done": __("evidence that it is done"),
}
