"""The answer to what is proposed, recommended or decided: a last look before a yes, a no with or without words."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import errors
from backoffice.disputes import settlement, speaking
from backoffice.disputes.outcomes import DECISION, SETTLEMENT, missing
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.work import Work
from bot.disputes import clauses, sides
from bot.disputes.terms import number, reflection, talking, waiting
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Matter, Prefix, button, keyboard, matter
from bot.material import words_within
from bot.panel import Event, leave, put_away
from bot.staff.saying import READABLE
from bot.steps import Step
from bot.texts import Html, bold, paragraphs, say
from storage.complaints import Complaint
from storage.disputes import Outcome

router = Router(name="agreeing")
router.callback_query.filter(Prefix(Matter))


class Agreeing(StatesGroup):
    refusal = State()


@router.callback_query(Matter.filter(F.do == "terms_later"))
async def think(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """Nobody has to answer at once: the time for it is what reflection is for."""
    complaint, _side, _proposal = to_answer(work, callback_data)
    await leave(state)
    until = reflection(work, complaint)
    text = sides.framed(
        work,
        complaint,
        bold(_("Take your time.")),
        say(_("Your answer is needed by {date}. We remind you before."), date=until) if until else None,
        _("Talk it over with somebody you trust, or have it looked at by a lawyer, if you like."),
    )
    again = button(_("Read the terms again"), matter("terms", complaint), SUCCESS)
    await sides.tell(query, state, work, complaint, text, keyboard(again, sides.home(work, complaint)))


# ------------------------------------------------------------------ yes


@router.callback_query(Matter.filter(F.do == "terms_look"))
async def look(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """All of it once more, and what a yes means; nothing is accepted yet."""
    complaint, side, proposal = to_answer(work, callback_data)
    await leave(state)
    text = sides.framed(
        work,
        complaint,
        bold(_("Please read it once more. This binds you:")),
        last_look(work, complaint, proposal, side),
    )
    buttons = keyboard(
        button(_("Yes, I accept"), matter("terms_yes", complaint, callback_data.value), SUCCESS),
        button(_("Back"), matter("terms", complaint)),
    )
    await sides.tell(query, state, work, complaint, text, buttons)


def last_look(work: Work, complaint: Complaint, proposal: Outcome, side: str) -> Html:
    both = missing(proposal) == [side]
    return paragraphs(
        clauses.outcome(work, proposal),
        _("With your yes it takes effect at once, for both sides.")
        if both
        else _("It takes effect as soon as the other side accepts it too."),
        _("Once it is in force it cannot be taken back. What is agreed ends the dispute, if it is kept.")
        if side == CUSTOMER
        else _("Once it is in force it cannot be taken back, and its dates become ours to keep."),
        _("Your right to go to court is not touched where it is not kept.") if side == CUSTOMER else None,
    )


@router.callback_query(Matter.filter(F.do == "terms_yes"))
async def accept(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, side, proposal = to_answer(work, callback_data)
    settlement.answer(work, complaint, proposal.id, accepted=True, turn=callback_data.turn)
    await leave(state)
    if proposal.in_force_at is not None and side == CUSTOMER:
        await put_away(query, state)  # what holds now follows by itself
        return
    if proposal.in_force_at is not None:
        parts = [
            bold(_("✅ Agreed. It is in force from now on.")),
            clauses.terms(work, proposal),
            Html(_("You get it as a numbered document.")),
        ]
    else:
        parts = [bold(_("✅ You have accepted.")), Html(_("We tell you as soon as the other side has answered."))]
    await after(query, state, work, complaint, side, *parts)


# ------------------------------------------------------------------ no


@router.callback_query(Matter.filter(F.do == "terms_no"))
async def ask_why(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, _side, proposal = to_answer(work, callback_data)
    await state.set_state(Agreeing.refusal)
    await state.update_data(code=complaint.code, outcome=proposal.id, turn=complaint.turn)
    await show_question(query, state, work, complaint, proposal)


async def show_question(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, proposal: Outcome, first: str | None = None
) -> None:
    text = sides.framed(
        work,
        complaint,
        bold(_("Not acceptable to you?")),
        first,
        consequence(work, complaint, proposal),
        _("If you like, write why, and what would be acceptable: the other side reads it. Or go on without words."),
    )
    buttons = keyboard(
        button(_("Do not accept, without words"), matter("terms_nay", complaint, str(proposal.id)), DANGER),
        button(_("Back"), matter("terms", complaint)),
    )
    await sides.tell(event, state, work, complaint, text, buttons)


def consequence(work: Work, complaint: Complaint, proposal: Outcome) -> str:
    """What a no leads to."""
    if proposal.kind == SETTLEMENT and talking(work, complaint):
        return _("The talks go on, and new terms can be proposed.")
    if proposal.kind == DECISION:
        return _("The decision does not take effect, and this way is closed. Other ways stay open.")
    return _("This way is closed. Other ways stay open.")


@router.callback_query(Matter.filter(F.do == "terms_nay"))
async def decline(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, side, proposal = to_answer(work, callback_data)
    await refuse(query, state, work, complaint, side, proposal, None, callback_data.turn)


@router.message(Step(Agreeing.refusal))
async def decline_in_words(message: Message, state: FSMContext, work: Work) -> None:
    data = await state.get_data()
    complaint, side = await sides.current(state, work)
    proposal = waiting(work, complaint)
    if proposal is None or proposal.id != data.get("outcome"):
        raise errors.Stale(complaint=complaint.id)
    words = words_within(message, READABLE)
    if words is None:
        await show_question(message, state, work, complaint, proposal, _("Please write it as text."))
        return
    await refuse(message, state, work, complaint, side, proposal, words, data.get("turn"))


async def refuse(
    event: Event,
    state: FSMContext,
    work: Work,
    complaint: Complaint,
    side: str,
    proposal: Outcome,
    words: str | None,
    turn: int | None,
) -> None:
    settlement.answer(work, complaint, proposal.id, accepted=False, words=words, turn=turn)
    await leave(state)
    done = bold(_("✅ Recorded: you do not accept it. The other side is told."))
    await after(event, state, work, complaint, side, done)


# ------------------------------------------------------------------ what all of it needs


def to_answer(work: Work, data: Matter) -> tuple[Complaint, str, Outcome]:
    """What the button speaks of, as long as the actor's side has not answered it. Raises errors.Stale."""
    complaint, side = sides.find(work, data.code)
    proposal = waiting(work, complaint)
    if proposal is None or proposal.id != number(data.value) or data.turn != complaint.turn:
        raise errors.Stale(complaint=complaint.id)
    if side not in missing(proposal):
        raise errors.DisputeRefused(why="twice", complaint=complaint.id)
    if side == ORGANISATION and proposal.kind != SETTLEMENT:
        raise errors.Stale(complaint=complaint.id)  # what a third party says we answer with reasons, elsewhere
    return complaint, side, proposal


async def after(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, side: str, *parts: Html | None
) -> None:
    """What was done stays readable as proof; the way on is below."""
    first, *rest = parts
    spoken = side == ORGANISATION and not speaking.speaks(work, complaint)
    text = sides.framed(work, complaint, first or Html(""), *rest)
    terms = button(_("Terms"), matter("terms", complaint)) if talking(work, complaint) and not spoken else None
    buttons = keyboard(terms, sides.home(work, complaint))
    await sides.tell(event, state, work, complaint, text, buttons, anew=True)
