"""What happens to one complaint after another, by dice: mostly what is usual, and now and then what is awkward."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from backoffice.organisation import Organisation
from tests.figures.lives import Answered, Asked, Closing, Life, Limit, Move, Owed, Spent

RESTS = ("awaiting_info", "answered", "confirming", "in_dispute")  # it is the customer's turn
RUN_ON = ("containment", "outcome")  # also then
CONTAINED = ("containment",)  # harm is contained whatever becomes of the answer
SET_ASIDE = {"merged": "duplicate", "excluded": "out_of_scope"}
WEEK = 168.0  # hours
SUMS = (("900000", "IRR"), ("12.345", "KWD"), ("1000000000000000", "IRR"), ("7.50", "USD"))


class Later(Exception):
    """It has not happened yet."""


class Course:
    """Leads a life on, from what was decided to what follows from it, until `now`."""

    def __init__(self, organisation: Organisation, dice: random.Random, life: Life, now: datetime) -> None:
        self.organisation, self.dice, self.life, self.now = organisation, dice, life, now
        self.at = max(life.received_at or life.opened_at, life.opened_at)
        self.running: dict[str, Limit] = {}
        self.rests_since: datetime | None = None
        self.severity = "medium"

    # -------------------------------------------------------------- dice and time

    def happens(self, chance: float) -> bool:
        return self.dice.random() < chance

    def wait(self, hours: float, least: float = 0.0) -> datetime:
        """At most so long, and mostly much shorter; seldom to the fraction of a second."""
        self.at += timedelta(seconds=round(3600 * (least + (hours - least) * self.dice.random() ** 2)))
        if self.happens(0.03):
            self.at += timedelta(microseconds=self.dice.randrange(1_000_000))
        return self._not_later()

    def wait_until(self, moment: datetime) -> datetime:
        self.at = max(self.at, moment)
        return self._not_later()

    def _not_later(self) -> datetime:
        if self.at > self.now:
            raise Later
        return self.at

    # -------------------------------------------------------------- moves and limits

    def move(self, event: str, stage: str) -> None:
        rests = stage in RESTS
        if rests and self.rests_since is None:
            self.rests_since = self.at
        elif not rests and self.rests_since is not None:
            self._put_off(self.rests_since)
            self.rests_since = None
        self.life.moves.append(Move(self.at, event, stage))

    def start(self, target: str, since: datetime | None = None, due: datetime | None = None) -> None:
        since = since or self.at
        limit = Limit(target, since, due or self.organisation.due(target, self.severity, since))
        self.life.limits.append(limit)
        self.running[target] = limit

    def end(self, how: str, *targets: str) -> None:
        for target in targets:
            if limit := self.running.pop(target, None):
                limit.ended, limit.ended_at = how, self.at
                self.notice(limit, self.at)

    def end_all(self, how: str = "void", besides: tuple[str, ...] = ()) -> None:
        self.end(how, *(target for target in [*self.running] if target not in besides))

    def notice(self, limit: Limit, until: datetime) -> None:
        """The desk notices within the minute that its time has passed."""
        seen = limit.due_at + timedelta(seconds=self.dice.randrange(60))
        if seen < until and (limit.target in RUN_ON or not self._rested(limit.due_at)):
            limit.breached_at = seen

    def _rested(self, at: datetime) -> bool:
        return next((move.stage in RESTS for move in reversed(self.life.moves) if move.at <= at), False)

    def _put_off(self, since: datetime) -> None:
        """What had not passed by then is due by as much working time later."""
        rest = self.organisation.calendar.business_time_between(since, self.at)
        for limit in self.running.values():
            if limit.due_at > since and limit.target not in RUN_ON:
                limit.due_at = self.organisation.calendar.add_business_time(limit.due_at, rest)

    # -------------------------------------------------------------- from receipt to an answer

    def receive(self) -> None:
        self.move("submitted", "received")
        for target in ("assessment", "first_response", "final_response"):
            self.start(target, since=self.life.received_at)
        if not self.happens(0.02):
            late, longest = self.happens(0.08), 3 * 86_400 if self.life.recorded else 60
            told = self.at + timedelta(seconds=self.dice.randint(61, 90_000) if late else self.dice.randint(0, longest))
            self.life.acknowledged_at = told if told <= self.now else None

    def assess(self) -> None:
        self.wait(12 * 24 if self.happens(0.06) else 30, 0.1)
        if self.happens(0.85):
            self.life.assessed_at = self.at
            self.severity = self.dice.choices(["critical", "high", "medium", "low"], [1, 3, 8, 4])[0]
        self.end("met", "assessment")
        self.move("assessed", "assessed")
        if self.severity == "critical":
            self.start("containment")
        self.move("started", "investigating")

    def work(self) -> None:
        """What the desk does before it answers."""
        if self.happens(0.5):
            self.wait(20)
            self.end("met", "first_response")
        if self.happens(0.06):
            self.life.severities.append(self.wait(10))
        if self.life.assessed_at is None and self.happens(0.6):  # taken before anybody has assessed it
            self.life.assessed_at = self.wait(10)
            if self.happens(0.3):
                self.life.severities.append(self.wait(10))
        if "containment" in self.running and self.happens(0.9):
            self.wait(40)
            self.end("met", "containment")
        if self.happens(0.1) and (final := self.running.get("final_response")) and final.due_at > self.at:
            final.extended = True
            final.due_at = self.organisation.end("x", self.organisation.limit("extension", None), final.due_at)

    def ask(self) -> bool:
        """A question to the customer; False where the case is closed because nobody answers it."""
        self.wait(30)
        self.end("met", "first_response")
        self.move("asked", "awaiting_info")
        if self.happens(0.12):
            self.wait_until(self.at + timedelta(days=10))
            self.close("lapsed", "no_info")
            return False
        self.wait(0.02 if self.happens(0.15) else WEEK)
        self.move("informed", "investigating")
        return True

    def escalate(self) -> None:
        late = [each for each in self.running.values() if each.due_at <= self.at and each.target != "assessment"]
        if late and self.happens(0.7):
            self.life.escalations.append(self.at)

    def answer(self) -> str:
        late = self.happens(0.2)
        if late and self.running and not self.happens(0.3):
            self.wait_until(max(each.due_at for each in self.running.values()))
        self.wait(40 * 24 if late else 6 * 24, 1)
        self.escalate()
        event = self.have_approved() if self.happens(0.25) else "answered"
        self.end("met", "first_response", "final_response", "counter_answer")
        self.move(event, "answered")
        decision = self.decide_on(revises=False)
        while self.happens(0.1):
            self.wait(48)
            self.move("revised", "answered")
            decision = self.decide_on(revises=True)
        return decision

    def decide_on(self, *, revises: bool) -> str:
        decision = self.dice.choices(["upheld", "partly", "not_upheld"], [4, 2, 4])[0]
        self.life.answers.append(Answered(self.at, decision, revises=revises))
        return decision

    def have_approved(self) -> str:
        """Somebody else reads it first, and perhaps sends it back; only what goes out is an answer."""
        while True:
            self.move("proposed", "awaiting_approval")
            self.wait(3 * 24)
            if self.happens(0.7):
                return "approved"
            self.move("returned", "investigating")
            self.wait(24)

    # -------------------------------------------------------------- carrying out and closing

    def carry_out(self) -> None:
        """The remedy of an answer that was accepted, until the customer has seen it."""
        target = self.dice.choice(["implementation", "refund"])
        self.move("accepted", "implementing")
        while True:
            self.start(target)
            self.wait(30 * 24 if self.happens(0.2) else 5 * 24, 1)
            self.escalate()
            self.end("met", target)
            self.move("carried_out", "confirming")
            if self.happens(0.85):
                break
            self.wait(72)
            self.move("denied", "implementing")
        if self.happens(0.7):
            self.wait(WEEK)
            self.close("confirmed", "resolved")
        else:
            self.wait_until(self.at + timedelta(days=7))
            self.close("lapsed", "tacit")

    def enter_cost(self) -> None:
        """In different currencies, also more than 64 bits hold when it is added up; and time."""
        for _entry in range(self.dice.choice([0, 0, 1, 3])):
            back = self.at if self.happens(0.1) else None
            if self.happens(0.5):
                amount, currency = self.dice.choice(SUMS)
                self.life.spent.append(Spent(self.at, amount, currency, taken_back_at=back))
            else:
                self.life.spent.append(Spent(self.at, minutes=self.dice.choice([1, 45, 1440]), taken_back_at=back))

    def close(self, event: str, reason: str) -> None:
        self.end_all()
        self.enter_cost()
        self.move(event, "closed")
        self.life.closings.append(Closing(self.at, reason))
        if self.happens(0.8):
            causes = self.organisation.root_causes
            self.life.root_cause = causes[int(len(causes) * self.dice.random() ** 3)].code

        if self.severity in ("high", "critical") and reason not in SET_ASIDE.values():
            self.life.owed.append(self._owed())

    def set_aside(self) -> bool:
        """It is a part of another one, or none of ours. Whether that was contested: then it goes on as if it had never
        been so, only that what passed meanwhile is due the next business day."""
        self.wait(30)
        running = [*self.running.values()]
        self.close(*self.dice.choice([*SET_ASIDE.items()]))
        if self.happens(0.5):
            return False
        closed = self.at
        self.wait(13 * 24)
        self.move("contested", "received")
        for limit in running:
            limit.ended = limit.ended_at = None
            if closed < limit.due_at <= self.at:
                limit.due_at = self.organisation.calendar.add_business_days(self.at, 1)
            self.running[limit.target] = limit
        return True

    def _owed(self) -> Owed:
        due = self.organisation.due("root_cause", self.severity, self.at)
        found = self.at + self.dice.random() * 1.4 * (due - self.at)
        ended = ("met", found) if found <= self.now and self.happens(0.9) else (None, None)
        return Owed(self.severity or "high", self.at, due, *ended)

    def come_back(self) -> None:
        """It is reopened, and owes no cause until it is closed again."""
        self.life.reopenings.append(self.at)
        self.life.owed = [
            each if each.ended_at and each.ended_at <= self.at else each._replace(ended="void", ended_at=self.at)
            for each in self.life.owed
        ]

    def rate(self) -> None:
        for question in ("first_response", "handling", "outcome", "loyalty"):
            if self.happens(0.4):
                asked = self.wait(30) if self.happens(0.9) else None
                answered = self.wait(60) if asked is None or self.happens(0.6) else None
                scale = range(11) if question == "loyalty" else range(1, 6)
                new = Asked(question, asked, answered, answered and self.dice.choice(scale))
                self.life.asked = [*(each for each in self.life.asked if each.question != question), new]

    def deadlock(self, trigger: str) -> None:
        self.life.deadlocks.append((self.at, trigger))
        self.life.unresolved_at = self.life.unresolved_at or self.at

    def finish(self, lead: Callable[[], None]) -> None:
        """All that happened until now; what is late by now was noticed."""
        try:
            lead()
        except Later:
            self.at = self.now
        for limit in self.running.values():
            self.notice(limit, self.now)
