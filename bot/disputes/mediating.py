"""What lies with a resolver: the list, the file of one dispute, the word on their independence, declining.

They see what was put before them and nothing else, and of the parties no more than names, when they ask for them
(guard 1, S16, S35).
"""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, hearing, reading, rights
from backoffice.disputes import course, dossier, resolvers
from backoffice.disputes.phases import Phase, is_in
from backoffice.pages import page_of
from backoffice.rights import RESOLVER
from backoffice.work import Work
from bot.disputes import cards, desk_card, file_card
from bot.i18n import _, __
from bot.keyboards import DANGER, SUCCESS, Go, Matter, Prefix, button, desk, keyboard, matter, pager, pairs
from bot.panel import Event, leave, show
from bot.staff.handling import paged, told
from bot.staff.saying import words_of
from bot.steps import Step, command
from bot.texts import Html, bold, language, lines, paragraphs, quote, say
from storage.complaints import Complaint
from storage.disputes import resolved_by

router = Router(name="mediating")
router.callback_query.filter(Prefix(Matter, Go))

PAGE = 6
WHY_NOT = {
    "conflict": __("I am not independent in this matter"),
    "busy": __("I have no time for it"),
    "unfit": __("It is not a matter for me"),
    "other": __("Another reason"),
}


class Mediating(StatesGroup):
    disclosing = State()
    declining = State()


# ------------------------------------------------------------------ the way in


async def home(event: Event, state: FSMContext, work: Work, first: Html | None = None) -> None:
    """What a resolver sees at /start: no queue and no team, for they are no part of the organisation."""
    waiting = len(resolved_by(work.db, work.actor.id or 0))
    text = paragraphs(
        first,
        lines(
            bold(say(_("Mediation at {organisation}"), organisation=work.organisation.name[language()])),
            _("You see the disputes that both sides have put before you, and nothing else."),
        ),
        say(_("With you now: {count}"), count=waiting),
    )
    buttons = keyboard(
        button(_("Disputes put before you"), Go(to="mediations"), SUCCESS),
        [button(_("Language"), Go(to="language")), button(_("Help"), Go(to="help"))],
    )
    await show(event, state, text, buttons, party=RESOLVER)


def greeting() -> Html:
    """To whoever has just joined."""
    return paragraphs(
        bold(_("✅ Welcome. From now on disputes can be put before you here.")),
        _(
            "You are told as soon as both sides of one have agreed on you. You then read the file, declare your"
            " independence, and accept or decline."
        ),
    )


def help_text() -> Html:
    return paragraphs(
        bold(_("Help for mediators")),
        _("A dispute that is put before you comes with its file; its evidence follows when you ask for it."),
        _(
            "You talk with both sides in the joint room, and with each of them alone in its private room. Reply to a"
            " message from a room to answer there."
        ),
        _(
            "Terms can be drafted and proposed by either side and by you. When the mediation ends, your access ends"
            " too."
        ),
    )


