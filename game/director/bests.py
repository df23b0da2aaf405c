"""What somebody has achieved so far on this machine: the best score that counts, by exercise, from the journal alone.

Scoring a run means reading all of it, so what was found is kept in the cache, under the digest of the run's last record.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from game.core.score import RULES
from game.core.score import score as score_events
from game.errors import DanceoffError
from game.journal import Journal, sqlite_url
from game.lab.home import home

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from game.core.events import Recorded
    from game.journal.store import RunSummary

CACHE = "scores.json"
# Who stands in the journal of a run that nobody played: the team of a demonstration, the hand of a rehearsal.
DEMONSTRATION = "demo"
REHEARSAL = "rehearsal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The best of an exercise: points, of how many; `runs` that counted."""

    total: int
    achievable: int
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    """A run's score; `total` below 0 if it does not count as anybody's own."""

    run: str
    exercise: str
    team: str
    total: int
    achievable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Whom a run is raced against: another run's journal, and what it is called. Nobody, where there is no journal."""

    name: str = ""
    events: tuple[Recorded, ...] = ()


def own_bests() -> dict[str, Best]:
    """The best by exercise code; nothing where no journal is yet. A run that cannot be scored is left out."""
    place = home()
    if not place.journal.exists():
        return {}
    with Journal.open(sqlite_url(place.journal)) as book:
        return _bests(_scored(book, place.cache / CACHE))


def rival(journal: Journal, cache: Path, run: str) -> tuple[Recorded, ...]:
    """The same team's best earlier run of the same exercise, or nothing: whom a run is raced against.

    `cache` is the folder that scores are kept in between.
    """
    mine = next((one for one in journal.runs() if one.run_id == run), None)
    if mine is None or mine.opened is None:
        return ()
    earlier = [
        one
        for one in _scored(journal, cache / CACHE).values()
        if one.total >= 0
        and one.run != run
        and (one.exercise, one.team) == (mine.opened.exercise, mine.opened.team)
    ]
    best = max(earlier, key=lambda one: one.total, default=None)
    return journal.read(best.run) if best else ()


def rival_of(run: str, store: str = "") -> tuple[Recorded, ...]:
    """As `rival`; `store` is the URL of the journal if it is not this machine's own."""
    place = home()
    with Journal.open(store or sqlite_url(place.journal)) as book:
        return rival(book, place.cache, run)


def best_of(runs: Collection[str], store: str = "") -> tuple[Recorded, ...]:
    """The journal of the best of these runs among those that count, or nothing. `store` as for `rival_of`."""
    if not runs:
        return ()
    place = home()
    with Journal.open(store or sqlite_url(place.journal)) as book:
        scored = (one for one in _scored(book, place.cache / CACHE).values() if one.run in runs)
        best = max((one for one in scored if one.total >= 0), key=lambda one: one.total, default=None)
        return book.read(best.run) if best else ()


def _scored(book: Journal, cache: Path) -> dict[str, _Scored]:
    """Every ended run but demonstrations, by its id, last digest and the rules."""
    known = _read(cache)
    scored: dict[str, _Scored] = {}
    for run in book.runs():
        if run.opened is None or not run.how or run.opened.team == DEMONSTRATION:
            continue
        key = f"{run.run_id}/{run.head.digest}/{RULES}"
        scored[key] = known.get(key) or _score(book, run)
    if scored.keys() - known.keys():
        _write(cache, scored)
    return scored


def _score(book: Journal, run: RunSummary) -> _Scored:
    unscored = _Scored(
        run=run.run_id,
        exercise=run.opened.exercise if run.opened else "",
        team=run.opened.team if run.opened else "",
        total=-1,
        achievable=0,
    )
    if run.how in {"resolved", "timed-out"}:
        with suppress(DanceoffError):
            events = book.read(run.run_id)
            result = score_events(events)
            if result.counts and not _is_rehearsal(events):
                return replace(unscored, total=result.total, achievable=result.achievable)
    return unscored


def _is_rehearsal(events: tuple[Recorded, ...]) -> bool:
    return any(getattr(recorded.event, "by", "") == REHEARSAL for recorded in events)


def _bests(scored: dict[str, _Scored]) -> dict[str, Best]:
    bests: dict[str, Best] = {}
    for one in scored.values():
        if one.total < 0:
            continue
        before = bests.get(one.exercise)
        best = before if before is not None and before.total >= one.total else None
        bests[one.exercise] = Best(
            total=best.total if best else one.total,
            achievable=best.achievable if best else one.achievable,
            runs=(before.runs if before else 0) + 1,
        )
    return bests


def _read(cache: Path) -> dict[str, _Scored]:
    """What was scored before; an unreadable cache is an empty one."""
    try:
        rows = json.loads(cache.read_text(encoding="utf-8"))
        return {str(key): _Scored(**row) for key, row in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(cache: Path, scored: dict[str, _Scored]) -> None:
    # Without the cache everything is as right, only slower.
    with suppress(OSError):
        cache.parent.mkdir(parents=True, exist_ok=True)
        written = cache.with_suffix(".new")
        written.write_text(json.dumps({key: asdict(row) for key, row in scored.items()}), encoding="utf-8")
        written.replace(cache)
