"""What the tests of disputes share: who sits at the table, and what each of them does, so that a life is a line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from backoffice import complaints, people, providers, withdrawing
from backoffice.disputes import (
    choosing,
    consents,
    course,
    mediation,
    obligations,
    outcomes,
    resolvers,
    settlement,
    verdicts,
)
from backoffice.disputes.phases import ADVISORY, DETERMINATIVE, FACILITATIVE, Phase
from backoffice.disputes.terms import Term
from backoffice.organisation_file import Words
from backoffice.providers import NewProvider
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.work import Work
from storage.complaints import Complaint
from storage.disputes import Dispute, Outcome, Referral, Talk, obligations_of, of_case, outcomes_of, referrals_of
from tests.backoffice.conftest import Desk, Scene, Verb

OUTSIDE = "take declare"  # to where the ways outside are open
MEDIATOR = "mediator"  # of the organisation's file
EXPERTS, ARBITERS = "added_1", "added_2"  # taken into the register by hand: those of the packs are for others
MEDIATED = "choose consent us:consent they:accept"
ADVISED = "choose_advice consent us:consent us:accept"
DECIDED = "choose_decision consent us:consent us:accept"
SETTLED = f"{MEDIATED} propose us:agree"


def consent(work: Work, case: Complaint) -> None:
    text = consents.text(work, course.referral(work, case), "en")
    consents.agree(work, case, text.version, "en", text.fill())


def refuse_consent(work: Work, case: Complaint) -> None:
    ours = work.actor.id != case.customer_id
    consents.refuse(work, case, reason=work.organisation.refusal_reasons[0].code if ours else None, words="It is done.")


def term(work: Work, by: str = ORGANISATION, days: int = 5, what: str = "replacement") -> Term:
    return Term(by, what, "The same one, new.", None, in_days(work, days))  # type: ignore[arg-type]


def in_days(work: Work, days: int) -> date:
    return outcomes.today(work) + timedelta(days=days)


def propose(work: Work, case: Complaint) -> None:
    settlement.draft(work, case)
    settlement.add(work, case, term(work))
    settlement.propose(work, case)


def agree(work: Work, case: Complaint, *, accepted: bool = True) -> None:
    waiting = outcomes.waiting(work, case)
    settlement.answer(work, case, waiting.id if waiting else 0, accepted=accepted, words=None if accepted else "No.")


def sign(work: Work, case: Complaint) -> None:
    waiting = outcomes.unsigned(work, case)
    verdicts.sign(work, case, waiting.id if waiting else 0)


def fulfil(work: Work, case: Complaint) -> None:
    """All that the actor's side owes."""
    side = CUSTOMER if work.actor.id == case.customer_id else ORGANISATION
    for each in obligations_of(work.db, outcomes.in_force(work, case).id):
        if each.by == side and each.done_at is None:
            obligations.fulfil(work, case, each.id, "Here is the receipt.")


def decide(work: Work, case: Complaint, *, binding: str = "both", upheld: bool = True) -> None:
    verdicts.decide(work, case, "So it is.", upheld=upheld, binding=binding, terms=[term(work)] if upheld else [])


#: What is done at the table; whoever can do it is named before: "us:" for the organisation, "they:" for the resolver.
DEEDS: dict[str, Verb] = {
    "choose": lambda work, case: choosing.choose(work, case, MEDIATOR, FACILITATIVE),
    "choose_advice": lambda work, case: choosing.choose(work, case, EXPERTS, ADVISORY),
    "choose_decision": lambda work, case: choosing.choose(work, case, ARBITERS, DETERMINATIVE),
    "negotiate": choosing.negotiate,
    "consent": consent,
    "refuse_consent": refuse_consent,
    "leave": lambda work, case: consents.withdraw(work, case, "I do not trust it."),
    "accept": lambda work, case: resolvers.accept(work, case, "I know neither side.", name="N. Ranjbar"),
    "not_take": lambda work, case: resolvers.decline(work, case, "There is no time."),
    "object": lambda work, case: resolvers.object_to(work, case, "They are cousins."),
    "say": lambda work, case: mediation.say(work, case, mediation.JOINT, "Half of it."),
    "end": lambda work, case: mediation.end(work, case, "You are too far apart."),
    "ask_time": mediation.ask_extension,
    "agree_time": mediation.agree_extension,
    "propose": propose,
    "agree": agree,
    "disagree": lambda work, case: agree(work, case, accepted=False),
    "recommend": lambda work, case: verdicts.recommend(work, case, "So we see it.", [term(work)]),
    "decide": decide,
    "dismiss": lambda work, case: decide(work, case, upheld=False),
    "sign": sign,
    "appeal": lambda work, case: verdicts.appeal(work, case, "New facts."),
    "fulfil": fulfil,
    "confirm": obligations.confirm,
    "deny": lambda work, case: obligations.deny(work, case, "It never came."),
    "reopen": complaints.reopen,
    "withdraw": withdrawing.withdraw,
    "decline_routes": complaints.decline_routes,
}


