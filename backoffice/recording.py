"""Complaints that come another way than through the bot: by phone, letter, e-mail, in person, from an authority (T2).

A colleague writes them down with the fields of the customer's form; then they are cases like any other. Whoever
complains is a person without a messenger until they claim the case: what they must know is passed on by hand.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backoffice import claims, clocks, errors, intake, rights
from backoffice.entries import add_entry
from backoffice.intake import Submitted
from backoffice.pages import page_of
from backoffice.rights import Role
from backoffice.stages import Stage
from backoffice.words import required
from backoffice.work import Actor, Work
from storage import complaints, people
from storage.complaints import Complaint, Entry
from storage.people import Person

AUTHORITY = "regulator"  # the channel of what a public body passes on
USUAL = ("phone", "email", "in_person", "letter", "social", AUTHORITY)
NOT_BY_HAND = ("telegram", "web", "api")  # what comes this way needs nobody to write it down
FARTHEST = timedelta(days=2 * 366)  # ahead, for an authority's date
PAGE = 6
EARLIER = 4  # cases of the same person that are suggested


def channels(work: Work) -> list[str]:
    """Codes of the organisation's file by which a complaint can have come, the usual ones first."""
    return [*USUAL, *(code for code in work.organisation.channels if code not in (*USUAL, *NOT_BY_HAND))]


def draft(work: Work) -> Complaint | None:
    """What the actor has begun to write down."""
    rights.require(work, "record")
    return complaints.recording_of(work.db, work.actor.id or 0)


def find(work: Work, draft_id: int) -> Complaint:
    """The actor's recording of this number. Raises as `intake.find_draft` does; a customer's draft is none."""
    rights.require(work, "record")
    complaint = intake.find_draft(work, draft_id)
    if complaint.recorded_by != work.actor.id:
        raise errors.NotFound(what="draft")
    return complaint


def begin(work: Work, channel: str, language: str) -> Complaint:
    """A new recording, and the person for whom it is made."""
    rights.require(work, "record")
    if draft(work) is not None:
        raise errors.Stale()
    _known_channel(work, channel)
    person = Person(first_seen=work.now, language=language)
    work.db.add(person)
    work.db.flush()
    complaint = Complaint(
        stage=Stage.DRAFT,
        customer_id=person.id,
        recorded_by=work.actor.id,
        language=language,
        channel=channel,
        opened_at=work.now,
        touched_at=work.now,
    )
    work.db.add(complaint)
    work.db.flush()
    return complaint


def set_channel(work: Work, complaint: Complaint, channel: str) -> None:
    _open(work, complaint)
    _known_channel(work, channel)
    complaint.channel = channel
    if channel != AUTHORITY:
        complaint.authority = complaint.authority_due = None


def set_arrival(work: Work, complaint: Complaint, day: date, at: time | None = None) -> None:
    """When it really came: every time limit runs from then. Without a time, from the beginning of that day's work, or,
    of today, from now."""
    _open(work, complaint)
    calendar = work.organisation.calendar
    today = work.now.astimezone(calendar.zone).date()
    days = work.organisation.limit("arrival", None).amount
    if day < today - timedelta(days=days):
        raise errors.Invalid(what="old_arrival", days=days)
    if day > today or (at is not None and _at(day, at, calendar.zone) > work.now):
        raise errors.Invalid(what="future_arrival")
    if at is not None:
        complaint.arrived_at = _at(day, at, calendar.zone)
    elif day == today:
        complaint.arrived_at = work.now
    else:
        complaint.arrived_at = min(calendar.next_open(_at(day, time(), calendar.zone)), work.now)


def set_language(work: Work, complaint: Complaint, language: str) -> None:
    _open(work, complaint)
    if language not in work.organisation.languages:
        raise errors.Invalid(what="unknown_choice")
    complaint.language = language
    work.db.get_one(Person, complaint.customer_id).language = language


def set_authority(work: Work, complaint: Complaint, reference: str) -> None:
    """Under which reference the public body knows it."""
    _open(work, complaint)
    _from_authority(complaint)
    complaint.authority = required(reference, intake.SHORT)


def set_authority_due(work: Work, complaint: Complaint, day: date | None) -> None:
    """By which day it wants to know; that goes before a later date of ours."""
    _open(work, complaint)
    _from_authority(complaint)
    if day is None:
        complaint.authority_due = None
        return
    calendar = work.organisation.calendar
    today = work.now.astimezone(calendar.zone).date()
    if day < today:
        raise errors.Invalid(what="past_day")
    if day > today + FARTHEST:
        raise errors.Invalid(what="far_day")
    complaint.authority_due = calendar.add_calendar_days(_at(day, time(12), calendar.zone), 0)


