"""The follow-ups that a team can buy after its first round, with what each costs and what it really does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.exercise import AlertRule
    from game.core.terms import Terms

BUDGET = 5
CHANGE_NOTES, TIGHTER_ALERT, NEON_SIGN, PEER_REVIEW, CANARY_STEP = (
    "change-notes", "tighter-alert", "neon-sign", "peer-review", "canary-step",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`does` is what the second round shows of it, in a sentence."""

    id: str
    words: str
    cost: int
    does: str


OFFERS = (
    Offer(
        id=CHANGE_NOTES,
        words="change notes",
        cost=1,
        does="Every change needs a reason, and whoever is on call gets a note of it by meaning, with its risk.",
    ),
    Offer(
        id=TIGHTER_ALERT,
        words="a tighter alert rule",
        cost=1,
        does="The page comes after a third of the window, at half the share, held for a second.",
    ),
    Offer(
        id=NEON_SIGN,
        words="the neon sign",
        cost=2,
        does="What runs without a record or an approval is named within a second, and pages.",
    ),
    Offer(
        id=PEER_REVIEW,
        words="peer review",
        cost=3,
        does="A risky change needs an approval. Whoever cannot wait breaks the glass, and everybody sees it.",
    ),
    Offer(
        id=CANARY_STEP,
        words="a canary step",
        cost=3,
        does="A risky change is watched in its first seconds, and taken back by itself when users fail.",
    ),
)
SHORTEST_WINDOW_S = 3


def bought(wanted: Sequence[str], budget: int = BUDGET) -> tuple[Offer, ...]:
    """What was asked for, in the shop's order; Refused for what is not sold or costs more than there is."""
    known = {offer.id: offer for offer in OFFERS}
    ids = dict.fromkeys(
        "-".join(one.casefold().replace("_", " ").replace("-", " ").split()) for one in wanted
    )
    for one in ids:
        if one not in known:
            raise Refused(f"{one[:30]!r} is not for sale", hint=f"one of: {', '.join(known)}")
    chosen = tuple(offer for offer in OFFERS if offer.id in ids)
    cost = sum(offer.cost for offer in chosen)
    if cost > budget:
        told = ", ".join(f"{offer.id} {offer.cost}" for offer in chosen)
        raise Refused(
            f"that costs {cost}, and there are {budget} ({told})", hint="leave something for another time"
        )
    return chosen


def with_follow_ups(terms: Terms, ids: Sequence[str], first_round: str) -> Terms:
    """The terms of a second round: what was bought on top of what the exercise has."""
    mode = terms.change_control
    if PEER_REVIEW in ids:
        mode = "reviewed"
    elif CHANGE_NOTES in ids and mode == "open":
        mode = "recorded"
    return replace(
        terms,
        change_control=mode,
        sign=terms.sign or NEON_SIGN in ids,
        follow_ups=tuple(ids),
        first_round=first_round,
    )


def tightened(rules: Sequence[AlertRule]) -> tuple[AlertRule, ...]:
    """The same alerts, sooner: a third of the window, half of the share, held for a second."""
    return tuple(
        replace(
            rule,
            window_s=max(SHORTEST_WINDOW_S, rule.window_s // 3),
            bad_share=rule.bad_share / 2,
            for_s=min(rule.for_s, 1),
        )
        for rule in rules
    )


def words_of(ids: Sequence[str]) -> str:
    """Follow-ups as people say them; `nothing` for none."""
    return ", ".join(offer.words for offer in OFFERS if offer.id in ids) or "nothing"
