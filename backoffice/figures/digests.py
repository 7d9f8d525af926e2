"""Digests for those who answer for the desk: subscribed to once, made when their period is over, each exactly once.

When the next one is due stands in its subscription, so that no outage skips one; that it was made stands in its row,
written together with its messages, so that none is sent twice (ISO 10002, 8.4 to 8.6).
"""

from datetime import datetime, time, timedelta
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, or_
from sqlmodel import col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from backoffice import errors, rights
from backoffice.figures.reading import Part
from backoffice.periods import Kind, Period
from backoffice.words import required
from backoffice.work import Actor, Work
from storage.complaints import Attachment, new_path
from storage.consents import Erasure
from storage.digests import DUE, MADE, PASSED, TO_MAKE, Digest, Subscription, Table
from storage.people import Person, Staff, staff_of
from storage.traffic import ANSWER, DIGEST

RHYTHMS: tuple[Kind, ...] = ("day", "week", "month")
HOURS = ("07:00", "08:00", "09:00", "12:00", "17:00", "20:00")
MAX_ACTION = 1000  # letters
PAUSES = (10, 60, 300)  # seconds between attempts; after the last one it goes out without what fails
KEPT = timedelta(days=30)  # of pictures and files: they can be made again
BATCH = 20
Owned = TypeVar("Owned", Subscription, Digest)

_TURN = or_(col(Digest.next_at).is_(None), col(Digest.next_at) <= bindparam("now", type_=UTCDateTime()))
_TO_MAKE = (  # built once: it is asked after every commit
    select(Digest).where(TO_MAKE, _TURN).order_by(col(Digest.subscription_id).is_not(None), col(Digest.id)).limit(1)
)

# ------------------------------------------------------------------ whose figures


def part(work: Work, department: str | None = None) -> Part:
    """Of which complaints the actor may see figures: managers of all or of a department, supervisors of their own.

    Raises errors.NotAllowed.
    """
    rights.require(work, "see_unit_figures")
    if department is not None and department not in {each.code for each in work.organisation.departments}:
        raise errors.Invalid(what="unknown_choice")
    if rights.may(work.actor, "see_figures"):
        return Part(department=department)
    own = work.actor.staff.department if work.actor.staff else None
    if own is not None and department not in (None, own):
        raise errors.NotAllowed(action="see_figures")
    return Part(department=department or own)


def may_see(actor: Actor) -> bool:
    return rights.may(actor, "see_unit_figures")


# ------------------------------------------------------------------ subscriptions


def of_actor(work: Work) -> list[Subscription]:
    """The subscriptions of the actor, the most frequent first."""
    part(work)
    found = work.db.exec(select(Subscription).where(Subscription.person_id == work.actor.id)).all()
    return sorted(found, key=lambda each: (RHYTHMS.index(each.rhythm), each.department))


def subscribe(work: Work, rhythm: Kind, department: str | None = None) -> Subscription:
    """From now on a digest after each of these periods; the first is of the one that runs now."""
    allowed = part(work, department).department or ""
    if rhythm not in RHYTHMS:
        raise errors.Invalid(what="unknown_choice")
    mine = of_actor(work)
    same = next((each for each in mine if (each.rhythm, each.department) == (rhythm, allowed)), None)
    if same is not None:
        return same
    like = mine[0] if mine else None
    new = Subscription(
        person_id=work.actor.id or 0,
        rhythm=rhythm,
        department=allowed,
        at=like.at if like else HOURS[1],
        zone=like.zone if like else work.organisation.time_zone,
        covers=work.organisation.counting.at(rhythm, work.now).first,
        next_at=work.now,
        since=work.now,
    )
    _plan(work, new)
    work.db.add(new)
    work.db.flush()
    work.record("digest.subscribed", subscription=new.id, rhythm=rhythm, department=allowed)
    return new


def unsubscribe(work: Work, subscription_id: int) -> None:
    found = subscription(work, subscription_id)
    work.record("digest.unsubscribed", subscription=found.id, rhythm=found.rhythm, department=found.department)
    work.db.delete(found)


def set_hour(work: Work, subscription_id: int, at: str) -> Subscription:
    """At another time of day; the next one too."""
    if at not in HOURS:
        raise errors.Invalid(what="unknown_choice")
    found = subscription(work, subscription_id)
    found.at = at
    _plan(work, found)
    return found


