"""The talks of a dispute: what is said in its rooms, what only two can read, and how long the talks may take.

All of it is without prejudice (ISO 10003, 4.7): it lies apart from what is said on the case, no file that goes anywhere
contains it, and once the talks are over the rooms are sealed for everybody. What a side says to the mediator alone is
read by those two and by nobody else, whatever their role.
"""

from contextlib import suppress
from datetime import datetime
from typing import Unpack

from sqlmodel import col, select

from backoffice import clocks, errors, rights, timeline
from backoffice.disputes import course, failing, topics
from backoffice.disputes.phases import FACILITATIVE, Phase, Step, is_in
from backoffice.disputes.speaking import (
    ours,
    representative,
    speaks,
    tell_customer,
    tell_resolver,
    tell_sides,
    tell_us,
)
from backoffice.entries import About, as_album, note_file, worded
from backoffice.phases import touch
from backoffice.rights import CUSTOMER, ORGANISATION, RESOLVER
from backoffice.words import required
from backoffice.work import Work
from storage.clocks import Deadline, running
from storage.complaints import Attachment, Complaint
from storage.disputes import Referral, Talk, referrals_of, talks_of
from storage.people import Person, colleague

JOINT = "joint"
PRIVATE = (CUSTOMER, ORGANISATION)  # what that side and the mediator say to each other
ROOMS = (JOINT, *PRIVATE)
SIDES = (CUSTOMER, ORGANISATION)
PARTY = {CUSTOMER: "customer", ORGANISATION: "staff", RESOLVER: "resolver"}  # as whom each of them is told
LIMIT = "mediation"
HANDED_ON = ("dispute.represented", "dispute.unrepresented")  # by the colleague who `was` it


# ------------------------------------------------------------------ who may enter


def rooms(work: Work, complaint: Complaint) -> list[str]:
    """Where the actor can read and speak now. Nobody comes in by a role: only the two sides and who leads the talks.

    Raises errors.DisputeRefused (not_open, sealed) for them when no talks are on, and for anybody else what the rights
    say: errors.NotAllowed, errors.NotFound, errors.Barred.
    """
    return _inside(work, complaint)[1]


def read(work: Work, complaint: Complaint, room: str) -> list[Talk]:
    """What was said in the room in these talks, every wording of it, oldest first. Raises as `rooms` does."""
    side, referral = _enter(work, complaint, room), course.referral(work, complaint)
    since = _since(work, complaint, side, referral) if room != JOINT else None
    return [each for each in talks_of(work.db, referral.id, room) if since is None or each.at >= since]


def readable(work: Work, complaint: Complaint, talk_id: int) -> Talk | None:
    """What a notice speaks of; None if its receiver may not read it any more."""
    talk = work.db.get(Talk, talk_id)
    with suppress(errors.OfficeError):
        if talk is not None:
            _enter(work, complaint, talk.room)
            there = talk.referral_id == course.referral(work, complaint).id
            return talk if there and talk in read(work, complaint, talk.room) else None
    return None


def told_customer(work: Work, complaint: Complaint) -> list[Talk]:
    """All that the complainant ever said and was told in talks on the case, oldest first: it stays theirs to have, also
    when the rooms are sealed (the copy of their data)."""
    rights.require(work, "follow", complaint)
    tried = referrals_of(work.db, complaint.id)
    found = [talk for each in tried for room in (JOINT, CUSTOMER) for talk in talks_of(work.db, each.id, room)]
    return sorted(found, key=lambda talk: talk.id)


# ------------------------------------------------------------------ what is said


