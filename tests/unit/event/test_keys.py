from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from game.errors import StorageFailed
from game.event.keys import ALPHABET, CODE_LETTERS, keys

if TYPE_CHECKING:
    from pathlib import Path


def test_codes_have_fifty_bits_and_are_the_same_after_a_restart(tmp_path: Path) -> None:
    mine = keys(tmp_path / "events", "ball")
    codes = {mine.code(f"t{number}") for number in range(200)} | {mine.code("")}
    assert len(codes) == 201
    assert 2 ** (5 * CODE_LETTERS) >= 2**40
    assert all(set(code.replace("-", "")) <= set(ALPHABET) and len(code) == 11 for code in codes)
    used = {letter for code in codes for letter in code} - {"-"}
    assert len(used) > 28
    assert keys(tmp_path / "events", "ball") == mine
    assert keys(tmp_path / "events", "another") != mine
    assert stat.S_IMODE((tmp_path / "events" / "ball.key").stat().st_mode) == 0o600


def test_a_code_is_read_as_people_type_it(tmp_path: Path) -> None:
    mine = keys(tmp_path, "ball")
    code = mine.code("t1")
    sloppy = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert mine.fits(code, "t1")
    assert mine.fits(f"  {sloppy} ", "t1")
    for wrong in ("", "-", code[:-1], code + "0", mine.code("t2"), "\ud800", "ß" * 10):
        assert not mine.fits(wrong, "t1")


def test_a_credential_says_who_and_cannot_be_made_up(tmp_path: Path) -> None:
    mine, others = keys(tmp_path, "ball"), keys(tmp_path, "another")
    given = mine.credential("t1", "m2")
    assert mine.read(given) == ("t1", "m2")
    forged = (
        given.replace("t1", "t2"),
        given[:-1],
        given + "x",
        "",
        "..",
        "t1.m2.",
        others.credential("t1", "m2"),
    )
    for wrong in (*forged, mine.facilitator, "\ud800.x.y"):
        assert mine.read(wrong) is None
    assert mine.is_facilitator(mine.facilitator)
    for wrong in (given, "", others.facilitator, mine.facilitator[:-1], "\ud800"):
        assert not mine.is_facilitator(wrong)


def test_a_spoilt_key_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "ball.key").write_text("nonsense")
    with pytest.raises(StorageFailed, match="cannot be read"):
        keys(tmp_path, "ball")
