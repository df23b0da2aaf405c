"""The changes in the order a seed chose: what comes before the fault is history, what comes after it a later change.

Ages stay with the places, the changes move; so a history always grows younger.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.catalog.faults import ChangeFile, LbChangeFault

if TYPE_CHECKING:
    from game.catalog.document import ExerciseFile

Committed = ChangeFile | LbChangeFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    history: tuple[ChangeFile, ...]
    later: tuple[ChangeFile, ...]


def committed(document: ExerciseFile) -> tuple[tuple[str, Committed], ...]:
    """Everything that becomes a commit, in the file's own order, each with its path in the file."""
    return (
        *((f"history[{place}]", change) for place, change in enumerate(document.history)),
        *(
            (f"faults[{place}]", fault)
            for place, fault in enumerate(document.faults)
            if isinstance(fault, LbChangeFault)
        ),
        *((f"later_changes[{place}]", change) for place, change in enumerate(document.later_changes)),
    )


def arrange(document: ExerciseFile, order: tuple[str, ...]) -> Arranged | str:
    """The changes on both sides of the faults; a sentence if the order is impossible."""
    places = [change for _, change in committed(document)]
    by_id = {change.id: change for change in places}
    unknown = [name for name in order if name not in by_id]
    if unknown or len(set(order)) != len(order):
        return f"{', '.join(unknown)} is no change of this exercise" if unknown else "an id stands here twice"
    moved = iter(order)
    sequence = [by_id[next(moved)] if change.id in order else change for change in places]
    faults = [place for place, change in enumerate(sequence) if isinstance(change, LbChangeFault)]
    first, last = (faults[0], faults[-1] + 1) if faults else (len(document.history), len(document.history))
    if last - first != len(faults):
        return "an innocent change stands between two faults"
    if [place.id for place in sequence[first:last]] != [
        place.id for place in places if isinstance(place, LbChangeFault)
    ]:
        return "the faults change places with one another"
    ages = [change.age_minutes if isinstance(change, ChangeFile) else 0 for change in places]
    return Arranged(
        history=_aged(sequence[:first], ages),
        later=tuple(change for change in sequence[last:] if isinstance(change, ChangeFile)),
    )


def _aged(changes: list[Committed], ages: list[int]) -> tuple[ChangeFile, ...]:
    """Give each place's age to the change that stands there; places that had none become ever younger."""
    aged: list[ChangeFile] = []
    for change, age in zip(changes, ages, strict=False):
        if isinstance(change, ChangeFile):
            younger = max(1, aged[-1].age_minutes // 2) if aged else 1
            aged.append(replace(change, age_minutes=age or younger))
    return tuple(aged)
