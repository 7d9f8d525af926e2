"""The rooms of a mediation: which there are, what was said there, and what is sent while somebody is in one.

A room is entered and left by a tap. What is sent in between goes there and nowhere else, and so does a reply to what
was told from there; when the room is sealed meanwhile it is refused in words, and nothing of it is kept.
"""

from collections.abc import Sequence
from typing import Any

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import errors
from backoffice.disputes import mediation, topics
from backoffice.rights import CUSTOMER, ORGANISATION, RESOLVER
from backoffice.work import Work
from bot.cards import KINDS
from bot.dates import clock
from bot.disputes import cards, sides
from bot.i18n import _, __
from bot.keyboards import SUCCESS, Matter, Prefix, button, keyboard, matter, pager
from bot.material import Material, material, unreadable
from bot.panel import leave
from bot.staff.handling import paged
from bot.steps import Step
from bot.texts import Html, bold, lines, paragraphs, quote, say
from storage.complaints import Attachment, Complaint, attachments_of_talks
from storage.disputes import Referral, Talk

router = Router(name="rooms")
router.callback_query.filter(Prefix(Matter))

JOINT = "joint"
WHOLE = 3000  # UTF-16 units of one message: whoever reads it must be able to read all of it
OWN_ROOM = __("Private room: you and the mediator")
TITLES = {
    JOINT: __("Joint room"),
    CUSTOMER: __("Private room: the customer and the mediator"),
    ORGANISATION: __("Private room: the organisation and the mediator"),
}
READERS = {
    (JOINT, CUSTOMER): __("Read by: you, our representative and the mediator."),
    (JOINT, ORGANISATION): __("Read by: you, the customer and the mediator."),
    (JOINT, RESOLVER): __("Read by: you and both sides."),
    (CUSTOMER, CUSTOMER): __("Read by: you and the mediator. Nobody who works for us can read it."),
    (CUSTOMER, RESOLVER): __("Read by: you and the customer. The organisation cannot read it."),
    (ORGANISATION, ORGANISATION): __("Read by: you and the mediator. The customer and your colleagues cannot read it."),
    (ORGANISATION, RESOLVER): __("Read by: you and the organisation's representative. The customer cannot read it."),
}
READERS_ALONE = {
    CUSTOMER: __("Read by: you and our representative."),
    ORGANISATION: __("Read by: you and the customer."),
}


class Rooms(StatesGroup):
    talking = State()


# ------------------------------------------------------------------ which there are


