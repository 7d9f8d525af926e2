"""Finding what a call speaks of, and how Telegram says that it is not there."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.checks import Call, Upload
from bot.sandbox.records import Chat, Json, Message, StoredFile
from bot.sandbox.refusals import bad_request, forbidden
from bot.sandbox.world import World

#: Bytes.
LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_FILE = 50 * 1024 * 1024
_SENT_AS = {"photo": "Photo", "voice": "VoiceNote", "video_note": "VideoNote", "sticker": "Sticker"}


def chat(world: World, chat_id: int | str) -> Chat:
    found = world.chats.get(chat_id) if isinstance(chat_id, int) else None
    if found is None:
        raise bad_request("chat not found")
    if found.migrated_to:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=found.migrated_to)
    if found.user and found.user.deactivated:
        raise forbidden("user is deactivated")
    if not found.is_private and not found.open:
        raise forbidden(f"bot was kicked from the {found.type} chat")
    return found


def addressee(world: World, call: Call) -> Chat:
    """The chat, if the bot may write into it."""
    found = chat(world, call.params["chat_id"])
    if not found.open:
        raise forbidden("bot can't initiate conversation with a user")
    if found.blocked:
        raise forbidden("bot was blocked by the user")
    return found


def message(place: Chat, message_id: Any, otherwise: str) -> Message:
    found = place.messages.get(message_id)
    if found is None or found.deleted:
        raise bad_request(otherwise)
    return found


def thread(place: Chat, call: Call) -> Json:
    """What a message carries when it goes into a topic."""
    wanted = call.get("message_thread_id")
    if not wanted:
        return {}
    if wanted not in place.topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": wanted, "is_topic_message": True}


def reply_target(world: World, place: Chat, call: Call) -> Message | None:
    asked: Json = call.get("reply_parameters") or {}
    message_id = asked.get("message_id") or call.get("reply_to_message_id")
    if not message_id:
        return None
    where = chat(world, int(asked["chat_id"])) if asked.get("chat_id") else place
    target = where.messages.get(int(message_id))
    if target and not target.deleted:
        return target
    if asked.get("allow_sending_without_reply") or call.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def file(world: World, files: Mapping[str, Upload], value: str, kind: str) -> StoredFile:
    """A file to send: one that was uploaded with the call, or one known by its identifier."""
    if value.startswith("attach://"):
        upload = files.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return _uploaded(world, upload, kind)
    known = world.files.get(value)
    if known is None or known.forgotten:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if known.kind != kind and (known.kind in _SENT_AS or kind in _SENT_AS):
        have, want = _SENT_AS.get(known.kind, known.kind.title()), _SENT_AS.get(kind, kind.title())
        raise bad_request(f"can't use file of type {have} as {want}")
    return known


def _uploaded(world: World, upload: Upload, kind: str) -> StoredFile:
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > (LARGEST_PHOTO if kind == "photo" else LARGEST_FILE):
        raise bad_request(f"file of size {len(upload.data)} bytes is too big for a {kind}")
    return world.store(kind, upload.data, upload.name, upload.mime)