@router.message(command("mediation"))
async def by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/mediation shows the list; with a code, that file."""
    if command.args:
        await leave(state)
        await show_file(message, state, work, complaints.find(work, command.args))
    else:
        await mediations(message, state, work)


@router.callback_query(Go.filter(F.to == "mediations"))
async def mediations(event: Event, state: FSMContext, work: Work, callback_data: Go | None = None) -> None:
    rights.require(work, "see_mediations")
    await leave(state)
    await show_list(event, state, work, page=callback_data.page if callback_data else 0)


async def show_list(
    event: Event, state: FSMContext, work: Work, first: Html | None = None, *, page: int = 0, anew: bool = False
) -> None:
    """What lies with the actor, the oldest first, `first` above it."""
    found = resolved_by(work.db, work.actor.id or 0)
    cases = [work.db.get_one(Complaint, each.complaint_id) for each in found]
    shown = [each for each in cases if rights.may(work.actor, "mediate", each)]
    here, more = page_of(shown, page, PAGE)
    title = bold(_("Disputes put before you")) if here else Html(_("No dispute lies with you now."))
    rows = pairs([button(str(each.code), matter("med_file", each)) for each in here])
    ways = pager(page, more, lambda number: Go(to="mediations", page=number), _("Previous"), _("More"))
    text = paragraphs(first, title, *(file_card.line(work, each) for each in here))
    menu = button(_("Menu"), Go(to="home"))
    await show(event, state, text, keyboard(*rows, ways, menu), party=RESOLVER, anew=anew)


async def say_where(message: Message, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """A reply to something that was told from no room: nothing is kept, and the way to the rooms is shown."""
    text = paragraphs(
        bold(_("This was not passed on.")),
        _("What you want to say, say in a room: there you know who reads it."),
    )
    await show(message, state, text, file_buttons(work, complaint), complaint=complaint, party=RESOLVER)


# ------------------------------------------------------------------ the file


@router.callback_query(Matter.filter(F.do == "med_file"))
async def open_file(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    await leave(state)
    await show_file(query, state, work, complaints.find(work, callback_data.code))


async def show_file(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: Html | None = None, *, anew: bool = False
) -> None:
    rights.require(work, "mediate", complaint)
    text = paragraphs(first, file_card.file(work, complaint))
    buttons = file_buttons(work, complaint)
    await show(event, state, text, buttons, complaint=complaint, party=RESOLVER, anew=anew)


def file_buttons(work: Work, complaint: Complaint) -> InlineKeyboardMarkup:
    """What can be done now."""
    to_accept = is_in(complaint, Phase.AWAITING_PROVIDER)
    return keyboard(
        button(_("Accept"), matter("med_accept", complaint), SUCCESS) if to_accept else None,
        button(_("Decline"), matter("med_decline", complaint)) if to_accept else None,
        *(leading(work, complaint) if is_in(complaint, Phase.IN_PROGRESS) else []),
        [
            button(_("What was said"), matter("file_said", complaint)),
            button(_("Evidence"), matter("file_sent", complaint)),
        ],
        who(work, complaint) if to_accept else None,
        [button(_("Disputes"), Go(to="mediations")), button(_("Menu"), Go(to="home"))],
    )


def who(work: Work, complaint: Complaint) -> list[InlineKeyboardButton]:
    """To the customer's name; at first on the file, for it shows whether they are free of conflict."""
    return [button(_("Who complains"), desk("who", complaint))] if reading.hides(work, complaint) else []


def leading(work: Work, complaint: Complaint) -> list[InlineKeyboardButton | list[InlineKeyboardButton]]:
    """While the talks are on: the rooms and the terms, and how they go on."""
    referral = cards.current(work, complaint)
    if referral is not None and not cards.is_mediation(work, complaint):
        return [*desk_card.reporting(complaint, referral)]
    more_time = referral is not None and not referral.extended
    return [
        button(_("Rooms"), matter("rooms", complaint), SUCCESS),
        button(_("Terms"), matter("terms", complaint), SUCCESS),
        [
            button(_("Adjourn"), matter("adjourn", complaint)),
            *([button(_("More time"), matter("more_time", complaint))] if more_time else []),
        ],
        button(_("End without agreement"), matter("no_deal", complaint), DANGER),
    ]