def say(
    work: Work,
    complaint: Complaint,
    room: str,
    text: str | None,
    *,
    source: int | None = None,
    album: int | None = None,
) -> Talk:
    """Say something in a room; whoever else is in it hears it. `source` and `album` as in `entries.add_entry`."""
    side = _enter(work, complaint, room)
    talk = _kept(work, complaint, room, side, worded(text), source=source, album=album)
    work.record("talk.said", complaint, talk=talk.id)
    if talk.text:  # a file without words goes by itself
        for person, party in _others(work, complaint, talk):
            topic = topics.of_room(room, talk.referral_id)
            together = f"talk:{topic}:{person.id}"
            work.tell(person, "talk", complaint, party=party, topic=topic, gather=together, talk_id=talk.id)
    if room != CUSTOMER and representative(work, complaint) is None:
        wanted = "talks_wanted" if is_in(complaint, Phase.NEGOTIATING) else "speaker_wanted"
        tell_us(work, complaint, wanted, gather=f"talks:{complaint.id}")
    return talk


def attach(work: Work, talk: Talk, kind: str, file_id: str, **about: Unpack[About]) -> Attachment:
    """Note a file that was shown in a room; only those who are in it get it. Each side can show so many."""
    complaint = _complaint(work, talk)
    beside = select(Attachment.id).join(Talk).where(Talk.referral_id == talk.referral_id, Talk.side == talk.side)
    attachment = note_file(work, complaint, kind, file_id, about, beside=beside, talk_id=talk.id)
    for person, party in _others(work, complaint, talk):
        work.tell(
            person,
            "talk_files",
            complaint,
            party=party,
            topic=topics.of_room(talk.room, talk.referral_id),
            talk_id=talk.id,
            attachment_id=attachment.id,
            **as_album(work, attachment, talk.album, f"talk_files:{complaint.id}:{talk.album}"),
        )
    return attachment


def edited(work: Work, source: int, text: str | None) -> Talk | None:
    """Keep the new wording beside the original. None when the message was none of these talks, or says the same."""
    original = work.db.exec(select(Talk).where(Talk.source == source, col(Talk.replaces_id).is_(None))).first()
    if original is None or original.author_id != work.actor.id:
        return None
    complaint = _complaint(work, original)
    again = select(Talk).where(Talk.replaces_id == original.id).order_by(col(Talk.id).desc()).limit(1)
    latest = work.db.exec(again).first() or original
    if latest.text == worded(text) or readable(work, complaint, original.id) is None:
        return None
    new = _kept(work, complaint, original.room, original.side, worded(text), replaces=original.id)
    work.record("talk.edited", complaint, talk=original.id, wording=new.id)
    for person, party in _others(work, complaint, original):
        topic = topics.of_room(original.room, original.referral_id)
        work.tell(person, "talk_edited", complaint, party=party, topic=topic, talk_id=latest.id, wording_id=new.id)
    return new


def lost(work: Work, complaint: Complaint, attachment: Attachment, why: str) -> None:
    """A file of these talks could not be had (too_big, failed): whoever sent it hears of that, and nobody else."""
    talk = work.db.get_one(Talk, attachment.talk_id)
    sender = work.db.get_one(Person, talk.author_id)
    topic = topics.of_room(talk.room, talk.referral_id)
    work.tell(
        sender, "talk_file_lost", complaint, party=PARTY[talk.side], topic=topic, attachment_id=attachment.id, why=why
    )


# ------------------------------------------------------------------ how long, and how it ends


def adjourn(work: Work, complaint: Complaint, until: datetime, words: str, *, turn: int | None = None) -> None:
    """Whoever leads the talks puts them off, for a reason that both sides read; never past their limit (T67)."""
    _lead(work, complaint)
    referral = _mediation(work, complaint, turn)
    limit = _limit(work, complaint).due_at
    if until <= work.now:
        raise errors.Invalid(what="past_day")
    if limit is not None and until > limit:
        raise errors.NoMoreTime(complaint=complaint.id)
    talk = _kept(work, complaint, JOINT, RESOLVER, worded(required(words)))
    referral.adjourned_until = until
    clocks.hold_at(work, complaint, "adjourned", until)
    work.record("referral.adjourned", complaint, referral=referral.id, talk=talk.id, until=until.isoformat())
    topic = topics.of_room(JOINT, referral.id)
    tell_sides(work, complaint, "mediation_adjourned", topic=topic, referral_id=referral.id, talk_id=talk.id)


