"""The released wheel carries everything that a run needs: code, stacks, exercises, data files of the package."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent.parent
BUILD_WITHIN_S = 120


@pytest.mark.stack
def test_the_wheel_is_complete(tmp_path: Path) -> None:
    subprocess.run(
        [
            str(Path(sys.executable).parent / "uv"),
            "build",
            "--wheel",
            "--quiet",
            "--out-dir",
            str(tmp_path),
            str(ROOT),
        ],
        check=True,
        timeout=BUILD_WITHIN_S,
    )
    (wheel,) = tmp_path.glob("danceoff-*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "game", "stacks", "exercises"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    ).stdout.split()
    wanted = {
        path if path.startswith("game/") else f"game/_data/{path}"
        for path in tracked
        if (ROOT / path).is_file()
    }
    assert wanted - carried == set()
    assert {path for path in carried if path.startswith("game/_data/")} <= wanted, (
        "nothing that only lies beside"
    )
    assert {f"game/web/static/vendor/{name}" for name in ("htmx.min.js", "sse.js", "htmx.LICENSE")} <= carried
    assert {"game/web/templates/layout.html", "game/web/static/site.css"} <= carried
    assert any(path.startswith("game/_data/exercises/macarena/") for path in wanted)
