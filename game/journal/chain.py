"""The hash chain: every record carries the digest of itself and the one before, so the head vouches for all of it.

Whoever rewrites a journal must rewrite every record after the change; the head that others saw then no longer fits.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from game.errors import Tampered
from game.journal.encoding import canonical, encode, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from game.journal.vocabulary import Vocabulary

E = TypeVar("E")
R = TypeVar("R")

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last record's number and digest; 0 and zeroes for a run without records."""

    seq: int = 0
    digest: str = GENESIS


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A record as it is stored. `fields` is the parsed JSON of the fact; `digest` covers everything else here."""

    run_id: str
    seq: int
    at_ms: int
    wall_ms: int
    kind: str
    fields: object
    previous: str
    digest: str = ""

    def line(self) -> str:
        """The record as one line of an export."""
        return canonical({**self._content(), "hash": self.digest})

    def seal(self) -> str:
        return hashlib.sha256(canonical(self._content()).encode("ascii")).hexdigest()

    def _content(self) -> dict[str, object]:
        return {
            "run": self.run_id,
            "seq": self.seq,
            "at_ms": self.at_ms,
            "wall_ms": self.wall_ms,
            "kind": self.kind,
            "event": self.fields,
            "previous": self.previous,
        }


def verified(
    run_id: str, links: Iterable[Link], vocabulary: Vocabulary[E, R], *, head: Head | None, where: str
) -> tuple[R, ...]:
    """Follow the chain from its beginning and give the records; Tampered names the first one that is bad.

    `head`: what the last record must be, if that is known from elsewhere; without it a cut-off end cannot be seen.
    """
    facts: list[R] = []
    last = Head()
    for link in links:
        _fits(link, run_id, last, where)
        event = vocabulary.decode(link.kind, link.fields, seq=link.seq, where=where)
        facts.append(vocabulary.envelope(seq=link.seq, at_ms=link.at_ms, wall_ms=link.wall_ms, event=event))
        last = Head(seq=link.seq, digest=link.digest)
    if head is not None and head != last:
        missing = last.seq + 1 if head.seq > last.seq else last.seq
        raise Tampered(
            f"{where}: the journal ends at record {last.seq}, not as the head says ({head.seq}, {head.digest[:12]})",
            seq=missing,
            hint="records were removed, added or rewritten at the end",
        )
    return tuple(facts)


def _fits(link: Link, run_id: str, last: Head, where: str) -> None:
    wanted = last.seq + 1
    what = ""
    if any(type(number) is not int for number in (link.seq, link.at_ms, link.wall_ms)):
        what = "has a number that is none"
    elif link.run_id != run_id:
        what = "belongs to another run"
    elif link.seq != wanted:
        what = f"is numbered {link.seq}"
    elif link.previous != last.digest:
        what = "does not follow the one before"
    elif link.seal() != link.digest:
        what = "does not match its digest"
    if what:
        hint = "the journal was changed or damaged here"
        raise Tampered(f"{where}: record {wanted} {what}", seq=wanted, hint=hint)


def linked(run_id: str, last: Head, at_ms: int, wall_ms: int, event: object) -> Link:
    """Make the next link of a chain, sealed."""
    link = Link(
        run_id=run_id,
        seq=last.seq + 1,
        at_ms=at_ms,
        wall_ms=wall_ms,
        kind=kind_of(event),
        fields=json.loads(encode(event)),
        previous=last.digest,
    )
    return replace(link, digest=link.seal())
