from __future__ import annotations

import os
from pathlib import Path

import pytest

from game.errors import StorageFailed, UsageError
from game.lab.data import exercises_dir, stacks_dir
from game.lab.home import SYSTEM_HOME, Home, home
from game.lab.placeholders import addresses, fill
from game.lab.places import Endpoint, Place


def test_the_variable_decides_then_the_user(tmp_path: Path) -> None:
    assert home({"DANCEOFF_HOME": str(tmp_path)}).path == tmp_path
    expected = SYSTEM_HOME if os.geteuid() == 0 else tmp_path / "danceoff"
    assert home({"XDG_STATE_HOME": str(tmp_path)}).path == expected


def test_folders_are_made_and_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    made = Home(path=tmp_path / "h")
    made.make()
    made.make()
    assert made.runs.is_dir()
    assert made.cache.is_dir()
    assert made.path.stat().st_mode & 0o077 == (0o011 if os.geteuid() == 0 else 0)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed, match="DANCEOFF_HOME"):
        Home(path=tmp_path / "file").make()


def test_data_lie_beside_the_package() -> None:
    assert (stacks_dir() / "auth" / "stack.yaml").is_file()
    assert exercises_dir().name == "exercises"


def test_fill_replaces_names_and_leaves_other_signs() -> None:
    place = Place(root=Path("/r"), endpoints=(Endpoint(name="haproxy.edge", host="127.0.0.1", port=20443),))
    text = "bind @haproxy.edge@ port @haproxy.edge.port@; echo '@1 show stat'; mail a@b.test c@d.test"
    expected = "bind 127.0.0.1:20443 port 20443; echo '@1 show stat'; mail a@b.test c@d.test"
    assert fill(text, addresses(place), where="x") == expected


def test_an_unknown_name_is_named_with_its_line() -> None:
    with pytest.raises(UsageError, match=r"haproxy.cfg: line 2: no value for @nothing@ .*known names: a"):
        fill("one\n@nothing@", {"a": "b"}, where="haproxy.cfg")
