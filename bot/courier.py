"""The courier: carries the outbox to Telegram, in order, at Telegram's pace, whatever goes wrong on the way.

Two loops, and a task for each call under way. The clerk writes: one transaction marks what was delivered and
takes what comes next. The dispatcher sends: of what was taken, the most urgent that may go now.
"""

import asyncio
import time
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from backoffice import outbox
from backoffice.files import Files
from backoffice.work import Office, Work
from bot import metrics
from bot.delivery import Delivery, pause
from bot.drafting import QUERY_SECONDS, Errand, Outcome, Word, aside, draft, drop, put_back
from bot.mishap import place
from bot.pacing import Kind, Pace
from bot.speaker import Cause, Speaker, Trouble
from storage.traffic import OutboxMessage

log = structlog.get_logger()

LOOKS = 0.5  # seconds between looks when nobody wakes us: rows get due, other processes write
TAKEN = 8  # rows of one urgency in hand: few, so that what is more urgent is chosen at the last moment
UNDER_WAY = 48  # calls; fewer than there are connections
SOON = 0.2  # seconds; a lane that is busy for longer is not served from now
DATABASE_PAUSE = 1.0  # seconds, when the database is away
TOKEN_PAUSE = 30.0  # seconds, when Telegram does not accept the token
FAILURES = 3  # calls in a row that do not reach Telegram: everything waits


@dataclass(frozen=True, slots=True)
class Order:
    """What the clerk is to take: so many rows more urgent than `below`, without those that cannot go."""

    limit: int
    below: int
    busy: list[int]
    resting: list[int]


