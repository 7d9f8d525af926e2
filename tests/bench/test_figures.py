"""The figures that no change may spoil unnoticed, in short runs and with room for a noisy machine."""

import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from backoffice import outbox
from backoffice.work import Office
from tests.bench import bench_courier, bench_scale, bench_start, bench_tap, bench_tick, bench_worker
from tests.bench.figures import Figure
from tests.postgres import postgres_url

NOISE = 10  # times: the machine that runs this may be busy with much else


def missed(figures: list[Figure], room: float = 1.0) -> list[str]:
    """The figures that fall short even with that much room."""
    return [
        str(figure)
        for figure in figures
        if (figure.value > figure.target * room if figure.most else figure.value < figure.target / room)
    ]


async def test_a_tap_is_answered_before_anybody_notices() -> None:
    assert missed(await bench_tap.measure(people=4, rounds=1), NOISE) == []


async def test_the_start_is_quick_and_the_memory_small() -> None:
    started, *memory = await bench_start.measure(customers=0)
    assert missed([started], NOISE) == []
    assert missed(memory) == []


async def test_the_courier_is_never_faster_than_telegram_allows() -> None:
    pace, *limits = await bench_courier.measure(seconds=2)
    assert missed([pace], 3) == []
    assert missed(limits) == []


async def test_one_worker_handles_ten_times_what_telegram_lets_a_bot_send(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_worker, "CUSTOMERS", 25)
    with tempfile.TemporaryDirectory() as folder:
        office = bench_worker.office_on(f"sqlite:///{Path(folder) / 'bench.db'}")
        wall, _cpu, handled = await bench_worker.measure(office, rounds=1)
        office.engine.dispose()
    assert handled / wall >= 300 / NOISE


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_backlog_does_not_slow_the_courier_down(database: str, tmp_path: Path) -> None:
    """Also when the database believes that little waits, because little did when it last counted."""
    office = bench_worker.office_on(postgres_url() if database == "postgresql" else f"sqlite:///{tmp_path}/bench.db")
    with office.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE outbox"))
    with office.work() as work:
        for number in range(3000):
            work.put(lane=number // 2, urgency=1, body={}, gather=None, not_before=None)
    assert min(seconds_to_look(office) for _ in range(5)) < 0.1
    office.engine.dispose()


def seconds_to_look(office: Office) -> float:
    began = time.perf_counter()
    with office.look() as work:
        assert outbox.due(work, 8) == [1, 3, 5, 7, 9, 11, 13, 15]
    return time.perf_counter() - began


async def test_a_long_history_costs_nothing() -> None:
    """Twenty times as much of it: what reads all of it would cost many times more."""
    assert missed(await bench_scale.measure(large=10_000, small=500, rounds=10), 2.0) == []


def test_open_deadlines_cost_nothing_until_they_are_due() -> None:
    """Twenty times as many; and when very many are due at once, people are served meanwhile."""
    assert missed(bench_tick.measure(large=8_000, small=400, due=100, rounds=2, storm=400), 3) == []
