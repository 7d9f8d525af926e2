"""The log holds nobody's words and no token."""

import asyncio
import gc
import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog

from bot import logs

WORDS = "my-husband-must-not-know"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    root.handlers[:], level, sys.excepthook, threading.excepthook, sys.unraisablehook = before
    root.setLevel(level)
    structlog.reset_defaults()


def break_with_words() -> None:
    try:
        raise KeyError(WORDS)
    except KeyError as error:
        raise ValueError(f"about {WORDS}") from error


def broken() -> ValueError:
    try:
        break_with_words()
    except ValueError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize("form", ["console", "json"])
class TestExceptions:
    def test_only_classes_and_places_are_written(self, form: str, capfd: pytest.CaptureFixture[str]) -> None:
        logs.set_up(form)
        log = structlog.get_logger()
        try:
            break_with_words()
        except ValueError:
            log.exception("it.broke")
            logging.getLogger("library").exception("broke for %s", WORDS)
            logging.getLogger("library").error(f"broke: {WORDS}")  # noqa: G004 - as libraries do
        log.error("it.broke", failure=broken())
        written = capfd.readouterr().err
        assert WORDS not in written
        assert written.count("ValueError < KeyError") == 3
        assert "test_logs.py:" in written

    def test_nor_of_what_nobody_caught(self, form: str, capfd: pytest.CaptureFixture[str]) -> None:
        logs.set_up(form)
        sys.excepthook(ValueError, broken(), None)
        thread = threading.Thread(target=break_with_words)
        thread.start()
        thread.join()

        async def forget() -> None:
            async def fails() -> None:
                break_with_words()

            task = asyncio.ensure_future(fails())
            await asyncio.wait([task])

        asyncio.run(forget())
        gc.collect()
        written = capfd.readouterr().err
        assert WORDS not in written
        assert [word for word in ("program.broken", "thread.broken", "never retrieved") if word not in written] == []


class TestSetUp:
    def test_what_libraries_write_about_requests_is_left_out(self, capfd: pytest.CaptureFixture[str]) -> None:
        logs.set_up()
        for name in ("httpx", "httpcore.connection", "telegram.ext", "aiogram.event"):
            logging.getLogger(name).info("POST https://api.telegram.org/bot42:TOKEN/getMe")
        assert capfd.readouterr().err == ""

    def test_json_is_one_object_a_line_in_utc(self, capfd: pytest.CaptureFixture[str]) -> None:
        logs.set_up("json")
        structlog.get_logger().info("desk.started", bot="sulh")
        line = json.loads(capfd.readouterr().err)
        assert (line["event"], line["bot"], line["level"]) == ("desk.started", "sulh", "info")
        assert line["timestamp"].endswith("Z")
