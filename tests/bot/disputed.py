"""Cases that went outside, made row by row, for tests of the papers that tell of it."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from backoffice import codes, documents
from backoffice.work import Work
from storage.clocks import Deadline
from storage.complaints import Answer, Attachment, Complaint, Entry
from storage.consents import Consent
from storage.disputes import Dispute, Obligation, Outcome, Referral
from storage.documents import Document
from storage.people import Person, Staff

STORY = {
    "fa": "گوشی iPhone 15 را ۱۲ مهر سفارش دادم و هنوز نرسیده است.\nشمارهٔ پیگیری پست 0912-345-6789 است.",
    "ar": "طلبتُ هاتف iPhone 15 في ٤ أكتوبر ولم يصل بعد.\nرقم تتبع الشحنة 0912-345-6789.",
    "en": "I ordered an iPhone 15 on 4 October and it has not come yet.\nThe number of the parcel is 0912-345-6789.",
}
REASONS = {
    "fa": "گزارش شرکت حمل‌ونقل نشان می‌دهد که بسته یک هفته در انبار مانده است.",
    "ar": "يُبيّن تقرير شركة الشحن أن الطرد بقي أسبوعًا في المستودع.",
    "en": "The carrier's report shows that the parcel lay in the depot for a week.",
}
NAMES = {"fa": "سارا محمدی", "ar": "سارة الخطيب", "en": "Sara Morgan"}
RESOLVERS = {"fa": "دکتر مهر", "ar": "د. مهر", "en": "Dr Mehr"}
SHOWN = {
    "fa": "رضایت به میانجیگری\n\nمیانجیگر تصمیمی نمی‌گیرد. <b>میانجیگری محرمانه است</b> &amp;",
    "ar": "الموافقة على الوساطة\n\nلا يصدر الوسيط أي قرار. <b>الوساطة سرية</b> &amp;",
    "en": "Consent to mediation\n\nThe mediator decides nothing. <b>It is confidential</b> &amp;",
}
NOTE, CONTACT, STAFF_NAME, PRIVATE = "He always complains.", "+98 912 000 1122", "Omar Haddad", "We could pay half."
HISTORY = (
    ("complaint.submitted", 40), ("complaint.started", 39), ("complaint.asked", 36), ("complaint.informed", 35),
    ("note.written", 34), ("complaint.answered", 30), ("complaint.refused", 28), ("complaint.routes_offered", 12),
    ("dispute.chosen", 11), ("dispute.consented", 9),
)  # fmt: skip
MEDIATOR, PUBLIC = "mediator", "consumer_protection"  # a provider with consent, and a body without


@dataclass
class Disputed:
    """What a test may set. `terms`: by, what, words, amount, days until due."""

    language: str = "en"
    method: str = "facilitative"
    provider: str | None = MEDIATOR
    kind: str = "settlement"
    by: str = "resolver"
    binding: str | None = None
    words: str | None = None
    story: tuple[str, ...] = ()
    files: tuple[str, ...] = ("photo.jpg",)
    capacity: str | None = None
    amount: str | None = "15000000"
    remedy: str = "refund_partial"
    terms: tuple[tuple[str, str, str | None, str | None, int], ...] = (
        ("organisation", "refund_partial", None, "15000000", 10),
        ("customer", "other", "Hand the old set over.", None, 14),
    )
    more: dict[str, Any] = field(default_factory=dict)

    def make(self, work: Work, customer: Person, ours: Person) -> "Made":
        """The case with what was said, decided and brought, its dispute, way, consents and outcome."""
        now, made = work.now, Made(work)
        made.complaint = complaint = self._complaint(now, customer, ours)
        roles = ["handler", "dispute_manager"]
        made.keep(Staff(person_id=ours.id, roles=roles, languages=[], capacity=1, joined_at=now), complaint)
        self._told(made, customer, ours)
        made.dispute = Dispute(
            complaint_id=complaint.id, number=codes.new_code(codes.DISPUTE), phase="implementing", trigger="declared",
            amount=self.amount, opened_at=now - timedelta(days=12),
        )  # fmt: skip
        made.keep(made.dispute)
        made.referral = referral = Referral(
            dispute_id=made.dispute.id, complaint_id=complaint.id, provider=self.provider, method=self.method,
            chosen_at=now - timedelta(days=11), resolver_name=RESOLVERS[self.language],
        )  # fmt: skip
        made.keep(referral)
        self._consents(made, customer, ours)
        self._outcome(made)
        for event, days in HISTORY:
            work.now = now - timedelta(days=days)
            work.record(event, complaint)
        work.now = now
        return made

    def _complaint(self, now: datetime, customer: Person, ours: Person) -> Complaint:
        facts = {"name": NAMES[self.language], "contact": CONTACT, "reference": "1405-00123", "wish": "refund_full",
                 "wish_words": STORY[self.language].split("\n")[0], **self.more}  # fmt: skip
        return Complaint(
            code=codes.new_code(), stage="in_dispute", dispute_phase="implementing", customer_id=customer.id,
            language=self.language, opened_at=now - timedelta(days=40), touched_at=now, severity="medium",
            received_at=now - timedelta(days=40), category="delivery.late", department="delivery",
            representative_id=ours.id, happened_on=date(2026, 10, 4), **facts,
        )  # fmt: skip

    def _told(self, made: "Made", customer: Person, ours: Person) -> None:
        for text in self.story or (STORY[self.language],):
            made.say("story", customer, text, 40)
        made.say("question", ours, REASONS[self.language], 36)
        made.say("addition", customer, STORY[self.language], 35)
        made.say("note", ours, NOTE, 34)
        brought = made.say("evidence", customer, None, 20)
        inside = made.say("note", ours, None, 20)
        for number, name in enumerate(self.files):
            made.bring(brought, name, number)
        made.bring(inside, "internal.pdf", 99)
        made.keep(
            Answer(complaint_id=made.complaint.id, round=1, decision="partly", reasons=REASONS[self.language],
                   remedy=self.remedy, author_id=ours.id, at=made.work.now - timedelta(days=30)),
            Deadline(complaint_id=made.complaint.id, target="final_response", urgency=2,
                     due_at=made.work.now - timedelta(days=31), breached_at=made.work.now - timedelta(days=31)),
        )  # fmt: skip

    def _consents(self, made: "Made", customer: Person, ours: Person) -> None:
        text = SHOWN[self.language]
        both = [
            Consent(person_id=each.id, kind="dispute", version="0a1b2c3d4e5f", language=self.language, text=text,
                    sha256=hashlib.sha256(text.encode()).hexdigest(), at=made.work.now - timedelta(days=back),
                    referral_id=made.referral.id, message=-(7**20),
                    capacity=self.capacity if each is customer else None)
            for each, back in ((customer, 10), (ours, 9))
        ]  # fmt: skip
        made.keep(*both)
        made.referral.customer_consent_id, made.referral.our_consent_id = both[0].id, both[1].id

    def _outcome(self, made: "Made") -> None:
        now = made.work.now
        made.outcome = Outcome(
            dispute_id=made.dispute.id, referral_id=made.referral.id, kind=self.kind, by=self.by, words=self.words,
            binding=self.binding, drafted_at=now, proposed_at=now - timedelta(days=3), customer=True,
            customer_at=now - timedelta(hours=5), ours=True, our_at=now - timedelta(hours=30), in_force_at=now,
        )  # fmt: skip
        made.keep(made.outcome)
        currency = made.work.organisation.currency
        for by, what, words, amount, days in self.terms:
            made.keep(
                Obligation(outcome_id=made.outcome.id, by=by, what=what, words=words, amount=amount,
                           currency=currency if amount else None, due_on=(now + timedelta(days=days)).date())
            )  # fmt: skip


class Made:
    """What was made, and ways to add to it."""

    complaint: Complaint
    dispute: Dispute
    referral: Referral
    outcome: Outcome

    def __init__(self, work: Work) -> None:
        self.work = work

    def keep(self, *rows: Any) -> None:
        self.work.db.add_all([*rows, self.complaint])
        self.work.db.flush()

    def say(self, kind: str, who: Person, text: str | None, days: int) -> Entry:
        """So many days ago."""
        entry = Entry(complaint_id=self.complaint.id, author_id=who.id, kind=kind, text=text,
                      at=self.work.now - timedelta(days=days))  # fmt: skip
        self.keep(entry)
        return entry

    def bring(self, entry: Entry, name: str, number: int) -> Attachment:
        file = Attachment(
            complaint_id=self.complaint.id, entry_id=entry.id, kind="document", file_id=f"f{number}", file_name=name,
            state="stored", sha256=hashlib.sha256(f"{number}".encode()).hexdigest(), size=1,
        )  # fmt: skip
        self.keep(file)
        return file

    def issue(self, kind: str) -> Document:
        """The document of this kind, with all that it refers to."""
        refers = {
            "dossier": {"referral_id": self.referral.id},
            "bundle": {"provider": PUBLIC},
            "settlement": {"outcome_id": self.outcome.id},
            "consent_record": {"referral_id": self.referral.id},
        }
        return documents.issue(self.work, self.complaint, kind, **refers[kind])  # type: ignore[arg-type]
