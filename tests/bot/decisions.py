"""Cases whose review was decided, made row by row, for tests of the documents that tell of it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from backoffice import codes
from backoffice.work import Work
from storage import crypto
from storage.complaints import Answer, Complaint, Entry
from storage.people import Person
from storage.reviews import Review, Seat

COMMITTEE = (("support", "partly"), ("technical", "partly"), ("operations", "upheld"))
REASONS = {
    "fa": "گزارش شرکت حمل‌ونقل نشان می‌دهد که بسته یک هفته در انبار مانده است.\nعذر «نبود گیرنده» پذیرفتنی نیست.",
    "ar": "يُبيّن تقرير شركة الشحن أن الطرد بقي أسبوعًا في المستودع.\nولا يُقبل التعلل بغياب المستلم.",
    "en": "The carrier's report shows that the parcel lay in the depot for a week.\nNobody at home is no excuse.",
}
GROUNDS = {
    "fa": "بسته را تحویل نداده‌اند و پاسخ شما فقط تکرار حرف پیک است.",
    "ar": "لم يُسلَّم الطرد، وردكم تكرار لكلام المندوب.",
    "en": "It was never delivered, and your answer only repeats what the courier said.",
}


@dataclass
class Decided:
    """What a test may set; `votes` are seats and how each voted."""

    language: str = "en"
    mode: str = "committee"
    outcome: str = "partly"
    votes: tuple[tuple[str, str | None], ...] = COMMITTEE
    grounds: tuple[str, ...] | None = None
    reasons: str | None = None
    remedy: str = "refund_partial"
    remedy_words: str | None = None
    next_step: str | None = None
    answered: bool = True
    severity: str = "medium"
    chair: str = "technical"
    more: dict[str, Any] = field(default_factory=dict)

    def make(self, work: Work, customer: Person, member: Person) -> Review:
        """The case, its first answer, the review, its seats and its decision; `member` sits on every seat."""
        now = work.now
        complaint = Complaint(
            code=codes.new_code(), stage="answered", customer_id=customer.id, language=self.language,
            opened_at=now - timedelta(days=20), touched_at=now, received_at=now - timedelta(days=20),
            category="delivery.late", department="delivery", severity=self.severity, **self.more,
        )  # fmt: skip
        work.db.add(complaint)
        work.db.flush()
        if self.answered:
            self._answer(work, complaint, member, 1, "not_upheld", "In time.", "none", now - timedelta(days=12))
        review = Review(
            complaint_id=complaint.id, number=codes.new_code(codes.REVIEW), stage="decided", trigger="refused",
            came_from="answered", begun_at=now - timedelta(days=9), requested_at=now - timedelta(days=9),
            mode=self.mode, outcome=self.outcome, decided_at=now,
        )  # fmt: skip
        work.db.add(review)
        work.db.flush()
        for text in self.grounds if self.grounds is not None else (GROUNDS[self.language],):
            work.db.add(
                Entry(complaint_id=complaint.id, author_id=customer.id, kind="grounds", text=text,
                      at=now - timedelta(days=9), review_id=review.id)
            )  # fmt: skip
        for name, vote in self.votes:
            work.db.add(
                Seat(review_id=review.id, name=name, person_id=member.id, seated_at=now - timedelta(days=5),
                     vote=vote, chairs=name == self.chair)
            )  # fmt: skip
        reasons = self.reasons or REASONS[self.language]
        self._answer(work, complaint, member, 2, self.outcome, reasons, self.remedy, now, review)
        work.db.flush()
        return review

    def _answer(
        self, work: Work, complaint: Complaint, member: Person, number: int, decision: str, reasons: str,
        remedy: str, at: Any, review: Review | None = None,
    ) -> None:  # fmt: skip
        work.db.add(
            Answer(
                complaint_id=complaint.id, round=number, decision=decision, reasons=reasons, remedy=remedy,
                remedy_words=self.remedy_words if review else None, next_step=self.next_step if review else None,
                author_id=member.id, at=at, review_id=review.id if review else None,
            )
        )  # fmt: skip


def person(work: Work, telegram_id: int, language: str | None = None) -> Person:
    """Somebody whom the desk has met."""
    somebody = Person(
        telegram_hash=crypto.lookup("person", telegram_id), telegram_id=telegram_id, name=f"Name {telegram_id}",
        language=language, first_seen=work.now,
    )  # fmt: skip
    work.db.add(somebody)
    work.db.flush()
    return somebody
