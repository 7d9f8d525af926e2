"""The databases on which people meet the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from backoffice import organisation
from backoffice.work import Office
from storage import db
from tests.moment import Moment
from tests.postgres import postgres_url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """A fresh one for each file of tests; None is SQLite in the data folder."""
    return postgres_url() if request.param == "postgresql" else None


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An empty one, with a clock that stands."""
    engine = db.connect(f"sqlite:///{tmp_path}/desk.db")
    SQLModel.metadata.create_all(engine)
    yield Office(engine, organisation.load(), Moment())
    engine.dispose()
