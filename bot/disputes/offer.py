"""The customer chooses how it goes on outside: who there is, side by side; a public body; talks with us alone."""

from decimal import Decimal

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, providers, ways
from backoffice.disputes import choosing, course
from backoffice.disputes.phases import CHOOSING
from backoffice.lifecycle import possible
from backoffice.money import Amount
from backoffice.provider_file import Provider
from backoffice.stages import Event as Move
from backoffice.work import Work
from bot import account_cards, cards, money, provider_cards
from bot.customer.mine import case_buttons, current
from bot.disputes import register_figures
from bot.i18n import _, __
from bot.keyboards import SUCCESS, Matter, Own, Prefix, Row, button, keyboard, matter, own, pager
from bot.material import material, unreadable
from bot.panel import Event, leave, show
from bot.steps import Step
from bot.texts import Html, bold, language, lines, paragraphs, say
from storage.complaints import Complaint

router = Router(name="dispute_offer")
router.callback_query.filter(Prefix(Matter, Own))

COMPARED = 3  # providers on a page
LETTERS = {"f": "facilitative", "a": "advisory", "d": "determinative"}  # what a button has room for
REASONS = {
    providers.BUSINESS: __("In a dispute between businesses a mediator both sides agree on is the first choice."),
    providers.CHEAPEST_FIRST: __("It costs you least, and both sides keep the outcome in their own hands."),
    providers.PUBLIC_BODY: __("It is open to you without our consent."),
    providers.BY_AGREEMENT: __("It acts where both sides agree to it."),
}


class Offer(StatesGroup):
    amount = State()


# ------------------------------------------------------------------ the offer


