"""Methods that change or remove what is in a chat already."""

from datetime import timedelta
from typing import Any

from bot.sandbox import finding, media, rules
from bot.sandbox.checks import Call
from bot.sandbox.offers import offers
from bot.sandbox.records import Chat, Json, Message
from bot.sandbox.refusals import bad_request
from bot.sandbox.world import World

DELETABLE = timedelta(hours=48)


def _editable(world: World, call: Call) -> Message:
    if "chat_id" not in call.params:
        raise bad_request("chat_id is empty")
    if not call.get("message_id"):
        raise bad_request("message identifier is not specified")
    chat = finding.chat(world, call.params["chat_id"])
    message = finding.message(chat, call.params["message_id"], "message to edit not found")
    other_markup = message.reply_markup and "inline_keyboard" not in message.reply_markup
    if message.sender is not world.bot or "forward_origin" in message.extra or other_markup:
        raise bad_request("message can't be edited")
    return message


def _change(world: World, message: Message, content: Json, keyboard: Json | None) -> Json:
    if keyboard and "inline_keyboard" not in keyboard:
        raise bad_request("inline keyboard expected")
    if content == message.content and keyboard == message.reply_markup:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message"
        )
    world.change(message, content, keyboard)
    return message.as_json()


@offers("editMessageText")
def edit_text(world: World, call: Call) -> Json:
    words, keyboard = rules.text(call), rules.keyboard(call)
    message = _editable(world, call)
    if message.kind != "text":
        raise bad_request("there is no text in the message to edit")
    return _change(world, message, words, keyboard)


@offers("editMessageCaption")
def edit_caption(world: World, call: Call) -> Json:
    words, keyboard = rules.caption(call), rules.keyboard(call)
    message = _editable(world, call)
    if message.kind in ("text", "service", "sticker"):
        raise bad_request("there is no caption in the message to edit")
    kept = {key: value for key, value in message.content.items() if key not in media.WORDS}
    return _change(world, message, kept | words, keyboard)


@offers("editMessageReplyMarkup")
def edit_reply_markup(world: World, call: Call) -> Json:
    keyboard = rules.keyboard(call)
    message = _editable(world, call)
    return _change(world, message, message.content, keyboard)


@offers("editMessageMedia")
def edit_media(world: World, call: Call) -> Json:
    item: Json = call.params["media"]
    words, keyboard = rules.caption(item), rules.keyboard(call)
    message = _editable(world, call)
    file = finding.file(world, call.files, item["media"], item["type"])
    return _change(world, message, media.content(world, file, item) | words, keyboard)


@offers("deleteMessage")
def delete_message(world: World, call: Call) -> bool:
    chat = finding.chat(world, call.params["chat_id"])
    message = finding.message(chat, call.params["message_id"], "message to delete not found")
    if not _deletable(world, message):
        raise bad_request("message can't be deleted for everyone")
    world.delete(message)
    return True


@offers("deleteMessages")
def delete_messages(world: World, call: Call) -> bool:
    """Those that cannot be deleted are skipped, as Telegram skips them."""
    chat = finding.chat(world, call.params["chat_id"])
    wanted: list[int] = call.params["message_ids"]
    if not wanted:
        raise bad_request("message identifiers are not specified")
    if len(wanted) > 100:
        raise bad_request("too many message identifiers specified")
    for message in (chat.messages.get(int(known)) for known in wanted):
        if message and not message.deleted and _deletable(world, message):
            world.delete(message)
    return True


def _deletable(world: World, message: Message) -> bool:
    own_or_private = message.sender is world.bot or message.chat.is_private
    return own_or_private and world.clock() - message.date < DELETABLE


@offers("setMessageReaction")
def set_reaction(world: World, call: Call) -> bool:
    message = _target(world, call, "message to react not found")
    reactions: list[Json] = call.get("reaction") or []
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    world.mark(message, world.bot.id, reactions)
    return True


@offers("pinChatMessage")
def pin(world: World, call: Call) -> bool:
    message = _target(world, call, "message to pin not found")
    if message.id not in message.chat.pinned:
        message.chat.pinned.append(message.id)
    return True


def _target(world: World, call: Call, otherwise: str) -> Message:
    chat: Chat = finding.chat(world, call.params["chat_id"])
    return finding.message(chat, call.params["message_id"], otherwise)


@offers("leaveChat")
def leave(world: World, call: Call) -> bool:
    chat = finding.chat(world, call.params["chat_id"])
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    chat.open = False
    return True


@offers("getChat")
def get_chat(world: World, call: Call) -> Json:
    chat = finding.chat(world, call.params["chat_id"])
    gifts: dict[str, Any] = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
        False,
    )
    full = chat.as_json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    if chat.pinned:
        full["pinned_message"] = chat.messages[chat.pinned[-1]].as_json(with_reply=False)
    return full
