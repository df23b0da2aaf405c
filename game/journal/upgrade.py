"""Bringing a journal's tables to what this version knows: made, adopted, migrated, or refused when it is newer.

A journal that stands at LATEST costs one look. Whoever comes first holds the database while the others wait, so that two
processes that start at the same moment upgrade once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sql
from sqlalchemy.exc import DBAPIError

from game.errors import StorageFailed
from game.journal.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic.config import Config

MIGRATIONS = Path(__file__).with_name("migrations")
VERSIONS = "alembic_version"
STANDS_AT = sql.select(sql.column("version_num", sql.String)).select_from(sql.table(VERSIONS))
# The newest revision in migrations/versions, and the one whose tables journals had before revisions were counted.
LATEST = "0002"
UNCOUNTED = "0001"
# Any number will do, as long as nobody else uses it for a lock on the same database.
LOCK = 0x64616E63656F6666 >> 1


def upgrade(engine: sql.Engine) -> None:
    """Bring the tables to LATEST; StorageFailed when the journal was made by a newer version."""
    if _stands_at(engine) == (LATEST,):
        return
    with engine.connect().execution_options(danceoff_immediate=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sql.select(sql.func.pg_advisory_xact_lock(LOCK)))
        _bring(connection)


def _stands_at(engine: sql.Engine) -> Sequence[str]:
    """The revisions that the database names; nothing where it names none."""
    with engine.connect() as connection:
        if not sql.inspect(connection).has_table(VERSIONS):
            return ()
        return tuple(connection.execute(STANDS_AT).scalars())


def _bring(connection: sql.Connection) -> None:
    if _is_empty(connection):
        _make(connection)
    else:
        _migrate(connection)


def _is_empty(connection: sql.Connection) -> bool:
    tables = sql.inspect(connection)
    return not any(tables.has_table(name) for name in (VERSIONS, *METADATA.tables))


def _make(connection: sql.Connection) -> None:
    """A new journal gets the latest tables at once; a test holds them against what the migrations make."""
    METADATA.create_all(connection)
    versions = sql.Table(
        VERSIONS, sql.MetaData(), sql.Column("version_num", sql.String(32), primary_key=True, nullable=False)
    )
    versions.create(connection)
    connection.execute(sql.insert(versions).values(version_num=LATEST))


def _migrate(connection: sql.Connection) -> None:
    from alembic import command  # noqa: PLC0415 - a journal that is up to date, as nearly always, need not wait for it
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - nor for this

    configuration = _configuration(connection)
    known = {script.revision for script in ScriptDirectory.from_config(configuration).walk_revisions()}
    tables = sql.inspect(connection)
    if tables.has_table(VERSIONS):
        found = tuple(connection.execute(STANDS_AT).scalars())
        if not set(found) <= known:
            raise StorageFailed(
                f"the journal was made by a newer danceoff (its tables stand at {', '.join(found)}, known: {LATEST})",
                hint="use that version, or another journal: nothing was changed",
            )
    elif tables.has_table("events") and tables.has_table("writers"):
        _require_ours(connection)
        command.stamp(configuration, UNCOUNTED)
    command.upgrade(configuration, LATEST)


def _require_ours(connection: sql.Connection) -> None:
    """What is adopted must have the columns of a journal, or it is somebody else's database."""
    try:
        connection.execute(sql.text("SELECT run_id, seq, payload, hash FROM events WHERE seq < 0"))
        connection.execute(sql.text("SELECT run_id, token, head FROM writers WHERE seq < 0"))
    except DBAPIError as error:
        raise StorageFailed(
            "the database has tables named like a journal's, but they are none",
            hint="choose another database, or another file",
        ) from error


def _configuration(connection: sql.Connection) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - only a journal that is not up to date needs it

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    configuration.attributes["connection"] = connection
    return configuration
