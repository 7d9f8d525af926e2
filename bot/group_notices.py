"""What a group reads of its departments' cases: what happened, the code, whose turn, by when; nothing personal."""

from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from backoffice import groups
from backoffice.stages import Stage
from backoffice.work import Work
from bot import cards
from bot.i18n import Reader, _, __, n_, speaking_to
from bot.notice import Call, Notice, Said, template
from bot.reminder_notices import MOST, date_line
from bot.texts import Code, Html, bold, language, lines, paragraphs, say
from storage.clocks import ENDED_UNMET, Deadline
from storage.complaints import Complaint
from storage.traffic import OutboxMessage

Part = dict[str, Any]

WHAT = {
    "untaken": __("⚠️ A case waits and nobody has taken it."),
    "critical": __("⚠️ A case is critical."),
    "breached": __("⚠️ A deadline has passed."),
    "escalated": __("⚠️ A case is still late and was escalated."),
    "deadlocked": __("⚠️ The longest time for a case is over."),
}


def word(work: Work, message: OutboxMessage) -> Call | None:
    """The alarms of this message that the group may still read; it has no language of its own."""
    rules, body = work.organisation, message.body
    bound = {group.department for group in groups.in_lane(work, message.lane)}
    with speaking_to(Reader(rules.default_language, zone=ZoneInfo(rules.time_zone))):
        text = _alarms(work, _by_case(work, body["params"], bound), body.get("more", 0))
    if text is None:
        return None
    return {"method": "sendMessage", "args": {"text": text, "parse_mode": "HTML", "protect_content": True}}


@template
def group_lost(notice: Notice) -> Said:
    """To the admins."""
    return paragraphs(
        bold(_("⚠️ Alarms reach a group no more: the bot was removed from it, or may not write there.")),
        say(_("Unit: {unit}"), unit=units(notice.work, notice.params["departments"])),
        _("Add the bot to the group again and write /bind there."),
    ), None


def units(work: Work, codes: Collection[str]) -> Html:
    return Html(" · ".join(each.words[language()] for each in work.organisation.departments if each.code in codes))


def _by_case(work: Work, parts: list[Part], bound: Collection[str]) -> list[tuple[Complaint, list[Part]]]:
    found: dict[int, tuple[Complaint, list[Part]]] = {}
    for part in parts:
        complaint = work.db.get(Complaint, part["complaint"])
        if complaint and complaint.department in bound and _is_so(work, complaint, part):
            found.setdefault(complaint.id, (complaint, []))[1].append(part)
    return list(found.values())


def _is_so(work: Work, complaint: Complaint, part: Part) -> bool:
    """Whether it is still true when it is read."""
    stage = Stage(complaint.stage)
    if part["kind"] == "untaken":
        return stage in (Stage.RECEIVED, Stage.ASSESSED)
    deadline = work.db.get(Deadline, part.get("deadline", 0))
    return stage is not Stage.CLOSED and (deadline is None or deadline.ended in (None, ENDED_UNMET))


def _alarms(work: Work, cases: list[tuple[Complaint, list[Part]]], more: int) -> Html | None:
    if not cases:
        return None
    left = len(cases[MOST:]) + more
    rest = say(n_("And {count} more case.", "And {count} more cases.", left), count=left) if left else None
    return paragraphs(*(_case(work, *each) for each in cases[:MOST]), rest)


def _case(work: Work, complaint: Complaint, parts: list[Part]) -> Html:
    """Four lines or so; of several alarms the newest gives the title."""
    return lines(
        bold(str(WHAT[parts[-1]["kind"]])),
        say("{code}", code=Code(complaint.code or "")),
        Html(cards.turn(complaint)),
        *dict.fromkeys(line for part in parts for line in _dates(work, complaint, part)),
    )


def _dates(work: Work, complaint: Complaint, part: Part) -> list[Html | None]:
    """By when: the limit that it is about, else the date of the case."""
    deadline = work.db.get(Deadline, part.get("deadline", 0))
    if deadline is not None:
        return [date_line(work, deadline)]
    return [cards.due_line(work, complaint), cards.containment(work, complaint)]
