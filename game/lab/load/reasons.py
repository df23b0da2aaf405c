"""A word for why a request got no answer; the words are a closed set that people count by."""

from __future__ import annotations

import ssl

TIMEOUT = "timeout"
REFUSED = "refused"
CLOSED = "closed"
TLS = "tls"
UNREACHABLE = "unreachable"
GARBLED = "garbled"


def reason_of(error: BaseException) -> str:
    """Word an error of the standard library's sockets; what is none of them was an answer nobody can read."""
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return TIMEOUT
    if isinstance(error, ConnectionRefusedError):
        return REFUSED
    if isinstance(error, (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return CLOSED
    if isinstance(error, ssl.SSLError):
        return TLS
    return UNREACHABLE if isinstance(error, OSError) else GARBLED
