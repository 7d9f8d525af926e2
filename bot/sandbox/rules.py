"""What Telegram lets into a message: lengths of words, and what a keyboard may hold."""

import re
from typing import Any

from bot.sandbox.checks import Call
from bot.sandbox.markup import clean, from_html, trim, units, with_found
from bot.sandbox.records import Json
from bot.sandbox.refusals import bad_request

TEXT, CAPTION = 4096, 1024
#: Bytes, before the markup is read.
RAW_TEXT = 32_768
BUTTONS = 100

#: Exactly one of these makes an inline button.
ACTIONS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay", "disabled",
}  # fmt: skip
STYLES = {"danger", "success", "primary"}
_URL = re.compile(r"(https?://|tg://)[^\s/?#]+|[\w-]+(\.[\w-]+)+")


def words(source: str, mode: str | None, entities: list[Json] | None) -> tuple[str, list[Json]]:
    """Text and entities as the receiver sees them."""
    if len(source.encode()) > RAW_TEXT:
        raise bad_request("text is too long")
    if mode and mode.lower() == "html":
        text, found = from_html(source)
    elif mode and mode.lower() in ("markdown", "markdownv2"):
        raise bad_request(f"the sandbox does not offer parse_mode {mode}")
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        text, found = trim(clean(source), entities or [])
    return text, with_found(text, found)


def text(call: Call) -> Json:
    said, entities = words(call.get("text", ""), call.get("parse_mode"), call.get("entities"))
    if not said:
        raise bad_request("message text is empty")
    if units(said) > TEXT:
        raise bad_request("message is too long")
    return {"text": said, "entities": entities} if entities else {"text": said}


def caption(given: Any) -> Json:
    """From a call, or from one item of an album."""
    said, entities = words(given.get("caption") or "", given.get("parse_mode"), given.get("caption_entities"))
    if units(said) > CAPTION:
        raise bad_request("message caption is too long")
    if not said:
        return {}
    return {"caption": said, "caption_entities": entities} if entities else {"caption": said}


def keyboard(call: Call) -> Json | None:
    """The checked reply markup; None if there is none, or if it is an inline keyboard without buttons."""
    markup: Json | None = call.get("reply_markup")
    if not markup:
        return None
    rows = markup.get("inline_keyboard")
    if "keyboard" in markup:
        raise bad_request("the sandbox does not offer reply keyboards")
    if rows is None:
        return markup
    rows = [row for row in rows if row]
    if sum(len(row) for row in rows) > BUTTONS:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _button(button)
    return {"inline_keyboard": rows} if rows else None


def _button(button: Json) -> None:
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Text of the button is empty")
    actions = [name for name in ACTIONS & button.keys() if button[name] != ""]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action is allowed")
    if button.get("style", "primary") not in STYLES:
        raise bad_request("can't parse inline keyboard button: Invalid button style specified")
    _action(actions[0], button)


def _action(action: str, button: Json) -> None:
    if action == "callback_data" and len(button[action].encode()) > 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "copy_text" and not 1 <= units(button[action]["text"]) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if action == "url" and not _URL.match(button[action]):
        raise bad_request(f"inline keyboard button URL '{button[action]}' is invalid: Wrong HTTP URL")
