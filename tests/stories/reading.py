"""Reads all that anybody in a story could see of the bot, in every version of it, as its reader would have to."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backoffice.organisation import Organisation
from backoffice.words import tidy
from bot.i18n import Reader
from bot.sandbox.records import Event, Message
from bot.sandbox.world import World
from tests.stories.lexicon import ACTION, CODE, FSI, LRI, PDI, Lexicon, entries, examples

TEXT, CAPTION, TOAST = 4096, 1024, 200  # UTF-16 units that Telegram takes
PROFILE = {"name": 64, "description": 512, "short_description": 120, "command": 256}  # letters
CHOICES, LABEL = 8, 60
WAYS = {
    "Back",
    "Cancel",
    "Continue",
    "Menu",
    "More",
    "Previous",
    "Older",
    "Newer",
    "Remove the entry",
}  # that choose nothing
NEXT = (
    "Next: our answer.",
    "Next: submit the complaint when you are ready.",
    "Next: tell us by {date} whether the remedy is done.",
    "Next: tell us by {date} whether you accept the answer.",
    "Next: we carry out the remedy by {date}.",
    "Next: we carry out the remedy.",
    "Next: you receive our answer by {date}.",
    "Next: your answer to our question, by {date}. Write it here.",
    "Next: tell us by {date} whether you accept the decision.",
    "Next: the decision of the review by {date}.",
    "Next: by {date} you learn whether the review is held.",
    "Next: choose by {date} how it goes on.",
    "You will have our answer by {date}. Until then you can add anything here.",
    "Until {date} you can reopen it with one tap.",
    "If the problem comes back, you can make a new complaint at any time.",
    "Next: we talk directly, until {date}.",
    "Next: our consent, by {date}.",
    "Next: the third party answers by {date}.",
    "Next: the third party's result, by {date}.",
    "Next: our answer to the proposal, by {date}.",
    "Next: what was agreed is done by {date}.",
    "Next: tell us by {date} whether it is done.",
    "Next: tell us by {date} whether you consent.",
    "Next: the mediation, until {date}.",
    "Next: answer the proposal by {date}.",
    "Next: please follow {code}; what you send reaches it.",
    "Next: the right place that we named. You can make a new complaint at any time.",
    "Next: until {date} you can ask other people to look at this decision.",
)
LISTS = ("My complaints", "Shall we erase your data?")  # of cases, a line or two each
# Where the second look and the third party are named (S20), and by which words.
ROUTES_AT = (
    "✅ We have received your complaint.",
    "Our answer to your complaint",
    "The decision on your review",
    "✅ Your complaint is closed.",
    "Welcome to the complaint desk of {organisation}.",
    "Your rights",
)
# Closed with what a third party or the two sides came to, nothing of that is left to be named.
ENDED = "How was this way? One star is poor, five are excellent."
# Whoever is to send a document on, or to carry out what it says, can do so; it says whose it is.
DOCUMENTS = (
    "Document number: {number}",
    "📎 belongs to document {number}",
    "For the customer, to be sent or printed:",
    "Print this for the customer, or let them scan it: it opens the complaint in their Telegram, once.",
)
ROUTES = {"en": ("other people", "mediat"), "fa": ("بازبینی", "میانجیگر"), "ar": ("راجع", "وسيط")}
STRANGE = {"fa": "يكةىۀ٠١٢٣٤٥٦٧٨٩", "ar": "یکگپچژ۰۱۲۳۴۵۶۷۸۹"}
PLAIN = re.compile(r"\S+@\S+\.\w+|https?://\S+|(?<!\w)/[a-z]+")  # addresses and commands need no translation
QUOTES = ("blockquote", "expandable_blockquote")


@dataclass(frozen=True, slots=True)
class Seen:
    """One version of one message, a toast, a menu: as it was read, and by whom."""

    person: int
    reader: Reader
    text: str
    entities: tuple[dict[str, Any], ...] = ()
    buttons: tuple[str, ...] = ()
    message: int = 0
    limit: int = TEXT
    protected: bool = False


class Reading:
    """Reads what is there and listens from then on. `readers`: how each person reads when they are written to."""

    def __init__(self, world: World, organisation: Organisation, readers: Callable[[int], Reader]) -> None:
        self._world, self._organisation, self._readers = world, organisation, readers
        self.seen: list[Seen] = []
        self._said: set[str] = set()
        self._last: dict[Message, tuple[str, tuple[str, ...]]] = {}
        self._lexicons: dict[Reader, Lexicon] = {}
        there = [message for chat in world.chats.values() for message in chat.messages.values()]
        for message in sorted(there, key=lambda each: each.order):
            self._on(Event("message", message.chat.id, message))
        world.listen(self._on)

    def faults(self, staff: frozenset[int] = frozenset(), about: frozenset[tuple[int, int]] = frozenset()) -> list[str]:
        """What is wrong with what was read. `about`: (person, message) of what belongs to a customer's own case now."""
        self._said |= {person.user.first_name for person in self._world.people.values()}
        latest = {(seen.person, seen.message): seen for seen in self.seen if seen.text}
        own = {id(latest[place]) for place in about if place in latest}
        found = dict.fromkeys(
            f"{seen.reader.language}: {fault}\n  in: {seen.text!r} {list(seen.buttons)}"
            for seen in [*self.seen, *self._profile()]
            for fault in self._judge(seen, staff, id(seen) in own)
        )
        return list(found)

    # ------------------------------------------------------------------ listening

    def _on(self, event: Event) -> None:
        if event.message is not None and event.type in ("message", "edit"):
            self._hear(event.message) if event.message.sender.is_bot else self._remember(event.message.content)
        elif event.type in ("toast", "alert"):
            self._note(event.data["person_id"], str(event.data["text"]), limit=TOAST)
        elif event.type == "commands" and event.chat_id:
            self._read_menu(event.chat_id)

    def _hear(self, message: Message) -> None:
        labels = tuple(button["text"] for row in message.inline_keyboard for button in row)
        text, buttons = self._last.get(message, ("", ()))
        self._last[message] = message.text, labels
        changed = message.text != text
        if changed or (labels and labels != buttons):
            self._note(
                message.chat.id,
                message.text if changed else "",
                entities=tuple(message.entities) if changed else (),
                buttons=labels,
                message=message.id,
                limit=TEXT if message.kind == "text" else CAPTION,
                protected=message.protected,
            )

    def _remember(self, content: Mapping[str, Any]) -> None:
        contact = content.get("contact", {})
        text = content.get("text", "")
        with_command = text.split(maxsplit=2)[2:] if text.startswith("/") else []  # /note CODE words
        said = (text, *with_command, content.get("caption"), contact.get("phone_number"))
        self._said |= {tidy(each) for each in said if each}

    def _read_menu(self, chat_id: int) -> None:
        for (scope, _language), commands in self._world.commands.items():
            if scope == f"chat:{chat_id}":
                for command in commands:
                    self._note(chat_id, command["description"], limit=PROFILE["command"])

    def _profile(self) -> Iterator[Seen]:
        """What is seen before anybody has said a word; whoever reads no language of ours gets the organisation's."""
        texts = [(language, field, text) for (field, language), text in self._world.profile.items()]
        for (scope, language), commands in self._world.commands.items():
            if not scope.startswith("chat:"):
                texts += [(language, "command", command["description"]) for command in commands]
        for language, field, text in texts:
            yield Seen(0, Reader(language or self._organisation.default_language), text, limit=PROFILE[field])

    def _note(self, person: int, text: str, **more: Any) -> None:
        self.seen.append(Seen(person, self._readers(person), text, **more))

    # ------------------------------------------------------------------ judging

    def _judge(self, seen: Seen, staff: frozenset[int], own: bool) -> Iterator[str]:
        lexicon = self._lexicon(seen.reader)
        blocks, quotes = _apart(seen)
        lines = [line for block in blocks for line in block.split("\n") if line]
        yield from (f"no entry says {line!r}" for line in lines if not lexicon.line(line))
        yield from (f"nobody said {quote!r}" for quote in quotes if not self._is_quoted(quote, lexicon))
        yield from _strange(_ours(blocks), seen.reader)
        yield from _isolates(seen)
        yield from self._judge_buttons(seen, lexicon)
        if _units(seen.text) > seen.limit:
            yield f"longer than {seen.limit}"
        yield from _routes(seen, lines, lexicon)
        yield from _standing(seen, lines, lexicon, seen.person in staff, own)

    def _judge_buttons(self, seen: Seen, lexicon: Lexicon) -> Iterator[str]:
        known = entries(seen.reader.language)
        ways = {form for way in WAYS for form in known[way]}
        choices = [label for label in seen.buttons if label not in ways]
        scale = len([label for label in choices if label.isdecimal()])  # of numbers one is chosen
        if len(choices) - max(scale - 1, 0) > CHOICES:
            yield f"more than {CHOICES} choices"
        for label in seen.buttons:
            if not lexicon.label(label):
                yield f"no entry says the button {label!r}"
            if len(label) > LABEL or label.endswith("…"):
                yield f"the button {label!r} is too long"
            known = CODE.match(label.removeprefix("✅ ")) or ACTION.match(label)
            if not lexicon.says(label, "Digits: {sample}") and not known:
                yield from _strange(_ours([label]), seen.reader)

    def _lexicon(self, reader: Reader) -> Lexicon:
        if reader not in self._lexicons:
            self._lexicons[reader] = Lexicon(reader, self._organisation, self._is_said)
        return self._lexicons[reader]

    def _is_quoted(self, quote: str, lexicon: Lexicon) -> bool:
        """Words of somebody, or the declaration that is shown and made by a tap."""
        declared, _gap, added = quote.partition("\n\n")
        ours = all(map(lexicon.line, declared.split("\n"))) or lexicon.templated(declared)
        return self._is_said(quote) or (ours and (not added or self._is_said(added)))

    def _is_said(self, text: str) -> bool:
        """Whether this is what people wrote: one message or several, an edited one marked, a long one cut."""
        if text in self._said:
            return True
        cut = text.removesuffix("…").rstrip()
        for words in self._said:
            if text.startswith(words) and self._goes_on(text[len(words) :]):
                return True
            if words.startswith(cut) and (cut != text or len(text) >= 60):
                return True
        return False

    def _goes_on(self, rest: str) -> bool:
        for marks in ("en", "fa", "ar"):
            rest = rest.removeprefix(f" {entries(marks)['(edited)'][0]}")
        return not rest or (rest.startswith("\n\n") and self._is_said(rest[2:]))


