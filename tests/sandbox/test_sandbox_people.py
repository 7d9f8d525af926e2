"""People act: what they do becomes updates, and they find the buttons they were shown."""

import asyncio

import pytest

from tests.sandbox.conftest import keyboard


def pending(world):
    return [{k: v for k, v in u.items() if k != "update_id"} for u in world.updates.waiting()]


class TestPerson:
    def test_ids_do_not_fit_in_32_bits(self, world):
        assert world.person().id == 5_000_000_000
        assert world.group("Alarms").id < -(2**31)

    def test_start_carries_its_payload_and_undoes_a_block(self, world, sara):
        sara.block()
        with pytest.raises(PermissionError, match="has blocked the bot"):
            sara.say("a")
        sara.start("SLH-7")
        assert [next(iter(u)) for u in pending(world)] == ["my_chat_member", "my_chat_member", "message"]
        message = pending(world)[-1]["message"]
        assert message["text"] == "/start SLH-7"
        assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]

    async def test_what_is_passed_on_names_its_origin_and_loses_its_buttons(self, world, ok, sara):
        sara.start()
        sent = await ok("sendMessage", chat_id=sara.id, text="Well?", reply_markup=keyboard("A"))
        passed = sara.forward(sara.chat.messages[sent["message_id"]])
        assert passed.as_json()["forward_origin"]["sender_user"]["id"] == world.bot.id
        assert (passed.text, passed.inline_keyboard) == ("Well?", [])

    async def test_what_is_protected_is_not_passed_on(self, ok, sara):
        sara.start()
        await ok("sendMessage", chat_id=sara.id, text="a", protect_content=True)
        with pytest.raises(PermissionError, match="protected"):
            sara.forward(sara.last)

    def test_replies(self, world, sara):
        first = sara.say("a")
        sara.say("b", reply_to=first)
        sara.say("c", reply_to=first.id)
        replies = [u["message"].get("reply_to_message", {}).get("text") for u in pending(world)]
        assert replies == [None, "a", "a"]

    def test_long_words_are_split_as_a_client_splits_them(self, world, sara):
        sara.say("کلمه " * 1500)
        texts = [u["message"]["text"] for u in pending(world)]
        assert len(texts) > 1
        assert "".join(texts).replace(" ", "") == "کلمه" * 1500

    def test_edits_text_and_caption_of_own_messages_only(self, world, sara, ok):
        sara.edit(sara.say("a"), "b")
        sara.edit(sara.photo("c"), "d")
        edits = [u["edited_message"] for u in pending(world) if "edited_message" in u]
        assert [(e.get("text"), e.get("caption")) for e in edits] == [("b", None), (None, "d")]
        assert "photo" in edits[1]

    async def test_may_not_edit_the_bots_words(self, ok, sara):
        await ok("sendMessage", chat_id=sara.id, text="a")
        with pytest.raises(PermissionError):
            sara.edit(sara.last, "b")

    def test_an_album_is_several_updates(self, world, sara):
        sara.album([{"kind": "photo"}, {"kind": "document", "name": "a.pdf"}], "both")
        messages = [u["message"] for u in pending(world)]
        assert len({m["media_group_id"] for m in messages}) == 1
        assert [m.get("caption") for m in messages] == ["both", None]

    def test_a_queued_update_does_not_change_afterwards(self, world, sara):
        said = sara.say("a")
        sara.edit(said, "b")
        assert pending(world)[0]["message"]["text"] == "a"


class TestTapping:
    @pytest.fixture
    async def shown(self, ok, sara):
        await ok("sendMessage", chat_id=sara.id, text="old", reply_markup=keyboard("Yes", "1", "10"))
        await ok("sendMessage", chat_id=sara.id, text="new", reply_markup=keyboard("\u2068No\u2069, never", "10"))
        return sara.inbox

    async def test_by_label_in_the_newest_message_that_has_it(self, sara, shown):
        assert sara.tap("Yes").message is shown[0]
        assert sara.tap("10").message is shown[1]
        assert sara.tap("10", shown[0]).message is shown[0]

    async def test_a_part_of_the_label_is_enough_and_direction_marks_do_not_matter(self, sara, shown):
        assert sara.tap("No,").data == "\u2068no\u2069, never"

    async def test_the_whole_label_goes_before_a_part(self, sara, shown):
        assert sara.tap("1", shown[0]).data == "1"

    async def test_by_button_or_by_test(self, sara, shown):
        assert sara.tap({"text": "Yes", "callback_data": "yes"}).data == "yes"
        assert sara.tap(lambda button: button["callback_data"] == "yes").data == "yes"

    async def test_what_is_not_there_is_named_with_what_is(self, sara, shown):
        with pytest.raises(LookupError, match=r"Maybe.*never"):
            sara.tap("Maybe")

    async def test_a_link_to_the_bot_starts_it(self, ok, world, sara):
        url = {"inline_keyboard": [[{"text": "Join", "url": "https://t.me/sulh_bot?start=inv-1"}]]}
        await ok("sendMessage", chat_id=sara.id, text="a", reply_markup=url)
        sara.tap("Join")
        assert pending(world)[-1]["message"]["text"] == "/start inv-1"

    async def test_forged_data(self, world, sara, shown):
        sara.tap_data("case:7:close")
        query = pending(world)[-1]["callback_query"]
        assert (query["data"], query["message"]["text"]) == ("case:7:close", "new")

    async def test_a_tap_on_a_deleted_message_is_inaccessible(self, ok, world, sara, shown):
        await ok("deleteMessage", chat_id=sara.id, message_id=shown[1].id)
        sara.tap_data("x", shown[1])
        assert pending(world)[-1]["callback_query"]["message"]["date"] == 0


class TestGroups:
    async def test_members_tap_there(self, ok, world, sara):
        group = world.group("Alarms", sara)
        await ok("sendMessage", chat_id=group.id, text="a", reply_markup=keyboard("Take"))
        assert sara.tap("Take").message.chat is group
        with pytest.raises(LookupError):
            world.person("Reza").tap("Take")

    async def test_reactions_are_seen_in_place(self, world, ok, sara):
        await ok("sendMessage", chat_id=sara.id, text="a")
        sara.react(sara.last, "🔥")
        assert sara.last.reactions[sara.id] == [{"type": "emoji", "emoji": "🔥"}]
        sara.react(sara.last, None)
        assert sara.last.reactions[sara.id] == []


class TestWaiting:
    async def test_wakes_when_it_happens(self, world, sara, ok):
        waiting = asyncio.create_task(world.wait(lambda: sara.last))
        await asyncio.sleep(0)
        await ok("sendMessage", chat_id=sara.id, text="a")
        assert (await waiting).text == "a"

    async def test_gives_up_in_time(self, world):
        with pytest.raises(TimeoutError):
            await world.wait(lambda: False, timeout=0.01)
