"""Both libraries speak to the sandbox as they would to Telegram."""

from datetime import timedelta

import pytest
import telegram
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import BotCommand, BotCommandScopeChat, BufferedInputFile, CopyTextButton, InputMediaPhoto
from aiogram.utils.keyboard import InlineKeyboardBuilder
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.sandbox.offers import METHODS


@pytest.fixture
async def aiogram_bot(server, world):
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    bot = Bot(world.token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    yield bot
    await session.close()


@pytest.fixture
async def ptb_bot(server, world):
    bot = ExtBot(
        world.token,
        base_url=f"{server.url}/bot",
        base_file_url=f"{server.url}/file/bot",
        request=HTTPXRequest(read_timeout=30),
        get_updates_request=HTTPXRequest(read_timeout=30),
    )
    async with bot:
        yield bot


class TestAiogram:
    async def test_hears_and_answers(self, aiogram_bot, sara):
        sara.say("سلام")
        sara.react(sara.photo("a picture"))
        [said, photo] = await aiogram_bot.get_updates()
        assert (said.message.from_user.language_code, said.message.text) == ("fa", "سلام")
        assert photo.message.photo[-1].width >= photo.message.photo[0].width

        keys = InlineKeyboardBuilder()
        keys.button(text="بله", callback_data="yes", style="success")
        keys.button(text="Copy", copy_text=CopyTextButton(text="SLH"))
        sent = await said.message.answer("<b>خوب</b>؟", reply_markup=keys.as_markup())
        assert sent.html_text == "<b>خوب</b>؟"

        query = sara.tap("بله")
        [tap] = await aiogram_bot.get_updates(offset=photo.update_id + 1)
        await tap.callback_query.as_(aiogram_bot).answer("باشد")
        await tap.callback_query.message.as_(aiogram_bot).edit_text("رفت")
        assert (tap.callback_query.id, sara.toasts, sara.last.text) == (query.id, ["باشد"], "رفت")

    async def test_sends_files_and_fetches_them(self, aiogram_bot, sara):
        pictures = [BufferedInputFile(data, "p.jpg") for data in (b"one", b"two")]
        album = [InputMediaPhoto(media=p, caption="<i>c</i>") for p in pictures]
        sent = await aiogram_bot.send_media_group(sara.id, album)
        await aiogram_bot.send_document(sara.id, BufferedInputFile(b"paper", "نامه.pdf"))
        assert sent[0].media_group_id == sent[1].media_group_id
        assert (await aiogram_bot.download(sent[1].photo[-1].file_id)).read() == b"two"
        assert sara.last.content["document"]["file_name"] == "نامه.pdf"

    async def test_commands_with_a_scope(self, aiogram_bot, world, sara):
        commands = [BotCommand(command="new", description="شکایت تازه")]
        await aiogram_bot.set_my_commands(commands, BotCommandScopeChat(chat_id=sara.id), "fa")
        [known] = await aiogram_bot.get_my_commands(BotCommandScopeChat(chat_id=sara.id), "fa")
        assert (known.command, known.description) == ("new", "شکایت تازه")

    async def test_errors_are_its_own(self, aiogram_bot, world, sara):
        with pytest.raises(TelegramBadRequest, match="chat not found"):
            await aiogram_bot.send_message(1, "a")
        sara.block()
        with pytest.raises(TelegramForbiddenError, match="blocked"):
            await aiogram_bot.send_message(sara.id, "a")
        world.faults.add(kind="429", retry_after=5)
        with pytest.raises(TelegramRetryAfter) as refusal:
            await aiogram_bot.get_me()
        assert refusal.value.retry_after == 5

    async def test_parses_everything_a_person_can_do(self, aiogram_bot, world, sara):
        for act in (
            sara.photo, sara.voice, sara.video, sara.document, sara.audio, sara.video_note, sara.animation,
            sara.sticker, sara.location, sara.contact, sara.poll, sara.dice, sara.venue,
        ):  # fmt: skip
            act()
        sara.album([{"kind": "photo"}, {"kind": "video"}], "both")
        sara.edit(sara.say("a"), "b")
        group = world.group("Alarms", sara, topics=(7,))
        world.person("Reza").join(group)
        sara.say("in a topic", chat=group, thread=7)
        world.migrate_group(world.group("Old", sara))
        sara.block()
        sara.start("SLH-1")
        updates = await aiogram_bot.get_updates()
        content = [u.message.content_type for u in updates if u.message]
        assert content[:13] == [
            "photo", "voice", "video", "document", "audio", "video_note", "animation", "sticker", "location",
            "contact", "poll", "dice", "venue",
        ]  # fmt: skip
        assert {"new_chat_members", "migrate_to_chat_id", "migrate_from_chat_id"} <= set(content)
        assert [u.event_type for u in updates[-3:]] == ["my_chat_member", "my_chat_member", "message"]
        assert updates[-1].message.text == "/start SLH-1"


class TestPythonTelegramBot:
    async def test_calls_every_method(self, ptb_bot, world, sara, http):
        reza = world.person("Reza")
        reza.start()
        chat, bot = sara.id, ptb_bot
        keys = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Yes", callback_data="y")]])
        picture = telegram.InputMediaPhoto(b"picture", caption="a")

        sent = await bot.send_message(chat, "<b>a</b>", parse_mode="HTML", reply_markup=keys, protect_content=True)
        query = sara.tap("Yes")
        await bot.answer_callback_query(query.id, "ok", show_alert=True)
        await bot.edit_message_text("b", chat, sent.message_id, reply_markup=keys)
        await bot.edit_message_reply_markup(chat, sent.message_id)
        photo = await bot.send_photo(chat, b"picture", caption="a")
        await bot.edit_message_caption(chat, photo.message_id, caption="b")
        await bot.edit_message_media(picture, chat, photo.message_id)
        await bot.send_voice(chat, b"voice", duration=2)
        await bot.send_audio(chat, b"audio", duration=9)
        await bot.send_video(chat, b"video", duration=timedelta(seconds=4))
        await bot.send_document(chat, b"paper", filename="a.pdf")
        await bot.send_sticker(chat, b"sticker")
        await bot.send_animation(chat, b"animation")
        await bot.send_video_note(chat, b"video note")
        album = await bot.send_media_group(chat, [picture, picture], reply_to_message_id=sent.message_id)
        assert len({m.media_group_id for m in album}) == 1
        await bot.send_chat_action(chat, "typing")
        await bot.copy_message(reza.id, chat, photo.message_id)
        await bot.forward_message(reza.id, chat, photo.message_id)
        await bot.set_message_reaction(chat, sent.message_id, "👍")
        await bot.pin_chat_message(chat, sent.message_id)
        await bot.get_chat(chat)
        await bot.delete_message(chat, sent.message_id)
        await bot.delete_messages(chat, [m.message_id for m in album])
        file = await bot.get_file(photo.photo[-1].file_id)
        assert bytes(await file.download_as_bytearray()) == b"picture"
        await bot.leave_chat(world.group("Alarms", sara).id)

        await bot.set_my_commands([("new", "Complain")], telegram.BotCommandScopeChat(chat), "en")
        assert len(await bot.get_my_commands(telegram.BotCommandScopeChat(chat), "en")) == 1
        await bot.delete_my_commands()
        await bot.set_my_name("Sulh")
        await bot.set_my_description("Complaints")
        await bot.set_my_short_description("Desk")
        assert (await bot.get_my_name()).name == "Sulh"
        assert (await bot.get_my_description()).description == "Complaints"
        assert (await bot.get_my_short_description()).short_description == "Desk"

        assert [u.callback_query.data for u in await bot.get_updates() if u.callback_query] == ["y"]
        await bot.set_webhook("https://example.org/hook", secret_token="s", max_connections=3)
        assert (await bot.get_webhook_info()).max_connections == 3
        await bot.delete_webhook()

        assert {c.method for c in world.calls if c.ok} == set(METHODS)

    async def test_errors_are_its_own(self, ptb_bot, world, sara, monkeypatch):
        monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it the library warns of its own change
        world.faults.add("sendMessage", kind="429", retry_after=4)
        with pytest.raises(telegram.error.RetryAfter):
            await ptb_bot.send_message(sara.id, "a")
        world.faults.add("sendMessage", kind="cut_after")
        with pytest.raises(telegram.error.NetworkError):
            await ptb_bot.send_message(sara.id, "a")
        old = world.group("Alarms", sara)
        new = world.migrate_group(old)
        with pytest.raises(telegram.error.ChatMigrated) as refusal:
            await ptb_bot.send_message(old.id, "a")
        assert refusal.value.new_chat_id == new.id
        sara.block()
        with pytest.raises(telegram.error.Forbidden):
            await ptb_bot.send_message(sara.id, "a")
