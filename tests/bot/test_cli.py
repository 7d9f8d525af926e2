"""The command as it is called: exit codes, one line for a refusal, nothing secret in it."""

import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage import crypto
from tests.bot.command import beside, sulh
from tests.running import SECRET, running, sandbox

pytestmark = pytest.mark.usefixtures("nursery")

SULH = str(Path(sys.executable).with_name("sulh"))
COMMANDS = ["run", "demo", "invite", "doctor", "migrate", "verify", "audit verify", "figures rebuild", "key new"]
COMMANDS += ["audit", "figures", "key"]
PATIENCE = 180  # seconds, on a busy machine


def everything_in(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


class TestHelp:
    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_has_it(self, command: str, tmp_path: Path) -> None:
        """Of the command as it is installed, which does not come out of the nursery."""
        done = subprocess.run([SULH, *command.split(), "--help"], capture_output=True, text=True, check=True)
        assert done.stderr == ""
        assert f"Usage: sulh {command}" in done.stdout

    def test_does_not_wait_for_heavy_libraries(self, tmp_path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "bot.cli", "--help"], capture_output=True, text=True, check=True
        )
        assert not re.search(r"\| +(aiogram|sqlalchemy|pydantic|aiohttp)$", done.stderr, re.MULTILINE)


class TestWrongUse:
    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("fly",),
            ("invite",),
            ("demo", "--port", "many"),
            ("run", "--fast"),
            ("key",),
            ("invite", "boss"),
            ("verify",),
        ],
        ids=" ".join,
    )
    def test_is_one_line_and_code_2(self, arguments: tuple[str, ...], tmp_path: Path) -> None:
        done = sulh(tmp_path, *arguments)
        assert done.code == 2
        assert done.line.startswith("sulh: ")

    def test_an_unknown_role_is_told_which_there_are(self, tmp_path: Path) -> None:
        assert "choose from: handler, supervisor" in sulh(tmp_path, "invite", "boss").line


