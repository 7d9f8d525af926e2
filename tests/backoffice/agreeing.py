"""What the tests of outcomes share: a case brought to where terms, recommendations and decisions are made."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import select

from backoffice import providers
from backoffice.disputes import choosing, consents, course, outcomes, resolvers, settlement
from backoffice.disputes.terms import Party, Term
from backoffice.money import Amount
from backoffice.organisation_file import Words
from backoffice.people import Post, invite, join
from backoffice.providers import NewProvider
from backoffice.work import Work
from storage.complaints import Complaint, Entry
from storage.disputes import Dispute, Obligation, Outcome, Referral, obligations_of, of_case, outcomes_of, referrals_of
from storage.documents import Document
from tests.backoffice.conftest import Desk, Letter, Verb
from tests.backoffice.reviewing import as_found, hire

__all__ = ["as_found", "hire"]
DAY = timedelta(days=1)
MEDIATOR = "mediator"


def manager(desk: Desk) -> int:
    """A new one of disputes, who may speak for the organisation."""
    return hire(desk, "dispute_manager")


def resolver(desk: Desk, provider: str = MEDIATOR) -> int:
    telegram_id = 5_000_000_000 + next(desk.scene.ids)
    with desk.scene.office.work() as work:
        token = invite(work, Post(["resolver"], languages=["en"], capacity=5, provider=provider))
    with desk.scene.acting(telegram_id) as work:
        join(work, token, "A. Mediator")
    return telegram_id


def provider(desk: Desk, method: str, binding: str = "none") -> str:
    """One that uses this method with the consent of both sides; its code."""
    admin = hire(desk, "admin")
    words = Words(fa="دفتر", ar="مكتب", en="An office")
    with desk.scene.acting(admin) as work:
        made = providers.add(work, NewProvider(words, (method,), "1", binding=binding))  # type: ignore[arg-type]
    return made.code


def offered(desk: Desk) -> Desk:
    desk.live("take declare")
    return desk


def talks(desk: Desk) -> int:
    """The two sides talk directly; who speaks for the organisation."""
    speaks = manager(desk)
    offered(desk)
    act(desk, desk.customer, choosing.negotiate)
    return speaks


def agree(work: Work, case: Complaint) -> None:
    text = consents.text(work, course.referral(work, case), "en")
    consents.agree(work, case, text.version, "en", text.fill())


def under_way(desk: Desk, code: str, method: str, *, by: int | None = None) -> int:
    """Both have consented and the provider has accepted; who speaks for the organisation. `by`: its person here."""
    speaks = manager(desk)
    offered(desk)
    act(desk, desk.customer, lambda work, case: choosing.choose(work, case, code, method))
    act(desk, desk.customer, agree)
    act(desk, speaks, agree)
    name = "" if by else "An Expert"
    act(desk, by or speaks, lambda work, case: resolvers.accept(work, case, "Independent.", name=name))
    return speaks


def mediated(desk: Desk) -> tuple[int, int]:
    """A mediation with a mediator who is here: who speaks for the organisation, and the mediator."""
    leads = resolver(desk)
    return under_way(desk, MEDIATOR, "facilitative", by=leads), leads


def act(desk: Desk, who: int, verb: Verb) -> Complaint:
    return desk.scene.act(who, desk.code, verb)


# ------------------------------------------------------------------ terms


def term(
    desk: Desk, what: str = "refund_full", *, by: Party = "organisation", amount: int | None = 500_000, days: int = 10,
    words: str | None = None,
) -> Term:  # fmt: skip
    currency = desk.scene.office.organisation.currency
    money = Amount(Decimal(amount), currency) if amount and what not in ("apology", "other") else None
    return Term(by, what, words, money, day(desk, days))


def day(desk: Desk, days: int) -> date:
    zone = desk.scene.office.organisation.calendar.zone
    return (desk.scene.clock() + days * DAY).astimezone(zone).date()


def proposing(*terms: Term) -> Callable[[Work, Complaint], Outcome]:
    def verb(work: Work, case: Complaint) -> Outcome:
        for each in terms:
            settlement.add(work, case, each)
        return settlement.propose(work, case)

    return verb


def answering(desk: Desk, accepted: bool, words: str | None = None) -> Verb:
    waits = pending(desk).id
    return lambda work, case: settlement.answer(work, case, waits, accepted=accepted, words=words)


def settled(desk: Desk, *terms: Term) -> int:
    """Terms in force, after direct talks; who speaks for the organisation."""
    speaks = talks(desk)
    act(desk, speaks, proposing(*(terms or (term(desk),))))
    act(desk, desk.customer, answering(desk, True))
    return speaks


# ------------------------------------------------------------------ how it stands


def dispute(desk: Desk) -> Dispute:
    with desk.scene.office.look() as work:
        return of_case(work.db, desk.case.id)[-1]


def referral(desk: Desk) -> Referral:
    with desk.scene.office.look() as work:
        return referrals_of(work.db, desk.case.id)[-1]


def all_outcomes(desk: Desk) -> list[Outcome]:
    with desk.scene.office.look() as work:
        return outcomes_of(work.db, dispute(desk).id)


def outcome(desk: Desk) -> Outcome:
    return all_outcomes(desk)[-1]


def pending(desk: Desk) -> Outcome:
    with desk.scene.office.look() as work:
        found = outcomes.waiting(work, work.db.get_one(Complaint, desk.case.id))
    assert found
    return found


def obligations(desk: Desk) -> list[Obligation]:
    with desk.scene.office.look() as work:
        return obligations_of(work.db, outcome(desk).id)


def papers(desk: Desk) -> list[Document]:
    with desk.scene.office.look() as work:
        return list(work.db.exec(select(Document).where(Document.kind == "settlement")))


def said(desk: Desk, kind: str) -> list[Entry]:
    with desk.scene.office.look() as work:
        return list(work.db.exec(select(Entry).where(Entry.complaint_id == desk.case.id, Entry.kind == kind)))


def told(desk: Desk, who: int) -> list[str]:
    """What this person was told since the last time, by template."""
    before = len(desk.scene.post)
    desk.scene.live(desk.scene.clock() + DAY)
    return [each.template for each in desk.scene.post[before:] if each.to == who]


def letters(desk: Desk, who: int, template: str) -> list[Letter]:
    return [each for each in desk.scene.post if (each.to, each.template) == (who, template)]


def facts(desk: Desk, event: str) -> list[dict[str, Any]]:
    """Of the audit events of this name, oldest first."""
    with desk.scene.office.look() as work:
        return [each.facts for each in work.history(desk.case) if each.event == event]
