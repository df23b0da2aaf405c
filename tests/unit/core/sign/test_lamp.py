"""What lights the sign, and what does not."""

from __future__ import annotations

from game.core.sign.lamp import explain, findings, kind_of, sentence

DRAIN = "be_auth/auth1: state: ready approved, drain running"
LOAD = "a worker serves that no apply started (7 is now 9)"
FILE = "haproxy.cfg on disk: frontend fe_auth: maxconn: 200 -> 20"


def test_what_has_a_record_does_not_light_it() -> None:
    explained = explain(frozenset(), (), (DRAIN,))
    assert findings((DRAIN,), explained) == ()
    assert [one.what for one in findings((DRAIN, LOAD), explained)] == [LOAD]


def test_a_recorded_command_does_not_cover_what_was_there_without_a_record() -> None:
    weight = "be_auth/auth2: weight: 100 approved, 10 running"
    explained = explain(frozenset(), (DRAIN,), (DRAIN, weight))
    assert [one.what for one in findings((DRAIN, weight), explained)] == [DRAIN]


def test_what_was_put_back_and_comes_again_needs_a_new_record() -> None:
    drained = explain(frozenset(), (), (DRAIN,))
    ready = explain(drained, (DRAIN,), ())
    assert [one.what for one in findings((DRAIN,), ready)] == [DRAIN]


def test_another_value_than_the_recorded_one_is_another_difference() -> None:
    explained = explain(frozenset(), (), ("be_auth/auth1: weight: 100 approved, 50 running",))
    assert findings(("be_auth/auth1: weight: 100 approved, 1 running",), explained)


def test_kinds_and_words() -> None:
    assert [kind_of(one) for one in (LOAD, FILE, DRAIN)] == ["load", "file", "runtime"]
    assert kind_of("a reload happened outside the apply path (counter 1 is now 2)") == "load"
    assert sentence(findings((LOAD,), frozenset())) == (
        f"What runs is not what was approved: {LOAD} (no record says by whom)."
    )
    assert "and 2 more" in sentence(findings((LOAD, FILE, DRAIN, "x", "y"), frozenset()))
    slipped = findings((), frozenset(), ("frontend fe_auth: maxconn: 200 -> 20",))
    assert "approved by nobody" in sentence(slipped)
