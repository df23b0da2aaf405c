"""How many logins one client address may try."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

LOGINS = 25
WINDOW_S = 5.0
ADDRESSES_HELD = 10_000


class SlidingWindow:
    """At most `most` events in any `window_s` seconds per key. Safe for threads; the oldest keys are forgotten first."""

    def __init__(
        self, most: int = LOGINS, window_s: float = WINDOW_S, keys_held: int = ADDRESSES_HELD
    ) -> None:
        self._most = most
        self._window_s = window_s
        self._keys_held = keys_held
        self._events: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, key: str, now: float) -> bool:
        """Count an event of `key` at `now` (monotonic seconds) and say whether it is within the limit.

        A refused event is not counted, so a client that slows down is let in again.
        """
        with self._lock:
            events = self._events.setdefault(key, deque())
            self._events.move_to_end(key)
            while events and events[0] <= now - self._window_s:
                events.popleft()
            if len(self._events) > self._keys_held:
                self._events.popitem(last=False)
            if len(events) >= self._most:
                return False
            events.append(now)
            return True
