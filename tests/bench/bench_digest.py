"""What a weekly digest costs in an office with 10,000 complaints and in a large one, and what it costs others."""

import argparse
import asyncio
import statistics
import sys
import threading
import time

from backoffice.figures import digests
from backoffice.figures.reading import EVERYTHING
from backoffice.figures.summary import summary
from backoffice.work import Work
from bot import charts
from bot.figures import album, digest_words
from bot.i18n import Reader, speaking_to
from storage import crypto
from storage.digests import Digest
from tests.bench.bench_scale import CUSTOMER, Branch
from tests.bench.bulk import CUSTOMERS, addresses, tidy
from tests.bench.counted import count
from tests.bench.figures import Figure, tell

SMALL, LARGE = 10_000, 1_000_000  # complaints that are counted
ROUNDS = 15
RATIO, SECONDS = 1.5, 2.0
DRAWN = 2.0
UPDATES = 150
SLOWER = 1.5  # times as long as without a digest beside, at most


def digest(work: Work) -> Digest:
    """Of the last whole week."""
    counting = work.organisation.counting
    week = counting.before(counting.at("week", work.now))
    return Digest(id=1, person_id=1, rhythm="week", first=week.first, last=week.last, created_at=work.now)


def compose(branch: Branch) -> list[charts.Chart]:
    """All that is read and worded for one: the text and what the pictures show."""
    with branch.office.look() as work, speaking_to(Reader("fa")):
        made = digest(work)
        digest_words.text(work, made, summary(work, digests.period_of(made), EVERYTHING))
        return album.compose(work, made)


def compare(small: Branch, large: Branch, rounds: int) -> list[Figure]:
    times: dict[Branch, list[float]] = {small: [], large: []}
    for _round in range(rounds):
        for branch, taken in times.items():
            began = time.perf_counter()
            compose(branch)
            taken.append(time.perf_counter() - began)
    name = large.office.engine.dialect.name
    few, many = statistics.median(times[small]), statistics.median(times[large])
    drawn = draw(large)
    return [
        Figure(f"a weekly digest, read and worded on {name}", many, "s", SECONDS),
        Figure(f"the same with its pictures drawn on {name}", many + drawn, "s", DRAWN),
        Figure(
            f"large against small on {name}",
            (many + drawn) / (few + drawn),
            f"times ({1000 * few:.0f} ms and {1000 * many:.0f} ms read, {1000 * drawn:.0f} ms drawn)",
            RATIO,
        ),
    ]


def draw(branch: Branch) -> float:
    """Seconds for the pictures of one, the second time that pictures are drawn."""
    chosen = compose(branch)
    taken = 0.0
    for _time in range(2):
        began = time.perf_counter()
        assert all(asyncio.run(charts.draw(chosen)))
        taken = time.perf_counter() - began
    return taken


async def answers(branch: Branch, updates: int) -> float:
    """The median time of an update of a customer, in seconds."""
    times = []
    for number in range(updates):
        began = time.perf_counter()
        await branch.update(CUSTOMER + number % CUSTOMERS, f"One more thing, number {number}.")
        times.append(time.perf_counter() - began)
    return statistics.median(times)


async def beside(branch: Branch, updates: int) -> Figure:
    """Customers write while one digest after the other is made."""
    alone = await answers(branch, updates)
    over = threading.Event()

    def make() -> None:
        while not over.is_set():
            compose(branch)
            over.wait(0.2)

    maker = threading.Thread(target=make)
    maker.start()
    try:
        meanwhile = await answers(branch, updates)
    finally:
        over.set()
        maker.join()
    name = branch.office.engine.dialect.name
    said = f"times ({1000 * alone:.2f} ms, {1000 * meanwhile:.2f} ms)"
    return Figure(f"an update while digests are made on {name}", meanwhile / alone, said, SLOWER)


async def measure(large: int = LARGE, rounds: int = ROUNDS, small: int = SMALL, updates: int = UPDATES) -> list[Figure]:
    crypto.unlock(crypto.new_secret())
    figures = []
    for urls in addresses():
        branches = [Branch(url, min(small, large)) for url in urls]  # a digest reads only what is counted
        for branch, complaints in zip(branches, (small, large), strict=True):
            count(branch.office, complaints)
            tidy(branch.office)
        figures += await asyncio.to_thread(compare, branches[0], branches[1], rounds)
        figures.append(await beside(branches[1], updates))
        for branch in branches:
            branch.office.engine.dispose()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--complaints", type=int, default=LARGE)
    sys.exit(tell(asyncio.run(measure(parser.parse_args().complaints))))


if __name__ == "__main__":
    main()
