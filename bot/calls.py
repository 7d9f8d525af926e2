"""Calls of the Bot API as data: what each is, and what becomes of it when Telegram refuses it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from bot.pacing import Kind

Json = dict[str, Any]

MEDIA = ("photo", "voice", "video", "audio", "document", "animation", "video_note", "sticker")
EDITS = frozenset({"editMessageText", "editMessageCaption", "editMessageReplyMarkup", "editMessageMedia"})
SENDS = frozenset(
    {
        "sendMessage", "sendPhoto", "sendVoice", "sendVideo", "sendAudio", "sendDocument", "sendAnimation",
        "sendVideoNote", "sendSticker", "sendMediaGroup", "copyMessage",
    }
)  # fmt: skip
METHODS = SENDS | EDITS | {
    "sendChatAction", "deleteMessage", "deleteMessages", "answerCallbackQuery", "setMyCommands",
    "setMessageReaction", "pinChatMessage",
}  # fmt: skip
SENDS_BY_MEDIUM = {
    "photo": "sendPhoto", "video": "sendVideo", "audio": "sendAudio", "document": "sendDocument",
    "animation": "sendAnimation",
}  # fmt: skip
#: What an edit and the message that replaces it have in common.
COMMON = (
    "chat_id", "message_thread_id", "text", "parse_mode", "entities", "link_preview_options", "reply_markup",
    "caption", "caption_entities", "protect_content", "show_caption_above_media",
)  # fmt: skip


class Refusal(Enum):
    """Why Telegram refuses a call, as far as there is an answer to it."""

    NEEDLESS = "needless"  # what was wanted is so already, or cannot matter any more
    EDIT_GONE = "edit_gone"
    THREAD_GONE = "thread_gone"
    UNREACHABLE = "unreachable"
    FILE_FORGOTTEN = "file_forgotten"
    DEFECT = "defect"


#: Parts of the descriptions that come with 400, in lower case.
_TEXTS = {
    "message is not modified": Refusal.NEEDLESS,
    "query is too old": Refusal.NEEDLESS,
    "query id is invalid": Refusal.NEEDLESS,
    "message to delete not found": Refusal.NEEDLESS,
    "message can't be deleted": Refusal.NEEDLESS,
    "message to react not found": Refusal.NEEDLESS,
    "message to pin not found": Refusal.NEEDLESS,
    "message to edit not found": Refusal.EDIT_GONE,
    "message can't be edited": Refusal.EDIT_GONE,
    "message_id_invalid": Refusal.EDIT_GONE,
    "there is no text in the message to edit": Refusal.EDIT_GONE,
    "there is no caption in the message to edit": Refusal.EDIT_GONE,
    "message thread not found": Refusal.THREAD_GONE,
    "topic_deleted": Refusal.THREAD_GONE,
    "topic_closed": Refusal.THREAD_GONE,
    "chat not found": Refusal.UNREACHABLE,
    "user not found": Refusal.UNREACHABLE,
    "peer_id_invalid": Refusal.UNREACHABLE,
    "input_user_deactivated": Refusal.UNREACHABLE,
    "wrong file identifier": Refusal.FILE_FORGOTTEN,
    "wrong remote file identifier": Refusal.FILE_FORGOTTEN,
    "wrong file_id": Refusal.FILE_FORGOTTEN,
    "invalid file_id": Refusal.FILE_FORGOTTEN,
    "file_reference": Refusal.FILE_FORGOTTEN,
    "can't use file of type": Refusal.FILE_FORGOTTEN,
}


def refusal(text: str) -> Refusal:
    return next((meaning for part, meaning in _TEXTS.items() if part in text), Refusal.DEFECT)


@dataclass(frozen=True, slots=True)
class Call:
    """One prepared call. `instead_of` is the promise of the message it stands for, when it was an edit."""

    method: str
    args: Json = field(repr=False)
    instead_of: int | None = None

    @property
    def chat_id(self) -> int | None:
        """The chat that it concerns; of a menu of commands, the one that has it."""
        chat_id = self.args.get("chat_id", self.args.get("scope", {}).get("chat_id"))
        return chat_id if isinstance(chat_id, int) else None

    @property
    def kind(self) -> Kind:
        if self.method == "answerCallbackQuery":
            return Kind.FREE
        if self.method not in SENDS | EDITS:
            return Kind.OVERALL
        return Kind.GROUP if (self.chat_id or 0) < 0 else Kind.PRIVATE

    @property
    def cost(self) -> int:
        """Messages, as Telegram counts them."""
        return len(self.args.get("media", ())) if self.method == "sendMediaGroup" else 1

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice is the same as doing it once."""
        return self.method not in SENDS

    def with_args(self, **changes: Any) -> "Call":
        """With other arguments; None takes one away."""
        args = {name: value for name, value in {**self.args, **changes}.items() if value is not None}
        return replace(self, args=args)

    def as_send(self) -> "Call | None":
        """A new message that says what this edit would have shown; None if it would have shown no words."""
        kept = {name: self.args[name] for name in COMMON if name in self.args}
        instead_of = -self.args["message_id"] if self.args.get("message_id", 0) < 0 else self.instead_of
        match self.method:
            case "editMessageText":
                return Call("sendMessage", kept, instead_of)
            case "editMessageCaption" if kept.get("caption"):
                kept["text"] = kept.pop("caption")
                kept.pop("show_caption_above_media", None)
                if "caption_entities" in kept:
                    kept["entities"] = kept.pop("caption_entities")
                return Call("sendMessage", kept, instead_of)
            case "editMessageMedia":
                media = dict(self.args["media"])
                kind = media.pop("type")
                return Call(SENDS_BY_MEDIUM[kind], kept | {kind: media.pop("media")} | media, instead_of)
            case _:
                return None


