"""Every limit and rule for messages, with the words Telegram uses for it."""

import pytest

from tests.sandbox.conftest import keyboard


class TestAddressee:
    async def test_an_unknown_chat(self, refused, world):
        assert await refused("sendMessage", chat_id=7, text="a") == "Bad Request: chat not found"

    async def test_nobody_given(self, refused, world):
        assert await refused("sendMessage", text="a") == "Bad Request: chat_id is empty"

    async def test_somebody_who_never_started_the_bot(self, refused, world):
        assert (
            await refused("sendMessage", chat_id=world.person().id, text="a")
            == "Forbidden: bot can't initiate conversation with a user"
        )

    async def test_somebody_who_blocked_the_bot(self, refused, ok, sara):
        sara.block()
        said = await refused("sendMessage", chat_id=sara.id, text="a")
        assert said == "Forbidden: bot was blocked by the user"
        sara.unblock()
        await ok("sendMessage", chat_id=sara.id, text="a")

    async def test_a_deleted_account(self, refused, world, sara):
        world.deactivate(sara)
        assert await refused("sendMessage", chat_id=sara.id, text="a") == "Forbidden: user is deactivated"

    async def test_a_group_that_removed_the_bot(self, refused, world, sara):
        group = world.group("Alarms", sara)
        world.remove_bot(group, sara)
        said = await refused("sendMessage", chat_id=group.id, text="a")
        assert said == "Forbidden: bot was kicked from the group chat"

    async def test_a_group_that_became_a_supergroup(self, call, ok, world, sara):
        old = world.group("Alarms", sara)
        new = world.migrate_group(old)
        answer = await call("sendMessage", chat_id=old.id, text="a")
        assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
        assert answer["parameters"] == {"migrate_to_chat_id": new.id}
        assert (await ok("sendMessage", chat_id=new.id, text="a"))["chat"]["type"] == "supergroup"

    async def test_a_topic_that_does_not_exist(self, refused, ok, world, sara):
        group = world.group("Alarms", sara, topics=(5,))
        said = await refused("sendMessage", chat_id=group.id, text="a", message_thread_id=6)
        assert said == "Bad Request: message thread not found"
        assert (await ok("sendMessage", chat_id=group.id, text="a", message_thread_id=5))["is_topic_message"]


class TestWords:
    @pytest.mark.parametrize("text", ["", "   ", "<b></b>"])
    async def test_empty(self, refused, sara, text):
        said = await refused("sendMessage", chat_id=sara.id, text=text, parse_mode="HTML")
        assert said == "Bad Request: message text is empty"

    async def test_length_counts_after_the_markup_and_in_utf16_units(self, ok, refused, sara):
        await ok("sendMessage", chat_id=sara.id, text=f"<b>{'😀' * 2048}</b>", parse_mode="HTML")
        said = await refused("sendMessage", chat_id=sara.id, text="😀" * 2048 + "a")
        assert said == "Bad Request: message is too long"

    async def test_bytes_before_the_markup(self, refused, sara):
        said = await refused("sendMessage", chat_id=sara.id, text="<b>س</b>" * 4000, parse_mode="HTML")
        assert said == "Bad Request: text is too long"

    async def test_caption(self, ok, refused, sara):
        photo = sara.photo().content["photo"][-1]["file_id"]
        await ok("sendPhoto", chat_id=sara.id, photo=photo, caption="س" * 1024)
        said = await refused("sendPhoto", chat_id=sara.id, photo=photo, caption="س" * 1025)
        assert said == "Bad Request: message caption is too long"

    async def test_markup_that_is_broken(self, refused, sara):
        said = await refused("sendMessage", chat_id=sara.id, text="<b>a", parse_mode="HTML")
        assert said.startswith("Bad Request: can't parse entities: Can't find end tag")

    async def test_modes_the_sandbox_cannot_read(self, refused, sara):
        said = await refused("sendMessage", chat_id=sara.id, text="a", parse_mode="MarkdownV2")
        assert said == "Bad Request: the sandbox does not offer parse_mode MarkdownV2"
        said = await refused("sendMessage", chat_id=sara.id, text="a", parse_mode="BBCode")
        assert said == "Bad Request: unsupported parse_mode"

    async def test_protection_is_recorded(self, ok, sara):
        await ok("sendMessage", chat_id=sara.id, text="a", protect_content=True)
        assert sara.last.protected


