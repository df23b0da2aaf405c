"""Counts who is at work on a stack, so that whoever takes it down can wait for them."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from game.errors import ServiceFailed

if TYPE_CHECKING:
    from collections.abc import Iterator


class Turnstile:
    """Lets work in until it is shut."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._shut = False

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Count as being at work; ServiceFailed once it is shut."""
        with self._changed:
            if self._shut:
                raise ServiceFailed("nothing is started any more: the run is being taken down")
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def shut(self, within_s: float) -> bool:
        """Let nobody in any more, and tell whether everybody was out within these seconds."""
        with self._changed:
            self._shut = True
            return self._changed.wait_for(lambda: not self._inside, timeout=within_s)
