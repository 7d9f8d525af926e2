"""Four eyes on an answer that is sensitive: somebody else reads and approves it before it goes (S7, T19, T22, T23).

An answer of a case in hand waits in a stage of its own. What is to go while the complainant decides, or while a way on
is open to them, waits beside the case: it takes nothing from them, and is void once they have moved it.
"""

import json
from decimal import Decimal
from typing import Any

from backoffice import answers, errors, phases, rights
from backoffice.answers import Draft
from backoffice.entries import add_entry
from backoffice.lifecycle import move
from backoffice.phases import Phase
from backoffice.rights import LADDER, Role
from backoffice.stages import Event, Stage
from backoffice.words import required
from backoffice.work import Actor, Work
from storage import people
from storage.answers import Proposal, proposals_of, undecided
from storage.complaints import Answer, Complaint
from storage.people import Person, Staff

APPROVED, RETURNED, TAKEN_BACK = "approved", "returned", "taken_back"  # outcomes of a proposal
GRAVE = ("high", "critical")
LEADS_TO = {Stage.AWAITING_APPROVAL: Event.APPROVED, Stage.ANSWERED: Event.REVISED}  # elsewhere it answers
WAITS_IN = (*LEADS_TO, Stage.IN_REVIEW, Stage.IN_DISPUTE)
COMMENT = "approval"  # kind of an entry: why an answer was returned


# ------------------------------------------------------------------ whether, and by whom


def needed(work: Work, complaint: Complaint, draft: Draft) -> list[str]:
    """Why somebody else must approve this answer of the actor; nothing if nobody must."""
    holds = {
        "severity": complaint.severity in GRAVE,
        "not_upheld": draft.decision == "not_upheld",
        "amount": not _within_authority(work, work.actor.staff, draft),
        "risk": bool(complaint.risks),
    }
    return [each for each in work.organisation.approval.needed_for if holds[each]]


def approvers(work: Work, complaint: Complaint, draft: Draft, author_id: int) -> list[Person]:
    """Who is asked: the first rung above the author on which anybody stands who may give so much, and legal."""
    able = _able(work, complaint, draft, author_id)
    rungs = [_rung(each) for each in able if Role.LEGAL not in _approving(work, each)]
    asked = [each for each in able if Role.LEGAL in _approving(work, each) or _rung(each) == min(rungs)]
    return [work.db.get_one(Person, each.person_id) for each in asked]


def waiting(work: Work, complaint: Complaint) -> Proposal | None:
    """The answer that waits for approval."""
    found = proposals_of(work.db, complaint.id)[-1:] if Stage(complaint.stage) in WAITS_IN else []
    return next((each for each in found if each.outcome is None and each.turn == complaint.turn), None)


def returned(work: Work, complaint: Complaint) -> Proposal | None:
    """The actor's own answer that came back, to be changed, where nothing has been answered since."""
    found = proposals_of(work.db, complaint.id)[-1:]
    own = (each for each in found if each.author_id == work.actor.id and each.outcome in (RETURNED, TAKEN_BACK))
    return next(own, None)


def awaited(work: Work, complaint: Complaint) -> list[Person]:
    """Who is asked to approve what waits; whoever has a limit reminded must remind them as well."""
    proposal = waiting(work, complaint)
    return approvers(work, complaint, draft_of(proposal), proposal.author_id) if proposal else []


def can_approve(work: Work, complaint: Complaint) -> bool:
    """Whether the actor may approve what waits."""
    proposal = waiting(work, complaint)
    return proposal is not None and _why_not(work, complaint, proposal) is None


def mine(work: Work) -> list[Complaint]:
    """The cases whose answer waits for the actor, the longest waiting first."""
    rights.require(work, "see_approvals")
    cases = [work.db.get_one(Complaint, each.complaint_id) for each in undecided(work.db)]
    known = [each for each in cases if rights.may(work.actor, "approve", each)]
    return [each for each in known if can_approve(work, each)]


def draft_of(proposal: Proposal) -> Draft:
    return answers.draft_of(json.loads(proposal.content))


# ------------------------------------------------------------------ what is done


def propose(work: Work, complaint: Complaint, draft: Draft, why: list[str], *, turn: int | None = None) -> Proposal:
    """Put an answer before those who may approve it (T19)."""
    if Stage(complaint.stage) is Stage.INVESTIGATING:
        move(work, complaint, Event.PROPOSED, turn=turn, why=why)
    else:
        if turn not in (None, complaint.turn):
            raise errors.Stale(complaint=complaint.id)
        if (before := waiting(work, complaint)) is not None:
            _decide(work, before, TAKEN_BACK)
        phases.touch(work, complaint)
        work.record("answer.proposed", complaint, why=why)
    proposal = Proposal(
        complaint_id=complaint.id,
        turn=complaint.turn,
        author_id=work.actor.id or 0,
        content=json.dumps(answers.parts_of(draft)),
        why=why,
        at=work.now,
    )
    work.db.add(proposal)
    work.db.flush()
    for person in approvers(work, complaint, draft, proposal.author_id):
        work.tell(person, "approval_wanted", complaint, proposal=proposal.id)
    return proposal


