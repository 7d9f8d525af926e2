"""What waits for the staff, and the card of a case with what can be done with it now."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import (
    approvals,
    claims,
    complaints,
    conduct,
    escalation,
    handling,
    holding,
    inquiries,
    merging,
    offers,
    procedures,
    reading,
    remedies,
    reopening,
    rights,
    tasks,
)
from backoffice import by_hand as hand
from backoffice.disputes.phases import Phase, is_in
from backoffice.learning import action_lists, actions, causes, waiting
from backoffice.lifecycle import IN_HAND, possible
from backoffice.rights import Relation
from backoffice.stages import Event as Move
from backoffice.stages import Stage
from backoffice.work import Work
from bot import cards, items
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Desk, Go, Prefix, Row, button, desk, keyboard, matter, pager, pairs, to_menu
from bot.panel import Event, leave, show
from bot.steps import command
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.complaints import Complaint

router = Router(name="queue")
router.callback_query.filter(Prefix(Desk, Go))

CARRIED_OUT = (Phase.IMPLEMENTING, Phase.CONFIRMING)


@router.message(command("queue"))
@router.callback_query(Go.filter(F.to == "queue"))
async def queue(event: Event, state: FSMContext, work: Work, callback_data: Go | None = None) -> None:
    await leave(state)
    page = callback_data.page if callback_data else 0
    found, more = handling.queue(work, page)
    empty = Html(_("Nothing waits for you. ✅"))
    text = paragraphs(bold(_("Your queue")), *(line(work, each) for each in found)) if found else empty
    beside = [  # here: the menu of some holds eight already
        button(_("Actions"), Go(to="actions")),
        *to_approve(work),
        *analyses(work),
        *asked(work),
        *to_carry_out(work),
    ]
    last = [button(_("Record a complaint"), Go(to="record")), to_menu()]
    buttons = keyboard(*choices(found), pages("queue", page, more), beside, last)
    await show(event, state, text, buttons, party="staff")


@router.message(command("case"))
async def case(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/case CODE, in any digits and spacing; without one, the actor's own cases."""
    if command.args:
        await show_case(message, state, work, complaints.find(work, command.args))
    elif rights.may(work.actor, "see_queue"):
        await held(message, state, work)
    else:
        await show(message, state, by_code(), party="staff")


@router.callback_query(Go.filter(F.to == "held"))
async def held(event: Event, state: FSMContext, work: Work, callback_data: Go | None = None) -> None:
    await leave(state)
    page = callback_data.page if callback_data else 0
    found, more = handling.held(work, page)
    first = bold(_("Your open cases")) if found else Html(_("You hold no open case."))
    text = paragraphs(first, *(line(work, each) for each in found), by_code())
    ways = [button(_("My queue"), Go(to="queue")), to_menu()]
    await show(event, state, text, keyboard(*choices(found), pages("held", page, more), ways), party="staff")


