"""Column kinds that the tables share."""

from typing import Any, TypeVar

from sqlalchemy import BigInteger, Integer
from sqlmodel import Field, Session, SQLModel

from storage.crypto import Encrypted

# SQLite counts up only a column of type INTEGER; PostgreSQL needs 64 bits for ids that never come back.
BIG_KEY = BigInteger().with_variant(Integer, "sqlite")
LARGEST = 2**31 - 1  # that a row's own number can be; with a larger one PostgreSQL does not even look

Row = TypeVar("Row", bound=SQLModel)


def key() -> Any:
    """The row's own number: None only until the row is first flushed, so code may rely on it being there."""
    return Field(default=None, primary_key=True)


def big_key() -> Any:
    return Field(default=None, primary_key=True, sa_type=BIG_KEY)


def big(**options: Any) -> Any:
    """A 64-bit integer; every look-up hash and messenger id is one."""
    return Field(sa_type=BigInteger, **options)


def encrypted(context: str, **options: Any) -> Any:
    """A value encrypted at rest; `context` is `table.column`."""
    if "default_factory" not in options:
        options.setdefault("default", None)
    return Field(sa_type=Encrypted(context), **options)


def row_of(db: Session, model: type[Row], number: int) -> Row | None:
    """The row of this number, which comes from outside: it may be any."""
    return db.get(model, number) if 0 < number <= LARGEST else None
