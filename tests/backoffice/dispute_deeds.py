"""What people do in a random dispute: all that there is, right and wrong, and what of it fits each phase."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from backoffice import documents, errors, providers
from backoffice.disputes import (
    choosing,
    consents,
    mediation,
    outcomes,
    register,
    resolvers,
    settlement,
    speaking,
    verdicts,
)
from backoffice.disputes.phases import Phase
from backoffice.disputes.terms import NONE, Term
from backoffice.files import Stored
from backoffice.money import Amount
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.work import Work
from storage.complaints import Complaint
from tests.backoffice.conftest import VERBS, Verb
from tests.backoffice.disputing import DEEDS, agree, in_days, term

P = Phase
BINDING = ("none", "organisation", "both")


def terms(work: Work, how: int) -> list[Term]:
    """Of one side, of both, money that legal must see, nothing, and what contradicts itself."""
    money = Amount(Decimal(3_000_000_000), work.organisation.currency)
    theirs = Term(CUSTOMER, "other", "Brings it back.", None, in_days(work, 2))
    return [
        [term(work)],
        [term(work, days=9), theirs],
        [Term(ORGANISATION, "refund_full", None, money, in_days(work, 3)), theirs],
        [Term(ORGANISATION, NONE, None, None, None)],
        [theirs],
        [term(work), term(work, days=7)],
    ][how % 6]


def propose(work: Work, case: Complaint, how: int) -> None:
    if not outcomes.terms_of(work, settlement.draft(work, case)):
        for each in terms(work, how):
            settlement.add(work, case, each)
    settlement.propose(work, case)


def decide(work: Work, case: Complaint, how: int) -> None:
    upheld = how < 5
    given = terms(work, how) if upheld else []
    verdicts.decide(work, case, "So it is.", upheld=upheld, binding=BINDING[how % 3], terms=given)


def sign(work: Work, case: Complaint) -> None:
    """Whatever waits for a signature."""
    for each in (outcomes.unsigned(work, case), outcomes.waiting(work, case), *_ours(work, case)):
        if each is not None and each.signed_at is None:
            verdicts.sign(work, case, each.id)
            return
    raise errors.Stale()


def _ours(work: Work, case: Complaint) -> list[outcomes.Outcome]:
    found = outcomes.outcomes_of(work.db, case.dispute_id or 0)
    return [each for each in found if each.ours and each.proposed_at is None and each.ended is None]


def outdated(work: Work, case: Complaint) -> None:
    consents.agree(work, case, "2001-01", "en", "What was said then.")


def printed(work: Work, case: Complaint) -> None:
    for paper in documents.to_print(work, 10):
        digest = hashlib.sha256(paper.number.encode()).hexdigest()
        documents.printed(work, paper.id, Stored(digest, 1), documents.path_of(paper), digest)


def to_body(work: Work, case: Complaint) -> None:
    """To the first public body that there is."""
    body = next(each for each in providers.eligible(work, case) if not each.consent)
    choosing.go_public(work, case, body.code)


def privately(work: Work, case: Complaint) -> None:
    mediation.say(work, case, mediation.rooms(work, case)[-1], "Between us: half of it.")


def rate(work: Work, case: Complaint) -> None:
    for way in choosing.before(work, case)[-1:]:
        register.rate(work, case, way.id, process=4)


def simple(name: str) -> Callable[[Work, Complaint, int], object]:
    verb = DEEDS.get(name) or VERBS[name]
    return lambda work, case, _how: verb(work, case)


def plain(verb: Verb) -> Callable[[Work, Complaint, int], object]:
    return lambda work, case, _how: verb(work, case)


NEW: dict[str, Callable[[Work, Complaint, int], object]] = {
    "propose": propose,
    "decide": decide,
    "recommend": lambda work, case, how: verdicts.recommend(work, case, "So we see it.", terms(work, how)),
    "sign": plain(sign),
    "disagree": plain(lambda work, case: agree(work, case, accepted=False)),
    "outdated": plain(outdated),
    "to_body": plain(to_body),
    "privately": plain(privately),
    "rate": plain(rate),
    "name_mediator": plain(lambda work, case: choosing.name_mediator(work, case, "A. Judge", "1")),
    "identify": plain(lambda work, case: choosing.identify(work, case, "Sara")),
    "worth": plain(lambda work, case: choosing.state_amount(work, case, "3000000000")),
    "conflict": plain(lambda work, case: resolvers.decline(work, case, "My cousin.", conflict=True)),
    "adjourn": lambda work, case, how: mediation.adjourn(
        work, case, work.now + timedelta(days=1 + 12 * how), "We wait."
    ),
    "progress": plain(lambda work, case: verdicts.progress(work, case, "They read it.")),
    "report": plain(lambda work, case: verdicts.reported(work, case, "They gave me right.")),
    "take_up": plain(speaking.take_up),
    "learn": plain(lambda work, case: register.learn(work, case, "no_action", "It was chance.")),
}
#: What fits each phase, and who does it: the customer, "us:", "they:" who resolve it, "law:" who signs.
FITTING: dict[Phase | None, str] = {
    P.OFFERED: """negotiate choose choose choose_advice choose_decision choose_decision name_mediator to_body identify
        worth us:decide us:decide us:decide law:sign law:sign agree us:agree disagree report ask_review
        us:refund decline_routes""",
    P.NEGOTIATING: "say us:say propose us:propose agree us:agree disagree leave us:leave law:sign",
    P.AWAITING_CONSENT: """consent consent us:consent us:consent us:consent refuse_consent us:refuse_consent outdated
        us:take_up colleague:consent""",
    P.AWAITING_PROVIDER: "they:accept they:accept they:accept they:not_take they:conflict leave us:leave printed",
    P.IN_PROGRESS: """object us:object say us:say they:say privately they:privately us:privately they:end leave us:leave
        ask_time us:agree_time they:adjourn propose us:propose they:propose agree us:agree disagree they:recommend
        they:recommend they:decide they:decide law:sign law:sign they:progress report us:take_up colleague:take_up""",
    P.RECOMMENDED: "agree agree us:agree us:agree disagree us:disagree law:sign say they:privately colleague:take_up",
    P.IMPLEMENTING: "us:fulfil us:fulfil fulfil appeal us:appeal handler:fulfil",
    P.CONFIRMING: "confirm deny deny fulfil",
    P.CLOSED: "",
    None: "reopen reopen ask_review rate us:rate us:learn accept refuse us:refund recuse dismiss",
}
FITTING[P.FAILED] = FITTING[P.OFFERED]
ALWAYS = "passing passing passing printed printed arriving gone named withdraw"
PLACES = (
    "customer",
    "us",
    "colleague",
    "law",
    "they",
    "handler",
    "supervisor",
    "auditor",
    "admin",
    "expert",
    "stranger",
)
