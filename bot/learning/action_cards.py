"""The card of an action: what is to be done, by whom and when, of which cases it came, and what became of it."""

from aiogram.types import InlineKeyboardButton

from backoffice import people, rights
from backoffice.learning import action_lists, actions, effects
from backoffice.learning.occurrences import Pattern
from backoffice.learning.states import State
from backoffice.work import Work
from bot import items
from bot.i18n import _, __, n_
from bot.keyboards import DANGER, SUCCESS, Go, Row, act, button
from bot.learning import action_lines
from bot.texts import Code, Html, bold, language, lines, paragraphs, quote, say
from storage.actions import Action, ActionRound, ActionWords, words_of

ORIGINS = {
    actions.CASE: __("a complaint"),
    actions.ALARM: __("an alarm"),
    actions.PARETO: __("the figures"),
    actions.INCIDENT: __("an incident"),
}
CODES = 6  # of cases that are named on the card
WORDS = 500  # UTF-16 units of each text on it


# ------------------------------------------------------------------ what is read


def card(work: Work, action: Action) -> Html:
    """All of it, for who may open it."""
    round_ = actions.current(work, action)
    return paragraphs(
        lines(
            bold(title(action)),
            say("{action}", action=Code(action.number)),
            action_lines.due(work, action) if State(action.state) is State.OPEN else None,
            say(_("Attempt number {number}"), number=round_.round) if round_.round > 1 else None,
        ),
        quote(action.words, actions.MAX_WORDS),
        about(work, action),
        who(work, action),
        cases(work, action),
        wish(work, action),
        written(work, action),
        result(work, action, round_),
    )


def title(action: Action) -> Html:
    state = Html(action_lines.STATES[State(action.state)])
    corrective = action.kind == actions.CORRECTIVE
    return say(_("Corrective action: {state}") if corrective else _("Preventive action: {state}"), state=state)


def about(work: Work, action: Action) -> Html:
    """What the complaints have in common that it is about."""
    return pattern(work, effects.pattern_of(action))


def pattern(work: Work, of: Pattern) -> Html:
    """In words of the organisation's file; a code that the file does not have any more stands for itself."""
    return lines(
        say(_("About: {category}"), category=named_category(work, of.category)) if of.category else None,
        *items.lines_of(work, of),
        say(_("Root cause: {cause}"), cause=named_cause(work, of.cause)) if of.cause else None,
        say(_("Unit: {unit}"), unit=named_unit(work, of.department)) if of.department else None,
    )


def named_category(work: Work, code: str) -> str:
    for group in work.organisation.category_groups:
        for each in group.categories:
            if each.code == code:
                words = Html(group.words[language()]), Html(each.words[language()])
                return say("{group} – {category}", group=words[0], category=words[1])
    return Code(code)


def named_cause(work: Work, code: str) -> str:
    found = {each.code: each for each in work.organisation.root_causes}.get(code)
    return Html(found.words[language()]) if found else Code(code)


def named_unit(work: Work, code: str) -> str:
    found = {each.code: each for each in work.organisation.departments}.get(code)
    return Html(found.words[language()]) if found else Code(code)


def who(work: Work, action: Action) -> Html:
    owner, maker = people.name_of(work, action.owner_id), people.name_of(work, action.maker_id)
    return lines(
        say(_("Owner of the action: {name}"), name=owner or Html(_("nobody yet"))),
        say(_("Made by {name} on {date}"), name=maker, date=action.made_at) if maker else None,
        origin(action),
    )


def origin(action: Action) -> Html:
    """Whence it came. An incident has a number that people know; a case stands among its cases, for who may read it."""
    named = Html(ORIGINS[action.source])
    if action.reference is None or action.source != actions.INCIDENT:
        return say(_("Came from: {origin}"), origin=named)
    return say(_("Came from: {origin}, {reference}"), origin=named, reference=Code(action.reference))


def cases(work: Work, action: Action) -> Html | None:
    """Those that the reader may read by their codes, the newest first; of the others only how many."""
    known, hidden = action_lists.cases(work, action)
    left = len(known) - CODES
    rest = hidden + max(left, 0)
    if not known and not hidden:
        return None
    return lines(
        Html(_("Complaints from which it came:")),
        *(say("{code}", code=Code(each.code or "")) for each in known[:CODES]),
        say(n_("and {count} other", "and {count} others", rest), count=rest) if rest else None,
    )


