"""An action in a line or two: its number, where it stands, when it is due."""

from backoffice import rights
from backoffice.learning import action_lists
from backoffice.learning.states import State
from backoffice.work import Work
from bot.i18n import _, __
from bot.texts import Code, Html, lines, say, shortened
from storage.actions import Action
from storage.complaints import Complaint

STATES = {
    State.OPEN: __("to be done"),
    State.DONE: __("done, still to be checked"),
    State.EFFECTIVE: __("it has helped"),
    State.INEFFECTIVE: __("it has not helped"),
    State.DROPPED: __("dropped"),
}
A_CARD = 3  # of them on the card of a case
MAX_WORDS = 80  # UTF-16 units of what is to be done, in a list


def on_case(work: Work, complaint: Complaint) -> Html | None:
    """What a case led to, for the staff's card of it; the newest last."""
    found = action_lists.of_case(work, complaint) if rights.may(work.actor, "read", complaint) else []
    if not found:
        return None
    return lines(Html(_("What is done about it:")), *(one(work, each) for each in found[-A_CARD:]))


def one(work: Work, action: Action) -> Html:
    if State(action.state) is State.OPEN:
        return say("{action} · {due}", action=Code(action.number), due=due(work, action))
    return say("{action} · {state}", action=Code(action.number), state=Html(STATES[State(action.state)]))


def due(work: Work, action: Action) -> Html:
    late = action.due_at < work.now
    return say(_("⚠️ Overdue since {date}") if late else _("⏳ Due {date}"), date=action.due_at)


def gist(action: Action) -> str:
    """What is to be done, on one line."""
    return shortened(" ".join(action.words.split()), MAX_WORDS)
