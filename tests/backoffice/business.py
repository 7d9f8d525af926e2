"""A business customer with people on both sides, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from backoffice import accounts, complaints
from backoffice.work import Work
from storage.accounts import DECISION, READ, REPORT, Account
from storage.complaints import Complaint
from tests.backoffice.conftest import Scene

NAME = "Acme Trading"


@dataclass
class Firm:
    """Its account, who looks after it, and three contacts; and those of the desk."""

    scene: Scene
    keeper: int  # a complaints manager
    manager: int
    handler: int
    number: int = 0
    contacts: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def kept_by(self, who: int | None = None) -> Iterator[tuple[Work, Account]]:
        with self.scene.acting(who or self.keeper) as work:
            yield work, work.db.get_one(Account, self.number)

    @property
    def account(self) -> Account:
        with self.scene.office.look() as work:
            return work.db.get_one(Account, self.number)

    def link(self, role: str, who: int | None = None) -> str:
        with self.kept_by(who) as (work, account):
            return accounts.invite_contact(work, account, role)

    def join(self, role: str, who: int | None = None, language: str = "en") -> int:
        human = who or self.scene.customer(language)
        token = self.link(role)
        with self.scene.acting(human) as work:
            accounts.join(work, token, f"Contact {human}")
        return human

    def limit(self, target: str, limit: str | None) -> None:
        with self.kept_by() as (work, account):
            accounts.set_limit(work, account, target, limit)

    def remove(self, who: int) -> None:
        with self.kept_by() as (work, account):
            accounts.remove_contact(work, account, self.scene.person(who).id)

    def change(self, who: int, role: str) -> None:
        with self.kept_by() as (work, account):
            accounts.change_contact(work, account, self.scene.person(who).id, role)

    def seen(self, who: int) -> list[str | None]:
        with self.scene.acting(who) as work:
            return [each.code for each in complaints.mine(work)[0]]

    def case(self, code: str) -> Complaint:
        return self.scene.case(code)


def firm(scene: Scene, *roles: str) -> Firm:
    keeper = scene.staff("complaints_manager", department=None)
    found = Firm(scene, keeper, scene.staff("account_manager", department=None), scene.staff("handler"))
    with scene.acting(keeper) as work:
        found.number = accounts.open_account(work, NAME).id
    with found.kept_by() as (work, account):
        accounts.name_manager(work, account, scene.person(found.manager).id)
    for role in roles or (DECISION, REPORT, READ):
        found.contacts[role] = found.join(role)
    scene.deliver()
    return found
