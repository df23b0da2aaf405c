"""Facts as a run would have recorded them, second by second, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from game.core.events import (
    CohortSample,
    Event,
    LoadSampled,
    Recorded,
)

WALL_MS = 1_763_366_400_000
COHORTS = (
    ("web", 16, 5), ("nat", 10, 3), ("mobile", 9, 3), ("ipv6", 4, 1), ("bigcookie", 3, 1),
    ("tenant", 3, 1), ("longpw", 2, 1), ("saml", 2, 0), ("tls12", 1, 0),
)  # fmt: skip


@dataclass
class Journal:
    """Collects events in any order of times; `recorded()` numbers them as a run would have."""

    placed: list[tuple[float, Event]] = field(default_factory=list)

    def at(self, second: float, event: Event) -> None:
        self.placed.append((second, event))

    def load(self, begin: int, end: int, *, hurt: tuple[tuple[float, float], ...] = ()) -> None:
        """One sample a second; `hurt` are the stretches, in seconds, in which the fault is in service."""
        for second in range(begin, end):
            self.at(second + 1.001, sample(second, hurt=hurt))

    def recorded(self) -> tuple[Recorded, ...]:
        ordered = sorted(self.placed, key=lambda item: item[0])
        return tuple(
            Recorded(
                seq=number, at_ms=round(second * 1000), wall_ms=WALL_MS + round(second * 1000), event=event
            )
            for number, (second, event) in enumerate(ordered, start=1)
        )


def sample(second: int, *, hurt: tuple[tuple[float, float], ...]) -> LoadSampled:
    """60 requests a second; a login of a hit user fails while the fault is in service and a second longer."""
    share = sum(max(0.0, min(end, second + 1) - max(begin, second)) for begin, end in hurt)
    lingering = max((1.0 for _, end in hurt if 0 <= second - end < 3), default=0.0)
    cohorts = tuple(
        CohortSample(
            cohort=name,
            offered=max(1, round(users * 1.2)),
            bad=round(hit * 1.2 * share) if (second + hit) % 4 else round(hit * share),
            p95_ms=180 + 3 * users + second % 7,
        )
        for name, users, hit in COHORTS
    )
    fading = [1.0, 0.4, 0.1]
    since_end = [int(second - end) for _, end in hurt if 0 <= second - end < 3]
    growing = [
        min(1.0, (second + 1 - begin) / 4) for begin, end in hurt if begin <= second + 1 and second < end
    ]
    limbo = max([fading[index] * lingering for index in since_end] + growing, default=0.0)
    bad = sum(cohort.bad for cohort in cohorts)
    return LoadSampled(
        from_ms=second * 1000, to_ms=second * 1000 + 1000,
        offered=sum(cohort.offered for cohort in cohorts), bad=bad, p95_ms=210 + second % 11,
        limbo=round(15 * limbo), users=50, cohorts=cohorts,
        reasons=(("status-500", bad),) if bad else (),
    )  # fmt: skip
