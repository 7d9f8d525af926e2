"""The whole program against the sandbox: it starts, answers, keeps time, and stops so that nothing is lost."""

import asyncio
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlmodel import select

from backoffice import people
from bot.app import Desk
from bot.config import ConfigError
from bot.sandbox.story import STORIES, Tale
from storage import crypto
from storage.clocks import Deadline
from storage.journal import AuditEvent
from storage.locks import Busy
from storage.people import Invitation
from storage.traffic import InboxUpdate
from tests.postgres import postgres_url
from tests.running import SECRET, Running, running, sandbox, settings_for, started

STARTS = 120  # seconds that another process may take to start, on a busy machine


@pytest.fixture
async def up(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as desk:
        yield desk


class TestStart:
    async def test_answers_who_writes(self, up: Running) -> None:
        sara = up.world.person("Sara", "fa")
        sara.start()
        await up.stage.settle()
        assert sara.buttons() == ["فارسی", "العربية", "English"]

    async def test_presents_itself_in_every_language(self, up: Running) -> None:
        await up.world.wait(lambda: ("short_description", "") in up.world.profile)
        everybody = {"fa", "ar", "en", ""}
        assert {language for _scope, language in up.world.commands} == everybody
        assert set(up.world.profile) == set(product(("description", "short_description"), everybody))
        assert up.world.profile["description", "en"].startswith("Welcome to the complaint desk of Aftab Store.")

    async def test_goes_on_when_it_cannot_present_itself(self, tmp_path: Path) -> None:
        async with sandbox() as server:
            server.world.faults.add("setMyCommands", kind="400", times=9)
            async with started(server, tmp_path):
                sara = server.world.person()
                sara.start()
                await server.world.wait(lambda: sara.last)

    async def test_waits_for_a_telegram_that_is_away_for_a_moment(self, tmp_path: Path) -> None:
        async with sandbox() as server:
            server.world.faults.add("getMe", kind="502")
            async with started(server, tmp_path):
                pass

    async def test_a_second_one_of_the_same_bot_is_refused(self, up: Running) -> None:
        settings = up.desk.settings.model_copy(update={"listen": "127.0.0.1:0"})
        with pytest.raises(Busy):
            await Desk(settings).start()

    async def test_a_port_that_is_taken_is_refused_and_all_is_let_go(self, up: Running, tmp_path: Path) -> None:
        async with sandbox() as server:
            settings = settings_for(server, tmp_path / "other", listen=f"127.0.0.1:{up.desk.front.port}")
            for _ in range(2):  # the second time says the same: the first let go of its lock
                with pytest.raises(ConfigError, match=r"^SULH_LISTEN 127\.0\.0\.1:\d+ is taken"):
                    await Desk(settings).start()

    async def test_another_key_is_refused(self, tmp_path: Path) -> None:
        async with running(tmp_path):
            pass
        with pytest.raises(ConfigError, match="SULH_SECRET_KEY is not the key"):
            async with running(tmp_path, secret_key=crypto.new_secret()):
                pass

    async def test_a_new_key_goes_in_front_of_the_old_one(self, tmp_path: Path) -> None:
        old, new = crypto.new_secret(), crypto.new_secret()
        async with running(tmp_path, secret_key=old):
            pass
        async with running(tmp_path, secret_key=f"{new},{old}"):
            pass
        with pytest.raises(ConfigError, match="SULH_SECRET_KEY is not the key"):
            async with running(tmp_path, secret_key=f"{old},{new}"):
                pass


class TestWebhook:
    async def test_takes_updates_by_post(self, tmp_path: Path) -> None:
        async with sandbox() as server:
            with_port = {"listen": f"127.0.0.1:{_free_port()}"}
            hook = {"webhook_url": f"http://{with_port['listen']}/telegram", "webhook_secret": "hush"}
            async with started(server, tmp_path, **with_port, **hook):
                sara = server.world.person()
                sara.start()
                await server.world.wait(lambda: sara.last)
            assert not [call for call in server.world.calls if call.method == "getUpdates"]

    async def test_one_that_telegram_refuses_stops_the_start(self, tmp_path: Path) -> None:
        async with sandbox() as server:
            hook = {"webhook_url": "http://example.org/telegram", "webhook_secret": "hush"}
            with pytest.raises(ConfigError, match="SULH_WEBHOOK_URL is refused by Telegram"):
                await Desk(settings_for(server, tmp_path, **hook)).start()


class TestHealth:
    async def test_is_ok(self, up: Running) -> None:
        assert await up.get("/healthz") == (200, '{"status": "ok"}')

    async def test_names_the_worker_that_has_ended(self, up: Running) -> None:
        up.desk.worker.stop()
        await asyncio.to_thread(up.desk.worker.join)
        status, body = await up.get("/healthz")
        assert (status, "worker" in body) == (503, True)

    async def test_names_the_tick_that_is_late(self, up: Running) -> None:
        await up.desk.tick()
        up.desk.ticker.succeeded_at -= 181
        status, body = await up.get("/healthz")
        assert (status, "tick" in body) == (503, True)

    async def test_names_the_database_that_does_not_answer(self, up: Running, tmp_path: Path) -> None:
        up.desk.office.engine.dispose()
        (tmp_path / "sulh.db").rename(tmp_path / "away.db")
        (tmp_path / "sulh.db").mkdir()
        status, body = await up.get("/healthz")
        (tmp_path / "sulh.db").rmdir()
        (tmp_path / "away.db").rename(tmp_path / "sulh.db")
        assert (status, "database" in body) == (503, True)

    async def test_metrics_tell_what_waits(self, up: Running) -> None:
        status, body = await up.get("/metrics")
        names = {line.split("{")[0].split(" ")[0] for line in body.splitlines() if not line.startswith("#")}
        assert status == 200
        assert {"inbox_waiting", "outbox_waiting", "outbox_oldest_seconds", "tick_age_seconds"} <= names
        assert "deadlines_late_seconds" in names


class TestTick:
    async def test_lets_earlier_updates_finish_first(self, up: Running) -> None:
        sara = up.world.person("Sara", "en")
        sara.start()
        await up.world.wait(lambda: not len(up.world.updates))
        await up.desk.tick()
        with up.desk.office.look() as work:
            assert set(work.db.exec(select(InboxUpdate.status))) == {"done"}

    async def test_happens_at_every_due_moment_of_a_jump(self, up: Running) -> None:
        """The alarm about a case that nobody takes is raised at its time, not when the jump ends."""
        emma = up.world.person("Emma", "en")
        await Tale(up.stage, "en", emma, emma, STORIES["en"]).complains()
        with up.desk.office.look() as work:
            due = work.db.exec(select(Deadline.due_at).where(Deadline.target == "unassigned_alarm")).one()
        await up.stage.forward(days=20)
        with up.desk.office.look() as work:
            alarm = work.db.exec(select(AuditEvent).where(AuditEvent.event == "complaint.untaken_alarm")).one()
        assert due
        assert timedelta() <= alarm.at - due < timedelta(minutes=2)


class TestStop:
    async def test_what_was_not_handled_is_handled_after_the_next_start(self, tmp_path: Path) -> None:
        async with sandbox() as server:
            people_ = [server.world.person(f"P{n}") for n in range(20)]
            for person in people_:
                person.start()
            for _ in range(2):
                async with started(server, tmp_path):
                    pass  # at once: some of it is done, some is not
            async with started(server, tmp_path) as up:
                await server.world.wait(lambda: all(person.last for person in people_))
                await up.desk.settle()
            assert [len(person.inbox) for person in people_] == [1] * 20

    async def test_sigterm_ends_the_process_after_the_message_in_flight(self, tmp_path: Path) -> None:
        async with sandbox() as server:
            world = server.world
            world.faults.add("sendMessage", kind="timeout", seconds=1.5)
            process = await _sulh_run(server.url, world.token, tmp_path)
            sara = world.person()
            sara.start()
            await world.wait(lambda: sara.last, STARTS)
            process.send_signal(signal.SIGTERM)
            _out, err = await process.communicate()
            assert (process.returncode, b"desk.stopping" in err) == (0, True), err.decode()
            assert world.token.encode() not in err
            process = await _sulh_run(server.url, world.token, tmp_path)
            emma = world.person()
            emma.start()
            await world.wait(lambda: emma.last, STARTS)
            process.send_signal(signal.SIGINT)
            await process.communicate()
            assert process.returncode == 0
            assert len(sara.inbox) == 1  # it was marked as sent, so it did not come again

    async def test_sigterm_is_heard_while_telegram_is_away(self, tmp_path: Path) -> None:
        process = await _sulh_run("http://127.0.0.1:1", "42:X", tmp_path)
        assert process.stderr
        await process.stderr.readuntil(b"desk.telegram_away")
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            assert await process.wait() == 0

    async def test_a_token_taken_back_ends_the_program(self, tmp_path: Path) -> None:
        async with sandbox() as server:
            process = await _sulh_run(server.url, server.world.token, tmp_path)
            await server.world.wait(lambda: any(call.method == "deleteWebhook" for call in server.world.calls), STARTS)
            server.world.token = "43:OTHER"
            server.world.updates.new_turn()
            _out, err = await process.communicate()
            assert process.returncode == 1
            assert err.decode().splitlines()[-1].startswith("sulh: SULH_BOT_TOKEN is refused")


class TestPostgres:
    async def test_the_whole_program_runs_on_it(self, tmp_path: Path) -> None:
        async with running(tmp_path, database_url=postgres_url()) as up:
            omar = await up.staff("handler", name="Omar")
            emma = up.world.person("Emma", "en")
            await Tale(up.stage, "en", emma, omar, STORIES["en"]).complains()
            await up.stage.forward(hours=1)
            assert "We have received your complaint" in emma.inbox[-1].text
            assert (await up.get("/healthz"))[0] == 200
            with pytest.raises(Busy):
                await Desk(up.desk.settings).start()


class TestInvitation:
    async def test_the_link_makes_staff(self, up: Running) -> None:
        omar = await up.staff("admin", "complaints_manager", name="Omar")
        assert "Welcome to the team" in omar.inbox[-1].text
        with up.desk.office.look() as work:
            assert work.db.exec(select(Invitation.used_by)).one() is not None
            assert people.people.who_is(work.db, omar.id)


async def _sulh_run(api: str, token: str, folder: Path) -> asyncio.subprocess.Process:
    environment = {
        "PATH": os.environ["PATH"],
        "SULH_BOT_TOKEN": token,
        "SULH_TELEGRAM_API": api,
        "SULH_DATA_DIR": str(folder / "data"),
        "SULH_SECRET_KEY": SECRET,
        "SULH_LISTEN": "127.0.0.1:0",
    }
    return await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("sulh"), "run", cwd=folder, env=environment, stderr=asyncio.subprocess.PIPE
    )


def _free_port() -> int:
    """One that the kernel gives to nobody who asks for any, so that it is still free when we come to use it."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
