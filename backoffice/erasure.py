"""When the time is over for which a case must be kept, nothing in it shows any more whose it was (T91).

What was counted of it stays: its category, its dates, what was decided and why it came about. A case that is kept for
the law waits (T90).
"""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import SQLModel, col, select

from backoffice import answers
from backoffice.stages import Stage
from backoffice.work import Work
from storage import crypto, reviews
from storage.answers import Proposal
from storage.claims import Claim
from storage.complaints import Answer, Attachment, Complaint, Entry
from storage.consents import Consent, Erasure
from storage.disputes import Obligation, Outcome, Referral, Talk, of_case, outcomes_of, referrals_of
from storage.documents import Document
from storage.investigation import Tick
from storage.learning import Analysis
from storage.people import Person
from storage.readings import Reading, Unmasking
from storage.reviews import Review, Seat
from storage.special import Exclusion, Hold
from storage.traffic import Delivered

BATCH = 10
OPEN, HELD, KEPT = "open", "held", "kept"  # why something cannot be erased yet
OF_CASE = (
    "reference", "wish", "wish_words", "company", "name", "contact", "acting_for", "acting_as", "secret_hash",
    "contact_hash", "authority", "happened_on", "account_id", "account_manager_id",
)  # fmt: skip
WORDS: dict[type[SQLModel], tuple[str, ...]] = {
    Entry: ("text", "source", "album"),
    Answer: ("reasons", "remedy_words", "next_step", "summary", "findings", "put_right", "because"),
    Review: ("wish_words", "contact"),
    Seat: ("challenge", "left_words", "reasons"),
    Referral: ("name", "contact", "disclosed", "ended_words"),
    Talk: ("text", "source", "album"),
    Outcome: ("words", "customer_words", "our_words"),
    Obligation: ("words",),
    Analysis: ("whys", "reason"),
    Exclusion: ("place",),
    Hold: ("reason", "lifted_reason"),
    Unmasking: ("words",),
    Tick: ("reason",),
    Consent: ("text", "capacity"),
    Proposal: (),  # its content is taken apart
}
"""What somebody typed, by where it lies."""
NEVER_MISSING: dict[tuple[type[SQLModel], str], object] = {
    (Answer, "reasons"): "",
    (Analysis, "whys"): [],
    (Hold, "reason"): "",
    (Consent, "text"): "",
}


def outlook(work: Work, complaint: Complaint) -> tuple[str, datetime | None]:
    """Why its data cannot be erased now, and from when on they are by themselves, as far as that is known."""
    if complaint.held_at is not None:
        return HELD, None
    if Stage(complaint.stage) is not Stage.CLOSED or complaint.closed_at is None:
        return OPEN, None
    return KEPT, _years(complaint.closed_at, work.organisation.retention_years)


def expire(work: Work) -> int:
    """Some of the cases whose time is over; returns how many. Call again until none."""
    before = _years(work.now, -work.organisation.retention_years)
    over = col(Complaint.closed_at) < before, col(Complaint.erased_at).is_(None), col(Complaint.held_at).is_(None)
    found = list(work.db.exec(select(Complaint).where(*over, Complaint.stage == Stage.CLOSED).limit(BATCH)))
    for complaint in found:
        erase(work, complaint)
    return len(found)


def erase(work: Work, complaint: Complaint) -> None:
    """Take away all words, files and names, and whose it was; the log holds references only and stays true."""
    nobody = _nobody(work, complaint.customer_id)
    for row in _rows(work, complaint):
        for name in WORDS[type(row)]:
            setattr(row, name, NEVER_MISSING.get((type(row), name)))
        if isinstance(row, Answer) and row.remedies is not None:
            row.remedies = answers.without_words(row.remedies)
        if isinstance(row, Proposal):
            row.content = answers.plan_without_words(row.content)
        for whose in ("author_id", "person_id"):
            if getattr(row, whose, None) == complaint.customer_id:
                setattr(row, whose, nobody.id)
    _remove_files(work, complaint)
    theirs = delete(Delivered).where(col(Delivered.complaint_id) == complaint.id, col(Delivered.party) == "customer")
    work.db.execute(theirs)
    work.db.execute(delete(Claim).where(col(Claim.complaint_id) == complaint.id))
    work.db.execute(delete(Reading).where(col(Reading.complaint_id) == complaint.id))  # of what is gone with them
    for name in OF_CASE:
        setattr(complaint, name, None)
    complaint.account_contacts = {}
    complaint.customer_id, complaint.erased_at = nobody.id, work.now
    work.record("case.erased", complaint)


def _rows(work: Work, complaint: Complaint) -> list[SQLModel]:
    """Every row of the case that may hold words of somebody."""
    model: type[SQLModel]
    found: list[SQLModel] = []
    for model in (Entry, Answer, Proposal, Review, Analysis, Exclusion, Hold, Unmasking, Tick):
        found += _where(work, model, "complaint_id", [complaint.id])
    tried = referrals_of(work.db, complaint.id)
    outcomes = [each for dispute in of_case(work.db, complaint.id) for each in outcomes_of(work.db, dispute.id)]
    found += _where(work, Seat, "review_id", [each.id for each in reviews.of_case(work.db, complaint.id)])
    found += [*tried, *outcomes, *_where(work, Obligation, "outcome_id", [each.id for each in outcomes])]
    for model in (Consent, Talk):
        found += _where(work, model, "referral_id", [each.id for each in tried])
    return found


def _where(work: Work, model: type[SQLModel], name: str, ids: list[int]) -> list[SQLModel]:
    return list(work.db.exec(select(model).where(getattr(model, name).in_(ids)))) if ids else []


def _remove_files(work: Work, complaint: Complaint) -> None:
    """Documents keep their number and digest, so that a copy can still be told from a forgery."""
    for document in work.db.exec(select(Document).where(Document.complaint_id == complaint.id)):
        document.attachment_id = None
    work.db.flush()
    for attachment in work.db.exec(select(Attachment).where(Attachment.complaint_id == complaint.id)):
        work.db.add(Erasure(path=attachment.path))
        work.db.delete(attachment)


def _nobody(work: Work, customer_id: int) -> Person:
    """Who stands in the place of a customer whose cases were erased: the same for all of theirs, and nobody."""
    mark = crypto.lookup("erased", customer_id)
    found = work.db.exec(select(Person).where(Person.telegram_hash == mark)).first()
    if found is None:
        found = Person(telegram_hash=mark, telegram_id=0, first_seen=work.now, unreachable_since=work.now)
        work.db.add(found)
        work.db.flush()
    return found


def _years(moment: datetime, years: int) -> datetime:
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:  # a 29th of February
        return moment.replace(year=moment.year + years, day=28)