@router.callback_query(Matter.filter(F.do == "rooms"))
async def rooms(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, side = sides.find(work, callback_data.code)
    await leave(state)
    found, referral = open_rooms(work, complaint, side), cards.current(work, complaint)
    text = sides.framed(
        work,
        complaint,
        bold(_("Where you can talk")),
        *(lines(bold(title(room, side)), readers(room, side, referral)) for room in found),
        without_prejudice() if found else closed(),
        short=True,
    )
    rows = [button(title(room, side), matter("room", complaint, room)) for room in found]
    await sides.tell(query, state, work, complaint, text, keyboard(*rows, sides.home(work, complaint)))


def open_rooms(work: Work, complaint: Complaint, side: str) -> list[str]:
    """Those the actor may enter; none for who could speak for the organisation and does not."""
    if side == ORGANISATION and not sides.speaks_for(work, complaint, side):
        return []
    return mediation.rooms(work, complaint)


def closed() -> str:
    return _(
        "Only the colleague who speaks for the organisation enters the rooms. If that is to be you, take it over on the"
        " card of the dispute."
    )


def title(room: str, side: str) -> str:
    return str(OWN_ROOM if room == side else TITLES[room])


def readers(room: str, side: str, referral: Referral | None) -> Html:
    return Html(READERS_ALONE[side] if sides.is_direct(referral) and side in READERS_ALONE else READERS[room, side])


def without_prejudice() -> Html:
    return Html(
        _(
            "What is said here is without prejudice: it serves the settlement alone, does not become part of the"
            " complaint, and nobody may use it anywhere else."
        )
    )


# ------------------------------------------------------------------ one of them


@router.callback_query(Matter.filter(F.do == "room"))
async def enter(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """The latest page of what was said; what is sent from now on goes here."""
    complaint, side = sides.find(work, callback_data.code)
    room, _dot, page = callback_data.value.partition(".")
    if room not in mediation.ROOMS:
        raise errors.Invalid(what="unknown_choice")
    talks = mediation.read(work, complaint, room)
    referral = sides.way(work, complaint)
    pages = paged(told(work, talks, referral, side), WHOLE)
    if (page or "0") not in map(str, range(len(pages))):
        raise errors.Invalid(what="unknown_choice")
    await leave(state)
    await state.set_state(Rooms.talking)
    await state.update_data(code=complaint.code, room=room, referral=referral.id)
    number = int(page or "0")
    text = paragraphs(
        bold(title(room, side)),
        lines(readers(room, side, referral), without_prejudice()),
        *pages[number],
        None if talks else _("Nothing has been said here yet."),
        bold(_("What you send now goes into this room: text, voice messages, photos, files.")),
        footer(work, complaint, side),
    )
    ways = pager(
        number,
        number + 1 < len(pages),
        lambda to: matter("room", complaint, f"{room}.{to}"),
        _("Newer"),
        _("Older"),
    )
    files = button(_("Send me the files"), matter("room_files", complaint, room)) if has_files(work, talks) else None
    out = button(_("Leave the room"), matter("rooms", complaint))
    topic = topics.of_room(room, referral.id)
    await sides.tell(query, state, work, complaint, text, keyboard(ways, files, out), topic=topic)


def told(work: Work, talks: Sequence[Talk], referral: Referral, reader: str) -> list[Html]:
    """Each message with its time, who said it, the newest wording, and its files."""
    files = attachments_of_talks(work.db, [each.id for each in talks])
    return [
        said(talk, latest(talks, talk), [each for each in files if each.talk_id == talk.id], referral, reader)
        for talk in talks
        if talk.replaces_id is None
    ]


def said(
    talk: Talk,
    words: str | None,
    files: Sequence[Attachment],
    referral: Referral | None,
    reader: str,
    limit: int = WHOLE,
) -> Html:
    """One message. Whose words they are, the reader learns by the side."""
    who = Html(_("you")) if talk.side == reader else sides.named(talk.side, referral)
    return lines(
        say(_("{date}, {time} · {who}"), date=talk.at, time=Html(clock(talk.at)), who=who),
        quote(words, limit) or None,
        Html("📎 " + " · ".join(str(KINDS[each.kind]) for each in files)) if files else None,
    )


def latest(talks: Sequence[Talk], talk: Talk) -> str | None:
    """The newest wording; an edited one says so."""
    wordings = [each for each in talks if each.replaces_id == talk.id]
    if not wordings:
        return talk.text
    return f"{wordings[-1].text or ''} {_('(edited)')}"


def has_files(work: Work, talks: Sequence[Talk]) -> bool:
    return bool(attachments_of_talks(work.db, [each.id for each in talks]))


@router.callback_query(Matter.filter(F.do == "room_files"))
async def send_files(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    """All files of the room once more, to whoever asks for them."""
    complaint, _side = sides.find(work, callback_data.code)
    if callback_data.value not in mediation.ROOMS:
        raise errors.Invalid(what="unknown_choice")
    talks = mediation.read(work, complaint, callback_data.value)
    party, topic = cards.party(work, complaint), topics.of_room(callback_data.value, sides.way(work, complaint).id)
    for each in attachments_of_talks(work.db, [talk.id for talk in talks]):
        if work.actor.person is not None:
            whose: dict[str, Any] = {"talk_id": each.talk_id, "attachment_id": each.id}
            work.tell(work.actor.person, "talk_files", complaint, party=party, topic=topic, **whose)
    if query.bot is not None:
        await query.bot.answer_callback_query(query.id, _("The files are on their way."))


# ------------------------------------------------------------------ saying something there


@router.message(Step(Rooms.talking))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    complaint, _side = await sides.current(state, work)
    data = await state.get_data()
    await take(message, state, work, complaint, str(data.get("room")), int(data.get("referral") or 0))


async def answer(message: Message, state: FSMContext, work: Work, complaint: Complaint, topic: str) -> None:
    """A reply to what was told from a room, whatever is going on otherwise."""
    if (found := topics.room(topic)) is None:
        raise errors.Stale(complaint=complaint.id)
    await take(message, state, work, complaint, *found)
    if await state.get_state() is None:  # the other parts of an album may come without saying to what they reply
        await leave(state, album=material(message).album, code=complaint.code, topic=topic)


async def take(
    message: Message, state: FSMContext, work: Work, complaint: Complaint, room: str, referral_id: int
) -> None:
    """Keep what was sent in this room of this referral, and say so once for a burst."""
    referral = cards.current(work, complaint)
    if referral is None or referral.id != referral_id:
        raise errors.DisputeRefused(why="sealed", complaint=complaint.id)
    brought, topic = material(message), topics.of_room(room, referral_id)
    side = sides.find(work, complaint.code or "")[1]
    if brought.empty:
        text = paragraphs(unreadable(), bold(title(room, side)), footer(work, complaint, side))
        await sides.tell(message, state, work, complaint, text, inside(complaint, room), topic=topic)
        return
    keep(work, complaint, room, brought)
    still = await state.get_state() == Rooms.talking.state and (await state.get_data()).get("room") == room
    text = paragraphs(
        bold(say(_("✅ Said in: {room}"), room=Html(title(room, side)))),
        lines(
            readers(room, side, referral),
            _("What you send next goes there too, until you leave the room.") if still else None,
        ),
        footer(work, complaint, side),
    )
    gather = f"said:{topic}:{work.actor.id}"
    await sides.tell(message, state, work, complaint, text, inside(complaint, room), topic=topic, gather=gather)


def keep(work: Work, complaint: Complaint, room: str, brought: Material) -> Talk:
    """The words in the room, and the file on them."""
    talk = mediation.say(work, complaint, room, brought.text, source=brought.source, album=brought.album)
    if file := brought.file:
        mediation.attach(work, talk, file.kind, file.file_id, **file.about)
    return talk


def footer(work: Work, complaint: Complaint, side: str) -> Html | None:
    """The customer reads under each message where the complaint stands; who talks here for the others knows."""
    return sides.ending(work, complaint) if side == CUSTOMER else None


def inside(complaint: Complaint, room: str) -> InlineKeyboardMarkup:
    return keyboard(
        button(_("Show the room"), matter("room", complaint, room), SUCCESS),
        button(_("Leave the room"), matter("rooms", complaint)),
    )
