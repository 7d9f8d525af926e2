"""The databases on which people meet the desk."""

import pytest

from tests.postgres import postgres_url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """A fresh one for each file of tests; None is SQLite in the data folder."""
    return postgres_url() if request.param == "postgresql" else None
