"""What has to be carried out after a dispute: who does what until when, and the evidence that it is done."""

from functools import partial

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import complaints, errors, rights
from backoffice.disputes import course, obligations, outcomes, verdicts
from backoffice.disputes.phases import Phase
from backoffice.disputes.terms import NONE
from backoffice.rights import ORGANISATION
from backoffice.work import Work
from bot import cards, evidence
from bot.dates import clock
from bot.disputes import clauses, desk_card
from bot.disputes.results import number
from bot.i18n import _
from bot.keyboards import SUCCESS, Matter, Prefix, Row, button, keyboard, matter
from bot.material import keep, material, unreadable
from bot.panel import Event, leave, show
from bot.staff.queue import current
from bot.steps import Step
from bot.texts import Code, Html, bold, lines, paragraphs, quote, say
from storage.complaints import Complaint, Entry
from storage.disputes import Obligation, obligations_of

router = Router(name="dispute_duties")
router.callback_query.filter(Prefix(Matter))

A_PAGE = 6
EVIDENCE = 200  # letters of it in the list


class Duties(StatesGroup):
    evidence = State()


# ------------------------------------------------------------------ the list


@router.callback_query(Matter.filter(F.do == "our_duties"))
async def open_list(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    await leave(state)
    await show_list(query, state, work, complaint)


async def show_list(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: Html | None = None, *, anew: bool = False
) -> None:
    """All of it, done or not; a button for each of ours that is not."""
    rights.require(work, "read", complaint)
    found = obligations_of(work.db, outcomes.in_force(work, complaint).id)
    text = paragraphs(
        first,
        lines(bold(_("What is to be done")), say("{code}", code=Code(complaint.code or ""))),
        *(duty(work, each) for each in found),
        cards.window_line(work, complaint),
    )
    able = rights.may(work.actor, "represent", complaint) and verdicts.can_be_appealed(work, complaint)
    again = button(_("It is to be decided again"), matter("appeal", complaint)) if able else None
    buttons = keyboard(*to_do(work, complaint, found), again, desk_card.back(work, complaint))
    await show(event, state, text, buttons, complaint=complaint, party="staff", anew=anew)


def duty(work: Work, each: Obligation) -> Html:
    """One of them: what, by when, whether it is late, denied or done, and how that was shown."""
    late = each.done_at is None and obligations.due(work, each) <= work.now
    shown = work.db.get(Entry, each.evidence_id) if each.done_at and each.evidence_id else None
    return lines(
        clauses.term(work, each),
        Html(_("⚠️ Overdue")) if late else None,
        Html(_("The customer said that it was not done.")) if each.denials and not each.done_at else None,
        say(_("Done on {date}, {time}"), date=each.done_at, time=Html(clock(each.done_at))) if each.done_at else None,
        quote(shown.text, EVIDENCE) if shown and shown.text else None,
    )


def to_do(work: Work, complaint: Complaint, found: list[Obligation]) -> list[Row]:
    """Ours that are not done, the soonest first."""
    if not rights.may(work.actor, "fulfil", complaint) or complaint.dispute_phase != Phase.IMPLEMENTING:
        return []
    left = [(place, each) for place, each in enumerate(found, 1) if is_ours(each) and each.done_at is None]
    left.sort(key=lambda each: (each[1].due_on, each[0]))
    return [
        [button(say(_("Term {number} is done"), number=place), matter("our_duty", complaint, str(each.id)), SUCCESS)]
        for place, each in left[:A_PAGE]
    ]


def is_ours(each: Obligation) -> bool:
    return each.by == ORGANISATION and each.what != NONE


# ------------------------------------------------------------------ done, with evidence


@router.callback_query(Matter.filter(F.do == "our_duty"))
async def ask_evidence(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    each = owed(work, complaint, callback_data.value)
    await state.set_state(Duties.evidence)
    await state.update_data(code=complaint.code, obligation=each.id)
    text = evidence.prompt(complaint, clauses.term(work, each))
    back = button(_("Cancel"), matter("our_duties", complaint))
    await show(query, state, text, keyboard(back), complaint=complaint, party="staff")


def owed(work: Work, complaint: Complaint, value: str) -> Obligation:
    """One of ours that is not done yet."""
    rights.require(work, "fulfil", complaint)
    course.running(work, complaint, Phase.IMPLEMENTING)
    found = obligations_of(work.db, outcomes.in_force(work, complaint).id)
    each = next((one for one in found if one.id == number(value) and is_ours(one)), None)
    if each is None:
        raise errors.Stale(complaint=complaint.id)
    if each.done_at is not None:
        raise errors.DisputeRefused(why="twice", complaint=complaint.id)
    return each


@router.message(Step(Duties.evidence))
async def bring(message: Message, state: FSMContext, work: Work) -> None:
    complaint, brought = await current(state, work), material(message)
    each = owed(work, complaint, str((await state.get_data())["obligation"]))
    if brought.empty:
        back = button(_("Cancel"), matter("our_duties", complaint))
        text = paragraphs(unreadable(), evidence.prompt(complaint, clauses.term(work, each)))
        await show(message, state, text, keyboard(back), complaint=complaint, party="staff")
        return
    entry = keep(work, partial(_fulfil, each.id), complaint, brought)
    await evidence.kept(state, brought, entry)
    await after(message, state, work, complaint)


def _fulfil(obligation_id: int, work: Work, complaint: Complaint, text: str | None, **source: int | None) -> Entry:
    return obligations.fulfil(work, complaint, obligation_id, text, **source)


async def after(message: Message, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """What was done, above what is left, or above the card when nothing is."""
    if complaint.dispute_phase == Phase.IMPLEMENTING:
        await show_list(message, state, work, complaint, bold(_("✅ Done, and the customer has the evidence.")))
        return
    done = bold(_("✅ All of ours is done. The customer is asked to confirm it."))
    text = paragraphs(done, say("{code}", code=Code(complaint.code or "")), cards.window_line(work, complaint))
    buttons = keyboard(desk_card.back(work, complaint))
    await show(message, state, text, buttons, complaint=complaint, party="staff")
