"""Telegram's HTML: from tags to text and entities, with Telegram's own complaints about broken markup."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.records import Json
from bot.sandbox.refusals import ApiError, bad_request

STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler", "a": "text_link",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
MAX_ENTITIES = 100

_TOKEN = re.compile(r"<|&(?:#(?P<dec>\d{1,8})|#[xX](?P<hex>[0-9a-fA-F]{1,8})|(?P<name>[a-z]+));")
_NAME = re.compile(r"[^\s>/]*")
_BRACKET = re.compile(r"\s*>")
_END_TAG = re.compile(r"</([^\s>]*)\s*(>?)")
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z\-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[a-zA-Z0-9.\-]+))?""")
_UNSEEN = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_PLAIN = re.compile(
    r"(?P<url>https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]»])|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z]\w{3,31})|(?<![\w#])(?P<hashtag>#\w*[^\W\d_]\w*)"
)
#: Nothing is recognised by itself inside these.
_OPAQUE = {"code", "pre", "text_link"}


def units(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def clean(text: str) -> str:
    """Drop what Telegram drops from any text: carriage returns, control and overriding characters."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROL.sub(" ", _UNSEEN.sub("", text))


@dataclass(slots=True)
class _Open:
    tag: str
    start: int
    fields: Json


class _Html:
    """One reading of one text; offsets in complaints are bytes, offsets of entities UTF-16 units."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str] = []
        self.length = 0
        self.stack: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        place = 0
        while match := _TOKEN.search(self.source, place):
            self._say(self.source[place : match.start()])
            place = match.end()
            if match[0] != "<":
                self._say(_character(match))
            elif self.source[place : place + 1] == "/":
                place = self._close(match.start())
            else:
                place = self._begin(match.start())
        self._say(self.source[place:])
        if self.stack:
            raise _broken(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        return "".join(self.parts), self.entities

    def _say(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.length += units(text)

    def _at(self, place: int) -> str:
        return f"at byte offset {len(self.source[:place].encode())}"

    def _begin(self, start: int) -> int:
        name = _NAME.match(self.source, start + 1)
        place = name.end() if name else start + 1
        tag = self.source[start + 1 : place].lower()
        if place >= len(self.source):
            raise _broken(f"Unclosed start tag {self._at(start)}")
        if tag not in STYLES:
            raise _broken(f'Unsupported start tag "{tag}" {self._at(start)}')
        given: dict[str, str] = {}
        while attribute := _ATTRIBUTE.match(self.source, place):
            given[attribute[1].lower()] = _unescape((attribute[2] or "").strip("\"'"))
            place = attribute.end()
        closing = _BRACKET.match(self.source, place)
        if not closing:
            raise _broken(f'Unclosed start tag "{tag}" {self._at(start)}')
        if tag == "span" and given.get("class") != "tg-spoiler":
            raise _broken(f'Tag "span" must have class "tg-spoiler" {self._at(start)}')
        self.stack.append(_Open(tag, self.length, self._fields(tag, given)))
        return closing.end()

    def _fields(self, tag: str, given: dict[str, str]) -> Json:
        if tag == "a":
            return {"type": "text_link", "url": given.get("href", "")}
        if tag == "blockquote" and "expandable" in given:
            return {"type": "expandable_blockquote"}
        if tag == "code" and self.stack and self.stack[-1].tag == "pre" and "class" in given:
            self.stack[-1].fields["language"] = given["class"].removeprefix("language-")
        return {"type": STYLES[tag]}

    def _close(self, start: int) -> int:
        if not self.stack:
            raise _broken(f"Unexpected end tag {self._at(start)}")
        end = _END_TAG.match(self.source, start)
        name, bracket = (end[1].lower(), end[2]) if end else ("", "")
        if not end or not bracket:
            raise _broken(f"Unclosed end tag {self._at(start)}")
        opened = self.stack.pop()
        if name and name != opened.tag:
            raise _broken(f'Unmatched end tag {self._at(start)}, expected "</{opened.tag}>", found "</{name}>"')
        self._keep(opened)
        return end.end()

    def _keep(self, opened: _Open) -> None:
        fields, length = opened.fields, self.length - opened.start
        inside_pre = opened.tag == "code" and self.stack and self.stack[-1].tag == "pre"
        if length == 0 or inside_pre:
            return
        if fields["type"] == "text_link" and not re.match(r"(https?|tg|mailto|tel):", fields["url"]):
            return  # Telegram drops a link it cannot follow and keeps its words
        self.entities.append({"offset": opened.start, "length": length, **fields})


def _broken(text: str) -> ApiError:
    return bad_request(f"can't parse entities: {text}")


def _character(match: re.Match[str]) -> str:
    code = int(match["dec"]) if match["dec"] else int(match["hex"], 16) if match["hex"] else 0
    if match["name"]:
        return NAMED.get(match["name"], match[0])
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]


def _unescape(text: str) -> str:
    return _TOKEN.sub(lambda match: match[0] if match[0] == "<" else _character(match), text)


def from_html(source: str) -> tuple[str, list[Json]]:
    """Text and entities of `source`, trimmed; a `ApiError` says what is wrong with the markup."""
    return trim(*_Html(clean(source)).read())


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Cut blanks as Telegram does: all at the end, at the start those before the first entity."""
    text = text.rstrip()
    ordered = sorted(entities, key=lambda e: (e["offset"], -e["length"]))
    end = units(text)
    first = min((e["offset"] for e in ordered), default=end)
    lead = min(len(text) - len(text.lstrip(" \n")), first)
    kept = []
    for entity in ordered:
        length = min(entity["length"], end - entity["offset"])
        if length > 0:
            kept.append({**entity, "offset": entity["offset"] - lead, "length": length})
    return text[lead:], kept[:MAX_ENTITIES]


def with_found(text: str, entities: list[Json]) -> list[Json]:
    """Add the entities Telegram recognises by itself: links, commands, mentions, hashtags."""
    if not any(sign in text for sign in "/@#:"):
        return entities
    closed = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _OPAQUE]
    found = [e for e in _find(text) if not any(a < e["offset"] + e["length"] and e["offset"] < b for a, b in closed)]
    return sorted(entities + found, key=lambda e: (e["offset"], -e["length"]))[:MAX_ENTITIES]


def _find(text: str) -> Iterator[Json]:
    for match in _PLAIN.finditer(text):
        yield {"type": match.lastgroup, "offset": units(text[: match.start()]), "length": units(match[0])}
