"""Years of complaints by a fixed seed: what a desk goes through, with all that is hard to count."""

import random
from datetime import date, datetime, time, timedelta

from persiantools.jdatetime import JalaliDate

from backoffice.organisation import Organisation
from tests.figures.disputing import Dispute
from tests.figures.lives import Answered, Life, Reviewed

LANGUAGES = (("fa", 12), ("ar", 5), ("en", 3))
CHANNELS = (("telegram", 10), ("phone", 4), ("web", 3), ("letter", 1))
BY_STAFF = ("phone", "letter")
BUSY = (1.0, 0.8, 0.7, 0.7, 0.8, 0.9, 1.0, 1.0, 0.9, 1.1, 1.3, 1.6)  # by month; before the new year most
ROUNDS, REOPENINGS = 2, 2
PRODUCTS, BRANCHES = ("fridge", "washer", "kettle", "lamp"), ("branch_0", "branch_1", "branch_2")


class Story(Dispute):
    """The life of one complaint from the beginning to its end, or until now."""

    def tell(self) -> None:
        self.receive()
        if self.happens(0.12) and not self.set_aside():
            return None
        if self.happens(0.03):
            self.wait(20)
            return self.end_with("withdrawn", "withdrawn")
        self.assess()
        if self.happens(0.03):
            if not self.set_aside():
                return None
            self.move("assessed", "assessed")
            self.move("started", "investigating")
        return self.look_into()

    def look_into(self, rounds: int = 0) -> None:
        self.work()
        if self.happens(0.04):
            self.wait(40)
            return self.end_with("withdrawn", "withdrawn")
        if self.happens(0.3) and not self.ask():
            return self.after_closing()
        if self.happens(0.03):
            self.wait(100)
            self.deadlock("declared")
            return self.go_outside("declared")
        return self.hear(self.answer(), rounds)

    def hear(self, decision: str, rounds: int) -> None:
        """What the customer says to an answer."""
        what = self.dice.random()
        if what < 0.2:
            self.wait_until(self.at + timedelta(days=10))
            return self.end_with("lapsed", "silent")
        self.wait(9 * 24)
        if what < 0.65:
            return self.accept(decision)
        if what < 0.75:
            return self.review("in_time")
        if rounds >= ROUNDS:
            self.deadlock("refused")
            return self.review("refused") if self.happens(0.6) else self.go_outside("refused")
        self.move(self.dice.choice(["refused", "countered"]), "investigating")
        self.start("counter_answer")
        return self.look_into(rounds + 1)

    def accept(self, decision: str) -> None:
        if decision == "not_upheld":
            return self.end_with("accepted", "not_upheld")
        if self.happens(0.3):
            return self.end_with("confirmed", "resolved")
        self.carry_out()
        return self.after_closing()

    def end_with(self, event: str, reason: str) -> None:
        self.close(event, reason)
        self.after_closing()

    def after_closing(self) -> None:
        self.rate()
        if self.happens(0.04):
            self.wait(20 * 24)
            return self.review("late")
        if len(self.life.reopenings) < REOPENINGS and self.happens(0.2):
            self.wait(0 if self.happens(0.1) else 25 * 24)
            self.come_back()
            self.move("reopened", "investigating")
            if len(self.life.reopenings) == REOPENINGS:
                self.deadlock("reopened")
            self.start("final_response")
            return self.look_into()
        return None

    # -------------------------------------------------------------- the second look

    def review(self, trigger: str) -> None:
        asked = Reviewed(self.at, trigger)
        self.life.reviews.append(asked)
        if self.happens(0.1):
            return None  # begun, and never sent
        before = self.life.stage
        asked.requested_at = self.wait(10)
        self.end_all(besides=("containment",))
        self.move("review_requested", "in_review")
        self.start("review_decision", due=None)
        limit = self.running["review_decision"]
        if self.happens(0.3):
            asked.left.append((self.wait(20), self.dice.choice(["conflict", "challenged", "gone"])))
        while self.happens(0.15):
            asked.without_quorum.append(self.wait(48))
        how = self.dice.random()
        if how < 0.15:
            return self.take_back(before)
        if how < 0.3 and limit.due_at >= self.at:
            self.wait_until(limit.due_at + timedelta(seconds=30))
            self.end("unmet", "review_decision")
            self.deadlock("review_limit")
            return self.go_outside("review_limit")
        return self.decide(asked)

    def take_back(self, before: str) -> None:
        """To where it was; a closing that was before holds again, and no other is made of it."""
        self.wait(40)
        self.end_all(besides=("containment",))
        if before == "closed":
            self.move("review_ended", "closed")
            return self.rate()
        self.move("review_ended", "investigating")
        self.start("counter_answer")
        return self.look_into(ROUNDS)

    def decide(self, asked: Reviewed) -> None:
        asked.decided_at = self.wait(20 * 24 if self.happens(0.3) else 100)
        asked.outcome = self.dice.choice(["upheld", "partly", "not_upheld", "not_upheld"])
        self.end("met", "review_decision")
        self.move("reviewed", "answered")
        self.life.answers.append(Answered(self.at, asked.outcome, self.life.reviews.index(asked)))
        self.wait(9 * 24)
        if self.happens(0.6):
            return self.accept(asked.outcome)
        self.deadlock("review_refused")
        return self.go_outside("review_refused")


