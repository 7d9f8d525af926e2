"""One's own complaints: the list, a case, adding to it, withdrawing it, following an anonymous one."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import codes, complaints, continuing, errors, merging, rights, scope, ways, withdrawing
from backoffice.lifecycle import possible
from backoffice.reopening import can_be_reopened
from backoffice.stages import Event as Move
from backoffice.stages import Stage
from backoffice.work import Work
from bot import cards, wanted_cards
from bot.customer.late import keep_as_new
from bot.customer.loose import loose, show_unreadable
from bot.disputes.choices import dispute_choices
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Go, Own, Prefix, Row, button, keyboard, own, pager, to_menu
from bot.material import Material, keep, material, unreadable
from bot.panel import Event, leave, show
from bot.steps import Step, command
from bot.texts import Html, bold, lines, paragraphs, say
from storage.complaints import Complaint

router = Router(name="mine")
router.callback_query.filter(Prefix(Go, Own))


class Following(StatesGroup):
    code = State()
    secret = State()
    adding = State()


@router.message(command("mine"))
@router.callback_query(Go.filter(F.to == "mine"))
async def mine(event: Event, state: FSMContext, work: Work, callback_data: Go | None = None) -> None:
    page = callback_data.page if callback_data else 0
    found, more = complaints.mine(work, page)
    if not found:
        await show(event, state, none_yet(), keyboard(button(_("Make a complaint"), Go(to="new"), SUCCESS), to_menu()))
        return
    text = paragraphs(bold(_("My complaints")), *(cards.own_line(work, each) for each in found))
    rows = [button(f"{each.code} · {cards.stage(each)}", own("show", each)) for each in found]
    pages = pager(page, more, lambda number: Go(to="mine", page=number), _("Newer"), _("Older"))
    await show(event, state, text, keyboard(*rows, pages, to_menu()))


@router.message(command("status"))
async def status(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/status CODE; without one, the only open case, or the list."""
    if command.args:
        await by_code(message, command.args, state, work)
        return
    found, more = complaints.mine(work)
    if len(found) == 1 and not more:
        await show_case(message, state, work, found[0])
    elif found:
        await mine(message, state, work)
    else:
        await state.set_state(Following.code)
        text = _("Please send the tracking code, for example SLH-7K4M-2QXH-M.")
        await show(message, state, Html(text), keyboard(to_menu()))


@router.message(Step(Following.code))
async def typed_code(message: Message, state: FSMContext, work: Work) -> None:
    brought = material(message)
    if brought.attempt or brought.empty:
        await by_code(message, brought.attempt or "", state, work)
    else:
        await loose(message, state, work)


@router.message(Step(Following.secret))
async def typed_secret(message: Message, state: FSMContext, work: Work) -> None:
    """A try is not repeated and kept nowhere; what can be none is kept, and counts as none."""
    brought = material(message)
    if brought.attempt is None:
        await (show_unreadable(message, state) if brought.empty else loose(message, state, work))
        return
    code = (await state.get_data()).get("code", "")
    complaint = complaints.claim(work, code, brought.attempt)
    await leave(state)
    await show_case(message, state, work, complaint)


