"""Business customers: somebody of theirs joins by a link, and says for which company a complaint is."""

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, User

from backoffice import account_cases, accounts, errors, intake, people
from backoffice.work import Work
from bot import account_cards
from bot.customer.intake import nav, send
from bot.i18n import _, speaking_to
from bot.keyboards import SUCCESS, Form, Go, Prefix, button, keyboard
from bot.panel import leave, show
from bot.texts import bold, language, paragraphs, say
from bot.who import reader_for
from storage.accounts import READ

router = Router(name="for_whom")
router.callback_query.filter(Prefix(Form))


@router.message(CommandStart(deep_link=True, ignore_case=True, magic=F.args.startswith(accounts.PREFIX)))
async def join(message: Message, command: CommandObject, state: FSMContext, work: Work, event_from_user: User) -> None:
    """The link: from now on they are of this company here, and learn what they can do."""
    person = work.actor.person
    with speaking_to(reader_for(work, person, event_from_user)):  # type: ignore[arg-type]
        token = (command.args or "").removeprefix(accounts.PREFIX)
        account, contact = accounts.join(work, token, event_from_user.first_name)
        if person and person.language is None:
            people.set_language(work, language())
        await leave(state)
        text = paragraphs(
            bold(say(_("✅ You can speak for {name} here now."), name=account.name)),
            str(account_cards.YOURS[contact.role]),
            _("The other contacts of the company see your name beside the complaints that you make for it."),
        )
        complains = contact.role != READ
        buttons = keyboard(
            button(_("Make a complaint"), Go(to="new"), SUCCESS) if complains else None,
            button(_("My complaints"), Go(to="mine")),
        )
        await show(message, state, text, buttons)


async def undecided(_query: CallbackQuery, callback_data: Form, work: Work) -> bool:
    """Whether it is for one of several companies, or for oneself."""
    draft = intake.find_draft(work, callback_data.draft)
    return len(account_cases.mine(work)) > 1 and not draft.anonymous


@router.callback_query(Form.filter(F.do == "submit"), undecided)
async def ask(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = intake.find_draft(work, callback_data.draft)
    rows = [
        button(say("{name}", name=each.name), Form(do="submit_for", draft=draft.id, value=str(each.id)))
        for each in account_cases.mine(work)
    ]
    oneself = button(_("For myself"), Form(do="submit_for", draft=draft.id, value=str(account_cases.ONESELF)))
    text = paragraphs(
        bold(_("For which company is the complaint?")),
        _("Your colleagues there can follow it, and what their contract says counts for it."),
    )
    await show(query, state, text, keyboard(*rows, oneself, nav(draft, "summary")))


@router.callback_query(Form.filter(F.do == "submit_for"))
async def submit_for(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    value = callback_data.value
    if not (value.isascii() and value.isdecimal()) or len(value) > 9:
        raise errors.Invalid(what="unknown_choice")
    await send(query, state, work, intake.find_draft(work, callback_data.draft), int(value))
