"""Methods about the bot itself: who it is, its commands and its texts, each by language; and files."""

import re

from bot.sandbox import finding
from bot.sandbox.checks import Call
from bot.sandbox.media import identity
from bot.sandbox.offers import offers
from bot.sandbox.records import Event, Json
from bot.sandbox.refusals import bad_request
from bot.sandbox.world import World

#: Bytes that a bot may download.
LARGEST_DOWNLOAD = 20 * 1024 * 1024
_LONGEST = {"name": 64, "description": 512, "short_description": 120}
_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")


@offers("getMe")
def get_me(world: World, call: Call) -> Json:
    return world.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@offers("getFile")
def get_file(world: World, call: Call) -> Json:
    file = world.files.get(call.params["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    if file.forgotten:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return identity(file) | {"file_path": file.path}


@offers("setMyCommands")
def set_commands(world: World, call: Call) -> bool:
    commands: list[Json] = call.params["commands"]
    key = _key(world, call)
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for entry in commands:
        if not _COMMAND.fullmatch(entry["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(entry["description"].strip()) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return _put(world, key, commands)


@offers("deleteMyCommands")
def delete_commands(world: World, call: Call) -> bool:
    return _put(world, _key(world, call), [])


def _put(world: World, key: tuple[str, str], commands: list[Json]) -> bool:
    if commands:
        world.commands[key] = commands
    else:
        world.commands.pop(key, None)
    scope, _, chat = key[0].partition(":")
    world.emit(Event("commands", int(chat) if scope == "chat" else None))
    return True


@offers("getMyCommands")
def get_commands(world: World, call: Call) -> list[Json]:
    return world.commands.get(_key(world, call), [])


def _key(world: World, call: Call) -> tuple[str, str]:
    scope: Json = call.get("scope") or {"type": "default"}
    name = str(scope["type"])
    if "chat_id" in scope:
        name += f":{finding.chat(world, int(scope['chat_id'])).id}"
    if "user_id" in scope:
        name += f":{scope['user_id']}"
    return name, _language(call)


def _language(call: Call) -> str:
    code: str = call.get("language_code") or ""
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


@offers("setMyName", "setMyDescription", "setMyShortDescription")
def set_text(world: World, call: Call) -> bool:
    field = _field(call)
    text: str = call.get(field) or ""
    if len(text) > _LONGEST[field]:
        raise bad_request(f"bot {field.replace('_', ' ')} is too long")
    world.profile[field, _language(call)] = text
    return True


@offers("getMyName", "getMyDescription", "getMyShortDescription")
def get_text(world: World, call: Call) -> Json:
    field, language = _field(call), _language(call)
    text = world.profile.get((field, language)) or world.profile.get((field, ""))
    return {field: text or (world.bot.first_name if field == "name" else "")}


def _field(call: Call) -> str:
    words = re.findall("[A-Z][a-z]+", call.method)
    return "_".join(words[1:]).lower()


def commands_for(world: World, chat_id: int, language: str) -> list[Json]:
    """What the menu of a chat shows: the narrowest scope that has commands, in the best language."""
    every = "all_private_chats" if chat_id > 0 else "all_group_chats"
    for scope in (f"chat:{chat_id}", every, "default"):
        for code in (language[:2], ""):
            if found := world.commands.get((scope, code)):
                return found
    return []
