"""The terms on the table: what waits for an answer, and one's own draft, put together term by term.

Who, what, how much, by when: a tap each, amounts and dates typed in any digits. What contradicts is said as it arises,
and only what is free of it can be proposed.
"""

from datetime import datetime

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from backoffice import errors
from backoffice.disputes import outcomes, settlement
from backoffice.disputes.outcomes import SETTLEMENT, missing
from backoffice.disputes.phases import ADVISORY, CHOOSING, TALKING, Phase, is_in
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.work import Work
from bot.disputes import cards, clauses, sides
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Matter, Prefix, button, keyboard, matter, pairs
from bot.panel import Event, leave, put_away
from bot.texts import Html, bold, lines, paragraphs, say
from storage.clocks import running as running_on
from storage.complaints import Complaint
from storage.disputes import Obligation, Outcome, obligations_of, outcomes_of

router = Router(name="terms")
router.callback_query.filter(Prefix(Matter))

FAULTS = 8  # of a draft that are shown at once


# ------------------------------------------------------------------ the table


@router.callback_query(Matter.filter(F.do.in_({"terms", "proposal"})))
async def open_terms(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, side = sides.find(work, callback_data.code)
    await leave(state)
    await show_terms(query, state, work, complaint, side)


async def show_terms(
    event: Event,
    state: FSMContext,
    work: Work,
    complaint: Complaint,
    side: str,
    first: Html | None = None,
    *,
    anew: bool = False,
) -> None:
    """What waits, and the actor's own draft; `first` above them."""
    proposal, mine = waiting(work, complaint), own_draft(work, complaint, side)
    text = sides.framed(
        work,
        complaint,
        paragraphs(first, bold(_("The terms"))),
        proposed(work, complaint, proposal) if proposal else None,
        drafted(work, complaint, mine) if mine else None,
        None if proposal or mine else _("Nothing is on the table yet."),
        without_prejudice() if talking(work, complaint) else None,
    )
    buttons = table_buttons(work, complaint, side, proposal, mine)
    await sides.tell(event, state, work, complaint, text, buttons, anew=anew)


def table_buttons(
    work: Work, complaint: Complaint, side: str, proposal: Outcome | None, mine: Outcome | None
) -> InlineKeyboardMarkup:
    """Exactly what can be done with them now."""
    answers = answer_buttons(work, complaint, proposal, side) if proposal else []
    drafting = drafts(work, complaint, side) and not (proposal and side in (CUSTOMER, ORGANISATION) and not mine)
    ready = mine is not None and talking(work, complaint) and can_propose(work, complaint, mine, proposal, side)
    new = _("Add a term") if mine else _("Draft terms")
    return keyboard(
        *answers,
        button(_("Propose these terms"), matter("terms_send", complaint), SUCCESS) if ready else None,
        recording(work, complaint, side) if mine and not proposal else None,
        button(new, matter("term_new", complaint)) if drafting else None,
        button(_("Remove a term"), matter("term_drop", complaint)) if drafting and mine else None,
        sides.home(work, complaint),
    )


def recording(work: Work, complaint: Complaint, side: str) -> InlineKeyboardButton | None:
    """Terms that a third party named go on to its recommendation or decision."""
    if not settlement.records(work, complaint, side):
        return None
    referral = cards.current(work, complaint)
    if referral is not None and referral.method == ADVISORY:
        return button(_("It recommends these terms"), matter("recommend", complaint), SUCCESS)
    return button(_("It has decided so"), matter("decided_for", complaint, "upheld"), SUCCESS)


def answer_buttons(work: Work, complaint: Complaint, proposal: Outcome, side: str) -> list[InlineKeyboardButton]:
    """For a side that has not said yet; what a third party recommends or decides the organisation answers elsewhere."""
    if side not in missing(proposal):
        return []
    number = str(proposal.id)
    if side == ORGANISATION and proposal.kind != SETTLEMENT:
        return [button(_("Answer it"), matter("verdict", complaint, number), SUCCESS)]
    other = proposal.kind == SETTLEMENT and talking(work, complaint)
    return [
        button(_("Accept"), matter("terms_look", complaint, number), SUCCESS),
        button(_("Think about it"), matter("terms_later", complaint, number)),
        button(_("Do not accept"), matter("terms_no", complaint, number), DANGER),
        *([button(_("Propose other terms"), matter("terms_other", complaint, number))] if other else []),
    ]


def proposed(work: Work, complaint: Complaint, proposal: Outcome) -> Html:
    """What it is and from whom, its terms, who has accepted, and until when it can be answered."""
    until = reflection(work, complaint)
    by = sides.named(proposal.by, cards.current(work, complaint))
    return paragraphs(
        clauses.outcome(work, proposal),
        lines(
            say(_("Proposed by {side}"), side=by) if proposal.kind == SETTLEMENT else None,
            say(_("It can be answered until {date}."), date=until) if until else None,
        ),
    )


def drafted(work: Work, complaint: Complaint, mine: Outcome) -> Html:
    """The draft, and what is wrong with it: the first of it, if there is much."""
    faults = settlement.faults(work, complaint, mine)
    return paragraphs(
        lines(bold(_("Your draft")), clauses.terms(work, mine)),
        lines(*(say("⚠️ {fault}", fault=clauses.fault(each)) for each in faults[:FAULTS])) or None,
        _("Nobody else reads it before you propose it.") if talking(work, complaint) else None,
    )


def without_prejudice() -> Html:
    return Html(_("Drafts and proposals are without prejudice: they bind nobody until both sides have accepted."))


# ------------------------------------------------------------------ what is there


def talking(work: Work, complaint: Complaint) -> bool:
    """Whether both sides can agree on terms now: in direct talks, or with somebody who helps them to."""
    return is_in(complaint, *TALKING) and (is_in(complaint, Phase.NEGOTIATING) or cards.is_mediation(work, complaint))


def drafts(work: Work, complaint: Complaint, side: str) -> bool:
    """Whether the actor can put terms together: to agree on, or those of a result that they write down."""
    return talking(work, complaint) or settlement.records(work, complaint, side)


def waiting(work: Work, complaint: Complaint) -> Outcome | None:
    """What is before the two sides."""
    there = is_in(complaint, *TALKING, *CHOOSING, Phase.RECOMMENDED)
    return outcomes.waiting(work, complaint) if there else None


def own_draft(work: Work, complaint: Complaint, side: str) -> Outcome | None:
    """What the actor has begun to draft, if it has any terms; to look begins none."""
    dispute = cards.dispute(work, complaint)
    if dispute is None or not drafts(work, complaint, side):
        return None
    for each in outcomes_of(work.db, dispute.id):
        own = each.kind == SETTLEMENT and each.author_id == work.actor.id and each.by == side
        unproposed = each.proposed_at is None and outcomes.is_open(dispute, each)
        if own and unproposed and obligations_of(work.db, each.id):
            return each
    return None


def can_propose(work: Work, complaint: Complaint, mine: Outcome, proposal: Outcome | None, side: str) -> bool:
    """Without faults, and where another proposal waits only for who can answer that one with no."""
    free = proposal is None or proposal.by == side or (proposal.kind == SETTLEMENT and side in missing(proposal))
    unsigned = side == ORGANISATION and bool(mine.ours)  # waits for a signature already
    return free and not unsigned and not settlement.faults(work, complaint, mine)


def reflection(work: Work, complaint: Complaint) -> datetime | None:
    """Until when a proposal can be answered; None before the customer's time has begun."""
    row = next((each for each in running_on(work.db, complaint.id) if each.target == outcomes.REFLECTION), None)
    return row.due_at if row else None


# ------------------------------------------------------------------ taking a term out, proposing


@router.callback_query(Matter.filter(F.do == "term_drop"))
async def which_term(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, side = sides.find(work, callback_data.code)
    await leave(state)
    mine = own_draft(work, complaint, side)
    if mine is None:
        raise errors.Stale(complaint=complaint.id)
    rows = [
        button(say(_("Remove {number}"), number=place), matter("term_off", complaint, str(each.id)))
        for place, each in enumerate(obligations_of(work.db, mine.id), 1)
    ]
    text = sides.framed(work, complaint, bold(_("Which term shall go?")), clauses.terms(work, mine))
    back = button(_("Back"), matter("terms", complaint))
    await sides.tell(query, state, work, complaint, text, keyboard(*pairs(rows), back))


@router.callback_query(Matter.filter(F.do == "term_off"))
async def remove(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, side = sides.find(work, callback_data.code)
    settlement.remove(work, complaint, number(callback_data.value))
    await show_terms(query, state, work, complaint, side)


@router.callback_query(Matter.filter(F.do == "terms_send"))
async def propose(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """Where another proposal waits, this is the answer to it: no, but this."""
    complaint, side = sides.find(work, callback_data.code)
    if own_draft(work, complaint, side) is None or callback_data.turn != complaint.turn:
        raise errors.Stale(complaint=complaint.id)
    before = waiting(work, complaint)
    if before is not None and before.by != side and before.kind == SETTLEMENT and side in missing(before):
        settlement.answer(work, complaint, before.id, accepted=False)
    new = settlement.propose(work, complaint)
    await leave(state)
    if new.proposed_at and side == CUSTOMER:
        await put_away(query, state)  # what they proposed follows by itself, and starts the time for it
        return
    done = (
        _("✅ Proposed. Both sides have it before them.")
        if new.proposed_at
        else _("✅ Our legal department signs it first; then it is proposed by itself.")
    )
    await show_terms(query, state, work, complaint, side, bold(done), anew=True)


@router.callback_query(Matter.filter(F.do == "terms_other"))
async def other_terms(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """What was proposed becomes the beginning of one's own draft, to be changed term by term."""
    complaint, side = sides.find(work, callback_data.code)
    proposal = waiting(work, complaint)
    if proposal is None or proposal.id != number(callback_data.value) or side not in missing(proposal):
        raise errors.Stale(complaint=complaint.id)
    if own_draft(work, complaint, side) is None:
        for each in outcomes.terms_of(work, proposal):
            settlement.add(work, complaint, each)
    await leave(state)
    first = Html(_("Change the draft as you need it. Proposing it answers what is on the table with no."))
    await show_terms(query, state, work, complaint, side, first)


def number(value: str) -> int:
    """The id that a button carries. Raises errors.Invalid."""
    if not (value.isascii() and value.isdecimal()) or len(value) > 9:
        raise errors.Invalid(what="unknown_choice")
    return int(value)


def find_term(work: Work, outcome: Outcome, value: str) -> Obligation:
    """One of its terms. Raises errors.Invalid."""
    found = next((each for each in obligations_of(work.db, outcome.id) if each.id == number(value)), None)
    if found is None:
        raise errors.Invalid(what="unknown_choice")
    return found
