"""What a seed deals: the same every time, another with another seed, and never only good or only bad ones."""

from __future__ import annotations

import pytest

from game.core.duel.plan import dealt
from tests.unit.core.duel.evening import plan


def test_a_seed_deals_the_same_and_others_deal_otherwise() -> None:
    deals = {tuple(one.change.id for one in dealt(plan(), seed)) for seed in range(30)}
    assert dealt(plan(), 7) == dealt(plan(), 7)
    assert len(deals) > 20


@pytest.mark.parametrize(("good", "bad", "deal"), [(6, 6, 6), (7, 6, 8), (2, 4, 4), (3, 9, 8)])
def test_every_deal_has_its_number_and_two_of_each_kind(good: int, bad: int, deal: int) -> None:
    shares = set()
    for seed in range(40):
        offers = dealt(plan(good, bad, deal), seed)
        assert len({one.change.id for one in offers}) == deal
        shares.add(sum(one.good for one in offers))
    assert min(shares) >= 2
    assert max(shares) <= deal - 2


def test_how_many_are_bad_is_not_known_before() -> None:
    assert len({sum(one.good for one in dealt(plan(), seed)) for seed in range(40)}) > 1
