"""The indicators by which complaints handling is measured, each by its formula (ISO 10002, 8.4; ISO 10004).

Volume is counted by the day of receipt, times and outcomes by the day on which they were measured. A share tells of how
many it is, and says nothing where these are fewer than `FEW`: it would tell more of single people than of the desk.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from sqlmodel import col, select

from backoffice.figures import outside
from backoffice.figures.facts import Kind
from backoffice.figures.fairness import Formula, fairness, remedies
from backoffice.figures.reading import Part, Reading
from backoffice.figures.spending import costs, costs_by_cause, effort, efforts_by_cause
from backoffice.figures.values import FEW, Count, Measured, Points, Proportion, Rate, Share, Shares, pareto, ranked
from backoffice.surveys import FIRST, HANDLING, LOYALTY, OUTCOME
from storage.actions import Action, ActionRound
from storage.figures import BAD

BANDS = (5, 10, 20, 30)  # calendar days of age: to 5, to 10 ..., more than 30
PROMOTER, DETRACTOR = 9, 6  # of ten: from here on, and up to here
EFFECTIVE = "effective"
SILENT = ("silent", "no_info")
VITAL = Fraction(80, 100)  # of all, that the vital few causes make up
HIGHER = Fraction(3, 2)  # of the mean before, from which on a cause counts as recurring
LEAST = 3  # times, or half as often again as before is chance
BEFORE = 3  # periods with which it is compared
K = Kind


# ------------------------------------------------------------------ how much


def received(of: Reading) -> Count:
    return Count(of.count(K.RECEIVED))


def rate(of: Reading) -> Rate | None:
    """Per thousand customers (or orders, whatever the organisation counts), in one period as in another by how many
    there are now; of a part of the complaints per thousand of all customers. None where the file does not say."""
    customers = of.work.organisation.volume.customers
    return None if customers is None else Rate(of.count(K.RECEIVED), customers)


def backlog(of: Reading) -> Count:
    """Open at the end of the period, by age in calendar days since receipt."""
    ages = [int(of.until.timestamp()) - since for since in of.standing_values(K.OPEN)]
    bands = Counter(_band(age) for age in ages)
    return Count(len(ages), {name: bands[name] for name in (*(f"to_{days}" for days in BANDS), "more")})


def access(of: Reading) -> Count:
    """By which language and channel people reached the desk."""
    by = {
        f"{dimension} {value}": number
        for dimension in ("language", "channel")
        for value, number in of.by(dimension, K.RECEIVED).items()
    }
    return Count(of.count(K.RECEIVED), by)


def given_up(of: Reading) -> Share:
    """Of what people began to write in the bot and have sent by now, or not in time: what they gave up. What came by
    another way was never a draft of theirs, and what they added to another case instead was not in vain."""
    return Share(of.count(K.BEGUN, good=BAD), of.count(K.BEGUN))


def repeated(of: Reading) -> Share:
    return Share(of.count(K.REPEATED), of.count(K.RECEIVED))


def causes(of: Reading) -> Count:
    return ranked(of.by_code(K.CAUSE))


def vital_few(causes: Mapping[str, int]) -> list[str]:
    """The smallest set of causes that together make up four fifths."""
    total, reached, few = sum(causes.values()), 0, []
    for cause, number in pareto(causes):
        if reached >= VITAL * total:
            break
        few.append(cause)
        reached += number
    return few


def recurring(of: Reading) -> Count:
    """The causes that came up often, or half as often again as in the periods before (K30)."""
    past, often = before(of), of.work.organisation.learning.recurs_from
    found = {
        cause: number
        for cause, number in pareto(of.by_code(K.CAUSE))
        if number >= often or is_rising(number, past[cause])
    }
    return Count(len(found), found)


def before(of: Reading) -> Counter[str]:
    """How often each cause came up in the periods before, together."""
    return sum((each.by_code(K.CAUSE) for each in earlier(of)), Counter())


def earlier(of: Reading) -> list[Reading]:
    """The periods with which this one is compared."""
    counting = of.work.organisation.counting
    return [of.during(counting.before(of.period, times)) for times in range(1, BEFORE + 1)]


def is_rising(now: int, before: int) -> bool:
    """Half as often again as on average before; `before`: in as many periods as it is compared with, together. What
    never came up before, or hardly comes up now, is no recurrence yet."""
    return before > 0 and now >= LEAST and now >= HIGHER * Fraction(before, BEFORE)


# ------------------------------------------------------------------ in time


def in_time(kind: Kind, *codes: str) -> Formula:
    return lambda of: Share(of.goods(kind, *codes), of.count(kind, *codes))


def kept(*targets: str) -> Callable[[Reading], Share]:
    """In time, of what was done in the period, what lapsed in it, and what was still open past its date at its end."""
    return lambda of: Share(
        of.goods(K.DONE, *targets),
        of.count(K.DONE, *targets) + of.count(K.UNMET, *targets) + of.standing(K.OVERDUE, *targets),
    )


answered_in_time = kept("final_response")


def took(kind: Kind, *codes: str) -> Formula:
    return lambda of: of.spread(kind, *codes)


def overdue(of: Reading) -> Share:
    return Share(of.standing(K.OVERDUE), of.standing(K.OPEN))


def soon(of: Reading) -> Share:
    """Closed with the complainant's yes within three business days of receipt, of all closings (K12)."""
    return Share(of.goods(K.CLOSED), of.count(K.CLOSED))


def extended(of: Reading) -> Share:
    return Share(of.count(K.EXTENDED), of.count(K.DONE, "final_response"))


def rested(of: Reading) -> Proportion:
    """Of the time of the cases closed for the first time: in which the complainant had the ball."""
    times = of.values(K.RESOLVED)
    enough = len(times) >= FEW and sum(times) > 0
    return Proportion(Fraction(sum(of.values(K.RESTED)), sum(times)) if enough else None, len(times))


