"""How a call may come in, and what is said of one that Telegram would not understand."""

import json

import aiohttp
import pytest


class TestForms:
    """The same call in each form that Telegram takes."""

    @pytest.fixture
    def url(self, server, world):
        return f"{server.url}/bot{world.token}/sendMessage"

    async def test_query(self, http, url, sara):
        async with http.get(url, params={"chat_id": sara.id, "text": "سلام"}) as response:
            assert response.status == 200
        assert sara.last.text == "سلام"

    async def test_form(self, http, url, sara):
        markup = json.dumps({"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]})
        async with http.post(url, data={"chat_id": str(sara.id), "text": "a", "reply_markup": markup}):
            assert sara.buttons() == ["Yes"]

    async def test_json(self, http, url, sara):
        async with http.post(url, json={"chat_id": sara.id, "text": "a", "protect_content": None}):
            assert sara.last.text == "a"

    @pytest.mark.parametrize("field", ["photo", "attached"])
    async def test_multipart(self, http, url, sara, world, field):
        form = aiohttp.FormData({"chat_id": str(sara.id), "caption": "a"})
        form.add_field(field, b"picture", filename="p.jpg", content_type="image/jpeg")
        if field == "attached":
            form.add_field("photo", "attach://attached")
        async with http.post(url.replace("sendMessage", "sendPhoto"), data=form) as response:
            sent = (await response.json())["result"]
        assert world.files[sent["photo"][-1]["file_id"]].data == b"picture"

    async def test_method_names_in_any_case(self, ok):
        assert (await ok("GETME"))["id"] == 42


class TestRefusals:
    async def test_wrong_token(self, http, server):
        async with http.get(f"{server.url}/bot42:WRONG/getMe") as response:
            assert response.status == 401
            assert (await response.json())["description"] == "Unauthorized"

    async def test_no_such_method(self, call):
        assert await call("sendPigeon") == {"ok": False, "error_code": 404, "description": "Not Found"}

    async def test_a_method_the_sandbox_lacks(self, refused, sara):
        said = await refused("sendDice", chat_id=sara.id)
        assert said == "Bad Request: the sandbox does not offer sendDice"

    async def test_a_parameter_that_does_not_exist(self, refused, sara):
        said = await refused("sendMessage", chat_id=sara.id, text="a", texts="b")
        assert said == "Bad Request: sendMessage has no parameter texts"

    async def test_a_parameter_the_sandbox_lacks(self, refused, sara):
        said = await refused("sendMessage", chat_id=sara.id, text="a", business_connection_id="1")
        assert said == "Bad Request: the sandbox does not offer the parameter business_connection_id"

    @pytest.mark.parametrize(
        "wrong",
        [{"text": 5}, {"chat_id": [1]}, {"reply_markup": "{"}, {"reply_markup": {"inline_keyboard": "a"}}],
    )
    async def test_a_wrong_type(self, refused, sara, wrong):
        said = await refused("sendMessage", **{"chat_id": sara.id, "text": "a"} | wrong)
        assert said.startswith("Bad Request: can't parse ")
        assert sara.last is None

    async def test_a_body_that_is_no_json(self, http, server, world):
        headers = {"Content-Type": "application/json"}
        url = f"{server.url}/bot{world.token}/getMe"
        async with http.post(url, data=b"[1]", headers=headers) as response:
            assert (await response.json())["description"] == "Bad Request: can't parse JSON object"


class TestLog:
    async def test_every_call_is_remembered_with_its_outcome(self, call, world, sara):
        await call("sendMessage", chat_id=sara.id, text="a")
        await call("sendMessage", chat_id=1, text="a")
        await call("sendPigeon")
        assert [(c.method, c.chat_id, c.code, c.ok) for c in world.calls] == [
            ("sendMessage", sara.id, 200, True),
            ("sendMessage", 1, 400, False),
            ("sendPigeon", None, 404, False),
        ]
        assert world.calls[0].params["text"] == "a"


class TestFiles:
    @pytest.fixture
    def download(self, http, server, world):
        async def download(path):
            async with http.get(f"{server.url}/file/bot{world.token}/{path}") as response:
                return response.status, await response.read()

        return download

    async def test_what_a_person_sends_can_be_fetched(self, ok, download, sara):
        sent = sara.document("نامه.pdf", data=b"%PDF").content["document"]
        assert (sent["file_name"], sent["mime_type"], sent["file_size"]) == ("نامه.pdf", "application/pdf", 4)
        path = (await ok("getFile", file_id=sent["file_id"]))["file_path"]
        assert await download(path) == (200, b"%PDF")

    async def test_over_20_mb(self, refused, sara):
        sent = sara.document(size=20 * 1024 * 1024 + 1).content["document"]
        assert await refused("getFile", file_id=sent["file_id"]) == "Bad Request: file is too big"

    async def test_forgotten(self, ok, refused, download, world, sara):
        file_id = sara.voice().content["voice"]["file_id"]
        path = (await ok("getFile", file_id=file_id))["file_path"]
        world.forget_file(file_id)
        assert (await download(path))[0] == 404
        assert await refused("getFile", file_id=file_id) == (
            "Bad Request: wrong file_id or the file is temporarily unavailable"
        )
        assert await refused("sendVoice", chat_id=sara.id, voice=file_id) == (
            "Bad Request: wrong file identifier/HTTP URL specified"
        )

    async def test_unknown(self, refused, sara):
        assert await refused("getFile", file_id="x") == "Bad Request: invalid file_id"
        said = await refused("sendPhoto", chat_id=sara.id, photo="https://a.b/c.jpg")
        assert said == "Bad Request: wrong file identifier/HTTP URL specified"
        said = await refused("sendPhoto", chat_id=sara.id, photo="attach://missing")
        assert said == "Bad Request: wrong file identifier/HTTP URL specified"
        said = await refused("sendPhoto", chat_id=sara.id)
        assert said == "Bad Request: there is no photo in the request"

    async def test_of_another_kind(self, refused, sara):
        photo = sara.photo().content["photo"][-1]["file_id"]
        said = await refused("sendDocument", chat_id=sara.id, document=photo)
        assert said == "Bad Request: can't use file of type Photo as Document"

    async def test_known_by_identifier(self, ok, sara):
        voice = sara.voice(duration=7).content["voice"]["file_id"]
        assert (await ok("sendVoice", chat_id=sara.id, voice=voice))["voice"]["file_id"] == voice

    async def test_empty(self, http, server, world, sara):
        form = aiohttp.FormData({"chat_id": str(sara.id)})
        form.add_field("document", b"", filename="empty.txt")
        async with http.post(f"{server.url}/bot{world.token}/sendDocument", data=form) as response:
            assert (await response.json())["description"] == "Bad Request: file must be non-empty"


class TestAlbum:
    @pytest.fixture
    def item(self, sara):
        photo = sara.photo().content["photo"][-1]["file_id"]
        return {"type": "photo", "media": photo}

    async def test_parts_share_an_id_and_count_from_two_to_ten(self, ok, refused, sara, item):
        sent = await ok("sendMediaGroup", chat_id=sara.id, media=[item | {"caption": "a"}, item])
        assert len({m["media_group_id"] for m in sent}) == 1
        assert sara.inbox[0].text == "a"
        for count in (1, 11):
            assert "from 2 to 10 items" in await refused("sendMediaGroup", chat_id=sara.id, media=[item] * count)

    async def test_a_wrong_part_sends_nothing(self, refused, sara, item):
        await refused("sendMediaGroup", chat_id=sara.id, media=[item, item | {"media": "x"}])
        assert sara.inbox == []

    async def test_documents_go_only_with_documents(self, refused, sara, item):
        paper = {"type": "document", "media": sara.document().content["document"]["file_id"]}
        said = await refused("sendMediaGroup", chat_id=sara.id, media=[item, paper])
        assert "only with files of the same type" in said


class TestProfile:
    COMMANDS = [{"command": "new", "description": "Complain"}]

    async def test_commands_by_scope_and_language(self, ok, world, sara):
        scope = {"type": "chat", "chat_id": sara.id}
        await ok("setMyCommands", commands=self.COMMANDS)
        await ok("setMyCommands", commands=self.COMMANDS * 2, scope=scope, language_code="fa")
        assert await ok("getMyCommands") == self.COMMANDS
        assert await ok("getMyCommands", scope=scope) == []
        assert await ok("getMyCommands", scope=scope, language_code="fa") == self.COMMANDS * 2
        await ok("deleteMyCommands", scope=scope, language_code="fa")
        assert await ok("getMyCommands", scope=scope, language_code="fa") == []

    @pytest.mark.parametrize(
        ("command", "description", "said"),
        [
            ("New", "a", "BOT_COMMAND_INVALID"),
            ("a" * 33, "a", "BOT_COMMAND_INVALID"),
            ("new", "", "BOT_COMMAND_DESCRIPTION_INVALID"),
            ("new", "a" * 257, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ],
    )
    async def test_command_limits(self, refused, server, command, description, said):
        entry = {"command": command, "description": description}
        assert await refused("setMyCommands", commands=[entry]) == f"Bad Request: {said}"

    async def test_at_most_100_commands_for_a_chat_that_exists(self, refused, server):
        assert "BOT_COMMANDS_TOO_MUCH" in await refused("setMyCommands", commands=self.COMMANDS * 101)
        said = await refused("setMyCommands", commands=self.COMMANDS, scope={"type": "chat", "chat_id": 1})
        assert said == "Bad Request: chat not found"

    @pytest.mark.parametrize(
        ("method", "field", "longest"),
        [
            ("Name", "name", 64),
            ("Description", "description", 512),
            ("ShortDescription", "short_description", 120),
        ],
    )
    async def test_texts_by_language(self, ok, refused, server, method, field, longest):
        await ok(f"setMy{method}", **{field: "a" * longest})
        await ok(f"setMy{method}", **{field: "صلح"}, language_code="fa")
        assert await ok(f"getMy{method}", language_code="fa") == {field: "صلح"}
        assert await ok(f"getMy{method}", language_code="ar") == {field: "a" * longest}
        assert "is too long" in await refused(f"setMy{method}", **{field: "a" * (longest + 1)})


class TestOthers:
    async def test_chat_action_is_seen_and_must_exist(self, ok, refused, world, sara):
        seen = []
        stop = world.listen(lambda e: seen.append(e.type))
        await ok("sendChatAction", chat_id=sara.id, action="typing")
        stop()
        assert seen == ["typing", "call"]
        assert "wrong parameter action" in await refused("sendChatAction", chat_id=sara.id, action="sleep")

    async def test_reaction_pin_and_chat(self, ok, refused, sara):
        said = sara.say("a")
        emoji = {"type": "emoji", "emoji": "👍"}
        await ok("setMessageReaction", chat_id=sara.id, message_id=said.id, reaction=[emoji])
        await ok("pinChatMessage", chat_id=sara.id, message_id=said.id)
        assert (await ok("getChat", chat_id=sara.id))["pinned_message"]["text"] == "a"
        assert said.reactions == {42: [emoji]}
        assert "message to react not found" in await refused(
            "setMessageReaction", chat_id=sara.id, message_id=99, reaction=[emoji]
        )

    async def test_leaving_a_group(self, ok, refused, world, sara):
        group = world.group("Alarms", sara)
        await ok("leaveChat", chat_id=group.id)
        assert "bot was kicked" in await refused("sendMessage", chat_id=group.id, text="a")
        assert "private chats" in await refused("leaveChat", chat_id=sara.id)
