"""The migrations build exactly what the models say, on both databases."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

from storage import complaints, db, journal, people, traffic
from tests.postgres import postgres_url

MODELS = (complaints, journal, people, traffic)
STARTS = 6

INDEXES = {
    "sqlite": "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT tablename, indexdef FROM pg_indexes"
    " WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """Two empty databases of one kind."""
    if request.param == "postgresql":
        return [postgres_url(), postgres_url()]
    return [f"sqlite:///{tmp_path}/{name}.db" for name in ("one", "two")]


@pytest.fixture
def engines(urls: list[str]) -> Iterator[list[Engine]]:
    engines = [db.connect(url) for url in urls]
    yield engines
    for engine in engines:
        engine.dispose()


def indexes(engine: Engine) -> list[tuple[str, str]]:
    """Every index as the database itself spells it, conditions included."""
    with engine.connect() as connection:
        found = connection.execute(text(INDEXES[engine.dialect.name]))
        return sorted((table, " ".join(sql.replace('"', "").split())) for table, sql in found)


def at_once(act: Callable[[Engine], object], url: str) -> list[BaseException]:
    """What goes wrong when several connect at the same moment and do this."""
    failures: list[BaseException] = []
    together = threading.Barrier(STARTS)

    def start() -> None:
        engine = db.connect(url)
        together.wait()
        try:
            act(engine)
        except BaseException as failure:
            failures.append(failure)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(STARTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


class TestConnect:
    def test_a_new_file_may_be_opened_by_several_at_once(self, tmp_path: Path) -> None:
        """SQLite would call the file locked, one time in a hundred, while another one switches it to WAL."""
        for number in range(150):
            assert at_once(lambda engine: engine.connect().close(), f"sqlite:///{tmp_path}/{number}.db") == []


class TestMigrate:
    def test_makes_what_the_models_say(self, engines: list[Engine]) -> None:
        db.migrate(engines[0])
        with engines[0].connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, SQLModel.metadata) == []

    def test_makes_the_same_partial_indexes(self, engines: list[Engine]) -> None:
        migrated, created = engines
        db.migrate(migrated)
        SQLModel.metadata.create_all(created)
        assert indexes(migrated) == indexes(created)

    def test_can_run_again(self, engines: list[Engine]) -> None:
        for _ in range(2):
            db.migrate(engines[0])
        with engines[0].connect() as connection:
            assert len(connection.execute(text("SELECT * FROM alembic_version")).all()) == 1

    def test_several_processes_may_start_at_once(self, urls: list[str]) -> None:
        assert at_once(db.migrate, urls[0]) == []

    def test_a_migration_that_breaks_leaves_nothing_behind(self, engines: list[Engine]) -> None:
        with engines[0].begin() as connection:
            connection.execute(text("CREATE TABLE survey (id INTEGER)"))  # in the way of the last tables
        with pytest.raises(Exception, match="exists"):
            db.migrate(engines[0])
        with engines[0].connect() as connection, pytest.raises(Exception, match="person"):
            connection.execute(text("SELECT * FROM person"))