@router.callback_query(Desk.filter(F.do == "show"))
async def open_case(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await leave(state)
    await show_case(query, state, work, complaints.find(work, callback_data.code))


async def current(state: FSMContext, work: Work) -> Complaint:
    """The case of the question that stands."""
    return complaints.find(work, (await state.get_data()).get("code", ""))


async def show_case(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: Html | None = None, **how: Any
) -> None:
    """The card, `first` above it; `how` is the panel's."""
    rights.require(work, "read", complaint)
    text = paragraphs(first, cards.staff_case(work, complaint))
    await show(event, state, text, case_buttons(work, complaint), complaint=complaint, party="staff", **how)


def line(work: Work, complaint: Complaint) -> Html:
    """Two lines: code and due; how grave, and whose turn."""
    whose = _("⚠️ nobody has it yet") if complaint.owner_id is None else cards.turn(complaint)
    return lines(
        say("{code} · {due}", code=Code(complaint.code or ""), due=Html(cards.due_line(work, complaint) or "")),
        say("{title} · {turn}", title=cards.severity(work, complaint), turn=Html(whose)),
    )


def analyses(work: Work) -> Row:
    """To the closed cases of which nobody has said yet why they came about, if there are any."""
    return [button(_("Analyses that wait"), Go(to="analyses"))] if waiting.are_there(work) else []


def asked(work: Work) -> Row:
    """To what colleagues ask the actor, if they do."""
    waits = rights.may(work.actor, "give_opinion") and inquiries.mine(work)
    return [button(_("Questions of colleagues"), Go(to="inquiries"))] if waits else []


def business(work: Work) -> Row:
    """To the business customers, for who looks after them."""
    return [button(_("Business customers"), Go(to="accounts"))] if rights.may(work.actor, "see_accounts") else []


def to_carry_out(work: Work) -> Row:
    """To what the actor was given to carry out, if anything was."""
    waits = rights.may(work.actor, "see_tasks") and remedies.mine(work)
    return [button(_("To be carried out"), Go(to="tasks"))] if waits else []


def to_approve(work: Work) -> Row:
    """To what waits for the actor's approval, if anything does."""
    waits = rights.may(work.actor, "see_approvals") and approvals.mine(work)
    return [button(_("Answers to approve"), Go(to="approvals"))] if waits else []


def by_code() -> Html:
    return Html(_("Write the code after the command: /case SLH-7K4M-2QXH-M"))


def choices(found: list[Complaint], do: str = "show") -> list[Row]:
    return pairs([button(str(each.code), desk(do, each)) for each in found])


def pages(to: str, page: int, more: bool) -> Row:
    return pager(page, more, lambda number: Go(to=to, page=number), _("Previous"), _("More"))


def case_buttons(work: Work, complaint: Complaint) -> InlineKeyboardMarkup:
    """What the actor may do with the case at this moment, and nothing else."""
    if not rights.may(work.actor, "read", complaint):
        return keyboard(statement(work, complaint), to_menu())

    def offered(action: str, move: Move | None, text: str, style: str | None = None) -> Row:
        able = rights.may(work.actor, action, complaint) and (move is None or possible(complaint, move))
        return [button(text, desk(action, complaint), style)] if able else []

    owner = complaint.owner_id == work.actor.id
    is_open = Stage(complaint.stage) is not Stage.CLOSED
    movable = is_open and Stage(complaint.stage) is not Stage.IN_REVIEW  # meanwhile it is in other people's hands
    take = not owner or possible(complaint, Move.ASSESSED) or possible(complaint, Move.STARTED)
    write = offered("write", None, _("Write to the customer")) if is_open else []
    if not write and handling.can_reach_out(work, complaint):
        write = offered("reach_out", None, _("Write to the customer"))
    call = by_hand(work, complaint)
    weigh = ("assess", _("Assess")) if complaint.assessed_at is None else ("change_severity", _("Change severity"))
    home = button(_("My queue"), Go(to="queue")) if rights.may(work.actor, "see_queue") else to_menu()
    return keyboard(
        seat(work, complaint),
        call,
        offered("contain", None, _("What was done at once?"), DANGER) if complaint.contain_by else None,
        offered("take", None, _("Take the case"), SUCCESS) if take and movable else None,
        offered("assign", None, _("Give to a colleague")) if not owner and movable else None,
        offered("answer", None, _("Answer"), SUCCESS) if handling.answerable(work, complaint) else None,
        proposed(work, complaint),
        offered("carry_out", Move.CARRIED_OUT, _("The remedy is carried out"), SUCCESS),
        [*offered("ask", Move.ASKED, _("Ask the customer")), *(offered(weigh[0], None, weigh[1]) if is_open else [])],
        [*write, *offered("note", None, _("Internal note"))],
        cause(work, complaint),
        to_actions(work, complaint) if not is_open else None,
        [*offered("read", None, _("History and notes")), *([] if call else [dates(complaint)])],
        [
            *([button(_("More"), desk("more", complaint))] if any(further(work, complaint)) else []),
            # eight are enough for a phone
            *([] if complaint.contain_by or call else [home]),
        ],
    )


def proposed(work: Work, complaint: Complaint) -> Row:
    """To the answer that waits for approval."""
    if approvals.waiting(work, complaint) is None or not rights.may(work.actor, "read_all", complaint):
        return []
    able = approvals.can_approve(work, complaint)
    return [button(_("The answer to approve"), desk("approval", complaint), SUCCESS if able else None)]


def cause(work: Work, complaint: Complaint) -> Row:
    """Of a closed case: to say why it came about while that is owed or unknown, else to what was found. One that was
    set aside taught nothing."""
    if Stage(complaint.stage) is not Stage.CLOSED or complaint.closed_reason in reopening.OTHERWISE:
        return []
    unknown = complaint.root_cause is None or causes.owed(work, complaint) is not None
    if unknown and rights.may(work.actor, "find_cause", complaint):
        return [button(_("Root cause"), desk("find_cause", complaint), SUCCESS)]
    known = complaint.root_cause is not None and rights.may(work.actor, "read_all", complaint)
    return [button(_("Analysis"), desk("analysis", complaint))] if known else []


def further(work: Work, complaint: Complaint) -> Iterator[Row]:
    """What is done with few cases, behind the button "More". It is looked up as far as it is read: the card only asks
    whether there is anything."""
    is_open = Stage(complaint.stage) is not Stage.CLOSED
    yield duties(work, complaint)
    for action, do, text, now in _ways(work, complaint):
        if rights.may(work.actor, action, complaint) and now():
            yield [button(text, desk(do, complaint))]
    yield to_actions(work, complaint) if is_open else []  # of a closed one it is on the card
    yield from outside(work, complaint)
    yield by_hand(work, complaint, waiting=False)
    yield [dates(complaint)] if by_hand(work, complaint) else []  # from the card, where that stands now


def _ways(work: Work, complaint: Complaint) -> list[tuple[str, str, str, Callable[[], object]]]:
    """The right that it takes, what the button does, its words, and whether it leads on now."""
    is_open = Stage(complaint.stage) is not Stage.CLOSED
    in_our_hands = is_open and Stage(complaint.stage) is not Stage.IN_REVIEW
    held, can_hold = complaint.held_at is not None, partial(holding.can_hold, work, complaint)
    return [
        ("unmask", "who", _("Name and contact"), partial(reading.hides, work, complaint)),
        ("ask", "informed", _("We have what we need"), lambda: possible(complaint, Move.INFORMED)),
        ("inquire", "opinions", _("Opinions of colleagues"), lambda: in_our_hands),
        ("read_all", "hear", _("Their statement"), lambda: complaint.subject_id is not None),
        ("read_all", "steps", _("Checklist"), partial(procedures.checklist, work, complaint)),
        ("read", "tasks", _("What is to be carried out"), partial(tasks.running, work, complaint)),
        *(("correct", kind, str(items.NAMES[kind]), lambda: True) for kind in items.asked(work)),
        ("escalate", "escalate", _("Hand up"), partial(escalation.may_go_up, work, complaint)),
        ("merge", "merge", _("Merge"), partial(merging.masters, work, complaint)),
        ("unmerge", "unmerge", _("Undo the merge"), lambda: complaint.merged_into_id is not None),
        ("propose_exclusion", "scope", _("Out of scope"), lambda: possible(complaint, Move.EXCLUDED)),
        ("reopen_for", "reopen_for", _("Reopen the case"), partial(reopening.may_reopen_for, work, complaint)),
        ("record_withdrawal", "record_withdrawal", _("Customer withdrew"), lambda: possible(complaint, Move.WITHDRAWN)),
        ("declare_deadlock", "deadlock", _("Declare deadlock"), lambda: Stage(complaint.stage) in IN_HAND),
        ("answer", "revise", _("Revise the answer"), partial(offers.can_revise, work, complaint)),
        ("mark_risk", "risk", _("Legal or publicity risk"), lambda: is_open),
        ("name_subject", "subject", _("Person concerned"), lambda: is_open),
        ("name_company", "company", _("Company"), lambda: is_open),
        ("link_account", "account", _("Account"), lambda: is_open and not complaint.anonymous),
        ("link_incident", "incident", _("Several customers are affected"), lambda: complaint.incident_id is None),
        ("read_all", "incident", _("Incident"), lambda: complaint.incident_id is not None),
        ("read_all", "review", _("Review"), lambda: complaint.review_id is not None),
        ("log_cost", "costs", _("Cost"), lambda: True),
        (
            "ask", "authority", _("Ask for the authorisation"),
            lambda: complaint.acting_for and possible(complaint, Move.ASKED),
        ),
        ("mark_abusive", "abuse", _("Abusive words"), lambda: is_open and conduct.markable(work, complaint)),
        ("mark_abusive", "calm", _("Forward files again"), lambda: complaint.written_only),
        ("read_all", "files", _("Show the files kept"), lambda: complaint.written_only),
        ("hold", "hold", _("Keep for legal reasons"), lambda: not held and can_hold()),
        ("hold", "lift_hold", _("Keep it no longer"), lambda: held and can_hold()),
    ]  # fmt: skip


def dates(complaint: Complaint) -> InlineKeyboardButton:
    return button(_("Deadlines"), desk("dates", complaint))


def to_actions(work: Work, complaint: Complaint) -> Row:
    """To what is done so that it does not come again, or to making the first such action."""
    if action_lists.of_case(work, complaint):
        return [button(_("Actions"), desk("actions", complaint))]
    able = actions.may_make(work, complaint)
    return [button(_("Corrective action"), desk("new_action", complaint))] if able else []


def duties(work: Work, complaint: Complaint) -> Row:
    """To what was agreed on or decided outside, for an owner who is to carry it out and sees no disputes."""
    owes = not rights.may(work.actor, "see_disputes") and rights.may(work.actor, "fulfil", complaint)
    runs = complaint.dispute_id is not None and is_in(complaint, *CARRIED_OUT)
    return [button(_("What is to be done"), matter("our_duties", complaint))] if owes and runs else []


def outside(work: Work, complaint: Complaint) -> list[Row]:
    """To the dispute that runs, and to the register of what could not be resolved inside."""
    runs, sees = complaint.dispute_id is not None, rights.may(work.actor, "see_disputes")
    kept = complaint.unresolved_at is not None and rights.may(work.actor, "see_register")
    return [
        [button(_("Dispute"), desk("dispute", complaint))] if runs and sees else [],
        [button(_("Unresolved register"), desk("entry", complaint))] if kept else [],
    ]


def by_hand(work: Work, complaint: Complaint, *, waiting: bool = True) -> Row:
    """To what a complainant without a chat must be told: on the card while something waits, else behind "More"."""
    if complaint.recorded_by is None or not rights.may(work.actor, "pass_on", complaint):
        return []
    count = len(hand.waiting(work, complaint))
    if bool(count) != waiting or not claims.can_be_claimed(work, complaint):
        return []
    text = say(_("📞 To pass on: {count}"), count=count) if count else _("📞 By phone or letter")
    return [button(text, desk("by_hand", complaint), SUCCESS if count else None)]


def seat(work: Work, complaint: Complaint) -> Row:
    """To the file, for who sits on the review."""
    sits = rights.relation(work.actor, complaint) in (Relation.SEAT, Relation.CHAIR)
    return [button(_("Open the file"), desk("review", complaint), SUCCESS)] if sits else []


def statement(work: Work, complaint: Complaint) -> Row:
    """For who decided before, and has no access while others review it."""
    heard = rights.may(work.actor, "state", complaint)
    return [button(_("Give a statement"), desk("statement", complaint), SUCCESS)] if heard else []
