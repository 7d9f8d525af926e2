"""What the tests of the second look share: people with seats, votes, and what became of a review."""

from backoffice import challenges, voting
from backoffice.panel import MANDATORY
from backoffice.voting import Ballot
from backoffice.work import Work
from storage.complaints import Answer, Complaint, answers_of
from storage.people import Staff
from storage.reviews import Seat
from tests.backoffice.conftest import Desk, Letter, Verb

REMEDIES = {"upheld": "refund_full", "partly": "apology", "not_upheld": "none"}
ASKED = "take reject ask_review"


def hire(desk: Desk, *roles: str) -> int:
    return desk.scene.staff(*roles, department=None)


def committee(desk: Desk, *chair: str) -> dict[str, int]:
    """The holders of the three mandatory seats; `chair` names the seats whose holder may preside."""
    return {name: hire(desk, role, *(["committee_chair"] if name in chair else [])) for name, role in MANDATORY.items()}


def alternates(desk: Desk) -> dict[str, int]:
    return {name: hire(desk, role, "alternate") for name, role in MANDATORY.items()}


def ballot(outcome: str, remedy: str | None = None, reasons: str = "So we see it.") -> Verb:
    return lambda work, case: voting.vote(work, case, Ballot(outcome, remedy or REMEDIES[outcome], reasons))


def votes(desk: Desk, cast: dict[int, str]) -> None:
    """By messenger id."""
    for who, outcome in cast.items():
        desk.scene.act(who, desk.code, ballot(outcome))


def live(desk: Desk) -> dict[str, Seat]:
    """The seats that are taken now, by name."""
    return {seat.name: seat for seat in desk.scene.seats(desk.code) if seat.left_at is None}


def seated(desk: Desk) -> dict[str, int]:
    """Who sits where, by messenger id."""
    return {name: desk.scene.messenger(seat.person_id) for name, seat in live(desk).items()}


def chair(desk: Desk) -> str:
    (found,) = [name for name, seat in live(desk).items() if seat.chairs]
    return found


def doubt(desk: Desk, name: str) -> None:
    """The complainant challenges whoever has this seat."""
    seat = live(desk)[name]
    desk.scene.act(desk.customer, desk.code, lambda work, case: challenges.challenge(work, case, seat.id, "Cousins."))


def judge(desk: Desk, who: int, name: str, *, upheld: bool) -> None:
    seat = live(desk)[name]
    desk.scene.act(who, desk.code, lambda work, case: challenges.rule(work, case, seat.id, upheld=upheld))


def name_subject(desk: Desk, subject: int | None, by: int | None = None) -> None:
    number = desk.scene.person(subject).id if subject else None
    who = by or hire(desk, "complaints_manager")
    desk.scene.act(who, desk.code, lambda work, case: challenges.name_subject(work, case, number))


def leaves(desk: Desk, who: int, *, seats: bool = True) -> None:
    """Somebody leaves the organisation, and gives up their seats, if anybody thinks of it."""
    number = desk.scene.person(who).id
    with desk.scene.office.work() as work:
        work.db.get_one(Staff, number).left_at = work.now
        work.db.flush()
        if seats:
            challenges.give_up_seats(work, number)


def decision(desk: Desk) -> Answer:
    with desk.scene.office.look() as work:
        return answers_of(work.db, desk.case.id)[-1]


def told(desk: Desk, who: int, template: str) -> list[Letter]:
    """What has arrived."""
    return [each for each in desk.scene.post if (each.to, each.template) == (who, template)]


def pass_the_sitting(desk: Desk) -> None:
    at = desk.scene.review(desk.code).sitting_at
    assert at
    desk.scene.live(at)


def ended(desk: Desk) -> tuple[str, str | None]:
    """Where the case stands, and why its review is over."""
    return desk.case.stage, desk.scene.review(desk.code).ended


def as_found(desk: Desk, who: int, verb: Verb) -> object:
    """What a use-case returns."""
    with desk.scene.acting(who) as work:
        return verb(work, found(work, desk))


def found(work: Work, desk: Desk) -> Complaint:
    return work.db.get_one(Complaint, desk.case.id)
