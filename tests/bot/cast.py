"""A person at every step at which something can be said, and what each step takes for an answer."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from aiogram.filters.callback_data import CallbackData
from sqlmodel import col, select

from backoffice import codes, inbox, outbox
from bot.clock import MovableClock
from bot.keyboards import Agree, Desk, Form, Own
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Called
from storage import complaints, crypto, traffic
from storage.complaints import Answer, Attachment, Complaint, Entry
from storage.consents import Consent
from storage.people import Invitation, Person, Staff, person_by_telegram
from storage.reviews import Review
from storage.surveys import Survey
from tests.running import Running, running, text_of

LANGUAGES = ("fa", "ar", "en")
LETTERS = {"fa": set("پچژگکی"), "ar": set("ةىيكأإ"), "en": set("abcdefghijklmnopqrstuvwxyz")}
HARMLESS = ("message is not modified", "query is too old")
Moves = dict[int, str | None]
Enter = Callable[[], object]

#: What a message is to a question: typed and short, typed and long, a file without or with words, words on a
#: card (a place, a contact), nothing that can be read, a command that nobody knows.
SHORT, LONG, FILE, CAPTIONED, CARD, NOTHING, COMMAND = range(7)
WORDS = (SHORT, LONG, CAPTIONED, CARD)


@dataclass
class Step:
    """`moves`: the state after an answer of that sort; else the step stays. `drops`: refused in words, not kept."""

    name: str
    human: Human
    state: str | None
    enter: list[Enter] = field(default_factory=list)
    moves: Moves = field(default_factory=dict)
    drops: tuple[int, ...] = ()
    fresh: Callable[[], Awaitable[Human]] | None = None

    def after(self, sort: int) -> str | None:
        return self.moves.get(sort, self.state)


@dataclass
class Cast:
    desk: Running
    log: list[Any]
    steps: list[Step] = field(default_factory=list)

    # ------------------------------------------------------------------ looking

    def state(self, human: Human) -> tuple[str | None, dict[str, Any]]:
        key = crypto.lookup("conversation", f"{human.id}:{human.id}:None")
        with self.desk.desk.office.look() as work:
            return traffic.conversation(work.db, key)

    def person(self, human: Human) -> Person:
        with self.desk.desk.office.look() as work:
            found = person_by_telegram(work.db, human.id)
            assert found is not None
            return found

    def newest_entry(self) -> int:
        with self.desk.desk.office.look() as work:
            return max(work.db.exec(select(Entry.id)).all(), default=0)

    def kept(self, human: Human, after: int) -> tuple[list[str], int]:
        """All words of this person that are kept, and how many files, since that entry."""
        me = self.person(human).id
        with self.desk.desk.office.look() as work:
            query = select(Entry).where(Entry.author_id == me, col(Entry.id) > after)
            entries = list(work.db.exec(query))
            files = work.db.exec(select(Attachment).where(col(Attachment.entry_id).in_([e.id for e in entries]))).all()
            own = work.db.exec(select(Complaint).where(Complaint.customer_id == me)).all()
            asked = work.db.exec(select(Review).where(col(Review.complaint_id).in_([c.id for c in own])))
            fields = [each for c in own for each in (c.reference, c.wish_words, c.name, c.contact, c.company)]
            fields += [each for review in asked for each in (review.wish_words, review.contact)]
        answer = self.state(human)[1].get("answer") or {}
        given = [words for each in answer.get("remedies") or () for words in each.values()]
        words = [entry.text or "" for entry in entries]
        return [*words, *filter(None, fields), *given, *answer.values()], len(files)

    def troubles(self, since: int) -> list[str]:
        """What no message may ever cause: an error in the log, an update or a message aside, a refused call."""
        with self.desk.desk.office.look() as work:
            aside = inbox.backlog(work).aside, outbox.figures(work).aside
        refused = [call for call in list(self.desk.world.calls)[since:] if not call.ok and not harmless(call)]
        logged = [str(each) for each in self.log if each["log_level"] in ("error", "critical")]
        return [
            *logged,
            *(f"aside {aside}" for _ in range(any(aside))),
            *(f"{c.method} {c.description}" for c in refused),
        ]

    def snapshot(self) -> dict[str, list[Any]]:
        """All that an office has; equal before and after what must have no effect."""
        tables = (Complaint, Entry, Attachment, Answer, Survey, Consent, Staff, Invitation)
        with self.desk.desk.office.look() as work:
            return {each.__name__: [row.model_dump() for row in work.db.exec(select(each))] for each in tables}

    async def replies(self, human: Human, *acts: Enter) -> list[str]:
        """Do this, and read what the bot said or worded anew since."""
        before = {message.id: text_of(message) for message in human.inbox}
        for act in acts:
            act()
        await self.desk.settle()
        return [text_of(each) for each in human.inbox if before.get(each.id) != text_of(each)]

    def standing(self) -> AbstractContextManager[None]:
        """Inside, the parts of a burst come within one moment, however slow the machine is."""
        clock = self.desk.desk.clock
        assert isinstance(clock, MovableClock)
        return clock.standing()

    async def says(self, human: Human, *acts: Enter) -> str:
        return "\n\n".join(await self.replies(human, *acts))

    def owner(self, human: Human) -> Human:
        """Who holds this customer's case."""
        owner = self.case_of(human).owner_id
        return next(each for each in self.desk.world.people.values() if self.person(each).id == owner)

    # ------------------------------------------------------------------ casting

    def tap_of(self, human: Human, data: CallbackData) -> Enter:
        return lambda: human.tap_data(data.pack())

    def draft(self, human: Human) -> int:
        with self.desk.desk.office.look() as work:
            found = complaints.draft_of(work.db, self.person(human).id)
            return found.id if found else 0

    def case_of(self, human: Human) -> Complaint:
        me = self.person(human).id
        return next(case for case in reversed(self.desk.cases()) if case.customer_id == me)

    def forms(self, human: Human, do: str, value: str = "") -> Enter:
        return lambda: human.tap_data(Form(do=do, draft=self.draft(human), value=value).pack())

    def owns(self, human: Human, do: str, value: str = "") -> Enter:
        def tap() -> object:
            case = self.case_of(human)
            return human.tap_data(Own(do=do, code=compact(case), turn=case.turn, value=value).pack())

        return tap

    def desks(self, human: Human, do: str, customer: Human, value: str = "") -> Enter:
        def tap() -> object:
            case = self.case_of(customer)
            return human.tap_data(Desk(do=do, code=compact(case), turn=case.turn, value=value).pack())

        return tap