class TestKeyboard:
    @pytest.fixture
    def with_button(self, call, sara):
        async def with_button(**button):
            markup = {"inline_keyboard": [[{"text": "a", **button}]]}
            answer = await call("sendMessage", chat_id=sara.id, text="a", reply_markup=markup)
            return answer.get("description", "ok").removeprefix("Bad Request: ")

        return with_button

    async def test_data_is_at_most_64_bytes(self, with_button):
        assert await with_button(callback_data="س" * 32) == "ok"
        assert await with_button(callback_data="س" * 32 + "a") == "BUTTON_DATA_INVALID"

    @pytest.mark.parametrize("button", [{}, {"callback_data": ""}])
    async def test_a_button_does_something(self, with_button, button):
        assert await with_button(**button) == (
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )

    async def test_a_button_does_one_thing(self, with_button):
        said = await with_button(callback_data="a", url="https://a.b")
        assert said == "can't parse inline keyboard button: exactly one action is allowed"

    async def test_what_is_copied_has_1_to_256_characters(self, with_button):
        assert await with_button(copy_text={"text": "a" * 256}) == "ok"
        assert await with_button(copy_text={"text": "a" * 257}) == "BUTTON_COPY_TEXT_INVALID"

    async def test_an_address_that_is_none(self, with_button):
        said = await with_button(url="nowhere")
        assert said == "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"

    async def test_styles(self, with_button):
        assert await with_button(callback_data="a", style="danger") == "ok"
        assert "Invalid button style" in await with_button(callback_data="a", style="pink")

    async def test_a_field_no_button_has(self, with_button):
        assert "has no field colour" in await with_button(callback_data="a", colour="red")

    async def test_reply_keyboards_are_not_offered(self, refused, sara):
        said = await refused("sendMessage", chat_id=sara.id, text="a", reply_markup={"keyboard": [[{"text": "a"}]]})
        assert said == "Bad Request: the sandbox does not offer reply keyboards"

    async def test_at_most_100_buttons(self, ok, refused, sara):
        await ok("sendMessage", chat_id=sara.id, text="a", reply_markup=keyboard(*["x"] * 100))
        said = await refused("sendMessage", chat_id=sara.id, text="a", reply_markup=keyboard(*["x"] * 101))
        assert said == "Bad Request: reply markup is too long"


class TestReply:
    async def test_shows_what_is_replied_to(self, ok, sara):
        asked = sara.say("why?")
        sent = await ok("sendMessage", chat_id=sara.id, text="so", reply_parameters={"message_id": asked.id})
        assert sent["reply_to_message"]["text"] == "why?"

    async def test_target_that_is_not_there(self, ok, refused, sara):
        gone = {"message_id": 999}
        said = await refused("sendMessage", chat_id=sara.id, text="a", reply_parameters=gone)
        assert said == "Bad Request: message to be replied not found"
        gone["allow_sending_without_reply"] = True
        assert "reply_to_message" not in await ok("sendMessage", chat_id=sara.id, text="a", reply_parameters=gone)


class TestEdit:
    @pytest.fixture
    async def sent(self, ok, sara):
        await ok("sendMessage", chat_id=sara.id, text="a", reply_markup=keyboard("Yes"))
        return {"chat_id": sara.id, "message_id": sara.last.id}

    async def test_changes_in_place_and_drops_the_keyboard_if_none_is_given(self, ok, sara, sent):
        edited = await ok("editMessageText", **sent, text="<i>b</i>", parse_mode="HTML")
        assert edited["edit_date"]
        assert [m.text for m in sara.inbox] == ["b"]
        assert sara.buttons() == []

    async def test_without_a_change(self, refused, sent):
        said = await refused("editMessageText", **sent, text="a", reply_markup=keyboard("Yes"))
        assert said == (
            "Bad Request: message is not modified: specified new message content and reply markup are exactly"
            " the same as a current content and reply markup of the message"
        )

    async def test_of_nothing(self, refused, sara):
        said = await refused("editMessageText", chat_id=sara.id, message_id=999, text="b")
        assert said == "Bad Request: message to edit not found"

    async def test_of_a_deleted_message(self, ok, refused, sent):
        await ok("deleteMessage", **sent)
        said = await refused("editMessageText", **sent, text="b")
        assert said == "Bad Request: message to edit not found"

    async def test_of_somebody_elses_message(self, refused, sara):
        said = await refused("editMessageText", chat_id=sara.id, message_id=sara.say("x").id, text="b")
        assert said == "Bad Request: message can't be edited"

    async def test_text_of_a_photo_and_caption_of_a_text(self, ok, refused, sara, sent):
        photo = sara.photo().content["photo"][-1]["file_id"]
        of_photo = {"chat_id": sara.id} | {
            "message_id": (await ok("sendPhoto", chat_id=sara.id, photo=photo))["message_id"]
        }
        assert await refused("editMessageText", **of_photo, text="b") == (
            "Bad Request: there is no text in the message to edit"
        )
        assert (await ok("editMessageCaption", **of_photo, caption="b"))["caption"] == "b"
        assert await refused("editMessageCaption", **sent, caption="b") == (
            "Bad Request: there is no caption in the message to edit"
        )

    async def test_keyboard_alone(self, ok, refused, sara, sent):
        await ok("editMessageReplyMarkup", **sent, reply_markup=keyboard("No"))
        assert sara.buttons() == ["No"]
        assert "message is not modified" in await refused("editMessageReplyMarkup", **sent, reply_markup=keyboard("No"))