def promised(call: Call) -> list[int]:
    """Promises (negative message ids) that must have been kept before this call can be made."""
    reply = call.args.get("reply_parameters") or {}
    ids = [call.args.get("message_id", 0), reply.get("message_id", 0), *call.args.get("message_ids", ())]
    return [message_id for message_id in ids if message_id < 0]


def settle(call: Call, arrived: dict[int, int | None]) -> Call | None:
    """The call with real message ids. What points to nothing becomes a send, loses its reply, or is None."""
    reply = call.args.get("reply_parameters")
    if reply:
        target = arrived.get(reply["message_id"], reply["message_id"])
        settled = {**reply, "message_id": target, "allow_sending_without_reply": True} if target else None
        call = call.with_args(reply_parameters=settled)
    if "message_ids" in call.args:
        known = [arrived.get(message_id, message_id) for message_id in call.args["message_ids"]]
        left = [message_id for message_id in known if message_id]
        return call.with_args(message_ids=left) if left else None
    message_id = call.args.get("message_id", 0)
    if message_id >= 0:
        return call
    target = arrived[message_id]
    return replace(call.with_args(message_id=target), instead_of=-message_id) if target else call.as_send()


def attachments(value: Any) -> Iterator[int]:
    """Ids of the stored files that a call's arguments name."""
    if isinstance(value, dict):
        if set(value) == {"attachment"}:
            yield value["attachment"]
        for item in value.values():
            yield from attachments(item)
    elif isinstance(value, list):
        for item in value:
            yield from attachments(item)


def with_files(value: Any, files: dict[int, Any]) -> Any:
    """The arguments with every named file replaced by its identifier or its bytes."""
    if isinstance(value, dict):
        if set(value) == {"attachment"}:
            return files[value["attachment"]]
        return {name: with_files(item, files) for name, item in value.items()}
    return [with_files(item, files) for item in value] if isinstance(value, list) else value


def messages(result: Any) -> list[Json]:
    """The messages in what Telegram returned."""
    found = result if isinstance(result, list) else [result]
    return [item for item in found if isinstance(item, dict) and "message_id" in item]


def file_id(message: Json) -> str | None:
    """The identifier of the file in a message; of a photo, that of the largest size."""
    for kind in MEDIA:
        found = message.get(kind)
        if found:
            return str((found[-1] if isinstance(found, list) else found)["file_id"])
    return None