@dataclass
class Table:
    """A case that is outside, with both sides and a mediator."""

    desk: Desk
    us: int
    they: int

    @property
    def scene(self) -> Scene:
        return self.desk.scene

    @property
    def customer(self) -> int:
        return self.desk.customer

    @property
    def case(self) -> Complaint:
        return self.desk.case

    @property
    def phase(self) -> Phase | None:
        return Phase(self.case.dispute_phase) if self.case.dispute_phase else None

    def live(self, life: str) -> Complaint:
        """Deeds, by whom they are done; "desk:" before one of the case itself. SILENCE: half a year of it."""
        for deed in life.split():
            if deed == "SILENCE":
                self.wait(days=200)
                continue
            who, _, what = deed.rpartition(":")
            if who == "desk":
                self.desk.live(what)
                continue
            people_at_it = {"": self.customer, "us": self.us, "they": self.they}
            self.scene.act(people_at_it[who], self.desk.code, DEEDS[what])
        return self.case

    def wait(self, **amount: float) -> None:
        """Time passes, and all that was told has arrived."""
        self.scene.deliver()
        self.scene.live(self.scene.clock() + timedelta(**amount))

    def pass_by(self, target: str, *, minutes: int = 1) -> None:
        """Until this has passed."""
        self.scene.deliver()
        due = self.desk.running[target].due_at
        assert due
        self.scene.live(due + timedelta(minutes=minutes))

    @contextmanager
    def at(self, who: int) -> Iterator[tuple[Work, Complaint]]:
        """What somebody does with the case by its number, as a handler of the bot would after it has found it."""
        with self.scene.acting(who) as work:
            yield work, work.db.get_one(Complaint, self.case.id)

    def dispute(self) -> Dispute:
        with self.scene.office.look() as work:
            return of_case(work.db, self.case.id)[-1]

    def referral(self) -> Referral:
        """The latest way that was tried."""
        with self.scene.office.look() as work:
            return referrals_of(work.db, self.case.id)[-1]

    def outcome(self) -> Outcome:
        with self.scene.office.look() as work:
            return outcomes_of(work.db, self.dispute().id)[-1]


def mediator(scene: Scene, provider: str = MEDIATOR) -> int:
    """Somebody of the provider who has joined by invitation."""
    telegram_id = 5_000_000_000 + next(scene.ids)
    with scene.office.work() as work:
        token = people.invite(work, people.Post(["resolver"], languages=["en"], provider=provider))
    with scene.acting(telegram_id) as work:
        people.join(work, token, f"Mediator {telegram_id}")
    return telegram_id


def table(desk: Desk) -> Table:
    """The case of the desk goes outside; the dispute manager speaks for us, and the provider has one mediator here."""
    us = desk.manager or desk.scene.staff("dispute_manager", department=None)
    found = Table(desk, us, mediator(desk.scene))
    others(desk.scene, us)
    desk.live(OUTSIDE)
    return found


def others(scene: Scene, keeper: int) -> None:
    """Providers that recommend and that decide."""
    with scene.acting(keeper) as work:
        for name, new in {
            "Experts": NewProvider(_words("Experts"), ("advisory",), "experts@example.org", type="expert"),
            "Arbiters": NewProvider(_words("Arbiters"), ("determinative",), "arbiters@example.org", binding="both"),
        }.items():
            assert providers.add(work, new).words.en == name


def _words(name: str) -> Words:
    return Words(fa=name, ar=name, en=name)


def said(found: Table, who: int, room: str, text: str) -> Talk:
    with found.at(who) as (work, case):
        return mediation.say(work, case, room, text)
