"""Evidence that something is done, asked of the staff alike for a remedy and for what was agreed outside: words, a
file, or an album, whose further files belong to it as well."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import Message

from backoffice import entries, errors, rights
from backoffice.work import Work
from bot import cards
from bot.i18n import _
from bot.keyboards import button, desk, keyboard, to_menu
from bot.material import Material, material
from bot.panel import leave, show
from bot.steps import Step
from bot.texts import Code, Html, bold, paragraphs, say
from storage.complaints import Complaint, Entry

router = Router(name="evidence")


class Evidence(StatesGroup):
    further = State()


def prompt(complaint: Complaint, what: Html) -> Html:
    """The question, with `what` it is about."""
    return paragraphs(
        bold(_("How can the customer see that it is done?")),
        say("{code}", code=Code(complaint.code or "")),
        what,
        say(
            _("Write it in the customer's language, {language}, or send a photo or a file: a receipt, a transfer."),
            language=Html(cards.language_name(complaint.language)),
        ),
        _("The customer reads it at once."),
    )


async def kept(state: FSMContext, brought: Material, entry: Entry) -> None:
    """It is there: the step is over, but for the other files of an album."""
    await leave(state)
    if brought.album:
        await state.set_state(Evidence.further)
        await state.update_data(album=brought.album, entry=entry.id)


@router.message(Step(Evidence.further))
async def further(message: Message, state: FSMContext, work: Work) -> None:
    """The rest of the album; whatever else comes ends the step, and is evidence of nothing."""
    data, brought = await state.get_data(), material(message)
    entry = work.db.get(Entry, data.get("entry") or 0)
    complaint = work.db.get(Complaint, entry.complaint_id) if entry else None
    me = work.actor.id or 0
    if entry is None or complaint is None or entry.author_id != me or not rights.is_free(complaint, me):
        raise errors.Stale()
    if brought.file and brought.album == data.get("album"):
        entries.attach(work, entry, brought.file.kind, brought.file.file_id, **brought.file.about)
        return
    await leave(state)
    if not rights.may(work.actor, "read", complaint):
        said = _(
            "The evidence is recorded already. This message was not kept: tell the owner of the case, if it matters."
        )
        await show(message, state, bold(said), keyboard(to_menu()), party="staff")
        return
    said = _("The evidence is recorded already. This message was not kept: write to the customer from the case.")
    text = paragraphs(bold(said), say("{code}", code=Code(complaint.code or "")))
    buttons = keyboard(button(_("Open the case"), desk("show", complaint)))
    await show(message, state, text, buttons, complaint=complaint, party="staff")
