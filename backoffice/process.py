"""A complaint about how a complaint or a dispute was handled is one like any other, but never for those who did so: it
goes to the complaints manager, or to top management where that is the person (guard 8)."""

from sqlmodel import col, select

from backoffice import rights
from backoffice.work import Work
from storage import complaints, reviews
from storage.complaints import Complaint
from storage.people import Staff, all_staff

MANAGERS = (rights.Role.COMPLAINTS_MANAGER, rights.Role.TOP_MANAGEMENT)
MOST = 6  # of one's own cases that can be named


def is_about_process(work: Work, complaint: Complaint) -> bool:
    found = work.organisation.category(complaint.category or "")
    return found is not None and found.about_process


def cases(work: Work, draft: Complaint) -> list[Complaint]:
    """The complainant's own cases that it may be about, newest first; an anonymous one is tied to none."""
    found = complaints.beside(work.db, draft.customer_id, draft.id, MOST)
    return [each for each in found if not each.anonymous] if not draft.anonymous else []


def bar_concerned(work: Work, complaint: Complaint) -> None:
    """For whoever handled or decided what it is about, it does not exist."""
    if complaint.about_id is None or not is_about_process(work, complaint):
        return
    about = work.db.get_one(Complaint, complaint.about_id)
    concerned = {about.owner_id, about.representative_id, about.subject_id}
    concerned |= {each.author_id for each in complaints.answers_of(work.db, about.id)}
    for review in reviews.of_case(work.db, about.id):
        concerned |= {each.person_id for each in reviews.seats_of(work.db, review.id) if each.left_at is None}
    staff = set(work.db.exec(select(Staff.person_id).where(col(Staff.person_id).in_(concerned - {None}))))
    complaint.barred = {**complaint.barred, **{str(each): rights.SUBJECT for each in sorted(staff)}}


def receivers(work: Work, complaint: Complaint) -> list[Staff]:
    """Who can have it: complaints managers, then top management; who is away only if there is nobody else."""
    free = [each for each in all_staff(work.db) if rights.is_free(complaint, each.person_id)]
    for role in MANAGERS:
        held = [each for each in free if role in each.roles]
        present = [each for each in held if each.away_since is None]
        if held:
            return sorted(present or held, key=lambda each: each.person_id)
    return []
