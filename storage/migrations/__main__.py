"""Writes a migration from what the models have and the migrations have not: `make migration NAME=what_changes`."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from storage import db


def main(name: str) -> None:
    """Build a database by the migrations that exist, compare it with the models, and write the difference."""
    with tempfile.TemporaryDirectory() as folder:
        engine = db.connect(f"sqlite:///{Path(folder) / 'empty.db'}")
        config = Config()
        config.set_main_option("script_location", str(db.MIGRATIONS))
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        db.migrate(engine)
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, name.replace("_", " ").capitalize(), autogenerate=True, rev_id=f"{number:04d}")
        engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
