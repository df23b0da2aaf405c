"""The journal of all runs: open, read, list, export, verify; writing is `Writer`'s."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sql

from game.core.contest.facts import Noted
from game.core.events import Closed, Recorded, RunOpened
from game.errors import Tampered, UsageError
from game.journal.chain import Head, Link, verified
from game.journal.encoding import decode, parse
from game.journal.engine import open_engine, worded
from game.journal.export import exported
from game.journal.tables import EVENTS, WRITERS
from game.journal.upgrade import upgrade
from game.journal.vocabulary import (
    CONTEST,
    CONTEST_PREFIX,
    RUN,
    contest_stream,
    is_contest,
    vocabulary_of,
)
from game.journal.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from game.core.contest.facts import ContestFact
    from game.core.events import Event

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
UNREADABLE = "unreadable"
_DECODED = (EVENTS.c.seq, EVENTS.c.at_ms, EVENTS.c.wall_ms, EVENTS.c.kind, EVENTS.c.payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run in one line. `how` is empty while it is open, or was left so by a crash; `opened` None if it never got far.

    A run that this danceoff cannot read, such as a newer one's, has the `how` UNREADABLE and is not `opened`.
    """

    run_id: str
    opened: RunOpened | None
    opened_wall_ms: int
    how: str
    head: Head


def sqlite_url(path: Path) -> str:
    return sql.URL.create("sqlite", database=str(path.absolute())).render_as_string(hide_password=False)