def compact(case: Complaint) -> str:
    return (case.code or "").removeprefix("SLH-").replace("-", "")


def harmless(call: Called) -> bool:
    return call.code != 400 or any(each in call.description for each in HARMLESS)


@asynccontextmanager
async def empty_stage(data_dir: Path, database_url: str | None = None) -> AsyncIterator[Cast]:
    with structlog.testing.capture_logs() as log:
        async with running(data_dir, database_url) as desk:
            yield Cast(desk, log)


@asynccontextmanager
async def cast(data_dir: Path, database_url: str | None = None) -> AsyncIterator[Cast]:
    async with empty_stage(data_dir, database_url) as it:
        await _customers(it)
        await _with_cases(it)
        await _staff(it)
        yield it


async def _customers(it: Cast) -> None:
    """Who is somewhere on the way to a complaint, and who follows one by its code."""
    none, consent, code, secret, *form = await _newcomers(it, 13)
    version = it.desk.desk.office.organisation.legal("privacy", "en").version
    for human in form:
        human.say("/new")
        human.tap_data(Agree(kind="privacy", version=version).pack())
    await it.desk.settle()
    category, story, summary, *asked = form
    for human in (story, summary, *asked):
        it.forms(human, "category", "delivery.late")()
    consent.say("/new")
    await it.desk.settle()

    stays = "Filling:story"
    it.steps += [
        Step("no step", none, None, [lambda: none.say("/cancel")]),
        Step("consent", consent, None, [lambda: consent.say("/new")]),
        Step("category", category, stays),
        Step("story", story, stays),
        Step("summary", summary, stays, [it.forms(summary, "summary")]),
    ]
    for human, name in zip(asked, ("when", "reference", "wish", "name", "contact", "company"), strict=True):
        state = "Field:wish_words" if name == "wish" else f"Field:{name}"
        moves: Moves = {} if name == "when" else {SHORT: stays}
        moves |= {CARD: stays} if name == "contact" else {}
        drops = (SHORT,) if name == "when" else ()
        it.steps.append(Step(name, human, state, [it.forms(human, name)], moves, drops))
    numbers = itertools.count()
    gone: Moves = dict.fromkeys((LONG, FILE, CAPTIONED, CARD))
    it.steps += [
        Step("code", code, "Following:code", [lambda: code.say("/status")], gone, (SHORT,)),
        Step("secret", secret, "Following:secret", [lambda: secret.say(f"/status {codes.new_code()}")], gone, (SHORT,)),
        Step("language", none, None, fresh=lambda: _stranger(it, next(numbers))),
    ]