def set_zone(work: Work, zone: str) -> None:
    """The actor's own time zone, for all their digests. Raises errors.Invalid for one that is not known."""
    try:
        known = ZoneInfo(zone)
    except (LookupError, ValueError, OSError):
        raise errors.Invalid(what="unknown_zone") from None
    for each in of_actor(work):
        each.zone = known.key
        _plan(work, each)


def toggle(work: Work, subscription_id: int, what: str) -> Subscription:
    """With or without the report on paper, or the sheet."""
    found = subscription(work, subscription_id)
    match what:
        case "paper":
            found.paper = not found.paper
        case "sheet":
            found.sheet = not found.sheet
        case _:
            raise errors.Invalid(what="unknown_choice")
    return found


def subscription(work: Work, subscription_id: int) -> Subscription:
    """One of the actor's own. Raises errors.Stale."""
    return _own(work, Subscription, subscription_id)


def _own(work: Work, kind: type[Owned], number: int) -> Owned:
    part(work)
    found = work.db.get(kind, number)
    if found is None or found.person_id != work.actor.id:
        raise errors.Stale()
    return found


def _plan(work: Work, subscription: Subscription) -> None:
    """When the period that comes next is over, and it is that time of day where its reader is."""
    counting = work.organisation.counting
    period = counting.containing(_kind(subscription.rhythm), subscription.covers)
    _since, over = counting.bounds(period)
    subscription.next_at = _at(over, time.fromisoformat(subscription.at), ZoneInfo(subscription.zone))


def _at(after: datetime, at: time, zone: ZoneInfo) -> datetime:
    """The first moment that is not before `after` and has this time of day on the wall there."""
    there = after.astimezone(zone)
    same_day = datetime.combine(there.date(), at, zone)
    due = same_day if same_day >= there else datetime.combine(there.date() + timedelta(days=1), at, zone)
    return due.astimezone(after.tzinfo)


# ------------------------------------------------------------------ what the tick does


def fall_due(work: Work, *, batch: int = BATCH) -> int:
    """Owe the digests whose time has come; returns how many subscriptions were looked at. Call again until none.

    After an outage each missed period gets its digest, and only the newest one has pictures.
    """
    query = select(Subscription).where(col(Subscription.next_at) <= work.now).order_by(col(Subscription.next_at))
    found = list(work.db.exec(query.limit(batch).with_for_update(skip_locked=True)))
    for each in found:
        _owe(work, each)
    return len(found)


def _owe(work: Work, subscription: Subscription) -> None:
    person = work.db.get_one(Person, subscription.person_id)
    staff = staff_of(work.db, subscription.person_id)
    if not _receives(person, staff, subscription.department):
        work.record("digest.unsubscribed", subscription=subscription.id, why="no_right")
        work.db.delete(subscription)
        return
    counting = work.organisation.counting
    period = counting.containing(_kind(subscription.rhythm), subscription.covers)
    subscription.covers = period.last + timedelta(days=1)
    _plan(work, subscription)
    reachable = person.unreachable_since is None
    work.db.add(
        Digest(
            person_id=person.id,
            subscription_id=subscription.id,
            rhythm=subscription.rhythm,
            first=period.first,
            last=period.last,
            department=subscription.department,
            brief=subscription.next_at <= work.now,
            paper=subscription.paper,
            sheet=subscription.sheet,
            state=DUE if reachable else PASSED,
            created_at=work.now,
        )
    )


def _receives(person: Person, staff: Staff | None, department: str) -> bool:
    actor = Actor(person, staff)
    if rights.may(actor, "see_figures"):
        return True
    return rights.may(actor, "see_unit_figures") and staff is not None and staff.department in (None, department)


def next_due(work: Work, after: datetime) -> datetime | None:
    """The next moment at which a digest falls due."""
    query = select(Subscription.next_at).where(col(Subscription.next_at) > after)
    return work.db.exec(query.order_by(col(Subscription.next_at)).limit(1)).first()


