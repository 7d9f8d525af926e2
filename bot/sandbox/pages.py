"""The demo page and the HTTP interface it works with; for this machine's own browser only."""

import asyncio
import contextlib
import json
import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox import view
from bot.sandbox.person import Person
from bot.sandbox.profile import commands_for
from bot.sandbox.records import Chat, Event, Json, Message
from bot.sandbox.world import World

PAGE = Path(__file__).parent / "page"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
#: What the page hears of; everything else is the bot's affair.
SEEN = {"message", "edit", "delete", "reaction", "toast", "alert", "typing", "commands", "clock", "people"}
#: Seconds between two signs of life.
HEARTBEAT = 15
#: Shown in the browser; anything else is only downloaded, since a page of a stranger could come as a file.
_SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp", "audio/ogg", "audio/mpeg", "video/mp4"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other sites (by name or by origin), and answer errors in words."""
    ours = request.path.startswith("/sandbox/")
    origin = request.headers.get("Origin")
    if (ours and not _local(f"//{request.host}")) or (origin and not _local(origin)):
        return web.json_response({"error": "the sandbox answers only its own page"}, status=403)
    if not ours:
        return await handler(request)
    try:
        return await handler(request)
    except LookupError as error:
        return web.json_response({"error": f"not found: {error}"}, status=404)
    except (ValueError, TypeError, PermissionError) as error:
        return web.json_response({"error": str(error)}, status=400)


def _local(url: str) -> bool:
    try:
        return urlsplit(url).hostname in LOOPBACK
    except ValueError:
        return False


