"""The reviews of those who sit on them: the list, the file, what was said, stepping down, ruling on a challenge."""

import re

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import challenges, errors, hearing, panel, reading, rights, voting
from backoffice.panel import Task
from backoffice.phases import Phase
from backoffice.work import Work
from bot import cards, review_cards
from bot.commands import split
from bot.i18n import _
from bot.keyboards import SUCCESS, Desk, Go, Prefix, Row, button, desk, keyboard, pairs, to_menu
from bot.panel import Event, leave, show
from bot.staff import providers, review_figures
from bot.staff.handling import files, told, turned
from bot.staff.queue import pages
from bot.staff.saying import words_of
from bot.steps import Step, command
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.complaints import Complaint
from storage.reviews import Review, Seat

router = Router(name="reviewing")
router.callback_query.filter(Prefix(Desk, Go))

RULING = re.compile(r"([0-9]{1,9})\.(yes|no)")


class Reviewing(StatesGroup):
    recusal = State()


# ------------------------------------------------------------------ the list


@router.message(command("hearing"))
@router.callback_query(Go.filter(F.to == "hearing"))
async def mine(event: Event, state: FSMContext, work: Work, callback_data: Go | None = None) -> None:
    await leave(state)
    await show_mine(event, state, work, page=callback_data.page if callback_data else 0)


async def show_mine(
    event: Event, state: FSMContext, work: Work, first: Html | None = None, *, page: int = 0, anew: bool = False
) -> None:
    """The reviews that wait for the actor, `first` above them."""
    found, more = panel.mine(work, page)
    title = bold(_("Reviews that wait for you")) if found else Html(_("No review waits for you. ✅"))
    text = paragraphs(first, title, *(line(work, each) for each in found))
    rows = pairs([button(str(each.complaint.code), place(each)) for each in found])
    buttons = keyboard(*rows, pages("hearing", page, more), review_figures.way(work), providers.way(work), to_menu())
    await show(event, state, text, buttons, party="staff", anew=anew)


def line(work: Work, task: Task) -> Html:
    """Two lines: code and by when; what is wanted."""
    due = cards.due(work, panel.vote_by(task.complaint, task.review))
    wanted = _("A late request: is it to be heard?")
    if task.seat is not None:
        wanted = _("✅ You have voted.") if task.seat.voted_at else _("Your vote is missing.")
        if task.seat.name == panel.CHAIR and not task.seat.voted_at:
            wanted = _("You chair the committee, and vote only if its votes are tied.")
    code = Code(task.complaint.code or "")
    return lines(say("{code} · {due}", code=code, due=due) if due else say("{code}", code=code), Html(wanted))


def place(task: Task) -> Desk:
    return desk("review" if task.seat else "admission", task.complaint)


# ------------------------------------------------------------------ the file


