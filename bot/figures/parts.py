"""The part of the desk that figures are of, as it is chosen and called: a unit, or one of what `BY` tells apart."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from backoffice import errors
from backoffice.figures.reading import Part
from backoffice.work import Work
from bot import cards, items
from bot.figures.words import unit
from bot.i18n import __
from bot.texts import Html, language, plain, say

CATEGORY, PRODUCT, BRANCH, CHANNEL, LANGUAGE = "c", "p", "b", "h", "l"
PAGED, SIZE = (PRODUCT, BRANCH), 8
BY: dict[str, tuple[str, object]] = {
    CATEGORY: ("category", __("Category")),
    PRODUCT: ("product", items.NAMES["product"]),
    BRANCH: ("branch", items.NAMES["branch"]),
    CHANNEL: ("channel", __("Channel")),
    LANGUAGE: ("language", __("Language")),
}
"""By the letter that stands for it in a button: the dimension, and what it is called."""


def there(work: Work) -> list[str]:
    """The letters of what the organisation tells apart at all."""
    return [letter for letter in BY if values(work, letter)]


def only(work: Work, dimension: str, code: str) -> str:
    """What a button of this value says; empty where the organisation's file does not have it."""
    letter = next(letter for letter, (name, _title) in BY.items() if name == dimension)
    places = [place for place, (known, _name) in enumerate(values(work, letter)) if known == code]
    return f"{letter}{places[0]}" if places else ""


def narrowed(work: Work, part: Part, only: str) -> Part:
    """Of this part only what a button says, which is from outside: a letter of BY, and a place among its values.

    Raises errors.Invalid.
    """
    if not only:
        return part
    letter, place = only[0], only[1:]
    found = [code for code, _name in values(work, letter)] if letter in BY else []
    if not place.isdecimal() or int(place) >= len(found):
        raise errors.Invalid(what="unknown_choice")
    chosen: dict[str, Any] = {BY[letter][0]: found[int(place)]}
    return replace(part, **chosen)


def values(work: Work, letter: str) -> list[tuple[str, str]]:
    """Codes and names of what can be chosen, in the order of the organisation's file."""
    rules = work.organisation
    match letter:
        case "c":
            return [(each.code, each.words[language()]) for each in rules.categories]
        case "p" | "b":
            return [(each.code, each.words[language()]) for each in rules.items(BY[letter][0])]
        case "h":
            return [(code, words[language()]) for code, words in rules.channels.items()]
        case _:
            return [(code, cards.language_name(code)) for code in rules.languages]


def choices(work: Work, letter: str, group: str) -> list[tuple[str, str]]:
    """What a button of each says, and its name; categories by their groups first, products and branches by pages, as
    there are many.

    `group`: the place of the group that was chosen, or the page, from outside. Raises errors.Invalid.
    """
    found = [(f"{letter}{place}", name) for place, (_code, name) in enumerate(values(work, letter))]
    if letter in PAGED:
        number, _more = turned(work, letter, group)
        return found[number * SIZE : (number + 1) * SIZE]
    if letter != CATEGORY:
        return found
    groups = work.organisation.category_groups
    if not group.isdecimal() or int(group) >= len(groups):
        raise errors.Invalid(what="unknown_choice")
    before = sum(len(each.categories) for each in groups[: int(group)])
    return found[before : before + len(groups[int(group)].categories)]


def turned(work: Work, letter: str, group: str) -> tuple[int, bool]:
    """Which page of products or branches it is, and whether there is another. Raises errors.Invalid."""
    count = len(values(work, letter))
    if not group.isdecimal() and group:
        raise errors.Invalid(what="unknown_choice")
    number = int(group or "0")
    if number * SIZE >= count:
        raise errors.Invalid(what="unknown_choice")
    return number, (number + 1) * SIZE < count


def named(work: Work, part: Part) -> Iterator[Html]:
    """A line for each thing that it is a part by."""
    if (of_unit := unit(work, part)) is not None:
        yield of_unit
    for letter, (dimension, name) in BY.items():
        code = getattr(part, dimension)
        if code is not None:
            text = plain(dict(values(work, letter)).get(code, code))
            yield say("{title}: {text}", title=Html(str(name)), text=text)