async def _with_cases(it: Cast) -> None:
    """Who has a case, answered or not."""
    handler = await it.desk.staff("handler", languages=LANGUAGES, capacity=50)
    adding, refusing, rating, *asking = people = await _newcomers(it, 3 + len(REVIEW))
    await asyncio.gather(*(it.desk.complain(human) for human in people))
    for human in people:
        it.desks(handler, "take", human)()
    await it.desk.settle()
    for human, decision in ((refusing, 0), (rating, 2), *((human, 2) for human in asking)):
        it.desks(handler, "show", human)()
        await it.desk.settle()
        await it.desk.answer(handler, decision=decision)
    for tap in (it.owns(refusing, "refuse"), it.owns(rating, "accept"), lambda: handler.say("/away")):
        tap()
    await it.desk.settle()
    it.steps += [
        Step("adding", adding, "Following:adding", [it.owns(adding, "add")]),
        Step("reason", refusing, "Saying:reason"),
        Step("rating", rating, "Saying:rating", [it.owns(rating, "rate_outcome", "5")], dict.fromkeys(WORDS)),
        *(
            Step(f"review, {part}", human, f"Asking:{part}", [it.owns(human, "review_part", part)], moves, drops)
            for human, (part, moves, drops) in zip(asking, REVIEW, strict=True)
        ),
    ]


#: Part of the request for a review, where an answer leads, what is refused in words.
REVIEW: list[tuple[str, Moves, tuple[int, ...]]] = [
    ("grounds", {}, ()),
    ("evidence", {}, ()),
    ("wish", dict.fromkeys([SHORT, LONG, CARD]), ()),
    ("contact", dict.fromkeys([SHORT, CARD]), (LONG,)),
]

#: Step of a handler, state, what leads there, where an answer leads, what is refused in words.
STAFF: list[tuple[str, str | None, str, Moves, tuple[int, ...]]] = [
    ("ask", "Saying:ask", "ask", {SHORT: None, LONG: None}, (FILE, CAPTIONED, CARD)),
    ("note", "Saying:note", "note", {SHORT: None, LONG: None}, (FILE, CAPTIONED, CARD)),
    ("contain", "Saying:contain", "contain", {SHORT: None, LONG: None}, (FILE, CAPTIONED, CARD)),
    ("severity", "Weighing:reason", "", {SHORT: None, LONG: None}, (FILE, CAPTIONED, CARD)),
    ("write", "Saying:write", "write", dict.fromkeys([*WORDS, FILE]), ()),
    ("reach out", "Saying:reach_out", "reach_out", dict.fromkeys([*WORDS, FILE]), ()),
    ("reasons", "Answering:reasons", "decided:upheld", {SHORT: None}, (FILE, CAPTIONED, CARD, LONG)),
    (
        "remedy words",
        "Answering:remedy_words",
        "remedy:apology",
        {SHORT: "Answering:next_step"},
        (FILE, CAPTIONED, CARD, LONG),
    ),
    ("next step", "Answering:next_step", "next_step", {SHORT: None}, (FILE, CAPTIONED, CARD, LONG)),
    ("findings", "Part:findings", "part:findings", {SHORT: None}, (FILE, CAPTIONED, CARD, LONG)),
    ("staff, no step", None, "", {}, ()),
]


