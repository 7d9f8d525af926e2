"""The card of a case shows what is allowed now and nothing else: every button of it is pressed, and none is refused.

Every stage, by everybody who can stand in any way to it. What a press changes is thrown away before the next.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.types import CallbackQuery, Chat, InlineKeyboardButton, Message, Update, User

from backoffice import errors, rights
from backoffice.rights import LADDER, RIGHTS, Relation, Role
from backoffice.work import Work
from bot.dispatch import make_dispatcher
from bot.i18n import Reader, speaking_to
from bot.session import Exchange, OutboxSession, exchange
from bot.staff.queue import case_buttons, further
from storage.complaints import Complaint
from storage.people import Staff
from tests.backoffice.conftest import Desk, opened
from tests.backoffice.test_rights import ONLY_IN, STATES, stand

#: How a case comes to each stage, and to what makes its card another one there; by whom is the owner's or the
#: customer's to say, and what comes after "S:" is for who stands above.
LIVES = {
    **{name: life for name, life in STATES.items() if name not in ("merged", "excluded")},
    "critical": "take assess",
    "withdrawn": "take withdraw",
}
ELSEWHERE = (Relation.QUEUE, Relation.UNIT, Relation.NONE)
#: As what people of each role can stand to a case.
STANDS: dict[Role, tuple[Relation, ...]] = {
    **dict.fromkeys(LADDER, (Relation.OWNER, *ELSEWHERE)),
    Role.DISPUTE_MANAGER: (Relation.OWNER, *ELSEWHERE),
    **dict.fromkeys((Role.LEGAL, Role.AUDITOR), ELSEWHERE),
    Role.ADMIN: (Relation.NONE,),
    Role.SEAT_SUPPORT: (Relation.SEAT, Relation.CHAIR),
    Role.ALTERNATE: (Relation.SEAT, Relation.DECIDER),
    Role.RESOLVER: (Relation.RESOLVER,),
}
ME = User(id=1, is_bot=True, first_name="Sulh", username="sulh_bot")


class Undone(Exception):
    """Nothing of the transaction stays."""


@dataclass
class House:
    """A case, and a colleague of each role in its unit and in another."""

    desk: Desk
    stage: str
    people: dict[tuple[Role, bool], int] = field(default_factory=dict)  # by whether they are of its unit
    bot: Bot = field(
        default_factory=lambda: Bot(
            "42:TEST", session=OutboxSession(ME), default=DefaultBotProperties(parse_mode="HTML")
        )
    )

    def settle(self) -> None:
        """All of them are there before anybody looks."""
        for near, department in ((True, "delivery"), (False, "product")):
            self.people |= {(role, near): self.desk.scene.staff(role, department=department) for role in STANDS}

    def person(self, role: Role, relation: Relation) -> int:
        return self.people[role, relation is not Relation.NONE]

    @contextmanager
    def standing(self, who: int, relation: Relation, other: int) -> Iterator[tuple[Work, Complaint]]:
        """Inside, this person stands so to the case; afterwards nothing has happened."""
        try:
            with self.desk.scene.acting(who) as work:
                case = work.db.get_one(Complaint, self.desk.case.id)
                stand(work, case, work.actor, relation, None if relation is Relation.QUEUE else other)
                work.db.flush()
                yield work, case
                raise Undone
        except Undone:
            pass

    async def refused(self, work: Work, who: int, data: str) -> str | None:
        """What a tap on it is refused with."""
        user = User(id=who, is_bot=False, first_name="Dan", language_code="en")
        message = Message(message_id=7, date=work.now, chat=Chat(id=who, type="private"), text="The card")
        query = CallbackQuery(id="1", from_user=user, chat_instance="1", message=message, data=data)
        update = Update.model_validate(
            Update(update_id=1, callback_query=query).model_dump(by_alias=True), context={"bot": self.bot}
        )
        actor, token, begun = work.actor, exchange.set(Exchange(work)), work.db.begin_nested()
        try:
            await make_dispatcher().feed_update(self.bot, update, work=work)
            work.write()
        except errors.OfficeError as refusal:
            return f"{refusal.code} {refusal.facts}"
        except Exception as crash:
            return repr(crash)
        finally:
            begun.rollback()
            exchange.reset(token)
            work._events.clear()
            work._late.clear()
            work.actor = actor
        return None


def drawn(work: Work, case: Complaint) -> list[InlineKeyboardButton]:
    """All that the card offers, and what stands behind "More"."""
    with speaking_to(Reader("en")):
        rows = case_buttons(work, case).inline_keyboard
        if rights.may(work.actor, "read", case):
            rows = [*rows, *further(work, case)]
    return [each for row in rows for each in row if each.callback_data]


def granted(work: Work, case: Complaint) -> frozenset[str]:
    """What somebody may do with it: who may do the same, meets the same doors."""
    return frozenset(each for each in RIGHTS if rights.may(work.actor, each, case))


@pytest.mark.parametrize("stage", LIVES)
def test_no_button_is_refused(tmp_path: Path, stage: str) -> None:
    with house(tmp_path, stage) as found:
        found.settle()
        assert asyncio.run(press_all(found)) == {}


@pytest.mark.parametrize("stage", ["investigating", "answered"])
def test_nor_where_nobody_else_works(tmp_path: Path, stage: str) -> None:
    with house(tmp_path, stage) as found:
        found.people = dict.fromkeys(((Role.HANDLER, near) for near in (True, False)), found.desk.handler)
        with found.desk.scene.office.work() as work:
            work.db.get_one(Staff, found.desk.scene.person(found.desk.supervisor).id).left_at = work.now
        assert asyncio.run(press_all(found)) == {}


@contextmanager
def house(folder: Path, stage: str) -> Iterator[House]:
    with opened(folder) as scene:
        handler, supervisor, customer = scene.staff("handler"), scene.staff("supervisor"), scene.customer()
        desk = Desk(scene, handler, supervisor, customer, scene.complaint(customer))
        with scene.office.work() as work:
            case = work.db.get_one(Complaint, desk.case.id)
            case.name, case.contact = "Sara Ahmadi", "0912 345 6789"
        live(desk, LIVES[stage])
        yield House(desk, stage)


def live(desk: Desk, life: str) -> None:
    """As `Desk.live`, and what comes after "S:" by the supervisor."""
    for verb in life.split():
        if verb.startswith("S:"):
            owner, desk.handler = desk.handler, desk.supervisor
            desk.live(verb.removeprefix("S:"))
            desk.handler = owner
        else:
            desk.live(verb)


async def press_all(house: House) -> dict[str, str]:
    """What was refused: role, relation and button, with why."""
    faults: dict[str, str] = {}
    other = house.desk.scene.person(house.desk.handler).id
    for role, relation, doors in chosen(house, other):
        with house.standing(house.person(role, relation), relation, other) as (work, _case):
            for door in doors:
                if why := await house.refused(work, house.person(role, relation), door):
                    faults[f"{role} {relation} {door}"] = why
    return faults


def chosen(house: House, other: int) -> list[tuple[Role, Relation, list[str]]]:
    """Who presses what: of those who meet a button, who may least (and would be refused first) and who may most."""
    meet: dict[str, dict[frozenset[str], tuple[Role, Relation]]] = {}
    ways = ((role, relation) for role, stands in STANDS.items() for relation in stands)
    for role, relation in ways:
        known = (role, relation is not Relation.NONE) in house.people
        if known and house.stage in ONLY_IN.get(relation, LIVES):
            with house.standing(house.person(role, relation), relation, other) as (work, case):
                able = granted(work, case)
                for button in drawn(work, case):
                    meet.setdefault(str(button.callback_data), {}).setdefault(able, (role, relation))
    doors: dict[tuple[Role, Relation], list[str]] = {}
    for door, who in meet.items():
        found = [who[able] for able in sorted(who, key=len)]
        for each in dict.fromkeys((found[0], found[-1])):
            doors.setdefault(each, []).append(door)
    return [(role, relation, theirs) for (role, relation), theirs in doors.items()]