class Journal:
    """Made by `open`; usable by threads. Close it when done."""

    def __init__(self, engine: sql.Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Journal:
        """Open or make the journal that a database URL names; StorageFailed says why it cannot be."""
        engine = open_engine(url)
        try:
            with worded(f"at {engine.url.database}"):
                upgrade(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    def writer(self, run_id: str) -> Writer[Event, Recorded]:
        """Take a run to write it, new or left by a process that died."""
        if not RUN_ID.fullmatch(run_id) or is_contest(run_id):
            raise UsageError(
                f"{run_id!r} cannot be a run's name", hint="up to 64 letters, digits, dots and dashes"
            )
        return Writer(self._engine, run_id, RUN)

    def contest_writer(self, name: str) -> Writer[ContestFact, Noted]:
        """Take an event to write it, new or left by a process that died."""
        stream = contest_stream(name)
        if not RUN_ID.fullmatch(stream):
            raise UsageError(
                f"{name!r} cannot be an event's name", hint="up to 58 letters, digits, dots and dashes"
            )
        return Writer(self._engine, stream, CONTEST)

    def contest(self, name: str, after_seq: int = 0) -> tuple[Noted, ...]:
        """Give the facts of an event after a number, in order; they are decoded, not verified."""
        stream = contest_stream(name)
        return tuple(
            Noted(
                seq=row.seq,
                at_ms=row.at_ms,
                wall_ms=row.wall_ms,
                event=CONTEST.decode(
                    row.kind,
                    parse(row.payload, seq=row.seq, where=f"event {name}"),
                    seq=row.seq,
                    where=f"event {name}",
                ),
            )
            for row in self._rows(stream, after_seq)
        )

    def contests(self) -> tuple[str, ...]:
        """The names of all events."""
        chosen = sql.select(WRITERS.c.run_id).where(WRITERS.c.run_id.startswith(CONTEST_PREFIX))
        with worded("of all events"), self._engine.connect() as connection:
            found = connection.execute(chosen.order_by(WRITERS.c.run_id)).scalars().all()
        return tuple(name.removeprefix(CONTEST_PREFIX) for name in found)

    def read(self, run_id: str, after_seq: int = 0) -> tuple[Recorded, ...]:
        """Give the facts after a number, in order; they are decoded, not verified."""
        return tuple(_recorded(row, run_id) for row in self._rows(run_id, after_seq))

    def head(self, run_id: str) -> Head:
        """Give the number and digest of the last record; UsageError for a run that the journal does not have."""
        chosen = sql.select(WRITERS.c.seq, WRITERS.c.head).where(WRITERS.c.run_id == run_id)
        with worded(f"of run {run_id}"), self._engine.connect() as connection:
            row = connection.execute(chosen).one_or_none()
            orphaned = (
                row is None
                and connection.execute(sql.select(EVENTS.c.seq).where(EVENTS.c.run_id == run_id)).first()
            )
        if orphaned or (row is not None and type(row.seq) is not int):
            raise Tampered(f"run {run_id}: its head is missing", hint="the journal was changed or damaged")
        if row is None:
            raise UsageError(f"the journal has no run {run_id!r}", hint="see `danceoff list`")
        return Head(seq=row.seq, digest=row.head)

    def runs(self) -> tuple[RunSummary, ...]:
        """Every run, the newest first."""
        ends = sql.select(EVENTS.c.run_id, *_DECODED).where(EVENTS.c.kind.in_(("run_opened", "closed")))
        with worded("of all runs"), self._engine.connect() as connection:
            writers = connection.execute(
                sql.select(WRITERS).where(WRITERS.c.run_id.not_like(f"{CONTEST_PREFIX}%"))
            ).all()
            rows = connection.execute(ends.order_by(EVENTS.c.seq)).all()
        opened: dict[str, tuple[int, RunOpened | None]] = {}
        closed: dict[str, str] = {}
        for row in rows:
            try:
                event = _recorded(row, row.run_id).event
            except Tampered:
                # What is wrong with one run is nobody else's: `read` and `verify` say it to who asks for that one.
                event, closed[row.run_id] = None, UNREADABLE
            if row.kind == "run_opened":
                opened[row.run_id] = (row.wall_ms, event if isinstance(event, RunOpened) else None)
            elif isinstance(event, Closed):
                closed.setdefault(row.run_id, event.how)
        summaries = (
            _summary(row, *opened.get(row.run_id, (0, None)), closed.get(row.run_id, "")) for row in writers
        )
        return tuple(sorted(summaries, key=lambda one: (-one.opened_wall_ms, one.run_id)))

    def export(self, run_id: str) -> Iterator[str]:
        """Give the run as JSON lines, without line ends: a header, then a record a line."""
        links, head = self._links(run_id)
        return exported(run_id, links, head)

    def verify(self, run_id: str, *, head: str | None = None) -> Head:
        """Follow the run's chain; Tampered names the first bad record. `head`: the digest that was seen elsewhere."""
        links, stored = self._links(run_id)
        verified(run_id, links, vocabulary_of(run_id), head=stored, where=f"run {run_id}")
        if head is not None and head != stored.digest:
            raise Tampered(
                f"run {run_id}: its head is {stored.digest[:12]}, but {head[:12]} was expected",
                hint="the journal was rewritten since, or this is another one",
            )
        return stored

    def _rows(self, stream: str, after_seq: int) -> Sequence[sql.Row[*tuple[Any, ...]]]:
        chosen = (
            sql.select(*_DECODED)
            .where(EVENTS.c.run_id == stream, EVENTS.c.seq > after_seq)
            .order_by(EVENTS.c.seq)
        )
        with worded(f"of run {stream}"), self._engine.connect() as connection:
            return connection.execute(chosen).all()

    def _links(self, run_id: str) -> tuple[tuple[Link, ...], Head]:
        head = self.head(run_id)
        chosen = sql.select(EVENTS).where(EVENTS.c.run_id == run_id).order_by(EVENTS.c.seq)
        with worded(f"of run {run_id}"), self._engine.connect() as connection:
            rows = connection.execute(chosen).all()
        return tuple(_link(row, seq) for seq, row in enumerate(rows, start=1)), head


def _recorded(row: sql.Row[*tuple[Any, ...]], run_id: str) -> Recorded:
    where = f"run {run_id}"
    fields = parse(row.payload, seq=row.seq, where=where)
    event = decode(row.kind, fields, seq=row.seq, where=where)
    return Recorded(seq=row.seq, at_ms=row.at_ms, wall_ms=row.wall_ms, event=event)


def _link(row: sql.Row[*tuple[Any, ...]], seq: int) -> Link:
    """The stored row as a link; the key of what may be there once is checked against the fact that it is of."""
    where = f"run {row.run_id}"
    fields = parse(row.payload, seq=seq, where=where)
    vocabulary = vocabulary_of(row.run_id)
    if row.once != vocabulary.once(vocabulary.decode(row.kind, fields, seq=seq, where=where)):
        raise Tampered(f"{where}: record {seq} has a wrong key", seq=seq, hint="the journal was changed here")
    return Link(
        run_id=row.run_id,
        seq=row.seq,
        at_ms=row.at_ms,
        wall_ms=row.wall_ms,
        kind=row.kind,
        fields=fields,
        previous=row.previous,
        digest=row.hash,
    )


def _summary(row: sql.Row[*tuple[Any, ...]], wall_ms: int, opened: RunOpened | None, how: str) -> RunSummary:
    return RunSummary(
        run_id=row.run_id,
        opened=opened if how != UNREADABLE else None,
        opened_wall_ms=wall_ms,
        how=how,
        head=Head(seq=row.seq, digest=row.head),
    )
