"""May this change be made now? The rules of the three modes, in one place and without touching anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.control.facts import Papers
from game.core.control.ledger import next_name
from game.errors import Refused

if TYPE_CHECKING:
    from game.core.control.facts import Mode
    from game.core.control.ledger import LoggedChange
    from game.core.control.weighing import Weighed

FEWEST_WORDS = 2
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to do. `weighed` is what it changes of what is in service; `undoing` the same, seen backwards.

    `slipped_in`: what is in service and was approved by nobody, in words. `emergency`: why the glass is to be broken; empty
    if it is not.
    """

    by: str
    why: str
    weighed: Weighed
    undoing: Weighed
    emergency: str = ""
    slipped_in: tuple[str, ...] = ()

    @property
    def takes_back(self) -> bool:
        """Whether it only takes back what slipped in: seen backwards, it is nothing but that."""
        return set(self.undoing.risky) <= set(self.slipped_in)

    @property
    def left(self) -> tuple[str, ...]:
        """What stays unapproved after it."""
        return tuple(one for one in self.slipped_in if one not in self.undoing.risky)


def admit(mode: Mode, wish: Wish, changes: tuple[LoggedChange, ...]) -> Papers:
    """The papers with which the change may be made; raises Refused, which says what is missing."""
    if mode == "open":
        return _papers(wish, changes)
    _require_reason(wish.why, "a change")
    if mode == "recorded":
        return _papers(wish, changes)
    # Taking back a change that slipped in leads to what was approved, and needs nobody's leave.
    if not wish.weighed.is_risky or wish.takes_back:
        return _papers(wish, changes, unreviewed=wish.left)
    proposed = _proposed(wish, changes)
    if proposed is not None and proposed.stage == "approved":
        return _papers(wish, changes, approved_by=proposed.approvers, unreviewed=wish.left)
    if wish.emergency:
        _require_reason(wish.emergency, "breaking the glass")
        slipped_in = tuple(dict.fromkeys((*wish.left, *wish.weighed.risky)))
        return _papers(wish, changes, emergency=wish.emergency, unreviewed=slipped_in)
    raise _refusal(wish, proposed)


def review_allowed(change: LoggedChange, by: str) -> None:
    """Raise Refused where a review would be none."""
    if change.by == by:
        raise Refused("nobody reviews their own change", hint="ask somebody else of the team")
    if change.made and not change.emergency:
        raise Refused(
            f"{change.name} is in service already", hint="review what is proposed, or what broke the glass"
        )


def _papers(
    wish: Wish,
    changes: tuple[LoggedChange, ...],
    *,
    approved_by: tuple[str, ...] = (),
    emergency: str = "",
    unreviewed: tuple[str, ...] = (),
) -> Papers:
    proposed = _proposed(wish, changes)
    return Papers(
        change=proposed.name if proposed else next_name(changes),
        why=wish.why.strip(),
        risks=wish.weighed.risks,
        approved_by=approved_by,
        emergency=emergency.strip(),
        unreviewed=unreviewed,
    )


def _proposed(wish: Wish, changes: tuple[LoggedChange, ...]) -> LoggedChange | None:
    """The proposal of exactly this change, the latest if there are several."""
    open_ones = [one for one in changes if not one.made and one.digest == wish.weighed.digest]
    approved = [one for one in open_ones if one.stage == "approved"]
    return next(reversed(approved or open_ones), None)


def _require_reason(text: str, what: str) -> None:
    words = text.split()
    if len(words) < FEWEST_WORDS:
        raise Refused(f"{what} needs a reason of at least {FEWEST_WORDS} words here", hint="say why: -m WHY")
    if len(text) > LONGEST_REASON:
        raise Refused(f"a reason has at most {LONGEST_REASON} characters", hint=f"this one has {len(text)}")


def _refusal(wish: Wish, proposed: LoggedChange | None) -> Refused:
    risks = ", ".join(wish.weighed.risks)
    glass = '--break-glass "REASON" applies at once, is priced, and owes a review'
    if proposed is None:
        return Refused(
            f"a risky change ({risks}) needs somebody's approval before it is made",
            hint=f"danceoff propose -m WHY; {glass}",
        )
    if proposed.stage == "changes-requested":
        return Refused(
            f"{proposed.name} was turned down",
            hint=f"danceoff changes says why; change it and propose it again; {glass}",
        )
    return Refused(f"{proposed.name} ({risks}) waits for its review", hint=f"danceoff changes; {glass}")