def years(organisation: Organisation, number: int, since: date, now: datetime, seed: int = 10002) -> list[Life]:
    """So many complaints, the oldest first, received from that day until now."""
    dice = random.Random(seed)
    lives = [_begun(organisation, dice, number, moment) for moment in _moments(organisation, dice, number, since, now)]
    _come_again(dice, lives, now)
    _tell_apart(random.Random(seed), lives)  # dice of their own: all else stays as it was
    _record(random.Random(seed), lives, now)
    for life in lives:
        if dice.random() < 0.06:
            life.received_at = None  # a draft that was never sent
            _leave(dice, life, now)
            continue
        story = Story(organisation, dice, life, now)
        story.finish(story.tell)
    return lives


def _begun(organisation: Organisation, dice: random.Random, number: int, at: datetime) -> Life:
    category = organisation.categories[int(len(organisation.categories) * dice.random() ** 2)]
    return Life(
        customer=int(number / 3 * dice.random() ** 1.5),
        category=category.code,
        department=category.department,
        channel=_one_of(dice, CHANNELS),
        language=_one_of(dice, LANGUAGES),
        business=dice.random() < 0.25,
        opened_at=at - timedelta(minutes=dice.randint(1, 60)),
        received_at=at,
    )


def _leave(dice: random.Random, life: Life, now: datetime) -> None:
    """Some lie for days and are erased, or at once, or are in truth a part of another case."""
    at = life.opened_at + timedelta(days=dice.choice([0, 7]), minutes=dice.randrange(600))
    if at <= now and dice.random() < 0.8:
        life.erased_at, life.erased_for = at, dice.choice(["given_up", "expired", "moved"])
    if dice.random() < 0.3:
        life.category = life.department = ""  # nothing was chosen yet


def _come_again(dice: random.Random, lives: list[Life], now: datetime) -> None:
    """Some customers complain of the same once more, to the second when that still counts as again, or beside it."""
    for life in dice.sample(lives, len(lives) // 12):
        again = dice.choice(lives)
        moment = life.opened_at + timedelta(days=dice.choice([0, 90]), seconds=dice.choice([-1, 0, 1]))
        if moment <= now and again is not life:
            again.customer, again.category, again.department = life.customer, life.category, life.department
            life.received_at, again.opened_at, again.received_at = life.opened_at, moment, moment


def _tell_apart(dice: random.Random, lives: list[Life]) -> None:
    """Some products come and go; of some nobody says which it is, and what it is has nothing to do with the branch."""
    for life in lives:
        season = PRODUCTS[(life.opened_at.month // 2) % len(PRODUCTS)]
        life.product = season if dice.random() < 0.3 else dice.choice(["", *PRODUCTS])
        life.branch = dice.choice(["", *BRANCHES])


def _record(dice: random.Random, lives: list[Life], now: datetime) -> None:
    """What came by phone or letter is written down by a colleague, soon or some days later."""
    for life in lives:
        life.recorded = life.channel in BY_STAFF
        if life.recorded and life.received_at:
            life.opened_at = min(life.received_at + timedelta(minutes=dice.choice([0, 10, 600, 6000])), now)


def _one_of(dice: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    names, weights = zip(*weighted, strict=True)
    return str(dice.choices(names, weights)[0])


def _beside(dice: random.Random) -> timedelta:
    return timedelta(seconds=dice.choice([-1, 0, 0, 0.5, 1]))


def _moments(
    organisation: Organisation, dice: random.Random, number: int, since: date, now: datetime
) -> list[datetime]:
    """More in the busy months; one in fifteen to the second when a day, a month or a year changes, or beside it."""
    zone = organisation.calendar.zone
    days = [since + timedelta(days=n) for n in range((now.astimezone(zone).date() - since).days)]
    busy = [BUSY[JalaliDate(day).month - 1] for day in days]
    turns = [day for day in days if JalaliDate(day).day == 1 or day.day == 1]
    found = []
    for _each in range(number):
        if dice.random() < 1 / 15:
            midnight = datetime.combine(dice.choice(turns), time(), zone)
            found.append(midnight.astimezone(now.tzinfo) + _beside(dice))
        else:
            midnight = datetime.combine(dice.choices(days, busy)[0], time(), zone)
            found.append(midnight.astimezone(now.tzinfo) + timedelta(seconds=dice.randrange(86_400)))
    return sorted(each for each in found if each <= now)
