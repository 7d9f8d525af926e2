"""What people are told of actions, worded at delivery: only to who may still open them, as they stand then."""

from aiogram.types import InlineKeyboardMarkup

from backoffice import people, rights
from backoffice.learning import effects, timing
from backoffice.learning.states import State
from bot.i18n import _, __, n_
from bot.keyboards import SUCCESS, Go, act, button, keyboard, pairs
from bot.learning import action_cards, action_lines
from bot.notice import Notice, Said, template
from bot.texts import Code, Html, bold, lines, paragraphs, quote, say
from storage.actions import Action, ActionRound

REMINDED = {
    timing.NEAR: __("⏳ The date of an action is near."),
    timing.TODAY: __("⏳ An action is due today."),
    timing.LATE: __("⚠️ An action is late."),
    timing.ESCALATED: __("⚠️ An action is late and still not done."),
}
MOST = 6  # actions listed in one message


@template
def action_assigned(notice: Notice) -> Said | None:
    return _brief(notice, _("An action is yours now: see that it is done."))


@template
def action_done(notice: Notice) -> Said | None:
    return _brief(notice, _("An action is done, its owner says. Is the evidence enough?"))


@template
def action_time_asked(notice: Notice) -> Said | None:
    return _brief(notice, _("The owner of an action asks for another date."))


@template
def action_due_moved(notice: Notice) -> Said | None:
    return _brief(notice, _("An action of yours has a new date."))


@template
def action_time_refused(notice: Notice) -> Said | None:
    return _brief(notice, _("The date of an action of yours stays as it was."))


@template
def action_evidence_refused(notice: Notice) -> Said | None:
    return _brief(notice, _("⚠️ The evidence of an action of yours is not enough: it is open again."))


@template
def action_dropped(notice: Notice) -> Said | None:
    return _brief(notice, _("An action was dropped."))


@template
def action_came_back(notice: Notice) -> Said | None:
    return _brief(notice, _("⚠️ The owner of an action has left the team. It has another owner for now."))


@template
def action_taken_over(notice: Notice) -> Said:
    """Whoever had it may not be able to open it any more, so this is about nothing but the change."""
    action = _action(notice)
    name = people.name_of(notice.work, notice.params["owner"])
    text = paragraphs(
        bold(_("A colleague has taken over an action of yours.")),
        say("{action}", action=Code(action.number)),
        say(_("Owner of the action: {name}"), name=name or Html(_("nobody yet"))),
    )
    return text, None


@template
def action_checked(notice: Notice) -> Said | None:
    """What was found, and the two numbers."""
    round_ = notice.work.db.get_one(ActionRound, notice.params["round"])
    told = {
        effects.EFFECTIVE: _("✅ An action has helped."),
        effects.INEFFECTIVE: _("⚠️ An action has not helped: it is to be done anew, with a new date."),
        None: _("Whether an action helped could not be measured: nothing like it had happened before."),
    }
    ask = round_.verdict is None and rights.may_on(notice.work.actor, "steer", _action(notice))
    measured = action_cards.figures(notice.work, round_) if round_.measured_at else None
    wanted = Html(_("Please open it and say whether it helped.")) if ask else None
    return _brief(notice, told[round_.verdict], measured, wanted)


@template
def action_reminders(notice: Notice) -> Said | None:
    """The newest word on each that is still to be done, what is due soonest first."""
    news = {part["action"]: part["what"] for part in notice.parts}
    found = [notice.work.db.get(Action, each) for each in news]
    wanted = [each for each in found if each is not None and _is_wanted(notice, each)]
    wanted.sort(key=lambda each: (each.due_at, each.id))
    if not wanted:
        return None
    count = len(wanted) + notice.more
    if count == 1:
        return _brief(notice, str(REMINDED[news[wanted[0].id]]), action=wanted[0])
    shown = wanted[:MOST]
    text = paragraphs(
        bold(say(n_("⏳ {count} action needs you.", "⏳ {count} actions need you.", count), count=count)),
        *(lines(action_lines.one(notice.work, each), say("{words}", words=action_lines.gist(each))) for each in shown),
    )
    rows = pairs([button(each.number, act("show", each)) for each in shown])
    return text, keyboard(button(_("Actions"), Go(to="actions"), SUCCESS), *rows)


def _is_wanted(notice: Notice, action: Action) -> bool:
    return State(action.state) is State.OPEN and rights.may_on(notice.work.actor, "open", action)


def _action(notice: Notice) -> Action:
    return notice.work.db.get_one(Action, notice.params["action"])


def _brief(notice: Notice, title: str, *more: str | None, action: Action | None = None) -> Said | None:
    """What happened, what it is about, and the way in; nothing for who may not open it any more."""
    action = action or _action(notice)
    if not rights.may_on(notice.work.actor, "open", action):
        return None
    text = paragraphs(
        bold(title),
        action_lines.one(notice.work, action),
        quote(action.words),
        *more,
        action_cards.wish(notice.work, action) or action_cards.written(notice.work, action),
    )
    return text, InlineKeyboardMarkup(inline_keyboard=[action_cards.opening(action, SUCCESS)])
