from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from game.errors import PlatformError, UsageError
from game.lab.ports import BLOCK, LOOPBACK, USUAL, VARIABLE, bindable, offered, reserve

if TYPE_CHECKING:
    from pathlib import Path

# At the end of these tests' ports, where no run of theirs comes to lie meanwhile.
LATE = [offered()[-3 * BLOCK], offered()[-2 * BLOCK]]


def test_two_blocks_never_overlap_and_a_released_one_returns(tmp_path: Path) -> None:
    one = reserve(16, folder=tmp_path, firsts=LATE)
    two = reserve(16, folder=tmp_path, firsts=LATE)
    assert not set(one.ports()) & set(two.ports())
    with pytest.raises(PlatformError, match="belong to another run"):
        reserve(16, folder=tmp_path, firsts=LATE)
    one.release()
    one.release()
    again = reserve(16, folder=tmp_path, firsts=LATE)
    assert again.first == one.first
    again.release()
    two.release()


def test_a_taken_port_moves_us_to_the_next_block(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, LATE[0] + 3)):
        block = reserve(16, folder=tmp_path, firsts=LATE)
        assert block.first == LATE[1]
        block.release()
        with pytest.raises(PlatformError, match=f"port {LATE[0] + 3} is taken"):
            reserve(16, folder=tmp_path, firsts=LATE[:1])


def test_udp_counts_as_taken() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((LOOPBACK, 0))
        assert not bindable(taken.getsockname()[1])


def test_a_lock_that_cannot_be_opened_is_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / f"ports-{LATE[0]}.lock").symlink_to("/etc/passwd")
    block = reserve(1, folder=tmp_path, firsts=LATE)
    assert block.first == LATE[1]
    block.release()


def test_the_range_lies_below_the_ephemeral_ports() -> None:
    block = reserve(3)
    assert block.first in offered()
    assert USUAL[-1] < 32768
    assert not os.get_inheritable(block.lock)
    block.release()
    with pytest.raises(PlatformError, match="1 to"):
        reserve(BLOCK + 1)


def test_ports_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = LATE[0]
    monkeypatch.setenv(VARIABLE, f"{first}-{first + 2 * BLOCK - 2}")
    block = reserve(4, folder=tmp_path)
    assert block.first == first
    with pytest.raises(PlatformError, match=f"between {first} and {first + 2 * BLOCK - 2}; .*another run"):
        reserve(4, folder=tmp_path)
    block.release()


@pytest.mark.parametrize(
    "odd", ["24000", "24000-24010", "25999-24000", "80-4000", "60000-70000", "a-b", "1-2-3"]
)
def test_a_range_that_is_none_is_refused_in_words(odd: str) -> None:
    with pytest.raises(UsageError, match=f"{VARIABLE}={odd} names no range") as refused:
        offered({VARIABLE: odd})
    assert "FIRST-LAST" in refused.value.hint


def test_the_usual_ports_are_used_when_none_are_named() -> None:
    assert offered({}) == offered({VARIABLE: ""}) == USUAL
    assert offered({VARIABLE: "24000-25999"}) == range(24000, 26000)
