"""Who is told of what: every moment of a case at which the matrix says that somebody always hears of it (§ 3.4)."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import col, func, select

from storage.complaints import Complaint
from storage.journal import history
from storage.traffic import OutboxMessage
from tests.backoffice import recorded
from tests.backoffice.conftest import Desk, Scene
from tests.backoffice.disputing import DEEDS as AT_TABLE
from tests.backoffice.disputing import mediator
from tests.backoffice.life_deeds import DEEDS, another, doer

CUSTOMER, OWNER, SUPERVISOR, MANAGER = "customer", "owner", "supervisor", "complaints_manager"
KEEPER, MEMBERS, LAWYER, TOP, PROVIDER = "dispute_manager", "committee", "legal", "top_management", "provider"
ROLES = {
    "handler": ("handler",), SUPERVISOR: ("supervisor",), MANAGER: ("complaints_manager",),
    KEEPER: ("dispute_manager",), LAWYER: ("legal",), TOP: ("top_management",), "auditor": ("auditor",),
    "admin": ("admin",), "support": ("seat_support",), "technical": ("seat_technical",),
    "operations": ("seat_operations",), "chair": ("committee_chair",), "alternate": ("seat_support", "alternate"),
}  # fmt: skip
SEATED = ("support", "technical", "operations", "chair")
TALKS = ("take", "declare", "table:choose", "table:consent", "dispute_manager:consent", "provider:accept")
#: These hear nothing of a case whatever happens to it.
NEVER = ("auditor", "admin", "stranger", "elsewhere")


@dataclass(frozen=True)
class Moment:
    """`before`: what led there; `deed`: what happens then, and who must hear of it. "who:" before what is not done by
    whoever mostly does it; "table:" before what is done at the table of a dispute."""

    before: str
    deed: str
    told: set[str]


MATRIX: dict[str, Moment] = {
    "received in another way": Moment("", "RECORDED", {CUSTOMER}),
    "critical": Moment("", "assess", {CUSTOMER, SUPERVISOR, MANAGER, TOP}),
    "critical, by somebody else": Moment("take", "supervisor:assess", {CUSTOMER, OWNER, MANAGER, TOP}),
    "three quarters of a limit": Moment("take", "THREE_QUARTERS", {OWNER}),
    "a limit has passed": Moment("take", "LATE", {CUSTOMER, OWNER, SUPERVISOR}),
    "information asked": Moment("take", "ask", {CUSTOMER}),
    "asked again": Moment("take ask", "SILENT_DAYS", {CUSTOMER}),
    "answered": Moment("take", "refund", {CUSTOMER}),
    "answered and approved": Moment("assess refund", "approve", {CUSTOMER, OWNER}),
    "answered by somebody else": Moment("take declare", "dispute_manager:refund", {CUSTOMER, OWNER}),
    "another version of it": Moment("take refund", "revise", {CUSTOMER}),
    "approval wanted": Moment("assess", "refund", {SUPERVISOR, LAWYER}),
    "not approved": Moment("assess refund", "send_back", {OWNER}),
    "countered": Moment("take refund", "counter", {OWNER}),
    "refused": Moment("take refund", "refuse", {OWNER, SUPERVISOR}),
    "silent after the answer": Moment("take refund", "SILENT_DAYS", {CUSTOMER}),
    "review asked": Moment("take reject", "ask_review", {OWNER, SUPERVISOR, MANAGER, KEEPER, MEMBERS}),
    "member recused": Moment("take reject ask_review", "support:recuse", {CUSTOMER, KEEPER, *SEATED[1:]}),
    "review decided": Moment(
        "take reject ask_review support:vote technical:vote",
        "operations:vote",
        {CUSTOMER, OWNER, SUPERVISOR, MANAGER, KEEPER, MEMBERS},
    ),
    "no way to agree": Moment("take", "declare", {CUSTOMER, MANAGER, KEEPER, LAWYER}),
    "the longest time is over": Moment("take", "CAP", {CUSTOMER, OWNER, SUPERVISOR, MANAGER, KEEPER, LAWYER}),
    "consent asked": Moment("take declare", "table:choose", {CUSTOMER, KEEPER, LAWYER}),
    "consent given": Moment(
        "take declare table:choose table:consent", "dispute_manager:consent", {CUSTOMER, LAWYER, PROVIDER}
    ),
    "consent refused": Moment("take declare table:choose", "table:refuse_consent", {CUSTOMER, KEEPER, LAWYER}),
    "consent withdrawn": Moment("TALKS", "table:leave", {CUSTOMER, KEEPER, LAWYER, PROVIDER}),
    "provider accepts": Moment(
        "take declare table:choose table:consent dispute_manager:consent", "provider:accept", {CUSTOMER, KEEPER}
    ),
    "provider declines": Moment(
        "take declare table:choose table:consent dispute_manager:consent", "provider:not_take", {CUSTOMER, KEEPER}
    ),
    "outcome": Moment(
        "TALKS table:propose",
        "dispute_manager:agree",
        {CUSTOMER, OWNER, SUPERVISOR, MANAGER, LAWYER, TOP, PROVIDER},
    ),
    # the provider has no access any more (ISO 10003, 7.6), so it is told of no delay
    "outcome overdue": Moment(
        "TALKS table:propose dispute_manager:agree",
        "OVERDUE",
        {CUSTOMER, OWNER, SUPERVISOR, MANAGER, KEEPER, LAWYER, TOP},
    ),
    "closed by the customer": Moment("take reject", "accept", {OWNER}),
    "closed for silence": Moment("take reject", "SILENCE", {CUSTOMER, OWNER}),
    "withdrawn": Moment("take", "withdraw", {OWNER}),
    "withdrawn elsewhere": Moment("take", "supervisor:record_withdrawal", {CUSTOMER, OWNER}),
    "merged": Moment("ANOTHER take", "supervisor:merge", {CUSTOMER, OWNER}),
    "out of scope": Moment("take", "supervisor:exclude", {CUSTOMER, OWNER}),
    "perhaps out of scope": Moment("take", "exclude", {SUPERVISOR}),
    "contested": Moment("take supervisor:exclude", "contest_exclusion", {OWNER}),
    "no duplicate": Moment("ANOTHER take supervisor:merge", "unmerge", {OWNER}),
    "reopened": Moment("take reject accept", "reopen", {OWNER, SUPERVISOR}),
    "reopened for new evidence": Moment("take reject accept", "reopen_for", {CUSTOMER, OWNER}),
    "handed up": Moment("take", "escalate", {SUPERVISOR}),
    "kept for the law": Moment("take", "hold", {CUSTOMER, OWNER}),
    "a risk is marked": Moment("take", "mark_risk", {LAWYER}),
}


@dataclass
class House:
    """Everybody there is, and one case."""

    desk: Desk
    cast: dict[str, int]

    def does(self, deed: str) -> None:
        whose, _, what = deed.rpartition(":")
        waits = {
            "LATE": self.desk.pass_the_date, "THREE_QUARTERS": self._three_quarters, "CAP": lambda: self._wait(60),
            "SILENCE": lambda: self._wait(50), "SILENT_DAYS": lambda: self._wait(8), "OVERDUE": lambda: self._wait(6),
            "ANOTHER": lambda: another(self.desk), "RECORDED": self._record,
        }  # fmt: skip
        if what == "TALKS":
            for each in TALKS:
                self.does(each)
        elif what in waits:
            waits[what]()
        else:
            self._acts(whose, what)

    def _acts(self, whose: str, what: str) -> None:
        at_table = whose in ("table", PROVIDER) or (whose == KEEPER and what in AT_TABLE)
        verb = (AT_TABLE if at_table else DEEDS)[what]
        who = self.cast[CUSTOMER] if whose == "table" else self.cast.get(whose) or doer(self.desk, self.cast, what)
        with self.desk.scene.acting(who) as work:
            verb(work, work.db.get_one(Complaint, self.desk.case.id))

    def _wait(self, days: int) -> None:
        self.desk.scene.deliver()
        self.desk.scene.live(self.desk.scene.clock() + timedelta(days=days))

    def _three_quarters(self) -> None:
        due = self.desk.case.due_at
        assert due
        self.desk.scene.live(due - timedelta(minutes=1))

    def _record(self) -> None:
        self.desk.code, _token, _secret = recorded.record(self.desk.scene, self.cast["handler"])

    # ------------------------------------------------------------------ what came of it

    def newest(self) -> tuple[int, int, int]:
        """The last message, how many have arrived, and how much stands in the log of the case."""
        with self.desk.scene.office.look() as work:
            last = work.db.exec(select(func.max(OutboxMessage.id))).one() or 0
            return last, len(self.desk.scene.post), len(history(work.db, self.desk.case.id))

    def told_since(self, last: int, arrived: int) -> set[int]:
        """Also by what has arrived, and was forgotten since."""
        read = {self.desk.scene.person(each.to).id for each in self.desk.scene.post[arrived:]}
        with self.desk.scene.office.look() as work:
            rows = work.db.exec(select(OutboxMessage.person_id).where(col(OutboxMessage.id) > last))
            return read | {each for each in rows if each is not None}

    def numbers(self, name: str) -> set[int]:
        """The people of whom the matrix speaks by this name."""
        scene, case = self.desk.scene, self.desk.case
        if name == CUSTOMER:
            return {case.customer_id}
        if name == OWNER:
            return {case.owner_id or 0}
        names = SEATED if name == MEMBERS else (name,)
        return {scene.person(self.cast[each]).id for each in names}


@pytest.fixture
def house(scene: Scene) -> House:
    cast = {
        name: scene.staff(*roles, department="delivery" if name in ("handler", SUPERVISOR) else None)
        for name, roles in ROLES.items()
    }
    cast |= {CUSTOMER: scene.customer(), "stranger": scene.customer(), PROVIDER: mediator(scene)}
    cast["elsewhere"] = scene.staff("handler", department="product")
    cast |= {"keeper": cast[KEEPER], "lawyer": cast[LAWYER]}
    desk = Desk(scene, cast["handler"], cast[SUPERVISOR], cast[CUSTOMER], scene.complaint(cast[CUSTOMER]))
    desk.manager = cast[KEEPER]
    return House(desk, cast)


@pytest.mark.parametrize("name", MATRIX)
def test_everybody_who_is_always_told_is_told(house: House, name: str) -> None:
    moment = MATRIX[name]
    for deed in moment.before.split():
        house.does(deed)
    (last, arrived, events), owner = house.newest(), house.numbers(OWNER)
    house.does(moment.deed)
    told = house.told_since(last, arrived)
    missed = {each for each in moment.told if not (owner if each == OWNER else house.numbers(each)) <= told}
    assert not missed
    assert not told & {number for each in NEVER for number in house.numbers(each)}
    assert house.newest()[2] > (events if name != "received in another way" else 0)  # it stands in the log