class Courier:
    """Delivers until stopped. One per token: see storage.locks."""

    def __init__(
        self,
        office: Office,
        token: str,
        api_base: str,
        word: Word,
        pace: Pace,
        files: Files,
        *,
        read_timeout: float = 60.0,
    ) -> None:
        self._office, self._word, self._pace = office, word, pace
        self._token, self._api_base, self._read_timeout, self._files = token, api_base, read_timeout, files
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news, self._stir, self._idle = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._stopping = False
        self._stock: list[Errand] = []
        self._calls: set[asyncio.Task[None]] = set()
        self._outcomes: list[Outcome] = []
        self._rests: dict[int, float] = {}
        self._failures = 0

    # ------------------------------------------------------------------ from outside

    async def run(self) -> None:
        """Deliver until `stop`; then finish the calls under way and give back what was not begun."""
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._recover)
        speaker = Speaker(self._token, self._api_base, limited=self._pace.limited, read_timeout=self._read_timeout)
        self._delivery = Delivery(speaker, self._files)
        dispatcher = asyncio.create_task(self._dispatch())
        try:
            await self._keep_books()
        finally:
            self._loop = None
            dispatcher.cancel()
            for call in self._calls:
                call.cancel()
            await asyncio.gather(dispatcher, *self._calls, return_exceptions=True)
            await speaker.hang_up()

    def wake(self) -> None:
        """There may be something new to deliver. Any thread may say so."""
        self._tell(self._news.set)

    def stop(self) -> None:
        """Let `run` come to its end. Any thread may say so."""
        self._stopping = True
        self._tell(self._news.set)

    @property
    def at_work(self) -> bool:
        """Whether something is in hand. To be asked in the loop's own thread."""
        return bool(self._stock or self._calls or self._outcomes)

    async def settled(self) -> None:
        """Wait until nothing is left to deliver now."""
        self._idle.clear()
        self._news.set()
        await self._idle.wait()

    def _tell(self, what: object) -> None:
        loop = self._loop
        if loop is not None and callable(what):
            loop.call_soon_threadsafe(what)

    # ------------------------------------------------------------------ the clerk

    async def _keep_books(self) -> None:
        cautious = False
        while True:
            if self._stopping:
                self._give_back()
                if not self._calls and not self._outcomes:
                    return
            self._news.clear()
            count = 1 if cautious else len(self._outcomes)
            done, self._outcomes = self._outcomes[:count], self._outcomes[count:]
            order = None if self._stopping else self._order()
            try:
                drafts = await asyncio.to_thread(self._turn, done, order)
            except Exception as failure:
                await self._failed(done, failure, alone=cautious)
                cautious = True
                continue
            cautious = cautious and bool(self._outcomes)
            self._take(drafts)
            if not done and not drafts:
                await self._rest(order)

    def _turn(self, done: list[Outcome], order: Order | None) -> list[Errand | Outcome]:
        """In a thread: write down what is done, take what comes next, and word it."""
        if not done and not self._anything(order):
            return []
        with self._office.work() as work:
            for outcome in done:
                outcome.apply(work)
            rows = outbox.begin(work, self._due(work, order)) if order else []
        with self._office.look() as work:
            return [self._draft(work, row) for row in rows]

    def _anything(self, order: Order | None) -> bool:
        if order is None:
            return False
        with self._office.look() as work:
            return bool(self._due(work, order))

    def _due(self, work: Work, order: Order) -> list[int]:
        return outbox.due(work, order.limit, order.busy, order.resting, order.below)

    def _draft(self, work: Work, row: OutboxMessage) -> Errand | Outcome:
        try:
            return draft(work, row, self._word)
        except SQLAlchemyError as failure:  # the database is away: the row is not to blame
            return put_back(row, type(failure).__name__, pause(row.attempts))
        except Exception as failure:
            log.error("courier.draft_failed", outbox=row.id, error=type(failure).__name__, where=place(failure))
            return aside(row, type(failure).__name__)

    async def _failed(self, done: list[Outcome], failure: Exception, *, alone: bool) -> None:
        """Nothing was written. Try again, one by one; of one that can never be written only the end is noted."""
        log.error("courier.not_written", error=type(failure).__name__, outcomes=len(done))
        if alone and done and not isinstance(failure, OperationalError | InterfaceError):
            log.error("courier.outcome_lost", outbox=done[0].row.id, where=place(failure))
            done = [drop(done[0].row, "unwritten")]
        self._outcomes = done + self._outcomes
        await asyncio.sleep(DATABASE_PAUSE)

    def _order(self) -> Order | None:
        """What to take now, so that a little of each urgency is in hand."""
        now = time.monotonic()
        self._rests = {row: until for row, until in self._rests.items() if until > now}
        busy = self._pace.busy(now, SOON)
        ready = [errand.row.urgency for errand in self._stock if errand.row.lane not in busy]
        limit = TAKEN if self._pace.limited else UNDER_WAY
        below = next((urgency for urgency in range(outbox.URGENCIES) if ready.count(urgency) >= limit), None)
        if below == 0 or self._pace.resting(now):
            return None
        return Order(limit, outbox.URGENCIES if below is None else below, busy, list(self._rests))

    def _take(self, drafts: list[Errand | Outcome]) -> None:
        for each in drafts:
            if isinstance(each, Outcome):
                self._note(each)
            else:
                self._stock.append(each)
        self._stock.sort(key=lambda errand: errand.rank)
        self._stir.set()

    async def _rest(self, order: Order | None) -> None:
        """Until there is news, or something may have become due."""
        in_hand = self._stock or self._calls or self._outcomes
        if order and not (in_hand or order.busy or order.resting or self._news.is_set()):
            self._idle.set()
        now = time.monotonic()
        await _ring(self._news, min([LOOKS, *(until - now for until in self._rests.values())]))

    def _give_back(self) -> None:
        self._outcomes += [put_back(errand.row, None, 0, tried=False) for errand in self._stock]
        self._stock.clear()

    def _recover(self) -> None:
        with self._office.work() as work:
            metrics.outbox_doubtful.inc(outbox.recover(work))

    # ------------------------------------------------------------------ the dispatcher

    async def _dispatch(self) -> None:
        while True:
            errand, wait = self._next()
            if errand is None:
                await _ring(self._stir, wait)
                continue
            self._stock.remove(errand)
            self._pace.take(errand.row.lane, errand.call.kind, time.monotonic(), errand.call.cost)
            call = asyncio.create_task(self._carry(errand))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
            if not self._stock:
                self._news.set()

    def _next(self) -> tuple[Errand | None, float]:
        """The most urgent errand that may go now; else how long to wait."""
        if len(self._calls) >= UNDER_WAY:
            return None, LOOKS
        now, shortest = time.monotonic(), LOOKS
        for errand in self._stock:
            wait = self._pace.wait(errand.row.lane, errand.call.kind, now)
            if wait <= 0:
                return errand, 0
            shortest = min(shortest, wait)
        return None, shortest

    async def _carry(self, errand: Errand) -> None:
        if errand.call.kind is Kind.FREE and errand.age + time.monotonic() - errand.taken_at > QUERY_SECONDS:
            self._note(drop(errand.row, "too_late"))
            return
        try:
            outcome = await self._delivery.carry(errand)
        except Trouble as trouble:
            outcome = self._pause_all(errand, trouble)
        except Exception as failure:
            name = type(failure).__name__
            log.error("courier.call_failed", outbox=errand.row.id, error=name, where=place(failure))
            outcome = aside(errand.row, name)
        self._watch(outcome)
        self._note(outcome)
        self._stir.set()

    def _pause_all(self, errand: Errand, trouble: Trouble) -> Outcome:
        """Telegram wants rest. The chat rests; if another one was told so too, it is meant for all."""
        now, lane = time.monotonic(), errand.row.lane
        if trouble.cause is Cause.TOKEN:
            log.error("courier.token_refused")
            self._pace.rest(TOKEN_PAUSE, now)
            return put_back(errand.row, "token", 0, tried=False)
        everybody = errand.call.kind is Kind.FREE or self._pace.others_rest(lane, now)
        log.warning("courier.flood", outbox=errand.row.id, seconds=trouble.retry_after, all=everybody)
        self._pace.rest(trouble.retry_after, now, None if everybody else lane)
        return put_back(errand.row, "flood", 0, tried=False)

    def _watch(self, outcome: Outcome) -> None:
        """When one call after the other does not get through, all wait: no row must use up its attempts."""
        now = time.monotonic()
        if not outcome.rest:
            self._failures = 0
        elif not self._pace.resting(now):  # else it was under way when the rest began
            self._failures += 1
            if self._failures >= FAILURES:
                self._pace.rest(pause(min(self._failures - FAILURES, 6)), now)

    def _note(self, outcome: Outcome) -> None:
        if outcome.rest and outcome.row.id is not None:
            self._rests[outcome.row.id] = time.monotonic() + outcome.rest
        self._outcomes.append(outcome)
        self._news.set()


async def _ring(bell: asyncio.Event, seconds: float) -> None:
    """Wait for the bell, so many seconds at most, and silence it."""
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            await bell.wait()
    except TimeoutError:
        return
    bell.clear()
