"""A worktree in which a second account edits files, as in `danceoff shell` of a run in containers."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from game.lab.lb.files import write_file
from game.lab.lb.repository import LbRepository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW_S = 1_750_000_000


@pytest.fixture(autouse=True)
def usual_mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


# A folder below one that hands its group on has setgid as well, and nobody has shared it.
@pytest.mark.parametrize(("folder", "written"), [(0o2775, 0o664), (0o2755, 0o644), (0o755, 0o644)])
def test_what_comes_later_may_be_written_by_who_shares_it(tmp_path: Path, folder: int, written: int) -> None:
    repository = LbRepository(tmp_path / "lb", {})
    repository.create({"haproxy.cfg": "global\n"}, (), NOW_S)
    first = repository.head()
    (repository.path / "haproxy.cfg").write_text("defaults\n")
    repository.commit_worktree("platform team", "Defaults instead")
    repository.path.chmod(folder)
    repository.restore(first)
    write_file(repository.path / "edited", b"")
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in repository.path.iterdir() if path.is_file()
    }
    assert modes == {"haproxy.cfg": written, "edited": written}
