"""The indicators of the second look and of the ways outside (ISO 10003, 8.3)."""

from datetime import timedelta

from backoffice import providers
from backoffice.disputes.phases import DIRECT
from backoffice.figures.facts import Kind
from backoffice.figures.reading import Reading
from backoffice.figures.values import Count, Share, Shares, pareto, ranked
from storage.figures import BAD, GOOD

PROMISED_OUTSIDE = timedelta(days=90)
K = Kind


def review_rate(of: Reading) -> Share:
    return Share(of.count(K.REVIEW_FOLLOWED), of.count(K.ANSWERED))


def overturned(of: Reading) -> Share:
    return Share(of.count(K.REVIEW_DECIDED, good=BAD), of.count(K.REVIEW_DECIDED))


def sittings(of: Reading) -> Count:
    found = {"recused": of.count(K.RECUSED), "no_quorum": of.count(K.NO_QUORUM)}
    return Count(sum(found.values()), found)


def consents(of: Reading) -> Shares:
    asked = of.by_code(K.CONSENT)
    return Shares({side: Share(of.goods(K.CONSENT, side), asked[side]) for side in sorted(asked)})


def settled(of: Reading) -> Shares:
    """By method and provider, and all together under an empty name; of what had begun, or ended well without us."""
    ended = of.by_code(K.OUTSIDE)
    by = {way: Share(of.goods(K.OUTSIDE, way), ended[way]) for way in sorted(ended)}
    return Shares({"": Share(of.goods(K.OUTSIDE), ended.total()), **by})


def in_time_outside(of: Reading) -> Share:
    """Of the ways of which is known when they began."""
    times = of.values(K.OUTSIDE)
    return Share(sum(each <= PROMISED_OUTSIDE.total_seconds() for each in times), len(times))


def outcomes_kept(of: Reading) -> Share:
    """Of the outcomes whose last date was in the period and has passed."""
    kept = of.values(K.OUTCOME_DUE)
    return Share(sum(kept), len(kept))


def deadlocks(of: Reading) -> Shares:
    """Of the complaints received: all together under an empty name, and by what."""
    found, came = of.by_code(K.DEADLOCKED), of.count(K.RECEIVED)
    return Shares({"": Share(found.total(), came), **{why: Share(n, came) for why, n in pareto(found)}})


def register(of: Reading) -> Count:
    """Opened in the period and closed in it, open at its end, and from how many an action was decided on."""
    found = {"open": of.standing(K.UNSETTLED), "closed": of.over(K.UNSETTLED)}
    learnt = {"action": of.count(K.LEARNT, "action"), "no_action": of.count(K.LEARNT, "no_action")}
    return Count(of.count(K.UNRESOLVED), found | learnt)


def register_by_cause(of: Reading) -> Count:
    """What came into it in the period; an empty cause: not known of the cases."""
    return ranked(of.by_code(K.UNRESOLVED))


def official(of: Reading) -> Share:
    """Cases that ended in court or with a regulator, of the complaints received (K47): with terms or a decision of one
    whom the register has as such now (`providers.official`), whatever the method, or of a public body that nobody
    named. A court that did not decide, or that the desk was not told of, is not known here."""
    codes = providers.official(of.work)
    ways = [way for way in of.by_code(K.OUTSIDE, good=GOOD) if _official(way, codes)]
    return Share(of.cases(K.OUTSIDE, *ways, good=GOOD) if ways else 0, of.count(K.RECEIVED))


def _official(way: str, codes: set[str]) -> bool:
    method, _space, provider = way.partition(" ")
    return provider in codes if provider else method != DIRECT
