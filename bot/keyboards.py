"""Buttons: what they carry (always to be distrusted when it comes back) and how they are laid out."""

from collections.abc import Callable
from html import unescape

from aiogram.filters import Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from backoffice import codes
from bot.i18n import _
from bot.texts import Html, label
from storage.actions import Action
from storage.complaints import Complaint

Row = list[InlineKeyboardButton]
SUCCESS, DANGER = "success", "danger"


class Go(CallbackData, prefix="go"):
    """To a place of the menu."""

    to: str
    page: int = 0


class Choose(CallbackData, prefix="ch"):
    """A setting of one's own: language, digits, calendar."""

    what: str
    value: str


class Agree(CallbackData, prefix="ok"):
    """Consent to the version of a legal text that was shown."""

    kind: str
    version: str


class Form(CallbackData, prefix="f"):
    """A step of the complaint form."""

    do: str
    draft: int
    value: str = ""


class Log(CallbackData, prefix="log"):
    """A step of writing down a complaint that came another way; `draft` is 0 before it has begun."""

    do: str
    draft: int = 0
    value: str = ""


class Data(CallbackData, prefix="data"):
    """What people want done with the data kept about them; `about` is empty, NAMED, or the code of a case."""

    do: str
    about: str = ""


class Own(CallbackData, prefix="own"):
    """What a complainant does with a case; `turn` is the one the button was drawn for."""

    do: str
    code: str
    turn: int
    value: str = ""


class Desk(CallbackData, prefix="desk"):
    """What staff do with a case."""

    do: str
    code: str
    turn: int
    value: str = ""


class Inquire(CallbackData, prefix="inq"):
    """What is done about a question that somebody of the house was asked."""

    do: str
    number: int


class Carry(CallbackData, prefix="carry"):
    """What is done about a remedy that is to be carried out; `number` is that of its task."""

    do: str
    number: int
    value: str = ""


class Matter(CallbackData, prefix="dsp"):
    """What is done in a dispute by whichever of its sides; who that is, the rights say."""

    do: str
    code: str
    turn: int
    value: str = ""


class Post(CallbackData, prefix="post"):
    """A step of the invitation of a colleague."""

    do: str
    value: str = ""


class Team(CallbackData, prefix="team"):
    """What is done with a colleague; `page` is the one of the list that they were chosen from."""

    do: str
    person: int
    page: int = 0


class Business(CallbackData, prefix="biz"):
    """What staff do with a business customer; `number` is 0 while it is not there yet."""

    do: str
    number: int = 0
    page: int = 0
    value: str = ""


class Register(CallbackData, prefix="prov"):
    """What staff do with a provider of the register; `page` is the one of the list that it was chosen from."""

    do: str
    code: str
    page: int = 0


class Mediator(CallbackData, prefix="med"):
    """A step of taking a mediator into the register."""

    do: str
    value: str = ""


class Report(CallbackData, prefix="rep"):
    """A page of figures: which topic (or what is to be chosen), of which period, so many back, of which unit.

    `cause`: the place of a root cause in the organisation's file, where one was chosen. `only`: a part of it, as a
    letter for what it is a part by, and a place in the organisation's file.
    """

    do: str
    kind: str = "month"
    back: int = 0
    unit: str = ""
    cause: int = -1
    only: str = ""


class Recurs(CallbackData, prefix="alm"):
    """What is done about an alarm that something recurs."""

    do: str
    alarm: int


class Issue(CallbackData, prefix="dig"):
    """What its reader says of a digest."""

    do: str
    digest: int


class Cases(CallbackData, prefix="tab"):
    """What is done with a table of cases that is being made."""

    do: str
    table: int


class Subscribe(CallbackData, prefix="sub"):
    """A step of subscribing to digests; `number` is that of the subscription, 0 while there is none."""

    do: str
    number: int = 0
    value: str = ""


class Act(CallbackData, prefix="act"):
    """What is done with a corrective or preventive action; `turn` is the one the button was drawn for."""

    do: str
    number: int
    turn: int
    value: str = ""


class Acts(CallbackData, prefix="acts"):
    """A list of actions: one's own, or everybody's (of one department)."""

    whose: str
    page: int = 0
    department: str = ""


class Days(CallbackData, prefix="days"):
    """What is done with a day of the calendar; `day` is empty while it is asked for."""

    do: str
    day: str = ""


class Bind(CallbackData, prefix="bind"):
    """The department whose alarms go to the group in which the button stands."""

    department: str


class Prefix(Filter):
    """Whether a button is one of these at all: asked once a router, so that its handlers need not be asked."""

    def __init__(self, *kinds: type[CallbackData]) -> None:
        self._prefixes = frozenset(kind.__prefix__ for kind in kinds)

    async def __call__(self, query: CallbackQuery) -> bool:
        return (query.data or "").partition(":")[0] in self._prefixes


def button(text: str, data: CallbackData, style: str | None = None) -> InlineKeyboardButton:
    plain = unescape(text) if isinstance(text, Html) else text  # what is read on a button is no markup
    return InlineKeyboardButton(text=label(plain), callback_data=data.pack(), style=style)


def ticked(text: str, on: object, data: CallbackData) -> InlineKeyboardButton:
    """What is chosen or filled in carries a mark."""
    marked = f"✅ {text}" if on else text
    return button(Html(marked) if isinstance(text, Html) else marked, data)


def to_menu() -> InlineKeyboardButton:
    return button(_("Menu"), Go(to="home"))


def copy(text: str, value: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, copy_text=CopyTextButton(text=value))


def keyboard(*rows: Row | InlineKeyboardButton | None) -> InlineKeyboardMarkup:
    """Rows of buttons; a lone button is a row, None and an empty row are left out."""
    listed = [row if isinstance(row, list) else [row] for row in rows if row]
    return InlineKeyboardMarkup(inline_keyboard=listed)


def pairs(buttons: Row) -> list[Row]:
    """Two in a row where both texts are short enough for a phone, else one."""
    rows: list[Row] = []
    for each in buttons:
        if rows and len(rows[-1]) == 1 and len(rows[-1][0].text) <= 18 and len(each.text) <= 18:
            rows[-1].append(each)
        else:
            rows.append([each])
    return rows


def pager(page: int, more: bool, place: Callable[[int], CallbackData], before: str, after: str) -> Row:
    """To the pages before and after this one, as far as there are any; the first is 0."""
    ways = [(before, page - 1, page > 0), (after, page + 1, more)]
    return [button(text, place(number)) for text, number, there in ways if there]


def own(do: str, complaint: Complaint, value: str = "") -> Own:
    return Own(do=do, code=codes.compact(complaint.code or ""), turn=complaint.turn, value=value)


def desk(do: str, complaint: Complaint, value: str = "") -> Desk:
    return Desk(do=do, code=codes.compact(complaint.code or ""), turn=complaint.turn, value=value)


def matter(do: str, complaint: Complaint, value: str = "") -> Matter:
    return Matter(do=do, code=codes.compact(complaint.code or ""), turn=complaint.turn, value=value)


def act(do: str, action: Action, value: str = "") -> Act:
    return Act(do=do, number=action.id, turn=action.turn, value=value)