def wish(work: Work, action: Action) -> Html | None:
    """The other date that its owner would like, and why."""
    if action.wanted_at is None:
        return None
    reason = latest(work, action, actions.TIME)
    asked = say(_("The owner asks for another date: {date}"), date=action.wanted_at)
    return lines(asked, quote(reason.text, WORDS) if reason else None)


def written(work: Work, action: Action) -> Html | None:
    """The latest word on where it stands: the evidence, or why that was not enough, or why it was dropped."""
    last = latest(work, action, actions.EVIDENCE, actions.REFUSAL, actions.DROPPED, actions.DECIDED)
    if last is None:
        return None
    said = {
        actions.EVIDENCE: _("Evidence of {date}:"),
        actions.REFUSAL: _("Why the evidence was not enough, {date}:"),
        actions.DROPPED: _("Why it was dropped, {date}:"),
        actions.DECIDED: _("Why it was decided so, {date}:"),
    }
    return lines(say(said[last.kind], date=last.at), quote(last.text, WORDS))


def latest(work: Work, action: Action, *kinds: str) -> ActionWords | None:
    found = [each for each in words_of(work.db, action.id) if each.kind in kinds]
    return found[-1] if found else None


def result(work: Work, action: Action, round_: ActionRound) -> Html | None:
    """When it is looked at whether it helped, or what was found."""
    if round_.measured_at is None:
        return say(_("Whether it helped is checked on {date}."), date=round_.check_at) if round_.check_at else None
    open_still = State(action.state) is State.DONE
    undecided = Html(_("Nothing could be measured: somebody has to decide.")) if open_still else None
    return lines(figures(work, round_), undecided)


def figures(work: Work, round_: ActionRound) -> Html:
    """The two numbers, and how many would have been few enough."""
    earlier, later = round_.earlier or 0, round_.later or 0
    few = int(effects.target(work, earlier))
    return lines(
        say(n_("Before: {count} such complaint", "Before: {count} such complaints", earlier), count=earlier),
        say(n_("Afterwards: {count} such complaint", "Afterwards: {count} such complaints", later), count=later),
        say(_("It has helped if there are at most: {limit}"), limit=few) if earlier else None,
    )


# ------------------------------------------------------------------ what can be done


def choices(work: Work, action: Action) -> list[Row]:
    """What the actor may do with it now, and nothing else: at most eight."""
    is_open = State(action.state) is State.OPEN
    running = State(action.state) in (State.OPEN, State.DONE)
    finishes, steers, hands = (rights.may_on(work.actor, do, action) for do in ("finish", "steer", "hand_over"))
    wished = is_open and steers and action.wanted_at is not None
    verdict = effects.decidable(work, action) if steers else None
    either = verdict == effects.UNMEASURED

    def offer(able: object, text: str, do: str, style: str | None = None) -> Row:
        return [button(text, act(do, action), style)] if able else []

    return [
        offer(wished, _("Grant the date"), "grant", SUCCESS) + offer(wished, _("Keep the date"), "keep"),
        offer(finishes and is_open, _("It is done"), "finish", SUCCESS),
        offer(verdict in (effects.UNMEASURED, effects.EFFECTIVE), _("It helped"), "helped", SUCCESS if either else None)
        + offer(verdict in (effects.UNMEASURED, effects.INEFFECTIVE), _("It did not help"), "not_helped"),
        offer((finishes or steers) and is_open, _("Another date"), "date")
        + offer(hands and running, _("Another owner"), "owner"),
        offer(steers and State(action.state) is State.DONE, _("The evidence is not enough"), "refuse"),
        offer(steers and is_open, _("Drop the action"), "drop", DANGER),
        [*offer(action_lists.cases(work, action)[0], _("Its cases"), "cases"), back()],
    ]


def back() -> InlineKeyboardButton:
    return button(_("Actions"), Go(to="actions"))


def opening(action: Action, style: str | None = None) -> Row:
    return [button(_("Open the action"), act("show", action), style)]
