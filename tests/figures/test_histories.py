"""Whatever happens to cases in whatever order: what was followed by the log is what a look at all of them finds."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from backoffice import audit, intake
from backoffice.figures import feed
from backoffice.work import Actor, Office
from storage import clocks, crypto
from storage.complaints import Answer, Complaint, answers_of
from storage.figures import Fact
from storage.people import Person
from storage.surveys import Survey
from tests.backoffice.conftest import RULES
from tests.backoffice.test_figures import raw, rows, tallied
from tests.databases import new_database
from tests.figures.course import SET_ASIDE
from tests.figures.lives import Answered, Asked, Closing, Life, Move, Spent
from tests.figures.plain import know
from tests.figures.test_oracle import NOW, Years
from tests.figures.writing import SOMEBODY, expense, write
from tests.figures.years import PRODUCTS, years
from tests.moment import Moment

CASES = 12
SHORT = date(2026, 6, 1)  # since then; so that the same customers come again


@dataclass
class History:
    """Cases, and what is known of them, to which the same things happen."""

    office: Office
    clock: Moment
    lives: list[Life]
    dice: random.Random = field(default_factory=lambda: random.Random(10002))

    def one(self) -> tuple[int, Life]:
        number = self.dice.choice([n for n, life in enumerate(self.lives, start=1) if life.received_at])
        return number, self.lives[number - 1]

    def find_cause(self) -> None:
        number, life = self.one()
        life.root_cause = self.dice.choice(RULES.root_causes).code
        with self.office.work() as work:
            case = work.db.get_one(Complaint, number)
            case.root_cause = life.root_cause
            work.record("complaint.cause_found", case, cause=life.root_cause)

    def assign(self) -> None:
        number, life = self.one()
        life.department = self.dice.choice(RULES.departments).code
        with self.office.work() as work:
            case = work.db.get_one(Complaint, number)
            case.department = life.department
            work.record("complaint.assigned", case, owner=SOMEBODY, was=None)

    def correct(self) -> None:
        number, life = self.one()
        kind, code = self.dice.choice([*(("product", each) for each in PRODUCTS), ("branch", "")])
        setattr(life, kind, code)
        with self.office.work() as work:
            case = work.db.get_one(Complaint, number)
            was = getattr(case, kind)
            setattr(case, kind, code or None)
            work.record("complaint.corrected", case, **{kind: code or None}, was=was)

    def name_company(self) -> None:
        number, life = self.one()
        life.business = True
        with self.office.work() as work:
            case = work.db.get_one(Complaint, number)
            case.company = "A company"
            work.record("complaint.company_named", case)

    def claim(self) -> None:
        number, life = self.one()
        life.customer = self.dice.choice(self.lives).customer
        with self.office.work() as work:
            case = work.db.get_one(Complaint, number)
            was, case.customer_id = case.customer_id, work.db.get_one(Person, life.customer + SOMEBODY + 1).id
            work.record("complaint.claimed", case, was=was)

    def answer(self) -> None:
        number, life = self.one()
        now, decision = self.clock(), self.dice.choice(["upheld", "partly", "not_upheld"])
        life.answers.append(Answered(now, decision))
        life.moves.append(Move(now, "answered", "answered"))
        with self.office.work() as work:
            case = work.db.get_one(Complaint, number)
            work.record("complaint.answered", case, was=case.stage, now="answered", decision=decision, remedy="none")
            case.stage, case.closed_at, case.closed_reason = "answered", None, None
            work.db.add(
                Answer(
                    complaint_id=number,
                    round=len(life.answers),
                    decision=decision,
                    reasons="So it is.",
                    remedy="none",
                    author_id=SOMEBODY,
                    at=now,
                )
            )

    def revise(self) -> None:
        """Of what is answered by the desk, another version."""
        number, life = self.one()
        if life.stage != "answered" or life.answers[-1].review is not None:
            return
        now, decision = self.clock(), self.dice.choice(["upheld", "partly", "not_upheld"])
        life.answers.append(Answered(now, decision, revises=True))
        life.moves.append(Move(now, "revised", "answered"))
        with self.office.work() as work:
            case = work.db.get_one(Complaint, number)
            work.record("complaint.revised", case, was=case.stage, now="answered", decision=decision, remedy="none")
            round_ = answers_of(work.db, number)[-1].round
            work.db.add(
                Answer(
                    complaint_id=number,
                    round=round_,
                    decision=decision,
                    reasons="So it is.",
                    remedy="none",
                    author_id=SOMEBODY,
                    at=now,
                )
            )

    def contest(self) -> None:
        """What was set aside is taken up again."""
        number, life = self.one()
        if life.stage != "closed" or life.closings[-1].reason not in SET_ASIDE.values():
            return
        life.moves.append(Move(self.clock(), "contested", "received"))
        with self.office.work() as work:
            case = work.db.get_one(Complaint, number)
            work.record("complaint.contested", case, was="closed", now="received", was_closed=case.closed_reason)
            case.stage, case.closed_at, case.closed_reason = "received", None, None

    def close(self) -> None:
        """Now and then because it was a part of another one."""
        number, life = self.one()
        now, reason = self.clock(), self.dice.choice(["duplicate", "out_of_scope", "silent", "resolved"])
        life.closings.append(Closing(now, reason))
        life.moves.append(Move(now, "lapsed", "closed"))
        for limit in life.limits:
            if limit.ended is None:
                limit.ended, limit.ended_at = "void", now
        life.owed = [each if each.ended else each._replace(ended="void", ended_at=now) for each in life.owed]
        with self.office.work() as work:
            case = work.db.get_one(Complaint, number)
            work.record("complaint.lapsed", case, was=case.stage, now="closed")
            work.record("complaint.closed", case, reason=reason)
            case.stage, case.closed_at, case.closed_reason = "closed", now, reason
            for row in clocks.running(work.db, number):
                row.ended, row.ended_at = "void", now

    def rate(self) -> None:
        number, life = self.one()
        asked = Asked("handling", None, self.clock(), self.dice.randint(1, 5))
        life.asked = [*(each for each in life.asked if each.question != "handling"), asked]
        with self.office.work() as work:
            work.db.merge(Survey(complaint_id=number, **asked._asdict()))
            work.record("complaint.rated", work.db.get_one(Complaint, number), question="handling", handling=1)

    def spend(self) -> None:
        number, life = self.one()
        amount = self.dice.choice(["25000", None])
        spent = Spent(self.clock(), amount, "IRR" if amount else None, None if amount else 30)
        life.spent.append(spent)
        with self.office.work() as work:
            work.db.add(expense(number, spent))
            work.record("cost.logged", work.db.get_one(Complaint, number), kind="time", expense=1)

    def give_up(self) -> None:
        """Somebody begins another one, and thinks better of it."""
        category, now = self.dice.choice(RULES.categories), self.clock()
        life = Life(0, category.code, category.department, "telegram", "ar", business=False, opened_at=now)
        life.erased_at, life.erased_for = now, "given_up"
        self.lives.append(life)
        with self.office.work() as work:
            number = 10**9 + len(self.lives)
            somebody = Person(telegram_hash=crypto.lookup("person", number), telegram_id=number, first_seen=now)
            work.db.add(somebody)
        with self.office.work(Actor(somebody)) as work:
            draft = intake.begin(work, "ar")
            intake.choose_category(work, draft, category.code)
            intake.discard(work, draft)

    def pass_time(self) -> None:
        self.clock.forward(hours=self.dice.choice([1, 30, 500]))

    def follow(self) -> None:
        """Some of what was sealed."""
        with self.office.work() as work:
            audit.seal(work.db, work.now)
        with self.office.work() as work:
            feed.follow(work, batch=self.dice.randint(1, 60))

    def follow_all(self) -> None:
        self.follow()
        left = True
        while left:
            with self.office.work() as work:
                left = bool(feed.follow(work))


def begun(engine: Engine, seed: int) -> History:
    clock = Moment(NOW)
    history = History(Office(engine, RULES, clock), clock, years(RULES, CASES, SHORT, NOW, seed), random.Random(seed))
    write(history.office, history.lives)
    return history


DEEDS: list[Callable[[History], None]] = [
    History.find_cause,
    History.assign,
    History.correct,
    History.name_company,
    History.claim,
    History.answer,
    History.revise,
    History.close,
    History.close,
    History.contest,
    History.contest,
    History.rate,
    History.spend,
    History.give_up,
    History.pass_time,
    History.follow,
]


@settings(max_examples=20)
@given(st.integers(0, 2**16), st.lists(st.sampled_from(DEEDS), max_size=25))
def test_what_was_followed_is_what_there_is(seed: int, deeds: list[Callable[[History], None]]) -> None:
    with TemporaryDirectory() as folder, new_database("sqlite", Path(folder)) as engine:
        history = begun(engine, seed)
        for deed in deeds:
            deed(history)
        history.follow_all()
        office = history.office
        followed, sums = rows(office, Fact), tallied(office)
        assert sums == raw(office)
        assert feed.rebuild(office) == feed.Rebuilt(len(history.lives), 0, 0)
        assert (rows(office, Fact), tallied(office)) == (followed, sums)
        desk = Years(office, know(RULES, history.lives))
        today = history.clock().date()
        for period in (desk.period("year", today), desk.period("month", today - timedelta(days=40))):
            assert (period, desk.differences(period)) == (period, {})
