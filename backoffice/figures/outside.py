"""The indicators of the second look and of the ways outside (ISO 10003, 8.3)."""

from datetime import timedelta

from backoffice.figures.facts import Kind
from backoffice.figures.reading import Reading
from backoffice.figures.values import Count, Share, Shares, pareto
from storage.figures import BAD

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
