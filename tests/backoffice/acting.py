"""What a test of corrective actions needs: who makes one, of which case, and what becomes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from backoffice import complaints, team
from backoffice.learning import action_lists, actions, effects
from backoffice.learning.occurrences import Pattern
from backoffice.work import Work
from storage import journal
from storage.actions import Action, ActionRound, rounds_of
from storage.journal import AuditEvent
from tests.backoffice.conftest import Letter, Scene

Deed = Callable[[Work, Action], object]
LATE = Pattern(category="delivery.late", department="delivery")


def another_day(work: Work, days: int = 20) -> date:
    return (work.now + timedelta(days=days)).date()


DEEDS: dict[str, Deed] = {
    "open": lambda work, action: action_lists.get(work, action.id),
    "finish": lambda work, action: actions.finish(work, action, "The carrier scans each parcel now."),
    "ask_for_date": lambda work, action: actions.ask_for_date(work, action, another_day(work), "It needs a contract."),
    "hand_over": lambda work, action: actions.hand_over(
        work, action, next(each.id for _staff, each in actions.candidates(work, action) if each.id != action.owner_id)
    ),
    "set_date": lambda work, action: actions.set_date(work, action, another_day(work)),
    "grant": lambda work, action: actions.answer_wish(work, action, granted=True),
    "keep": lambda work, action: actions.answer_wish(work, action, granted=False),
    "refuse": lambda work, action: actions.refuse_evidence(work, action, "A picture is no contract."),
    "drop": lambda work, action: actions.drop(work, action, "The route is given up."),
    "helped": lambda work, action: effects.decide(work, action, helped=True, words="It was one bad week."),
    "failed": lambda work, action: effects.decide(work, action, helped=False, words="They only stopped complaining."),
}


@dataclass
class Shop:
    """A unit with its people, and the actions that they make."""

    scene: Scene
    supervisor: int  # of the unit: makes it, and owns it
    handler: int
    manager: int  # of complaints

    def make(self, by: int | None = None, pattern: Pattern = LATE, **how: object) -> Action:
        with self.scene.acting(by or self.supervisor) as work:
            return actions.make(work, pattern, "Change the carrier.", **{"source": actions.PARETO, **how})  # type: ignore[arg-type]

    def of_case(self, code: str, by: int | None = None) -> Action:
        with self.scene.acting(by or self.supervisor) as work:
            case = complaints.find(work, code)
            return actions.make(
                work, actions.of_case(case), "Change it.", source=actions.CASE, reference=code, cases=[case]
            )

    def does(self, who: int, action: Action, deed: str | Deed) -> Action:
        """What somebody does with it; how it stands then."""
        with self.scene.acting(who) as work:
            found = work.db.get_one(Action, action.id)
            (DEEDS[deed] if isinstance(deed, str) else deed)(work, found)
        return self.now(action)

    def now(self, action: Action) -> Action:
        with self.scene.office.look() as work:
            return work.db.get_one(Action, action.id)

    def rounds(self, action: Action) -> list[ActionRound]:
        with self.scene.office.look() as work:
            return rounds_of(work.db, action.id)

    def owner(self, action: Action) -> int | None:
        owner = self.now(action).owner_id
        return self.scene.messenger(owner) if owner else None

    def owned_by(self, action: Action, who: int) -> Action:
        """Let them own it; as the complaints manager decides."""
        person = self.scene.person(who).id
        if self.now(action).owner_id == person:
            return self.now(action)
        return self.does(self.manager, action, lambda work, found: actions.hand_over(work, found, person))

    def dismiss(self, who: int) -> None:
        with self.scene.acting(self.scene.staff("admin", department=None)) as work:
            team.dismiss(work, self.scene.person(who).id)

    def events(self, name: str) -> list[AuditEvent]:
        with self.scene.office.look() as work:
            return [each for each in journal.history(work.db, journal.DESK) if each.event == f"action.{name}"]

    def letters(self, to: int, *templates: str) -> list[Letter]:
        return [each for each in self.scene.post if each.to == to and each.template in templates]

    def reminded(self, to: int) -> list[str]:
        return [part["what"] for each in self.letters(to, "action_reminders") for part in each.parts]

    def complaints(self, count: int) -> list[str]:
        """So many complaints of the pattern, now."""
        customer = self.scene.customer()
        return [self.scene.complaint(customer) for _each in range(count)]


def shop(scene: Scene) -> Shop:
    supervisor, handler = scene.staff("supervisor"), scene.staff("handler")
    return Shop(scene, supervisor, handler, scene.staff("complaints_manager", department=None))