class TestDelete:
    async def test_after_48_hours_it_is_too_late(self, ok, refused, clock, sara):
        sent = await ok("sendMessage", chat_id=sara.id, text="a")
        clock.forward(hours=48)
        said = await refused("deleteMessage", chat_id=sara.id, message_id=sent["message_id"])
        assert said == "Bad Request: message can't be deleted for everyone"

    async def test_twice(self, ok, refused, sara):
        message_id = (await ok("sendMessage", chat_id=sara.id, text="a"))["message_id"]
        await ok("deleteMessage", chat_id=sara.id, message_id=message_id)
        said = await refused("deleteMessage", chat_id=sara.id, message_id=message_id)
        assert said == "Bad Request: message to delete not found"
        assert sara.last is None

    async def test_many_skips_what_is_gone(self, ok, sara):
        ids = [(await ok("sendMessage", chat_id=sara.id, text=t))["message_id"] for t in "ab"]
        await ok("deleteMessages", chat_id=sara.id, message_ids=[*ids, 999])
        assert sara.inbox == []


class TestCallbackAnswer:
    @pytest.fixture
    async def query(self, ok, sara):
        await ok("sendMessage", chat_id=sara.id, text="a", reply_markup=keyboard("Yes"))
        return sara.tap("Yes")

    async def test_twice_is_fine(self, ok, sara, query):
        for text in ("one", "two"):
            await ok("answerCallbackQuery", callback_query_id=query.id, text=text, show_alert=True)
        assert sara.toasts == ["one", "two"]

    async def test_too_late(self, ok, refused, clock, query):
        clock.forward(seconds=15)
        await ok("answerCallbackQuery", callback_query_id=query.id)
        clock.forward(seconds=1)
        said = await refused("answerCallbackQuery", callback_query_id=query.id)
        assert said == ("Bad Request: query is too old and response timeout expired or query ID is invalid")

    async def test_unknown(self, refused, sara):
        assert "query ID is invalid" in await refused("answerCallbackQuery", callback_query_id="1")

    async def test_at_most_200_characters(self, refused, query):
        said = await refused("answerCallbackQuery", callback_query_id=query.id, text="a" * 201)
        assert said == "Bad Request: MESSAGE_TOO_LONG"


class TestCopyAndForward:
    async def test_copy_has_no_origin_and_may_change_the_caption(self, ok, world, sara):
        photo, staff = sara.photo("mine"), world.person("Reza")
        staff.start()
        await ok("copyMessage", chat_id=staff.id, from_chat_id=sara.id, message_id=photo.id, caption="new")
        assert (staff.last.text, staff.last.kind) == ("new", "photo")

    async def test_forward_names_its_origin(self, ok, sara):
        said = sara.say("mine")
        sent = await ok("forwardMessage", chat_id=sara.id, from_chat_id=sara.id, message_id=said.id)
        assert sent["forward_origin"]["sender_user"]["id"] == sara.id

    async def test_what_is_protected_is_not_forwarded(self, ok, refused, sara):
        sent = await ok("sendMessage", chat_id=sara.id, text="a", protect_content=True)
        said = await refused("forwardMessage", chat_id=sara.id, from_chat_id=sara.id, message_id=sent["message_id"])
        assert said == "Bad Request: message can't be forwarded"

    @pytest.mark.parametrize("verb", ["copy", "forward"])
    async def test_of_nothing(self, refused, sara, verb):
        said = await refused(f"{verb}Message", chat_id=sara.id, from_chat_id=sara.id, message_id=999)
        assert said == f"Bad Request: message to {verb} not found"
