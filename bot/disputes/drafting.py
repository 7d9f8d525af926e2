"""One term of a draft, step by step: who, what, how much, by when. Nothing is kept before the last step."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import errors
from backoffice.disputes import choosing, outcomes, settlement
from backoffice.disputes.terms import NONE, OTHER, Party, Term
from backoffice.money import Amount, minor_digits, parse_amount, parse_percent
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.work import Work
from bot import dates, refusals
from bot.disputes import cards, sides
from bot.disputes.terms import drafts, number, show_terms
from bot.i18n import _, n_
from bot.keyboards import SUCCESS, Matter, Prefix, Row, button, keyboard, matter, pager, pairs
from bot.material import material, words_within
from bot.money import named, shown
from bot.panel import Event, leave
from bot.steps import Step
from bot.texts import Html, bold, language, plain, say
from storage.complaints import Complaint

router = Router(name="drafting")
router.callback_query.filter(Prefix(Matter))

WORDS = 600  # letters: all terms together are read in one message
A_PAGE = 6  # remedies: what is none of them is a choice as well
DAYS = (7, 14, 30)
TERM = "term"


class Drafting(StatesGroup):
    words = State()
    amount = State()
    due = State()


# ------------------------------------------------------------------ who, what


@router.callback_query(Matter.filter(F.do == "term_new"))
async def begin(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = drafted(work, callback_data.code)
    await leave(state)
    await state.update_data({"code": complaint.code, TERM: {}})
    rows = [
        button(_("The customer"), matter("term_by", complaint, CUSTOMER)),
        button(_("The organisation"), matter("term_by", complaint, ORGANISATION)),
    ]
    text = sides.framed(work, complaint, bold(_("Who does it?")), short=True)
    await sides.tell(query, state, work, complaint, text, keyboard(rows, back(complaint)))


@router.callback_query(Matter.filter(F.do == "term_by"))
async def choose_who(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = await under_way(callback_data, state, work)
    if callback_data.value not in (CUSTOMER, ORGANISATION):
        raise errors.Invalid(what="unknown_choice")
    await state.update_data({TERM: {"by": callback_data.value}})
    await ask_what(query, state, work, complaint, 0)


@router.callback_query(Matter.filter(F.do == "term_page"))
async def other_page(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = await under_way(callback_data, state, work, "by")
    await ask_what(query, state, work, complaint, number(callback_data.value))


async def ask_what(event: Event, state: FSMContext, work: Work, complaint: Complaint, page: int) -> None:
    await state.set_state(None)
    found = work.organisation.remedies
    here = found[page * A_PAGE : (page + 1) * A_PAGE]
    if not here:
        raise errors.Invalid(what="unknown_choice")
    rows = pairs([button(each.words[language()], matter("term_what", complaint, each.code)) for each in here])
    more = (page + 1) * A_PAGE < len(found)
    ways: Row = pager(page, more, lambda to: matter("term_page", complaint, str(to)), _("Previous"), _("More"))
    other = button(_("Something else"), matter("term_what", complaint, OTHER))
    text = sides.framed(work, complaint, bold(_("What is done?")), await so_far(state, work), short=True)
    await sides.tell(event, state, work, complaint, text, keyboard(*rows, ways, other, back(complaint)))


@router.callback_query(Matter.filter(F.do == "term_what"))
async def choose_what(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = await under_way(callback_data, state, work, "by")
    what = callback_data.value
    if what != OTHER and work.organisation.find_remedy(what) is None:
        raise errors.Invalid(what="unknown_choice")
    await put(state, what=what, words=None, amount=None, currency=None)
    if what == NONE:
        await finish(query, state, work, complaint, None)
        return
    await state.set_state(Drafting.words)
    await ask_words(query, state, work, complaint)


# ------------------------------------------------------------------ in words


async def ask_words(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: str | None = None
) -> None:
    other = (await term(state))["what"] == OTHER
    question = _("Write what is done.") if other else _("Is there something to add: which item, where, how?")
    text = sides.framed(
        work,
        complaint,
        bold(question),
        first,
        await so_far(state, work),
        _("Write it so that nobody can doubt later whether it was done."),
        short=True,
    )
    skip = None if other else button(_("Skip"), matter("term_plain", complaint), SUCCESS)
    await sides.tell(event, state, work, complaint, text, keyboard(skip, back(complaint)))


@router.callback_query(Matter.filter(F.do == "term_plain"))
async def skip_words(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = await under_way(callback_data, state, work, "by", "what")
    if (await term(state))["what"] == OTHER:
        raise errors.Invalid(what="unknown_choice")
    await after_words(query, state, work, complaint)


@router.message(Step(Drafting.words))
async def type_words(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await at_step(state, work, "by", "what")
    words = words_within(message, WORDS)
    if words is None:
        await ask_words(message, state, work, complaint, _("Please write it as text."))
        return
    await put(state, words=words)
    await after_words(message, state, work, complaint)


async def after_words(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """Money is asked for where it is needed, or can be meant."""
    if needs_money(work, (await term(state))["what"]) is None:
        await ask_due(event, state, work, complaint)
    else:
        await ask_amount(event, state, work, complaint)


def needs_money(work: Work, what: str) -> bool | None:
    """Whether it is nothing without an amount; None where an amount would make no sense."""
    if what in settlement.pays(work):
        return True
    return False if what == OTHER else None


# ------------------------------------------------------------------ how much


async def ask_amount(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: str | None = None
) -> None:
    await state.set_state(Drafting.amount)
    needed = needs_money(work, (await term(state))["what"])
    about = in_dispute(work, complaint)
    text = sides.framed(
        work,
        complaint,
        bold(_("How much is it?") if needed else _("Is it about an amount? Then write how much.")),
        first,
        await so_far(state, work),
        say(_("Write it in {currency}, in any digits."), currency=named(work.organisation.currency)),
        say(_("A share is possible too, such as {percent}, of what is in dispute: {amount}."),
            percent=Html(dates.digits("30 %")), amount=Html(shown(about)))
        if about
        else None,
        short=True,
    )  # fmt: skip
    skip = None if needed else button(_("No amount"), matter("term_free", complaint), SUCCESS)
    await sides.tell(event, state, work, complaint, text, keyboard(skip, back(complaint)))


@router.callback_query(Matter.filter(F.do == "term_free"))
async def skip_amount(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = await under_way(callback_data, state, work, "by", "what")
    if needs_money(work, (await term(state))["what"]):
        raise errors.Invalid(what="unknown_choice")
    await ask_due(query, state, work, complaint)


@router.message(Step(Drafting.amount))
async def type_amount(message: Message, state: FSMContext, work: Work) -> None:
    """Another currency than the organisation's is asked about: it may be a slip, or meant."""
    complaint = await at_step(state, work, "by", "what")
    words = material(message).written
    if words is None:
        await ask_amount(message, state, work, complaint, _("Please write it as text."))
        return
    try:
        amount = read_amount(work, complaint, words)
    except errors.Invalid as refusal:
        await ask_amount(message, state, work, complaint, refusals.words(refusal))
        return
    await put(state, amount=amount.text, currency=amount.currency)
    if amount.currency != work.organisation.currency:
        await ask_currency(message, state, work, complaint, amount)
        return
    await ask_due(message, state, work, complaint)


