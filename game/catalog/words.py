"""Remedies in words."""

from __future__ import annotations

import difflib


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """Word a remedy: the nearest known word, or all of them if there are few."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    return f"known: {', '.join(known)}" if known else "remove it"
