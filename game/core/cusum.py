"""One stream of good and bad requests: when did it turn bad, when did it turn good again.

CUSUM on the log-likelihood ratio (Page 1954, "Continuous inspection schemes"; Lorden 1971 for its optimality). With an
ordinary share of bad requests p0 and a share p1 that counts as impact, a bad request adds ln(p1/p0) to a score and a
good one adds ln((1-p1)/(1-p0)), which is negative.

- Impact: the score never falls below 0; above `onset_threshold` the stream is impacted, since the first bad request
  after the score was last 0.
- Recovery: from then on the score runs freely. Its highest point, always a bad request, is the likeliest last one of
  the impact. When the score has fallen from there by more than `recovery_threshold`, the stream has recovered; a stray
  error on the way down is lower than the peak and moves nothing.

Both times hang on the requests that happened to be sent. Requests that meet the fault arrive at rate x share a second,
so a flip and the nearest of them lie 1 / (rate x share) apart on average (the mean of an exponential distribution).
That mean gap, measured over the bad requests of this very impact, is the uncertainty stated with each time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.core.outcome import Outcome

GAPS_REMEMBERED = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What a stream is judged by: shares 0-1, thresholds in nats."""

    ordinary_share: float = 0.005
    impact_share: float = 0.20
    onset_threshold: float = 8.0
    recovery_threshold: float = 8.0

    @property
    def bad_weight(self) -> float:
        return log(self.impact_share / self.ordinary_share)

    @property
    def good_weight(self) -> float:
        return log((1 - self.impact_share) / (1 - self.ordinary_share))


def law_for_rate(requests_per_second: float, *, decide_s: float, onset_threshold: float) -> Law:
    """Choose the smallest impact share whose recovery a stream this slow can still prove within `decide_s` seconds.

    Recovery takes n = recovery_threshold / -good_weight good requests. A few requests a second cannot tell a share of
    20 % from nothing in a moment, but they can tell a share of 70 %; solved for p1 with n = rate x decide_s.
    """
    law = Law(onset_threshold=onset_threshold)
    requests = max(1.0, requests_per_second * decide_s)
    provable = 1 - (1 - law.ordinary_share) * exp(-law.recovery_threshold / requests)
    return replace(law, impact_share=min(0.9, max(law.impact_share, provable)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cusum:
    """The state of one stream; times in ms on the run clock, meaningful only while `bad` is above 0.

    `first_bad_ms` is the onset, `last_bad_ms` and `before_ms` the latest bad requests of all; `peak_ms` the likeliest last one of the
    impact, `peak_gap_ms` the mean gap between bad requests up to there, `peak_third_ms` the last but two.
    """

    impacted: bool = False
    score: float = 0.0
    peak: float = 0.0
    bad: int = 0
    first_bad_ms: int = 0
    last_bad_ms: int = 0
    before_ms: int = 0
    gap_ms: float = 0.0
    peak_ms: int = 0
    peak_gap_ms: float = 0.0
    peak_third_ms: int = 0


def advance(cusum: Cusum, law: Law, outcome: Outcome) -> Cusum:
    """Add one request; requests must come in the order of their start."""
    moved = _add_good(cusum, law) if outcome.ok else _add_bad(cusum, law, outcome.started_ms)
    if not moved.impacted and moved.score > law.onset_threshold:
        return replace(moved, impacted=True)
    return moved


def has_recovered(cusum: Cusum, law: Law) -> bool:
    return cusum.impacted and cusum.peak - cusum.score > law.recovery_threshold


def _add_good(cusum: Cusum, law: Law) -> Cusum:
    if cusum.bad == 0:
        return cusum
    score = cusum.score + law.good_weight
    if score <= 0 and not cusum.impacted:
        return Cusum()
    return replace(cusum, score=score)


def _add_bad(cusum: Cusum, law: Law, at_ms: int) -> Cusum:
    bad = cusum.bad + 1
    first = cusum.first_bad_ms if cusum.bad else at_ms
    gap = cusum.gap_ms
    if cusum.bad:
        gap += (at_ms - cusum.last_bad_ms - gap) / min(cusum.bad, GAPS_REMEMBERED)
    score = cusum.score + law.bad_weight
    higher = score >= cusum.peak
    return Cusum(
        impacted=cusum.impacted,
        score=score,
        peak=score if higher else cusum.peak,
        bad=bad,
        first_bad_ms=first,
        last_bad_ms=at_ms,
        before_ms=cusum.last_bad_ms,
        gap_ms=gap,
        peak_ms=at_ms if higher else cusum.peak_ms,
        peak_gap_ms=gap if higher else cusum.peak_gap_ms,
        peak_third_ms=cusum.before_ms if higher else cusum.peak_third_ms,
    )
