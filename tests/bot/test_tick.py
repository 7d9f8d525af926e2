"""The tick of the running program: whom it waits for, and what it says when it could not watch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlmodel import col, select

from backoffice import schedule
from backoffice.stages import Stage
from bot.app import HEARD
from bot.clock import Clock
from storage import locks
from storage.journal import AuditEvent
from storage.traffic import Setting
from tests.databases import migrated_postgres
from tests.running import Running, running, sandbox, started

HOOK_SECRET = "s" * 32


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def up(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Running]:
    url = migrated_postgres() if request.param == "postgresql" else None
    async with running(tmp_path, url) as desk:
        yield desk


async def answered(up: Running) -> None:
    """A case whose customer has an answer before them."""
    customer = await up.newcomer()
    handler = await up.staff("handler")
    await up.complain(customer)
    await up.tap(handler, "Take the case")
    await up.answer(handler)


class TestWindows:
    async def test_stay_open_while_it_is_not_known_what_people_sent(self, up: Running) -> None:
        await answered(up)
        await up.forward(days=9, hours=23)
        assert up.desk._polling is not None
        up.desk._polling.heard_at = Clock().now() - 2 * HEARD  # the network was away since
        clock = up.world.clock
        clock.forward(timedelta(days=3))
        await up.desk.tick()
        assert up.cases()[-1].stage == Stage.ANSWERED
        up.desk._polling.heard_at = Clock().now()
        await up.forward(days=2)
        assert up.cases()[-1].stage == Stage.CLOSED

    async def test_stay_open_while_telegram_holds_updates_back_from_the_webhook(self, tmp_path: Path) -> None:
        async with sandbox() as server:
            hook = {"webhook_url": "https://desk.example/hook", "webhook_secret": HOOK_SECRET}
            async with started(server, tmp_path, **hook) as up:
                assert await up.desk._all_heard()
                server.world.person("Sara", "en").start()  # nobody listens at that address
                assert not await up.desk._all_heard()

    async def test_an_answer_that_waited_in_the_inbox_counts_before_the_window_closes(self, up: Running) -> None:
        await answered(up)
        customer = next(human for human in up.world.people.values() if human.user.first_name == "Sara")
        await up.forward(days=9, hours=23)
        up.world.clock.forward(timedelta(days=7))  # the desk stood still, and a no was sent meanwhile
        customer.tap("No, it does not satisfy me")
        await up.world.wait(lambda: not len(up.world.updates))
        await up.desk.tick()
        assert up.cases()[-1].stage == Stage.INVESTIGATING


def steps(up: Running) -> list[str]:
    """What was done about the final answer of the case, in order."""
    with up.desk.office.look() as work:
        found = work.db.exec(
            select(AuditEvent).where(col(AuditEvent.event).startswith("deadline.")).order_by(col(AuditEvent.id))
        )
        return [each.event for each in found if each.facts.get("target") == "final_response"]


class TestOutage:
    async def test_a_restart_and_a_week_asleep_skip_no_step_and_take_none_twice(self, up: Running) -> None:
        customer, handler = await up.newcomer(), await up.staff("handler")
        supervisor, manager = await up.staff("supervisor", name="Negar"), await up.staff("complaints_manager")
        await up.complain(customer)
        await up.tap(handler, "Take the case")
        due = up.cases()[-1].due_at
        assert due is not None
        await up.forward(seconds=(due - up.desk.office.clock()).total_seconds() - 3600)
        assert steps(up) == ["deadline.warned"]
        await up.restart()
        await up.desk.tick()
        assert steps(up) == ["deadline.warned"]

        await up.desk.stop()
        up.world.clock.forward(timedelta(days=7))  # nobody is there when it is due
        await up.start(up.desk.settings)
        for _time in range(2):
            await up.desk.tick()
        await up.forward(minutes=30)
        assert steps(up) == ["deadline.warned", "deadline.breached", "deadline.escalated", "deadline.escalated"]
        late = [message for message in customer.inbox if message.text.startswith("Our answer is not ready in time.")]
        assert len(late) == 1
        for human in (supervisor, manager):
            assert any("Final answer: overdue" in message.text for message in human.inbox)

    async def test_the_admins_learn_from_when_to_when_nothing_was_watched(self, up: Running) -> None:
        admin = await up.staff("admin")
        await up.desk.tick()
        with up.desk.office.work() as work:
            ticked = work.db.get_one(Setting, schedule.TICKED)
            ticked.value = (Clock().now() - timedelta(hours=9)).isoformat()
        for _time in range(2):
            await up.desk.tick()
        await up.settle()
        told = [message for message in admin.inbox if message.text.startswith("⚠️ The desk stood still.")]
        assert len(told) == 1

    async def test_a_second_process_leaves_the_tick_to_the_first(self, up: Running, tmp_path: Path) -> None:
        with ExitStack() as held:
            while True:
                try:  # the desk's own tick of this minute may be under way
                    held.enter_context(locks.hold(up.desk.office.engine, "tick", tmp_path))
                    break
                except locks.Busy:
                    await asyncio.sleep(0.01)
            await up.desk.tick()
            with up.desk.office.look() as work:
                before = work.db.get(Setting, schedule.TICKED)
        await up.desk.tick()
        with up.desk.office.look() as work:
            after = work.db.get_one(Setting, schedule.TICKED)
        assert before is None or before.value < after.value
