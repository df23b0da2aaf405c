"""Listing the runs looks for two kinds of facts among all of them: an index finds those."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("events_kind", "events", ["kind"])