class Pages:
    def __init__(self, world: World) -> None:
        self.world = world
        self._watching: set[asyncio.Queue[Json | None]] = set()
        self._stop = world.listen(self._on_event)
        # Kept in memory: aiohttp opens a file in a thread, and one that is asked for by a page that goes stays open.
        self._parts = {path.relative_to(PAGE).as_posix(): path.read_bytes() for path in PAGE.rglob("*.*")}

    def close(self) -> None:
        self._stop()
        for queue in self._watching:
            queue.put_nowait(None)

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/", self.index),
            web.get("/page/{part:.+}", self.part),
            web.get("/sandbox/state", self.state),
            web.get("/sandbox/events", self.events),
            web.get("/sandbox/chats/{chat}/messages", self.messages),
            web.get("/sandbox/chats/{chat}/commands", self.commands),
            web.get("/sandbox/files/{file}", self.file),
            web.get("/sandbox/clock", self.clock),
            web.post("/sandbox/clock", self.advance),
            web.post("/sandbox/faults", self.fault),
            web.post("/sandbox/people", self.join),
            web.post("/sandbox/people/{person}/media", self.media),
            web.post("/sandbox/people/{person}/{act}", self.act),
        ]

    # ------------------------------------------------------------------ looking

    async def index(self, request: web.Request) -> web.StreamResponse:
        return self._part("index.html")

    async def part(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["part"]
        return self._part(name) if name in self._parts else web.Response(status=404)

    def _part(self, name: str) -> web.Response:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return web.Response(body=self._parts[name], content_type=kind, headers={"Cache-Control": "no-cache"})

    async def state(self, request: web.Request) -> web.Response:
        return web.json_response(view.state(self.world))

    async def messages(self, request: web.Request) -> web.Response:
        chat = self._chat(request)
        if reader := self.world.people.get(int(request.query.get("as", 0))):
            reader.unread = 0
        return web.json_response([view.message(m) for m in chat.messages.values() if not m.deleted])

    async def commands(self, request: web.Request) -> web.Response:
        chat = self._chat(request)
        language = (chat.user and chat.user.language_code) or ""
        return web.json_response(commands_for(self.world, chat.id, language))

    async def file(self, request: web.Request) -> web.Response:
        file = self.world.files[request.match_info["file"]]
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        if file.mime in _SHOWN:
            return web.Response(body=file.data, content_type=file.mime, headers=headers)
        headers["Content-Disposition"] = "attachment"
        return web.Response(body=file.data, content_type="application/octet-stream", headers=headers)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events until either side hangs up."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._watching.add(queue)
        try:
            await response.write(b": hello\n\n")
            while True:
                with contextlib.suppress(TimeoutError):
                    body = await asyncio.wait_for(queue.get(), HEARTBEAT)
                    if body is None:
                        return response
                    await response.write(f"data: {json.dumps(body)}\n\n".encode())
                    continue
                await response.write(b": still here\n\n")
        except ConnectionResetError:
            return response
        finally:
            self._watching.discard(queue)

    def _on_event(self, event: Event) -> None:
        if event.type not in SEEN:
            return
        reader = self.world.people.get(event.chat_id or 0)
        if reader and event.type == "message" and event.message and event.message.sender.is_bot:
            reader.unread += 1
        if self._watching:
            body = view.event(event, self.world)
            for queue in self._watching:
                queue.put_nowait(body)

    # ------------------------------------------------------------------ acting

    async def join(self, request: web.Request) -> web.Response:
        given = await request.json()
        person = self.world.person(str(given["name"]), str(given.get("language", "en")))
        if "payload" in given:
            person.start(str(given["payload"]))
        return web.json_response(view.person(person))

    async def act(self, request: web.Request) -> web.Response:
        """One of: say, tap, edit, start, block, unblock."""
        person = self._person(request)
        given: Json = await request.json() if request.can_read_body else {}
        done: Message | None = None
        match request.match_info["act"]:
            case "say":
                done = person.say(str(given["text"]), given.get("reply_to"), chat=self._place(person, given))
            case "tap":
                self._tap(person, given)
            case "edit":
                done = person.edit(self._message(person, given), str(given["text"]))
            case "start":
                done = person.start(str(given.get("payload", "")))
            case "block":
                person.block()
            case "unblock":
                person.unblock()
            case other:
                raise LookupError(other)
        return web.json_response({"ok": True, "message": view.message(done) if done else None})

    def _tap(self, person: Person, given: Json) -> None:
        message = self._message(person, given)
        person.tap(message.inline_keyboard[int(given["row"])][int(given["col"])], message)

    async def media(self, request: web.Request) -> web.Response:
        """A form with `kind`, `caption`, `chat_id` and one file or several, which become an album."""
        person, form = self._person(request), await request.post()
        files = [part for part in form.values() if isinstance(part, web.FileField)]
        kind, caption = str(form.get("kind", "document")), str(form.get("caption", ""))
        place = self._place(person, {"chat_id": form.get("chat_id")})
        reply_to = int(str(form["reply_to"])) if form.get("reply_to") else None
        about = {"kind": kind, "chat": place, "reply_to": reply_to}
        items = [about | {"data": part.file.read(), "name": part.filename, "mime": part.content_type} for part in files]
        if not items:
            raise ValueError("no file was sent")
        sent = person.album(items, caption)
        return web.json_response({"ok": True, "messages": [view.message(m) for m in sent]})

    async def fault(self, request: web.Request) -> web.Response:
        self.world.faults.add(**await request.json())
        return web.json_response({"ok": True})

    async def clock(self, request: web.Request) -> web.Response:
        return web.json_response({"clock": self.world.clock().isoformat()})

    async def advance(self, request: web.Request) -> web.Response:
        if self.world.on_advance is None:
            return web.json_response({"error": "this clock cannot be moved"}, status=501)
        seconds = float((await request.json())["advance"])
        if not 0 <= seconds < 10 * 366 * 86400:
            raise ValueError("advance is a number of seconds, from 0 to ten years")
        await self.world.on_advance(seconds)
        self.world.emit(Event("clock"))
        return await self.clock(request)

    # ------------------------------------------------------------------ finding

    def _chat(self, request: web.Request) -> Chat:
        return self.world.chats[int(request.match_info["chat"])]

    def _person(self, request: web.Request) -> Person:
        return self.world.people[int(request.match_info["person"])]

    def _place(self, person: Person, given: Json) -> Chat:
        chat = self.world.chats[int(given.get("chat_id") or person.id)]
        if chat is not person.chat and person.id not in chat.members:
            raise PermissionError("this person is not in that chat")
        return chat

    def _message(self, person: Person, given: Json) -> Message:
        return self._place(person, given).messages[int(given["message_id"])]
