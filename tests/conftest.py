"""Settings of the whole suite: one key, and what becomes of tests whose programs are not installed."""

import functools
import gc
import os
import shutil
import ssl
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from storage import crypto
from tests import databases

CHROMIUM = Path("/usr/bin/chromium")
#: Where files are made: every commit waits until they are safe, which takes longest of all on a disk.
MEMORY, ENOUGH = Path("/dev/shm"), 2 * 1024**3  # bytes
NO_POSTGRES = "these tests need a PostgreSQL server"

#: Files whose tests take long, the longest first: what begins last must be short, or one process waits for the other.
LONG = (
    "oracle",
    "content_types", "crash", "review", "mediation", "stale", "page", "dispute_ends", "dispute_results", "doors",
    "charts",
    "dispute_desk", "figures", "committee", "cli", "app", "digest", "report_files", "tables", "dispute_watching",
    "watch_together", "team", "own_data",
    "courier_mishaps", "ways", "lives", "demo_story", "time", "lifecycle", "mishaps", "groups", "rights",
    "calendar_story", "dispute", "dispute_ways", "dispute_walk", "dispute_provider", "dispute_consent", "secrets",
    "dispute_sent", "table_of_terms",
)  # fmt: skip

if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
crypto.unlock(crypto.new_secret())
databases.compile_once()
# Each desk makes two clients that read all certificates there are, though nobody here speaks TLS: once is enough.
ssl.create_default_context = functools.cache(ssl.create_default_context)
# How long an example takes says more about what else the machine does.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)
    if CHROMIUM.exists():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(f"{CHROMIUM} is not installed"))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not walk all of it again and again (a sixth of the time)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _place(item: pytest.Item) -> int:
    name = item.path.stem.removeprefix("test_")
    return LONG.index(name) if name in LONG else len(LONG)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, None, None]:
    return (yield from _skipped_without_postgres())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    return (yield from _skipped_without_postgres())


def _skipped_without_postgres() -> Generator[None, None, None]:
    try:
        return (yield)
    except RuntimeError as missing:
        if NO_POSTGRES in str(missing):
            pytest.skip(str(missing))
        raise


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is installed (`.ci/run`) a skipped test is a failure: nobody would read of it."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and os.environ.get("SULH_NO_SKIPS") and reporter.stats.get("skipped"):
        reporter.write_line("Skipped tests count as failures here (SULH_NO_SKIPS).", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
