"""The consent of both sides: the text as it is kept, read in full, and agreed to, refused, or later taken back."""

import hashlib

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, rights
from backoffice.disputes import choosing, consents, course, phases, resolvers
from backoffice.disputes.phases import Phase
from backoffice.rights import CUSTOMER
from backoffice.work import Work
from bot import cards
from bot.customer.mine import case_buttons
from bot.dates import digits
from bot.disputes import cards as disputes
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Matter, Prefix, button, desk, keyboard, matter, own
from bot.material import material, source, unreadable
from bot.panel import Event, leave, put_away, show
from bot.steps import Step
from bot.texts import Html, bold, language, lines, paragraphs, plain, say
from storage.complaints import Complaint
from storage.disputes import Referral

router = Router(name="dispute_consent")
router.callback_query.filter(Prefix(Matter))


class Consenting(StatesGroup):
    name = State()
    capacity = State()
    objection = State()
    ending = State()


# ------------------------------------------------------------------ the text


def wording(work: Work, referral: Referral) -> tuple[str, str]:
    """The version, and the text exactly as it is shown and kept, in the reader's language and digits."""
    text = consents.text(work, referral, language())
    return text.version, text.fill(lambda number: digits(str(number)))


def mark(version: str, text: str) -> str:
    """What a button under the text names it by: one in another language or other digits is another text to read."""
    return version + hashlib.sha256(text.encode()).hexdigest()[:8]


def shown(text: str) -> Html:
    """Its first line is its heading."""
    heading, _newline, body = text.partition("\n")
    return paragraphs(bold(plain(heading)), plain(body.strip()))


def choices(work: Work, complaint: Complaint, marked: str, side: str) -> InlineKeyboardMarkup:
    """Nothing is ticked beforehand: three ways, and none of them is the silent one. We can refuse only where we may.

    `marked`: which text they stand under.
    """
    if side != CUSTOMER:
        return keyboard(
            button(_("We consent"), matter("agree", complaint, marked), SUCCESS),
            None
            if consents.must_take_part(work, complaint)
            else button(_("We do not consent"), matter("refuse_us", complaint)),
            button(_("Open the dispute"), desk("dispute", complaint)),
        )
    return keyboard(
        button(_("I consent"), matter("agree", complaint, marked), SUCCESS),
        button(_("I consent for somebody else"), matter("agree_for", complaint, marked)),
        button(_("Under another name"), matter("rename", complaint)),
        button(_("I do not consent"), matter("end", complaint)),
        button(_("Ask a question"), own("add", complaint)),
    )


