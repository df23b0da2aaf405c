"""Whether there is a container engine here that stacks can be run on, in words for people."""

from __future__ import annotations

from game.errors import PlatformError
from game.lab.containers.connection import address
from game.lab.containers.engine import Engine
from game.lab.containers.provision import IMAGES, image
from game.lab.runtime.choice import EngineFound


def found() -> EngineFound:
    """Ask the engine for its version and for every image; never raises."""
    where, version = address(), ""
    try:
        engine = Engine(where)
        version = engine.version()
        try:
            for name in IMAGES:
                engine.image_id(image(name))
        finally:
            engine.close()
    except PlatformError as error:
        return EngineFound(where=where, version=version, lacks=error.what, remedy=error.hint)
    return EngineFound(where=where, version=version)