@router.callback_query(Matter.filter(F.do == "file_said"))
async def read(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """Both positions in full, as both sides may read them; the latest page is seen first."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "mediate", complaint)
    pages = paged(told(work, complaint, hearing.heard(work, complaint)))
    if (value := callback_data.value or "0") not in map(str, range(len(pages))):
        raise errors.Invalid(what="unknown_choice")
    page = int(value)
    text = paragraphs(bold(_("What was said")), cards.head(work, complaint) if page == 0 else None, *pages[page])
    ways = pager(
        page, page + 1 < len(pages), lambda to: matter("file_said", complaint, str(to)), _("Newer"), _("Older")
    )
    buttons, reads = keyboard(ways, who(work, complaint), back(complaint)), reading.HISTORY
    await show(query, state, text, buttons, complaint=complaint, party=RESOLVER, reads=reads)


@router.callback_query(Matter.filter(F.do == "file_sent"))
async def send_evidence(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "mediate", complaint)
    found = dossier.evidence(work, complaint)
    if found and work.actor.person:
        dossier.send_evidence(work, work.actor.person, complaint)
    text = (
        say(_("📎 The evidence is on its way. Files: {count}."), count=len(found))
        if found
        else Html(_("There are no files with the case."))
    )
    await show(query, state, paragraphs(text, cards.head(work, complaint)), keyboard(back(complaint)),
               complaint=complaint, party=RESOLVER, reads=reading.FILES)  # fmt: skip


# ------------------------------------------------------------------ accepting


@router.callback_query(Matter.filter(F.do == "med_accept"))
async def ask_declaration(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = waiting(work, callback_data.code)
    await state.set_state(Mediating.disclosing)
    await state.update_data(code=complaint.code, declaring=complaint.code, disclosed=None)
    await show_declaration(query, state, work, complaint, None)


@router.message(Step(Mediating.disclosing))
async def disclose(message: Message, state: FSMContext, work: Work) -> None:
    """What both sides should know of, in own words; it becomes a part of the declaration."""
    complaint = waiting(work, (await state.get_data()).get("code", ""))
    buttons = declaration_buttons(complaint)
    words = await words_of(message, state, complaint, declaration_text(work, None), buttons)
    if words:
        await state.update_data(disclosed=words)
        await show_declaration(message, state, work, complaint, words)


async def show_declaration(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, disclosed: str | None
) -> None:
    text, buttons = declaration_text(work, disclosed), declaration_buttons(complaint)
    await show(event, state, text, buttons, complaint=complaint, party=RESOLVER)


@router.callback_query(Matter.filter(F.do == "declare"))
async def declare(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """The text that was shown, and what they added to it, is what both sides read."""
    complaint = waiting(work, callback_data.code)
    data = await state.get_data()
    if data.get("declaring") != complaint.code:  # the declaration was not shown for this dispute
        raise errors.Stale(complaint=complaint.id)
    disclosed = data.get("disclosed")
    words = "\n\n".join([cards.declaration(), *([disclosed] if disclosed else [])])
    resolvers.accept(work, complaint, words, disclosed=disclosed, turn=callback_data.turn)
    await leave(state)
    done = paragraphs(
        bold(_("✅ You have accepted. Both sides read your declaration.")),
        _("Begin in the joint room: say how you will go about it, and when you can be reached."),
    )
    await show_file(query, state, work, complaint, done, anew=True)


def declaration_text(work: Work, disclosed: str | None) -> Html:
    return paragraphs(
        bold(_("Your declaration of independence")),
        quote(cards.declaration(), 1000),
        lines(Html(_("What you add:")), quote(disclosed, 1500)) if disclosed else None,
        _("Is there anything that both sides should know, such as earlier dealings with one of them? Write it now.")
        if not disclosed
        else _("To say it differently, write it again."),
        say(
            _("Both sides read your declaration, and can object to you until {date}."),
            date=work.organisation.due("challenge", None, work.now),
        ),
    )


def declaration_buttons(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(button(_("I declare this and accept"), matter("declare", complaint), SUCCESS), back(complaint))


# ------------------------------------------------------------------ declining


@router.callback_query(Matter.filter(F.do == "med_decline"))
async def ask_why(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = waiting(work, callback_data.code)
    await leave(state)
    rows = [button(str(words), matter("decline_for", complaint, why)) for why, words in WHY_NOT.items()]
    text = paragraphs(
        bold(_("Why do you decline?")),
        cards.head(work, complaint),
        _("You lose access to the file at once. Where you are not independent, a colleague of yours may be asked."),
    )
    await show(query, state, text, keyboard(*rows, back(complaint)), complaint=complaint, party=RESOLVER)


@router.callback_query(Matter.filter(F.do == "decline_for"))
async def ask_words(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = waiting(work, callback_data.code)
    if callback_data.value not in WHY_NOT:
        raise errors.Invalid(what="unknown_choice")
    await state.set_state(Mediating.declining)
    await state.update_data(code=complaint.code, why=callback_data.value, turn=callback_data.turn)
    text = declining(callback_data.value)
    await show(query, state, text, keyboard(back(complaint)), complaint=complaint, party=RESOLVER)


@router.message(Step(Mediating.declining))
async def decline(message: Message, state: FSMContext, work: Work) -> None:
    data = await state.get_data()
    complaint, why = waiting(work, data.get("code", "")), str(data.get("why"))
    words = await words_of(message, state, complaint, declining(why), keyboard(back(complaint)))
    if words is None:
        return
    resolvers.decline(work, complaint, words, conflict=why == "conflict", turn=data.get("turn"))
    await leave(state)
    done = bold(_("✅ You have declined. You have no access to the file any more."))
    await show_list(message, state, work, done)


def declining(why: str) -> Html:
    return paragraphs(
        bold(str(WHY_NOT.get(why, WHY_NOT["other"]))),
        _("Please say it in a sentence or two. The organisation keeps it with the case."),
    )


# ------------------------------------------------------------------ what all of it needs


def waiting(work: Work, code: str) -> Complaint:
    """The dispute, as long as it waits for this resolver's word."""
    complaint = complaints.find(work, code)
    rights.require(work, "mediate", complaint)
    course.running(work, complaint, Phase.AWAITING_PROVIDER)
    return complaint


def back(complaint: Complaint) -> InlineKeyboardButton:
    return button(_("Back"), matter("med_file", complaint))
