from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from game.catalog.stack import load_stack
from game.core.roster import roster, slice_of
from game.lab.certificates import make_certificates
from game.lab.data import stacks_dir
from game.lab.load.plan import Target
from game.lab.load.strangers import strangers, unserved

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.lab.load.signing import Signer

STACK = load_stack(stacks_dir() / "auth")
USERS = roster(STACK, 3)


def test_strangers_are_of_every_kind_and_have_nothing_of_the_load_but_an_account() -> None:
    found = strangers(STACK.cohorts, USERS)
    assert {one.cohort.name for one in found} == {cohort.name for cohort in STACK.cohorts}
    assert not {one.user.address for one in found} & {user.address for user in USERS}
    assert not {one.cohort.user_agent for one in found} & {cohort.user_agent for cohort in STACK.cohorts}
    assert len({one.cookie for one in found}) == len(found)
    versions = {one.cohort.address: ip_address(one.user.address).version for one in found}
    assert versions == {"own": 4, "shared": 4, "ipv6": 6}


def test_strangers_are_spread_over_the_population_so_that_no_slice_of_a_tenth_escapes() -> None:
    slices = sorted(slice_of(one.user.address) for one in strangers(STACK.cohorts, USERS))
    gaps = [later - earlier for earlier, later in zip(slices, [*slices[1:], slices[0] + 100], strict=True)]
    assert max(gaps) < 10


def test_strangers_are_others_each_time() -> None:
    first, second = (strangers(STACK.cohorts, USERS) for _ in range(2))
    assert {one.user.address for one in first}.isdisjoint({one.user.address for one in second})


def test_where_nobody_listens_strangers_are_not_served(signer: Signer, tmp_path: Path) -> None:
    for folder in ("live", "private"):
        (tmp_path / folder).mkdir()
    made = make_certificates(tmp_path / "live", tmp_path / "private", None)
    target = Target(address="127.0.0.1", port=1, ca=str(made.ca), public_key=signer.public_pem)
    words = unserved(target, strangers(STACK.cohorts, USERS)[:1])
    assert len(words) == 1
    assert words[0].startswith("web: login")
