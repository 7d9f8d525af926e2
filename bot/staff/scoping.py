"""That a case is none of ours: why, the right place for it, and who decides (T7)."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, rights, scope
from backoffice.lifecycle import possible
from backoffice.stages import Event as Move
from backoffice.work import Work
from bot import cards, special_cards
from bot.i18n import _
from bot.keyboards import DANGER, Desk, Prefix, button, desk, keyboard, pairs
from bot.panel import Event, leave, show
from bot.special_notices import judging
from bot.staff.more import back, number
from bot.staff.queue import current, show_case
from bot.staff.saying import words_of
from bot.steps import Step
from bot.texts import Code, Html, bold, language, lines, paragraphs, quote, say
from storage.complaints import Complaint
from storage.special import Exclusion

router = Router(name="scoping")
router.callback_query.filter(Prefix(Desk))

OFFERED = 5
USUAL = "="  # the place that the file names with the reason


class Scoping(StatesGroup):
    place = State()
    sending = State()


@router.callback_query(Desk.filter(F.do == "scope"))
async def why(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "propose_exclusion", complaint)
    if not possible(complaint, Move.EXCLUDED):
        raise errors.Stale(complaint=complaint.id)
    await leave(state)
    if scope.waiting(work, complaint):
        await judge(query, callback_data, state, work)
        return
    reasons = [
        button(each.words[language()], desk("scope_reason", complaint, each.code))
        for each in work.organisation.scope_reasons
    ]
    text = paragraphs(
        bold(_("Why is it not ours to handle?")),
        say("{code}", code=Code(complaint.code or "")),
        _("The customer reads the reason and the right place, and can contest both."),
    )
    await show(query, state, text, keyboard(*reasons, back(complaint)), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "scope_reason"))
async def where(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "propose_exclusion", complaint)
    if work.organisation.scope_reason(callback_data.value) is None:
        raise errors.Invalid(what="unknown_choice")
    await state.set_state(Scoping.place)
    await state.update_data(code=complaint.code, turn=callback_data.turn, reason=callback_data.value)
    buttons = places(work, complaint, callback_data.value)
    await show(query, state, where_to(complaint), buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "scope_place"))
async def chosen(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, value = await begun(callback_data, state, work), callback_data.value
    if value != USUAL and value not in {each.code for each in work.organisation.providers}:
        raise errors.Invalid(what="unknown_choice")
    await state.update_data(provider=None if value == USUAL else value, place=None)
    await preview(query, state, work, complaint)


@router.message(Step(Scoping.place))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    buttons = places(work, complaint, (await state.get_data()).get("reason", ""))
    words = await words_of(message, state, complaint, where_to(complaint), buttons)
    if words:
        await state.update_data(place=words[: scope.MAX_PLACE], provider=None)
        await preview(message, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "scope_sent"))
async def send(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, data = await begun(callback_data, state, work), await state.get_data()
    told = {"provider": data.get("provider"), "place": data.get("place")}
    scope.propose(work, complaint, data.get("reason", ""), turn=callback_data.turn, **told)
    await leave(state)
    decided = complaint.closed_at is not None
    first = (
        _("✅ The case is out of scope. The customer is told why, where to turn, and that they can contest it.")
        if decided
        else _("✅ Proposed. Somebody above decides; until then the work goes on.")
    )
    await show_case(query, state, work, complaint, bold(first), anew=True)


@router.callback_query(Desk.filter(F.do == "scope_judge"))
async def judge(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "read", complaint)
    pending = special_cards.proposal(work, complaint)
    if pending is None:
        raise errors.Stale(complaint=complaint.id)
    may = rights.may(work.actor, "exclude", complaint)
    text = paragraphs(bold(_("Out of scope?")), pending, cards.story(work, complaint, limit=600))
    rows = judging(work, complaint) if may else []
    await show(query, state, text, keyboard(*rows, back(complaint)), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do.in_({"exclude", "include"})))
async def decide(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "exclude", complaint)
    verb = scope.confirm if callback_data.do == "exclude" else scope.refuse
    verb(work, complaint, number(callback_data.value or "0"), turn=callback_data.turn)
    first = (
        _("✅ The case is out of scope. The customer is told why, where to turn, and that they can contest it.")
        if callback_data.do == "exclude"
        else _("✅ The case stays ours. Its owner knows.")
    )
    await show_case(query, state, work, complaint, bold(first), anew=True)


async def begun(data: Desk, state: FSMContext, work: Work) -> Complaint:
    """The case, if it is the one whose exclusion is being written."""
    complaint = complaints.find(work, data.code)
    rights.require(work, "propose_exclusion", complaint)
    if (await state.get_data()).get("code") != complaint.code or not (await state.get_data()).get("reason"):
        raise errors.Stale(complaint=complaint.id)
    return complaint


async def preview(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """As the customer will read it, in the reader's own language."""
    data = await state.get_data()
    await state.set_state(Scoping.sending)
    shown = Exclusion(
        complaint_id=complaint.id,
        reason=data["reason"],
        provider=data.get("provider"),
        place=data.get("place"),
        proposed_by=0,
        proposed_at=work.now,
    )
    text = paragraphs(
        bold(_("The customer will read:")),
        lines(Html(_("Why:")), quote(special_cards.reason(work, shown))),
        special_cards.place_line(work, shown),
        _("They can contest it, and then somebody else decides."),
    )
    at_once = work.actor.id in {person.id for person in scope.deciders(work, complaint)}
    send_it = button(
        _("Declare it out of scope") if at_once else _("Propose it"), desk("scope_sent", complaint), DANGER
    )
    await show(event, state, text, keyboard(send_it, back(complaint)), complaint=complaint, party="staff")


def where_to(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("What is the right place for it?")),
        say(
            _("Choose it, or write it in the customer's language, {language}: where to turn, and how to reach it."),
            language=Html(cards.language_name(complaint.language)),
        ),
    )


def places(work: Work, complaint: Complaint, reason: str) -> InlineKeyboardMarkup:
    usual = _usual(work, reason, language())
    bodies = [each for each in work.organisation.providers if not each.consent][:OFFERED]
    rows = [button(each.words[language()], desk("scope_place", complaint, each.code)) for each in bodies]
    first = [button(usual, desk("scope_place", complaint, USUAL))] if usual else []
    return keyboard(first, *pairs(rows), back(complaint))


def _usual(work: Work, reason: str, spoken: str) -> str | None:
    found = work.organisation.scope_reason(reason)
    return found.place[spoken] if found and found.place else None
