"""Every command: who sees it in the menu, what it says there, and how it is written. Buttons do all of it as well."""

from dataclasses import dataclass
from enum import StrEnum

from aiogram.types import BotCommand

from backoffice import codes
from backoffice.rights import RIGHTS, Role
from bot.i18n import Reader, __, languages, speaking_to

PARTS = 4  # of a code that is written with spaces


class Takes(StrEnum):
    """What may stand behind a command, in the words of its form; what can be left out stands in brackets."""

    NOTHING = ""
    CODE = "CODE"
    CODE_OR_NOT = "[CODE]"
    WORDS = "CODE [WORDS]"
    WORDS_OR_NOT = "[CODE [WORDS]]"
    TIME_OR_NOT = "[CODE [TIME]]"
    NUMBER_OR_NOT = "[NUMBER]"


@dataclass(frozen=True, slots=True)
class Entry:
    """`action` names the right without which the command is not shown; None: everybody. `coded`: it takes a code, as
    the help shows; `takes`: what it takes exactly."""

    command: str
    description: object
    action: str | None = None
    coded: bool = False
    takes: Takes = Takes.NOTHING

    def fits(self, args: str) -> bool:
        """Whether what stands behind the command can be read; whether there is such a case is another question."""
        if not args:
            return self.takes == Takes.NOTHING or self.takes.startswith("[")
        match self.takes:
            case Takes.NOTHING:
                return False
            case Takes.NUMBER_OR_NOT:
                return codes.parse(args, codes.ACTION) is not None
            case Takes.CODE | Takes.CODE_OR_NOT:
                return codes.parse(args) is not None
            case _:
                return codes.parse(split(args)[0]) is not None


def split(args: str | None) -> tuple[str, str]:
    """The code behind a command, in any spacing, and the words behind it; the first word where there is no code."""
    words = (args or "").split()
    for parts in range(1, PARTS + 1):
        if codes.parse("".join(words[:parts])) is not None:
            return " ".join(words[:parts]), " ".join((args or "").split(maxsplit=parts)[parts:])
    return "".join(words[:1]), " ".join((args or "").split(maxsplit=1)[1:])


T = Takes
COMMANDS = (
    Entry("queue", __("Cases that wait for you"), "see_queue"),
    Entry("case", __("Show a case by its code"), "read", coded=True, takes=T.CODE_OR_NOT),
    Entry("take", __("Take a case"), "see_queue", coded=True, takes=T.CODE),
    Entry("approve", __("Answers that wait for your approval"), "see_approvals", takes=T.CODE_OR_NOT),
    Entry("assign", __("Give a case to a colleague"), "assign", coded=True, takes=T.CODE),
    Entry("escalate", __("Hand a case up, with a reason"), "see_queue", coded=True, takes=T.WORDS),
    Entry("answer", __("Answer a complaint"), "see_queue", coded=True, takes=T.CODE),
    Entry("tasks", __("Remedies that you are to carry out"), "see_tasks"),
    Entry("ask", __("Ask the customer a question"), "see_queue", coded=True, takes=T.WORDS),
    Entry("note", __("Write an internal note"), "see_queue", coded=True, takes=T.WORDS),
    Entry("cause", __("Say why a closed case came about"), "see_queue", coded=True, takes=T.CODE_OR_NOT),
    Entry("log", __("Record a complaint, or the time that a case took"), "record", takes=T.TIME_OR_NOT),
    Entry("extend", __("Ask for more time, with a reason"), "see_queue", coded=True, takes=T.WORDS),
    Entry("hearing", __("Reviews that wait for you"), "see_reviews"),
    Entry("vote", __("Vote in a review"), "see_reviews", coded=True, takes=T.CODE_OR_NOT),
    Entry("recuse", __("Step down from a review"), "see_reviews", coded=True, takes=T.WORDS_OR_NOT),
    Entry("deadlock", __("Declare that there is no way to agree"), "declare_deadlock", coded=True, takes=T.WORDS),
    Entry("dispute", __("Disputes outside the organisation"), "see_disputes", takes=T.CODE_OR_NOT),
    Entry("consent", __("Consent to a way outside, or refuse"), "see_disputes", coded=True, takes=T.CODE),
    Entry("refer", __("What the third party answers"), "see_disputes", coded=True, takes=T.CODE),
    Entry("outcome", __("What came of it outside"), "see_disputes", coded=True, takes=T.CODE),
    Entry("unresolved", __("What could not be resolved inside"), "see_register"),
    Entry("mediation", __("Disputes put before you"), "see_mediations", takes=T.CODE_OR_NOT),
    Entry("report", __("Figures of any period"), "see_unit_figures"),
    Entry("digest", __("Digests: what you get, and when"), "see_unit_figures"),
    Entry("action", __("Corrective and preventive actions"), "see_actions", takes=T.NUMBER_OR_NOT),
    Entry("away", __("No new cases for now"), "be_away"),
    Entry("back", __("Receive new cases again"), "be_away"),
    Entry("invite", __("Invite a colleague"), "invite"),
    Entry("team", __("Who is on the team"), "see_team"),
    Entry("providers", __("Who resolves disputes outside"), "see_providers"),
    Entry("accounts", __("Business customers: contacts, contract, deadlines"), "see_accounts"),
    Entry("calendar", __("Close or open a day"), "set_calendar"),
    Entry("new", __("Make a complaint")),
    Entry("mine", __("My complaints")),
    Entry("status", __("Where a complaint stands"), takes=T.CODE_OR_NOT),
    Entry("review", __("Ask other people to look at a complaint again"), takes=T.CODE_OR_NOT),
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
