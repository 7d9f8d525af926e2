"""The page's HTTP interface, and what a browser is protected from."""

import asyncio
import json
from html.parser import HTMLParser

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox import view
from bot.sandbox.refusals import ApiError
from bot.sandbox.rules import words
from tests.sandbox.conftest import keyboard


@pytest.fixture
def page(http, server):
    """Calls the page's interface; returns status and JSON."""

    async def page(method, path, body=None, **options):
        async with http.request(method, f"{server.url}/sandbox/{path}", json=body, **options) as response:
            return response.status, await response.json()

    return page


class TestHtml:
    @pytest.mark.parametrize(
        ("source", "shown"),
        [
            ("<b>a</b> & <i>b</i>", "<b>a</b> &amp; <i>b</i>"),
            ("&lt;script&gt;", "&lt;script&gt;"),
            ("😀 <code>&lt;</code>\n😀", "😀 <code>&lt;</code>\n😀"),
            ("<b>a<i>b</i></b>", "<b>a<i>b</i></b>"),
            ("<tg-spoiler>a</tg-spoiler>", '<span class="spoiler">a</span>'),
            ("<blockquote expandable>a</blockquote>", '<blockquote class="expandable">a</blockquote>'),
            ("/new x", '<a class="command" data-command="/new">/new</a> x'),
            (
                '<a href="https://a.b/&quot;onclick=x">c</a>',
                '<a href="https://a.b/&quot;onclick=x" target="_blank" rel="noopener noreferrer nofollow">c</a>',
            ),
        ],
    )
    def test_is_made_of_entities_and_never_of_markup(self, source, shown):
        assert view.html(*words(source, "HTML", None)) == shown

    def test_overlapping_entities_are_closed_and_opened_again(self):
        bold = {"type": "bold", "offset": 0, "length": 2}
        italic = {"type": "italic", "offset": 1, "length": 2}
        assert view.html("abc", [bold, italic]) == "<b>a<i>b</i></b><i>c</i>"

    @settings(max_examples=300)
    @given(st.lists(st.sampled_from([*"<>&;'\"= \n/a", "<b>", "</b>", "<i>", "</i>", "<pre>", "س", "😀", "/new "])))
    def test_whatever_is_sent_the_browser_sees_the_same_words_and_closed_tags(self, parts):
        try:
            text, entities = words("".join(parts), "HTML", None)
        except ApiError:
            return
        seen = Seen()
        seen.feed(view.html(text, entities))
        seen.close()
        assert ("".join(seen.words), seen.open) == (text, [])


