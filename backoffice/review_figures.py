"""What reviews show: how often others decide otherwise, how long it takes, who was there (K17-K19, K46)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlmodel import col, select

from backoffice import rights
from backoffice.work import Work
from storage.clocks import ENDED_WELL, Deadline
from storage.reviews import Review, Seat

CHANGED = ("upheld", "partly")  # outcomes by which the first answer did not stand


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the reviews that were asked for in a period. `took` is the median from request to decision.

    Nobody has an attendance without a seat: `expected` counts the votes that were due, `cast` those that were given.
    """

    requested: int
    late: int
    withdrawn: int
    decided: int
    changed: int
    in_time: int
    outside: int
    took: timedelta | None
    recused: int
    challenged: int
    challenges_upheld: int
    without_quorum: int
    expected: int
    cast: int


def figures(work: Work, since: datetime, until: datetime) -> Figures:
    """Of what was asked for from `since` on and before `until`."""
    rights.require(work, "see_figures")
    asked = select(Review).where(col(Review.requested_at) >= since, col(Review.requested_at) < until)
    found = list(work.db.exec(asked))
    of_them = col(Review.requested_at).is_not(None) & (col(Review.requested_at) >= since)
    seats = list(
        work.db.exec(
            select(Seat).join(Review, col(Review.id) == Seat.review_id).where(of_them, col(Review.requested_at) < until)
        )
    )
    decided = [each for each in found if each.decided_at is not None]
    return Figures(
        requested=len(found),
        late=sum(each.late for each in found),
        withdrawn=sum(each.ended == "withdrawn" for each in found),
        decided=len(decided),
        changed=sum(each.outcome in CHANGED for each in decided),
        in_time=_in_time(work, decided),
        outside=sum(each.decided_at is None and each.ended in ("unseated", "lapsed") for each in found),
        took=_took(decided),
        recused=sum(each.left == "conflict" for each in seats),
        challenged=sum(each.challenged_at is not None for each in seats),
        challenges_upheld=sum(each.challenge_upheld is True for each in seats),
        without_quorum=sum(each.without_quorum for each in found),
        expected=sum(each.absences + (each.voted_at is not None) for each in seats),
        cast=sum(each.voted_at is not None for each in seats),
    )


def _took(decided: list[Review]) -> timedelta | None:
    spans = [each.decided_at - each.requested_at for each in decided if each.decided_at and each.requested_at]
    return timedelta(seconds=median(span.total_seconds() for span in spans)) if spans else None


def _in_time(work: Work, decided: list[Review]) -> int:
    """Those whose limit was met; the row of a limit is of the case, which is reviewed once."""
    cases = [each.complaint_id for each in decided]
    met = select(Deadline.complaint_id).where(
        col(Deadline.complaint_id).in_(cases),
        Deadline.target == "review_decision",
        Deadline.ended == ENDED_WELL,
        col(Deadline.breached_at).is_(None),
    )
    return len(set(work.db.exec(met)))
