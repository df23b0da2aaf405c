"""Both rounds of a team side by side: times since the change went into service, users in limbo, and what follow-ups saved.

Only what the journals hold is told. A saving of one follow-up stands where the same round shows what would have been without
it: the exercise's own alert rule is run over the same load, with and without.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core import alerts
from game.core.control.note import NOTES
from game.core.durations import MINUTE_MS, spoken
from game.core.events import ConfigurationApplied, LoadSampled, MessageReceived, Paged
from game.core.milestones import diagnosed_at_ms
from game.core.score import score
from game.core.second.canary import CANARY
from game.core.second.shop import CANARY_STEP, CHANGE_NOTES, NEON_SIGN, PEER_REVIEW, TIGHTER_ALERT, words_of
from game.core.sign.facts import NEON
from game.core.timeline import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from game.core.events import Recorded
    from game.core.exercise import AlertRule
    from game.core.run import RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round. Times in ms since the change went into service, None where it did not come to that.

    `named`: when something told whoever was on call which change it was, without anybody looking.
    """

    seed: int
    follow_ups: tuple[str, ...]
    control: str
    page_ms: int | None
    named_ms: int | None
    diagnosis_ms: int | None
    recovery_ms: int | None
    recovery_uncertainty_ms: int
    limbo_ms: int
    points: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table: what, in the first round, in the second, and the difference in words."""

    what: str
    first: str
    second: str
    saved: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    follow_up: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    first: Round
    second: Round
    rows: tuple[Row, ...]
    savings: tuple[Saving, ...]


def rounds(first: Sequence[Recorded], second: Sequence[Recorded], rules: Sequence[AlertRule] = ()) -> Rounds:
    """Compare two closed runs. `rules` are the exercise's alert rules as its file has them."""
    one, other = figures(first), figures(second)
    return Rounds(
        first=one,
        second=other,
        rows=tuple(_rows(one, other)),
        savings=tuple(_savings(one, other, second, rules)),
    )


def figures(events: Sequence[Recorded]) -> Round:
    state = fold(events)
    opened = state.opened
    zero_ms = state.armed_at_ms or 0
    result = score(events)

    def since(at_ms: int | None) -> int | None:
        return None if at_ms is None else at_ms - zero_ms

    return Round(
        seed=opened.seed if opened else 0,
        follow_ups=state.terms.follow_ups,
        control=state.terms.change_control,
        page_ms=since(state.paged_at_ms),
        named_ms=since(_named_at_ms(events, state)),
        diagnosis_ms=since(diagnosed_at_ms(state)),
        recovery_ms=since(state.recovered_ms),
        recovery_uncertainty_ms=state.recovery_uncertainty_ms or 0,
        limbo_ms=state.limbo_user_ms,
        points=result.total if result.counts else None,
    )


def _named_at_ms(events: Sequence[Recorded], state: RunState) -> int | None:
    """When the sign lit, or a note of the guilty change came, whichever was first."""
    guilty = {fault.event.revision for fault in state.faults} - {""}
    moments = [state.first_sign.at_ms] if state.first_sign else []
    made = [
        one.seq
        for one in events
        if isinstance(one.event, ConfigurationApplied) and one.event.revision in guilty
    ]
    if made:
        notes = (
            one.at_ms
            for one in events
            if one.seq > made[0] and isinstance(one.event, MessageReceived) and one.event.sender == NOTES
        )
        moments += [at_ms for at_ms in (next(notes, None),) if at_ms is not None]
    return min(moments, default=None)


def _rows(first: Round, second: Round) -> Iterator[Row]:
    yield Row(
        what="follow-ups", first=words_of(first.follow_ups), second=words_of(second.follow_ups), saved=""
    )
    yield Row(what="change control", first=first.control, second=second.control, saved="")
    timed = (
        ("time to page", first.page_ms, second.page_ms),
        ("change named by itself", first.named_ms, second.named_ms),
        ("right diagnosis", first.diagnosis_ms, second.diagnosis_ms),
        ("users recovered", first.recovery_ms, second.recovery_ms),
    )
    for what, one, other in timed:
        yield Row(what=what, first=_time(one), second=_time(other), saved=_saved(one, other))
    yield Row(
        what="limbo, user-minutes",
        first=f"{_minutes(first.limbo_ms):.1f}",
        second=f"{_minutes(second.limbo_ms):.1f}",
        saved=_minutes_saved(_minutes(first.limbo_ms) - _minutes(second.limbo_ms)),
    )
    yield Row(what="points", first=_points(first.points), second=_points(second.points), saved="")


