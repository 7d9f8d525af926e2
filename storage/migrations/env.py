"""Alembic's way in: migrates on the connection it is handed (storage.db), and compares with the models."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from storage import (
    accounts,
    actions,
    clocks,
    complaints,
    crypto,
    digests,
    disputes,
    documents,
    figures,
    journal,
    learning,
    people,
    providers,
    readings,
    reviews,
    surveys,
    traffic,
)

MODELS = (  # imported so that they are in the metadata
    accounts,
    actions,
    clocks,
    complaints,
    digests,
    disputes,
    documents,
    figures,
    journal,
    learning,
    people,
    providers,
    readings,
    reviews,
    surveys,
    traffic,
)

PLAIN: dict[type, str] = {
    AutoString: "sa.String()",
    UTCDateTime: "sa.DateTime(timezone=True)",
    crypto.Encrypted: "sa.LargeBinary()",
}


def plain(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types as what they are in the database: a migration must not depend on code that changes."""
    return PLAIN.get(type(item), False) if kind == "type" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite alters a table by building it anew
    render_item=plain,
)
with context.begin_transaction():
    context.run_migrations()
