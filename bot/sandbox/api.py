"""The Bot API over HTTP: reads a call in any of the forms Telegram takes and answers as Telegram does."""

import asyncio
import inspect
import json
import time
from typing import Any

from aiohttp import web

from bot.sandbox import editing, offers, profile, receiving, sending
from bot.sandbox.checks import Call, Spec, Upload, check, spec
from bot.sandbox.faults import Fault
from bot.sandbox.records import Called, Event, Json
from bot.sandbox.refusals import ApiError, bad_request
from bot.sandbox.world import World

#: Importing these fills the table of methods.
METHOD_MODULES = (editing, profile, receiving, sending)
#: Methods that the pace of `World.limits` counts; edits only if it says so.
_EDITS = {"editMessageText", "editMessageCaption", "editMessageReplyMarkup", "editMessageMedia"}
_SENDS = {
    "sendMessage", "sendPhoto", "sendVoice", "sendAudio", "sendVideo", "sendDocument", "sendSticker",
    "sendMediaGroup", "copyMessage", "forwardMessage",
}  # fmt: skip
_NOT_FOUND = ApiError(404, "Not Found")


class BotApi:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/bot{token}/{method}", self.call),
            web.post("/bot{token}/{method}", self.call),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    async def download(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.world.token:
            return _answer(ApiError(401, "Unauthorized"))
        file = self.world.paths.get(request.match_info["path"])
        if file is None or file.forgotten:
            return _answer(_NOT_FOUND)
        return web.Response(body=file.data, content_type="application/octet-stream")

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call, from the bytes of the request to those of the answer."""
        name, chat_id, params = request.match_info["method"], None, {}
        started = time.monotonic()
        try:
            method = self._method(request)
            name = method.name
            call = check(method, *await _read(request))
            params, chat_id = call.params, call.get("chat_id")
            fault = self.world.faults.next(name, chat_id)
            if fault and fault.kind == "cut_before":
                self._log(started, call, 0, "cut before")
                return _cut(request)
            result = await self._apply(call, fault)
        except ApiError as error:
            self._log(started, Call(name, params), error.code, error.description)
            return _answer(error)
        cut = fault is not None and fault.kind == "cut_after"
        self._log(started, call, 0 if cut else 200, "cut after" if cut else "")
        if cut:
            return _cut(request)
        if fault:
            await asyncio.sleep(fault.seconds)
        return web.Response(body=json.dumps({"ok": True, "result": result}), content_type="application/json")

    def _method(self, request: web.Request) -> Spec:
        if request.match_info["token"] != self.world.token:
            raise ApiError(401, "Unauthorized")
        found = spec(request.match_info["method"])
        if found is None:
            raise _NOT_FOUND
        return found

    async def _apply(self, call: Call, fault: Fault | None) -> Any:
        run = offers.METHODS.get(call.method)
        if run is None:
            raise bad_request(f"the sandbox does not offer {call.method}")
        if fault:
            fault.refuse()
        self._pace(call)
        result = run(self.world, call)
        return await result if inspect.isawaitable(result) else result

    def _pace(self, call: Call) -> None:
        limits, chat_id = self.world.limits, call.get("chat_id")
        if limits is None or not isinstance(chat_id, int):
            return
        if call.method in _SENDS or (limits.edits and call.method in _EDITS):
            limits.take(chat_id, time.monotonic(), len(call.get("media", "1")))

    def _log(self, started: float, call: Call, code: int, description: str) -> None:
        called = Called(started, call.method, call.get("chat_id"), code, description, call.params)
        self.world.calls.append(called)
        self.world.emit(Event("call"))


async def _read(request: web.Request) -> tuple[Json, dict[str, Upload]]:
    """Parameters and uploaded files, from the query, JSON, a form or a multipart form."""
    raw: Json = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        raw |= _object(await request.read())
    elif request.can_read_body:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = Upload(value.filename, value.content_type, value.file.read())
            else:
                raw[name] = value.decode() if isinstance(value, (bytes, bytearray)) else value
    return raw, files


def _object(body: bytes) -> Json:
    try:
        found = json.loads(body) if body else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise bad_request("can't parse JSON object")
    return found


def _answer(error: ApiError) -> web.Response:
    headers = {"Retry-After": str(error.parameters["retry_after"])} if "retry_after" in error.parameters else None
    return web.json_response(error.as_json(), status=error.code, headers=headers)


def _cut(request: web.Request) -> web.Response:
    """Drop the connection; what is returned goes nowhere."""
    if request.transport:
        request.transport.abort() if isinstance(request.transport, asyncio.Transport) else None
    return web.Response()