class TestRefusals:
    def test_no_token(self, tmp_path: Path) -> None:
        done = sulh(tmp_path, "run", secret_key=crypto.new_secret())
        assert (done.code, done.line) == (1, "sulh: SULH_BOT_TOKEN is missing; @BotFather gives you one")

    def test_no_key(self, tmp_path: Path) -> None:
        done = sulh(tmp_path, "run", bot_token="42:X")
        assert done.code == 1
        assert "SULH_SECRET_KEY is missing; `sulh key new`" in done.line

    def test_a_key_that_is_none(self, tmp_path: Path) -> None:
        done = sulh(tmp_path, "audit", "verify", secret_key="not-a-key")
        assert done.code == 1
        assert done.line.startswith("sulh: SULH_SECRET_KEY cannot be used")
        assert "not-a-key" not in done.line

    def test_the_wrong_key(self, tmp_path: Path) -> None:
        first, second = (sulh(tmp_path, "audit", "verify", secret_key=crypto.new_secret()) for _ in range(2))
        assert (first.code, second.code) == (0, 1)
        assert "SULH_SECRET_KEY is not the key that this database was written with" in second.line

    @pytest.mark.parametrize(
        "url",
        [
            "postgresql://sulh:password@127.0.0.1:1/sulh",
            "sqlite:////proc/no/such/folder/sulh.db",
            "postgresql://sulh:password@host:port/x",
        ],
    )
    def test_a_database_that_cannot_be_reached(self, url: str, tmp_path: Path) -> None:
        done = sulh(tmp_path, "migrate", database_url=url)
        assert done.code == 1
        assert done.line.startswith("sulh: SULH_DATABASE_URL cannot be used")
        assert "password" not in done.line

    def test_a_wrong_organisation_file(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.toml"
        file.write_text('name = "Mine"\n')
        done = sulh(tmp_path, "run", bot_token="42:X", secret_key=crypto.new_secret(), organisation=file)
        assert done.code == 1
        assert str(file) in done.line

    async def test_a_token_that_telegram_does_not_know(self, tmp_path: Path) -> None:
        async with sandbox() as server:
            done = await beside(server, tmp_path, "run", bot_token="43:WRONG")
        assert done.code == 1
        assert done.line.startswith(f"sulh: SULH_BOT_TOKEN is refused by {server.url}")
        assert "WRONG" not in done.line

    def test_a_port_of_the_demo_that_is_taken(self, tmp_path: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            done = sulh(tmp_path, "demo", "--port", port)
        assert (done.code, f"--port {port}" in done.line) == (1, True)


class TestInvite:
    async def test_prints_a_link_that_makes_the_first_admin(self, tmp_path: Path) -> None:
        async with running(tmp_path / "data") as up:
            arguments = ("invite", "admin", "supervisor", "--department", "delivery", "--language", "en")
            done = await beside(up.server, tmp_path, *arguments)
            assert (done.code, done.err) == (0, "")
            link = done.out.strip()
            omar = up.world.person("Omar", "en")
            omar.start(link.removeprefix(f"https://t.me/{up.world.bot.username}?start="))
            await up.stage.settle()
            assert "Welcome to the team" in omar.inbox[-1].text

    async def test_an_unknown_department_is_told_which_there_are(self, tmp_path: Path) -> None:
        async with sandbox() as server:
            done = await beside(server, tmp_path, "invite", "handler", "--department", "moon")
        assert (done.code, "choose from: delivery" in done.line) == (2, True)


class TestDoctor:
    async def test_finds_nothing_wrong_where_nothing_is(self, tmp_path: Path) -> None:
        async with running(tmp_path / "data") as up:
            (tmp_path / "data").chmod(0o700)
            done = await beside(up.server, tmp_path, "doctor")
        assert (done.code, done.err) == (0, ""), done.out
        assert done.out.endswith("Nothing is wrong.\n")

    async def test_names_everything_that_is_wrong_and_how_to_mend_it(self, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir(mode=0o755)
        async with sandbox() as server:
            given = {"secret_key": "short", "organisation": tmp_path / "none.toml", "bot_tokn": "x"}
            done = await beside(server, tmp_path, "doctor", bot_token="43:WRONG", **given)
        ill = {line[2:].split(":")[0] for line in done.out.splitlines() if line.startswith("✗")}
        assert done.code == 1
        assert ill == {"settings", "data directory", "secret key", "organisation", "token", "clock"}
        assert "SULH_BOT_TOKN means nothing here" in done.out
        assert "chmod 700" in done.out

    async def test_changes_nothing(self, tmp_path: Path) -> None:
        async with sandbox() as server:
            await beside(server, tmp_path, "doctor")
        assert everything_in(tmp_path) == []


class TestMigrate:
    def test_can_be_said_twice(self, tmp_path: Path) -> None:
        assert [sulh(tmp_path, "migrate").code for _ in range(2)] == [0, 0]


class TestKey:
    def test_is_one_that_works(self, tmp_path: Path) -> None:
        done = sulh(tmp_path, "key", "new")
        assert sulh(tmp_path, "audit", "verify", secret_key=done.out.strip()).code == 0


class TestAudit:
    async def test_an_altered_log_is_named_and_code_1(self, tmp_path: Path) -> None:
        async with running(tmp_path / "data") as up:
            await up.staff("admin", name="Omar")
        done = sulh(tmp_path, "audit", "verify", secret_key=SECRET)
        assert (done.code, done.out) == (0, "2 events, 0 faults.\n")
        with sqlite3.connect(tmp_path / "data" / "sulh.db") as connection:
            connection.execute("UPDATE audit_event SET event = 'staff.left' WHERE id = 2")
        connection.close()
        done = sulh(tmp_path, "audit", "verify", secret_key=SECRET)
        assert (done.code, "event 2: was altered" in done.out) == (1, True)


class TestFigures:
    async def test_are_rebuilt(self, tmp_path: Path) -> None:
        async with running(tmp_path / "data") as up:
            await up.complain(await up.newcomer())
        done = sulh(tmp_path, "figures", "rebuild", secret_key=SECRET)
        assert (done.code, done.err) == (0, "")
        assert re.fullmatch(r"1 cases counted; \d+ entries and \d+ sums were not right.\n", done.out)
        again = sulh(tmp_path, "figures", "rebuild", secret_key=SECRET)
        assert again.out == "1 cases counted; 0 entries and 0 sums were not right.\n"


class TestDemo:
    def test_headless_tells_the_story_in_one_language(self, tmp_path: Path) -> None:
        """All three together: the stories' test_demo_story."""
        nonsense = {"bot_token": "nonsense", "webhook_url": "nonsense"}
        done = sulh(tmp_path, "demo", "--headless", "--language", "ar", **nonsense)
        assert (done.code, done.err) == (0, "")
        assert "✅ استلمنا شكواكم." in done.out
        assert "✅ We have received" not in done.out
        assert re.search(r"Audit log: \d+ events, 0 faults\.\n$", done.out)

    def test_headless_in_a_language_that_there_is_not(self, tmp_path: Path) -> None:
        done = sulh(tmp_path, "demo", "--headless", "--language", "fr")
        assert (done.code, "fr" in done.line) == (2, True)

    def test_opens_its_page_and_ends_by_ctrl_c(self, tmp_path: Path) -> None:
        command = [SULH, "demo", "--port", "0"]
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as demo:
            assert demo.stdout
            assert demo.stderr
            assert demo.stdout.readline().startswith("Setting the stage")  # which takes a while
            line = demo.stdout.readline()
            assert re.fullmatch(r"Sulh is open at http://127\.0\.0\.1:\d+ \(Ctrl-C ends it\)\n", line)
            began = time.monotonic()
            demo.send_signal(signal.SIGINT)
            assert (demo.wait(PATIENCE), demo.stdout.read(), demo.stderr.read()) == (0, "", "")
            assert time.monotonic() - began < 20  # the long poll that it does not wait for takes 50
