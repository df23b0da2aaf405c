"""Web sessions, held in the memory of one replica: whoever lands on another replica is not known there."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

LIFETIME_S = 1800.0
SESSIONS_HELD = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in browser. `ends` in monotonic seconds."""

    username: str
    tenant: str
    ends: float


class Sessions:
    """Bounded and expiring: every session lives equally long, so the oldest entry is also the first to end."""

    def __init__(self, lifetime_s: float = LIFETIME_S, held: int = SESSIONS_HELD) -> None:
        self._lifetime_s = lifetime_s
        self._held = held
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, username: str, tenant: str, now: float) -> str:
        """Start a session and return its secret name, the value of the cookie."""
        name = secrets.token_urlsafe(24)
        with self._lock:
            self._forget_ended(now)
            while len(self._sessions) >= self._held:
                self._sessions.popitem(last=False)
            self._sessions[name] = Session(username=username, tenant=tenant, ends=now + self._lifetime_s)
        return name

    def find(self, name: str, now: float) -> Session | None:
        with self._lock:
            session = self._sessions.get(name)
        return session if session is not None and session.ends > now else None

    def close(self, name: str) -> None:
        with self._lock:
            self._sessions.pop(name, None)

    def __len__(self) -> int:
        return len(self._sessions)

    def _forget_ended(self, now: float) -> None:
        while self._sessions:
            name, session = next(iter(self._sessions.items()))
            if session.ends > now:
                return
            del self._sessions[name]
