"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store import portable
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Bring the tables from the previous revision to this one."""
    ${upgrades if upgrades else "pass"}
