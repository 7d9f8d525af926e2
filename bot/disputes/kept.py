"""What was agreed, for its customer: whether each term is kept, their own part, their word that all is done.

And how the way was, for both sides.
"""

from functools import partial

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import complaints, errors
from backoffice.disputes import course, obligations, outcomes, register, verdicts
from backoffice.disputes.phases import Phase, is_in
from backoffice.disputes.terms import NONE
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.stages import Stage
from backoffice.work import Work
from bot import cards as case_cards
from bot.customer.mine import case_buttons
from bot.dates import digits
from bot.disputes import clauses, sides
from bot.disputes.terms import number
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Matter, Prefix, Row, button, keyboard, matter, own
from bot.material import keep, material, unreadable
from bot.panel import Event, leave, put_away, show
from bot.steps import Step
from bot.texts import Html, bold, language, lines, paragraphs, quote, say
from storage.complaints import Complaint, Entry
from storage.disputes import Obligation, Outcome, Referral, obligations_of, of_case

router = Router(name="kept")
router.callback_query.filter(Prefix(Matter))

STARS = 5
SHOWN = 300  # UTF-16 units of what shows that a term was kept


class Kept(StatesGroup):
    part = State()
    denial = State()


# ------------------------------------------------------------------ what was agreed


@router.callback_query(Matter.filter(F.do == "duties"))
async def open_agreed(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    await leave(state)
    await show_agreed(query, state, work, complaints.find_own(work, callback_data.code))


async def show_agreed(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: Html | None = None, **how: str
) -> None:
    """Every term with what has become of it, and what the customer can do now."""
    found = agreed(work, complaint)
    text = paragraphs(
        first,
        bold(_("What was agreed")),
        *(kept(work, each, place) for place, each in enumerate(found, 1)),
        case_cards.footer(work, complaint),
    )
    mine = [each for each in found if each.by == CUSTOMER and each.done_at is None and each.what != NONE]
    rows = [
        button(
            say(_("I have done term {number}"), number=found.index(each) + 1),
            matter("my_part", complaint, str(each.id)),
        )
        for each in mine
    ]
    again = button(_("It is to be decided again"), matter("appeal", complaint))
    appeal = again if verdicts.can_be_appealed(work, complaint) else None
    confirming = confirmation(complaint) if is_in(complaint, Phase.CONFIRMING) else []
    buttons = keyboard(confirming, *rows, appeal, button(_("Show the complaint"), own("show", complaint)))
    await show(event, state, text, buttons, complaint=complaint, gather=how.get("gather"))


def kept(work: Work, each: Obligation, place: int | None = None) -> Html:
    """One term and what has become of it, with its `place` in the list where it is spoken of by that."""
    entry = work.db.get(Entry, each.evidence_id) if each.evidence_id and each.done_at else None
    return lines(
        say("{number}. {text}", number=place, text=clauses.term(work, each)) if place else clauses.term(work, each),
        say(_("Done on {date}"), date=each.done_at) if each.done_at and each.what != NONE else None,
        quote(entry.text, SHOWN) or None if entry else None,
        Html(_("⚠️ Its date has passed.")) if each.done_at is None and obligations.due(work, each) < work.now else None,
    )


def agreed(work: Work, complaint: Complaint) -> list[Obligation]:
    """The terms that hold. Raises errors.Stale."""
    return obligations_of(work.db, outcomes.in_force(work, complaint).id)


def confirmation(complaint: Complaint) -> Row:
    return [
        button(_("Yes, it is done"), matter("confirm_terms", complaint), SUCCESS),
        button(_("No, not done"), matter("deny_terms", complaint), DANGER),
    ]


# ------------------------------------------------------------------ the customer's own part


@router.callback_query(Matter.filter(F.do == "my_part"))
async def ask_evidence(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    each = own_part(work, complaint, number(callback_data.value))
    await state.set_state(Kept.part)
    await state.update_data(code=complaint.code, obligation=each.id)
    await show_part(query, state, work, complaint, each)


async def show_part(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, each: Obligation, first: Html | None = None
) -> None:
    text = paragraphs(
        first,
        bold(_("How can we see that it is done?")),
        clauses.term(work, each),
        _("Write it here, or send a photo or a document: a receipt, for example."),
        case_cards.footer(work, complaint),
    )
    back = button(_("Back"), matter("duties", complaint))
    await show(event, state, text, keyboard(back), complaint=complaint)


@router.message(Step(Kept.part))
async def do_part(message: Message, state: FSMContext, work: Work) -> None:
    data = await state.get_data()
    complaint, brought = complaints.find_own(work, data.get("code", "")), material(message)
    each = own_part(work, complaint, int(data.get("obligation") or 0))
    if brought.empty:
        await show_part(message, state, work, complaint, each, unreadable())
        return
    keep(work, partial(fulfil, each.id), complaint, brought)
    await leave(state, album=brought.album, code=complaint.code)
    await show_agreed(message, state, work, complaint, bold(_("✅ Recorded. We have been told.")))


def fulfil(obligation_id: int, work: Work, complaint: Complaint, text: str | None, **source: int | None) -> Entry:
    return obligations.fulfil(work, complaint, obligation_id, text, **source)


def own_part(work: Work, complaint: Complaint, obligation_id: int) -> Obligation:
    """A term that the customer has not done yet. Raises errors.Stale."""
    course.running(work, complaint, Phase.IMPLEMENTING, Phase.CONFIRMING)
    for each in agreed(work, complaint):
        if each.id == obligation_id and each.by == CUSTOMER and each.done_at is None:
            return each
    raise errors.Stale(complaint=complaint.id)


# ------------------------------------------------------------------ is it done?


@router.callback_query(Matter.filter(F.do == "confirm_terms"))
async def confirm(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    obligations.confirm(work, complaint, callback_data.turn)
    await leave(state)
    await put_away(query, state)  # that it is closed, and the question how it was, follow by themselves


@router.callback_query(Matter.filter(F.do == "deny_terms"))
async def ask_which(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    course.running(work, complaint, Phase.CONFIRMING)
    await leave(state)
    theirs = [each for each in agreed(work, complaint) if each.by == ORGANISATION and each.what != NONE]
    if len(theirs) == 1:
        await ask_denial(query, state, work, complaint, theirs[0].id)
        return
    rows = [
        button(say(_("Term {number}"), number=place), matter("deny_term", complaint, str(each.id)))
        for place, each in enumerate(agreed(work, complaint), 1)
        if each in theirs
    ]
    every = button(_("None of it is done"), matter("deny_term", complaint))
    text = paragraphs(
        bold(_("What is not done?")),
        *(kept(work, each, place) for place, each in enumerate(agreed(work, complaint), 1)),
        case_cards.footer(work, complaint),
    )
    back = button(_("Back"), matter("duties", complaint))
    await show(query, state, text, keyboard(rows, every, back), complaint=complaint)


@router.callback_query(Matter.filter(F.do == "deny_term"))
async def choose_term(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    course.running(work, complaint, Phase.CONFIRMING)
    which = number(callback_data.value) if callback_data.value else None
    if which is not None and not any(each.id == which for each in agreed(work, complaint)):
        raise errors.Invalid(what="unknown_choice")
    await ask_denial(query, state, work, complaint, which)


async def ask_denial(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, obligation_id: int | None
) -> None:
    await state.set_state(Kept.denial)
    await state.update_data(code=complaint.code, obligation=obligation_id, turn=complaint.turn)
    await show(event, state, denial(work, complaint), keyboard(button(_("Back"), matter("duties", complaint))),
               complaint=complaint)  # fmt: skip


@router.message(Step(Kept.denial))
async def deny(message: Message, state: FSMContext, work: Work) -> None:
    data = await state.get_data()
    complaint, brought = complaints.find_own(work, data.get("code", "")), material(message)
    back = keyboard(button(_("Back"), matter("duties", complaint)))
    if brought.text is None:
        if brought.file:  # it shows what is not done, and belongs to the case; the question stays
            keep(work, complaints.add, complaint, brought)
        text = paragraphs(_("Please write it as text."), denial(work, complaint))
        await show(message, state, text, back, complaint=complaint)
        return
    which = data.get("obligation")
    obligations.deny(work, complaint, brought.text, obligation_id=which, turn=data.get("turn"))
    if brought.file:
        keep(work, complaints.add, complaint, brought)
    await leave(state, album=brought.album, code=complaint.code)
    text = paragraphs(
        bold(_("We are sorry. We see to it that it is done.")),
        _("Our top management has been told."),
        case_cards.footer(work, complaint),
    )
    await show(message, state, text, case_buttons(work, complaint), complaint=complaint)


def denial(work: Work, complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("What is missing?")),
        _("Please write what was not done, or not as it was agreed."),
        case_cards.footer(work, complaint),
    )


# ------------------------------------------------------------------ the end, and how it was


def closing(work: Work, complaint: Complaint) -> Html:
    """Closed as it was agreed or decided, and what can be done if it is not kept after all."""
    reason = work.organisation.closure_reasons[complaint.closed_reason or ""][language()]
    return paragraphs(
        bold(_("✅ Your complaint is closed.")),
        say(_("Reason: {reason}"), reason=Html(reason)),
        _("If it turns out that something is not kept after all, reopen it: then it is carried out, not talked over.")
        if obligations.unkept(work, complaint)
        else None,
        question(work, complaint),
        case_cards.footer(work, complaint),
    )


def question(work: Work, complaint: Complaint) -> str | None:
    return _("How was this way? One star is poor, five are excellent.") if tried(work, complaint) else None


def rating_buttons(work: Work, complaint: Complaint) -> InlineKeyboardMarkup:
    """The stars for the way; for the provider they come after it."""
    referral = tried(work, complaint)
    stars_ = stars("rate_way", complaint, referral) if referral else []
    return keyboard(stars_, home(work, complaint))


def tried(work: Work, complaint: Complaint) -> Referral | None:
    """The way by which the dispute ended."""
    for dispute in reversed(of_case(work.db, complaint.id)):
        outcome = work.db.get(Outcome, dispute.outcome_id) if dispute.outcome_id else None
        if outcome is not None and outcome.referral_id is not None:
            return work.db.get(Referral, outcome.referral_id)
    return None


def stars(do: str, complaint: Complaint, referral: Referral) -> Row:
    return [
        button(f"{digits(str(score))} ⭐", matter(do, complaint, f"{referral.id}.{score}"))
        for score in range(1, STARS + 1)
    ]


@router.callback_query(Matter.filter(F.do == "rate"))
async def ask_rating(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """For whoever was asked in a message above."""
    complaint, _side = sides.find(work, callback_data.code)
    if tried(work, complaint) is None or Stage(complaint.stage) is not Stage.CLOSED:
        raise errors.Stale(complaint=complaint.id)
    text = sides.framed(work, complaint, bold(question(work, complaint) or ""))
    await sides.tell(query, state, work, complaint, text, rating_buttons(work, complaint))


@router.callback_query(Matter.filter(F.do == "rate_way"))
async def rate_way(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, _side = sides.find(work, callback_data.code)
    referral_id, score = scored(callback_data.value)
    register.rate(work, complaint, referral_id, process=score)
    referral = work.db.get_one(Referral, referral_id)
    if referral.provider is None:
        await thank(query, state, work, complaint)
        return
    text = sides.framed(
        work, complaint, bold(_("Thank you. And whoever led it? One star is poor, five are excellent."))
    )
    buttons = keyboard(stars("rate_body", complaint, referral), home(work, complaint))
    await sides.tell(query, state, work, complaint, text, buttons)


@router.callback_query(Matter.filter(F.do == "rate_body"))
async def rate_body(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, _side = sides.find(work, callback_data.code)
    referral_id, score = scored(callback_data.value)
    register.rate(work, complaint, referral_id, provider=score)
    await thank(query, state, work, complaint)


async def thank(query: CallbackQuery, state: FSMContext, work: Work, complaint: Complaint) -> None:
    text = sides.framed(work, complaint, bold(_("Thank you. It helps us to choose well the next time.")))
    await sides.tell(query, state, work, complaint, text, keyboard(home(work, complaint)))


def scored(value: str) -> tuple[int, int]:
    """The referral and the score that a button carries. Raises errors.Invalid."""
    referral, _dot, score = value.partition(".")
    if score not in map(str, range(1, STARS + 1)):
        raise errors.Invalid(what="unknown_choice")
    return number(referral), int(score)


def home(work: Work, complaint: Complaint) -> InlineKeyboardButton:
    return sides.home(work, complaint)
