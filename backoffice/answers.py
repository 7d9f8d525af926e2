"""A final response: what it is made of, how it is written down, and how it goes out (ISO 10002, 7.7 and 7.8)."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from backoffice import clocks, documents, errors, repeats
from backoffice.lifecycle import move
from backoffice.money import Amount
from backoffice.stages import Event
from backoffice.words import required, tidy
from backoffice.work import Work
from storage import complaints
from storage.complaints import Answer, Complaint
from storage.people import Person

DECISIONS = ("upheld", "partly", "not_upheld")
NOTHING = "none"  # the remedy that is none
MAX_REMEDIES = 4


@dataclass(frozen=True, slots=True)
class Given:
    """A remedy that is given: its code in the organisation's file, words, an amount, and the day by which it is done
    (ISO)."""

    code: str
    words: str | None = None
    amount: str | None = None
    currency: str | None = None
    by: str | None = None

    @property
    def money(self) -> Amount | None:
        return Amount(Decimal(self.amount), self.currency) if self.amount and self.currency else None

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.by) if self.by else None


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is sent. `remedy` is a code of the organisation's file; texts are the author's own.

    `remedies`: all of them, where there is more to say than a code and words. `summary`: the complaint as it was
    understood; `put_right`: what had gone wrong and was put right. `because`: why it takes the place of another answer.
    """

    decision: str
    reasons: str
    remedy: str
    remedy_words: str | None = None
    next_step: str | None = None
    remedies: tuple[Given, ...] = ()
    summary: str | None = None
    findings: str | None = None
    put_right: str | None = None
    because: str | None = None

    @property
    def given(self) -> tuple[Given, ...]:
        return self.remedies or (Given(self.remedy, self.remedy_words),)


def draft_of(parts: dict[str, Any]) -> Draft:
    """From plain parts, as a conversation and a proposal keep them. LookupError where one that is needed is missing."""
    remedies = tuple(Given(**each) for each in parts.get("remedies") or ())
    known = {name: parts.get(name) for name in ("next_step", "summary", "findings", "put_right", "because")}
    first = remedies[0] if remedies else Given(parts["remedy"], parts.get("remedy_words"))
    return Draft(parts["decision"], parts["reasons"], first.code, first.words, remedies=remedies, **known)


def parts_of(draft: Draft) -> dict[str, Any]:
    """The same the other way round."""
    plain = asdict(draft) | {"remedies": [asdict(each) for each in draft.given]}
    return {name: value for name, value in plain.items() if value and name not in ("remedy", "remedy_words")}


def as_draft(answer: Answer) -> Draft:
    """An answer that was given, to be read or changed."""
    draft = Draft(
        answer.decision,
        answer.reasons,
        answer.remedy,
        answer.remedy_words,
        answer.next_step,
        summary=answer.summary,
        findings=answer.findings,
        put_right=answer.put_right,
        because=answer.because,
    )
    return replace(draft, remedies=given(answer))


def given(answer: Answer) -> tuple[Given, ...]:
    """All the remedies of an answer, in the order in which they were named."""
    if answer.remedies is None:
        return (Given(answer.remedy, answer.remedy_words),)
    return tuple(Given(**each) for each in json.loads(answer.remedies))


def without_words(remedies: str) -> str:
    """The remedies of an answer as they are kept, with nothing left that somebody typed but the amounts."""
    return json.dumps(_wordless(json.loads(remedies)))


def plan_without_words(content: str) -> str:
    """The same of an answer that waited for approval."""
    parts = json.loads(content)
    return json.dumps({"decision": parts["decision"], "reasons": "", "remedies": _wordless(parts["remedies"])})


def check(work: Work, draft: Draft) -> None:
    """Raises errors.Invalid for what cannot be sent."""
    if draft.decision not in DECISIONS or any(work.organisation.find_remedy(each.code) is None for each in draft.given):
        raise errors.Invalid(what="unknown_choice")
    if len(draft.given) > MAX_REMEDIES or (len(draft.given) > 1 and any(e.code == NOTHING for e in draft.given)):
        raise errors.Invalid(what="unknown_choice")
    try:
        _ = [(each.money, each.day) for each in draft.given]
    except (ValueError, InvalidOperation):
        raise errors.Invalid(what="unknown_choice") from None
    required(draft.reasons)


def send(
    work: Work,
    complaint: Complaint,
    draft: Draft,
    event: Event,
    *,
    author_id: int,
    approver_id: int | None = None,
    turn: int | None = None,
) -> Answer:
    """Give the answer: the complainant reads it, and has it as a numbered document."""
    main = _main(work, draft)
    move(work, complaint, event, turn=turn, decision=draft.decision, remedy=main.code)
    if event is not Event.REVISED:  # that is another version of the same one
        complaint.rounds += 1
    repeats.replied(complaint, finally_=True)
    complaint.decision, complaint.remedy = draft.decision, main.code
    answer = Answer(
        complaint_id=complaint.id,
        round=complaint.rounds,
        decision=draft.decision,
        reasons=required(draft.reasons),
        remedy=main.code,
        remedy_words=_tidied(main.words),
        remedies=json.dumps([asdict(each) for each in draft.remedies]) if draft.remedies else None,
        next_step=_tidied(draft.next_step),
        summary=_tidied(draft.summary),
        findings=_tidied(draft.findings),
        put_right=_tidied(draft.put_right),
        because=_tidied(draft.because),
        author_id=author_id,
        approver_id=approver_id,
        at=work.now,
    )
    work.db.add(answer)
    work.db.flush()
    told: dict[str, Any] = {"answer_id": answer.id, "window": clocks.window(work, complaint), "reply": True}
    customer = work.db.get_one(Person, complaint.customer_id)
    work.tell(customer, "complaint_answered", complaint, party="customer", **told)
    documents.issue(work, complaint, documents.FINAL_RESPONSE, answer_id=answer.id)
    return answer


def standing(work: Work, complaint: Complaint) -> list[Answer]:
    """What the case was answered with, the last version of each."""
    return list({answer.round: answer for answer in complaints.answers_of(work.db, complaint.id)}.values())


def _main(work: Work, draft: Draft) -> Given:
    """By the limit of which it is all carried out: of money that goes back, else of what there is to carry out."""
    known = [(work.organisation.remedy(each.code), each) for each in draft.given]
    return min(known, key=lambda one: (not one[0].pays_back, not one[0].to_carry_out))[1]


def _wordless(remedies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each | {"words": None} for each in remedies]


def _tidied(words: str | None) -> str | None:
    return tidy(words) if words else None
