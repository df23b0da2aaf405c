"""The stack's name server: a child of the zygote's that answers datagrams."""

from __future__ import annotations

import socket

from game.lab.runtime.replica import Replica

ANSWER_WITHIN_S = 0.5
# A question for the address of resolver.auth.test, as RFC 1035 writes it (section 4.1).
QUESTION = b"\0\1\1\0\0\1\0\0\0\0\0\0\x08resolver\x04auth\x04test\0\0\1\0\1"


class NameServer(Replica):
    """`settings` are names of the zone auth.test, each with an IPv4 address, `nxdomain` or `silence`."""

    def _healthy(self) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(ANSWER_WITHIN_S)
            try:
                asking.connect((self._endpoint.host, self._endpoint.port))
                asking.send(QUESTION)
                return bool(asking.recv(512))
            except OSError:
                # Refused or silent so far; whoever waits asks again.
                return False
