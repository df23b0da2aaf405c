"""Request outcomes -> impact and recovery, back-dated to when they happened, with their uncertainty.

One CUSUM watches all requests, and one watches each cohort: three users of fifty who always fail are 6 % of the
requests, which the total cannot tell from nothing, but they are 100 % of their cohort. Impact is the first of any; it
is over when every stream that was impacted has recovered, AND every user who was hit has been served since, AND the
load that was planned for the hold time has really arrived. Silence is never good news.

The hold time delays the announcement, never the time announced. Times are attributed to a request's START.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil
from typing import TYPE_CHECKING

from game.core.cusum import Cusum, Law, advance, has_recovered, law_for_rate
from game.core.events import ImpactDetected, RecoveryDetected

if TYPE_CHECKING:
    from game.core.outcome import Outcome
    from game.core.reorder import Settled
    from game.core.stack import Cohort

Finding = ImpactDetected | RecoveryDetected

# Nine cohorts are nine more chances of a false alarm; one more bad request than the total asks for pays for that.
COHORT_ONSET_THRESHOLD = 12.0
# A cohort must be able to prove its recovery well within the hold time, so that it seldom delays the announcement.
DECIDE_SHARE = 2 / 3
# Two failures in a row are no stray error: at an ordinary share of 0.5 % they happen to a request in 40,000.
STREAK = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`hold_ms`: how long a recovery must last; `arrived_share`: of the planned load in that time, 0-1."""

    law: Law = field(default_factory=Law)
    hold_ms: int = 3000
    arrived_share: float = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """`cohort` is empty for the stream of all requests."""

    cohort: str
    law: Law
    cusum: Cusum = field(default_factory=Cusum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """A user's failures since the last success, in ms on the run clock; `before_ms` is the last but one."""

    user: int
    bad: int
    first_ms: int
    before_ms: int
    last_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LastBad:
    """A candidate for the last bad request of an incident, and the mean gap up to there.

    `sure_ms`: stray errors later than this cannot alone have made the candidate.
    """

    at_ms: int
    sure_ms: int
    gap_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What an incident has ended with so far: for all requests together, for the latest cohort, for the latest user."""

    total: LastBad | None = None
    cohort: LastBad | None = None
    user: LastBad | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How much of the planned load of a stretch arrived."""

    settled_ms: int
    planned: int
    arrived: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """Everything it knows. `open`: an incident is under way; `ended`: what its streams have ended with."""

    settings: Settings
    streams: tuple[Stream, ...]
    streaks: tuple[Streak, ...] = ()
    open: bool = False
    ended: Ended = field(default_factory=Ended)
    arrivals: tuple[Arrival, ...] = ()

    @property
    def impacted(self) -> tuple[str, ...]:
        """Name the cohorts that are impacted now; an empty name stands for all users together."""
        return tuple(stream.cohort for stream in self.streams if stream.cusum.impacted)


def watching(
    cohorts: tuple[Cohort, ...], requests_per_second: float, settings: Settings | None = None
) -> Detector:
    """Make the detector for a load in which every user offers the same share of the requests."""
    chosen = settings or Settings()
    users = sum(cohort.users for cohort in cohorts)
    streams = [Stream(cohort="", law=chosen.law)]
    for cohort in cohorts:
        if cohort.users:
            rate = requests_per_second * cohort.users / users
            decide_s = chosen.hold_ms * DECIDE_SHARE / 1000
            law = law_for_rate(rate, decide_s=decide_s, onset_threshold=COHORT_ONSET_THRESHOLD)
            streams.append(Stream(cohort=cohort.name, law=law))
    return Detector(settings=chosen, streams=tuple(streams))


def step(detector: Detector, settled: Settled) -> tuple[Detector, tuple[Finding, ...]]:
    """Take in the next stretch of load; stretches must not overlap and must come in order."""
    findings: list[Finding] = []
    for outcome in settled.outcomes:
        detector, finding = _take(detector, outcome)
        if finding:
            findings.append(finding)
    detector = replace(detector, arrivals=_arrivals(detector, settled))
    recovery = _recovery(detector, settled.settled_ms)
    if recovery:
        findings.append(recovery)
        detector = replace(detector, open=False, ended=Ended())
    return detector, tuple(findings)


def _take(detector: Detector, outcome: Outcome) -> tuple[Detector, ImpactDetected | None]:
    finding: ImpactDetected | None = None
    ended = detector.ended
    streams: list[Stream] = []
    for stream in detector.streams:
        if stream.cohort not in {"", outcome.cohort}:
            streams.append(stream)
            continue
        cusum = advance(stream.cusum, stream.law, outcome)
        if cusum.impacted and not detector.open and not finding:
            finding = ImpactDetected(onset_ms=cusum.first_bad_ms, uncertainty_ms=_uncertainty(cusum.gap_ms))
        if has_recovered(cusum, stream.law):
            ended = _with(ended, stream.cohort, _last_bad(cusum))
            cusum = Cusum()
        streams.append(replace(stream, cusum=cusum))
    streaks, over = _streaks(detector.streaks, outcome)
    is_open = detector.open or finding is not None
    return replace(
        detector,
        streams=tuple(streams),
        streaks=streaks,
        open=is_open,
        ended=replace(ended, user=_later(ended.user, over)) if is_open else Ended(),
    ), finding


def _last_bad(cusum: Cusum) -> LastBad:
    return LastBad(at_ms=cusum.peak_ms, sure_ms=cusum.peak_third_ms, gap_ms=cusum.peak_gap_ms)


def _with(ended: Ended, cohort: str, last: LastBad) -> Ended:
    if not cohort:
        return replace(ended, total=last)
    return replace(ended, cohort=_later(ended.cohort, last))


def _later(one: LastBad | None, other: LastBad | None) -> LastBad | None:
    """Choose by what is sure: one or two bad requests of a cohort after the recovery may be stray errors."""
    candidates = [candidate for candidate in (one, other) if candidate]
    return max(candidates, key=lambda candidate: (candidate.sure_ms, -candidate.gap_ms), default=None)


def _end(ended: Ended) -> LastBad | None:
    """Trust the busiest stream that saw the incident, unless a part of the users surely went on failing after it."""
    last: LastBad | None = None
    for candidate in (ended.total, ended.cohort, ended.user):
        if candidate and (last is None or candidate.sure_ms > last.at_ms):
            last = candidate
    return last


def _streaks(streaks: tuple[Streak, ...], outcome: Outcome) -> tuple[tuple[Streak, ...], LastBad | None]:
    """Lengthen or end the user's streak; one that was no stray error is a candidate for the last bad request."""
    former = next((streak for streak in streaks if streak.user == outcome.user), None)
    if former is None and outcome.ok:
        return streaks, None
    others = tuple(streak for streak in streaks if streak.user != outcome.user)
    if not outcome.ok:
        return (*others, _lengthened(former, outcome)), None
    if former is None or former.bad < STREAK:
        return others, None
    gap = (former.last_ms - former.first_ms) / (former.bad - 1)
    return others, LastBad(at_ms=former.last_ms, sure_ms=former.before_ms, gap_ms=gap)


def _lengthened(former: Streak | None, outcome: Outcome) -> Streak:
    at_ms = outcome.started_ms
    if former is None:
        return Streak(user=outcome.user, bad=1, first_ms=at_ms, before_ms=at_ms, last_ms=at_ms)
    return replace(former, bad=former.bad + 1, before_ms=former.last_ms, last_ms=at_ms)


def _arrivals(detector: Detector, settled: Settled) -> tuple[Arrival, ...]:
    begin = settled.settled_ms - detector.settings.hold_ms
    new = Arrival(settled_ms=settled.settled_ms, planned=settled.planned, arrived=len(settled.outcomes))
    return (*(arrival for arrival in detector.arrivals if arrival.settled_ms > begin), new)


def _recovery(detector: Detector, now_ms: int) -> RecoveryDetected | None:
    last = _end(detector.ended)
    if not detector.open or detector.impacted or detector.streaks or last is None:
        return None
    planned = sum(arrival.planned for arrival in detector.arrivals)
    arrived = sum(arrival.arrived for arrival in detector.arrivals)
    if arrived < detector.settings.arrived_share * planned or now_ms - last.at_ms < detector.settings.hold_ms:
        return None
    return RecoveryDetected(
        recovered_ms=round(last.at_ms + last.gap_ms),
        uncertainty_ms=_uncertainty(last.gap_ms),
    )


def _uncertainty(gap_ms: float) -> int:
    return max(1, ceil(gap_ms))