async def ask_currency(event: Event, state: FSMContext, work: Work, complaint: Complaint, amount: Amount) -> None:
    text = sides.framed(
        work,
        complaint,
        bold(say(_("Do you mean {amount}?"), amount=Html(shown(amount)))),
        say(_("The organisation pays in {currency}."), currency=named(work.organisation.currency)),
        _("If not, write the amount again."),
        short=True,
    )
    yes = button(_("Yes, that is meant"), matter("term_meant", complaint), SUCCESS)
    await sides.tell(event, state, work, complaint, text, keyboard(yes, back(complaint)))


@router.callback_query(Matter.filter(F.do == "term_meant"))
async def mean_currency(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = await under_way(callback_data, state, work, "by", "what", "amount")
    await ask_due(query, state, work, complaint)


def read_amount(work: Work, complaint: Complaint, words: str) -> Amount:
    """An amount, or a share of what is in dispute, rounded to what can be paid. Raises errors.Invalid."""
    try:
        return parse_amount(words, work.organisation.currency)
    except errors.Invalid as refusal:
        about = in_dispute(work, complaint)
        if refusal.facts.get("what") != "no_amount" or about is None:
            raise
        try:
            percent = parse_percent(words)
        except errors.Invalid:
            raise refusal from None
    digits = minor_digits(about.currency)
    part = (about.value * percent / 100).quantize(Decimal(1).scaleb(-digits))
    if part <= 0:
        raise errors.Invalid(what="not_positive")
    return Amount(part, about.currency)


def in_dispute(work: Work, complaint: Complaint) -> Amount | None:
    dispute = cards.dispute(work, complaint)
    return choosing.amount_of(work, dispute) if dispute else None


# ------------------------------------------------------------------ by when


async def ask_due(event: Event, state: FSMContext, work: Work, complaint: Complaint, first: str | None = None) -> None:
    await state.set_state(Drafting.due)
    today = outcomes.today(work)
    rows = [
        button(say(n_("In {count} day", "In {count} days", days), count=days), matter("term_due", complaint, str(days)))
        for days in DAYS
    ]
    text = sides.framed(
        work,
        complaint,
        bold(_("By when is it done?")),
        first,
        await so_far(state, work),
        say(_("Tap one, or write a date, for example: {example}"),
            example=Html(dates.short(today + timedelta(days=10)))),
        short=True,
    )  # fmt: skip
    await sides.tell(event, state, work, complaint, text, keyboard(rows, back(complaint)))


@router.callback_query(Matter.filter(F.do == "term_due"))
async def choose_due(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = await under_way(callback_data, state, work, "by", "what")
    if callback_data.value not in map(str, DAYS):
        raise errors.Invalid(what="unknown_choice")
    due = outcomes.today(work) + timedelta(days=int(callback_data.value))
    await finish(query, state, work, complaint, due)


@router.message(Step(Drafting.due))
async def type_due(message: Message, state: FSMContext, work: Work) -> None:
    """A day that cannot be is said to be so, and the question stays with its quick answers."""
    complaint = await at_step(state, work, "by", "what")
    words = material(message).written
    if words is None:
        await ask_due(message, state, work, complaint, _("Please write it as text."))
        return
    try:
        due = read_due(work, words)
    except errors.Invalid as refusal:
        await ask_due(message, state, work, complaint, refusals.words(refusal))
        return
    await finish(message, state, work, complaint, due)


def read_due(work: Work, words: str) -> date:
    """Raises errors.Invalid: no_date, past_day."""
    today = outcomes.today(work)
    if (due := dates.parse_day(words, today, ahead=True)) is None:
        raise errors.Invalid(what="no_date", text=words[:60])
    if due < today:
        raise errors.Invalid(what="past_day")
    return due


async def finish(event: Event, state: FSMContext, work: Work, complaint: Complaint, due: date | None) -> None:
    """The term stands in the draft, and what it contradicts is said under it."""
    built = await term(state)
    amount = Amount(Decimal(built["amount"]), built["currency"]) if built.get("amount") else None
    if amount is None and needs_money(work, built["what"]):
        raise errors.Stale(complaint=complaint.id)  # a button of a step that was left out
    if built["what"] == OTHER and not built.get("words"):
        raise errors.Stale(complaint=complaint.id)
    settlement.add(work, complaint, Term(cast(Party, built["by"]), built["what"], built.get("words"), amount, due))
    await leave(state)
    _complaint, side = sides.find(work, complaint.code or "")
    await show_terms(event, state, work, complaint, side, bold(_("✅ Added to your draft.")))


# ------------------------------------------------------------------ what all of it needs


def drafted(work: Work, code: str) -> Complaint:
    """The case, as long as terms can be drafted. Raises errors.Stale."""
    complaint, side = sides.find(work, code)
    if not drafts(work, complaint, side):
        raise errors.Stale(complaint=complaint.id)
    return complaint


async def under_way(data: Matter, state: FSMContext, work: Work, *parts: str) -> Complaint:
    """The case of the button, if it is the one whose term is being put together, and so far: none must stray."""
    complaint = drafted(work, data.code)
    if (await state.get_data()).get("code") != complaint.code:
        raise errors.Stale(complaint=complaint.id)
    await require(state, complaint, *parts)
    return complaint


async def at_step(state: FSMContext, work: Work, *parts: str) -> Complaint:
    complaint = drafted(work, (await state.get_data()).get("code", ""))
    await require(state, complaint, *parts)
    return complaint


async def require(state: FSMContext, complaint: Complaint, *parts: str) -> None:
    built = (await state.get_data()).get(TERM)
    if built is None or not all(built.get(part) for part in parts):
        raise errors.Stale(complaint=complaint.id)


async def term(state: FSMContext) -> dict[str, Any]:
    return dict((await state.get_data()).get(TERM) or {})


async def put(state: FSMContext, **parts: str | None) -> None:
    await state.update_data({TERM: {**await term(state), **parts}})


async def so_far(state: FSMContext, work: Work) -> Html | None:
    """What has been chosen already."""
    built = await term(state)
    remedy = work.organisation.find_remedy(built.get("what") or "")
    what = plain(remedy.words[language()]) if remedy else None
    words = say("{words}", words=built["words"]) if built.get("words") else None
    amount = Html(shown(Amount(Decimal(built["amount"]), built["currency"]))) if built.get("amount") else None
    parts = [each for each in (what, words, amount) if each]
    if not built.get("by"):
        return None
    who = Html(str(cards.LABELS[built["by"]]))
    return say("{who}: {rest}", who=who, rest=Html(" · ".join(parts) or "…"))


def back(complaint: Complaint) -> Row:
    return [button(_("Back to the terms"), matter("terms", complaint))]
