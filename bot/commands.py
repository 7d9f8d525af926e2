"""Every command: who sees it in the menu, and what it says there. Buttons do all of it as well."""

from dataclasses import dataclass

from aiogram.types import BotCommand

from backoffice.rights import RIGHTS, Role
from bot.i18n import Reader, __, languages, speaking_to


@dataclass(frozen=True, slots=True)
class Entry:
    """`action` names the right without which the command is not shown; None: everybody. `coded`: it takes a code."""

    command: str
    description: object
    action: str | None = None
    coded: bool = False


COMMANDS = (
    Entry("queue", __("Cases that wait for you"), "see_queue"),
    Entry("case", __("Show a case by its code"), "read", coded=True),
    Entry("take", __("Take a case"), "see_queue", coded=True),
    Entry("assign", __("Give a case to a colleague"), "assign", coded=True),
    Entry("answer", __("Answer a complaint"), "see_queue", coded=True),
    Entry("ask", __("Ask the customer a question"), "see_queue", coded=True),
    Entry("note", __("Write an internal note"), "see_queue", coded=True),
    Entry("cause", __("Say why a closed case came about"), "see_queue", coded=True),
    Entry("log", __("Note how many minutes a case took"), "log_cost", coded=True),
    Entry("extend", __("Ask for more time, with a reason"), "see_queue", coded=True),
    Entry("hearing", __("Reviews that wait for you"), "see_reviews"),
    Entry("vote", __("Vote in a review"), "see_reviews", coded=True),
    Entry("recuse", __("Step down from a review"), "see_reviews", coded=True),
    Entry("deadlock", __("Declare that there is no way to agree"), "declare_deadlock", coded=True),
    Entry("dispute", __("Disputes outside the organisation"), "see_disputes"),
    Entry("consent", __("Consent to a way outside, or refuse"), "see_disputes", coded=True),
    Entry("refer", __("What the third party answers"), "see_disputes", coded=True),
    Entry("outcome", __("What came of it outside"), "see_disputes", coded=True),
    Entry("unresolved", __("What could not be resolved inside"), "see_register"),
    Entry("mediation", __("Disputes put before you"), "see_mediations"),
    Entry("report", __("Figures of any period"), "see_unit_figures"),
    Entry("digest", __("Digests: what you get, and when"), "see_unit_figures"),
    Entry("action", __("Corrective and preventive actions"), "see_actions"),
    Entry("away", __("No new cases for now"), "be_away"),
    Entry("back", __("Receive new cases again"), "be_away"),
    Entry("invite", __("Invite a colleague"), "invite"),
    Entry("team", __("Who is on the team"), "see_team"),
    Entry("providers", __("Who resolves disputes outside"), "see_providers"),
    Entry("calendar", __("Close or open a day"), "set_calendar"),
    Entry("new", __("Make a complaint")),
    Entry("mine", __("My complaints")),
    Entry("status", __("Where a complaint stands")),
    Entry("review", __("Ask other people to look at a complaint again")),
    Entry("policy", __("Our complaints policy")),
    Entry("rights", __("Your rights")),
    Entry("privacy", __("What we do with your data")),
    Entry("mydata", __("Your data: a copy, a correction, erasure")),
    Entry("language", __("Language and digits")),
    Entry("cancel", __("Stop what is going on")),
    Entry("help", __("Help")),
)


def menu(roles: frozenset[str]) -> list[BotCommand]:
    """The commands of somebody with these roles, worded for the current reader."""
    shown = [entry for entry in COMMANDS if entry.action is None or entry in of_staff(roles)]
    return [BotCommand(command=entry.command, description=str(entry.description)) for entry in shown]


def of_staff(roles: frozenset[str]) -> list[Entry]:
    """What these roles can do beyond what everybody can."""
    return [entry for entry in COMMANDS if entry.action and _granted(entry.action, roles)]


def default_commands() -> dict[str, list[tuple[str, str]]]:
    """What a customer sees, for each language."""
    found = {}
    for language in languages():
        with speaking_to(Reader(language)):
            found[language] = [(each.command, each.description) for each in menu(frozenset())]
    return found


def _granted(action: str, roles: frozenset[str]) -> bool:
    return any(role in RIGHTS_BY_ACTION[action] for role in roles)


RIGHTS_BY_ACTION: dict[str, frozenset[Role | None]] = {
    action: frozenset(role for role, _relation in grants) for action, grants in RIGHTS.items()
}
