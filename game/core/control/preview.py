"""What a preview measured, in words: who was let in before, and who would be afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.control.facts import CohortTried


def tried_words(cohorts: Sequence[CohortTried]) -> tuple[str, ...]:
    """One line a kind of user that would fare otherwise, or one sentence if none would."""
    changed = [one for one in cohorts if one.before != one.after]
    if not cohorts:
        return ("nobody was tried",)
    if not changed:
        tried, served = sum(one.tried for one in cohorts), sum(one.after for one in cohorts)
        return (f"{served} of {tried} users of every kind are let in, as before",)
    return tuple(
        f"{one.cohort}: {one.before} of {one.tried} let in before, {one.after} afterwards" for one in changed
    )


def worse(cohorts: Sequence[CohortTried]) -> tuple[str, ...]:
    """Only what would be worse."""
    return (
        tried_words([one for one in cohorts if one.after < one.before])
        if any(one.after < one.before for one in cohorts)
        else ()
    )
