"""The request for a review, filled in with a few taps: what is wrong or missing, evidence, wish, how to be reached."""

from collections.abc import Callable

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, review, ways
from backoffice.review import EVIDENCE, GROUNDS, LATENESS
from backoffice.stages import Stage
from backoffice.work import Work
from bot import cards, seats
from bot.customer.mine import case_buttons, current, show_case
from bot.i18n import _, __
from bot.keyboards import DANGER, SUCCESS, Go, Own, Prefix, button, copy, keyboard, own, pairs, ticked, to_menu
from bot.material import keep, material, unreadable
from bot.panel import Event, leave, show
from bot.steps import Step, command
from bot.texts import Code, Html, bold, language, lines, paragraphs, quote, say, shortened
from storage.complaints import Complaint, Entry
from storage.reviews import Review

router = Router(name="review_form")
router.callback_query.filter(Prefix(Own))

SHOWN = 300  # letters of each part in the summary


class Asking(StatesGroup):
    """Named as the kinds of entries, where words of the form become one."""

    grounds = State()
    evidence = State()
    lateness = State()
    wish = State()
    contact = State()


# ------------------------------------------------------------------ in


@router.message(command("review"))
async def by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/review CODE; without a code the case for which a review is open, or a choice of them."""
    if command.args:
        await begin(message, state, work, complaints.find_own(work, command.args))
        return
    found = [each for each in complaints.mine(work)[0] if ways.review(work, each)]
    if len(found) == 1:
        await begin(message, state, work, found[0])
        return
    rows = [button(f"{each.code} · {cards.stage(each)}", own("review", each)) for each in found]
    text = paragraphs(
        bold(_("Request for a review")),
        _("Which complaint shall other people look at again?") if found else _("No review can be asked for now."),
        None if found else _("Once you have our final answer you can ask for one, under the answer or here."),
    )
    await show(message, state, text, keyboard(*rows, button(_("My complaints"), Go(to="mine")), to_menu()))


@router.callback_query(Own.filter(F.do == "review"))
async def by_button(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    await begin(query, state, work, complaints.find_own(work, callback_data.code))


async def begin(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """The first question; who has answered it already sees what the request holds."""
    request = review.begin(work, complaint)
    await state.update_data(code=complaint.code)
    if any(review.filled(work, request).values()):
        await show_summary(event, state, work, complaint, request)
    else:
        await ask(event, state, work, complaint, GROUNDS)


# ------------------------------------------------------------------ the parts


@router.callback_query(Own.filter(F.do == "review_part"))
async def ask_part(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    review.begin(work, complaint)
    if callback_data.value not in QUESTIONS:
        raise errors.Invalid(what="unknown_choice")
    await ask(query, state, work, complaint, callback_data.value)


async def ask(event: Event, state: FSMContext, work: Work, complaint: Complaint, part: str) -> None:
    await state.set_state(getattr(Asking, part))
    await state.update_data(code=complaint.code)
    title, question = QUESTIONS[part]
    wishes = [
        button(each.words[language()], own("review_wish", complaint, each.code)) for each in work.organisation.wishes
    ]
    here = button(_("Here in the messenger"), own("review_here", complaint), SUCCESS)
    text = paragraphs(
        bold(str(title)),
        str(question),
        _("Other people than those who decided look at it again. It costs you nothing.") if part == GROUNDS else None,
        cards.footer(work, complaint),
    )
    first = review.draft(work, complaint)
    begun = first is not None and any(review.filled(work, first).values())
    buttons = keyboard(
        *(pairs(wishes) if part == "wish" else []),
        here if part == "contact" else None,
        button(_("Back"), own("review" if begun else "show", complaint)),
    )
    await show(event, state, text, buttons, complaint=complaint)


@router.callback_query(Own.filter(F.do == "review_wish"))
async def choose_wish(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    review.wish(work, complaint, code=callback_data.value)
    await show_summary(query, state, work, complaint, review.begin(work, complaint))


@router.callback_query(Own.filter(F.do == "review_here"))
async def reach_here(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    review.reach(work, complaint, None)
    await show_summary(query, state, work, complaint, review.begin(work, complaint))


@router.message(Step(Asking.grounds, Asking.evidence, Asking.lateness))
async def told(message: Message, state: FSMContext, work: Work) -> None:
    """Words, voice, photos, files: all of it is kept as it comes."""
    complaint = await current(state, work)
    request = review.begin(work, complaint)
    brought = material(message)
    kind = str(await state.get_state()).removeprefix("Asking:")
    if brought.empty:
        text = paragraphs(unreadable(), cards.footer(work, complaint))
        await show(message, state, text, keyboard(button(_("Back"), own("review", complaint))), complaint=complaint)
        return
    keep(work, filling(kind), complaint, brought)
    await show_summary(message, state, work, complaint, request, stay=True)


@router.message(Step(Asking.wish, Asking.contact))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    """A wish or a contact in words; a file is evidence, and the question stays."""
    complaint = await current(state, work)
    request = review.begin(work, complaint)
    brought = material(message)
    part = str(await state.get_state()).removeprefix("Asking:")
    if brought.text is None and brought.file is None:
        text = paragraphs(unreadable(), cards.footer(work, complaint))
        await show(message, state, text, keyboard(button(_("Back"), own("review", complaint))), complaint=complaint)
        return
    if brought.file:
        keep(work, filling(EVIDENCE), complaint, brought)
    elif part == "wish":
        review.wish(work, complaint, code=request.wish, words=brought.text)
    else:
        review.reach(work, complaint, brought.text)
    await show_summary(message, state, work, complaint, request, stay=brought.file is not None)


def filling(kind: str) -> Callable[..., Entry]:
    """The use-case by which words and files become this part of the form."""

    def fill(work: Work, complaint: Complaint, text: str | None, **source: int | None) -> Entry:
        return review.fill(work, complaint, kind, text, **source)

    return fill


# ------------------------------------------------------------------ the summary, and out


async def show_summary(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, request: Review, *, stay: bool = False
) -> None:
    """All that the request holds, in the person's own words. `stay`: more of the same may follow."""
    if not stay:
        await state.set_state(None)
    parts = review.filled(work, request)
    late = _("Your request comes late, so please say why.") if request.late and not parts[LATENESS] else None
    wish = work.organisation.find_remedy(request.wish or "")
    text = paragraphs(
        bold(_("Your request for a review")),
        _told(str(_("What is wrong or missing:")), parts[GROUNDS]),
        _told(str(_("New evidence:")), parts[EVIDENCE]),
        _told(str(_("Why it comes late:")), parts[LATENESS]),
        lines(
            say(_("Wish: {wish}"), wish=Html(wish.words[language()])) if wish else None,
            say(_("Wish in words: {words}"), words=shortened(request.wish_words, SHOWN))
            if request.wish_words
            else None,
            say(_("Contact: {contact}"), contact=request.contact) if request.contact else None,
        )
        or None,
        late,
        cards.footer(work, complaint),
    )
    gather = f"request:{request.id}" if stay else None
    await show(event, state, text, summary_buttons(complaint, request, parts), complaint=complaint, gather=gather)


