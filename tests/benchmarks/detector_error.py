"""How far detected impact and recovery lie from the truth, on simulated Poisson load with known flips.

Run: python -m tests.benchmarks.detector_error [trials]

Prints, for 50, 100 and 200 requests a second and 30 % bad, the error of the back-dated onset and recovery (mean, 90th
percentile and root mean square, in ms) beside the law 1 / (rate x share bad); then how often the detector cries wolf on
a load with 0.2 % stray errors, and how it copes with faults that only a small cohort feels.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from game.core import detector as detection
from game.core.events import ImpactDetected, RecoveryDetected
from game.core.outcome import Operation, Outcome
from game.core.reorder import Settled
from game.core.stack import Cohort

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES = {
    "web": 16,
    "nat": 10,
    "mobile": 9,
    "ipv6": 4,
    "bigcookie": 3,
    "tenant": 3,
    "longpw": 2,
    "saml": 2,
    "tls12": 1,
}
COHORTS = tuple(Cohort(name=name, users=users) for name, users in SIZES.items())
MEMBERS = tuple(cohort.name for cohort in COHORTS for _ in range(cohort.users))
STEP_MS = 50
LASTING_MS = 12_000
STRAYS = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Bad from `from_ms` to `to_ms`, for the requests that `hits` chooses."""

    from_ms: float
    to_ms: float
    hits: Callable[[random.Random, int], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the detector said: times in ms; `announced` when it said so."""

    onsets: tuple[int, ...]
    recoveries: tuple[int, ...]
    announced: tuple[int, ...]


def share_of_requests(share: float) -> Callable[[random.Random, int], bool]:
    return lambda rng, _user: rng.random() < share


def same_users(share: float) -> Callable[[random.Random, int], bool]:
    """The same users all the time, chosen across the cohorts."""
    return lambda _rng, user: (user * 37) % len(MEMBERS) < share * len(MEMBERS)


def cohort(name: str, share: float = 1.0) -> Callable[[random.Random, int], bool]:
    return lambda rng, user: MEMBERS[user] == name and (share >= 1 or rng.random() < share)


def load(
    rng: random.Random, rate: float, until_ms: float, fault: Fault | None, stray: float
) -> Iterator[Settled]:
    """Poisson load, cut into the stretches that the load worker tells."""
    at = rng.expovariate(rate) * 1000
    for settled_ms in range(STEP_MS, int(until_ms) + STEP_MS, STEP_MS):
        outcomes: list[Outcome] = []
        while at < settled_ms:
            user = rng.randrange(len(MEMBERS))
            hit = fault is not None and fault.from_ms <= at < fault.to_ms and fault.hits(rng, user)
            ok = not hit and rng.random() >= stray
            outcomes.append(
                Outcome(
                    started_ms=int(at),
                    took_ms=5,
                    user=user,
                    cohort=MEMBERS[user],
                    operation=Operation.LOGIN,
                    ok=ok,
                    reason="" if ok else "status-500",
                )
            )
            at += rng.expovariate(rate) * 1000
        yield Settled(settled_ms=settled_ms, planned=len(outcomes), outcomes=tuple(outcomes))


def trial(seed: int, rate: float, until_ms: float, fault: Fault | None, stray: float) -> Trial:
    rng = random.Random(seed)  # noqa: S311 - simulation
    detector = detection.watching(COHORTS, rate)
    onsets: list[int] = []
    recoveries: list[int] = []
    announced: list[int] = []
    for settled in load(rng, rate, until_ms, fault, stray):
        detector, findings = detection.step(detector, settled)
        for finding in findings:
            if isinstance(finding, ImpactDetected):
                onsets.append(finding.onset_ms)
            elif isinstance(finding, RecoveryDetected):
                recoveries.append(finding.recovered_ms)
                announced.append(settled.settled_ms)
    return Trial(onsets=tuple(onsets), recoveries=tuple(recoveries), announced=tuple(announced))


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Of one kind of time, in ms. `early`: the share of trials in which recovery was announced during the fault."""

    onset: tuple[float, ...]
    recovery: tuple[float, ...]
    delay: tuple[float, ...]
    early: float
    silent: float


def errors(
    rate: float, hits: Callable[[random.Random, int], bool], trials: int, stray: float = 0.0
) -> Errors:
    onset: list[float] = []
    recovery: list[float] = []
    delay: list[float] = []
    early = silent = 0
    for seed in range(trials):
        start = 5_000 + random.Random(-seed - 1).random() * 1_000  # noqa: S311 - simulation
        fault = Fault(from_ms=start, to_ms=start + LASTING_MS, hits=hits)
        seen = trial(seed, rate, fault.to_ms + 25_000, fault, stray)
        near = [at for at in seen.onsets if at > start - 1000]
        last = next((index for index, at in enumerate(seen.announced) if at >= fault.to_ms), None)
        if not near or last is None:
            silent += 1
            continue
        onset.append(near[0] - start)
        early += last > 0
        recovery.append(seen.recoveries[last] - fault.to_ms)
        delay.append(seen.announced[last] - fault.to_ms)
    return Errors(
        onset=tuple(onset),
        recovery=tuple(recovery),
        delay=tuple(delay),
        early=early / trials,
        silent=silent / trials,
    )


def describe(found: tuple[float, ...]) -> str:
    if not found:
        return "      -       -       -"
    mean = sum(found) / len(found)
    return f"{mean:7.0f} {_p90(found):7.0f} {root_mean_square(found):7.0f}"


def _p90(found: tuple[float, ...]) -> float:
    return sorted(abs(error) for error in found)[int(len(found) * 0.9)] if found else 0.0


def root_mean_square(found: tuple[float, ...]) -> float:
    return sqrt(sum(error * error for error in found) / len(found))


def false_alarms(rate: float, trials: int, minutes: float) -> float:
    alarms = sum(len(trial(seed, rate, minutes * 60_000, None, STRAYS).onsets) for seed in range(trials))
    return alarms / (trials * minutes / 60)


def row(name: str, rate: float, share: float, found: Errors) -> None:
    sys.stdout.write(
        f"{name:24} {rate:4.0f} | {describe(found.onset)} | {describe(found.recovery)} | {1000 / (rate * share):5.0f} |"
        f" {_p90(found.delay) / 1000:5.1f} | {100 * found.early:5.1f} {100 * found.silent:5.1f}\n"
    )
    sys.stdout.flush()


def main() -> None:
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    sys.stdout.write(
        f"{trials} trials each; errors in ms: mean, 90th percentile of |error|, root mean square\n"
    )
    sys.stdout.write(
        f"{'fault':24} req/s | {'onset':>23} | {'recovery':>23} |   law | told | early silent (%)\n"
    )
    for rate in (50.0, 100.0, 200.0):
        row("30 % of requests", rate, 0.3, errors(rate, share_of_requests(0.3), trials))
    row("30 % of users", 60, 0.3, errors(60, same_users(0.3), trials))
    row("10 % of requests", 60, 0.1, errors(60, share_of_requests(0.1), trials))
    for name in ("bigcookie", "saml", "tls12"):
        row(f"cohort {name}", 60, SIZES[name] / len(MEMBERS), errors(60, cohort(name), trials))
    row("half of cohort tenant", 60, 0.03, errors(60, cohort("tenant", 0.5), trials))
    for rate in (50.0, 100.0, 200.0):
        row("30 %, and stray errors", rate, 0.3, errors(rate, share_of_requests(0.3), trials, STRAYS))
    alarms = false_alarms(60, max(1, trials // 5), 10)
    sys.stdout.write(f"false alarms at 60 req/s with {100 * STRAYS} % stray errors: {alarms:.2f} an hour\n")


if __name__ == "__main__":
    main()