def forget_files(work: Work) -> int:
    """Pictures and files of old digests go; they can be made again."""
    old = work.now - KEPT
    of_digests = select(Attachment).join(Digest, col(Digest.id) == col(Attachment.digest_id))
    of_tables = select(Attachment).join(Table, col(Table.id) == col(Attachment.table_id))
    found = [
        *work.db.exec(of_digests.where(col(Digest.made_at) < old).limit(BATCH)),
        *work.db.exec(of_tables.where(col(Table.made_at) < old).limit(BATCH)),
    ]
    for each in found:
        work.db.add(Erasure(path=each.path))
        work.db.delete(each)
    return len(found)


# ------------------------------------------------------------------ making one


def ask(
    work: Work, period: Period, department: str | None = None, *, paper: bool = False, sheet: bool = False
) -> Digest:
    """One of this period, now."""
    allowed = part(work, department).department or ""
    new = Digest(
        person_id=work.actor.id or 0,
        rhythm=period.kind,
        first=period.first,
        last=period.last,
        department=allowed,
        paper=paper,
        sheet=sheet,
        created_at=work.now,
    )
    work.db.add(new)
    work.db.flush()
    return new


def to_make(work: Work) -> Digest | None:
    """The one whose turn it is: what somebody waits for comes first."""
    return work.db.exec(_TO_MAKE, params={"now": work.now}).first()


def next_attempt(work: Work, after: datetime) -> datetime | None:
    """The next moment at which one that could not be made is tried again."""
    query = select(Digest.next_at).where(Digest.state == DUE, col(Digest.next_at) > after)
    return work.db.exec(query.order_by(col(Digest.next_at)).limit(1)).first()


def made(work: Work, digest_id: int, attachments: list[Attachment], failed: int) -> bool:
    """Its parts are stored: they go to its reader, after the words. False if that was done already."""
    digest = _due(work, digest_id)
    if digest is None:
        return False
    person = work.db.get_one(Person, digest.person_id)
    digest.state, digest.made_at, digest.failed = MADE, work.now, failed
    urgency = DIGEST if digest.subscription_id else ANSWER
    work.db.add_all(attachments)
    work.db.flush()
    work.tell(person, "digest", urgency=urgency, digest_id=digest.id)
    pictures = [each.id for each in attachments if each.kind == "photo"]
    if pictures:
        work.tell(person, "digest_charts", urgency=urgency, digest_id=digest.id, attachments=pictures)
    for each in attachments:
        if each.kind == "document":
            work.tell(person, "digest_file", urgency=urgency, digest_id=digest.id, attachment_id=each.id)
    return True


def make_later(work: Work, digest_id: int) -> bool:
    """It could not be made now. False when it has been tried often enough, and goes out without what fails."""
    digest = _due(work, digest_id)
    if digest is None or digest.attempts >= len(PAUSES):
        return False
    digest.next_at = work.now + timedelta(seconds=PAUSES[digest.attempts])
    digest.attempts += 1
    return True


def file_of(digest: Digest, kind: str, name: str, mime: str) -> Attachment:
    """A row for a part of it, whose bytes are still to be stored under its path."""
    return Attachment(
        complaint_id=None, digest_id=digest.id, kind=kind, file_id="", file_name=name, mime=mime, path=new_path()
    )


def _due(work: Work, digest_id: int) -> Digest | None:
    """Held until the commit, so that two who made it at once do not both send it."""
    return work.db.exec(select(Digest).where(Digest.id == digest_id, Digest.state == DUE).with_for_update()).first()


# ------------------------------------------------------------------ what its reader says


def find(work: Work, digest_id: int) -> Digest:
    """The actor's own one. Raises errors.Stale."""
    return _own(work, Digest, digest_id)


def read(work: Work, digest_id: int) -> Digest:
    """They have read it; only the first time counts."""
    digest = find(work, digest_id)
    if digest.read_at is None:
        digest.read_at = work.now
        work.record("digest.read", digest=digest.id)
    return digest


def act(work: Work, digest_id: int, words: str) -> Digest:
    """What was done about it, in words; said again, they take the place of the first."""
    digest = read(work, digest_id)
    digest.action, digest.acted_at = required(words, MAX_ACTION), work.now
    work.record("digest.acted", digest=digest.id)
    return digest


def period_of(digest: Digest) -> Period:
    return Period(_kind(digest.rhythm), digest.first, digest.last)


def _kind(rhythm: str) -> Kind:
    return cast(Kind, rhythm)
