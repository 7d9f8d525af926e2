"""The courier delivers: calls and notices, in order, with every field, to who may still read them."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backoffice import outbox
from bot.calls import METHODS
from bot.pacing import Pace
from bot.sandbox import media
from storage.complaints import Answer, Attachment
from storage.traffic import ANSWER, DIGEST, NOTICE, OutboxMessage
from tests.bot.post import Post, make_office, message, posted, put, texts
from tests.postgres import postgres_url

BUTTONS = {
    "inline_keyboard": [
        [{"text": "Yes", "callback_data": "yes", "style": "success"}],
        [{"text": "Code", "copy_text": {"text": "SLH-1234-5678-9"}}],
    ]
}


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    async with posted(make_office(tmp_path), tmp_path, Pace.none()) as running:
        yield running


@pytest.fixture
async def resting(tmp_path: Path) -> AsyncIterator[Post]:
    """The courier has not started yet."""
    async with posted(make_office(tmp_path), tmp_path, Pace.none(), running=False) as waiting:
        yield waiting


class TestDeliver:
    async def test_a_row_becomes_a_message_and_its_words_are_wiped(self, post: Post) -> None:
        sara = post.human()
        row = post.say(sara, "hello")
        await post.courier.settled()
        assert texts(sara) == ["hello"]
        assert (post.row(row).status, post.row(row).body) == ("sent", None)

    async def test_where_it_arrived_is_found_again(self, post: Post) -> None:
        sara = post.human()
        row = post.say(sara, "hello")
        await post.courier.settled()
        with post.office.look() as work:
            place = outbox.delivered_target(work, sara.id, sara.inbox[-1].id)
        assert place is not None
        assert place.promise == row

    async def test_buttons_keep_fields_that_the_library_does_not_know(self, post: Post) -> None:
        sara = post.human()
        post.say(sara, "choose", reply_markup=BUTTONS)
        await post.courier.settled()
        assert sara.inbox[-1].inline_keyboard == BUTTONS["inline_keyboard"]

    async def test_words_keep_their_markup_and_letters(self, post: Post) -> None:
        sara = post.human()
        post.say(sara, "<b>سلام</b> 🙏 \u2066SLH\u2069", parse_mode="HTML")
        await post.courier.settled()
        assert texts(sara) == ["سلام 🙏 \u2066SLH\u2069"]

    async def test_a_method_that_is_not_on_the_list_is_laid_aside(self, post: Post) -> None:
        row = post.put("banChatMember", chat_id=1, user_id=2)
        await post.courier.settled()
        assert post.row(row).status == "aside"

    async def test_what_is_not_in_line_yet_waits_and_holds_nobody_up(self, post: Post) -> None:
        sara = post.human()
        with post.office.work() as work:
            later = OutboxMessage(
                lane=1, urgency=0, created_at=work.now, not_before=work.now + timedelta(minutes=1),
                body={"call": "sendMessage", "args": {"chat_id": sara.id, "text": "later"}},
            )  # fmt: skip
            put(work, later)
            first = message(sara, "now", ANSWER, work.now)
            first.lane = 1
            put(work, first)
        await post.courier.settled()
        assert texts(sara) == ["now"]
        post.clock.ahead += timedelta(minutes=1)
        await post.courier.settled()
        assert texts(sara) == ["now", "later"]


def calls_of_every_method(post: Post) -> dict[str, dict[str, Any]]:
    """Arguments for each method that a handler may use."""
    sara = post.human()
    group = post.world.group("Desk", sara)
    shown = post.world.post(sara.chat, post.world.bot, {"text": "old"})
    gone = [post.world.post(sara.chat, post.world.bot, {"text": str(n)}).id for n in range(3)]
    photo = sara.photo().content["photo"]
    picture = post.world.post(sara.chat, post.world.bot, {"photo": photo, "caption": "x"})
    pin = post.world.post(group, post.world.bot, {"text": "p"})
    kinds = ("photo", "voice", "video", "audio", "document", "animation", "video_note", "sticker")
    file = {kind: post.world.store(kind, media.PIXEL if kind == "photo" else b"x").id for kind in kinds}
    query = sara_taps(post, sara)
    to = {"chat_id": sara.id}
    return {
        "sendMessage": to | {"text": "a", "reply_parameters": {"message_id": shown.id}},
        "sendPhoto": to | {"photo": file["photo"], "caption": "c"},
        "sendVoice": to | {"voice": file["voice"]},
        "sendVideo": to | {"video": file["video"]},
        "sendAudio": to | {"audio": file["audio"]},
        "sendDocument": to | {"document": file["document"], "protect_content": True},
        "sendAnimation": to | {"animation": file["animation"]},
        "sendVideoNote": to | {"video_note": file["video_note"]},
        "sendSticker": to | {"sticker": file["sticker"]},
        "sendMediaGroup": to | {"media": [{"type": "photo", "media": file["photo"]}] * 2},
        "sendChatAction": to | {"action": "typing"},
        "copyMessage": to | {"from_chat_id": sara.id, "message_id": shown.id},
        "editMessageText": to | {"message_id": shown.id, "text": "new", "reply_markup": BUTTONS},
        "editMessageReplyMarkup": to | {"message_id": shown.id, "reply_markup": {"inline_keyboard": []}},
        "editMessageCaption": to | {"message_id": picture.id, "caption": "new"},
        "editMessageMedia": to | {"message_id": picture.id, "media": {"type": "photo", "media": file["photo"]}},
        "deleteMessage": to | {"message_id": gone[0]},
        "deleteMessages": to | {"message_ids": gone[1:]},
        "answerCallbackQuery": {"callback_query_id": query, "text": "done"},
        "setMyCommands": {
            "commands": [{"command": "new", "description": "New"}], "scope": {"type": "chat", "chat_id": sara.id},
        },
        "setMessageReaction": to | {"message_id": shown.id, "reaction": [{"type": "emoji", "emoji": "👍"}]},
        "pinChatMessage": {"chat_id": group.id, "message_id": pin.id},
    }  # fmt: skip


def sara_taps(post: Post, sara: Any) -> str:
    asked = post.world.post(sara.chat, post.world.bot, {"text": "?"}, reply_markup=BUTTONS)
    return post.world.ask(sara.user, asked, "yes").id


class TestEveryMethod:
    async def test_each_is_accepted_by_telegram(self, post: Post) -> None:
        calls = calls_of_every_method(post)
        assert set(calls) == METHODS
        rows = {method: post.put(method, **args) for method, args in calls.items()}
        await post.courier.settled()
        refused = {call.method: call.description for call in post.world.calls if not call.ok}
        assert refused == {}
        assert {method: post.row(row).status for method, row in rows.items()} == dict.fromkeys(calls, "sent")


class TestNotices:
    async def test_a_notice_is_worded_when_it_is_delivered(self, post: Post) -> None:
        sara = post.human()
        person = post.person(sara)
        post.tell(person, "received", post.complaint(person), party="customer", code="SLH")
        await post.courier.settled()
        assert texts(sara) == ["received {'code': 'SLH'}"]

    async def test_what_need_not_be_said_any_more_is_dropped(self, post: Post) -> None:
        row = post.tell(post.person(post.human()), "nothing", party="customer")
        await post.courier.settled()
        assert post.row(row).status == "dropped"

    async def test_who_lost_the_right_gets_nothing_and_it_is_audited(self, post: Post) -> None:
        mina, customer = post.human("Mina"), post.person(post.human())
        handler = post.person(mina, "handler")
        complaint = post.complaint(customer, owner=post.person(post.human("Ali"), "handler"))
        row = post.tell(handler, "assigned", complaint)
        await post.courier.settled()
        assert texts(mina) == []
        assert (post.row(row).status, post.row(row).error) == ("dropped", "no_right")
        assert [event.facts for event in post.events("notice.withheld")] == [{"outbox": row, "receiver": handler.id}]

    async def test_a_customer_is_told_of_no_case_but_their_own(self, post: Post) -> None:
        ali = post.human("Ali")
        row = post.tell(post.person(ali), "received", post.complaint(post.person(post.human())), party="customer")
        await post.courier.settled()
        assert (texts(ali), post.row(row).error) == ([], "no_right")

    async def test_a_renderer_that_fails_lays_the_row_aside_and_alarms_the_admins_once(self, post: Post) -> None:
        sara, admin = post.person(post.human()), post.human("Admin")
        post.person(admin, "admin")
        rows = [post.tell(sara, "broken", party="customer") for _ in range(3)]
        await post.courier.settled()
        assert [post.row(row).status for row in rows] == ["aside"] * 3
        assert len(texts(admin)) == 1
        post.clock.ahead += timedelta(hours=1)
        await post.courier.settled()
        told = " ".join(texts(admin))
        assert [told.count(f"{{'outbox_id': {row}}}") for row in rows] == [1, 1, 1]

    async def test_a_delivered_answer_is_known_to_the_case(self, post: Post) -> None:
        person = post.person(post.human())
        complaint = post.complaint(person)
        with post.office.work() as work:
            answer = Answer(
                complaint_id=complaint.id, round=1, decision="upheld", reasons="r", remedy="apology",
                author_id=person.id, at=work.now,
            )  # fmt: skip
            work.db.add(answer)
        post.tell(person, "answered", complaint, party="customer", answer_id=answer.id)
        await post.courier.settled()
        with post.office.look() as work:
            assert work.db.get_one(Answer, answer.id).delivered_at is not None


class TestOrder:
    async def test_a_chat_is_told_in_the_order_of_writing(self, post: Post) -> None:
        people = [post.human(str(n)) for n in range(4)]
        with post.office.work() as work:
            for n in range(10):
                for human in people:
                    put(work, message(human, str(n), ANSWER, work.now))
        await post.courier.settled()
        assert [texts(human) for human in people] == [[str(n) for n in range(10)]] * 4

    async def test_answers_go_before_notices_and_notices_before_digests(self, tmp_path: Path) -> None:
        async with posted(make_office(tmp_path), tmp_path, Pace.telegram()) as post:
            people = [post.human(str(n)) for n in range(30)]
            with post.office.work() as work:
                for urgency, human in zip([DIGEST, NOTICE, ANSWER] * 10, people, strict=True):
                    put(work, message(human, str(urgency), urgency, work.now))
            await post.courier.settled()
            order = [call.params["text"] for call in post.calls("sendMessage")]
            assert order == sorted(order)

    async def test_an_answer_overtakes_a_crowd_of_digests(self, tmp_path: Path) -> None:
        async with posted(make_office(tmp_path), tmp_path, Pace.telegram()) as post:
            people = [post.human(str(n)) for n in range(40)]
            with post.office.work() as work:
                for human in people:
                    put(work, message(human, "digest", DIGEST, work.now))
            await post.world.wait(lambda: len(post.calls("sendMessage")) >= 5)
            before = len(post.calls("sendMessage"))
            post.say(people[-1], "answer")
            await post.courier.settled()
            order = [call.params["text"] for call in post.calls("sendMessage")]
            assert order.index("answer") <= before + 2


class TestEdits:
    async def test_an_edit_finds_the_message_that_was_only_promised(self, post: Post) -> None:
        sara = post.human()
        with post.office.work() as work:
            row = put(work, message(sara, "one", ANSWER, work.now))
            edit = message(sara, "two", ANSWER, work.now)
            edit.body = {"call": "editMessageText", "args": {"chat_id": sara.id, "message_id": -row, "text": "two"}}
            put(work, edit)
        await post.courier.settled()
        assert texts(sara) == ["two"]

    async def test_an_edit_waits_for_a_message_of_lower_urgency(self, post: Post) -> None:
        sara = post.human()
        post.world.faults.add("sendMessage", kind="500", times=2)
        row = post.say(sara, "one", NOTICE)
        post.put("editMessageText", chat_id=sara.id, message_id=-row, text="two")
        await post.courier.settled()
        assert texts(sara) == ["two"]

    async def test_an_edit_of_what_never_arrived_is_sent_anew_and_found_by_the_next(self, post: Post) -> None:
        sara = post.human()
        row = post.say(sara, "")
        await post.courier.settled()
        assert post.row(row).status == "aside"
        post.put("editMessageText", chat_id=sara.id, message_id=-row, text="two")
        post.put("editMessageText", chat_id=sara.id, message_id=-row, text="three", reply_markup=BUTTONS)
        await post.courier.settled()
        assert texts(sara) == ["three"]

    async def test_an_edit_of_a_deleted_message_is_sent_anew(self, post: Post) -> None:
        sara = post.human()
        post.say(sara, "one")
        await post.courier.settled()
        shown = sara.inbox[-1]
        post.world.delete(shown)
        row = post.put("editMessageText", chat_id=sara.id, message_id=shown.id, text="two")
        await post.courier.settled()
        assert texts(sara)[-1] == "two"
        assert post.row(row).status == "sent"

    async def test_what_is_so_already_is_done(self, post: Post) -> None:
        sara = post.human()
        post.say(sara, "one")
        await post.courier.settled()
        row = post.put("editMessageText", chat_id=sara.id, message_id=sara.inbox[-1].id, text="one")
        await post.courier.settled()
        assert post.row(row).status == "sent"

    async def test_a_reply_to_a_promised_message_finds_it(self, post: Post) -> None:
        sara = post.human()
        row = post.say(sara, "one")
        post.say(sara, "two", reply_parameters={"message_id": -row})
        await post.courier.settled()
        assert sara.inbox[-1].reply_to is sara.inbox[0]

    async def test_a_reply_to_what_is_gone_is_sent_without_it(self, post: Post) -> None:
        sara = post.human()
        post.say(sara, "two", reply_parameters={"message_id": 999})
        await post.courier.settled()
        assert texts(sara) == ["two"]

    async def test_a_deletion_of_what_never_arrived_is_dropped(self, post: Post) -> None:
        sara = post.human()
        row = post.put("deleteMessage", chat_id=sara.id, message_id=-12345)
        await post.courier.settled()
        assert post.row(row).status == "dropped"


class TestFiles:
    async def test_a_file_goes_by_its_identifier(self, post: Post) -> None:
        sara = post.human()
        known = post.world.store("photo", media.PIXEL)
        row = post.attachment(post.complaint(post.person(sara)), file_id=known.id)
        post.put("sendPhoto", chat_id=sara.id, photo={"attachment": row.id}, caption="c")
        await post.courier.settled()
        assert sara.inbox[-1].content["photo"][-1]["file_id"] == known.id

    async def test_a_forgotten_file_is_uploaded_and_its_new_identifier_kept(self, post: Post) -> None:
        sara = post.human()
        known = post.world.store("photo", media.PIXEL)
        digest = hashlib.sha256(media.PIXEL).hexdigest()
        row = post.attachment(post.complaint(post.person(sara)), file_id=known.id, state="stored", sha256=digest)
        post.files.write(row.path, media.PIXEL)
        post.world.forget_file(known.id)
        album = [{"type": "photo", "media": {"attachment": row.id}}] * 2
        post.put("sendMediaGroup", chat_id=sara.id, media=album)
        await post.courier.settled()
        post.put("sendPhoto", chat_id=sara.id, photo={"attachment": row.id})
        await post.courier.settled()
        assert len(sara.inbox) == 3
        with post.office.look() as work:
            assert work.db.get_one(Attachment, row.id).file_id != known.id
        assert [call.code for call in post.calls("sendPhoto")] == [200]

    async def test_a_file_that_telegram_forgot_and_we_never_had_is_a_defect(self, post: Post) -> None:
        sara = post.human()
        row = post.attachment(post.complaint(post.person(sara)), file_id="photo-unknown")
        sent = post.put("sendPhoto", chat_id=sara.id, photo={"attachment": row.id})
        await post.courier.settled()
        assert (post.row(sent).status, post.row(sent).error) == ("aside", "file_missing")


class TestStartAndStop:
    async def test_what_was_under_way_when_the_process_died_goes_again(self, resting: Post) -> None:
        sara = resting.human()
        row = resting.say(sara, "hello")
        with resting.office.work() as work:
            outbox.begin(work, [row])
        task = asyncio.create_task(resting.courier.run())
        await resting.status(row, "sent")
        assert resting.row(row).doubtful
        resting.courier.stop()
        await task

    async def test_stopping_finishes_the_call_under_way_and_gives_back_the_rest(self, resting: Post) -> None:
        sara = resting.human()
        resting.world.faults.add("sendMessage", kind="timeout", seconds=0.4)
        rows = [resting.say(sara, str(n)) for n in range(3)]
        task = asyncio.create_task(resting.courier.run())
        await resting.world.wait(lambda: sara.inbox)
        resting.courier.stop()
        await task
        assert [resting.row(row).status for row in rows] == ["sent", "waiting", "waiting"]


class TestPostgres:
    async def test_it_delivers_in_order_there_too(self, tmp_path: Path) -> None:
        async with posted(make_office(tmp_path, postgres_url()), tmp_path, Pace.none()) as post:
            people = [post.human(str(n)) for n in range(3)]
            rows = [post.say(human, str(n)) for n in range(4) for human in people]
            post.put("editMessageText", chat_id=people[0].id, message_id=-rows[0], text="new")
            await post.courier.settled()
            assert [texts(human) for human in people] == [["new", "1", "2", "3"], *[["0", "1", "2", "3"]] * 2]