# ------------------------------------------------------------------ how it ended


def reopened(of: Reading) -> Share:
    """Cases that came back, each once, of all closings (K15)."""
    return Share(of.cases(K.CAME_BACK), of.count(K.CLOSED))


def closed(*reasons: str) -> Formula:
    return lambda of: Share(of.count(K.CLOSED, *reasons), of.count(K.CLOSED))


def upheld(of: Reading) -> Share:
    """Of the decisions of the desk, second ones after a refusal included; what a review decides is K18."""
    return Share(of.count(K.ANSWERED, "upheld", "partly"), of.count(K.ANSWERED))


def per_received(kind: Kind) -> Formula:
    return lambda of: Share(of.count(kind), of.count(K.RECEIVED))


def reweighed(of: Reading) -> Share:
    """Of those that were assessed in the period; who takes a case that nobody has assessed does so by default."""
    return Share(of.count(K.REWEIGHED), of.count(K.DONE, "assessment"))


# ------------------------------------------------------------------ satisfaction


def satisfied(question: str) -> Formula:
    """Four or five of five; of whether they would come back, seven to ten of ten: won back."""
    return lambda of: Share(of.goods(K.RATED, question), of.count(K.RATED, question))


def response(of: Reading) -> Shares:
    """Of those who were asked, who answered, by question."""
    asked = of.by_code(K.ASKED)
    return Shares({question: Share(of.goods(K.ASKED, question), asked[question]) for question in sorted(asked)})


def net_promoters(of: Reading) -> Points:
    """The share of nine and ten less that of nought to six, in points of a hundred."""
    scores = of.values(K.RATED, LOYALTY)
    if len(scores) < FEW:
        return Points(None, len(scores))
    balance = sum(score >= PROMOTER for score in scores) - sum(score <= DETRACTOR for score in scores)
    return Points(round(Fraction(100 * balance, len(scores))), len(scores))


# ------------------------------------------------------------------ learning


def actions_in_time(of: Reading) -> Share | None:
    """Done by their date, of those whose date lay in the period. They belong to units, and to nothing else."""
    rounds = _rounds(of, col(ActionRound.due_at))
    if rounds is None:
        return None
    return Share(sum(each.done_at is not None and each.done_at <= each.due_at for each in rounds), len(rounds))


def actions_that_helped(of: Reading) -> Share | None:
    """Found effective, of those that were checked in the period."""
    rounds = _rounds(of, col(ActionRound.checked_at))
    return None if rounds is None else Share(sum(each.verdict == EFFECTIVE for each in rounds), len(rounds))


def _rounds(of: Reading, at: Any) -> list[ActionRound] | None:
    if of.part != Part(department=of.part.department):
        return None
    query = select(ActionRound).join(Action, col(Action.id) == col(ActionRound.action_id))
    since, until = of.work.organisation.counting.bounds(of.period)
    query = query.where(at >= since, at < min(until, of.until), col(ActionRound.void).is_(False))
    if of.part.department is not None:
        query = query.where(Action.department == of.part.department)
    return list(of.work.db.exec(query))


def _band(seconds: int) -> str:
    days = seconds // 86_400
    return next((f"to_{limit}" for limit in BANDS if days <= limit), "more")


INDICATORS: dict[str, Formula | None] = {
    "K01": received,
    "K02": rate,
    "K03": took(K.ACKNOWLEDGED),
    "K04": in_time(K.RECEIVED),
    "K05": in_time(K.DONE, "assessment"),
    "K06": took(K.DONE, "first_response"),
    "K07": kept("first_response"),
    "K08": took(K.DONE, "final_response"),
    "K08b": took(K.ANSWER_AGE),
    "K09": answered_in_time,
    "K10": took(K.RESOLVED),
    "K11": None,  # no step of the desk's machine resolves at the first contact: every complaint is assessed first
    "K12": soon,
    "K13": backlog,
    "K14": overdue,
    "K15": reopened,
    "K16": per_received(K.ESCALATED),
    "K17": outside.review_rate,
    "K18": outside.overturned,
    "K19": kept("review_decision"),
    "K20": per_received(K.OFFERED),
    "K21": outside.consents,
    "K22": outside.settled,
    "K23": took(K.OUTSIDE),
    "K23b": outside.in_time_outside,
    "K24": outside.outcomes_kept,
    "K25": outside.deadlocks,
    "K26": satisfied(HANDLING),
    "K27": satisfied(OUTCOME),
    "K26b": satisfied(FIRST),
    "K28": satisfied(LOYALTY),
    "K28b": net_promoters,
    "K28c": response,
    "K29": repeated,
    "K30": recurring,
    "K31": causes,
    "K32": upheld,
    "K33": costs,
    "K33b": costs_by_cause,
    "K34": effort,
    "K34b": efforts_by_cause,
    "K35": actions_in_time,
    "K36": actions_that_helped,
    "K37": in_time(K.GRAVE_CLOSED),
    "K38": reweighed,
    "K39": rested,
    "K40": extended,
    "K41": closed(*SILENT),
    "K42": closed("withdrawn"),
    "K43": None,  # nobody audits the quality of single cases here yet
    "K44": fairness(answered_in_time),
    "K44b": fairness(upheld),
    "K44c": remedies,
    "K45": outside.register,
    "K45b": outside.register_by_cause,
    "K46": outside.sittings,
    "K47": outside.official,
    "K48": access,
    "K48b": given_up,
}
"""By code; None: the desk does not know what it would be made of, and says so."""


def measure(of: Reading, code: str) -> Measured | None:
    """One indicator; None where it is not measured."""
    formula = INDICATORS[code]
    return formula(of) if formula else None
