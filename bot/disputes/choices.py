"""What the customer can do in a dispute, phase by phase: never nothing (S27), and at most eight."""

from collections.abc import Callable

from backoffice import ways
from backoffice.disputes import consents, course, outcomes, resolvers
from backoffice.disputes.phases import FACILITATIVE, Phase, of
from backoffice.lifecycle import possible
from backoffice.rights import CUSTOMER
from backoffice.stages import Event as Move
from backoffice.work import Work
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Row, button, matter, own
from storage.complaints import Complaint

P = Phase
Choices = Callable[[Work, Complaint], list[Row]]


def dispute_choices(work: Work, complaint: Complaint) -> list[Row]:
    """The buttons of the phase, then what can be done in each."""
    phase = of(complaint) or P.OFFERED
    agreed = phase in (P.IMPLEMENTING, P.CONFIRMING)  # who withdrew now would give up what was agreed
    able = possible(complaint, Move.WITHDRAWN) and not agreed
    withdraw = [button(_("Withdraw"), own("withdraw", complaint))] if able else []
    add = [button(_("Add text, photos, files"), own("add", complaint))]
    return [*CHOICES[phase](work, complaint), add, withdraw]


def _choosing(work: Work, complaint: Complaint) -> list[Row]:
    review = [button(_("Ask for a review"), own("review", complaint))] if ways.review(work, complaint) else []
    return [
        [button(_("Choose how it goes on"), own("routes", complaint), SUCCESS)],
        review,
        [button(_("Report what a body decided"), matter("report", complaint))],
        [button(_("Leave it at that"), own("decline", complaint))],
    ]


def _talks(work: Work, complaint: Complaint) -> list[Row]:
    return [
        _proposal(work, complaint),
        [button(_("Talk with us"), matter("room", complaint, "joint"))],
        [button(_("Terms"), matter("terms", complaint))],
        [button(_("Stop the talks"), matter("end", complaint))],
    ]


def _consent(work: Work, complaint: Complaint) -> list[Row]:
    missing = course.referral(work, complaint).customer_consent_id is None
    return [
        [button(_("Read the text and decide"), matter("consent", complaint), SUCCESS)] if missing else [],
        [button(_("Choose another way"), matter("end", complaint))],
    ]


def _waiting(_work: Work, complaint: Complaint) -> list[Row]:
    return [[button(_("End this way"), matter("end", complaint))]]


def _process(work: Work, complaint: Complaint) -> list[Row]:
    referral = course.referral(work, complaint)
    here = referral.method == FACILITATIVE
    doubt = resolvers.may_object(work, complaint, referral, CUSTOMER)
    more_time = here and not doubt and not referral.extended  # at first nobody lacks it
    return [
        _proposal(work, complaint),
        [button(_("Messages"), matter("rooms", complaint), SUCCESS)] if here else [],
        [button(_("Terms"), matter("terms", complaint))] if here else [],
        [button(_("I doubt that they are independent"), matter("object", complaint))] if doubt else [],
        [button(_("Report what a body decided"), matter("report", complaint))] if not here else [],
        [button(_("More time"), matter("more_time", complaint))] if more_time else [],
        [button(_("End this way"), matter("end", complaint))] if not consents.irrevocable(work, complaint) else [],
    ]


def _recommended(work: Work, complaint: Complaint) -> list[Row]:
    return [_proposal(work, complaint)]


def _carrying_out(_work: Work, complaint: Complaint) -> list[Row]:
    return [[button(_("What was agreed"), matter("duties", complaint), SUCCESS)]]


def _confirming(_work: Work, complaint: Complaint) -> list[Row]:
    return [
        [
            button(_("Yes, it is done"), matter("confirm_terms", complaint), SUCCESS),
            button(_("No, not done"), matter("deny_terms", complaint), DANGER),
        ],
        [button(_("What was agreed"), matter("duties", complaint))],
    ]


def _proposal(work: Work, complaint: Complaint) -> Row:
    """What waits for the customer's answer comes first."""
    waiting = outcomes.waiting(work, complaint)
    if waiting is None or waiting.customer is not None:
        return []
    return [button(_("Read the proposal and answer"), matter("proposal", complaint), SUCCESS)]


CHOICES: dict[Phase, Choices] = {
    P.OFFERED: _choosing,
    P.NEGOTIATING: _talks,
    P.AWAITING_CONSENT: _consent,
    P.AWAITING_PROVIDER: _waiting,
    P.IN_PROGRESS: _process,
    P.RECOMMENDED: _recommended,
    P.FAILED: _choosing,
    P.IMPLEMENTING: _carrying_out,
    P.CONFIRMING: _confirming,
}
