"""What the owner of a case asks colleagues: opinions of other units (T17), the side of who is complained of (T12)."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, inquiries, rights
from backoffice.inquiries import OPINION, STATEMENT
from backoffice.work import Work
from bot import inquiry_cards
from bot.i18n import _
from bot.inquiry_cards import inquire
from bot.keyboards import DANGER, SUCCESS, Desk, Inquire, Prefix, Row, button, desk, keyboard, pairs, ticked
from bot.panel import Event, leave, show
from bot.staff.queue import current
from bot.staff.saying import words_of
from bot.steps import Step
from bot.texts import Code, Html, bold, lines, paragraphs, quote, say
from storage.complaints import Complaint
from storage.investigation import Inquiry

router = Router(name="inquiring")
router.callback_query.filter(Prefix(Desk, Inquire))

SHOWN = 5  # of what was asked, the latest


class Inquiring(StatesGroup):
    opinion = State()
    statement = State()
    put_off = State()


# ------------------------------------------------------------------ opinions


@router.callback_query(Desk.filter(F.do == "opinions"))
async def opinions(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    await leave(state)
    await show_opinions(query, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "opine"))
async def choose_unit(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Whose opinion, then what about."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "inquire", complaint)
    found = inquiries.units(work, complaint)
    if callback_data.value:
        if callback_data.value not in [each.code for each in found]:
            raise errors.Invalid(what="unknown_choice")
        await state.set_state(Inquiring.opinion)
        await state.update_data(code=complaint.code, unit=callback_data.value, shared=False)
        await ask_question(query, state, work, complaint)
        return
    await leave(state)
    rows = [button(inquiry_cards.unit(work, each.code), desk("opine", complaint, each.code)) for each in found]
    text = paragraphs(
        bold(_("Whose opinion do you need?")),
        say("{code}", code=Code(complaint.code or "")),
        _("Whoever of them takes the question answers it. The date of our answer does not wait.")
        if found
        else _("There is nobody in another unit who could be asked."),
    )
    back = button(_("Back"), desk("opinions", complaint))
    await show(query, state, text, keyboard(*pairs(rows), back), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "share"))
async def share(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Whether who is asked sees the complainant's words and files."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "inquire", complaint)
    data = await state.get_data()
    if await state.get_state() != Inquiring.opinion.state or data.get("code") != complaint.code:
        raise errors.Stale(complaint=complaint.id)
    await state.update_data(shared=not data.get("shared"))
    await ask_question(query, state, work, complaint)


@router.message(Step(Inquiring.opinion))
async def typed_question(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    data = await state.get_data()
    buttons = question_buttons(complaint, shared=bool(data.get("shared")))
    words = await words_of(message, state, complaint, prompt(work, str(data.get("unit"))), buttons)
    if words:
        inquiries.ask_opinion(work, complaint, str(data.get("unit")), words, shared=bool(data.get("shared")))
        await leave(state)
        await show_opinions(message, state, work, complaint, bold(_("✅ The colleagues have been asked.")))


async def ask_question(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    data = await state.get_data()
    buttons = question_buttons(complaint, shared=bool(data.get("shared")))
    await show(event, state, prompt(work, str(data.get("unit"))), buttons, complaint=complaint, party="staff")


def question_buttons(complaint: Complaint, *, shared: bool) -> InlineKeyboardMarkup:
    share = ticked(_("With the customer's words and files"), shared, desk("share", complaint))
    return keyboard(share, [button(_("Back"), desk("opine", complaint)), button(_("Cancel"), desk("show", complaint))])


def prompt(work: Work, unit: str) -> Html:
    return paragraphs(
        bold(say(_("What do you want to know from: {unit}?"), unit=inquiry_cards.unit(work, unit))),
        _(
            "They read the category, the details of the case and your question, but not who complains. "
            "Write what they need to know, without names and addresses."
        ),
    )


async def show_opinions(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: Html | None = None
) -> None:
    rights.require(work, "read_all", complaint)
    found = inquiries.of_case(work, complaint, OPINION)[::-1]
    text = paragraphs(
        first,
        bold(_("Opinions of colleagues")),
        say("{code}", code=Code(complaint.code or "")),
        *(inquiry_cards.line(work, each) for each in found[:SHOWN]),
        None if found else _("Nobody has been asked yet."),
    )
    rows = [button(inquiry_cards.title(work, each), inquire("read", each)) for each in found[:SHOWN]]
    able = rights.may(work.actor, "inquire", complaint)
    ask = button(_("Ask for an opinion"), desk("opine", complaint), SUCCESS) if able else None
    buttons = keyboard(ask, *rows, button(_("Back"), desk("show", complaint)))
    await show(event, state, text, buttons, complaint=complaint, party="staff")


# ------------------------------------------------------------------ one of them


@router.callback_query(Inquire.filter(F.do.in_({"read", "withdraw"})))
async def one(query: CallbackQuery, callback_data: Inquire, state: FSMContext, work: Work) -> None:
    inquiry = inquiries.find(work, callback_data.number)
    complaint = inquiries.case_of(work, inquiry)
    rights.require(work, "read_all", complaint)
    await leave(state)
    first = None
    if callback_data.do == "withdraw":
        inquiries.withdraw(work, inquiry)
        first = bold(_("✅ The question is withdrawn, and whoever was asked knows it."))
    await show_one(query, state, work, complaint, inquiry, first)


async def show_one(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, inquiry: Inquiry, first: Html | None = None
) -> None:
    text = paragraphs(first, inquiry_cards.whole(work, inquiry), say("{code}", code=Code(complaint.code or "")))
    able = inquiry.ended is None and rights.may(work.actor, "inquire", complaint)
    back: Row = [button(_("Back"), desk("opinions" if inquiry.kind == OPINION else "hear", complaint))]
    drop = button(_("Withdraw the question"), inquire("withdraw", inquiry), DANGER) if able else None
    await show(event, state, text, keyboard(drop, back), complaint=complaint, party="staff")


# ------------------------------------------------------------------ the person concerned


@router.callback_query(Desk.filter(F.do == "hear"))
async def hear(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    await leave(state)
    await show_hearing(query, state, work, complaint)


@router.callback_query(Desk.filter(F.do.in_({"hear_ask", "hear_not"})))
async def begin(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "inquire", complaint)
    if complaint.subject_id is None:
        raise errors.Stale(complaint=complaint.id)
    asks = callback_data.do == "hear_ask"
    await state.set_state(Inquiring.statement if asks else Inquiring.put_off)
    await state.update_data(code=complaint.code)
    text = allegation(complaint) if asks else why_not(complaint)
    await show(query, state, text, back_to_hearing(complaint), complaint=complaint, party="staff")


@router.message(Step(Inquiring.statement))
async def typed_allegation(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await words_of(message, state, complaint, allegation(complaint), back_to_hearing(complaint))
    if words:
        inquiries.ask_statement(work, complaint, words)
        await leave(state)
        await show_hearing(
            message, state, work, complaint, bold(_("✅ The person concerned has been asked for a statement."))
        )


@router.message(Step(Inquiring.put_off))
async def typed_reason(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await words_of(message, state, complaint, why_not(complaint), back_to_hearing(complaint))
    if words:
        inquiries.put_off_statement(work, complaint, words)
        await leave(state)
        await show_hearing(message, state, work, complaint, bold(_("✅ The reason is kept. They are not asked yet.")))


async def show_hearing(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: Html | None = None
) -> None:
    """What was asked of who is complained of, and what they said."""
    rights.require(work, "read_all", complaint)
    if complaint.subject_id is None:
        raise errors.Stale(complaint=complaint.id)
    found = inquiries.of_case(work, complaint, STATEMENT)[::-1]
    waits = inquiries.put_off(work, complaint)
    text = paragraphs(
        first,
        bold(_("The side of the person concerned")),
        say("{code}", code=Code(complaint.code or "")),
        *(inquiry_cards.line(work, each) for each in found[:SHOWN]),
        lines(Html(_("Not asked yet, because:")), quote(waits.text)) if waits else None,
        None if found or waits else _("They have not been asked yet."),
    )
    able = rights.may(work.actor, "inquire", complaint) and all(each.ended is not None for each in found)
    rows = [button(inquiry_cards.title(work, each), inquire("read", each)) for each in found[:SHOWN]]
    buttons = keyboard(
        button(_("Ask for their side"), desk("hear_ask", complaint), SUCCESS) if able else None,
        button(_("Not now"), desk("hear_not", complaint)) if able else None,
        *rows,
        button(_("Back"), desk("show", complaint)),
    )
    await show(event, state, text, buttons, complaint=complaint, party="staff")


def allegation(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("What is said about them?")),
        say("{code}", code=Code(complaint.code or "")),
        _(
            "Write the gist, so that they can answer it: what, when, where. They read it as you write it, and nothing"
            " else: neither the case nor who complains."
        ),
    )


def why_not(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("Why would it do harm to ask them now?")),
        say("{code}", code=Code(complaint.code or "")),
        _("For example because evidence could be lost. The reason is kept in the case, and they can be asked later."),
    )


def back_to_hearing(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(button(_("Back"), desk("hear", complaint)))
