"""The two tables: the facts of every stream (a run's or an event's), and who writes a stream and how far.

They are made and changed by `migrations/`; a test compares what those make with what is written here.
"""

from __future__ import annotations

import sqlalchemy as sql

METADATA = sql.MetaData()

WRITERS = sql.Table(
    "writers",
    METADATA,
    sql.Column("run_id", sql.String(64), primary_key=True),
    sql.Column("pid", sql.BigInteger, nullable=False),
    sql.Column("started_ms", sql.BigInteger, nullable=False),
    sql.Column("host", sql.String(255), nullable=False),
    # Whoever takes a run over raises the token; what holds an older one can no longer write.
    sql.Column("token", sql.BigInteger, nullable=False),
    # The head as written with the last record: it tells when records are missing at the end.
    sql.Column("seq", sql.BigInteger, nullable=False),
    sql.Column("head", sql.String(64), nullable=False),
)

EVENTS = sql.Table(
    "events",
    METADATA,
    sql.Column("run_id", sql.ForeignKey("writers.run_id"), primary_key=True),
    sql.Column("seq", sql.BigInteger, primary_key=True, autoincrement=False),
    sql.Column("at_ms", sql.BigInteger, nullable=False),
    sql.Column("wall_ms", sql.BigInteger, nullable=False),
    sql.Column("kind", sql.String(64), nullable=False),
    sql.Column("payload", sql.Text, nullable=False),
    sql.Column("previous", sql.String(64), nullable=False),
    sql.Column("hash", sql.String(64), nullable=False),
    # The key of a fact that may be there only once, else NULL, of which there may be many.
    sql.Column("once", sql.String(255)),
    sql.UniqueConstraint("run_id", "once"),
    sql.Index("events_kind", "kind"),
)
