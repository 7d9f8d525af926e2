"""${message}. Forward only: the way back is a backup."""

# Written by Alembic and left as it wrote it:
# fmt: off
# ruff: noqa: E501

import sqlalchemy as sa
from alembic import op
${imports + "\n" if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades}
