"""The databases on which people meet the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice import organisation
from backoffice.work import Office
from tests.bot import command
from tests.databases import migrated_postgres, new_database
from tests.moment import Moment


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """A fresh one for each file of tests; None is SQLite in the data folder."""
    return migrated_postgres() if request.param == "postgresql" else None


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An empty one, with a clock that stands."""
    with new_database("sqlite", tmp_path) as engine:
        yield Office(engine, organisation.load(), Moment())


@pytest.fixture(scope="module")
def nursery() -> Iterator[None]:
    """For files that call the command."""
    with command.nursery():
        yield
