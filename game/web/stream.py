"""Server-sent events: what many look at is rendered once a tick, by one thread per subject, for all who listen.

A frame tells everything at one moment, so whoever comes late or again needs the latest one only. Frames are numbered by
the journal: `id:` begins with the number of the last fact they show. Whoever comes back with the id that they saw last
(`Last-Event-ID`) gets what has changed since, or the latest frame whole. Nobody has a queue: listeners read from the
subject's few latest frames at their own pace, and one that is too slow is given the latest frame whole.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from game.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TICK_S = 0.5
SILENCE_S = 15.0
LINGER_S = 10.0
BACKLOG = 8
MOST_LISTENERS = 1000
MOST_OF_ONE_SUBJECT = 600
RETRY = b"retry: 2000\n\n"
COMMENT = b": still here\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a renderer saw: `seq` of the last fact in it, and its parts (event name -> text)."""

    seq: int
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A picture as bytes for the wire: `whole`, and `delta`, the parts that differ from the frame before."""

    number: int
    id: str
    whole: bytes
    delta: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often subjects are rendered, and who hears of it when that fails."""

    tick_s: float = TICK_S
    failed: Callable[[Exception], None] = lambda _error: None


class Subject:
    """One thing to look at, such as the board or one team's screen. Its thread runs while somebody listens."""

    def __init__(self, name: str, render: Callable[[], Picture], pace: Pace) -> None:
        self.name = name
        self._render = render
        self._tick_s = pace.tick_s
        self._failed = pace.failed
        self._changed = threading.Condition()
        self._frames: deque[Frame] = deque(maxlen=BACKLOG)
        self._parts: Mapping[str, str] = {}
        self._listeners = 0
        self._number = 0
        # Frames of a server that was started anew are not those of the one before.
        self._series = f"{secrets.token_hex(3)}."
        self._thread: threading.Thread | None = None
        self._over = False

    @property
    def listeners(self) -> int:
        return self._listeners

    def listen(self, last_id: str = "", silence_s: float = SILENCE_S) -> Listener:
        """One more listener; `last_id` is that of the frame it saw last. Refused when there are too many."""
        with self._changed:
            if self._over:
                raise Refused("the stream has ended", hint="load the page again")
            if self._listeners >= MOST_OF_ONE_SUBJECT:
                raise Refused(
                    "too many are looking at this already", hint="the page refreshes itself as well"
                )
            self._listeners += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=f"stream-{self.name}", daemon=True)
                self._thread.start()
        return Listener(self, last_id, silence_s)

    def leave(self) -> None:
        """One listener less."""
        with self._changed:
            self._listeners -= 1

    def after(self, seen: int, timeout_s: float) -> list[Frame] | None:
        """Frames later than `seen`, waiting for one; empty after `timeout_s`; None when the subject has ended."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._over or (bool(self._frames) and self._frames[-1].number > seen), timeout_s
            )
            if self._over:
                return None
            return [frame for frame in self._frames if frame.number > seen]

    def close(self) -> None:
        """Send everybody away; idempotent."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _run(self) -> None:
        """Render, publish, wait for the next tick; ends some time after the last listener has gone."""
        alone_since: float | None = None
        while True:
            began = time.monotonic()
            self._look()
            with self._changed:
                alone_since = None if self._listeners else alone_since or began
                tired = alone_since is not None and began - alone_since > LINGER_S
                if tired or self._over:
                    self._thread = None
                    return
                left_s = self._tick_s - (time.monotonic() - began)
                self._changed.wait_for(lambda: self._over, max(left_s, 0.05))

    def _look(self) -> None:
        """Render and publish; what cannot be rendered now may be the next time."""
        try:
            self._publish(self._render())
        except Exception as error:  # noqa: BLE001 - else the thread would be gone and nobody would know.
            self._failed(error)

    def _publish(self, picture: Picture) -> None:
        changed = {name: text for name, text in picture.parts.items() if self._parts.get(name) != text}
        if not changed and self._frames:
            return
        name = f"{picture.seq}-{self._series}{self._number}"
        frame = Frame(
            number=self._number,
            id=name,
            whole=encoded(name, picture.parts),
            delta=encoded(name, changed),
        )
        with self._changed:
            self._number += 1
            self._parts = picture.parts
            self._frames.append(frame)
            self._changed.notify_all()


class Listener:
    """The bytes for one listener, as an iterator that a WSGI server reads and closes."""

    def __init__(self, subject: Subject, last_id: str, silence_s: float) -> None:
        self._subject = subject
        self._last_id = last_id
        self._silence_s = silence_s
        self._seen = -1
        self._greeted = self._left = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        if not self._greeted:
            self._greeted = True
            return RETRY
        frames = self._subject.after(self._seen, self._silence_s)
        if frames is None:
            raise StopIteration
        return self._bytes_for(frames) if frames else COMMENT

    def close(self) -> None:
        """Count as a listener no more; idempotent."""
        if not self._left:
            self._left = True
            self._subject.leave()

    def _bytes_for(self, frames: list[Frame]) -> bytes:
        """The next frames as differences if none was missed, else the latest one whole."""
        last_id, self._last_id = self._last_id, ""
        known = next((frame.number for frame in frames if last_id and frame.id == last_id), None)
        seen = self._seen if known is None else known
        missed = [frame for frame in frames if frame.number > seen]
        self._seen = frames[-1].number
        if seen < 0 or (missed and missed[0].number != seen + 1):
            return frames[-1].whole
        return b"".join(frame.delta for frame in missed) or COMMENT


class Streams:
    """All subjects of a site, by name; a subject is made when somebody asks for it first."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._subjects: dict[str, Subject] = {}
        self._lock = threading.Lock()
        self._closed = False

    @property
    def listeners(self) -> int:
        with self._lock:
            return sum(subject.listeners for subject in self._subjects.values())

    def listen(self, name: str, render: Callable[[], Picture], last_id: str = "") -> Listener:
        """One more listener of the subject; refused when there are too many already."""
        if self.listeners >= MOST_LISTENERS:
            raise Refused("too many are listening", hint="the page refreshes itself as well")
        with self._lock:
            if self._closed:
                raise Refused("the site is closing", hint="come back later")
            subject = self._subjects.setdefault(name, Subject(name, render, self._pace))
        return subject.listen(last_id)

    def forget(self, name: str) -> None:
        """End a subject, for instance because another run takes its place."""
        with self._lock:
            subject = self._subjects.pop(name, None)
        if subject is not None:
            subject.close()

    def close(self) -> None:
        """Send every listener away; idempotent."""
        with self._lock:
            self._closed = True
            subjects = tuple(self._subjects.values())
        for subject in subjects:
            subject.close()


def encoded(name: str, parts: Mapping[str, str]) -> bytes:
    """Events for the wire: each part under its own name, all with the frame's id."""
    lines: list[str] = []
    for part, text in parts.items():
        lines += [f"id: {name}", f"event: {part}"]
        lines += [f"data: {line}" for line in text.splitlines() or [""]]
        lines.append("")
    return "\n".join((*lines, "")).encode()
