"""What a budget buys, and what that changes of a run."""

from __future__ import annotations

import pytest

from game.core.exercise import AlertRule
from game.core.second.shop import BUDGET, OFFERS, bought, tightened, with_follow_ups, words_of
from game.core.terms import Terms
from game.errors import Refused


def test_the_budget_does_not_carry_everything() -> None:
    assert sum(offer.cost for offer in OFFERS) > BUDGET
    with pytest.raises(Refused, match="costs 6"):
        bought(("peer-review", "canary-step"))
    assert [offer.id for offer in bought(("peer review", "NEON_SIGN", "neon-sign"))] == [
        "neon-sign",
        "peer-review",
    ]


def test_what_is_not_sold() -> None:
    with pytest.raises(Refused, match="not for sale"):
        bought(("more people",))
    assert bought(()) == ()


def test_only_what_was_bought_works() -> None:
    plain = with_follow_ups(Terms(), (), "r1")
    assert (plain.change_control, plain.sign, plain.first_round) == ("open", False, "r1")
    assert with_follow_ups(Terms(), ("change-notes",), "r1").change_control == "recorded"
    both = with_follow_ups(Terms(), ("change-notes", "neon-sign", "peer-review"), "r1")
    assert (both.change_control, both.sign) == ("reviewed", True)
    assert (
        with_follow_ups(Terms(change_control="reviewed"), ("change-notes",), "r1").change_control
        == "reviewed"
    )


def test_a_tighter_rule_is_sooner_and_never_looser() -> None:
    rule = AlertRule(name="a", window_s=10, bad_share=0.05, for_s=5, text="t")
    (tight,) = tightened((rule,))
    assert (tight.window_s, tight.bad_share, tight.for_s) == (3, 0.025, 1)
    (short,) = tightened((AlertRule(name="a", window_s=4, bad_share=0.05, for_s=0, text="t"),))
    assert (short.window_s, short.for_s) == (3, 0)


def test_words() -> None:
    assert words_of(()) == "nothing"
    assert words_of(("peer-review", "neon-sign")) == "the neon sign, peer review"
