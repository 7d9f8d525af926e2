"""How content customers are with the handling, the outcome apart from it, and whether they come back (ISO 10004)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from backoffice import rights
from backoffice.surveys import LOYALTY, QUESTIONS
from backoffice.work import Work
from storage import surveys

CONTENT, WON_BACK = 4, 7  # from this score on somebody is content, would come back
PROMOTER, DETRACTOR = 9, 6  # of whether they would come back: from here on, and down from here


@dataclass(frozen=True, slots=True)
class Answers:
    """What one question brought: `asked` how often, and how often each score was given."""

    question: str
    asked: int = 0
    scores: Counter[int] = field(default_factory=Counter)

    @property
    def answered(self) -> int:
        return self.scores.total()

    @property
    def response(self) -> float | None:
        """The part of those asked who answered; None where nobody was asked."""
        return self.answered / self.asked if self.asked else None

    @property
    def content(self) -> float | None:
        """The part of the answers that are content; of loyalty, that would come back."""
        return self._part(lowest=WON_BACK if self.question == LOYALTY else CONTENT)

    @property
    def net_promoters(self) -> int | None:
        """Whole points from -100 to 100: promoters less detractors, in percent of the answers to the question whether
        they would come back; None without any."""
        if self.question != LOYALTY or not self.answered:
            return None
        for_us = sum(n for score, n in self.scores.items() if score >= PROMOTER)
        against = sum(n for score, n in self.scores.items() if score <= DETRACTOR)
        return round(100 * (for_us - against) / self.answered)

    def _part(self, lowest: int) -> float | None:
        high = sum(n for score, n in self.scores.items() if score >= lowest)
        return high / self.answered if self.answered else None


def figures(work: Work, since: datetime, until: datetime) -> dict[str, Answers]:
    """What was asked from `since` on and before `until`, by question. Without a name, and of every question."""
    rights.require(work, "see_figures")
    rows = surveys.scores(work.db, since, until)
    return {
        question: Answers(
            question,
            sum(n for each, _score, n in rows if each == question),
            Counter({score: n for each, score, n in rows if each == question and score is not None}),
        )
        for question in QUESTIONS
    }