@router.callback_query(Own.filter(F.do == "routes"))
async def show_offer(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    """The ways outside; after closing they are opened once more (T84)."""
    complaint = complaints.find_own(work, callback_data.code)
    if not possible(complaint, Move.DECLINED):
        complaints.ask_routes(work, complaint, turn=callback_data.turn)
    await leave(state)
    await show(query, state, offer(work, complaint), offer_buttons(work, complaint), complaint=complaint)


def offer(work: Work, complaint: Complaint) -> Html:
    """Whom we suggest and why, and what else there is."""
    return paragraphs(bold(_("How shall it go on?")), suggestion(work, complaint), cards.footer(work, complaint))


def suggestion(work: Work, complaint: Complaint) -> Html:
    """Whom we suggest and why; the choice is the customer's."""
    found = _eligible(work, complaint)
    best = providers.recommended(work, complaint, amount=_value(work, complaint))
    return paragraphs(
        account_cards.agreed(work, complaint),
        lines(Html(_("We suggest:")), provider_cards.short(work, best[0])) if best else None,
        str(REASONS[best[1]]) if best else None,
        _("You can compare all ways, and you need not choose the one we suggest.") if len(found) > 1 else None,
        _("Whichever you choose, your right to go to court does not change."),
    )


def offer_buttons(work: Work, complaint: Complaint) -> InlineKeyboardMarkup:
    """At most seven, the one we suggest first."""
    best = providers.recommended(work, complaint, amount=_value(work, complaint))
    talks = work.organisation.disputes.negotiation
    return keyboard(
        button(best[0].words[language()], matter("provider", complaint, best[0].code), SUCCESS) if best else None,
        button(_("Compare all ways"), matter("ways", complaint, "0")),
        button(_("Talk with us directly"), matter("negotiate", complaint)) if talks else None,
        button(_("Name a mediator I know"), matter("own_mediator", complaint)),
        button(_("Ask a question"), own("add", complaint)),
        button(_("Ask for a review"), own("review", complaint)) if ways.review(work, complaint) else None,
        button(_("Leave it at that"), own("decline", complaint)),
        button(_("Back"), own("show", complaint)),
    )


@router.callback_query(Matter.filter(F.do == "ways"))
async def compare(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """Cards side by side, a few at a time."""
    complaint = choosing_case(work, callback_data)
    found, page = _eligible(work, complaint), _page(callback_data.value)
    shown = found[page * COMPARED : (page + 1) * COMPARED]
    if page and not shown:
        raise errors.Invalid(what="unknown_choice")
    amount = _amount(work, complaint)
    text = paragraphs(
        bold(_("The ways outside, side by side")),
        say(_("The dispute is about: {amount}"), amount=Html(money.shown(amount))) if amount else None,
        *(provider_cards.short(work, each) for each in shown),
        cards.footer(work, complaint),
    )
    rows = [button(each.words[language()], matter("provider", complaint, each.code)) for each in shown]
    more = (page + 1) * COMPARED < len(found)
    turned = pager(page, more, lambda to: matter("ways", complaint, str(to)), _("Previous"), _("More"))
    about = button(_("Say how much money it is about"), matter("amount", complaint))
    await leave(state)
    await show(query, state, text, keyboard(*rows, turned, about, [to_offer(complaint)]), complaint=complaint)


@router.callback_query(Matter.filter(F.do == "provider"))
async def show_provider(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = choosing_case(work, callback_data)
    found = _provider(work, complaint, callback_data.value)
    results = register_figures.results_line(work, found.code)
    text = paragraphs(provider_cards.card(work, found), results, cards.footer(work, complaint))
    await leave(state)
    buttons = keyboard(*_choices(work, complaint, found), [to_offer(complaint)])
    await show(query, state, text, buttons, complaint=complaint)


def _choices(work: Work, complaint: Complaint, found: Provider) -> list[Row]:
    """To choose it, by one of its methods; or to get one's file for a body that needs nobody's consent."""
    if not found.consent:
        return [[button(_("Prepare my file for it"), matter("file", complaint, found.code), SUCCESS)]]
    if len(found.methods) == 1:
        chosen = _way(found.code, found.methods[0])
        return [[button(_("Choose this way"), matter("pick", complaint, chosen), SUCCESS)]]
    return [
        [
            button(
                say(_("Choose: {method}"), method=Html(str(provider_cards.METHODS[each]))),
                matter("pick", complaint, _way(found.code, each)),
                SUCCESS,
            )
        ]
        for each in found.methods
    ]


# ------------------------------------------------------------------ without a third party that both must want


@router.callback_query(Matter.filter(F.do == "file"))
async def take_along(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """A public body: where it is, and the customer's own file to take along (T54)."""
    complaint = complaints.find_own(work, callback_data.code)
    if complaint.turn != callback_data.turn:
        raise errors.Stale(complaint=complaint.id)
    found = choosing.go_public(work, complaint, callback_data.value)
    text = paragraphs(
        bold(_("✅ Your file is being prepared.")),
        _("You receive it here as a PDF, with what you have sent us. Take it along, or send it on."),
        lines(*provider_cards.address(found)),
        _("What they decide, tell us here: we carry it out. Meanwhile the other ways stay open."),
        cards.footer(work, complaint),
    )
    await leave(state)
    await show(query, state, text, case_buttons(work, complaint), complaint=complaint, anew=True)


@router.callback_query(Matter.filter(F.do == "negotiate"))
async def ask_talks(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = choosing_case(work, callback_data)
    until = work.organisation.due("negotiation", None, work.now)
    text = paragraphs(
        bold(_("Talk with us directly?")),
        say(
            _(
                "Somebody of ours who may agree to terms talks with you here, until {date}. Both sides can propose"
                " terms."
            ),
            date=until,
        ),
        _("What is said in these talks is without prejudice. If they lead nowhere, all other ways are open again."),
        cards.footer(work, complaint),
    )
    buttons = keyboard(button(_("Yes, talk with us"), matter("talk", complaint), SUCCESS), [to_offer(complaint)])
    await show(query, state, text, buttons, complaint=complaint)


@router.callback_query(Matter.filter(F.do == "talk"))
async def negotiate(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    choosing.negotiate(work, complaint, turn=callback_data.turn)
    await leave(state)
    text = paragraphs(
        bold(_("✅ The talks are open.")),
        _("Write what would settle it for you, or propose terms. Whoever speaks for us has been told."),
        cards.footer(work, complaint),
    )
    await show(query, state, text, case_buttons(work, complaint), complaint=complaint, anew=True)


# ------------------------------------------------------------------ what it is about


@router.callback_query(Matter.filter(F.do == "amount"))
async def ask_amount(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = choosing_case(work, callback_data)
    await ask(query, state, work, complaint, Offer.amount, how_much())


def how_much() -> Html:
    return paragraphs(
        bold(_("How much money is it about?")),
        _("Write the amount, for example 1,500,000. Some bodies take only smaller or only larger disputes."),
    )


@router.message(Step(Offer.amount))
async def typed_amount(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    written = await typed_words(message, state, work, complaint, how_much())
    if written:
        amount = choosing.state_amount(work, complaint, written)
        await leave(state)
        first = say(_("✅ Noted: {amount}"), amount=Html(money.shown(amount)))
        text = paragraphs(bold(first), offer(work, complaint))
        await show(message, state, text, offer_buttons(work, complaint), complaint=complaint)


# ------------------------------------------------------------------ inside


async def ask(event: Event, state: FSMContext, work: Work, complaint: Complaint, step: State, question: Html) -> None:
    await state.set_state(step)
    await state.update_data(code=complaint.code)
    text = paragraphs(question, cards.footer(work, complaint))
    await show(event, state, text, keyboard(to_offer(complaint)), complaint=complaint)


async def typed_words(
    message: Message, state: FSMContext, work: Work, complaint: Complaint, question: Html
) -> str | None:
    """What was typed; anything else is asked for again, and the step stays."""
    written = material(message).written
    if written is None:
        text = paragraphs(unreadable(), question, cards.footer(work, complaint))
        await show(message, state, text, keyboard(to_offer(complaint)), complaint=complaint)
    return written


def to_offer(complaint: Complaint) -> InlineKeyboardButton:
    return button(_("Back"), own("routes", complaint))


def choosing_case(work: Work, callback_data: Matter) -> Complaint:
    """The actor's own case, while a way is chosen. Raises errors.Stale."""
    complaint = complaints.find_own(work, callback_data.code)
    course.running(work, complaint, *CHOOSING)
    return complaint


def _eligible(work: Work, complaint: Complaint) -> list[Provider]:
    return providers.eligible(work, complaint, amount=_value(work, complaint))


def _provider(work: Work, complaint: Complaint, code: str) -> Provider:
    found = next((each for each in _eligible(work, complaint) if each.code == code), None)
    if found is None:
        raise errors.Invalid(what="unknown_choice")
    return found


def _amount(work: Work, complaint: Complaint) -> Amount | None:
    return choosing.amount_of(work, course.running(work, complaint))


def _value(work: Work, complaint: Complaint) -> Decimal | None:
    amount = _amount(work, complaint)
    return amount.value if amount else None


def _page(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or len(value) > 3:
        raise errors.Invalid(what="unknown_choice")
    return int(value)


def _way(code: str, method: str) -> str:
    return f"{method[0]}.{code}"


def way_of(value: str) -> tuple[str, str]:
    """The provider and the method that a button stands for. Raises errors.Invalid."""
    letter, _dot, code = value.partition(".")
    if letter not in LETTERS:
        raise errors.Invalid(what="unknown_choice")
    return code, LETTERS[letter]
