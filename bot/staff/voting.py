"""A vote in a review, step by step: decision, remedy, reasons, and a last look before it is cast."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import errors, panel, voting
from backoffice.phases import Phase
from backoffice.work import Work
from bot import cards
from bot.i18n import _
from bot.keyboards import SUCCESS, Desk, Prefix, Row, button, desk, keyboard
from bot.panel import Event, show
from bot.staff import remedies, reviewing
from bot.staff.saying import READABLE, words_of
from bot.steps import Step, command
from bot.texts import Code, Html, bold, language, lines, paragraphs, quote, say
from storage.complaints import Complaint

router = Router(name="voting")
router.callback_query.filter(Prefix(Desk))

STEPS = 3
COMPARED = 5  # cases that show how the same was decided before


class Voting(StatesGroup):
    reasons = State()


@router.message(command("vote"))
async def by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/vote CODE; without a code the reviews are shown."""
    if command.args:
        await begin(message, state, work, panel.find(work, command.args))
    else:
        await reviewing.mine(message, state, work)


@router.callback_query(Desk.filter(F.do == "vote"))
async def by_button(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await begin(query, state, work, panel.find(work, callback_data.code))


async def begin(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """The decision, beside those on comparable cases: who is alike is to be treated alike."""
    voting.seat_to_vote(work, complaint)
    await state.set_state(None)
    await state.update_data(code=complaint.code, ballot={})
    rows = [
        button(words[language()], desk("ballot", complaint, code))
        for code, words in work.organisation.decisions.items()
    ]
    text = paragraphs(
        lines(bold(step(1)), say("{code}", code=Code(complaint.code or ""))),
        _("Is the complaint justified?"),
        comparable(work, complaint),
        _("Your vote counts once, and cannot be changed."),
    )
    await show(event, state, text, keyboard(*rows, cancel(complaint)), complaint=complaint, party="staff")


def comparable(work: Work, complaint: Complaint) -> Html:
    """How the latest cases of the same category were decided: no code, nobody's name."""
    found = [
        say(
            "{date} · {decision} · {remedy}",
            date=each.closed_at or each.touched_at,
            decision=Html(work.organisation.decisions[each.decision or ""][language()]),
            remedy=Html(work.organisation.remedy(each.remedy or "").words[language()]),
        )
        for each in voting.comparable(work, complaint, COMPARED)
    ]
    if not found:
        return Html(_("No case of this category has been decided before."))
    return lines(bold(_("How cases of this category were decided before")), *found)


@router.callback_query(Desk.filter(F.do == "ballot"))
async def decided(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    if callback_data.value not in work.organisation.decisions:
        raise errors.Invalid(what="unknown_choice")
    await keep(state, outcome=callback_data.value)
    await ask_remedy(query, state, work, complaint, 0)


@router.callback_query(Desk.filter(F.do == "vote_remedies"))
async def other_remedies(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    page = remedies.page(work, callback_data.value)
    await ask_remedy(query, state, work, await in_hand(callback_data, state, work), page)


async def ask_remedy(event: Event, state: FSMContext, work: Work, complaint: Complaint, page: int) -> None:
    await state.set_state(None)
    review = panel.opened(work, complaint)
    text = paragraphs(
        bold(step(2)), _("Which remedy should be given?"), remedies.wanted(work, review.wish or complaint.wish)
    )
    rows = remedies.choices(work, complaint, page, one="vote_remedy", every="vote_remedies")
    await show(event, state, text, keyboard(*rows, back_to("vote", complaint)), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "vote_remedy"))
async def remedy(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    if work.organisation.find_remedy(callback_data.value) is None:
        raise errors.Invalid(what="unknown_choice")
    await keep(state, remedy=callback_data.value)
    await state.set_state(Voting.reasons)
    buttons = keyboard(back_to("vote_remedies", complaint))
    await show(query, state, reasons_wanted(complaint), buttons, complaint=complaint, party="staff")


@router.message(Step(Voting.reasons))
async def reasons(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await reviewing.current(state, work)
    voting.seat_to_vote(work, complaint)
    buttons = keyboard(back_to("vote_remedies", complaint))
    words = await words_of(message, state, complaint, reasons_wanted(complaint), buttons)
    if words:
        await keep(state, reasons=words)
        await preview(message, state, work, complaint)


def reasons_wanted(complaint: Complaint) -> Html:
    return paragraphs(
        bold(step(3)),
        _("Why do you decide so?"),
        say(
            _("Write the reasons in the customer's language, {language}: the customer reads them without your name."),
            language=Html(cards.language_name(complaint.language)),
        ),
    )


async def preview(message: Message, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """What will be cast; nothing has been yet."""
    draft = (await state.get_data()).get("ballot") or {}
    given = work.organisation.find_remedy(draft.get("remedy", ""))
    decision = work.organisation.decisions.get(draft.get("outcome", ""))
    if given is None or decision is None:
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(None)
    text = paragraphs(
        bold(_("Please read your vote once more.")),
        say("{code}", code=Code(complaint.code or "")),
        say(_("Decision: {decision}"), decision=Html(decision[language()])),
        say(_("Remedy: {remedy}"), remedy=Html(given.words[language()])),
        lines(Html(_("Reasons:")), quote(draft["reasons"], READABLE)),
        _("Your vote counts once, and cannot be changed."),
    )
    buttons = keyboard(
        button(_("Cast the vote"), desk("cast", complaint), SUCCESS),
        button(_("Begin again"), desk("vote", complaint)),
        cancel(complaint),
    )
    await show(message, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "cast"))
async def cast(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    draft = (await state.get_data()).get("ballot") or {}
    if not {"outcome", "remedy", "reasons"} <= set(draft):
        raise errors.Stale(complaint=complaint.id)
    review = voting.vote(work, complaint, voting.Ballot(**draft))
    first = (
        _("✅ The review of {code} is decided. The customer receives the decision.")
        if review.stage == Phase.DECIDED
        else _("✅ Your vote on {code} is recorded.")
    )
    await reviewing.after(query, state, work, complaint, bold(say(first, code=Code(complaint.code or ""))))


async def in_hand(data: Desk, state: FSMContext, work: Work) -> Complaint:
    """The case of the button, if the actor votes on it now and on no other: a vote must not stray."""
    complaint = panel.find(work, data.code)
    voting.seat_to_vote(work, complaint)
    if (await state.get_data()).get("code") != complaint.code:
        raise errors.Stale(complaint=complaint.id)
    return complaint


async def keep(state: FSMContext, **part: str) -> None:
    await state.update_data(ballot={**((await state.get_data()).get("ballot") or {}), **part})


def step(number: int) -> str:
    return say(_("Your vote, {number} of {total}"), number=number, total=STEPS)


def back_to(do: str, complaint: Complaint) -> Row:
    return [button(_("Back"), desk(do, complaint)), *cancel(complaint)]


def cancel(complaint: Complaint) -> Row:
    return [button(_("Cancel"), desk("review", complaint))]
