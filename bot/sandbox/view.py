"""What the demo page is given: messages, people and groups as plain JSON, words as safe HTML."""

from collections.abc import Iterator
from html import escape

from bot.sandbox.person import Person
from bot.sandbox.records import Chat, Event, Json, Message
from bot.sandbox.world import World

RIGHT_TO_LEFT = {"fa", "ar", "ur", "he"}
_TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "expandable_blockquote": "blockquote", "spoiler": "span", "text_link": "a",
    "url": "a", "bot_command": "a",
}  # fmt: skip
SNIPPET = 80


def html(text: str, entities: list[Json]) -> str:
    """Line breaks stay; a command is `<a class="command">`, a spoiler `<span class="spoiler">`."""
    wide = text.encode("utf-16-le")
    places = sorted({0, len(wide) // 2, *(place for e in entities for place in _ends(e))})
    parts: list[str] = []
    stack: list[Json] = []
    for place, after in zip(places, [*places[1:], None], strict=True):
        parts += _closed(stack, place)
        for entity in (e for e in entities if e["offset"] == place and e["type"] in _TAGS):
            parts.append(_opening(entity, wide))
            stack.append(entity)
        parts.append(escape(wide[place * 2 : after and after * 2].decode("utf-16-le", "replace")))
    return "".join(parts)


def _ends(entity: Json) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _closed(stack: list[Json], place: int) -> Iterator[str]:
    """Close what ends here; what was opened later and goes on is closed and opened again around it."""
    deepest = next((n for n, entity in enumerate(stack) if _ends(entity)[1] <= place), len(stack))
    inner = stack[deepest:]
    for entity in reversed(inner):
        yield f"</{_TAGS[entity['type']]}>"
    del stack[deepest:]
    for entity in inner:
        if _ends(entity)[1] > place:
            stack.append(entity)
            yield _opening(entity, b"")


def _opening(entity: Json, wide: bytes) -> str:
    kind = entity["type"]
    covered = wide[entity["offset"] * 2 : _ends(entity)[1] * 2].decode("utf-16-le", "replace")
    if kind in ("text_link", "url"):
        link = entity.get("url") or covered
        return f'<a href="{escape(link)}" target="_blank" rel="noopener noreferrer nofollow">'
    if kind == "bot_command":
        return f'<a class="command" data-command="{escape(covered)}">'
    classes = {"spoiler": ' class="spoiler"', "expandable_blockquote": ' class="expandable"'}
    return f"<{_TAGS[kind]}{classes.get(kind, '')}>"


def message(shown: Message) -> Json:
    """One message; `from` is "bot" or the person's id."""
    body: Json = {
        "id": shown.id,
        "chat_id": shown.chat.id,
        "from": "bot" if shown.sender.is_bot else shown.sender.id,
        "author": shown.sender.first_name,
        "date": shown.date.isoformat(),
        "kind": shown.kind,
        "text": shown.text,
        "html": html(shown.text, shown.entities),
        "media_group_id": shown.extra.get("media_group_id"),
        "edited": shown.edited_at is not None,
        "deleted": shown.deleted,
        "protected": shown.protected,
        "keyboard": keyboard(shown),
        "reactions": [r["emoji"] for given in shown.reactions.values() for r in given if "emoji" in r],
        "reply_to": None,
    }
    if target := shown.reply_to:
        body["reply_to"] = {"id": target.id, "snippet": (target.text or target.kind)[:SNIPPET]}
    return body | _file(shown) | _other(shown)


def _file(shown: Message) -> Json:
    content = shown.content.get(shown.kind)
    content = content[-1] if isinstance(content, list) else content
    if not isinstance(content, dict) or "file_id" not in content:
        return {"file": None}
    return {
        "file": f"/sandbox/files/{content['file_id']}",
        "name": content.get("file_name"),
        "size": content["file_size"],
        "mime": content.get("mime_type"),
        "duration": content.get("duration"),
    }


def _other(shown: Message) -> Json:
    """What kinds without a file and without words hold (a place, a contact, who joined)."""
    if shown.kind in ("venue", "location", "contact", "poll", "dice"):
        return {"data": shown.content[shown.kind]}
    return {"data": shown.content} if shown.kind == "service" else {}


def keyboard(shown: Message) -> list[list[Json]]:
    return [
        [_button(button, row, col) for col, button in enumerate(buttons)]
        for row, buttons in enumerate(shown.inline_keyboard)
    ]


def _button(button: Json, row: int, col: int) -> Json:
    body: Json = {"text": button["text"], "style": button.get("style"), "row": row, "col": col}
    if "url" in button:
        body["url"] = button["url"]
    elif "copy_text" in button:
        body["copy"] = button["copy_text"]["text"]
    else:
        body["tap"] = "callback_data" in button
    return body


def person(shown: Person) -> Json:
    language = shown.user.language_code or "en"
    return {
        "id": shown.id,
        "name": shown.user.first_name,
        "language": language,
        "direction": "rtl" if language[:2] in RIGHT_TO_LEFT else "ltr",
        "role": shown.role,
        "started": shown.chat.open,
        "blocked": shown.chat.blocked,
        "unread": shown.unread,
    }


def group(shown: Chat) -> Json:
    return {"id": shown.id, "title": shown.title, "members": list(shown.members)}


def state(world: World) -> Json:
    groups = [c for c in world.chats.values() if not c.is_private and c.migrated_to is None]
    return {
        "bot": {"name": world.bot.first_name, "username": world.bot.username},
        "people": [person(p) for p in world.people.values()],
        "groups": [group(c) for c in groups],
        "clock": world.clock().isoformat(),
        "timezone": world.timezone,
    }


def event(seen: Event, world: World) -> Json:
    body: Json = {"type": seen.type, "chat_id": seen.chat_id, **seen.data}
    if seen.message:
        body["message"] = message(seen.message)
    if seen.type == "clock":
        body["clock"] = world.clock().isoformat()
    return body