async def _staff(it: Cast) -> None:
    """A handler at each step of theirs, each with a case of their own."""
    spoken = [LANGUAGES[number % 3] for number in range(len(STAFF))]
    colleagues = await asyncio.gather(*(it.desk.staff("handler", language=each, capacity=1) for each in spoken))
    customers = await _newcomers(it, len(STAFF))
    await asyncio.gather(*(it.desk.complain(human) for human in customers))
    handlers = {it.person(human).id: human for human in colleagues}
    pairs = [(handlers[it.case_of(human).owner_id or 0], human) for human in customers]
    for do, value in (("take", ""), ("answer", ""), ("decided", "upheld")):
        for handler, customer in pairs:
            it.desks(handler, do, customer, value)()
        await it.desk.settle()
    for handler, _customer in pairs:
        handler.say("Reasons")
    await it.desk.settle()
    for (handler, customer), (name, state, lead, moves, drops) in zip(pairs, STAFF, strict=True):
        do, _colon, value = lead.partition(":")
        acts: list[Enter] = [it.desks(handler, do, customer, value)] if do else [partial(handler.say, "/cancel")]
        acts = _prepared(it, name, handler, customer) or acts
        it.steps.append(Step(name, handler, state, acts, moves, drops))
    await it.desk.settle()


def _prepared(it: Cast, name: str, handler: Human, customer: Human) -> list[Enter]:
    """Bring the case to where a step is possible; what leads there, where it is more than one tap."""
    if name == "ask":  # the case waits for its customer after each question
        it.owns(customer, "add")()
        return [partial(customer.say, "an answer"), it.desks(handler, "ask", customer)]
    if name == "reach out":
        with it.desk.desk.office.work() as work:
            low = {"question": "first_response", "asked_at": work.now, "score": 1, "answered_at": work.now}
            work.db.add(Survey(complaint_id=it.case_of(customer).id, **low))
    if name in ("contain", "severity"):
        it.desks(handler, "assessed", customer, "23101")()
    if name == "next step":  # looked at once, an answer is changed part by part
        begun = [it.desks(handler, do, customer, value) for do, value in (("answer", ""), ("decided", "upheld"))]
        named = [it.desks(handler, do, customer, value) for do, value in (("remedy", "apology"), ("next_step", ""))]
        return [*begun, partial(handler.say, "Reasons"), *named]
    if name in ("remedy words", "findings"):
        it.desks(handler, "remedy", customer, "apology")()
    return [partial(_other_severity, it, handler, customer)] if name == "severity" else []


def _other_severity(it: Cast, handler: Human, customer: Human) -> object:
    other = "high" if it.case_of(customer).severity == "low" else "low"
    return it.desks(handler, "instead", customer, f".{other}")()


async def _newcomers(it: Cast, number: int) -> list[Human]:
    return list(await asyncio.gather(*(it.desk.newcomer(LANGUAGES[each % 3]) for each in range(number))))


async def _stranger(it: Cast, number: int) -> Human:
    """Somebody new, who is asked for a language."""
    language = LANGUAGES[number % 3]
    human = it.desk.world.person(name="Sara", language_code=language)
    it.desk.languages[human.id] = language
    human.start()
    return human