def approve(work: Work, complaint: Complaint, *, turn: int | None = None) -> Answer:
    """Let the answer go as its author wrote it (T22)."""
    proposal = _to_decide(work, complaint, turn)
    stage = Stage(complaint.stage)
    if stage is Stage.IN_REVIEW:  # as whoever answers it directly
        phases.running(work, complaint, Phase.REQUESTED)
    _decide(work, proposal, APPROVED)
    work.record("answer.approved", complaint, proposal=proposal.id, author=proposal.author_id)
    answer = answers.send(
        work,
        complaint,
        draft_of(proposal),
        LEADS_TO.get(stage, Event.ANSWERED),
        author_id=proposal.author_id,
        approver_id=work.actor.id,
    )
    _tell(work, complaint, proposal, "answer_approved")
    return answer


def send_back(work: Work, complaint: Complaint, words: str, *, turn: int | None = None) -> None:
    """Do not approve it, and say what is to be changed (T23)."""
    proposal = _to_decide(work, complaint, turn)
    comment = add_entry(work, complaint, COMMENT, required(words))
    _back(work, complaint, proposal, RETURNED, comment=comment.id)
    _tell(work, complaint, proposal, "answer_returned", entry_id=comment.id)


def take_back(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """Whoever wrote or owns it goes on with it: it needs nobody's leave."""
    rights.require(work, "answer", complaint)
    proposal = _waiting(work, complaint, turn)
    _back(work, complaint, proposal, TAKEN_BACK)
    for person in approvers(work, complaint, draft_of(proposal), proposal.author_id):
        work.tell(person, "answer_taken_back", complaint)


# ------------------------------------------------------------------ inside


def _to_decide(work: Work, complaint: Complaint, turn: int | None) -> Proposal:
    """What waits, if it is the actor who may decide on it. Raises errors.ApprovalRefused."""
    rights.require(work, "approve", complaint)
    proposal = _waiting(work, complaint, turn)
    if (why := _why_not(work, complaint, proposal)) is not None:
        raise errors.ApprovalRefused(complaint=complaint.id, why=why)
    return proposal


def _waiting(work: Work, complaint: Complaint, turn: int | None) -> Proposal:
    proposal = waiting(work, complaint)
    if proposal is None or turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    return proposal


def _why_not(work: Work, complaint: Complaint, proposal: Proposal) -> str | None:
    if proposal.author_id == work.actor.id:
        return "own"
    able = _able(work, complaint, draft_of(proposal), proposal.author_id)
    return None if work.actor.id in {each.person_id for each in able} else "not_above"


def _back(work: Work, complaint: Complaint, proposal: Proposal, outcome: str, **facts: Any) -> None:
    _decide(work, proposal, outcome)
    if Stage(complaint.stage) is Stage.AWAITING_APPROVAL:
        move(work, complaint, Event.RETURNED, why=outcome, proposal=proposal.id, **facts)
    else:
        phases.touch(work, complaint)
        work.record("answer.returned", complaint, why=outcome, proposal=proposal.id, **facts)


def _decide(work: Work, proposal: Proposal, outcome: str) -> None:
    proposal.outcome, proposal.decided_by, proposal.decided_at = outcome, work.actor.id, work.now


def _tell(work: Work, complaint: Complaint, proposal: Proposal, template: str, **params: Any) -> None:
    """Its author, and whoever owns the case by now."""
    for each in dict.fromkeys((proposal.author_id, complaint.owner_id)):
        person = people.colleague(work.db, each)
        if person is not None and person.id != work.actor.id:
            work.tell(person, template, complaint, **params, by=work.actor.id)


def _able(work: Work, complaint: Complaint, draft: Draft, author_id: int) -> list[Staff]:
    """Who may approve it: never its author, nobody in conflict, above the author or legal; where nobody stands above,
    whoever stands beside. Of these, those who may give so much, if there are any."""
    others = [each for each in people.all_staff(work.db) if _may(work, complaint, each, author_id)]
    author = people.staff_of(work.db, author_id)
    height = _rung(author) if author else 0
    legal = [each for each in others if Role.LEGAL in _approving(work, each)]
    above = [each for each in others if each not in legal and _rung(each) > height]
    beside = [each for each in others if each not in legal and _rung(each) == height]
    able = [*(above or beside), *legal]
    return [each for each in able if _within_authority(work, each, draft)] or able


def _may(work: Work, complaint: Complaint, staff: Staff, author_id: int) -> bool:
    if staff.person_id == author_id or not _approving(work, staff):
        return False
    if not rights.is_free(complaint, staff.person_id) or str(staff.person_id) in complaint.panel:
        return False
    return rights.may(Actor(work.db.get_one(Person, staff.person_id), staff), "approve", complaint)


def _approving(work: Work, staff: Staff) -> set[str]:
    """The roles by which somebody approves; legal counts where they hold no other."""
    held = set(staff.roles) & set(work.organisation.approval.by)
    return held - {Role.LEGAL} or held


def _rung(staff: Staff) -> int:
    return max((LADDER.index(Role(role)) for role in staff.roles if role in LADDER), default=-1)


def _within_authority(work: Work, staff: Staff | None, draft: Draft) -> bool:
    """Whether somebody may give as much as this without asking: by the role of theirs that may give most."""
    sums: dict[str, Decimal] = {}
    for money in filter(None, (each.money for each in draft.given)):
        sums[money.currency] = sums.get(money.currency, Decimal(0)) + money.value
    limits = work.organisation.approval.limits
    roles = staff.roles if staff else ()
    return any(
        all(amount <= (limits.get(role, {}).get(currency) or amount) for currency, amount in sums.items())
        for role in roles
    )
