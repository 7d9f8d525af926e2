"""Long lists are read page by page; the number of a page is from outside."""

from collections.abc import Sequence
from typing import TypeVar

from backoffice import errors

LAST_PAGE = 10_000
Item = TypeVar("Item")


def offset(page: int, size: int) -> int:
    """How many rows come before a page; its number is from outside. Raises errors.Invalid."""
    if not 0 <= page <= LAST_PAGE:
        raise errors.Invalid(what="unknown_choice")
    return page * size


def require_page(page: int, found: Sequence[object]) -> None:
    """An empty list is no news on the first page; a later one is not there any more."""
    if page and not found:
        raise errors.Invalid(what="unknown_choice")


def page_of(found: list[Item], page: int, size: int) -> tuple[list[Item], bool]:
    """A page of what is all known already, and whether there are more. Raises errors.Invalid."""
    first = offset(page, size)
    shown = found[first : first + size]
    require_page(page, shown)
    return shown, len(found) > first + size
