"""What lights the sign: differences that no record explains. Pure; differences come in words, as `drift` tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.sign.facts import SignFinding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.control.ledger import LoggedChange
    from game.core.sign.facts import FindingKind

_LOADS = ("a worker serves", "a reload ", "haproxy was restarted")
MOST_TOLD = 3


def kind_of(difference: str) -> FindingKind:
    if difference.startswith(_LOADS):
        return "load"
    return "file" if " on disk" in difference else "runtime"


def explain(explained: frozenset[str], before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """Which differences have a record, once a recorded command was given: those it brought about, and those known before.

    What nobody recorded before it stays without a record; what is gone needs none, so that it is seen when it comes again.
    """
    unrecorded = set(before) - explained
    return frozenset(difference for difference in after if difference not in unrecorded)


def findings(
    differences: Sequence[str],
    explained: frozenset[str],
    unreviewed: Sequence[str] = (),
    owing: Sequence[LoggedChange] = (),
) -> tuple[SignFinding, ...]:
    """Everything that the sign has to show now. `owing`: the changes whose reviews are owed, which name their makers."""
    by = ", ".join(dict.fromkeys(change.by for change in owing))
    return (
        *(SignFinding(kind="unreviewed", what=what, by=by) for what in unreviewed),
        *(SignFinding(kind=kind_of(one), what=one) for one in differences if one not in explained),
    )


def sentence(found: Sequence[SignFinding]) -> str:
    """What is written on it, in one sentence."""
    told = "; ".join(f"{one.what} ({_by(one)})" for one in found[:MOST_TOLD])
    more = f"; and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
    return f"What runs is not what was approved: {told}{more}."


def _by(one: SignFinding) -> str:
    if one.kind == "unreviewed":
        return f"by {one.by or 'somebody'}, approved by nobody"
    return f"by {one.by}" if one.by else "no record says by whom"
