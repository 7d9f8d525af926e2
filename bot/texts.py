"""How a text is put together: values escaped, isolated against bidi accidents, in the reader's digits."""

import html
from datetime import date, datetime

from bot import dates
from bot.i18n import reader

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"
RLM = "\u200f"
MAX_TEXT = 3500  # UTF-16 units of one message of ours, well under Telegram's 4096
MAX_QUOTE = 600


class Html(str):
    """Text that is markup already and goes in as it is."""

    __slots__ = ()


class Code(str):
    """A tracking code, secret or link: always left to right, never translated, copied by a tap."""

    __slots__ = ()


Value = str | int | date | datetime


def say(template: str, /, **values: Value) -> Html:
    """Fill a translated text. Strings are escaped and isolated, numbers and dates follow the reader's ways."""
    return Html(template.format(**{name: shown(value) for name, value in values.items()}))


def shown(value: Value) -> str:
    if isinstance(value, Html):
        return value
    if isinstance(value, Code):
        return f"{LRI}<code>{html.escape(value)}</code>{PDI}"
    if isinstance(value, str):
        return f"{FSI}{html.escape(value)}{PDI}"
    if isinstance(value, datetime | date):
        return dates.day(value)
    return dates.digits(str(value))


def bold(text: str) -> Html:
    """A first line: what this is about. Our own words, already safe."""
    return Html(f"<b>{text}</b>")


def quote(words: str | None, limit: int = MAX_QUOTE) -> Html:
    """A person's own words, quoted; long ones fold, very long ones end in an ellipsis. `limit`: UTF-16 units."""
    if not words:
        return Html("")
    cut = shortened(words, limit)
    tag = "<blockquote expandable>" if len(cut) > 280 else "<blockquote>"
    return Html(f"{tag}{html.escape(cut)}</blockquote>")


def shortened(words: str, limit: int) -> str:
    """At most so many UTF-16 units, which is what Telegram counts: an emoji is two."""
    if units(words) <= limit:
        return words
    encoded = words.encode("utf-16-le")
    return encoded[: 2 * limit].decode("utf-16-le", "ignore").rstrip() + "…"


def units(text: str) -> int:
    """How long Telegram counts a text: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def lines(*parts: str | None) -> Html:
    """The parts, one a line; what is None is left out."""
    return Html("\n".join(part for part in parts if part is not None))


def paragraphs(*parts: str | None) -> Html:
    """The parts with an empty line between; what is None or empty is left out."""
    return Html("\n\n".join(part for part in parts if part))


def plain(text: str) -> Html:
    """Text of the organisation's file (policy, privacy): not markup."""
    return Html(html.escape(text))


def label(text: str, limit: int = 60) -> str:
    """A button's text: one line, never too long."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def language() -> str:
    return reader().language
