from __future__ import annotations

from game.core.alerts import Alert, Transition, evaluate, step, watching
from game.core.events import LoadSampled, PageCleared, Paged
from game.core.exercise import AlertRule

RULE = AlertRule(name="logins", window_s=5, bad_share=0.05, for_s=3, text="logins fail")


def sample(second: int, offered: int, bad: int) -> LoadSampled:
    return LoadSampled(
        from_ms=second * 1000,
        to_ms=second * 1000 + 1000,
        offered=offered,
        bad=bad,
        p95_ms=0,
        limbo=0,
        users=50,
        cohorts=(),
    )


def play(bad: list[int], offered: int = 60, rule: AlertRule = RULE) -> list[tuple[int, Transition]]:
    alert = Alert(rule=rule)
    told: list[tuple[int, Transition]] = []
    for second, count in enumerate(bad):
        alert, transition = step(alert, sample(second, offered, count))
        if transition:
            told.append((second, transition))
    return told


def test_it_pages_once_when_the_share_has_been_exceeded_for_long_enough() -> None:
    assert play([0] * 5 + [20] * 10) == [(8, Paged(alert="logins", text="logins fail"))]


def test_a_short_burst_does_not_page() -> None:
    nimble = AlertRule(name="nimble", window_s=2, bad_share=0.05, for_s=3, text="")
    assert play([0] * 5 + [60] + [0] * 10, rule=nimble) == []


def test_a_break_starts_the_wait_anew() -> None:
    told = play([20, 20, 20] + [0] * 15 + [20] * 6)
    # The first burst stays in the window long enough to page; the break clears it; the second pages again.
    assert [type(transition) for _, transition in told] == [Paged, PageCleared, Paged]


def test_it_clears_when_the_window_has_emptied() -> None:
    assert play([20] * 6 + [0] * 6)[-1] == (10, PageCleared(alert="logins"))


def test_exactly_the_share_is_not_exceeded() -> None:
    assert play([3] * 10) == []


def test_no_load_is_no_alert() -> None:
    assert play([0] * 10, offered=0) == []


def test_rules_are_independent() -> None:
    strict = AlertRule(name="strict", window_s=1, bad_share=0.01, for_s=0, text="now")
    alerts = watching((RULE, strict))
    alerts, transitions = evaluate(alerts, sample(0, 60, 6))
    assert transitions == (Paged(alert="strict", text="now"),)
    assert [alert.firing for alert in alerts] == [False, True]
