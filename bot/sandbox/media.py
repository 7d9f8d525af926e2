"""Files in messages: what each kind looks like in the Bot API."""

import base64
import struct
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.sandbox.records import Json, StoredFile

if TYPE_CHECKING:
    from bot.sandbox.world import World

#: The smallest picture and the smallest sound, for those who bring none.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
SILENCE = b"OggS" + bytes(24)

#: Pixels of a small picture's longer side.
THUMBNAIL = 90
#: The fields of a message's content that are words, not files.
WORDS = {"text", "entities", "caption", "caption_entities"}
MIME = {
    "photo": "image/jpeg",
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "animation": "video/mp4",
    "video_note": "video/mp4",
    "sticker": "image/webp",
}
#: What each kind tells beyond its file, when nobody says otherwise.
_SHAPE: dict[str, Json] = {
    "voice": {"duration": 3},
    "audio": {"duration": 180},
    "video": {"width": 1280, "height": 720, "duration": 10},
    "animation": {"width": 320, "height": 240, "duration": 2},
    "video_note": {"length": 240, "duration": 5},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
    "document": {},
}
_NAMED = {"document", "video", "audio", "animation"}
_TYPED = _NAMED | {"voice"}


def content(world: "World", file: StoredFile, more: Mapping[str, Any]) -> Json:
    """The part of a message that shows `file`; `more` may give duration, width and the like."""
    if file.kind == "photo":
        return {"photo": _sizes(world, file)}
    shape = {key: more.get(key, usual) for key, usual in _SHAPE[file.kind].items()}
    body = identity(file) | shape
    if file.kind in _NAMED and file.name:
        body["file_name"] = file.name
    if file.kind in _TYPED and file.mime:
        body["mime_type"] = file.mime
    shown: Json = {file.kind: body}
    if file.kind == "animation":
        shown["document"] = identity(file) | {"mime_type": "video/mp4"}
    return shown


def identity(file: StoredFile) -> Json:
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size}


def _sizes(world: "World", file: StoredFile) -> list[Json]:
    """A small and the full size, smallest first; each size is a file of its own."""
    width, height = _dimensions(file.data)
    if file.small is None:
        file.small = world.store("photo", file.data, mime=file.mime)
    small = file.small
    scale = min(1.0, THUMBNAIL / max(width, height))
    return [
        identity(small) | {"width": max(1, int(width * scale)), "height": max(1, int(height * scale))},
        identity(file) | {"width": width, "height": height},
    ]


def _dimensions(data: bytes) -> tuple[int, int]:
    """Pixels of a PNG; a usual photo's for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    return 1280, 960


def poll(question: str, options: Sequence[str]) -> Json:
    return {
        "id": "1",
        "question": question,
        "options": [{"persistent_id": str(n), "text": text, "voter_count": 0} for n, text in enumerate(options)],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