def _apart(seen: Seen) -> tuple[list[str], list[str]]:
    """What is ours, in pieces, and what is quoted."""
    ours, quotes, at = [], [], 0
    raw = seen.text.encode("utf-16-le")
    for entity in sorted(seen.entities, key=lambda each: each["offset"]):
        if entity["type"] in QUOTES:
            start, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
            ours.append(raw[at:start].decode("utf-16-le"))
            quotes.append(raw[start:end].decode("utf-16-le").strip())
            at = end
    return [*ours, raw[at:].decode("utf-16-le")], quotes


def _ours(blocks: list[str]) -> str:
    """Without codes, other people's words, addresses and commands: what must be in the reader's letters."""
    text = re.sub(f"[{FSI}{LRI}][^{FSI}{LRI}{PDI}]*{PDI}", "", "\n".join(blocks))
    return PLAIN.sub("", text)


def _strange(ours: str, reader: Reader) -> Iterator[str]:
    if found := re.search(r"[{}]", ours):
        yield f"an unfilled placeholder: {found.string!r}"
    if reader.language == "en":
        if found := re.search("[\u0600-\u06ff]+", "".join(ours.split("فارسی")).replace("العربية", "")):
            yield f"letters of another language: {found[0]!r}"
        return
    if found := re.search(r"[A-Za-z]+", ours.replace("English", "")):
        yield f"a Latin word: {found[0]!r}"
    if found := re.search(r"[0-9]" if reader.native_digits else "[\u0660-\u0669\u06f0-\u06f9]", ours):
        yield f"the wrong digits: {found.string!r}"
    names = "العربية" if reader.language == "fa" else "فارسی"
    if strange := set(ours.replace(names, "")) & set(STRANGE[reader.language]):
        yield f"letters of another language: {sorted(strange)}"


