"""The way in: language, greeting, menu, and what everybody may read."""

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, User

from backoffice import intake, people
from backoffice.work import Work
from bot.dates import digits
from bot.i18n import OWN_NAMES, Reader, _, languages, reader, speaking_to
from bot.keyboards import SUCCESS, Choose, Go, Prefix, Row, button, keyboard, to_menu
from bot.panel import Event, leave, show
from bot.staff import joining, menu
from bot.steps import KNOWN, command, command_in
from bot.texts import Html, bold, language, paragraphs, plain, say
from bot.who import guess, reader_for

router = Router(name="start")
router.callback_query.filter(Prefix(Choose, Go))

#: What else of their reading people choose: how it is kept, and the value that stands for yes.
WAYS = {"digits": (people.set_digits, "native"), "calendar": (people.set_hijri, "hijri")}
TEXTS = ("policy", "rights", "privacy")  # of the organisation's file, by the names of their commands


@router.message(CommandStart(deep_link=True, ignore_case=True))
async def start_with_link(
    message: Message, command: CommandObject, state: FSMContext, work: Work, event_from_user: User
) -> None:
    """A link that carries an invitation; any other is a plain start."""
    if joining.is_invitation(command.args):
        await joining.join(message, command.args or "", state, work, event_from_user)
    else:
        await start(message, state, work, event_from_user)


@router.message(CommandStart(ignore_case=True))
async def start(message: Message, state: FSMContext, work: Work, event_from_user: User) -> None:
    await leave(state)
    if work.actor.person and work.actor.person.language is None:
        await show(message, state, *choose_language(work, event_from_user))
    else:
        await home(message, state, work)


def is_unknown_command(message: Message) -> bool:
    """A command of nobody's, and no words with it that could be lost."""
    command = command_in(message)
    return command is not None and command not in KNOWN and len((message.text or "").split()) == 1


@router.message(is_unknown_command)
async def not_understood(message: Message) -> None:
    """Whatever was asked before is still asked."""
    text = _("We do not know this command. The menu and /help show what is possible here.")
    await message.answer(text, reply_markup=keyboard(to_menu()))


@router.message(command("language"))
@router.callback_query(Go.filter(F.to == "language"))
async def language_(event: Event, state: FSMContext, work: Work, event_from_user: User) -> None:
    await show(event, state, *choose_language(work, event_from_user))


@router.callback_query(Choose.filter(F.what == "language"))
async def set_language(
    query: CallbackQuery, callback_data: Choose, state: FSMContext, work: Work, event_from_user: User
) -> None:
    people.set_language(work, callback_data.value)
    await leave(state)
    with speaking_to(reader_for(work, work.actor.person, event_from_user)):  # type: ignore[arg-type]
        await menu.set_commands(query, work)
        await home(query, state, work)


@router.callback_query(Choose.filter(F.what.in_(WAYS)))
async def set_way(
    query: CallbackQuery, callback_data: Choose, state: FSMContext, work: Work, event_from_user: User
) -> None:
    """Digits or calendar; the same page shows what they look like now."""
    set_it, yes = WAYS[callback_data.what]
    set_it(work, callback_data.value == yes)
    with speaking_to(reader_for(work, work.actor.person)):  # type: ignore[arg-type]
        await show(query, state, *choose_language(work, event_from_user))


@router.callback_query(Go.filter(F.to == "home"))
async def to_home(query: CallbackQuery, state: FSMContext, work: Work) -> None:
    await leave(state)
    await home(query, state, work)


@router.message(command(*TEXTS))
async def read_by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    kind = command.command.lower()
    await show(message, state, legal(work, kind), under(kind))


@router.callback_query(Go.filter(F.to.in_(TEXTS)))
async def read(query: CallbackQuery, callback_data: Go, state: FSMContext, work: Work) -> None:
    await show(query, state, legal(work, callback_data.to), under(callback_data.to))


