"""Why a closed case came about: the cause by its group, up to five whys, how far it reaches, and a last look.

An incident is analysed by the same steps; `of` says which of the two it is.
"""

from typing import Any

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from backoffice import complaints, errors, rights
from backoffice.learning import causes, incidents
from backoffice.learning.causes import MAX_WHY, MOST_WHYS, RECENT, UNKNOWN
from backoffice.work import Work
from bot import cause_cards
from bot.i18n import _, n_
from bot.keyboards import SUCCESS, Desk, Prefix, button, desk, keyboard, pairs
from bot.material import words_within
from bot.panel import Event, leave, show
from bot.staff.incidents import show_incident
from bot.staff.queue import current, show_case
from bot.steps import Step
from bot.texts import Code, Html, bold, language, lines, paragraphs, say
from storage.complaints import Complaint
from storage.learning import Analysis

router = Router(name="causes")
router.callback_query.filter(Prefix(Desk))

CASE, INCIDENT = "case", "incident"  # of what it is the cause
STEPS = {
    CASE: ("find_cause", "causes", "cause", "show"),
    INCIDENT: ("shared", "shared_causes", "shared_cause", INCIDENT),
}
"""By what buttons it is chosen: the groups, the causes of one, one of them; and where a cancelled one leads."""


class Finding(StatesGroup):
    why = State()
    reason = State()


# ------------------------------------------------------------------ the cause


@router.callback_query(Desk.filter(F.do.in_({"find_cause", "shared"})))
async def groups(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    of = CASE if callback_data.do == "find_cause" else INCIDENT
    await ask_group(query, state, work, complaints.find(work, callback_data.code), of)


async def ask_group(event: Event, state: FSMContext, work: Work, complaint: Complaint, of: str) -> None:
    require(work, complaint, of)
    await leave(state)
    _groups, one_group, _one, _home = STEPS[of]
    rows = [
        button(each.words[language()], desk(one_group, complaint, each.code))
        for each in work.organisation.root_cause_groups
    ]
    text = paragraphs(
        bold(_("Why did it happen?")),
        say("{code}", code=Code(complaint.code or "")),
        _("Choose the root cause: the earliest reason without which it would not have happened."),
    )
    buttons = keyboard(*pairs(rows), button(_("Back"), home(complaint, of)))
    await show(event, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do.in_({"causes", "shared_causes"})))
async def of_group(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    of = CASE if callback_data.do == "causes" else INCIDENT
    complaint = complaints.find(work, callback_data.code)
    require(work, complaint, of)
    group = next((g for g in work.organisation.root_cause_groups if g.code == callback_data.value), None)
    if group is None:
        raise errors.Invalid(what="unknown_choice")
    every, _group, one, _home = STEPS[of]
    rows = [button(each.words[language()], desk(one, complaint, each.code)) for each in group.causes]
    back = button(_("Back"), desk(every, complaint))
    await show(query, state, bold(group.words[language()]), keyboard(*rows, back), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do.in_({"cause", "shared_cause"})))
