"""The one writer of a run: what it returns is on the disk, numbered and chained.

Threads may share it. Two processes cannot have one for the same run: a living owner keeps the second out, and a writer whose
run was taken over (because its process seemed dead) fails by its old token instead of writing beside the new one.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, Self, TypeVar

import sqlalchemy as sql
from sqlalchemy.exc import DBAPIError, IntegrityError

from game.errors import AlreadyRecorded, StorageFailed, UsageError
from game.journal.chain import Head, Link, linked
from game.journal.encoding import canonical
from game.journal.engine import worded
from game.journal.owner import Owner, this_process
from game.journal.tables import EVENTS, WRITERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from game.journal.vocabulary import Vocabulary

E = TypeVar("E")
R = TypeVar("R")
LONGEST_KEY = 255


class Writer(Generic[E, R]):
    """Made by `Journal.writer` and `Journal.contest_writer`; close it to let another process write the stream.

    It takes facts as (own clock in ms, wall clock in ms, what happened) and gives them back as records.
    """

    def __init__(self, engine: sql.Engine, run_id: str, vocabulary: Vocabulary[E, R]) -> None:
        """Take the run, or raise StorageFailed while another process that lives has it."""
        self.run_id = run_id
        self._vocabulary = vocabulary
        self._engine = engine
        self._lock = threading.Lock()
        self._owner = this_process()
        self._token = self._take()
        self._head = self._stored_head()
        # After a failure only the database knows whether the last commit came through.
        self._in_doubt = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def head(self) -> Head:
        return self._head

    def append(self, events: Sequence[tuple[int, int, E]]) -> tuple[R, ...]:
        """Record `events`, all or none, in one transaction that is durable before this returns.

        Raises AlreadyRecorded, with the number of the first, when one of them may be there only once and is.
        """
        with self._lock, worded(f"of run {self.run_id}"):
            if self._in_doubt:
                self._head, self._in_doubt = self._stored_head(), False
            try:
                return self._append(events)
            except DBAPIError as error:
                if not isinstance(error, IntegrityError):
                    self._in_doubt = True
                    raise
                earlier = self._earlier(events)
                if earlier is None:
                    raise StorageFailed(
                        f"run {self.run_id} refuses a record: {error.orig}",
                        hint="see `danceoff journal verify`",
                    ) from error
                raise AlreadyRecorded(
                    f"this was recorded already, as number {earlier}",
                    seq=earlier,
                    hint="the first one counts",
                ) from error

    def close(self) -> None:
        """Give the run up; idempotent."""
        with self._lock, worded(f"of run {self.run_id}"), self._engine.begin() as connection:
            connection.execute(
                sql.update(WRITERS)
                .where(WRITERS.c.run_id == self.run_id, WRITERS.c.token == self._token)
                .values(pid=0, started_ms=0, host="")
            )

    def _append(self, facts: Sequence[tuple[int, int, E]]) -> tuple[R, ...]:
        if not facts:
            return ()
        links: list[Link] = []
        head = self._head
        for at_ms, wall_ms, event in facts:
            links.append(linked(self.run_id, head, at_ms, wall_ms, event))
            head = Head(seq=links[-1].seq, digest=links[-1].digest)
        rows = [_row(link, self._key(event)) for link, (_, _, event) in zip(links, facts, strict=True)]
        with self._engine.begin() as connection:
            self._move(connection, head)
            connection.execute(sql.insert(EVENTS), rows)
        self._head = head
        return tuple(
            self._vocabulary.envelope(seq=link.seq, at_ms=at_ms, wall_ms=wall_ms, event=event)
            for link, (at_ms, wall_ms, event) in zip(links, facts, strict=True)
        )

    def _move(self, connection: sql.Connection, head: Head) -> None:
        """Move the stored head on. Written first, it takes the database's lock, and fails whoever lost the run."""
        moved = connection.execute(
            sql.update(WRITERS)
            .where(
                WRITERS.c.run_id == self.run_id,
                WRITERS.c.token == self._token,
                WRITERS.c.pid == self._owner.pid,
                WRITERS.c.seq == self._head.seq,
                WRITERS.c.head == self._head.digest,
            )
            .values(seq=head.seq, head=head.digest)
        )
        if moved.rowcount != 1:
            raise StorageFailed(
                f"run {self.run_id} is no longer written by this process",
                hint="another one took it over, or the writer was closed; end this one",
            )

    def _earlier(self, facts: Sequence[tuple[int, int, E]]) -> int | None:
        keys = [key for _, _, event in facts if (key := self._key(event)) is not None]
        chosen = (
            sql.select(sql.func.min(EVENTS.c.seq))
            .where(EVENTS.c.run_id == self.run_id)
            .where(EVENTS.c.once.in_(keys))
        )
        with self._engine.connect() as connection:
            return connection.execute(chosen).scalar_one_or_none()

    def _key(self, event: E) -> str | None:
        """What a database cannot keep as a text is no key: it would be kept by one and refused by another."""
        key = self._vocabulary.once(event)
        if key is None:
            return None
        if len(key) > LONGEST_KEY:
            raise UsageError(
                f"the id {key[:20]}... is too long", hint=f"at most {LONGEST_KEY - 20} characters"
            )
        if "\0" in key or not key.isprintable():
            raise UsageError(f"the id {key[:20]!a} cannot be kept", hint="choose letters and digits")
        return key

    def _take(self) -> int:
        """Write this process down as the owner; give the token. A run that is new gets its row."""
        with worded(f"of run {self.run_id}"):
            try:
                return self._enter()
            except IntegrityError:
                return self._take_over()

    def _enter(self) -> int:
        mine = {"pid": self._owner.pid, "started_ms": self._owner.started_ms, "host": self._owner.host}
        start = Head()
        with self._engine.begin() as connection:
            connection.execute(
                sql.insert(WRITERS).values(
                    run_id=self.run_id, token=1, seq=start.seq, head=start.digest, **mine
                )
            )
        return 1

    def _take_over(self) -> int:
        with self._engine.connect() as connection:
            row = connection.execute(sql.select(WRITERS).where(WRITERS.c.run_id == self.run_id)).one()
        before = Owner(pid=row.pid, started_ms=row.started_ms, host=row.host)
        taken = 0
        if not before.alive:
            with self._engine.begin() as connection:
                taken = connection.execute(
                    sql.update(WRITERS)
                    .where(
                        WRITERS.c.run_id == self.run_id,
                        WRITERS.c.token == row.token,
                        WRITERS.c.pid == row.pid,
                    )
                    .values(
                        pid=self._owner.pid,
                        started_ms=self._owner.started_ms,
                        host=self._owner.host,
                        token=row.token + 1,
                    )
                ).rowcount
        if taken != 1:
            raise StorageFailed(
                f"run {self.run_id} is being written by another process (pid {before.pid} on {before.host or '?'})",
                hint="join that one, or end it first",
            )
        token: int = row.token + 1
        return token

    def _stored_head(self) -> Head:
        with worded(f"of run {self.run_id}"), self._engine.connect() as connection:
            row = connection.execute(
                sql.select(WRITERS.c.seq, WRITERS.c.head).where(WRITERS.c.run_id == self.run_id)
            ).one()
        return Head(seq=row.seq, digest=row.head)


def _row(link: Link, key: str | None) -> dict[str, object]:
    return {
        "run_id": link.run_id,
        "seq": link.seq,
        "at_ms": link.at_ms,
        "wall_ms": link.wall_ms,
        "kind": link.kind,
        "payload": canonical(link.fields),
        "previous": link.previous,
        "hash": link.digest,
        "once": key,
    }