@router.callback_query(Matter.filter(F.do == "consent"))
async def read(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    await show_text(query, state, work, complaint)


async def show_text(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, *, changed: bool = False
) -> None:
    """The whole text, as a message that stays. `changed`: another one was read, and nothing is consented to yet."""
    side = rights.side(work, complaint)
    course.running(work, complaint, Phase.AWAITING_CONSENT)
    if side not in consents.missing(work, complaint):
        raise errors.DisputeRefused(why="twice", complaint=complaint.id)
    version, text = wording(work, course.referral(work, complaint))
    await leave(state)
    named = under_name(complaint) if side == CUSTOMER else None
    footer = cards.footer(work, complaint) if side == CUSTOMER else disputes.head(work, complaint)
    await show(
        event,
        state,
        paragraphs(anew() if changed else None, shown(text), named, footer),
        choices(work, complaint, mark(version, text), side),
        complaint=complaint,
        party=disputes.party(work, complaint),
        anew=True,
        proof=True,
    )


def anew() -> Html:
    """Above a text that has taken the place of the one that was read."""
    return Html(_("⚠️ The text has changed, so nothing is consented to yet. This is the new one; please read it again."))


# ------------------------------------------------------------------ yes


@router.callback_query(Matter.filter(F.do == "agree"))
async def agree(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    await consent(query, state, work, complaint, callback_data.value, message=_read_in(query, complaint))


@router.callback_query(Matter.filter(F.do == "agree_for"))
async def ask_for_whom(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    course.running(work, complaint, Phase.AWAITING_CONSENT)
    await state.set_state(Consenting.capacity)
    await state.update_data(code=complaint.code, marked=callback_data.value, read_in=_read_in(query, complaint))
    text = paragraphs(for_whom(), cards.footer(work, complaint))
    await show(query, state, text, keyboard(button(_("Back"), own("show", complaint))), complaint=complaint)


def for_whom() -> Html:
    return paragraphs(
        bold(_("For whom do you consent?")),
        _(
            "Write your name and for whom you act: for example as mother or father of somebody under 18, or with a"
            " power of attorney. By sending it you consent to the text that you have read."
        ),
    )


@router.message(Step(Consenting.capacity))
async def typed_capacity(message: Message, state: FSMContext, work: Work) -> None:
    data = await state.get_data()
    complaint = complaints.find_own(work, data.get("code", ""))
    written = material(message).written
    if written is None:
        text = paragraphs(unreadable(), for_whom(), cards.footer(work, complaint))
        await show(message, state, text, keyboard(button(_("Back"), own("show", complaint))), complaint=complaint)
        return
    marked, read_in = data.get("marked", ""), data.get("read_in")
    await consent(message, state, work, complaint, marked, message=read_in, capacity=written)


async def consent(
    event: Event,
    state: FSMContext,
    work: Work,
    complaint: Complaint,
    marked: str,
    *,
    message: int | None,
    capacity: str | None = None,
) -> None:
    side = rights.side(work, complaint)
    course.running(work, complaint, Phase.AWAITING_CONSENT)
    version, text = wording(work, course.referral(work, complaint))
    if mark(version, text) != marked:
        await show_text(event, state, work, complaint, changed=True)
        return
    consents.agree(work, complaint, version, language(), text, message=message, capacity=capacity)
    await leave(state)
    both = complaint.dispute_phase != Phase.AWAITING_CONSENT
    told = paragraphs(
        bold(_("✅ Your consent is recorded.") if side == CUSTOMER else _("✅ Our consent is recorded.")),
        _("Both sides have consented: the third party gets the file now.")
        if both
        else _("As soon as the other side has consented too, the third party gets the file."),
        until_when(work, complaint) if side == CUSTOMER else None,
    )
    await say_done(event, state, work, complaint, told)


def until_when(work: Work, complaint: Complaint) -> str:
    """How long a consent can be taken back."""
    if consents.binds_both(work, course.referral(work, complaint)):
        return _("You can end it until the third party has accepted. From then on both sides await its decision.")
    return _("You can end it at any time before anything is agreed or decided.")


def _read_in(query: CallbackQuery, complaint: Complaint) -> int | None:
    """The message that showed the text. One that was passed on shows it to somebody else: it is no consent."""
    shown_in = query.message
    if not isinstance(shown_in, Message):
        return None
    if shown_in.forward_origin is not None:
        raise errors.DisputeRefused(why="forwarded", complaint=complaint.id)
    return source(shown_in)


# ------------------------------------------------------------------ under which name


def under_name(complaint: Complaint) -> Html | None:
    """What the customer's consent goes by, and the other side reads."""
    return say(_("You consent as: {name}"), name=complaint.name) if complaint.name else None


@router.callback_query(Matter.filter(F.do == "rename"))
async def ask_name(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    course.running(work, complaint, Phase.AWAITING_CONSENT)
    await state.set_state(Consenting.name)
    await state.update_data(code=complaint.code)
    await _show_side(query, state, work, complaint, own_name())


def own_name() -> Html:
    return paragraphs(
        bold(_("Under which name do you consent?")),
        _("Write your first and last name, as it stands in the contract if there is one. Both sides read it."),
    )


@router.message(Step(Consenting.name))
async def typed_name(message: Message, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, (await state.get_data()).get("code", ""))
    written = material(message).written
    if written is None:
        await _show_side(message, state, work, complaint, paragraphs(unreadable(), own_name()))
        return
    choosing.identify(work, complaint, written)
    await show_text(message, state, work, complaint)


# ------------------------------------------------------------------ no, or no more


@router.callback_query(Matter.filter(F.do == "end"))
async def ask_ending(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """The customer does not want this way, or no more; they may say why, and need not."""
    complaint = complaints.find_own(work, callback_data.code)
    if not phases.is_in(complaint, Phase.AWAITING_CONSENT):
        consents.may_leave(work, complaint)
    await state.set_state(Consenting.ending)
    await state.update_data(code=complaint.code, turn=complaint.turn)
    buttons = keyboard(
        button(_("Yes, end it"), matter("ended", complaint), DANGER),
        button(_("No, go on"), own("show", complaint), SUCCESS),
    )
    await show(query, state, paragraphs(ending(), cards.footer(work, complaint)), buttons, complaint=complaint)


def ending() -> Html:
    return paragraphs(
        bold(_("End this way?")),
        _("You lose no right by it: the other ways stay open, and what was said stays confidential."),
        _("If you want to, write why; you need not."),
    )


@router.message(Step(Consenting.ending))
async def typed_ending(message: Message, state: FSMContext, work: Work) -> None:
    data = await state.get_data()
    complaint = complaints.find_own(work, data.get("code", ""))
    written = material(message).written
    if written is None:
        text = paragraphs(unreadable(), ending(), cards.footer(work, complaint))
        buttons = keyboard(button(_("No, go on"), own("show", complaint)))
        await show(message, state, text, buttons, complaint=complaint)
        return
    await end(message, state, work, complaint, written, turn=data.get("turn"))


@router.callback_query(Matter.filter(F.do == "ended"))
async def ended(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    await end(query, state, work, complaint, "", turn=callback_data.turn)


async def end(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, words: str, *, turn: int | None
) -> None:
    if phases.is_in(complaint, Phase.AWAITING_CONSENT):
        consents.refuse(work, complaint, words=words or None, turn=turn)
    else:
        consents.withdraw(work, complaint, words, turn=turn)
    await leave(state)
    await put_away(event, state)  # what is open now follows by itself


# ------------------------------------------------------------------ the person who leads it


@router.callback_query(Matter.filter(F.do == "object"))
async def ask_objection(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    side, referral = rights.side(work, complaint), course.referral(work, complaint)
    if not resolvers.may_object(work, complaint, referral, side):
        raise resolvers.no_objection(complaint, referral, side)
    await state.set_state(Consenting.objection)
    await state.update_data(code=complaint.code, turn=complaint.turn)
    await _show_side(query, state, work, complaint, objection(referral))


def objection(referral: Referral) -> Html:
    return paragraphs(
        bold(_("Do you doubt that they are independent?")),
        say("{name}", name=referral.resolver_name or ""),
        _("Write why. Nobody has to rule on it: somebody else is asked. Each side can do so once."),
    )


@router.message(Step(Consenting.objection))
async def typed_objection(message: Message, state: FSMContext, work: Work) -> None:
    data = await state.get_data()
    complaint = complaints.find(work, data.get("code", ""))
    written = material(message).written
    if written is None:
        question = objection(course.referral(work, complaint))
        await _show_side(message, state, work, complaint, paragraphs(unreadable(), question))
        return
    resolvers.object_to(work, complaint, written, turn=data.get("turn"))
    await leave(state)
    told = paragraphs(
        bold(_("✅ Your objection is recorded.")),
        _("They have no access to the case any more. Somebody else is asked to take it over."),
    )
    await say_done(message, state, work, complaint, told)


# ------------------------------------------------------------------ what both sides need


async def say_done(event: Event, state: FSMContext, work: Work, complaint: Complaint, told: Html) -> None:
    """What was done, and the way on: the customer's case, or the card of the dispute."""
    await _show_side(event, state, work, complaint, told, anew=True, done=True)


async def _show_side(
    event: Event,
    state: FSMContext,
    work: Work,
    complaint: Complaint,
    text: Html,
    *,
    anew: bool = False,
    done: bool = False,
) -> None:
    party = disputes.party(work, complaint)
    if party == "customer":
        back = keyboard(button(_("Back"), own("show", complaint)))
        said, buttons = paragraphs(text, cards.footer(work, complaint)), case_buttons(work, complaint) if done else back
    else:
        said = paragraphs(text, lines(disputes.head(work, complaint)))
        buttons = keyboard(button(_("Open the dispute"), desk("dispute", complaint), SUCCESS if done else None))
    await show(event, state, said, buttons, complaint=complaint, party=party, anew=anew)
