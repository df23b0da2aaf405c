"""The note that whoever is on call gets of a change that somebody else made, where changes are recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.core.control.facts import Papers
    from game.core.exercise import Change

NOTES = "change log"
MOST_DIFFERENCES = 4


def note(change: Change, meaning: tuple[str, ...], papers: Papers) -> str:
    """One sentence each: who, why, how risky, what it changes by meaning, and who agreed."""
    risks = f"risky: {', '.join(papers.risks)}" if papers.risks else "not risky"
    what = "; ".join(meaning[:MOST_DIFFERENCES])
    more = f"; and {len(meaning) - MOST_DIFFERENCES} more" if len(meaning) > MOST_DIFFERENCES else ""
    agreed = f" Approved by {', '.join(papers.approved_by)}." if papers.approved_by else ""
    glass = f" The glass was broken: {papers.emergency}. It owes a review." if papers.emergency else ""
    return f"{change.author} applied: {change.message.strip().splitlines()[0]} ({risks}). {what}{more}.{agreed}{glass}"