def tell_story(work: Work, complaint: Complaint, text: str | None, **source: int | None) -> Entry:
    """The complainant's words, or what they handed in."""
    _open(work, complaint)
    return add_entry(work, complaint, "story", text, **source)


def nameable(work: Work, complaint: Complaint, page: int = 0) -> tuple[list[Person], bool]:
    """A page of the colleagues who can be named as the person complained of, and whether there are more."""
    _open(work, complaint)
    ids = sorted(each.person_id for each in people.all_staff(work.db) if Role.RESOLVER not in each.roles)
    found, more = page_of(ids, page, PAGE)
    return [work.db.get_one(Person, each) for each in found], more


def name_subject(work: Work, complaint: Complaint, person_id: int | None) -> None:
    """Whom of the staff it is about. Nobody writes down a complaint about themselves (T2)."""
    _open(work, complaint)
    staff = people.staff_of(work.db, person_id) if person_id is not None else None
    if person_id is not None and (staff is None or Role.RESOLVER in staff.roles):
        raise errors.Invalid(what="unknown_choice")
    if person_id == work.actor.id:
        raise errors.NotAllowed(action="record", why="about_you")
    complaint.subject_id = person_id


def earlier(work: Work, complaint: Complaint) -> list[Complaint]:
    """Cases with the same phone number or address, newest first, of which the actor may know."""
    _open(work, complaint)
    if complaint.contact_hash is None:
        return []
    found = complaints.of_contact(work.db, complaint.contact_hash)
    return [each for each in found if rights.may(work.actor, "read", each)][:EARLIER]


def link(work: Work, complaint: Complaint, other_id: int | None) -> None:
    """It is the same person who complained then; it becomes one customer's when they claim it. None: it is not."""
    if other_id is not None and other_id not in {each.id for each in earlier(work, complaint)}:
        raise errors.Invalid(what="unknown_choice")
    complaint.linked_id = other_id


def submit(work: Work, complaint: Complaint, start: str) -> Submitted:
    """Number it and put it into the queue, as if it had come through the bot; who complains is told by hand.

    `start`: what links into the bot begin with. The acknowledgement is owed until a colleague has given it (7.4).
    """
    _open(work, complaint)
    if complaint.channel == AUTHORITY and complaint.authority is None:
        raise errors.Incomplete(missing="authority")
    if not complaint.anonymous and complaint.name is None and complaint.contact is None and complaint.company is None:
        raise errors.Incomplete(missing="who")
    if complaint.subject_id is not None:  # before anybody owns it, so that it is never theirs (T89)
        complaint.barred = {str(complaint.subject_id): rights.SUBJECT}
        work.record("complaint.subject_named", complaint, subject=complaint.subject_id)
    complaint.arrived_at = complaint.arrived_at or work.now
    submitted = intake.receive(work, complaint, channel=complaint.channel)
    clocks.start(work, complaint, "acknowledgement_by_staff", since=complaint.received_at)
    if complaint.authority_due is not None:
        clocks.hold_at(work, complaint, "authority", complaint.authority_due)
        clocks.show(work, complaint)
    given = claims.issue(work, complaint, start, submitted.secret)
    person = work.db.get_one(Person, complaint.customer_id)
    work.tell(person, "acknowledged_by_hand", complaint, party="customer", link=given.link, secret=given.secret)
    return Submitted(complaint, given.secret)


def on_behalf(work: Work, complaint: Complaint) -> Actor:
    """The complainant as the one who acts, where a colleague writes down what they said to what they were told.

    Raises errors.Stale once they speak for themselves.
    """
    rights.require(work, "pass_on", complaint)
    person = work.db.get_one(Person, complaint.customer_id)
    if person.telegram_id is not None:
        raise errors.Stale(complaint=complaint.id)
    work.record("complaint.said_by_hand", complaint)
    return Actor(person)


def _open(work: Work, complaint: Complaint) -> None:
    rights.require(work, "fill", complaint)
    if Stage(complaint.stage) is not Stage.DRAFT:
        raise errors.Stale(complaint=complaint.id)
    complaint.touched_at = work.now


def _known_channel(work: Work, channel: str) -> None:
    if channel not in channels(work):
        raise errors.Invalid(what="unknown_choice")


def _from_authority(complaint: Complaint) -> None:
    if complaint.channel != AUTHORITY:
        raise errors.Invalid(what="unknown_choice")


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
