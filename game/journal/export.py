"""A run as text: a header line, then one record a line, with every digest. All that is needed to score it for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from game.errors import Tampered, UsageError
from game.journal.chain import Head, Link, verified
from game.journal.encoding import canonical, parse
from game.journal.vocabulary import CONTEST, RUN, is_contest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from game.core.contest.facts import Noted
    from game.core.events import Recorded

FORMAT = 1
WHERE = "export"
HEADER = {"format": int, "run": str, "records": int, "head": str}
RECORD = {
    "run": str,
    "seq": int,
    "at_ms": int,
    "wall_ms": int,
    "kind": str,
    "event": dict,
    "previous": str,
    "hash": str,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """`records` of a run, or those of an event in `contest`."""

    run_id: str
    head: Head
    records: tuple[Recorded, ...]
    contest: tuple[Noted, ...] = ()


def exported(run_id: str, links: Iterable[Link], head: Head) -> Iterator[str]:
    """Give the lines, without line ends. Records go out as they are stored: what is wrong shows when it is loaded."""
    yield canonical({"format": FORMAT, "run": run_id, "records": head.seq, "head": head.digest})
    for link in links:
        yield link.line()


def load_export(lines: Iterable[str], *, head: str | None = None) -> Exported:
    """Read and verify an export. `head`: the digest that was seen while the run went on, if anybody noted it."""
    source = iter(lines)
    first = next(source, "").rstrip("\n")
    header = _shaped(parse(first, seq=0, where=WHERE), HEADER, seq=0)
    if header["format"] != FORMAT:
        raise UsageError(
            f"export of format {header['format']}; this version reads format {FORMAT}",
            hint="use the danceoff that wrote it",
        )
    expected = Head(seq=header["records"], digest=header["head"])
    if head is not None and head != expected.digest:
        raise Tampered(
            f"{WHERE}: its head is {expected.digest[:12]}, but {head[:12]} was expected",
            hint="this is another run, or a rewritten one",
        )
    links = (_link(line.rstrip("\n"), seq) for seq, line in enumerate(source, start=1))
    run_id: str = header["run"]
    if is_contest(run_id):
        noted = verified(run_id, links, CONTEST, head=expected, where=WHERE)
        return Exported(run_id=run_id, head=expected, records=(), contest=noted)
    records = verified(run_id, links, RUN, head=expected, where=WHERE)
    return Exported(run_id=run_id, head=expected, records=records)


def _link(line: str, seq: int) -> Link:
    record = _shaped(parse(line, seq=seq, where=WHERE), RECORD, seq=seq)
    return Link(
        run_id=record["run"],
        seq=record["seq"],
        at_ms=record["at_ms"],
        wall_ms=record["wall_ms"],
        kind=record["kind"],
        fields=record["event"],
        previous=record["previous"],
        digest=record["hash"],
    )


def _shaped(value: object, shape: dict[str, type], *, seq: int) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != shape.keys():
        found = ", ".join(sorted(value)) if isinstance(value, dict) else type(value).__name__
        raise Tampered(
            f"{WHERE}: record {seq} has {found[:80]}; it should have {', '.join(shape)}",
            seq=seq,
            hint="is this an export of danceoff?",
        )
    wrong = [name for name, kind in shape.items() if type(value[name]) is not kind]
    if wrong:
        raise Tampered(
            f"{WHERE}: record {seq}: wrong type of {', '.join(wrong)}", seq=seq, hint="it was changed"
        )
    return value
