"""Methods that put something new into a chat."""

from typing import Any

from bot.sandbox import finding, media, rules
from bot.sandbox.checks import Call
from bot.sandbox.offers import offers
from bot.sandbox.records import Chat, Event, Json, Message
from bot.sandbox.refusals import bad_request
from bot.sandbox.world import World

ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip


def _send(world: World, call: Call, content: Json, keyboard: Json | None = None, extra: Json | None = None) -> Message:
    chat = finding.addressee(world, call)
    extra = finding.thread(chat, call) | (extra or {})
    if call.get("protect_content"):
        extra["has_protected_content"] = True
    target = finding.reply_target(world, chat, call)
    return world.post(chat, world.bot, content, reply_markup=keyboard, reply_to=target, extra=extra)


@offers("sendMessage")
def send_message(world: World, call: Call) -> Json:
    return _send(world, call, rules.text(call), rules.keyboard(call)).as_json()


FILES = {
    "sendPhoto": "photo", "sendVoice": "voice", "sendAudio": "audio", "sendVideo": "video", "sendSticker": "sticker",
    "sendDocument": "document", "sendAnimation": "animation", "sendVideoNote": "video_note",
}  # fmt: skip


@offers(*FILES)
def send_file(world: World, call: Call) -> Json:
    kind = FILES[call.method]
    caption, keyboard = rules.caption(call), rules.keyboard(call)
    finding.addressee(world, call)
    file = finding.file(world, call.files, call.params[kind], kind)
    return _send(world, call, media.content(world, file, call.params) | caption, keyboard).as_json()


@offers("sendMediaGroup")
def send_media_group(world: World, call: Call) -> list[Json]:
    items: list[Json] = call.params["media"]
    if not 2 <= len(items) <= 10:
        raise bad_request("wrong number of media: album must contain from 2 to 10 items")
    kinds = {item["type"] for item in items}
    if len(kinds) > 1 and kinds - {"photo", "video"}:
        raise bad_request("documents and audio can be grouped only with files of the same type")
    finding.addressee(world, call)
    contents = [
        media.content(world, finding.file(world, call.files, item["media"], item["type"]), item) | rules.caption(item)
        for item in items
    ]
    album = {"media_group_id": world.group_id()}
    return [_send(world, call, content, extra=album).as_json() for content in contents]


@offers("sendChatAction")
def send_chat_action(world: World, call: Call) -> bool:
    if call.params["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = finding.addressee(world, call)
    world.emit(Event("typing", chat.id, data={"action": call.params["action"]}))
    return True


@offers("copyMessage")
def copy_message(world: World, call: Call) -> Json:
    original = _original(world, call, "copy")
    content = dict(original.content)
    if "caption" in call.params and original.kind != "text":
        content = {key: value for key, value in content.items() if key not in media.WORDS} | rules.caption(call)
    return {"message_id": _send(world, call, content, rules.keyboard(call)).id}


@offers("forwardMessage")
def forward_message(world: World, call: Call) -> Json:
    original = _original(world, call, "forward")
    if original.protected:
        raise bad_request("message can't be forwarded")
    origin = original.extra.get("forward_origin") or {
        "type": "user",
        "sender_user": original.sender.as_json(),
        "date": int(original.date.timestamp()),
    }
    return _send(world, call, dict(original.content), extra={"forward_origin": origin}).as_json()


def _original(world: World, call: Call, verb: str) -> Message:
    source: Chat = finding.chat(world, call.params["from_chat_id"])
    original = finding.message(source, call.params["message_id"], f"message to {verb} not found")
    if original.kind == "service":
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return original


@offers("answerCallbackQuery")
def answer_callback_query(world: World, call: Call) -> bool:
    said: str = call.get("text") or ""
    if len(said) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    query = world.queries.get(call.params["callback_query_id"])
    age = (world.clock() - query.asked_at).total_seconds() if query else 0.0
    if query is None or age > world.query_seconds:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    answer: dict[str, Any] = {"text": said, "show_alert": bool(call.get("show_alert")), "query": query.id}
    query.answers.append(answer)
    if said:
        world.people[query.user.id].toasts.append(said)
    kind = "alert" if answer["show_alert"] else "toast"
    world.emit(Event(kind if said else "answer", query.message.chat.id, data=answer | {"person_id": query.user.id}))
    return True
