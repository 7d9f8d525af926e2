"""One call under way: what Telegram says to it, what is repaired at once, and what is written down."""

import asyncio
import re
from functools import partial
from typing import Any

import structlog

from backoffice import files as office_files
from backoffice import groups, outbox, undelivered
from backoffice.files import Files
from backoffice.work import Work
from bot import calls, metrics
from bot.calls import EDITS, SENDS, Call, Refusal
from bot.drafting import Errand, Outcome, aside, drop, put_back
from bot.speaker import Cause, Speaker, Trouble, Upload
from storage import crypto

log = structlog.get_logger()

REPAIRS = 5  # calls for one row in one go: without thread, uploaded, as a send, to the new group
ATTEMPTS = 100  # some eight hours of a server that fails
CUTS = 4  # times a message is sent again although it may have arrived
LONGEST_PAUSE = 300.0  # seconds
REWORDS = EDITS - {"editMessageReplyMarkup"}  # buttons that go leave a message with the case it speaks of

_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")


class Delivery:
    """Carries errands to their end. Knows nothing of queues and pace."""

    def __init__(self, speaker: Speaker, files: Files) -> None:
        self._speaker, self._files = speaker, files

    async def carry(self, errand: Errand) -> Outcome:
        """Make the call. Raises Trouble of the causes that concern more than this row: FLOOD, TOKEN."""
        call, uploading, moved = errand.call, False, []
        for _ in range(REPAIRS):
            try:
                result = await self._speaker.call(call.method, await self._args(errand, call, uploading))
            except FileNotFoundError:
                return aside(errand.row, "file_missing")
            except Trouble as trouble:
                count(trouble)
                if trouble.cause is Cause.MIGRATED:
                    moved.append(partial(groups.moved, old=call.chat_id or 0, new=trouble.new_chat_id))
                    call = call.with_args(chat_id=trouble.new_chat_id)
                    continue
                step = self._answer(errand, call, trouble, uploading)
                if isinstance(step, Outcome):
                    return step
                uploading = uploading or step is call
                call = step
            else:
                return _delivered(errand, call, result, moved, uploading)
        return aside(errand.row, "unrepairable")

    async def _args(self, errand: Errand, call: Call, uploading: bool) -> dict[str, Any]:
        if not errand.files:
            return call.args
        known: dict[int, Any] = {}
        for file_id, attachment in errand.files.items():
            if attachment.file_id and not uploading:
                known[file_id] = attachment.file_id
            else:
                data = await asyncio.to_thread(self._files.read, attachment)
                known[file_id] = Upload(data, attachment.file_name or f"{attachment.kind}-{file_id}")
        args: dict[str, Any] = calls.with_files(call.args, known)
        return args

    def _answer(self, errand: Errand, call: Call, trouble: Trouble, uploading: bool) -> Call | Outcome:
        """The call to make instead (the same: with its files uploaded), or what becomes of the row."""
        match trouble.cause:
            case Cause.FLOOD | Cause.TOKEN:
                raise trouble
            case Cause.UNSENT | Cause.CUT | Cause.TIMEOUT:
                return _broken(errand, call, trouble.cause)
            case Cause.FORBIDDEN:
                return _unreachable(errand, call)
            case Cause.REFUSED:
                return _refused(errand, call, trouble.text, uploading)
            case _:
                return aside(errand.row, trouble.cause.value)


def count(trouble: Trouble) -> None:
    metrics.outbox_errors.labels(trouble.cause.value).inc()


def pause(attempts: int) -> float:
    """Seconds until the next attempt; they double."""
    return float(min(LONGEST_PAUSE, 0.5 * 2 ** min(attempts, 16)))


def _broken(errand: Errand, call: Call, cause: Cause) -> Outcome:
    """Repeat what may be repeated; a message that may have arrived goes once more, and then no more."""
    row, sure = errand.row, cause is Cause.UNSENT or call.repeatable
    if row.attempts >= (ATTEMPTS if sure else CUTS) or (cause is Cause.TIMEOUT and row.doubtful and not sure):
        return aside(row, cause.value)
    if not sure:
        metrics.outbox_doubtful.inc()
    log.warning("courier.broken", outbox=row.id, cause=cause.value, attempt=row.attempts)
    return put_back(row, cause.value, pause(row.attempts), doubtful=not sure)


def _unreachable(errand: Errand, call: Call) -> Outcome:
    if call.chat_id is None:
        return aside(errand.row, "forbidden")
    return Outcome(errand.row, partial(undelivered.unreachable, row=errand.row, chat_id=call.chat_id))


def _refused(errand: Errand, call: Call, text: str, uploading: bool) -> Call | Outcome:
    match calls.refusal(text):
        case Refusal.NEEDLESS:
            return Outcome(errand.row, partial(outbox.sent, row=errand.row))
        case Refusal.EDIT_GONE if call.method in EDITS:
            return call.as_send() or drop(errand.row, "target_gone")
        case Refusal.THREAD_GONE if "message_thread_id" in call.args:
            return call.with_args(message_thread_id=None)
        case Refusal.UNREACHABLE:
            return _unreachable(errand, call)
        case Refusal.FILE_FORGOTTEN if errand.files and not uploading:
            return call
        case _:
            return aside(errand.row, kind_of(text))


def kind_of(text: str) -> str:
    """A refusal without what it quotes: a person's words may be in it."""
    return _QUOTED.sub("*", text.removeprefix("bad request: ")).partition(":")[0][:80]


def _delivered(errand: Errand, call: Call, result: Any, moved: list[Any], uploaded: bool) -> Outcome:
    metrics.outbox_sent.labels(call.method).inc()
    row, messages = errand.row, calls.messages(result)
    chat_id = messages[0].get("chat", {}).get("id", call.chat_id) if messages else call.chat_id
    lane = crypto.lookup("chat", chat_id) if chat_id is not None else row.lane
    steps = [*moved]
    if call.method in SENDS:
        ids = [message["message_id"] for message in messages]
        thread = messages[0].get("message_thread_id") if messages else None
        steps.append(
            partial(outbox.sent, row=row, message_ids=ids, thread_id=thread, lane=lane, instead_of=call.instead_of)
        )
    elif call.method in REWORDS and messages:
        steps.append(partial(outbox.edited, row=row, lane=lane, message_id=messages[0]["message_id"]))
    else:
        steps.append(partial(outbox.sent, row=row))
    if uploaded or any(not attachment.file_id for attachment in errand.files.values()):
        for attachment_id, message in zip(calls.attachments(call.args), messages, strict=False):
            if file_id := calls.file_id(message):
                steps.append(partial(office_files.remember, attachment_id=attachment_id, file_id=file_id))

    def apply(work: Work) -> None:
        for step in steps:
            step(work)

    return Outcome(row, apply)
