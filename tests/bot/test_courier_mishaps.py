"""What goes wrong between the courier and Telegram, and that nothing is lost or said more than twice for it."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text

from backoffice import outbox
from backoffice.work import Work
from bot.delivery import kind_of
from bot.pacing import Pace
from storage import crypto
from storage.complaints import Complaint
from storage.people import Person, Staff
from storage.traffic import ANSWER, NOTICE, OutboxMessage
from tests.bot.post import PATIENCE, Post, make_office, posted, put, texts


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    async with posted(make_office(tmp_path), tmp_path, Pace.none()) as running:
        yield running


class TestFlood:
    async def test_a_chat_rests_as_long_as_telegram_says_and_others_do_not(self, post: Post) -> None:
        sara, ali = post.human("Sara"), post.human("Ali")
        post.world.faults.add("sendMessage", kind="429", retry_after=2, chat_id=sara.id)
        started = time.monotonic()
        row = post.say(sara, "hello")
        await post.world.wait(lambda: post.calls("sendMessage"))
        post.say(ali, "hello")
        await post.world.wait(lambda: texts(ali))
        assert texts(sara) == []
        await post.courier.settled()
        assert time.monotonic() - started >= 2
        assert texts(sara) == ["hello"]
        assert post.row(row).attempts == 0

    async def test_all_rest_when_a_second_chat_is_refused_too(self, post: Post) -> None:
        people = [post.human(str(n)) for n in range(3)]
        for human in people[:2]:
            post.world.faults.add("sendMessage", kind="429", retry_after=2, chat_id=human.id)
            told = time.monotonic()
            post.say(human, "hello")
            await post.world.wait(lambda: {human.id} & {call.chat_id for call in post.calls("sendMessage")})  # noqa: B023
        await until(lambda: post.courier._pace.resting(time.monotonic()))
        post.say(people[2], "hello")
        await post.courier.settled()
        assert min(call.at for call in post.calls("sendMessage") if call.chat_id == people[2].id) >= told + 2
        assert [texts(human) for human in people] == [["hello"]] * 3
        assert [call.code for call in post.calls("sendMessage")].count(429) == 2


class TestBroken:
    @pytest.mark.parametrize("kind", ["500", "502", "cut_before"])
    async def test_what_was_not_done_is_done_later_in_order(self, post: Post, kind: str) -> None:
        sara = post.human()
        post.world.faults.add("sendMessage", kind=kind, times=2)  # type: ignore[arg-type]
        rows = [post.say(sara, str(n)) for n in range(3)]
        await post.courier.settled()
        assert texts(sara) == ["0", "1", "2"]
        assert post.row(rows[0]).attempts == 2

    async def test_a_message_whose_confirmation_was_cut_off_may_come_twice_and_is_marked(self, post: Post) -> None:
        sara = post.human()
        post.world.faults.add("sendMessage", kind="cut_after")
        row = post.say(sara, "hello")
        await post.courier.settled()
        assert texts(sara) == ["hello", "hello"]
        assert (post.row(row).status, post.row(row).doubtful) == ("sent", True)

    async def test_one_that_fails_does_not_hold_up_other_chats(self, post: Post) -> None:
        sara, ali = post.human("Sara"), post.human("Ali")
        post.world.faults.add("sendMessage", kind="500", times=2, chat_id=sara.id)
        post.say(sara, "hello")
        post.say(ali, "hello")
        await post.world.wait(lambda: texts(ali))
        assert texts(sara) == []
        await post.courier.settled()
        assert texts(sara) == ["hello"]

    async def test_when_nothing_gets_through_the_rows_are_spared(self, tmp_path: Path) -> None:
        async with posted(make_office(tmp_path), tmp_path, Pace.none()) as post:
            people = [post.human(str(n)) for n in range(20)]
            post.world.faults.add("sendMessage", kind="502", times=25)
            rows = [post.say(human, "hello", NOTICE) for human in people]
            await post.courier.settled()
            assert all(texts(human) == ["hello"] for human in people)
            assert max(post.row(row).attempts for row in rows) <= 4


class TestTimeouts:
    @pytest.fixture
    async def post(self, tmp_path: Path) -> AsyncIterator[Post]:
        """A courier that waits no longer for an answer; a busy machine must still be quicker than that."""
        async with posted(make_office(tmp_path), tmp_path, Pace.none(), read_timeout=1) as running:
            yield running

    async def test_a_message_is_sent_twice_at_most(self, post: Post) -> None:
        sara, admin = post.human(), post.human("Admin")
        post.person(admin, "admin")
        post.world.faults.add("sendMessage", kind="timeout", times=3, seconds=30, chat_id=sara.id)
        rows = [post.say(sara, "one")]
        await post.courier.settled()
        assert texts(sara) == ["one", "one"]
        assert (post.row(rows[0]).status, post.row(rows[0]).error) == ("aside", "timeout")
        assert texts(admin) == [f"delivery_failed [{{'outbox_id': {rows[0]}}}]"]

    async def test_a_row_laid_aside_does_not_hold_up_the_next(self, post: Post) -> None:
        sara = post.human()
        post.world.faults.add("sendMessage", kind="timeout", times=2, seconds=30)
        post.say(sara, "one")
        second = post.say(sara, "two")
        await post.courier.settled()
        assert post.row(second).status == "sent"

    async def test_an_edit_is_repeated_until_it_is_answered(self, post: Post) -> None:
        sara = post.human()
        row = post.say(sara, "one")
        post.world.faults.add("editMessageText", kind="timeout", times=2, seconds=30)
        edit = post.put("editMessageText", chat_id=sara.id, message_id=-row, text="two")
        await post.courier.settled()
        assert texts(sara) == ["two"]
        assert (post.row(edit).status, post.row(edit).doubtful) == ("sent", False)


class TestUnreachable:
    async def test_what_is_meant_for_who_blocked_the_bot_is_kept_until_they_are_back(self, post: Post) -> None:
        sara, ali = post.human("Sara"), post.human("Ali")
        customer, owner = post.person(sara), post.person(ali, "handler")
        complaint = post.complaint(customer, owner)
        sara.block()
        rows = [post.tell(customer, f"news{n}", complaint, party="customer") for n in range(3)]
        await post.courier.settled()
        assert [post.row(row).status for row in rows] == ["held"] * 3
        assert texts(ali) == ["customer_unreachable {}"]
        assert len(post.events("person.unreachable")) == 1
        late = post.tell(customer, "news3", complaint, party="customer")
        await post.courier.settled()
        assert post.row(late).status == "held"
        assert len(post.calls("sendMessage")) == 2

        sara.unblock()
        with post.office.work() as work:
            assert outbox.release(work, work.db.get_one(Person, customer.id)) == 4
        await post.courier.settled()
        assert texts(sara) == [f"news{n} {{}}" for n in range(4)]
        assert texts(ali) == ["customer_unreachable {}"]

    async def test_a_deactivated_or_unknown_person_is_unreachable(self, post: Post) -> None:
        sara, stranger = post.human(), post.world.person("Stranger")
        post.world.deactivate(sara)
        rows = [post.tell(post.person(human), "news", party="customer") for human in (sara, stranger)]
        rows.append(post.put("sendMessage", chat_id=4_999_999_999, text="nobody"))
        menu = [{"command": "new", "description": "Make a complaint"}]
        rows.append(post.put("setMyCommands", commands=menu, scope={"type": "chat", "chat_id": sara.id}))
        await post.courier.settled()
        assert [post.row(row).status for row in rows] == ["held"] * 4

    async def test_what_was_meant_for_a_group_that_threw_the_bot_out_is_dropped(self, post: Post) -> None:
        sara = post.human()
        group = post.world.group("Desk", sara)
        post.world.remove_bot(group, sara)
        row = post.put("sendMessage", chat_id=group.id, text="hello")
        await post.courier.settled()
        assert (post.row(row).status, post.row(row).error) == ("dropped", "group_lost")


class TestWhoHasLeft:
    async def test_who_has_left_gets_nothing_that_was_for_staff(self, post: Post) -> None:
        """Neither what belongs to no case, nor what a handler had answered them and could not be sent then."""
        mina = post.human("Mina")
        handler, complaint = post.person(mina, "handler"), post.complaint(post.person(post.human()))
        with post.office.work() as work:
            work.db.get_one(Staff, handler.id).left_at = work.now
        told = post.tell(handler, "reminders", gather="reminders")
        with post.office.work() as work:
            body = {"call": "sendMessage", "args": {"chat_id": mina.id, "text": "The card of the case"}}
            answered = work.put(
                lane=crypto.lookup("chat", mina.id), urgency=ANSWER, body=body, person_id=handler.id,
                complaint_id=complaint.id, party="staff", gather=None, not_before=None,
            )  # fmt: skip
        await post.courier.settled()
        assert texts(mina) == []
        rows = [post.row(told), *post.rows(promise=answered)]
        assert [(row.status, row.error) for row in rows] == [("dropped", "no_right")] * 2
        assert {event.facts["receiver"] for event in post.events("notice.withheld")} == {handler.id}
        assert len(post.events("notice.withheld")) == 2


class TestRepairs:
    async def test_a_group_that_became_a_supergroup_is_followed(self, post: Post) -> None:
        old = post.world.group("Desk", post.human())
        new = post.world.migrate_group(old)
        rows = [post.put("sendMessage", chat_id=old.id, text=str(n)) for n in range(3)]
        await post.courier.settled()
        assert [m.text for m in new.messages.values() if m.sender is post.world.bot] == ["0", "1", "2"]
        assert [post.row(row).status for row in rows] == ["sent"] * 3
        assert [call.code for call in post.calls("sendMessage")].count(400) == 1

    async def test_a_topic_that_is_gone_is_left_out(self, post: Post) -> None:
        group = post.world.group("Desk", post.human(), topics=(7,))
        post.put("sendMessage", chat_id=group.id, text="hello", message_thread_id=8)
        await post.courier.settled()
        assert [m.text for m in group.messages.values() if m.sender is post.world.bot] == ["hello"]

    async def test_a_defect_is_kept_and_says_nothing_of_its_contents(self, post: Post) -> None:
        row = post.say(post.human(), "<sara>", parse_mode="HTML")
        await post.courier.settled()
        kept = post.row(row)
        assert (kept.status, kept.error) == ("aside", "can't parse entities")
        assert kept.body is not None

    def test_the_name_of_a_defect_leaves_out_what_is_quoted(self) -> None:
        assert kind_of("bad request: button url 'http://sara' is invalid: wrong") == "button url * is invalid"


class TestTaps:
    async def test_an_answer_to_a_tap_is_not_sent_late(self, post: Post) -> None:
        body = {"call": "answerCallbackQuery", "args": {"callback_query_id": "1"}}
        post.clock.ahead -= timedelta(seconds=11)
        with post.office.work() as work:
            post.clock.ahead += timedelta(seconds=11)
            row = put(work, OutboxMessage(lane=1, urgency=ANSWER, body=body, created_at=work.now))
        await post.courier.settled()
        assert (post.row(row).status, post.row(row).error) == ("dropped", "too_late")
        assert post.calls("answerCallbackQuery") == []

    async def test_one_that_telegram_calls_too_old_is_done(self, post: Post) -> None:
        row = post.put("answerCallbackQuery", callback_query_id="unknown")
        await post.courier.settled()
        assert post.row(row).status == "sent"
        assert post.calls("answerCallbackQuery")[0].code == 400


HELD = 1.5  # seconds before the answer to a call, in which something else can be done


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - a courier rings no bell
            await asyncio.sleep(0.02)


class TestDatabase:
    async def test_while_it_is_away_nothing_is_forgotten(self, post: Post) -> None:
        sara = post.human()
        post.world.faults.add("sendMessage", kind="timeout", seconds=HELD)
        row = post.say(sara, "hello")
        await post.world.wait(lambda: sara.inbox)
        with post.office.engine.begin() as connection:
            connection.execute(text("ALTER TABLE delivered RENAME TO gone"))
        with structlog.testing.capture_logs() as log:
            await until(lambda: [each for each in log if each["event"] == "courier.not_written"])
        assert post.row(row).status == "sending"
        with post.office.engine.begin() as connection:
            connection.execute(text("ALTER TABLE gone RENAME TO delivered"))
        await post.status(row, "sent")
        assert texts(sara) == ["hello"]

    async def test_an_outcome_that_can_never_be_written_stops_nobody(self, post: Post) -> None:
        sara = post.human()
        post.world.faults.add("sendMessage", kind="timeout", seconds=HELD)
        with post.office.work() as work:
            complaint = Complaint(
                stage="received", customer_id=post_person(work), language="fa", opened_at=work.now, touched_at=work.now
            )
            work.db.add(complaint)
            work.db.flush()
            body = {"call": "sendMessage", "args": {"chat_id": sara.id, "text": "hello"}}
            message = OutboxMessage(lane=1, urgency=ANSWER, body=body, complaint_id=complaint.id, created_at=work.now)
            row = put(work, message)
        await post.world.wait(lambda: sara.inbox)
        with post.office.engine.begin() as connection:
            connection.execute(text("UPDATE outbox SET complaint_id = NULL"))
            connection.execute(text("DELETE FROM complaint"))
        assert (await post.status(row, "dropped")).error == "unwritten"
        post.say(sara, "next")
        await post.courier.settled()
        assert texts(sara) == ["hello", "next"]


def post_person(work: Work) -> int:
    person = Person(telegram_hash=1, telegram_id=1, first_seen=work.now)
    work.db.add(person)
    work.db.flush()
    return person.id or 0


class TestToken:
    async def test_when_it_is_refused_everything_waits_and_nothing_is_given_up(self, post: Post) -> None:
        row = post.say(post.human(), "hello")
        await post.courier.settled()
        post.world.token = "42:OTHER"
        second = post.say(post.human(), "hello")
        await post.world.wait(lambda: [call for call in post.calls("sendMessage") if call.code == 401])
        await post.status(second, "waiting")
        assert [post.row(each).status for each in (row, second)] == ["sent", "waiting"]


COURIER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from backoffice.files import Files
from backoffice.organisation import load
from backoffice.work import Office
from bot.courier import Courier
from bot.pacing import Pace
from storage import crypto, db
url, secret, token, api = sys.argv[1:]
crypto.unlock(secret)
office = Office(db.connect(url), load(), lambda: datetime.now(UTC))
asyncio.run(Courier(office, token, api, lambda *_: None, Pace.none(), Files(Path("."))).run())
"""


