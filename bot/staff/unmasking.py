"""Whose a case is, for somebody of the staff who needs it and says why; its files; and who has read it (S35, S36)."""

from datetime import timedelta

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from backoffice import complaints, errors, people, reading, rights
from backoffice.reading import Reader
from backoffice.rights import RESOLVER, Relation
from backoffice.work import Work
from bot import masked
from bot.dates import clock
from bot.i18n import _, __, n_
from bot.keyboards import Desk, Prefix, button, desk, keyboard, matter
from bot.panel import Event, leave, show, show_briefly, take_away
from bot.staff.handling import turned
from bot.staff.saying import words_of
from bot.steps import Step
from bot.texts import Code, Html, bold, lines, paragraphs, quote, say
from storage.complaints import Complaint
from storage.readings import Unmasking

router = Router(name="unmasking")
router.callback_query.filter(Prefix(Desk))

MINUTES = 10  # for which it stays in the chat
READ = {
    reading.CARD: __("card"),
    reading.HISTORY: __("history"),
    reading.FILES: __("files"),
    reading.WORDS: __("messages of the customer"),
    reading.CONTACT: __("name and contact, to pass something on"),
    reading.UNMASKED: __("name and contact"),
}


class Why(StatesGroup):
    words = State()


# ------------------------------------------------------------------ whose it is


@router.callback_query(Desk.filter(F.do == "who"))
async def ask_why(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = found(work, callback_data)
    await leave(state)
    text = paragraphs(
        bold(_("Why do you need to know who it is?")),
        say("{code}", code=Code(complaint.code or "")),
        _("Who complains is hidden, so that everybody is treated alike. That you asked, and why, stays in the log."),
    )
    rows = [
        button(str(masked.REASONS[each]), desk("unmask", complaint, each)) for each in reading.reasons(work, complaint)
    ]
    buttons = keyboard(*rows, back(work, complaint))
    await show(query, state, text, buttons, complaint=complaint, party=rights.party(work.actor, complaint))


@router.callback_query(Desk.filter(F.do == "unmask"))
async def choose(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = found(work, callback_data)
    if callback_data.value != reading.OTHER:
        await reveal(query, state, work, complaint, callback_data.value)
        return
    await state.set_state(Why.words)
    await state.update_data(code=complaint.code)
    buttons, party = keyboard(back(work, complaint)), rights.party(work.actor, complaint)
    await show(query, state, prompt(complaint), buttons, complaint=complaint, party=party)


@router.message(Step(Why.words))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, (await state.get_data()).get("code", ""))
    words = await words_of(message, state, complaint, prompt(complaint), keyboard(back(work, complaint)))
    if words:
        await reveal(message, state, work, complaint, reading.OTHER, words)


@router.callback_query(Desk.filter(F.do == "hide"))
async def hide(query: CallbackQuery, callback_data: Desk, work: Work) -> None:
    found(work, callback_data)
    take_away(query)


async def reveal(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, reason: str, words: str | None = None
) -> None:
    """In a message of its own, which cannot be passed on and goes by itself; the panel above it shows nothing."""
    whose = reading.unmask(work, complaint, reason, words)
    await leave(state)
    party, code = rights.party(work.actor, complaint), say("{code}", code=Code(complaint.code or ""))
    done = paragraphs(bold(_("✅ You find it below.")), code, _("That you asked, and why, has been logged."))
    await show(event, state, done, keyboard(back(work, complaint)), complaint=complaint, party=party)
    text = paragraphs(
        bold(_("Who complains")),
        code,
        masked.shown(complaint, whose),
        say(
            n_(
                "This message deletes itself in {count} minute.",
                "This message deletes itself in {count} minutes.",
                MINUTES,
            ),
            count=MINUTES,
        ),
    )
    buttons = keyboard(button(_("Hide it now"), desk("hide", complaint)))
    await show_briefly(event, text, buttons, complaint=complaint, party=party, lasting=timedelta(minutes=MINUTES))


def found(work: Work, data: Desk) -> Complaint:
    """The case, if the actor could have it shown whose it is."""
    complaint = complaints.find(work, data.code)
    rights.require(work, "unmask", complaint)
    if not reading.hides(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    return complaint


def prompt(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("Why do you need to know who it is?")),
        say("{code}", code=Code(complaint.code or "")),
        _("Write it in one sentence. Whoever checks who read the case reads it too."),
    )


def back(work: Work, complaint: Complaint) -> InlineKeyboardButton:
    """To where the reader sees the case from."""
    if rights.party(work.actor, complaint) == RESOLVER:
        return button(_("Back"), matter("med_file", complaint))
    sits = rights.relation(work.actor, complaint) in (Relation.SEAT, Relation.CHAIR)
    return button(_("Back"), desk("review" if sits else "show", complaint))


# ------------------------------------------------------------------ files


@router.callback_query(Desk.filter(F.do == "files"))
async def send_files(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Nobody gets files because they looked at a case; who asks for them does."""
    complaint = complaints.find(work, callback_data.code)
    count = reading.send_files(work, complaint)
    await leave(state)
    sent = n_("📎 {count} file is on its way.", "📎 {count} files are on their way.", count)
    text = paragraphs(
        bold(say(sent, count=count) if count else _("There are no files with the case.")),
        say("{code}", code=Code(complaint.code or "")),
    )
    await show(query, state, text, keyboard(back(work, complaint)), complaint=complaint, party="staff")


# ------------------------------------------------------------------ who has read it


@router.callback_query(Desk.filter(F.do == "readers"))
async def show_readers(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Who read it last, and who had the name shown and why, the latest page first."""
    complaint = complaints.find(work, callback_data.code)
    pieces = [(each.last, reader(work, each)) for each in reading.readers(work, complaint)]
    pieces += [(each.at, unmasking(work, each)) for each in reading.unmaskings(work, complaint)]
    listed = [piece for _at, piece in sorted(pieces, key=lambda each: each[0])]
    text, turn = turned(listed, _("Who has read it"), callback_data, complaint)
    await leave(state)
    buttons = keyboard(turn, button(_("Back"), desk("read", complaint)))
    await show(query, state, text, buttons, complaint=complaint, party="staff", reads=reading.HISTORY)


def reader(work: Work, each: Reader) -> Html:
    what = Html(" · ".join(str(READ[kind]) for kind in each.what))
    return lines(
        say("{name} · {what}", name=name(work, each.person_id), what=what),
        say(_("last on {date}, from {time}"), date=each.last, time=Html(clock(each.last))),
    )


def unmasking(work: Work, each: Unmasking) -> Html:
    reason = Html(str(masked.REASONS[each.reason]))
    return lines(
        say(_("🔓 {name} had name and contact shown"), name=name(work, each.person_id)),
        say(_("{date}, {time} · {event}"), date=each.at, time=Html(clock(each.at)), event=reason),
        quote(each.words) or None,
    )


def name(work: Work, person_id: int) -> str:
    return people.name_of(work, person_id) or Html(_("somebody who has left"))
