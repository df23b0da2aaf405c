"""The two tables: the facts of every stream, and who writes a stream and how far."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "writers",
        sql.Column("run_id", sql.String(64), primary_key=True),
        sql.Column("pid", sql.BigInteger, nullable=False),
        sql.Column("started_ms", sql.BigInteger, nullable=False),
        sql.Column("host", sql.String(255), nullable=False),
        sql.Column("token", sql.BigInteger, nullable=False),
        sql.Column("seq", sql.BigInteger, nullable=False),
        sql.Column("head", sql.String(64), nullable=False),
    )
    op.create_table(
        "events",
        sql.Column("run_id", sql.String(64), sql.ForeignKey("writers.run_id"), primary_key=True),
        sql.Column("seq", sql.BigInteger, primary_key=True, autoincrement=False),
        sql.Column("at_ms", sql.BigInteger, nullable=False),
        sql.Column("wall_ms", sql.BigInteger, nullable=False),
        sql.Column("kind", sql.String(64), nullable=False),
        sql.Column("payload", sql.Text, nullable=False),
        sql.Column("previous", sql.String(64), nullable=False),
        sql.Column("hash", sql.String(64), nullable=False),
        sql.Column("once", sql.String(255)),
        sql.UniqueConstraint("run_id", "once"),
    )