class TestKilled:
    async def test_nothing_is_lost_and_hardly_anything_said_twice(self, tmp_path: Path) -> None:
        secret = crypto.new_secret()
        async with posted(make_office(tmp_path, secret=secret), tmp_path, Pace.none(), running=False) as post:
            people = [post.human(str(n)) for n in range(5)]
            rows = [post.say(human, str(n)) for n in range(30) for human in people]
            url = str(post.office.engine.url)
            for said in (20, 60, 100):
                program = await asyncio.create_subprocess_exec(
                    sys.executable, "-c", COURIER, url, secret, post.world.token, post.server.url
                )
                await post.world.wait(lambda: len(post.calls("sendMessage")) >= said, timeout=120)  # noqa: B023
                program.kill()
                await program.wait()
            task = asyncio.create_task(post.courier.run())
            await post.courier.settled()
            post.courier.stop()
            await task
            assert {post.row(row).status for row in rows} == {"sent"}
            for human in people:
                heard = texts(human)
                assert list(dict.fromkeys(heard)) == [str(n) for n in range(30)]
                assert len(heard) <= 30 + 3


class TestSecrets:
    async def test_the_token_is_never_logged(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(0)
        async with posted(make_office(tmp_path), tmp_path, Pace.none()) as post:
            post.say(post.human(), "a private matter")
            post.world.faults.add("sendMessage", kind="502")
            await post.courier.settled()
            assert post.world.token not in caplog.text
            assert "private matter" not in caplog.text
