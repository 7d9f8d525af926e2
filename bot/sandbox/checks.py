"""A call as it comes in: does the method exist, does it take these parameters, are they of the right type.

The models of aiogram know every method of the Bot API; they are stricter than Telegram on types, and here
also on names: a parameter that no method has is a mistake, and Telegram would not say so.
"""

import json
import typing
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import aiogram.methods
from aiogram.methods.base import TelegramMethod
from aiogram.types import InlineKeyboardMarkup, InputFile
from pydantic import BaseModel, ValidationError

from bot.sandbox.records import Json
from bot.sandbox.refusals import ApiError, bad_request

#: Parameters of things the sandbox does not have. Given one, it refuses rather than ignore it.
NOT_OFFERED = {
    "business_connection_id", "direct_messages_topic_id", "suggested_post_parameters", "rich_message",
    "ephemeral_message_parameters", "receiver_user_id", "inline_message_id", "allow_paid_broadcast",
}  # fmt: skip

#: What Telegram says when a parameter is missing that is not optional.
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "file_id": "file_id not specified",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "from_chat_id": "from_chat_id is empty",
}


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Spec:
    """One method of the Bot API and which of its parameters are JSON."""

    name: str
    model: type[TelegramMethod[Any]]
    nested: frozenset[str]
    required: frozenset[str]


@dataclass(slots=True)
class Call:
    """Checked parameters: plain values as their type, nested ones as the JSON that was given."""

    method: str
    params: Json
    files: dict[str, Upload] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        return self.params.get(name, default)


def _is_nested(annotation: Any) -> bool:
    if isinstance(annotation, type) and not typing.get_origin(annotation):
        return issubclass(annotation, BaseModel) and not issubclass(annotation, InputFile)
    if typing.get_origin(annotation) is list:
        return True
    return any(_is_nested(inner) for inner in typing.get_args(annotation))


@cache
def spec(name: str) -> Spec | None:
    """By the method's name in any case; None if the Bot API has no such method."""
    model = _models().get(name.lower())
    if model is None:
        return None
    fields = model.model_fields
    return Spec(
        model.__api_method__,
        model,
        frozenset(key for key, info in fields.items() if _is_nested(info.annotation)),
        frozenset(key for key, info in fields.items() if info.is_required()),
    )


@cache
def _models() -> dict[str, type[TelegramMethod[Any]]]:
    found = (getattr(aiogram.methods, name) for name in aiogram.methods.__all__)
    return {m.__api_method__.lower(): m for m in found if isinstance(getattr(m, "__api_method__", None), str)}


def check(method: Spec, raw: Json, files: dict[str, Upload]) -> Call:
    """The call in typed form, or the `ApiError` that Telegram answers."""
    given = {name: _decode(method, name, value) for name, value in raw.items() if value is not None}
    _known(method, given)
    given |= {name: f"attach://{name}" for name in files if name in method.model.model_fields}
    for name in method.required - given.keys():
        raise bad_request(_MISSING.get(name, f"there is no {name} in the request"))
    model = _typed(method, given)
    for name in method.nested & given.keys():
        _no_surplus(getattr(model, name), name)
    params = {n: v if n in method.nested else getattr(model, n) for n, v in given.items()}
    for name in ("chat_id", "from_chat_id"):
        if name in params:
            params[name] = _number(params[name])
    return Call(method.name, params, files)


def _typed(method: Spec, given: Json) -> TelegramMethod[Any]:
    try:
        markup = given.get("reply_markup")
        if isinstance(markup, dict) and "inline_keyboard" in markup:
            # Else pydantic, which tries every kind of markup, takes a wrong keyboard for a ForceReply.
            given = given | {"reply_markup": InlineKeyboardMarkup.model_validate(markup)}
        return method.model.model_validate(given)
    except ValidationError as error:
        raise _wrong_type(error) from None


def _known(method: Spec, given: Json) -> None:
    for name in given:
        if name not in method.model.model_fields:
            raise bad_request(f"{method.name} has no parameter {name}")
        if name in NOT_OFFERED:
            raise bad_request(f"the sandbox does not offer the parameter {name}")


def _decode(method: Spec, name: str, value: Any) -> Any:
    """Nested parameters may come as JSON in a string; everything nested loses its nulls."""
    if name not in method.nested:
        return value
    if isinstance(value, str):
        try:
            value = json.loads(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
    return _without_nulls(value)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_nulls(inner) for inner in value]
    return value


def _wrong_type(error: ValidationError) -> ApiError:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return bad_request(f"can't parse {place}: {first['msg']}")


def _no_surplus(value: Any, path: str) -> None:
    """Refuse unknown fields inside nested parameters; the models let them pass."""
    if isinstance(value, list):
        for place, inner in enumerate(value):
            _no_surplus(inner, f"{path}[{place}]")
    elif isinstance(value, BaseModel):
        if value.model_extra:
            raise bad_request(f"{path} has no field {next(iter(value.model_extra))}")
        for name, inner in value.__dict__.items():
            if inner is not None and isinstance(inner, (list, BaseModel)):
                _no_surplus(inner, f"{path}.{name}")


def _number(chat_id: int | str) -> int | str:
    try:
        return int(chat_id)
    except ValueError:
        return chat_id