@router.callback_query(Desk.filter(F.do == "review"))
async def open_file(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await leave(state)
    await show_file(query, state, work, panel.find(work, callback_data.code))


async def show_file(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: Html | None = None, *, anew: bool = False
) -> None:
    """What is before those who decide, and what the actor can do about it."""
    review = panel.opened(work, complaint)
    text = paragraphs(first, review_cards.file(work, complaint, review))
    buttons = file_buttons(work, complaint, review)
    await show(event, state, text, buttons, complaint=complaint, party="staff", anew=anew)


def file_buttons(work: Work, complaint: Complaint, review: Review) -> InlineKeyboardMarkup:
    sits = rights.may(work.actor, "vote", complaint)
    doubted = challenges.to_rule_on(work, complaint, review) if review.stage == Phase.IN_COMMITTEE else []
    late = review.stage == Phase.REQUESTED and rights.may(work.actor, "admit", complaint)
    return keyboard(
        button(_("Vote"), desk("vote", complaint), SUCCESS) if voting.may_vote(work, complaint) else None,
        button(_("Decide on the request"), desk("admission", complaint), SUCCESS) if late else None,
        *([button(_("Decide on a challenge"), desk("challenged", complaint, str(seat.id)))] for seat in doubted[:3]),
        [
            button(_("What was said"), desk("heard", complaint)),
            *([button(_("Who complains"), desk("who", complaint))] if reading.hides(work, complaint) else []),
        ],
        button(_("Ask the customer"), desk("panel_ask", complaint)) if sits else None,
        button(_("I must step down"), desk("recuse", complaint)) if sits else None,
        [] if sits else [button(_("Open the case"), desk("show", complaint))],
        ways(work),
    )


def ways(work: Work) -> Row:
    """Out of a case that is not, or no more, the reader's to open."""
    if not rights.may(work.actor, "see_reviews"):
        return [to_menu()]
    return [button(_("Reviews"), Go(to="hearing")), to_menu()]


@router.callback_query(Desk.filter(F.do == "heard"))
async def read(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """All that both sides said, and what was decided before; the latest page is seen first."""
    complaint = panel.find(work, callback_data.code)
    panel.opened(work, complaint)
    pieces = told(work, complaint, hearing.heard(work, complaint))
    text, turn = turned(pieces, _("What was said"), callback_data, complaint)
    back = [*files(work, complaint), button(_("Back"), desk("review", complaint))]
    await show(query, state, text, keyboard(turn, back), complaint=complaint, party="staff", reads=reading.HISTORY)


# ------------------------------------------------------------------ not free of conflict


@router.callback_query(Desk.filter(F.do == "recuse"))
async def ask_recusal(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await begin_recusal(query, state, work, panel.find(work, callback_data.code))


@router.message(command("recuse"))
async def by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/recuse CODE reason; without the reason it is asked for, without a code the reviews are shown."""
    code, words = split(command.args)
    if not code:
        await mine(message, state, work)
        return
    complaint = panel.find(work, code)
    if words:
        await step_down(message, state, work, complaint, words)
    else:
        await begin_recusal(message, state, work, complaint)


async def begin_recusal(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    panel.own_seat(work, complaint)
    await state.set_state(Reviewing.recusal)
    await state.update_data(code=complaint.code)
    await show(event, state, recusal(complaint), to_file(complaint), complaint=complaint, party="staff")


@router.message(Step(Reviewing.recusal))
async def typed_recusal(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await words_of(message, state, complaint, recusal(complaint), to_file(complaint))
    if words:
        await step_down(message, state, work, complaint, words)


async def step_down(message: Message, state: FSMContext, work: Work, complaint: Complaint, words: str) -> None:
    challenges.step_down(work, complaint, words)
    await leave(state)
    await show_mine(
        message,
        state,
        work,
        bold(say(_("✅ You have stepped down from the review of {code}."), code=code_of(complaint))),
    )


def recusal(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("Step down from this review")),
        say("{code}", code=code_of(complaint)),
        _("Nobody has to allow it. Somebody else takes the seat, and you have no access to the case any more."),
        _("Write the reason, for example: I know the customer. The customer does not read it."),
    )


# ------------------------------------------------------------------ challenged


@router.callback_query(Desk.filter(F.do == "challenged"))
async def challenged(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = panel.find(work, callback_data.code)
    seat = doubted(work, complaint, panel.opened(work, complaint), callback_data.value)
    text = review_cards.challenge(work, complaint, seat)
    back = button(_("Back"), desk("review", complaint))
    buttons = keyboard(*review_cards.rulings(complaint, seat), back)
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "rule"))
async def rule(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = panel.find(work, callback_data.code)
    panel.opened(work, complaint)
    ruling = RULING.fullmatch(callback_data.value)
    if ruling is None:
        raise errors.Invalid(what="unknown_choice")
    upheld = ruling[2] == "yes"
    challenges.rule(work, complaint, int(ruling[1]), upheld=upheld)
    words = (
        _("✅ They have left the review of {code}. The customer is told who takes the seat.")
        if upheld
        else _("✅ They stay on the review of {code}. The customer has been told.")
    )
    await after(query, state, work, complaint, bold(say(words, code=code_of(complaint))))


def doubted(work: Work, complaint: Complaint, review: Review, value: str) -> Seat:
    """The challenge that a button names, as long as it is the actor's to decide on."""
    found = (seat for seat in challenges.to_rule_on(work, complaint, review) if str(seat.id) == value)
    if (seat := next(found, None)) is None:
        raise errors.Stale(complaint=complaint.id)
    return seat


# ------------------------------------------------------------------ what all of it needs


async def after(event: Event, state: FSMContext, work: Work, complaint: Complaint, first: Html) -> None:
    """What was done, above the file; or above the list, for whom the file has been closed by it."""
    await leave(state)
    if rights.may(work.actor, "read", complaint) and complaint.review_id is not None:
        await show_file(event, state, work, complaint, first, anew=True)
    else:
        await show_mine(event, state, work, first, anew=True)


async def current(state: FSMContext, work: Work) -> Complaint:
    """The case of the question that stands; who may not read it any more is told why."""
    return panel.find(work, (await state.get_data()).get("code", ""))


def to_file(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(button(_("Cancel"), desk("review", complaint)))


def code_of(complaint: Complaint) -> Code:
    return Code(complaint.code or "")
