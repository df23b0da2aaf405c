"""When requests are due: an open-loop Poisson load, whatever becomes of the requests.

Each user draws its gaps once, in units of its own mean gap, from its seed; `Pace` turns that inner time into the clock.
So the rate can change at any moment, requests keep their order, and a seed gives the same load at any rate. The sum of
n independent Poisson processes of rate r/n is a Poisson process of rate r.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From clock second `from_s` and inner time `from_units` on, a user offers `rate` requests a second."""

    from_s: float
    from_units: float
    rate: float


class Pace:
    """Maps inner time to seconds of a monotonic clock."""

    def __init__(self, *, from_s: float, rate_per_user: float) -> None:
        self._stretches = [Stretch(from_s=from_s, from_units=0.0, rate=rate_per_user)]

    def set_rate(self, now_s: float, rate_per_user: float) -> None:
        last = self._stretches[-1]
        now_s = max(now_s, last.from_s)
        units = last.from_units + (now_s - last.from_s) * last.rate
        self._stretches.append(Stretch(from_s=now_s, from_units=units, rate=rate_per_user))

    def due_s(self, units: float) -> float:
        """Tell when inner time `units` is reached, as far as is known now; infinite while the load is paused."""
        index = bisect_right(self._stretches, units, key=lambda stretch: stretch.from_units) - 1
        # A pause begins and ends at one inner time; of two such stretches the later one counts.
        stretch = self._stretches[max(0, index)]
        if stretch.rate <= 0:
            return inf
        return stretch.from_s + (units - stretch.from_units) / stretch.rate


# Users arrive one after the other: everybody's first request is a login, and fifty at once are not how a day begins.
ARRIVAL_UNITS = 2.5


class Schedule:
    """One user's due requests, in inner time; the first one some way into the arrival."""

    def __init__(self, pace: Pace, rng: random.Random) -> None:
        self._pace = pace
        self._rng = rng
        self._units = rng.uniform(0.0, ARRIVAL_UNITS) + rng.expovariate(1.0)

    @property
    def due_s(self) -> float:
        return self._pace.due_s(self._units)

    def advance(self) -> None:
        self._units += self._rng.expovariate(1.0)