@router.message(command("help"))
@router.callback_query(Go.filter(F.to == "help"))
async def help_(event: Event, state: FSMContext, work: Work) -> None:
    """Staff get their own help."""
    if work.actor.staff:
        await show(event, state, menu.help_text(work), back(button(_("Language"), Go(to="language"))))
    else:
        await show(event, state, help_text(work), back())


async def home(event: Event, state: FSMContext, work: Work) -> None:
    """The greeting and the menu; staff see their own first."""
    if work.actor.staff:
        await menu.home(event, state, work)
    else:
        await show(event, state, greeting(work), customer_menu(work))


def greeting(work: Work) -> Html:
    return paragraphs(
        bold(
            say(
                _("Welcome to the complaint desk of {organisation}."),
                organisation=work.organisation.name[language()],
            )
        ),
        _(
            "If something went wrong, tell us here. It is free, confidential, and takes about two minutes. You will get"
            " a tracking code at once and an answer by a fixed date."
        ),
        _(
            "If the answer does not satisfy you, other people will look at it again, and after that an independent"
            " mediator can."
        ),
    )


def customer_menu(work: Work) -> InlineKeyboardMarkup:
    draft = intake.draft(work)
    unfinished = draft is not None and intake.told(work, draft)
    return keyboard(
        button(_("Continue my complaint") if unfinished else _("Make a complaint"), Go(to="new"), SUCCESS),
        button(_("My complaints"), Go(to="mine")),
        [button(_("Our policy"), Go(to="policy")), button(_("Your rights"), Go(to="rights"))],
        [button(_("Privacy"), Go(to="privacy")), button(_("Language"), Go(to="language"))],
        button(_("Help"), Go(to="help")),
    )


def choose_language(work: Work, user: User) -> tuple[Html, InlineKeyboardMarkup]:
    """The guessed language first; once one is chosen, its digits and calendar too."""
    person = work.actor.person
    chosen = person.language if person else None
    first = chosen or guess(work, user)
    offered = [code for code in work.organisation.languages if code in languages()]
    ordered = sorted(offered, key=lambda code: code != first)
    rows = [
        button(OWN_NAMES[code], Choose(what="language", value=code), SUCCESS if code == first else None)
        for code in ordered
    ]
    return Html(_("Language and digits") if chosen else _("Please choose your language.")), keyboard(
        *rows, *(settings(chosen) if chosen else [])
    )


def settings(chosen: str) -> Row:
    whom, rows = reader(), []
    if chosen in ("fa", "ar"):
        other = "latin" if whom.native_digits else "native"
        sample = "123" if other == "latin" else digits("123", Reader(chosen))
        rows.append(button(say(_("Digits: {sample}"), sample=Html(sample)), Choose(what="digits", value=other)))
    if chosen == "ar":
        other = "gregorian" if whom.hijri else "hijri"
        names = {"hijri": _("Dates: Hijri"), "gregorian": _("Dates: Gregorian")}
        rows.append(button(names[other], Choose(what="calendar", value=other)))
    return [*rows, button(_("Back"), Go(to="home"))]


def legal(work: Work, kind: str) -> Html:
    """A text of the organisation's file; its first line is its heading."""
    text = work.organisation.legal(kind, language()).fill(lambda number: digits(str(number)))
    heading, _newline, body = text.partition("\n")
    return paragraphs(bold(plain(heading)), plain(body.strip()))


def help_text(work: Work) -> Html:
    return paragraphs(
        bold(_("Help")),
        _("Send us a message at any time: we ask what it is about and guide you from there."),
        _("To add something to a complaint, open it under “My complaints”, or reply to one of our messages about it."),
        say(
            _("If you would rather speak with a person: {contact}"),
            contact=work.organisation.contact[language()],
        ),
    )


def under(kind: str) -> InlineKeyboardMarkup:
    """What the privacy text promises is one tap away."""
    return back(button(_("My data"), Go(to="mydata"), SUCCESS)) if kind == "privacy" else back()


def back(*before: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return keyboard(*before, button(_("Back"), Go(to="home")))
