"""Alert rules evaluated on the load's samples: when to page, when the page clears.

The same meaning as a Prometheus rule with `for`: the share of bad requests over the last `window_s` seconds exceeds
`bad_share` at every evaluation, once a second, for `for_s` seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.events import PageCleared, Paged

if TYPE_CHECKING:
    from game.core.events import LoadSampled
    from game.core.exercise import AlertRule

Transition = Paged | PageCleared


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One sample's share of the window; `to_ms` on the run clock."""

    to_ms: int
    offered: int
    bad: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One rule's state. `pending_ms`: since when the share has been exceeded without a break; None while it is not."""

    rule: AlertRule
    window: tuple[Counted, ...] = ()
    pending_ms: int | None = None
    firing: bool = False


def watching(rules: tuple[AlertRule, ...]) -> tuple[Alert, ...]:
    return tuple(Alert(rule=rule) for rule in rules)


def evaluate(
    alerts: tuple[Alert, ...], sample: LoadSampled
) -> tuple[tuple[Alert, ...], tuple[Transition, ...]]:
    """Take one second of load into every rule; give back the pages that begin and end with it."""
    stepped = [step(alert, sample) for alert in alerts]
    return tuple(alert for alert, _ in stepped), tuple(transition for _, transition in stepped if transition)


def step(alert: Alert, sample: LoadSampled) -> tuple[Alert, Transition | None]:
    begin = sample.to_ms - alert.rule.window_s * 1000
    counted = Counted(to_ms=sample.to_ms, offered=sample.offered, bad=sample.bad)
    window = (*(former for former in alert.window if former.to_ms > begin), counted)
    if not _exceeded(alert.rule, window):
        cleared = PageCleared(alert=alert.rule.name) if alert.firing else None
        return Alert(rule=alert.rule, window=window), cleared
    pending_ms = sample.to_ms if alert.pending_ms is None else alert.pending_ms
    firing = alert.firing or sample.to_ms - pending_ms >= alert.rule.for_s * 1000
    page = Paged(alert=alert.rule.name, text=alert.rule.text) if firing and not alert.firing else None
    return replace(alert, window=window, pending_ms=pending_ms, firing=firing), page


def _exceeded(rule: AlertRule, window: tuple[Counted, ...]) -> bool:
    offered = sum(counted.offered for counted in window)
    bad = sum(counted.bad for counted in window)
    return offered > 0 and bad > rule.bad_share * offered
