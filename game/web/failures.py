"""How often an address failed lately. Only failures count: a room of people behind one address may all come in."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address

MOST_FAILURES = 30
WITHIN_S = 60.0
MOST_ADDRESSES = 4096


@dataclass(slots=True, kw_only=True)
class Failures:
    """Counts per client address (of IPv6 the /64); forgets the address that failed longest ago when there are too many."""

    most: int = MOST_FAILURES
    within_s: float = WITHIN_S
    _times: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, address: str) -> None:
        now = time.monotonic()
        key = _key(address)
        with self._lock:
            times = self._times.setdefault(key, deque(maxlen=self.most))
            times.append(now)
            self._times.move_to_end(key)
            while len(self._times) > MOST_ADDRESSES:
                self._times.popitem(last=False)

    def wait_s(self, address: str) -> int:
        """How long this address has to wait until its failures are few enough again; 0 if it need not."""
        with self._lock:
            times = self._times.get(_key(address))
            if times is None or len(times) < self.most:
                return 0
            left = times[0] + self.within_s - time.monotonic()
            return max(0, int(left) + 1) if left > 0 else 0


def _key(address: str) -> str:
    """An IPv6 client has a whole /64 to choose from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