async def chosen(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Of a light case that is all there has to be said; of others it is asked why."""
    of = CASE if callback_data.do == "cause" else INCIDENT
    complaint = complaints.find(work, callback_data.code)
    require(work, complaint, of)
    code = callback_data.value
    if work.organisation.find_root_cause(code) is None:
        raise errors.Invalid(what="unknown_choice")
    finding: dict[str, Any] = {"of": of, "cause": code, "whys": []}
    await state.set_state(None)
    await state.update_data(code=complaint.code, finding=finding)
    if code == UNKNOWN:
        await ask_reason(query, state, complaint, finding)
    elif thorough(work, complaint, of):
        await ask_why(query, state, work, complaint, finding)
    else:
        await offer_end(query, state, work, complaint, finding)


async def offer_end(event: Event, state: FSMContext, work: Work, complaint: Complaint, finding: dict[str, Any]) -> None:
    text = paragraphs(
        bold(say(_("Root cause: {cause}"), cause=cause_cards.name(work, finding["cause"]))),
        say("{code}", code=Code(complaint.code or "")),
        suggestion(work, complaint, finding),
        _("For this case the cause is enough. If you want to know more, ask up to five times why."),
    )
    buttons = keyboard(
        button(_("No further analysis"), desk("cause_only", complaint), SUCCESS),
        button(_("Ask why"), desk("why", complaint)),
        [button(_("Back"), desk("find_cause", complaint)), cancel(complaint, finding)],
    )
    await show(event, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "cause_only"))
async def end_here(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """With the reach that the desk suggests."""
    complaint, finding = await in_hand(callback_data, state, work)
    finding["scope"] = causes.propose(work, complaint, finding["cause"]).scope
    await record(query, state, work, complaint, finding, callback_data.turn)


# ------------------------------------------------------------------ five whys


@router.callback_query(Desk.filter(F.do == "why"))
async def first_why(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, finding = await in_hand(callback_data, state, work)
    await ask_why(query, state, work, complaint, finding)


async def ask_why(event: Event, state: FSMContext, work: Work, complaint: Complaint, finding: dict[str, Any]) -> None:
    await state.set_state(Finding.why)
    given, needed = len(finding["whys"]), needed_of(work, complaint, finding)
    done = button(_("That is the root, done"), desk("why_done", complaint), SUCCESS)
    skip = button(_("Skip"), desk("why_done", complaint))
    buttons = keyboard(
        (done if given else skip) if given >= needed else None,
        [button(_("Back"), desk("why_back", complaint)), cancel(complaint, finding)],
    )
    await show(event, state, why_asked(work, complaint, finding), buttons, complaint=complaint, party="staff")


def why_asked(work: Work, complaint: Complaint, finding: dict[str, Any]) -> Html:
    given, needed = len(finding["whys"]), needed_of(work, complaint, finding)
    title = _("Why did that happen? {number} of {total}") if given else _("Why did it happen? {number} of {total}")
    return paragraphs(
        bold(say(title, number=given + 1, total=MOST_WHYS)),
        lines(
            say("{code}", code=Code(complaint.code or "")),
            say(_("Root cause: {cause}"), cause=cause_cards.name(work, finding["cause"])),
        ),
        cause_cards.reasons(finding["whys"]),
        _("Write it in a sentence: how we work, without names, and not in the customer's words."),
        say(n_("At least {count} answer is needed.", "At least {count} answers are needed.", needed), count=needed)
        if given < needed
        else None,
    )


@router.message(Step(Finding.why))
async def typed_why(message: Message, state: FSMContext, work: Work) -> None:
    complaint, finding = await going_on(state, work)
    words = words_within(message, MAX_WHY)
    if words is None:
        await ask_again(message, state, why_asked(work, complaint, finding), complaint, finding)
        return
    finding["whys"].append(words)
    await state.update_data(finding=finding)
    if len(finding["whys"]) < MOST_WHYS:
        await ask_why(message, state, work, complaint, finding)
    else:
        await ask_reach(message, state, work, complaint, finding)


@router.callback_query(Desk.filter(F.do == "why_back"))
async def one_why_back(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """The last answer is asked for anew; before the first one there is the cause."""
    complaint, finding = await in_hand(callback_data, state, work)
    if finding["cause"] == UNKNOWN:
        await ask_reason(query, state, complaint, finding)
    elif finding["whys"]:
        finding["whys"].pop()
        await state.update_data(finding=finding)
        await ask_why(query, state, work, complaint, finding)
    else:
        await ask_group(query, state, work, complaint, finding["of"])


# ------------------------------------------------------------------ why none was found


async def ask_reason(event: Event, state: FSMContext, complaint: Complaint, finding: dict[str, Any]) -> None:
    await state.set_state(Finding.reason)
    every = STEPS[finding["of"]][0]
    buttons = keyboard([button(_("Back"), desk(every, complaint)), cancel(complaint, finding)])
    await show(event, state, reason_asked(complaint), buttons, complaint=complaint, party="staff")


def reason_asked(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("Why was no cause found?")),
        say("{code}", code=Code(complaint.code or "")),
        _("Write what you looked at, and what is missing."),
    )


@router.message(Step(Finding.reason))
async def typed_reason(message: Message, state: FSMContext, work: Work) -> None:
    complaint, finding = await going_on(state, work)
    words = words_within(message, MAX_WHY)
    if words is None:
        await ask_again(message, state, reason_asked(complaint), complaint, finding)
        return
    finding["reason"] = words
    await state.update_data(finding=finding)
    await ask_reach(message, state, work, complaint, finding)


# ------------------------------------------------------------------ how far it reaches, and the last look


@router.callback_query(Desk.filter(F.do == "why_done"))
async def enough(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, finding = await in_hand(callback_data, state, work)
    if finding["cause"] != UNKNOWN and len(finding["whys"]) < needed_of(work, complaint, finding):
        raise errors.Incomplete(missing="whys", complaint=complaint.id)
    await ask_reach(query, state, work, complaint, finding)


async def ask_reach(event: Event, state: FSMContext, work: Work, complaint: Complaint, finding: dict[str, Any]) -> None:
    await state.set_state(None)
    proposed = causes.propose(work, complaint, finding["cause"]).scope
    rows = [
        button(str(cause_cards.SCOPES[each]), desk("reach", complaint, each), SUCCESS if each == proposed else None)
        for each in sorted(causes.SCOPES, key=lambda each: each != proposed)
    ]
    text = paragraphs(
        bold(_("How far does it reach?")),
        say("{code}", code=Code(complaint.code or "")),
        suggestion(work, complaint, finding),
        _("Recurring: it has come up before. Systemic: the way we work brings it about, and it will come again."),
    )
    buttons = keyboard(*rows, [button(_("Back"), desk("why_back", complaint)), cancel(complaint, finding)])
    await show(event, state, text, buttons, complaint=complaint, party="staff")


def suggestion(work: Work, complaint: Complaint, finding: dict[str, Any]) -> Html:
    proposed = causes.propose(work, complaint, finding["cause"])
    counted = n_(
        "In the last {days} days {count} complaint had this cause, this one included.",
        "In the last {days} days {count} complaints had this cause, this one included.",
        proposed.count,
    )
    return lines(
        say(counted, days=RECENT.days, count=proposed.count) if finding["cause"] != UNKNOWN else None,
        say(_("We suggest: {scope}"), scope=Html(cause_cards.SCOPES[proposed.scope])),
    )


@router.callback_query(Desk.filter(F.do == "reach"))
async def look_again(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """All that was understood; nothing is recorded yet."""
    complaint, finding = await in_hand(callback_data, state, work)
    if callback_data.value not in causes.SCOPES:
        raise errors.Invalid(what="unknown_choice")
    finding["scope"] = callback_data.value
    await state.set_state(None)
    await state.update_data(finding=finding)
    shown = Analysis(**{name: value for name, value in finding.items() if name != "of"}, at=work.now)
    text = paragraphs(
        bold(_("Please read it once more before it is recorded.")),
        say("{code}", code=Code(complaint.code or "")),
        cause_cards.analysis(work, shown),
        _("It counts for each case of the incident.") if finding["of"] == INCIDENT else None,
    )
    buttons = keyboard(
        button(_("Record the analysis"), desk("found", complaint), SUCCESS),
        [button(_("Back"), desk("why_done", complaint)), cancel(complaint, finding)],
    )
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "found"))
async def found(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, finding = await in_hand(callback_data, state, work)
    if "scope" not in finding:
        raise errors.Stale(complaint=complaint.id)
    await record(query, state, work, complaint, finding, callback_data.turn)


async def record(
    query: CallbackQuery, state: FSMContext, work: Work, complaint: Complaint, finding: dict[str, Any], turn: int
) -> None:
    said = causes.Finding(finding["cause"], finding["scope"], tuple(finding["whys"]), finding.get("reason"))
    if finding["of"] == INCIDENT:
        incidents.find_cause(work, complaint, said)
        await leave(state)
        first = bold(_("✅ The analysis is recorded for the incident and its cases."))
        await show_incident(query, state, work, complaint, first, anew=True)
        return
    causes.find(work, complaint, said, turn=turn)
    await leave(state)
    await show_case(query, state, work, complaint, bold(_("✅ The root cause is recorded.")), anew=True)


# ------------------------------------------------------------------ inside


def require(work: Work, complaint: Complaint, of: str) -> None:
    """May this be analysed, by the actor and now?"""
    if of == INCIDENT:
        incidents.led(work, complaint)
        return
    rights.require(work, "find_cause", complaint)
    causes.require_closed(complaint)


def thorough(work: Work, complaint: Complaint, of: str) -> bool:
    return of == INCIDENT or causes.is_thorough(work, complaint)


def needed_of(work: Work, complaint: Complaint, finding: dict[str, Any]) -> int:
    """How many whys there must be."""
    return causes.LEAST_WHYS if thorough(work, complaint, finding["of"]) else 0


async def in_hand(data: Desk, state: FSMContext, work: Work) -> tuple[Complaint, dict[str, Any]]:
    """The case of the button and what was said of it, if it is the one that is being analysed now."""
    complaint = complaints.find(work, data.code)
    kept = await state.get_data()
    finding: dict[str, Any] | None = kept.get("finding")
    require(work, complaint, finding["of"] if finding else CASE)
    if finding is None or kept.get("code") != complaint.code:
        raise errors.Stale(complaint=complaint.id)
    return complaint, finding


async def going_on(state: FSMContext, work: Work) -> tuple[Complaint, dict[str, Any]]:
    """The same, for what is typed."""
    complaint = await current(state, work)
    finding: dict[str, Any] = (await state.get_data())["finding"]
    require(work, complaint, finding["of"])
    return complaint, finding


async def ask_again(
    message: Message, state: FSMContext, asked: Html, complaint: Complaint, finding: dict[str, Any]
) -> None:
    """What came is no text, and the step stays."""
    before = STEPS[finding["of"]][0] if finding["cause"] == UNKNOWN else "why_back"
    buttons = keyboard([button(_("Back"), desk(before, complaint)), cancel(complaint, finding)])
    text = paragraphs(_("Please write it as text."), asked)
    await show(message, state, text, buttons, complaint=complaint, party="staff")


def home(complaint: Complaint, of: str) -> Desk:
    return desk(STEPS[of][3], complaint)


def cancel(complaint: Complaint, finding: dict[str, Any]) -> InlineKeyboardButton:
    return button(_("Cancel"), home(complaint, finding["of"]))
