"""A case that was written down for somebody becomes theirs in their own chat: the link, the proof, the case."""

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import Message, User

from backoffice import claims
from backoffice.work import Work
from bot import cards
from bot.customer.loose import loose, show_unreadable
from bot.customer.mine import case_buttons
from bot.i18n import _, speaking_to
from bot.keyboards import keyboard, to_menu
from bot.material import material
from bot.panel import leave, show
from bot.steps import Step
from bot.texts import Html, bold, paragraphs
from bot.who import reader_for

router = Router(name="claiming")


class Claiming(StatesGroup):
    proof = State()


@router.message(CommandStart(deep_link=True, ignore_case=True, magic=F.args.startswith(claims.PREFIX)))
async def follow(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """The link: it is asked who opens it, before anything of the case is told."""
    token = (command.args or "").removeprefix(claims.PREFIX)
    needed = claims.look(work, token)
    await leave(state)
    await state.set_state(Claiming.proof)
    await state.update_data(claim=token)
    await show(message, state, asked(needed), keyboard(to_menu()))


@router.message(Step(Claiming.proof))
async def typed(message: Message, state: FSMContext, work: Work, event_from_user: User) -> None:
    """A try is not repeated and kept nowhere; what can be none is kept, and counts as none."""
    brought = material(message)
    if brought.attempt is None:
        await (show_unreadable(message, state) if brought.empty else loose(message, state, work))
        return
    token = str((await state.get_data()).get("claim", ""))
    complaint = claims.take(work, token, brought.attempt)
    await leave(state)
    with speaking_to(reader_for(work, work.actor.person, event_from_user)):  # type: ignore[arg-type]
        text = paragraphs(
            bold(_("✅ The complaint is yours here now.")),
            _("From now on our messages about it come to this chat. What you have not been told yet follows."),
            cards.own_case(work, complaint),
        )
        await show(message, state, text, case_buttons(work, complaint), complaint=complaint)


def asked(needed: str) -> Html:
    return paragraphs(
        bold(_("A complaint was recorded for you.")),
        _("To show that it is yours, please send the last four digits of the phone number that you gave us.")
        if needed == claims.DIGITS
        else _("To show that it is yours, please send the secret that stands on the confirmation you received."),
    )
