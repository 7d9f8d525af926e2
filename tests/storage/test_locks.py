"""One process at a time, whatever the database."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage import db
from storage.locks import Busy, hold
from tests.postgres import postgres_url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return postgres_url() if request.param == "postgresql" else f"sqlite:///{tmp_path}/test.db"


def try_elsewhere(url: str, name: str, data_dir: Path) -> bool:
    """Whether another process gets the lock."""
    program = (
        "import sys; from pathlib import Path; from storage.db import connect; from storage.locks import hold\n"
        "with hold(connect(sys.argv[1]), sys.argv[2], Path(sys.argv[3])): pass"
    )
    done = subprocess.run([sys.executable, "-c", program, url, name, str(data_dir)], capture_output=True, text=True)
    return done.returncode == 0


class TestHold:
    def test_another_process_is_refused_until_the_first_is_done(self, url: str, tmp_path: Path) -> None:
        engine = db.connect(url)
        with hold(engine, "courier-42", tmp_path):
            assert not try_elsewhere(url, "courier-42", tmp_path)
            assert try_elsewhere(url, "poller-42", tmp_path)
        assert try_elsewhere(url, "courier-42", tmp_path)
        engine.dispose()

    def test_is_free_at_once_when_it_was_let_go(self, url: str, tmp_path: Path) -> None:
        engine = db.connect(url)
        for _time in range(50):
            with hold(engine, "tick", tmp_path):
                pass

    def test_the_same_process_is_refused_too_in_one_line(self, url: str, tmp_path: Path) -> None:
        engine = db.connect(url)
        refused = pytest.raises(Busy, match=r"^another process is already at work here: courier$")
        with hold(engine, "courier", tmp_path), refused, hold(engine, "courier", tmp_path):
            pass
        with hold(engine, "courier", tmp_path):
            pass
        engine.dispose()
