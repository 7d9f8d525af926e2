"""What waits for the staff, and the card of a case with what can be done with it now."""

from typing import Any

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, handling, rights
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
    beside = [button(_("Actions"), Go(to="actions")), *analyses(work)]  # here: the menu of some holds eight already
    await show(
        event, state, text, keyboard(*choices(found), pages("queue", page, more), beside, to_menu()), party="staff"
    )


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


def by_code() -> Html:
    return Html(_("Write the code after the command: /case SLH-7K4M-2QXH-M"))


def choices(found: list[Complaint]) -> list[Row]:
    return pairs([button(str(each.code), desk("show", each)) for each in found])


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
    weigh = ("assess", _("Assess")) if complaint.assessed_at is None else ("change_severity", _("Change severity"))
    return keyboard(
        seat(work, complaint),
        offered("contain", None, _("What was done at once?"), DANGER) if complaint.contain_by else None,
        offered("take", None, _("Take the case"), SUCCESS) if take and movable else None,
        offered("assign", None, _("Give to a colleague")) if not owner and movable else None,
        offered("answer", None, _("Answer"), SUCCESS) if handling.answerable(work, complaint) else None,
        offered("carry_out", Move.CARRIED_OUT, _("The remedy is carried out"), SUCCESS),
        [*offered("ask", Move.ASKED, _("Ask the customer")), *(offered(weigh[0], None, weigh[1]) if is_open else [])],
        [*write, *offered("note", None, _("Internal note"))],
        cause(work, complaint),
        to_actions(work, complaint) if not is_open else None,
        [*offered("read", None, _("History and notes")), button(_("Deadlines"), desk("dates", complaint))],
        [
            *([button(_("More"), desk("more", complaint))] if any(further(work, complaint)) else []),
            *([] if complaint.contain_by else [button(_("My queue"), Go(to="queue"))]),  # eight are enough for a phone
        ],
    )


def cause(work: Work, complaint: Complaint) -> Row:
    """Of a closed case: to say why it came about while that is owed or unknown, else to what was found."""
    if Stage(complaint.stage) is not Stage.CLOSED:
        return []
    unknown = complaint.root_cause is None or causes.owed(work, complaint) is not None
    if unknown and rights.may(work.actor, "find_cause", complaint):
        return [button(_("Root cause"), desk("find_cause", complaint), SUCCESS)]
    known = complaint.root_cause is not None and rights.may(work.actor, "read_all", complaint)
    return [button(_("Analysis"), desk("analysis", complaint))] if known else []


def further(work: Work, complaint: Complaint) -> list[Row]:
    """What is done with few cases, behind the button "More"."""
    ways = [
        *(("correct", kind, str(items.NAMES[kind]), True) for kind in items.asked(work)),
        ("declare_deadlock", "deadlock", _("Declare deadlock"), Stage(complaint.stage) in IN_HAND),
        ("name_subject", "subject", _("Person concerned"), Stage(complaint.stage) is not Stage.CLOSED),
        ("name_company", "company", _("Company"), Stage(complaint.stage) is not Stage.CLOSED),
        ("link_incident", "incident", _("Several customers are affected"), complaint.incident_id is None),
        ("read_all", "incident", _("Incident"), complaint.incident_id is not None),
        ("read_all", "review", _("Review"), complaint.review_id is not None),
        ("log_cost", "costs", _("Cost"), True),
    ]
    able = [(do, text) for action, do, text, now in ways if now and rights.may(work.actor, action, complaint)]
    act = to_actions(work, complaint) if Stage(complaint.stage) is not Stage.CLOSED else []  # then it is on the card
    return [*([button(text, desk(do, complaint))] for do, text in able), act, *outside(work, complaint)]


def to_actions(work: Work, complaint: Complaint) -> Row:
    """To what is done so that it does not come again, or to making the first such action."""
    if action_lists.of_case(work, complaint):
        return [button(_("Actions"), desk("actions", complaint))]
    able = actions.may_make(work, complaint)
    return [button(_("Corrective action"), desk("new_action", complaint))] if able else []


def outside(work: Work, complaint: Complaint) -> list[Row]:
    """To the dispute that runs, and to the register of what could not be resolved inside."""
    runs, sees = complaint.dispute_id is not None, rights.may(work.actor, "see_disputes")
    owes = runs and not sees and rights.may(work.actor, "fulfil", complaint) and is_in(complaint, *CARRIED_OUT)
    kept = complaint.unresolved_at is not None and rights.may(work.actor, "see_register")
    return [
        [button(_("Dispute"), desk("dispute", complaint))] if runs and sees else [],
        [button(_("What is to be done"), matter("our_duties", complaint))] if owes else [],
        [button(_("Unresolved register"), desk("entry", complaint))] if kept else [],
    ]


def seat(work: Work, complaint: Complaint) -> Row:
    """To the file, for who sits on the review."""
    sits = rights.relation(work.actor, complaint) in (Relation.SEAT, Relation.CHAIR)
    return [button(_("Open the file"), desk("review", complaint), SUCCESS)] if sits else []


def statement(work: Work, complaint: Complaint) -> Row:
    """For who decided before, and has no access while others review it."""
    heard = rights.may(work.actor, "state", complaint)
    return [button(_("Give a statement"), desk("statement", complaint), SUCCESS)] if heard else []