class Seen(HTMLParser):
    """What a browser makes of some HTML."""

    def __init__(self):
        super().__init__()
        self.words, self.open = [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


class TestLooking:
    async def test_the_page_itself(self, http, server):
        async with http.get(server.url) as response:
            assert (response.status, response.content_type) == (200, "text/html")

    async def test_its_parts_and_nothing_beside_them(self, http, server):
        kinds = {"js/main.js": "text/javascript", "css/base.css": "text/css", "fonts/emoji.woff2": "font/woff2"}
        for part, kind in kinds.items():
            async with http.get(f"{server.url}/page/{part}") as response:
                assert (response.status, response.content_type) == (200, kind)
        for stray in ("js", "nothing.js", "..%2Fpages.py", "%2Fetc%2Fpasswd"):
            async with http.get(f"{server.url}/page/{stray}") as response:
                assert response.status == 404, stray

    async def test_state(self, page, world, sara):
        sara.role = {"en": "Customer"}
        group = world.group("Alarms", sara)
        status, state = await page("GET", "state")
        assert status == 200
        assert state["bot"] == {"name": "Sulh", "username": "sulh_bot"}
        assert state["people"] == [
            {
                "id": sara.id, "name": "Sara", "language": "fa", "direction": "rtl", "started": True,
                "role": {"en": "Customer"}, "blocked": False, "unread": 0,
            }
        ]  # fmt: skip
        assert state["groups"] == [{"id": group.id, "title": "Alarms", "members": [sara.id]}]
        assert state["clock"] == "2026-11-21T09:00:00+00:00"

    async def test_messages_and_what_is_unread(self, page, ok, sara):
        asked = sara.say("a")
        await ok(
            "sendMessage", chat_id=sara.id, text="<b>b</b>", parse_mode="HTML", protect_content=True,
            reply_markup=keyboard("Yes"), reply_parameters={"message_id": asked.id},
        )  # fmt: skip
        assert (await page("GET", "state"))[1]["people"][0]["unread"] == 1
        _, messages = await page("GET", f"chats/{sara.id}/messages?as={sara.id}")
        assert [m["from"] for m in messages] == [sara.id, sara.id, "bot"]
        last = messages[-1]
        assert (last["html"], last["protected"], last["reply_to"]["snippet"]) == ("<b>b</b>", True, "a")
        assert last["keyboard"] == [[{"text": "Yes", "style": None, "row": 0, "col": 0, "tap": True}]]
        assert (await page("GET", "state"))[1]["people"][0]["unread"] == 0

    async def test_commands_narrowest_scope_first_in_the_persons_language(self, page, ok, sara):
        async def shown():
            return [c["command"] for c in (await page("GET", f"chats/{sara.id}/commands"))[1]]

        def entry(name):
            return [{"command": name, "description": name}]

        await ok("setMyCommands", commands=entry("any"))
        assert await shown() == ["any"]
        await ok("setMyCommands", commands=entry("private"), scope={"type": "all_private_chats"})
        await ok("setMyCommands", commands=entry("arabic"), language_code="ar")
        assert await shown() == ["private"]
        own = {"type": "chat", "chat_id": sara.id}
        await ok("setMyCommands", commands=entry("own"), scope=own)
        await ok("setMyCommands", commands=entry("own_fa"), scope=own, language_code="fa")
        assert await shown() == ["own_fa"]

    async def test_events_stream(self, http, server, world, ok, sara):
        async with http.get(f"{server.url}/sandbox/events") as stream:
            assert await stream.content.readline() == b": hello\n"
            sara.say("a")
            query = sara.tap_data("x", sara.say("b"))
            await ok("answerCallbackQuery", callback_query_id=query.id, text="ok")
            seen = []
            async with asyncio.timeout(30):
                while len(seen) < 3:
                    line = await stream.content.readline()
                    if line.startswith(b"data: "):
                        seen.append(json.loads(line[6:]))
        assert [e["type"] for e in seen] == ["message", "message", "toast"]
        assert (seen[0]["message"]["text"], seen[2]["text"]) == ("a", "ok")
        assert (seen[2]["chat_id"], seen[2]["person_id"]) == (sara.id, sara.id)


class TestActing:
    async def test_say_reply_edit(self, page, sara):
        _, said = await page("POST", f"people/{sara.id}/say", {"text": "a"})
        message_id = said["message"]["id"]
        await page("POST", f"people/{sara.id}/say", {"text": "b", "reply_to": message_id})
        await page("POST", f"people/{sara.id}/edit", {"message_id": message_id, "text": "c"})
        assert [m.text for m in sara.chat.messages.values()][1:] == ["c", "b"]

    async def test_tap(self, page, ok, world, sara):
        await ok("sendMessage", chat_id=sara.id, text="a", reply_markup=keyboard("No", "Yes"))
        status, _ = await page("POST", f"people/{sara.id}/tap", {"message_id": sara.last.id, "row": 1, "col": 0})
        assert (status, next(iter(world.queries.values())).data) == (200, "yes")

    async def test_a_person_acts_only_where_they_are(self, page, world, sara):
        group = world.group("Alarms")
        status, answer = await page("POST", f"people/{sara.id}/say", {"text": "a", "chat_id": group.id})
        assert (status, answer) == (400, {"error": "this person is not in that chat"})

    async def test_several_files_become_an_album(self, http, server, sara):
        form = aiohttp.FormData({"kind": "photo", "caption": "two"})
        for data in (b"one", b"two"):
            form.add_field("file", data, filename="p.jpg", content_type="image/jpeg")
        async with http.post(f"{server.url}/sandbox/people/{sara.id}/media", data=form) as response:
            sent = (await response.json())["messages"]
        assert len({m["media_group_id"] for m in sent}) == 1
        async with http.get(server.url + sent[1]["file"]) as response:
            assert (response.content_type, await response.read()) == ("image/jpeg", b"two")

    async def test_somebody_new_with_an_invitation(self, page, world):
        _, person = await page("POST", "people", {"name": "Reza", "language": "fa", "payload": "inv-1"})
        assert (person["name"], person["started"]) == ("Reza", True)
        await page("POST", f"people/{person['id']}/block")
        assert (await page("GET", "state"))[1]["people"][0]["blocked"]
        await page("POST", f"people/{person['id']}/unblock")
        await page("POST", f"people/{person['id']}/start", {"payload": "x"})
        assert [m.text for m in world.people[person["id"]].chat.messages.values()] == [
            "/start inv-1",
            "/start x",
        ]

    async def test_clock(self, page, world, clock):
        assert (await page("POST", "clock", {"advance": 60}))[0] == 501

        async def advance(seconds):
            clock.forward(seconds=seconds)

        world.on_advance = advance
        assert await page("POST", "clock", {"advance": 60}) == (200, {"clock": "2026-11-21T09:01:00+00:00"})
        assert (await page("POST", "clock", {"advance": -1}))[0] == 400
        assert (await page("GET", "clock"))[1] == {"clock": "2026-11-21T09:01:00+00:00"}

    async def test_faults(self, page, call, sara):
        await page("POST", "faults", {"method": "getMe", "kind": "502"})
        assert (await call("getMe"))["error_code"] == 502

    async def test_mistakes_are_answered_in_words(self, page, sara):
        assert (await page("GET", "chats/7/messages"))[0] == 404
        assert (await page("POST", f"people/{sara.id}/dance"))[0] == 404
        assert (await page("POST", f"people/{sara.id}/say", {}))[0] == 404


class TestProtection:
    @pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
    async def test_other_sites_are_refused(self, page, world, headers):
        assert (await page("POST", "people", {"name": "Eve"}, headers=headers))[0] == 403
        assert not world.people

    async def test_other_sites_may_not_speak_for_the_bot(self, http, server, world):
        headers = {"Origin": "https://evil.example"}
        async with http.post(f"{server.url}/bot{world.token}/getMe", headers=headers) as response:
            assert response.status == 403

    @pytest.mark.parametrize("host", ["localhost:80", "127.0.0.1", "[::1]:8080"])
    async def test_this_machine_by_any_of_its_names(self, page, server, host):
        assert (await page("GET", "state", headers={"Host": host}))[0] == 200

    async def test_a_file_that_is_a_page_is_only_downloaded(self, http, server, sara):
        sent = sara.document("a.html", "text/html", b"<script>alert(1)</script>").content["document"]
        async with http.get(f"{server.url}/sandbox/files/{sent['file_id']}") as response:
            assert response.content_type == "application/octet-stream"
            assert response.headers["Content-Disposition"] == "attachment"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
