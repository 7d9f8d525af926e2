"""What happens outside to a complaint that could not be resolved inside."""

from datetime import date, datetime, time, timedelta

from tests.figures.course import Course
from tests.figures.lives import Agreed, Learnt, Outside, Term, Way

PROVIDERS = (
    ("facilitative", "mediator"),
    ("facilitative", "ir_union"),
    ("advisory", "named.7"),
    ("determinative", "arbitration_centre"),
    ("determinative", "discretionary_punishments"),
    ("facilitative", "dispute_council"),
)
BODIES = ("consumer_protection", "trade_union", "struck_off", None)  # of the last one nobody said who it was
ENDS = {"settlement": "settled", "recommendation": "recommended", "decision": "decided"}
DAY = timedelta(days=1)


class Dispute(Course):
    """Adds to a course what follows once the routes outside were offered."""

    def go_outside(self, trigger: str) -> None:
        self.end_all(besides=("containment",))
        self.life.unresolved_at = self.life.unresolved_at or self.at
        self.move("routes_offered", "in_dispute")
        self.life.outside.append(Outside(trigger, self.at))
        if self.happens(0.1):
            self.wait(20 * 24)
            return self.close("withdrawn", "withdrawn")
        for _way in range(self.dice.choice([0, 1, 1, 2])):
            if (agreed := self.try_way()) is not None:
                return self.keep(agreed)
        self.wait(30 * 24)
        self.close(*self.dice.choice([("declined", "unresolved"), ("lapsed", "unresolved")]))
        self.learn()
        if self.happens(0.15):
            self.wait(20 * 24)
            self.go_outside(trigger)
        return None

    def try_way(self) -> Agreed | None:
        """What came of it, if it holds."""
        self.wait(10 * 24)
        kind = self.dice.random()
        if kind < 0.25:
            way = Way("direct", None, self.at, asked=False)
        elif kind < 0.4:  # a public body has decided
            way = Way("determinative", self.dice.choice(BODIES), self.at, asked=False)
        else:
            way = Way(*self.dice.choice(PROVIDERS), self.at)
        self.life.outside[-1].ways.append(way)
        if way.asked and not self.consent(way):
            return None
        return self.lead(way)

    def consent(self, way: Way) -> bool:
        """Each side is asked; False where the way ends without a yes of both."""
        for side in self.dice.sample(["customer_at", "our_at"], 2):
            if self.happens(0.2):
                self.leave(way, self.dice.choice(["refused", "no_consent"]), 10 * 24)
                return False
            setattr(way, side, self.wait(5 * 24))
        way.consented_at = self.at
        return True

    def lead(self, way: Way) -> Agreed | None:
        public = not way.asked and way.method == "determinative"
        kind = {"advisory": "recommendation", "determinative": "decision"}.get(way.method, "settlement")
        agreed = Agreed(len(self.life.outside[-1].ways) - 1, kind, self.terms())
        if public or self.happens(0.6):
            self.life.outside[-1].agreed.append(agreed)
        long = 110 * 24 if self.happens(0.2) else 30 * 24
        if agreed not in self.life.outside[-1].agreed or self.happens(0.2):
            agreed.ended = "not_accepted"
            self.leave(way, self.dice.choice(["not_accepted", "time_up", "withdrawn"]), 24 if public else long)
            return None
        self.leave(way, ENDS[kind], 48 if public else long)
        agreed.in_force_at = self.at
        return agreed

    def leave(self, way: Way, why: str, hours: float) -> None:
        way.ended_at = self.wait(hours)
        way.ended = why

    # -------------------------------------------------------------- what was agreed

    def terms(self) -> list[Term]:
        today = self.at.astimezone(self.organisation.calendar.zone).date()
        return [
            Term(
                self.dice.choices(["organisation", "customer"], [4, 1])[0],
                today + timedelta(days=self.dice.randrange(60)),
                amount=amount,
                currency=self.dice.choice(["IRR", "USD"]) if amount else None,
            )
            for _term in range(self.dice.randint(1, 3))
            for amount in [self.dice.choice([None, "1500000", "12.345", "99.5"])]
        ]

    def keep(self, agreed: Agreed) -> None:
        """Ours are done one after another, most of them in time, until the case is concluded."""
        self.do(agreed)
        reason = "decided" if agreed.kind == "decision" else "settled"
        self.close("concluded", reason)
        self.rate()
        self.learn()
        if self.happens(0.2):
            self.wait(20 * 24)
            self.come_back()
            self.move("reopened", "in_dispute")
            for each in agreed.terms:
                each.done_at = None
            self.do(agreed)
            self.close("concluded", reason)

    def do(self, agreed: Agreed) -> None:
        for each in sorted(agreed.terms, key=lambda term: term.due_on):
            due = self.last_moment(each.due_on)
            self.start("outcome", due=max(due, self.at + DAY))
            if self.happens(0.2):
                each.done_at = self.wait_until(due)  # at the last moment
            else:
                each.done_at = self.wait(70 * 24 if self.happens(0.15) else 48)
            self.end("met", "outcome")
        if self.happens(0.05):
            agreed.ended = "appealed"

    def learn(self) -> None:
        if self.happens(0.7):
            decision = self.dice.choice(["action", "no_action"])
            self.life.lesson = Learnt(self.wait(WEEKS), decision, self.dice.choice([None, "250000"]))

    def last_moment(self, day: date) -> datetime:
        calendar = self.organisation.calendar
        return calendar.add_calendar_days(datetime.combine(day, time(12), calendar.zone), 0)


WEEKS = 400.0  # hours
