"""What HAProxy found good is not asked again; whatever could change its mind is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from game.lab.lb.check import Checked
from game.lab.lb.examination import Examined, Refusal
from game.lab.lb.examiner import Examiner
from game.lab.lb.live import Live

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION = """global
    maxconn 400
defaults
    mode http
"""


@dataclass
class Asked:
    """Counts how often it is asked, and answers as told."""

    ok: bool = True
    times: int = 0
    folders: list[str] = field(default_factory=list)

    def staging(self, root: Path) -> Path:
        return root

    def check(self, folder: Path) -> Checked:
        self.times += 1
        self.folders.append(folder.name)
        return Checked(ok=self.ok, output="[ALERT] no", stopped="", took_ms=1)


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def examiner(tmp_path: Path, asked: Asked) -> Examiner:
    live = tmp_path / "live"
    (live / "certs").mkdir(parents=True)
    (live / "certs/edge.pem").write_text("a certificate")
    return Examiner(tmp_path, Live(live, None), asked, None, None)


def test_the_same_files_are_checked_once(examiner: Examiner, asked: Asked) -> None:
    first = examiner.examined({"haproxy.cfg": CONFIGURATION, "maps/a.map": "x y\n"})
    again = examiner.examined({"maps/a.map": "x y\n", "haproxy.cfg": CONFIGURATION})
    assert isinstance(first, Examined)
    assert again is first
    assert asked.times == 1


def test_another_file_or_another_certificate_is_checked(
    examiner: Examiner, asked: Asked, tmp_path: Path
) -> None:
    examiner.examined({"haproxy.cfg": CONFIGURATION})
    examiner.examined({"haproxy.cfg": CONFIGURATION, "maps/a.map": ""})
    (tmp_path / "live/certs/edge.pem").write_text("another")
    examiner.examined({"haproxy.cfg": CONFIGURATION})
    assert asked.times == 3


def test_what_was_refused_is_asked_again(examiner: Examiner, asked: Asked) -> None:
    asked.ok = False
    assert isinstance(examiner.examined({"haproxy.cfg": CONFIGURATION}), Refusal)
    asked.ok = True
    assert isinstance(examiner.examined({"haproxy.cfg": CONFIGURATION}), Examined)
    assert asked.times == 2


def test_what_was_good_long_ago_is_checked_again(examiner: Examiner, asked: Asked) -> None:
    for number in range(17):
        examiner.examined({"haproxy.cfg": CONFIGURATION, "maps/a.map": f"x {number}\n"})
    examiner.examined({"haproxy.cfg": CONFIGURATION, "maps/a.map": "x 0\n"})
    assert asked.times == 18
