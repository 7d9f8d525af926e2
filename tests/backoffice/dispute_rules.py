"""What must hold of a dispute at any moment, whoever did what: looked at from outside, without the rules it obeys."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sqlmodel import col, select

from backoffice import errors, rights
from backoffice.disputes import mediation
from backoffice.disputes.mediation import JOINT, ROOMS
from backoffice.disputes.phases import CHOOSING, FACILITATIVE, Phase
from backoffice.disputes.terms import NONE
from backoffice.lifecycle import possible
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.stages import Event, Stage
from backoffice.targets import OF_DISPUTE
from backoffice.work import Actor, Work
from storage import clocks
from storage.complaints import Complaint
from storage.consents import Consent
from storage.disputes import Dispute, Obligation, Outcome, Referral, Talk, obligations_of, of_case, referrals_of
from storage.documents import Document
from storage.journal import AuditEvent, history
from storage.people import Person, Staff, staff_of
from storage.traffic import UNSENT, OutboxMessage
from tests.backoffice.conftest import Desk, Letter

P = Phase
TRIED = (P.NEGOTIATING, P.AWAITING_CONSENT, P.AWAITING_PROVIDER, P.IN_PROGRESS, P.RECOMMENDED)  # a way is
LED = (P.AWAITING_PROVIDER, P.IN_PROGRESS, P.RECOMMENDED)  # somebody outside can have the file
READERS = {"dispute_manager", "complaints_manager", "top_management", "legal", "auditor"}
WITHOUT_CASE = {"mediation_over", "left_team", "commands_changed", "seat_left", "review_over", "case_taken_over"}
#: What a customer can do in each phase, besides taking the complaint back.
CAN = {
    **dict.fromkeys(CHOOSING, "choose_route"),
    **dict.fromkeys((*TRIED, P.IMPLEMENTING), "take_part"),
    P.CONFIRMING: "confirm",
}
LEADS_NOWHERE = ("dispute.refused", "dispute.declined", "dispute.failed")
"""Steps after which the customer must hear that this way is closed."""


@dataclass
class Rules:
    """Of one desk. `moved`: each step of the dispute that was seen, with the phase that it was made in."""

    desk: Desk
    cast: dict[str, int]
    case_id: int
    moved: set[tuple[str, str]] = field(default_factory=set)
    led: set[int] = field(default_factory=set)  # who ever was to resolve it
    read: int = 0  # of what has arrived, as much as was looked at
    standing: object = None  # for which all rooms were tried
    known: dict[int, int] = field(default_factory=dict)  # who has which messenger id

    def check(self, *, deed: bool = True) -> None:
        """After a `deed` of somebody all of it, else what a tick can change."""
        with self.desk.scene.office.look() as work:
            case = work.db.get_one(Complaint, self.case_id)
            self._all_agree(work, case)
            self._time_runs(work, case)
            self._nobody_else_was_told(work, case)
            self._every_room_is_for_its_ends(work, case)
            if not deed:
                return
            self._the_customer_can_act(work, case)
            self._nothing_left_before_both_consented(work, case)
            self._consents_are_kept(work, case)
            self._terms_are_kept(work, case)
            self._what_happened(work, case)

    # ------------------------------------------------------------------ how it stands

    def _all_agree(self, work: Work, case: Complaint) -> None:
        """Case, dispute and way say the same of where it stands and who leads it."""
        running = [each for each in of_case(work.db, case.id) if each.ended is None]
        assert [each.id for each in running] == ([case.dispute_id] if case.dispute_id else [])
        assert (case.stage == Stage.IN_DISPUTE) is bool(running)
        assert case.dispute_phase == (running[0].phase if running else None)
        tried = [each.id for each in referrals_of(work.db, case.id) if each.ended is None]
        assert tried == [each.referral_id for each in running if each.referral_id]
        if running and case.dispute_phase not in CHOOSING:
            assert bool(tried) is (case.dispute_phase in TRIED)
        if case.resolver_id is not None:
            leads = staff_of(work.db, case.resolver_id)
            assert case.dispute_phase in LED
            assert leads is not None
            assert leads.roles == ["resolver"]
            assert str(case.resolver_id) not in case.barred
            assert work.db.get_one(Referral, tried[0]).resolver_id == case.resolver_id
            assert case.resolver_id != case.customer_id
        if case.representative_id is not None:
            speaks = staff_of(work.db, case.representative_id)
            assert speaks is not None
            assert set(speaks.roles) & {"dispute_manager", "complaints_manager", "top_management"}
            assert case.representative_id != case.customer_id
            assert str(case.representative_id) not in case.barred

    def _time_runs(self, work: Work, case: Complaint) -> None:
        """Something leads on by itself, or begins to as a message arrives that is on its way."""
        rows = clocks.running(work.db, case.id)
        if case.dispute_id is None:
            assert not {row.target for row in rows} & (set(OF_DISPUTE) - {"customer_confirm"})
            return
        of_it = [row for row in rows if row.target in OF_DISPUTE]
        assert len({row.target for row in of_it}) == len(of_it), of_it
        waits = {row.id for row in of_it if row.next_at is None}
        if len(waits) == len(of_it):
            going = work.db.exec(select(OutboxMessage).where(UNSENT)).all()
            assert waits & {part.get("window") for each in going for part in _parts(each)}, case.dispute_phase

    def _the_customer_can_act(self, work: Work, case: Complaint) -> None:
        if case.dispute_id is None:
            return
        assert possible(case, Event.WITHDRAWN)
        customer = Actor(work.db.get_one(Person, case.customer_id), staff_of(work.db, case.customer_id))
        assert rights.may(customer, CAN[Phase(case.dispute_phase or "")], case)

    def _what_happened(self, work: Work, case: Complaint) -> None:
        log = history(work.db, case.id)
        for each in log:
            if each.event.startswith("dispute.") and "was" in each.facts and "now" in each.facts:
                self.moved.add((each.facts["was"], each.event.removeprefix("dispute.")))
        put_off = select(AuditEvent).where(AuditEvent.event == "deadline.put_off")
        assert not work.db.exec(put_off).all(), "a step of the tick failed"

    # ------------------------------------------------------------------ what goes out

    def _nothing_left_before_both_consented(self, work: Work, case: Complaint) -> None:
        for each in referrals_of(work.db, case.id):
            given = each.customer_consent_id is not None and each.our_consent_id is not None
            assert given is (each.consented_at is not None)
            assert given or (each.resolver_id is None and each.declared_at is None)
        if case.resolver_id is not None:
            self.led.add(case.resolver_id)
        for row in work.db.exec(select(OutboxMessage).where(OutboxMessage.party == "resolver")):
            assert row.person_id in self.led, row.body
        for paper in work.db.exec(select(Document).where(Document.kind == "dossier")):
            way = work.db.get_one(Referral, paper.referral_id)
            assert way.consented_at is not None
            assert way.consented_at <= paper.issued_at

    def _nobody_else_was_told(self, work: Work, case: Complaint) -> None:
        """What has arrived since the last look; who got it still stands as they did then."""
        post, self.read = self.desk.scene.post[self.read :], len(self.desk.scene.post)
        for each in post:
            person = self._person(each.to)
            if person in self.led and each.case is None:
                assert each.template in WITHOUT_CASE, each
            if each.case != case.id:
                continue
            assert self._may_read(work, case, person), each
            for talk in _talks(work, each):
                assert person in self._ends(work, case, talk.room), each

    def _may_read(self, work: Work, case: Complaint, person: int) -> bool:
        staff = staff_of(work.db, person)
        if person == case.customer_id or staff is None:
            return person == case.customer_id
        if why := case.barred.get(str(person)):
            return why == rights.DECIDER
        if person in (case.owner_id, case.resolver_id) or str(person) in case.panel:
            return True
        of_unit = staff.department in (None, case.department)
        return bool(set(staff.roles) & READERS) or (of_unit and bool(set(staff.roles) & {"supervisor", "handler"}))

    # ------------------------------------------------------------------ rooms

    def _ends(self, work: Work, case: Complaint, room: str) -> set[int | None]:
        here = {CUSTOMER: case.customer_id, ORGANISATION: case.representative_id}
        sides = [*here] if room == JOINT else [room]
        return {*(here[side] for side in sides), case.resolver_id} - {None}

    def _every_room_is_for_its_ends(self, work: Work, case: Complaint) -> None:
        way = next((each for each in referrals_of(work.db, case.id) if each.ended is None), None)
        now = (case.dispute_phase, case.representative_id, case.resolver_id, way and way.id, str(case.barred))
        if now == self.standing:
            return
        self.standing = now
        talks = case.dispute_phase in (P.NEGOTIATING, P.RECOMMENDED) or (
            case.dispute_phase == P.IN_PROGRESS and way is not None and way.method == FACILITATIVE
        )
        for name, who in self.cast.items():
            person = work.db.get_one(Person, self._person(who))
            work.actor = Actor(person, staff_of(work.db, person.id))
            in_it = (work.actor.staff is not None or person.id == case.customer_id) and str(
                person.id
            ) not in case.barred
            for room in ROOMS:
                there = talks and (room == JOINT or case.resolver_id is not None)
                open_to = there and in_it and person.id in self._ends(work, case, room)
                assert _reads(work, case, room) is open_to, (name, room, case.dispute_phase)

    def _person(self, messenger: int) -> int:
        if messenger not in self.known:
            self.known[messenger] = self.desk.scene.person(messenger).id
        return self.known[messenger]

    # ------------------------------------------------------------------ consents and terms

    def _consents_are_kept(self, work: Work, case: Complaint) -> None:
        for way in referrals_of(work.db, case.id):
            kept = work.db.exec(select(Consent).where(Consent.referral_id == way.id)).all()
            given = {way.customer_consent_id, way.our_consent_id} - {None}
            assert given <= {each.id for each in kept}  # who had agreed to an older text agrees once more
            assert way.consented_at is None or len({each.version for each in kept if each.id in given}) == 1
            for each in [each for each in kept if each.id in given]:
                assert each.sha256 == hashlib.sha256(each.text.encode()).hexdigest()
                own = each.person_id == case.customer_id
                assert own is (each.id == way.customer_consent_id)
                staff = work.db.get(Staff, each.person_id)
                assert own or (staff is not None and bool(set(staff.roles) & READERS))

    def _terms_are_kept(self, work: Work, case: Complaint) -> None:
        for dispute in of_case(work.db, case.id):
            found = work.db.exec(select(Outcome).where(Outcome.dispute_id == dispute.id)).all()
            holding = [each.id for each in found if each.in_force_at is not None and each.ended is None]
            assert holding == ([dispute.outcome_id] if dispute.outcome_id else [])
            assert sum(_waits(dispute, each) for each in found) <= 1
            for each in found:
                if each.in_force_at is not None and each.binding is None:
                    assert (each.customer, each.ours) == (True, True)
                for duty in obligations_of(work.db, each.id):
                    assert duty.done_at is None or duty.what == NONE or duty.evidence_id is not None
                    assert duty.done_at is None or each.in_force_at is not None
            if dispute.phase == P.CONFIRMING or dispute.ended in ("settled", "decided"):
                assert not [each for each in _owed(work, dispute) if each.done_at is None]


def hears_of_closed_ways(desk: Desk) -> None:
    """All that was told has arrived: of each way that led nowhere the customer has read so."""
    told = [part.get("referral_id") for each in _to_customer(desk, "way_closed") for part in each.parts]
    with desk.scene.office.look() as work:
        for each in history(work.db, desk.case.id):
            if each.event in LEADS_NOWHERE:
                assert each.facts["referral"] in told


def hears_of_the_end(desk: Desk) -> None:
    """Who has not ended it by an own tap reads that it is over."""
    case = desk.case
    assert case.closed_at
    assert case.closed_reason
    if case.closed_reason in ("withdrawn", "unresolved"):
        lapsed = [each for each in desk.scene.limits(desk.code) if each.target == "external_offer"][-1:]
        if case.closed_reason == "withdrawn" or not lapsed or lapsed[0].ended != clocks.ENDED_UNMET:
            return
    templates = ("dispute_concluded", "closed_by_silence")
    assert [each for name in templates for each in _to_customer(desk, name) if each.at >= case.closed_at]


def _to_customer(desk: Desk, template: str) -> list[Letter]:
    return [each for each in desk.scene.post if (each.to, each.template) == (desk.customer, template)]


def _reads(work: Work, case: Complaint, room: str) -> bool:
    with suppress(errors.OfficeError):
        mediation.read(work, case, room)
        return True
    return False


def _parts(row: OutboxMessage) -> Sequence[dict[str, object]]:
    params = (row.body or {}).get("params", {})
    return params if isinstance(params, list) else [params]


def _talks(work: Work, letter: Letter) -> list[Talk]:
    return [work.db.get_one(Talk, part["talk_id"]) for part in letter.parts if "talk_id" in part]


def _waits(dispute: Dispute, outcome: Outcome) -> bool:
    open_yet = outcome.ended is None and outcome.in_force_at is None and outcome.referral_id == dispute.referral_id
    return open_yet and outcome.proposed_at is not None


def _owed(work: Work, dispute: Dispute) -> list[Obligation]:
    query = select(Obligation).where(Obligation.outcome_id == dispute.outcome_id)
    return [each for each in work.db.exec(query.order_by(col(Obligation.id))) if each.by == ORGANISATION]
