"""Which version of a server an image holds: asked once an image, and remembered by what the image is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from game.errors import MissingProgram
from game.lab.containers.provision import image
from game.lab.containers.specification import Bounds, walls

if TYPE_CHECKING:
    from game.lab.containers.engine import Engine

FILE = "image-versions.json"
IMAGE_OF = {
    "haproxy": "haproxy",
    "postgres": "postgres",
    "redis-server": "redis",
    "toxiproxy-server": "toxiproxy",
    "prometheus": "prometheus",
}
COMMANDS = {
    "haproxy": "haproxy -v",
    "postgres": "/usr/lib/postgresql/bin/postgres --version",
    "redis-server": "redis-server --version",
    "toxiproxy-server": "toxiproxy-server --version",
    "prometheus": "prometheus --version",
}
MOST_BYTES = 4096


class Versions:
    """Asks images for versions; `cache` is the folder that answers are kept in."""

    def __init__(self, engine: Engine, cache: Path) -> None:
        self._engine = engine
        self._file = cache / FILE

    def of(self, program: str) -> str:
        """Return the version of a program, such as 2.6.12."""
        name = image(IMAGE_OF[program])
        key = f"{program} {self._engine.image_id(name)}"
        known = self._known()
        if key not in known:
            known[key] = self._ask(name, COMMANDS[program])
            beside = self._file.with_suffix(".new")
            beside.write_text(json.dumps(known))
            beside.replace(self._file)
        return known[key]

    def _ask(self, name: str, command: str) -> str:
        started = self._engine.start(
            "",
            {
                "Image": name,
                "Entrypoint": [],
                "Cmd": ["sleep", "30"],
                "User": "65534:65534",
                "HostConfig": {
                    **walls(Bounds(memory_mb=128, pids=16)),
                    "NetworkMode": "none",
                    "AutoRemove": True,
                },
            },
        )
        try:
            _, output = self._engine.execute(
                started.container, ("/bin/sh", "-c", f"{command} 2>&1"), Path("/"), MOST_BYTES
            )
        finally:
            self._engine.remove(started.container)
        found = re.search(r"\d+(?:\.\d+)+", output.decode(errors="replace"))
        if found is None:
            raise MissingProgram(
                f"the image {name} does not tell its version: {output.decode(errors='replace')[:120]!r}",
                hint="`make images` builds the stack's images",
            )
        return found.group()

    def _known(self) -> dict[str, str]:
        try:
            found = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return {}
        return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
