"""What is kept about oneself: a copy of it as a file, and the request to correct or to erase it."""

from datetime import datetime

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import complaints, erasure, own_data
from backoffice.own_data import CORRECTION, ERASURE
from backoffice.work import Work
from bot import cards
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Data, Go, Prefix, button, keyboard, to_menu
from bot.material import material
from bot.panel import Event, leave, show
from bot.steps import Step, command
from bot.texts import Code, Html, bold, language, lines, paragraphs, quote, say
from storage.complaints import Complaint

router = Router(name="data")
router.callback_query.filter(Prefix(Data, Go))

NAMED = "named"  # whatever is kept under the own name
OFFERED = 6


class Asking(StatesGroup):
    correction = State()


@router.message(command("mydata"))
@router.callback_query(Go.filter(F.to == "mydata"))
async def my_data(event: Event, state: FSMContext, work: Work) -> None:
    await leave(state)
    text = paragraphs(
        bold(_("Your data")),
        _("You can get a copy of all that we keep about you, have something corrected, or ask us to erase it."),
    )
    buttons = keyboard(
        button(_("Get a copy"), Data(do="copy"), SUCCESS),
        button(_("Have something corrected"), Data(do=CORRECTION)),
        button(_("Ask for erasure"), Data(do=ERASURE)),
        to_menu(),
    )
    await show(event, state, text, buttons)


@router.callback_query(Data.filter(F.do == "copy"))
async def copy(query: CallbackQuery, state: FSMContext, work: Work) -> None:
    own_data.send_copy(work)
    text = paragraphs(
        bold(_("Your copy follows as a file.")),
        _("It opens in any browser. Please keep it where nobody else can read it."),
    )
    await show(query, state, text, back())


@router.callback_query(Data.filter(F.do.in_({CORRECTION, ERASURE})))
async def begin(query: CallbackQuery, callback_data: Data, state: FSMContext, work: Work) -> None:
    """What is it about, if there is a choice; then the words of a correction, or a second yes to an erasure."""
    do, about = callback_data.do, callback_data.about
    apart = own_data.apart(work)
    if apart and not about:
        await show(query, state, *which(do, apart))
        return
    complaint = case_of(work, about)
    if do == CORRECTION:
        await state.set_state(Asking.correction)
        await state.update_data(about=about)
        await show(query, state, what_is_wrong(work, complaint), back(), complaint=complaint)
    else:
        buttons = keyboard(
            button(_("Yes, ask for erasure"), Data(do="erase", about=about), DANGER),
            button(_("No, keep my data"), Go(to="mydata"), SUCCESS),
        )
        await show(query, state, really(work, complaint), buttons, complaint=complaint)


@router.message(Step(Asking.correction))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    about = (await state.get_data()).get("about", "")
    words = material(message).written
    if words is None:
        complaint = case_of(work, about)
        text = paragraphs(_("Please write it as text."), what_is_wrong(work, complaint))
        await show(message, state, text, back(), complaint=complaint)
        return
    await ask(message, state, work, CORRECTION, about, words)


@router.callback_query(Data.filter(F.do == "erase"))
async def erase(query: CallbackQuery, callback_data: Data, state: FSMContext, work: Work) -> None:
    await ask(query, state, work, ERASURE, callback_data.about)


async def ask(event: Event, state: FSMContext, work: Work, kind: str, about: str, words: str | None = None) -> None:
    """Make the request, and say what happens next and by when."""
    complaint = case_of(work, about)
    due = own_data.request(work, kind, words, complaint)
    await leave(state)
    text = paragraphs(
        bold(_("✅ We have received your request.")),
        quote(words) or what_goes(complaint),
        promise(work, due, complaint),
        cards.footer(work, complaint) if complaint else None,
    )
    await show(event, state, text, keyboard(to_menu()), complaint=complaint, anew=True, proof=True)


def what_goes(complaint: Complaint | None) -> str:
    if complaint:
        return _("You have asked us to erase the data of this complaint.")
    return _("You have asked us to erase your data.")


def promise(work: Work, due: datetime, complaint: Complaint | None) -> Html:
    """Staff write to people on a case; who has none must ask."""
    contact = work.organisation.contact[language()]
    if own_data.can_be_answered(work, complaint):
        return paragraphs(
            say(
                _("You will have our answer here by {date}: what we did, and what we must keep and why."),
                date=due,
            ),
            say(_("If you hear nothing by then: {contact}"), contact=contact),
        )
    return paragraphs(
        say(_("We decide by {date}. As there is no complaint under your name, we cannot write to you here."), date=due),
        say(
            _("To learn the outcome, please contact us with your customer number {number}: {contact}"),
            number=work.actor.id or 0,
            contact=contact,
        ),
    )


def which(do: str, apart: list[Complaint]) -> tuple[Html, InlineKeyboardMarkup]:
    text = paragraphs(
        bold(_("Which data is it about?")),
        _("We keep your anonymous complaints apart, so that nobody can connect them with you."),
    )
    rows = [button(str(each.code), Data(do=do, about=str(each.code))) for each in apart[:OFFERED]]
    return text, keyboard(button(_("All under my name"), Data(do=do, about=NAMED), SUCCESS), *rows, back_button())


def what_is_wrong(work: Work, complaint: Complaint | None) -> Html:
    return paragraphs(
        bold(_("What is to be corrected?")),
        _("Please write what is wrong, and how it should read."),
        cards.footer(work, complaint) if complaint else None,
    )


def really(work: Work, complaint: Complaint | None) -> Html:
    return paragraphs(
        bold(_("Shall we erase the data of this complaint?") if complaint else _("Shall we erase your data?")),
        _("What an open complaint needs, and what the law obliges us to keep, stays until its time is over."),
        when(work, complaint),
        _("A complaint that is erased can be neither followed nor reopened."),
        cards.footer(work, complaint) if complaint else None,
    )


def when(work: Work, complaint: Complaint | None) -> Html | None:
    """Of each case why it is still kept, and until when (T91)."""
    cases = [complaint] if complaint else [each for each in complaints.mine(work)[0] if not each.anonymous]
    return lines(*(kept(work, each) for each in cases if each.erased_at is None)) or None


def kept(work: Work, complaint: Complaint) -> Html:
    code = Code(complaint.code or "")
    match erasure.outlook(work, complaint):
        case (erasure.HELD, _):
            return say(_("{code}: kept for legal reasons; it is erased once they no longer apply."), code=code)
        case (erasure.KEPT, date) if date is not None:
            return say(
                _("{code}: the law obliges us to keep it; on {date} everything that shows who you are is erased."),
                code=code,
                date=date,
            )
        case _other:
            return say(
                _("{code}: still open, so we keep what it needs. Its retention period begins once it is closed."),
                code=code,
            )


def case_of(work: Work, about: str) -> Complaint | None:
    return complaints.find_own(work, about) if about not in ("", NAMED) else None


def back() -> InlineKeyboardMarkup:
    return keyboard(back_button())


def back_button() -> InlineKeyboardButton:
    return button(_("Back"), Go(to="mydata"))
