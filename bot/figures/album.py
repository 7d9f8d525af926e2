"""The pictures of a digest: which figures each shows, in the words of its reader."""

from collections import Counter
from html import unescape
from typing import Any

from backoffice.figures import digests, indicators, outside
from backoffice.figures.facts import Kind
from backoffice.figures.reading import Part, Reading
from backoffice.figures.values import FEW, Share
from backoffice.periods import Kind as Rhythm
from backoffice.periods import Period
from backoffice.work import Work
from bot import periods
from bot.charts import Asked, Chart, Counted, Disputes, Flow, Group, OnTime, Pareto, Satisfaction, Stage, Trend
from bot.figures import words
from bot.i18n import _, __, n_, reader
from bot.texts import language, say
from storage.digests import Digest

BACK: dict[Rhythm, int] = {"day": 14, "week": 8, "month": 12, "year": 5}  # periods of a trend
STAGES: dict[str, tuple[object, tuple[str, ...]]] = {
    "assessment": (__("Assessment"), ("assessment",)),
    "first_response": (__("First response"), ("first_response",)),
    "final_response": (__("Answer"), ("final_response",)),
    "counter_answer": (__("New answer"), ("counter_answer",)),
    "review": (__("Review"), ("review_decision",)),
    "carrying_out": (__("Carrying out"), ("implementation", "refund")),
}
QUESTIONS: dict[str, object] = {"handling": __("The handling"), "outcome": __("The outcome")}
SCORES = range(1, 6)


def compose(work: Work, digest: Digest) -> list[Chart]:
    """All pictures on which there is something to see, for the current reader."""
    period, part = digests.period_of(digest), Part(department=digest.department or None)
    of = Reading(work, period, part)
    drawn = (trend(of), causes(of), on_time(of), satisfaction(of), disputes(of))
    return [each for each in drawn if each is not None]


def trend(of: Reading) -> Chart | None:
    flows = tuple(_flow(of.during(each)) for each in _before(of, BACK[of.period.kind]))
    if not any(each.received or each.closed or each.open for each in flows):
        return None
    return Trend(
        **_common(of, _("Complaints received and closed"), of.count(Kind.RECEIVED)),
        received=_("came in"),
        closed=_("were closed"),
        open=_("open at the end"),
        periods=flows,
    )


def causes(of: Reading) -> Chart | None:
    found = of.by_code(Kind.CAUSE)
    if not found:
        return None
    few = len(indicators.vital_few(found))
    vital = n_("{count} cause makes up four fifths of all.", "{count} causes make up four fifths of all.", few)
    return Pareto(
        **_common(of, _("Why it happened"), found.total()),
        vital=say(vital, count=few) if few else "",
        cumulative=_("Cumulative share"),
        rest=_("others"),
        causes=tuple(Counted(_plain(words.cause(of.work, code)), number) for code, number in found.items()),
    )


def on_time(of: Reading) -> Chart | None:
    open_late = of.standing_by_code(Kind.OVERDUE)
    stages = tuple(_stage(of, str(name), targets, open_late) for name, targets in STAGES.values())
    total = sum(each.in_time + each.late + each.silent for each in stages)
    if not total:
        return None
    return OnTime(
        **_common(of, _("In time"), total),
        in_time=_("in time"),
        late=_("late"),
        silent=_("still waiting"),
        cases=_("cases"),
        aim=_("target"),
        target=of.work.organisation.learning.on_time_percent / 100,
        stages=stages,
        fewest=FEW,
    )


def satisfaction(of: Reading) -> Chart | None:
    before = of.during(of.work.organisation.counting.before(of.period))
    handling, outcome = (_asked(of, before, question) for question in QUESTIONS)
    answers = sum(handling.scores) + sum(outcome.scores)
    if not answers:
        return None
    return Satisfaction(
        **_common(of, _("What customers think"), answers),
        content=_("satisfied (4 or 5 of 5)"),
        answers=_("answers"),
        rate=_("of those asked"),
        previous=_("before"),
        process=handling,
        outcome=outcome,
        fewest=FEW,
    )


def disputes(of: Reading) -> Chart | None:
    consent = of.goods(Kind.CONSENT, "both")
    groups = (
        _group(
            _("Reviews"),
            (_("asked for"), of.count(Kind.REVIEW_REQUESTED)),
            (_("were decided"), of.count(Kind.REVIEW_DECIDED)),
            (_("answer changed"), outside.overturned(of).part),
        ),
        _group(
            _("Third parties"),
            (_("offered"), of.count(Kind.OFFERED)),
            (_("both sides consented"), consent),
            (_("ended with a result"), of.goods(Kind.OUTSIDE)),
            (_("ended without a result"), of.count(Kind.OUTSIDE) - of.goods(Kind.OUTSIDE)),
        ),
    )
    total = sum(step.count for group in groups for step in group.steps)
    if not total:
        return None
    return Disputes(
        **_common(of, _("Reviews and disputes"), of.count(Kind.REVIEW_REQUESTED) + of.count(Kind.OFFERED)),
        groups=groups,
    )


# ------------------------------------------------------------------ inside


def _common(of: Reading, title: str, n: int) -> dict[str, Any]:
    """What all charts have: whose words, the period, and of how many it is."""
    period = _plain(periods.brief(of.period))
    unit = of.part.department
    where = of.work.organisation.department(unit).words[language()] if unit else None
    return {
        "language": language(),
        "native": reader().native_digits,
        "title": title,
        "subtitle": " · ".join(filter(None, (period, where, _plain(say(_("n = {count}"), count=n))))),
        "empty": _("Nothing to show for this period."),
    }


def _flow(of: Reading) -> Flow:
    return Flow(
        _plain(periods.label(of.period)), of.count(Kind.RECEIVED), of.count(Kind.CLOSED), of.standing(Kind.OPEN)
    )


def _before(of: Reading, count: int) -> list[Period]:
    """So many periods up to this one, the oldest first."""
    counting, found = of.work.organisation.counting, [of.period]
    while len(found) < count:
        found.append(counting.before(found[-1]))
    return found[::-1]


def _stage(of: Reading, name: str, targets: tuple[str, ...], open_late: Counter[str]) -> Stage:
    good = of.goods(Kind.DONE, *targets)
    return Stage(name, good, of.count(Kind.DONE, *targets) - good, sum(open_late[each] for each in targets))


def _asked(of: Reading, before: Reading, question: str) -> Asked:
    scores = Counter(of.values(Kind.RATED, question))
    earlier = Share(before.goods(Kind.RATED, question), before.count(Kind.RATED, question)).of_one
    return Asked(
        name=str(QUESTIONS[question]),
        scores=tuple(scores[each] for each in SCORES),  # type: ignore[arg-type]
        sent=of.count(Kind.ASKED, question),
        before=None if earlier is None else float(earlier),
    )


def _group(name: str, *steps: tuple[str, int]) -> Group:
    return Group(name, tuple(Counted(what, count) for what, count in steps))


def _plain(markup: str) -> str:
    return unescape(markup)