def ask_extension(work: Work, complaint: Complaint, *, turn: int | None = None) -> datetime | None:
    """Want more time, once, as long again as the talks may take; returns the new limit where the other side wanted it
    already (T66). Who leads the talks can propose it, and needs both sides."""
    side = rights.side(work, complaint)
    return _want(work, complaint, side, _mediation(work, complaint, turn))


def agree_extension(work: Work, complaint: Complaint, *, turn: int | None = None) -> datetime | None:
    """A side agrees to what was asked for; with both the limit is put off. Returns the new one."""
    side = rights.side(work, complaint)
    referral = _mediation(work, complaint, turn)
    if side not in SIDES:
        raise errors.NotAllowed(action="take_part")
    if not referral.extension_by:
        raise errors.Stale(complaint=complaint.id)
    return _want(work, complaint, side, referral)


def wants(referral: Referral) -> list[str]:
    """Who wants more time for the talks."""
    return (referral.extension_by or "").split()


def end(work: Work, complaint: Complaint, words: str, *, turn: int | None = None) -> None:
    """Whoever leads the talks sees no settlement, and says so to both sides (T66)."""
    _lead(work, complaint)
    _mediation(work, complaint, turn)
    failing.close_way(work, complaint, Step.FAILED, "no_settlement", by=RESOLVER, words=required(words), turn=turn)


# ------------------------------------------------------------------ inside


def _inside(work: Work, complaint: Complaint) -> tuple[str, list[str]]:
    """For whom the actor is there, and in which rooms."""
    side = _side(work, complaint)
    found = [room for room in _open(work, complaint) if side in _who(room)]
    if not found:
        waits = complaint.dispute_id is not None and course.running(work, complaint).referral_id is not None
        tried = not waits and referrals_of(work.db, complaint.id)
        raise errors.DisputeRefused(why="sealed" if tried else "not_open", complaint=complaint.id)
    return side, found


def _side(work: Work, complaint: Complaint) -> str:
    """Who could speak for the organisation, and does not, is at no end of the talks."""
    if _led(work, complaint):
        raise errors.DisputeRefused(why="sealed", complaint=complaint.id)
    side = rights.side(work, complaint)
    if side == ORGANISATION and not speaks(work, complaint):
        raise errors.NotAllowed(action="represent")
    return side


def _led(work: Work, complaint: Complaint) -> bool:
    """Whether the actor led talks that are over; who is in conflict hears that instead."""
    me = work.actor.id
    if work.actor.staff is None or complaint.resolver_id == me or str(me) in complaint.barred:
        return False
    return me in [each.resolver_id for each in referrals_of(work.db, complaint.id)]


def _who(room: str) -> tuple[str, ...]:
    return (*SIDES, RESOLVER) if room == JOINT else (room, RESOLVER)


def _open(work: Work, complaint: Complaint) -> tuple[str, ...]:
    """The rooms that there are now; where nobody leads the talks here, nobody is at the other end of a private one."""
    if is_in(complaint, Phase.NEGOTIATING):
        return (JOINT,)
    led = is_in(complaint, Phase.IN_PROGRESS) and course.referral(work, complaint).method == FACILITATIVE
    if led or is_in(complaint, Phase.RECOMMENDED):
        return (JOINT,) if complaint.resolver_id is None else ROOMS
    return ()


def _enter(work: Work, complaint: Complaint, room: str) -> str:
    """The side of the actor, who may be in this room now."""
    side, found = _inside(work, complaint)
    if room not in found and room == side:
        raise errors.DisputeRefused(why="no_resolver", complaint=complaint.id)
    if room not in found:
        raise errors.NotAllowed(action="enter")
    return side


def _since(work: Work, complaint: Complaint, side: str, referral: Referral) -> datetime | None:
    """From when on the actor reads private rooms: what was confided to a mediator who left is not for the next one, and
    what was said to a colleague alone is not for who takes over from them."""
    if side == RESOLVER:
        return referral.declared_at or work.now
    if side == ORGANISATION:
        left = (each.at for each in work.history(complaint) if each.event in HANDED_ON and each.facts["was"])
        return max(left, default=None)
    return None


