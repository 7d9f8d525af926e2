"""Two ticks at the same time, and a tick while people act: each step once, whoever comes first."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel, select

from backoffice import audit, errors, organisation, schedule
from backoffice.work import Office
from storage import crypto, db
from storage.clocks import Deadline
from storage.journal import AuditEvent
from storage.traffic import OutboxMessage
from tests.backoffice.conftest import VERBS, Scene
from tests.backoffice.test_calendar import tehran
from tests.moment import Moment
from tests.postgres import postgres_url

CASES = 60
ROOT = Path(__file__).parents[2]
LATE = tehran("2026-12-22T10:00").astimezone(UTC)  # the date and the longest time have passed
STEPS = Counter({"deadline.warned": 2, "deadline.breached": 2, "deadline.escalated": 2, "complaint.deadlocked": 1})

TICK = """
import sys
from datetime import datetime
from backoffice import organisation, schedule
from backoffice.work import Office
from storage import crypto, db
url, secret, now = sys.argv[1:]
crypto.unlock(secret)
office = Office(db.connect(url), organisation.load(), lambda: datetime.fromisoformat(now))
print("ready", flush=True)
sys.stdin.readline()
print(schedule.tick(office)["deadlines"])
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return postgres_url() if request.param == "postgresql" else f"sqlite:///{tmp_path}/desk.db"


@pytest.fixture
def scene(url: str) -> Iterator[Scene]:
    engine = db.connect(url)
    SQLModel.metadata.create_all(engine)
    clock = Moment()
    yield Scene(Office(engine, organisation.load(), clock), clock, count(1))
    engine.dispose()


def many_cases(scene: Scene) -> tuple[int, list[str]]:
    """Taken by a handler, and then forgotten for a month in which the desk stood still: every step is due at once."""
    handler, _supervisor = scene.staff("handler", capacity=CASES), scene.staff("supervisor")
    schedule.tick(scene.office)
    codes = [scene.complaint(scene.customer()) for _ in range(CASES)]
    for code in codes:
        scene.act(handler, code, VERBS["take"])
    scene.clock.now = LATE
    return handler, codes


def at_once(*doings: Callable[[], object]) -> None:
    """In threads that begin together; what one of them raises, this raises."""
    barrier, failures = threading.Barrier(len(doings)), []

    def run(what: Callable[[], object]) -> None:
        barrier.wait()
        try:
            what()
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(what,)) for what in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def each_step_once(scene: Scene, codes: list[str]) -> None:
    with scene.office.look() as work:
        events = list(work.db.exec(select(AuditEvent)))
        late = list(work.db.exec(select(OutboxMessage.complaint_id, OutboxMessage.body)))
        limits = list(work.db.exec(select(Deadline)))
        assert list(audit.verify(work.db)) == []
    for code in codes:
        case = scene.case(code).id
        assert Counter(each.event for each in events if each.chain == case and each.event in STEPS) == STEPS, code
        told = Counter(body["template"] for complaint, body in late if complaint == case and body)
        assert (told["answer_late"], told["way_open"]) == (1, 1)
        assert len([each for each in limits if each.complaint_id == case and each.target == "late_answer"]) == 1
    with scene.office.look() as work:
        assert schedule.lateness(work) == 0


def test_two_ticks_of_one_moment_take_each_step_once(scene: Scene, url: str) -> None:
    _handler, codes = many_cases(scene)
    other = Office(db.connect(url), organisation.load(), scene.clock)
    at_once(lambda: schedule.tick(scene.office), lambda: schedule.tick(other))
    each_step_once(scene, codes)
    other.engine.dispose()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_two_processes_do_too(scene: Scene, url: str) -> None:
    secret = crypto.new_secret()
    crypto.unlock(secret)
    _handler, codes = many_cases(scene)
    ticks = [
        subprocess.Popen(
            [sys.executable, "-c", TICK, url, secret, LATE.isoformat()],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for tick in ticks:
        assert tick.stdout
        assert tick.stdout.readline() == "ready\n"
    for tick in ticks:
        assert tick.stdin
        tick.stdin.write("go\n")
        tick.stdin.flush()
    print("steps of each:", [tick.communicate()[0].strip() for tick in ticks])
    assert [tick.returncode for tick in ticks] == [0, 0]
    each_step_once(scene, codes)


def test_who_answers_meanwhile_is_not_held_to_be_late_afterwards(scene: Scene, url: str) -> None:
    """The handler answers one case after the other, the newest first, while the tick goes through them."""
    handler, codes = many_cases(scene)
    other = Office(db.connect(url), organisation.load(), scene.clock)
    at_once(lambda: schedule.tick(other), lambda: [answer(scene, handler, code) for code in reversed(codes)])
    schedule.tick(scene.office)
    for code in codes:
        case, limits, events = scene.case(code), scene.limits(code), scene.history(code)
        assert (case.stage, case.due_at, case.promised_at) == ("answered", None, None)
        assert [each.target for each in limits if each.ended is None] == ["customer_answer"]
        assert "deadline.breached" not in events[events.index("complaint.answered") :]
    with scene.office.look() as work:
        assert list(audit.verify(work.db)) == []
    other.engine.dispose()


def test_two_ticks_ask_each_customer_once(scene: Scene, url: str) -> None:
    handler, customers = scene.staff("handler", capacity=CASES), [scene.customer() for _ in range(CASES // 2)]
    for customer in customers:
        scene.act(customer, scene.answered(customer, handler, remedy="apology"), VERBS["accept"])
    scene.clock.now = LATE
    other = Office(db.connect(url), organisation.load(), scene.clock)
    at_once(lambda: schedule.tick(scene.office), lambda: schedule.tick(other))
    assert [scene.told(each).count("loyalty_question") for each in customers] == [1] * len(customers)
    other.engine.dispose()


def answer(scene: Scene, handler: int, code: str) -> None:
    """As the worker does: what collides with the tick is done again."""
    for _ in range(5):
        with suppress(errors.Conflict):
            scene.act(handler, code, VERBS["refund"])
            return
    raise AssertionError(f"{code} could not be answered")


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_case_on_which_somebody_acts_is_left_for_a_moment(scene: Scene, url: str) -> None:
    """Who has the case in hand is not waited for, so they never wait for each other."""
    _handler, codes = many_cases(scene)
    other, busy = db.connect(url), scene.case(codes[0]).id
    with other.begin() as connection:
        connection.execute(text("UPDATE complaint SET version = version + 1 WHERE id = :id"), {"id": busy})
        schedule.tick(scene.office)
        assert not set(scene.history(codes[0])) & set(STEPS)
        assert set(scene.history(codes[1])) > set(STEPS)
    schedule.tick(scene.office)
    each_step_once(scene, codes)
    other.dispose()
