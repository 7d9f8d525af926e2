"""What names its case by itself: a reply to one of our messages, and the further parts of an album.

What was said in a room of a mediation is answered there and nowhere else, whatever is being asked meanwhile.
"""

from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from backoffice import complaints, errors, outbox, rights
from backoffice import handling as office
from backoffice.work import Work
from bot.customer.mine import add
from bot.disputes import mediating, rooms
from bot.material import material
from bot.staff import handling, hearing
from bot.steps import KNOWN, command_in
from storage.complaints import Complaint

router = Router(name="replies")


class FurtherPart(Filter):
    """Matches the other files of an album whose first one was the answer to a question and ended it."""

    async def __call__(self, message: Message, work: Work, state: FSMContext) -> bool | dict[str, Any]:
        if message.media_group_id is None or await state.get_state():
            return False
        data = await state.get_data()
        if data.get("album") != material(message).album:
            return False
        complaint = complaints.find(work, data["code"])
        return {"complaint": complaint, "party": rights.party(work.actor, complaint), "topic": data.get("topic")}


class ToACase(Filter):
    """Matches a reply whose target is known, unless it answers the very question that is being asked now."""

    async def __call__(self, message: Message, work: Work, state: FSMContext) -> bool | dict[str, Any]:
        if message.reply_to_message is None or command_in(message) in KNOWN:
            return False
        target = outbox.delivered_target(work, message.chat.id, message.reply_to_message.message_id)
        if target is None or target.complaint_id is None:
            return False
        reached = complaints.reached(work, target.complaint_id, target.party or "customer")
        if target.topic is not None and reached is None:
            raise errors.NotFound()  # what was meant for few is not kept as words out of nowhere
        asked = target.topic is None and await state.get_state()
        if reached is None or (asked and await _is_asked_about(state, reached)):
            return False
        return {"complaint": reached, "party": target.party, "topic": target.topic}


@router.message(FurtherPart())
@router.message(ToACase())
async def reply(
    message: Message, state: FSMContext, work: Work, complaint: Complaint, party: str, topic: str | None
) -> None:
    if topic is not None:
        await rooms.answer(message, state, work, complaint, topic)
    elif party == "customer":
        await add(message, state, work, complaint, material(message))
    elif party == rights.RESOLVER:
        await mediating.say_where(message, state, work, complaint)
    elif party == rights.DECIDER:
        await hearing.make_statement(message, state, work, complaint)
    elif rights.may(work.actor, "question", complaint):
        await hearing.ask(message, state, work, complaint)
    elif not rights.may(work.actor, "write", complaint) and office.can_reach_out(work, complaint):
        await handling.write(message, state, work, complaint, office.reach_out)
    else:
        await handling.write(message, state, work, complaint)


async def _is_asked_about(state: FSMContext, complaint: Complaint) -> bool:
    return (await state.get_data()).get("code") == complaint.code