def _others(work: Work, complaint: Complaint, talk: Talk) -> list[tuple[Person, str]]:
    """The other ends of the room, and as whom each of them is told."""
    here = {
        CUSTOMER: work.db.get_one(Person, complaint.customer_id),
        ORGANISATION: representative(work, complaint),
        RESOLVER: colleague(work.db, complaint.resolver_id),
    }
    ends = [(here[side], PARTY[side]) for side in _who(talk.room)]
    return [(person, party) for person, party in ends if person is not None and person.id != talk.author_id]


def _kept(
    work: Work,
    complaint: Complaint,
    room: str,
    side: str,
    text: str | None,
    *,
    source: int | None = None,
    album: int | None = None,
    replaces: int | None = None,
) -> Talk:
    """The case is marked as changed: who speaks while the room is being closed collides with that."""
    if work.actor.id is None:  # the desk itself is at no end of a talk
        raise errors.NotAllowed(action="enter")
    talk = Talk(
        referral_id=course.referral(work, complaint).id,
        room=room,
        side=side,
        author_id=work.actor.id,
        text=text,
        source=source,
        album=album,
        at=work.now,
        replaces_id=replaces,
    )
    work.db.add(talk)
    work.db.flush()
    touch(work, complaint)
    return talk


def _complaint(work: Work, talk: Talk) -> Complaint:
    return work.db.get_one(Complaint, work.db.get_one(Referral, talk.referral_id).complaint_id)


def _lead(work: Work, complaint: Complaint) -> None:
    """Whoever leads the talks here; of a mediator elsewhere whoever speaks for the organisation carries the word."""
    if complaint.resolver_id is None:
        ours(work, complaint)
    else:
        rights.require(work, "mediate", complaint)


def _mediation(work: Work, complaint: Complaint, turn: int | None) -> Referral:
    """The mediation that is on. Raises errors.Stale."""
    course.running(work, complaint, Phase.IN_PROGRESS)
    referral = course.referral(work, complaint)
    if turn not in (None, complaint.turn) or referral.method != FACILITATIVE:
        raise errors.Stale(complaint=complaint.id)
    return referral


def _limit(work: Work, complaint: Complaint) -> Deadline:
    found = next((each for each in running(work.db, complaint.id) if each.target == LIMIT), None)
    if found is None:
        raise errors.Stale(complaint=complaint.id)
    return found


def _want(work: Work, complaint: Complaint, side: str, referral: Referral) -> datetime | None:
    before = wants(referral)
    if referral.extended:
        raise errors.NoMoreTime(complaint=complaint.id)
    if side in before:
        raise errors.DisputeRefused(why="twice", complaint=complaint.id)
    if side == ORGANISATION:
        ours(work, complaint)
    referral.extension_by = " ".join((*before, side))
    touch(work, complaint)
    work.record("referral.more_time_wanted", complaint, referral=referral.id, side=side)
    missing = [each for each in SIDES if each not in wants(referral)]
    if not missing:
        return _extend(work, complaint, referral)
    for each in missing if not before else ():
        tell = tell_customer if each == CUSTOMER else tell_us
        tell(work, complaint, "more_time_wanted", referral_id=referral.id)
    return None


def _extend(work: Work, complaint: Complaint, referral: Referral) -> datetime:
    due = _limit(work, complaint).due_at or work.now
    until = timeline.on_top(work.organisation, LIMIT, None, due)
    referral.extended = True
    clocks.hold_at(work, complaint, LIMIT, until)
    work.record("referral.extended", complaint, referral=referral.id, was=due.isoformat(), due=until.isoformat())
    tell_sides(work, complaint, "more_time_agreed", referral_id=referral.id)
    tell_resolver(work, complaint, "more_time_agreed", referral_id=referral.id)
    return until