def _savings(
    first: Round, second: Round, events: Sequence[Recorded], rules: Sequence[AlertRule]
) -> Iterator[Saving]:
    state = fold(events)
    zero_ms = state.armed_at_ms or 0
    plain_ms = _would_have_paged(events, rules)
    plain = (
        "would not have paged before users had recovered"
        if plain_ms is None
        else f"would have paged after {_time(plain_ms - zero_ms)}"
    )
    if NEON_SIGN in second.follow_ups and state.first_sign is not None:
        lit_ms = state.first_sign.at_ms - zero_ms
        saved = "" if plain_ms is None else f": {_saved(plain_ms - zero_ms, lit_ms)}"
        yield Saving(
            follow_up=NEON_SIGN,
            words=f"named the change after {_time(lit_ms)}; the alert rule {plain}{saved}",
        )
    if NEON_SIGN in second.follow_ups and state.first_sign is None:
        yield Saving(
            follow_up=NEON_SIGN, words="stayed dark: the change had a record, and needed no approval"
        )
    if TIGHTER_ALERT in second.follow_ups:
        page = next(
            (one for one in events if isinstance(one.event, Paged) and one.event.alert not in {NEON, CANARY}),
            None,
        )
        told = f"paged after {_time(page.at_ms - zero_ms)}" if page else "did not have to page"
        yield Saving(follow_up=TIGHTER_ALERT, words=f"{told}; the rule as it was {plain}")
    finding = tuple(one for one in (CHANGE_NOTES, PEER_REVIEW) if one in second.follow_ups)
    if finding and first.diagnosis_ms is not None and second.diagnosis_ms is not None:
        words = f"the right diagnosis came {_time(abs(first.diagnosis_ms - second.diagnosis_ms))} "
        words += "sooner" if second.diagnosis_ms <= first.diagnosis_ms else "later"
        with_sign = " (together with the sign)" if NEON_SIGN in second.follow_ups else ""
        for one in finding:
            yield Saving(follow_up=one, words=words + with_sign)
    if CANARY_STEP in second.follow_ups:
        back = next((one for one in state.applied if one.event.actor == CANARY), None)
        told = (
            f"took the change back after {_time(back.at_ms - zero_ms)}"
            if back
            else "had nothing to take back"
        )
        yield Saving(follow_up=CANARY_STEP, words=told)


def _would_have_paged(events: Sequence[Recorded], rules: Sequence[AlertRule]) -> int | None:
    """When the rules as the exercise has them would have paged, by the same load; None if never."""
    state = alerts.watching(tuple(rules))
    armed_ms = fold(events).armed_at_ms or 0
    for one in events:
        if isinstance(one.event, LoadSampled):
            state, told = alerts.evaluate(state, one.event)
            if one.at_ms >= armed_ms and any(isinstance(each, Paged) for each in told):
                return one.at_ms
    return None


def _time(ms: int | None) -> str:
    """Tenths of a second below a minute, where follow-ups make their difference."""
    if ms is None:
        return "never"
    return f"{ms / 1000:.1f} s" if abs(ms) < MINUTE_MS else spoken(ms)


def _saved(first: int | None, second: int | None) -> str:
    if first is None or second is None:
        return ""
    # The difference of what is shown, so that the line adds up.
    less_ms = round(first, -2) - round(second, -2)
    return f"{_time(less_ms)} saved" if less_ms >= 0 else f"{_time(-less_ms)} more"


def _minutes(ms: int) -> float:
    return round(ms / MINUTE_MS, 1)


def _minutes_saved(minutes: float) -> str:
    return f"{minutes:.1f} saved" if minutes >= 0 else f"{-minutes:.1f} more"


def _points(points: int | None) -> str:
    return "none" if points is None else str(points)
