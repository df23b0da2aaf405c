"""Puts the scripts that make pages live into the package: at build time (hatch calls it), and for `make setup`.

They come from npm by package-lock.json, whose checksums npm verifies, and are never committed. A wheel is not built
without them; an editable installation is, because pages work without them, too.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by make, in an environment without the build backend
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent
VENDOR = Path("game/web/static/vendor")
LOCK = ("package.json", "package-lock.json")
# Where they are in npm's packages -> what pages call them.
ASSETS = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx-ext-sse/dist/sse.min.js": "sse.js",
    "htmx-ext-sse/LICENSE": "sse.LICENSE",
    "htmx.org/LICENSE": "htmx.LICENSE",
}
WITHIN_S = 180


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc]  # hatchling is there when a wheel is built, not here
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - as hatch calls it
        if self.target_name == "wheel" and version != "editable" and not complete(Path(self.root)):
            fetch(Path(self.root))


def complete(root: Path) -> bool:
    """Whether every asset is there and none is older than the lockfile."""
    locked = (root / "package-lock.json").stat().st_mtime
    found = [root / VENDOR / name for name in ASSETS.values()]
    return all(path.is_file() and path.stat().st_mtime >= locked for path in found)


def fetch(root: Path) -> None:
    """Have npm install what is locked into a folder of its own, and take the assets out of it."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit(
            "npm is not on PATH: install Node.js, or build where game/web/static/vendor is complete"
        )
    with tempfile.TemporaryDirectory(prefix="danceoff-assets-") as folder:
        for name in LOCK:
            shutil.copy(root / name, folder)
        command = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=folder, check=True, timeout=WITHIN_S)
        (root / VENDOR).mkdir(parents=True, exist_ok=True)
        for source, name in ASSETS.items():
            shutil.copyfile(Path(folder) / "node_modules" / source, root / VENDOR / name)


if __name__ == "__main__":
    if not complete(ROOT):
        sys.stderr.write("setup: the scripts of the pages, from npm\n")
        fetch(ROOT)