def _isolates(seen: Seen) -> Iterator[str]:
    coded = _spans(seen, "code")
    for line in seen.text.split("\n"):
        depth = 0
        for place, letter in enumerate(line):
            depth += (letter in (LRI, FSI)) - (letter == PDI)
            code = CODE.match(line, place)
            if depth < 0 or (code and code[0] not in examples() and not (depth and code[0] in coded)):
                yield f"not isolated: {line!r}"
                break
        if depth > 0:
            yield f"an isolate does not end: {line!r}"


def _routes(seen: Seen, lines: list[str], lexicon: Lexicon) -> Iterator[str]:
    told = all(words in seen.text for words in ROUTES[seen.reader.language])
    told = told or any(lexicon.says(line, ENDED) for line in lines)
    if len(lines) > 1 and lexicon.says(lines[0], *ROUTES_AT) and not told:
        yield "does not name the second look and the third party"


def _standing(seen: Seen, lines: list[str], lexicon: Lexicon, staff: bool, own: bool) -> Iterator[str]:
    """Of a case, customers read code, stage and next step; what staff read of others' cases cannot be passed on."""
    codes = [place for place, line in enumerate(lines) if set(CODE.findall(line)) - examples()]
    if staff and not own:
        if codes and not seen.protected and not any(lexicon.says(line, *DOCUMENTS) for line in lines):
            yield "shows a case and is not protected"
        return
    listed = bool(lines) and lexicon.says(lines[0], *LISTS)
    if (codes or own) and not listed and not any(_stands(lines[place:], lexicon) for place in codes):
        yield "does not say code, stage and next step"


def _stands(lines: list[str], lexicon: Lexicon) -> bool:
    _code, *rest = (line for line in lines if not lexicon.says(line, "Handled by: {unit}"))
    return len(rest) > 1 and lexicon.says(rest[0], "Stage: {stage}") and lexicon.says(rest[1], *NEXT)


def _spans(seen: Seen, kind: str) -> list[str]:
    raw = seen.text.encode("utf-16-le")
    return [
        raw[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le")
        for each in seen.entities
        if each["type"] == kind
    ]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
