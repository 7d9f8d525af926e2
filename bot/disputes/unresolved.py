"""The register of what could not be resolved inside: the list, an entry, and what is learnt from it."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, rights
from backoffice.disputes import register
from backoffice.disputes.register import Row as Listed
from backoffice.disputes.register import Tried
from backoffice.stages import Stage
from backoffice.work import Work
from bot import cards, cause_cards, items, review_cards, subjects
from bot.dates import day
from bot.disputes import desk_card, register_figures
from bot.i18n import _, __
from bot.keyboards import SUCCESS, Desk, Go, Prefix, button, desk, keyboard, pairs, to_menu
from bot.money import named, shown
from bot.panel import Event, leave, show
from bot.staff.queue import current, pages
from bot.staff.saying import words_of
from bot.steps import Step, command
from bot.texts import Code, Html, bold, lines, paragraphs, quote, say
from storage.complaints import Complaint

router = Router(name="unresolved")
router.callback_query.filter(Prefix(Desk, Go))

LESSON = 600  # letters of what is learnt, on a card
DECISIONS = {register.ACTION: __("Action"), register.NO_ACTION: __("No action")}


class Learning(StatesGroup):
    words = State()
    cost = State()


# ------------------------------------------------------------------ the list


@router.message(command("unresolved"))
@router.callback_query(Go.filter(F.to == "unresolved"))
async def open_register(event: Event, state: FSMContext, work: Work, callback_data: Go | None = None) -> None:
    await leave(state)
    page = callback_data.page if callback_data else 0
    found, more = register.entries(work, page)
    title = _("What we could not resolve ourselves") if found else _("The register of unresolved cases is empty.")
    further = [
        button(_("Decision missing"), Go(to="lessons")),
        button(_("Totals of a year"), Go(to="unresolved_totals")),
    ]
    await show_rows(event, state, work, found, bold(title), "unresolved", page, more, further)


@router.callback_query(Go.filter(F.to == "lessons"))
async def open_owed(query: CallbackQuery, callback_data: Go, state: FSMContext, work: Work) -> None:
    """Closed, and nobody has said what is learnt."""
    await leave(state)
    found, more = register.owed(work, callback_data.page)
    title = _("Closed cases without a decision on what is learnt") if found else _("No decision is missing. ✅")
    further = [button(_("Unresolved register"), Go(to="unresolved"))]
    await show_rows(query, state, work, found, bold(title), "lessons", callback_data.page, more, further)


async def show_rows(
    event: Event,
    state: FSMContext,
    work: Work,
    found: list[Listed],
    title: Html,
    place: str,
    page: int,
    more: bool,
    further: list[InlineKeyboardButton],
) -> None:
    rows = pairs([button(str(each.complaint.code), desk("entry", each.complaint)) for each in found])
    text = paragraphs(title, *(line(work, each) for each in found))
    await show(event, state, text, keyboard(*rows, pages(place, page, more), further, to_menu()), party="staff")


def line(work: Work, row: Listed) -> Html:
    """Code, since when, by what; the last way, what came of it, whether a decision is missing."""
    last = row.tried[-1] if row.tried else None
    parts = [provider(work, last) if last else None, register_figures.outcome(work, row.outcome), learnt(row)]
    return lines(
        say(
            "{code} · {date}",
            code=Code(row.complaint.code or ""),
            date=row.complaint.unresolved_at or row.complaint.opened_at,
        ),
        Html(str(review_cards.TRIGGERS[row.trigger])),
        Html(" · ".join(part for part in parts if part)),
    )


def learnt(row: Listed) -> Html | None:
    if row.lesson is None:
        return None if row.outcome is None else Html(_("⚠️ decision missing"))
    return Html(str(DECISIONS[row.lesson.decision]))


def provider(work: Work, tried: Tried) -> Html:
    """Who it was; a mediator whom the customer named by their name."""
    return say("{name}", name=tried.name) if tried.name else register_figures.provider(work, tried.provider)


# ------------------------------------------------------------------ an entry


@router.callback_query(Desk.filter(F.do == "entry"))
async def open_entry(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await leave(state)
    await show_entry(query, state, work, complaints.find(work, callback_data.code))


async def show_entry(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: Html | None = None, *, anew: bool = False
) -> None:
    """All that the register says of one case, read from the case itself."""
    row = register.entry(work, complaint)
    cause = cause_cards.name(work, row.cause) if row.cause else Html(_("not found yet"))
    text = paragraphs(
        first,
        lines(
            bold(_("Unresolved register")),
            say("{code}", code=Code(complaint.code or "")),
            say(_("In it since {date}"), date=Html(day(complaint.unresolved_at, year=True)))
            if complaint.unresolved_at
            else None,
            Html(cards.turn(complaint)),
        ),
        lines(
            Html(str(review_cards.TRIGGERS[row.trigger])),
            say(_("About: {category}"), category=subjects.category(work, complaint)),
            *items.lines_of(work, complaint),
        ),
        say(_("Root cause: {cause}"), cause=cause),
        lines(Html(_("Ways outside:")), *(way(work, each) for each in row.tried)) if row.tried else None,
        say(_("What came of it: {outcome}"), outcome=register_figures.outcome(work, row.outcome)),
        say(_("What it cost us: {amount}"), amount=Html(shown(row.cost))) if row.cost else None,
        lesson(row),
    )
    buttons = keyboard(
        button(_("Decide what is learnt"), desk("lesson", complaint), None if row.lesson else SUCCESS)
        if may_learn(work, complaint)
        else None,
        button(_("Open the case"), desk("show", complaint)),
        [button(_("Unresolved register"), Go(to="unresolved")), to_menu()],
    )
    await show(event, state, text, buttons, complaint=complaint, party="staff", anew=anew)


def way(work: Work, tried: Tried) -> Html:
    ended = desk_card.ended(work, tried.ended) if tried.ended else Html(_("not ended yet"))
    return say("• {provider}: {why}", provider=provider(work, tried), why=ended)


def lesson(row: Listed) -> Html | None:
    if row.lesson is None:
        return learnt(row)
    decision = say(_("Decided: {decision}"), decision=Html(str(DECISIONS[row.lesson.decision])))
    return lines(decision, quote(row.lesson.words, LESSON))


def may_learn(work: Work, complaint: Complaint) -> bool:
    closed = Stage(complaint.stage) is Stage.CLOSED and complaint.unresolved_at is not None
    return closed and rights.may(work.actor, "learn", complaint)


# ------------------------------------------------------------------ what is learnt


@router.callback_query(Desk.filter(F.do == "lesson"))
async def choose_decision(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = learnable(work, callback_data.code)
    await leave(state)
    text = paragraphs(
        bold(_("What do we learn from this case?")),
        say("{code}", code=Code(complaint.code or "")),
        _("Is something changed, so that it does not happen again, or is there a reason why nothing is?"),
    )
    rows = [button(str(words), desk("learn", complaint, code)) for code, words in DECISIONS.items()]
    back = button(_("Back"), desk("entry", complaint))
    await show(query, state, text, keyboard(*rows, back), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "learn"))
async def ask_words(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = learnable(work, callback_data.code)
    if callback_data.value not in DECISIONS:
        raise errors.Invalid(what="unknown_choice")
    await state.set_state(Learning.words)
    await state.update_data(code=complaint.code, decision=callback_data.value)
    text = words_wanted(complaint, callback_data.value)
    await show(query, state, text, cancel(complaint), complaint=complaint, party="staff")


def words_wanted(complaint: Complaint, decision: str) -> Html:
    action = decision == register.ACTION
    return paragraphs(
        bold(_("What is done, by whom, by when?") if action else _("Why is nothing done?")),
        say("{code}", code=Code(complaint.code or "")),
        _("It is kept in the register. The customer does not read it."),
    )


@router.message(Step(Learning.words))
async def typed_words(message: Message, state: FSMContext, work: Work) -> None:
    complaint, data = await current(state, work), await state.get_data()
    asked = words_wanted(complaint, data["decision"])
    words = await words_of(message, state, complaint, asked, cancel(complaint))
    if words is None:
        return
    learnable(work, complaint.code or "")
    await state.set_state(Learning.cost)
    await state.update_data(lesson=words)
    text = cost_wanted(work, complaint)
    await show(message, state, text, without_cost(complaint), complaint=complaint, party="staff")


def cost_wanted(work: Work, complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("What did the way outside cost us?")),
        say("{code}", code=Code(complaint.code or "")),
        say(
            _("Write the fees that we paid in {currency}, for example 1500000."),
            currency=named(work.organisation.currency),
        ),
    )


def without_cost(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(button(_("It cost us nothing"), desk("no_cost", complaint)), cancel_row(complaint))


@router.message(Step(Learning.cost))
async def typed_cost(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await words_of(message, state, complaint, cost_wanted(work, complaint), without_cost(complaint))
    if words is not None:
        await learn(message, state, work, complaint, words)


@router.callback_query(Desk.filter(F.do == "no_cost"))
async def no_cost(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, data = learnable(work, callback_data.code), await state.get_data()
    if await state.get_state() != Learning.cost.state or data.get("code") != complaint.code:
        raise errors.Stale(complaint=complaint.id)
    await learn(query, state, work, complaint, None)


async def learn(event: Event, state: FSMContext, work: Work, complaint: Complaint, cost: str | None) -> None:
    data = await state.get_data()
    register.learn(work, complaint, data["decision"], data["lesson"], cost)
    await leave(state)
    done = bold(_("✅ The decision is in the register."))
    await show_entry(event, state, work, complaint, done, anew=True)


def learnable(work: Work, code: str) -> Complaint:
    """A closed case of the register, from which the actor may say what is learnt."""
    complaint = complaints.find(work, code)
    rights.require(work, "learn", complaint)
    if not may_learn(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    return complaint


def cancel(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(cancel_row(complaint))


def cancel_row(complaint: Complaint) -> InlineKeyboardButton:
    return button(_("Cancel"), desk("entry", complaint))