def _told(title: str, entries: list[Entry]) -> Html | None:
    if not entries:
        return None
    words = "\n\n".join(each.text for each in entries if each.text)
    return lines(Html(title), quote(words, SHOWN) if words else Html(_("📎 file")))


def summary_buttons(complaint: Complaint, request: Review, parts: dict[str, list[Entry]]) -> InlineKeyboardMarkup:
    complete = parts[GROUNDS] and (parts[LATENESS] or not request.late)

    lateness = button(_("Why it comes late"), own("review_part", complaint, LATENESS), SUCCESS)
    return keyboard(
        button(_("Send the request"), own("review_send", complaint), SUCCESS) if complete else None,
        lateness if request.late and not parts[LATENESS] else None,
        ticked(_("What is wrong or missing"), parts[GROUNDS], own("review_part", complaint, GROUNDS)),
        ticked(_("New evidence"), parts[EVIDENCE], own("review_part", complaint, EVIDENCE)),
        ticked(_("What I want"), request.wish or request.wish_words, own("review_part", complaint, "wish")),
        ticked(_("How to reach me"), request.contact, own("review_part", complaint, "contact")),
        button(_("Do not send it"), own("review_discard", complaint)),
        button(_("Back"), own("show", complaint)),
    )


@router.callback_query(Own.filter(F.do == "review_send"))
async def send(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    request = review.request(work, complaint, turn=callback_data.turn)
    await leave(state)
    text = received(work, complaint, request)
    copied = copy(_("Copy the number"), request.number or "")
    buttons = keyboard(copied, *case_buttons(work, complaint).inline_keyboard)
    await show(query, state, text, buttons, complaint=complaint, anew=True, proof=True)


def received(work: Work, complaint: Complaint, request: Review) -> Html:
    """The number at once, who looks at it, and by when it is decided."""
    under_way = Stage(complaint.stage) is Stage.IN_REVIEW
    seated = seats.members(work, request)
    return paragraphs(
        bold(_("✅ We have received your request for a review.")),
        say(_("Number of the review: {review}"), review=Code(request.number or "")),
        lines(Html(_("It is reviewed by:")), *seated) if seated else None,
        seats.rights() if seated else None,
        _("It comes after its time. First it is decided whether it is heard; your reason is read for that.")
        if under_way and not seated
        else None,
        cards.footer(work, complaint),
    )


@router.callback_query(Own.filter(F.do == "review_discard"))
async def ask_discarding(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    text = paragraphs(
        bold(_("Erase the request?")),
        _("What you wrote and sent for it is erased. You can begin another one while there is time."),
        cards.footer(work, complaint),
    )
    buttons = keyboard(
        button(_("Yes, erase it"), own("review_discarded", complaint), DANGER),
        button(_("No, keep it"), own("review", complaint), SUCCESS),
    )
    await show(query, state, text, buttons, complaint=complaint)


@router.callback_query(Own.filter(F.do == "review_discarded"))
async def discard(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    review.discard(work, complaint)
    await leave(state)
    await show_case(query, state, work, complaint)


QUESTIONS = {
    GROUNDS: (
        __("What is wrong or missing in our answer?"),
        __("Write it here, or send a voice message, photos or files, one after another."),
    ),
    EVIDENCE: (
        __("What new evidence do you have?"),
        __("Send text, photos, voice messages, videos or documents, one after another."),
    ),
    LATENESS: (
        __("Why does your request come late?"),
        __("The time for it has passed. With a reason we can hear it all the same."),
    ),
    "wish": (
        __("What would put it right?"),
        __("Choose from the list, or write it in your own words. Both is fine too."),
    ),
    "contact": (
        __("How can we reach you, if not here?"),
        __("A telephone number or an address. We answer here in any case."),
    ),
}
