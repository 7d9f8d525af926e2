"""What is done with answers: given, revised, approved or not, and answered by the complainant with something else."""

from collections.abc import Callable
from dataclasses import replace

from backoffice import answers, approvals, complaints, errors, handling, offers, remedies
from backoffice.answers import Draft
from backoffice.work import Work
from storage.complaints import Complaint

Verb = Callable[[Work, Complaint], object]


def giving(*parts: str) -> Verb:
    return lambda work, case: handling.answer(work, case, Draft(*parts))


def revise(work: Work, case: Complaint) -> object:
    """The same once more, for a reason."""
    answer = complaints.last_answer(work.db, case)
    if answer is None:
        raise errors.Stale(complaint=case.id)
    draft = replace(answers.as_draft(answer), because="We can do it sooner.")
    return handling.answer(work, case, draft)


def carry_out(work: Work, case: Complaint) -> None:
    """All that is left of it, each shown in words; where nothing is, it is tried all the same."""
    left = [each.id for each in remedies.open_of(work, case)]
    for number in left or [0]:
        remedies.fulfil(work, case, "Transfer no. 81.", task_id=number)


#: By its owner, the complainant, and who stands above.
OWNER: dict[str, Verb] = {
    "refund": giving("upheld", "Lost.", "refund_full"),
    "replace": giving("upheld", "Broken.", "replacement"),
    "apologise": giving("partly", "Slow.", "apology"),
    "reject": giving("not_upheld", "In time.", "none"),
    "revise": revise,
    "take_back": approvals.take_back,
    "carry_out": carry_out,
}
COMPLAINANT: dict[str, Verb] = {"counter": lambda work, case: offers.counter(work, case, "Half of it now.")}
ABOVE: dict[str, Verb] = {
    "solve": giving("upheld", "Sorry.", "refund_full"),
    "approve": approvals.approve,
    "send_back": lambda work, case: approvals.send_back(work, case, "Say why."),
}