@router.callback_query(Own.filter(F.do == "show"))
async def open_case(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    await leave(state)
    await show_case(query, state, work, complaints.find_own(work, callback_data.code))


@router.callback_query(Own.filter(F.do == "add"))
async def ask_addition(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    await state.set_state(Following.adding)
    await state.update_data(code=complaint.code)
    asked = cards.open_question(work, complaint)
    text = paragraphs(
        bold(_("Your answer to our question") if asked else _("Add to your complaint")),
        asked,
        _("Send text, photos, voice messages, videos or documents, one after another. Everything reaches the handler.")
        if Stage(complaint.stage) is not Stage.IN_REVIEW
        else _(
            "Send text, photos or files, one after another. Those who review it read it, and so does the other side."
        ),
        wanted_cards.listed(work, complaint),
        cards.footer(work, complaint),
    )
    choices = wanted_cards.choices(work, complaint)
    done = button(_("Done"), own("show", complaint), None if choices else SUCCESS)
    await show(query, state, text, keyboard(*choices, done), complaint=complaint)


@router.message(Step(Following.adding))
async def typed_addition(message: Message, state: FSMContext, work: Work) -> None:
    await add(message, state, work, await current(state, work), material(message))


@router.callback_query(Own.filter(F.do == "withdraw"))
async def ask_withdrawal(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    if not possible(complaint, Move.WITHDRAWN):
        raise errors.Stale(complaint=complaint.id)
    text = paragraphs(
        bold(_("Withdraw the complaint?")),
        say(
            _("We would stop working on it. You lose no right: you can reopen it until {date}, or complain again."),
            date=work.organisation.due("reopen", None, work.now),
        ),
        cards.footer(work, complaint),
    )
    buttons = keyboard(
        button(_("Yes, withdraw it"), own("withdrawing", complaint), DANGER),
        button(_("No, keep it"), own("show", complaint), SUCCESS),
    )
    await show(query, state, text, buttons, complaint=complaint)


@router.callback_query(Own.filter(F.do == "withdrawing"))
async def ask_again(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    """Twice: one tap too many must not end it (T80)."""
    complaint = complaints.find_own(work, callback_data.code)
    if callback_data.turn != complaint.turn or not possible(complaint, Move.WITHDRAWN):
        raise errors.Stale(complaint=complaint.id)
    text = paragraphs(
        bold(_("Are you sure?")),
        _("Nobody may press you to withdraw. If somebody did, please keep the complaint and tell us here."),
        cards.footer(work, complaint),
    )
    buttons = keyboard(
        button(_("Yes, I am sure"), own("withdrawn", complaint), DANGER),
        button(_("No, keep it"), own("show", complaint), SUCCESS),
    )
    await show(query, state, text, buttons, complaint=complaint)


@router.callback_query(Own.filter(F.do == "withdrawn"))
async def withdraw(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    withdrawing.withdraw(work, complaint, turn=callback_data.turn)
    text = paragraphs(
        bold(_("You have withdrawn your complaint.")),
        cards.footer(work, complaint),
    )
    await show(query, state, text, case_buttons(work, complaint), complaint=complaint)


async def by_code(message: Message, typed: str, state: FSMContext, work: Work) -> None:
    """One's own case is shown; for any other code a secret is asked, whether such a case exists or not."""
    code = codes.parse(typed)
    if code is None:
        await state.set_state(Following.code)
        text = _("This is not a tracking code. A code looks like SLH-7K4M-2QXH-M; please check it and send it again.")
        await show(message, state, Html(text), keyboard(to_menu()))
        return
    try:
        complaint = complaints.find_own(work, code)
    except errors.NotFound:
        await state.set_state(Following.secret)
        await state.update_data(code=code)
        text = _("This complaint was not made from this account. If it is yours, please send its secret.")
        await show(message, state, Html(text), keyboard(to_menu()))
        return
    await leave(state)
    await show_case(message, state, work, complaint)


async def current(state: FSMContext, work: Work) -> Complaint:
    """The case of the question that stands."""
    return complaints.find_own(work, (await state.get_data()).get("code", ""))


async def show_case(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    if Stage(complaint.stage) is Stage.DRAFT:
        raise errors.NotFound()
    await show(event, state, cards.own_case(work, complaint), case_buttons(work, complaint), complaint=complaint)


async def add(message: Message, state: FSMContext, work: Work, complaint: Complaint, brought: Material) -> None:
    """Keep what was sent and say so, once for a burst."""
    if brought.empty:
        buttons = keyboard(button(_("Done"), own("show", complaint)))
        text = paragraphs(unreadable(), cards.footer(work, complaint))
        await show(message, state, text, buttons, complaint=complaint)
        return
    if continuing.can_be_continued(work, complaint):
        await keep_as_new(message, state, work, complaint, brought)
        return
    keep(work, complaints.add, complaint, brought)
    complaint = merging.followed(work, complaint)
    kept = _("It is kept, and looked at when it is needed.") if complaint.written_only and brought.file else None
    await added(message, state, work, complaint, kept)


async def added(message: Message, state: FSMContext, work: Work, complaint: Complaint, kept: str | None = None) -> None:
    """What was sent is kept; what was asked for as a list, and is missing still, can be sent next."""
    left = wanted_cards.listed(work, complaint)
    text = paragraphs(bold(_("✅ Added to your complaint.")), kept, left, cards.footer(work, complaint))
    buttons = keyboard(*wanted_cards.choices(work, complaint), button(_("Show the complaint"), own("show", complaint)))
    await show(message, state, text, buttons, complaint=complaint, gather=f"added:{complaint.id}")


def case_buttons(work: Work, complaint: Complaint) -> InlineKeyboardMarkup:
    """What can be done with the case now, the way back last."""

    def offered(able: object, text: str, do: str, style: str | None = None) -> Row:
        return [button(text, own(do, complaint), style)] if able else []

    if not rights.may(work.actor, "withdraw", complaint):
        return follower_buttons(work, complaint)
    stage = Stage(complaint.stage)
    reopenable = can_be_reopened(work, complaint)
    if stage is Stage.IN_DISPUTE:
        return keyboard(*dispute_choices(work, complaint), button(_("My complaints"), Go(to="mine")))
    if complaint.merged_into_id is not None:
        return merged_buttons(work, complaint)
    return keyboard(
        offered(possible(complaint, Move.ACCEPTED), _("Read the answer"), "answer", SUCCESS),
        confirmation(complaint) if possible(complaint, Move.CONFIRMED) else None,
        offered(ways.review(work, complaint), _("Ask for a review"), "review"),
        offered(reopenable, _("Reopen"), "reopen"),
        offered(continuing.can_be_continued(work, complaint), _("The problem goes on, or is back"), "continue"),
        offered(scope.contestable(work, complaint), _("I do not agree"), "contest_scope"),
        offered(stage is not Stage.CLOSED, _("Add text, photos, files"), "add"),
        offered(stage is Stage.IN_REVIEW, _("I want to be heard"), "be_heard"),
        offered(complaint.panel, _("Who reviews it"), "object"),
        offered(stage is Stage.IN_REVIEW, _("Withdraw the request"), "review_withdraw"),
        offered(ways.outside(work, complaint), _("The ways outside"), "routes"),
        offered(possible(complaint, Move.WITHDRAWN), _("Withdraw"), "withdraw"),
        button(_("My complaints"), Go(to="mine")),
    )


def follower_buttons(work: Work, complaint: Complaint) -> InlineKeyboardMarkup:
    """For somebody of a company in which others decide: what they can read, and add."""
    answered = possible(complaint, Move.ACCEPTED)
    adds = rights.may(work.actor, "add", complaint) and Stage(complaint.stage) is not Stage.CLOSED
    return keyboard(
        button(_("Read the answer"), own("answer", complaint)) if answered else None,
        button(_("Add text, photos, files"), own("add", complaint)) if adds else None,
        button(_("My complaints"), Go(to="mine")),
    )


def merged_buttons(work: Work, complaint: Complaint) -> InlineKeyboardMarkup:
    """It goes on as another one, unless its complainant says that it is none of it."""
    return keyboard(
        button(_("Show the complaint that goes on"), own("show", merging.followed(work, complaint)), SUCCESS),
        button(_("This is another matter"), own("another_matter", complaint)),
        button(_("My complaints"), Go(to="mine")),
    )


def confirmation(complaint: Complaint) -> Row:
    return [
        button(_("Yes, it is done"), own("confirm", complaint), SUCCESS),
        button(_("No, not done"), own("deny", complaint), DANGER),
    ]


def none_yet() -> Html:
    return lines(
        bold(_("My complaints")),
        _("You have no complaint with us."),
        _("If you made one anonymously from another chat, send /status and its code."),
    )
