"""How Locust's master and its workers speak here: over a unix socket in a folder that only they can reach.

Locust itself binds a TCP port without keys. A team's servers and its operators share the load's loopback, and whoever reaches
that port can join as a worker, take users over and drop them.
"""

from __future__ import annotations

from types import SimpleNamespace

import zmq.green as zmq
from locust import runners
from locust.rpc import zmqrpc

# A program that ends does not wait longer for a reader of its last words.
LAST_WORDS_MS = 500


class Server(zmqrpc.BaseSocket):  # type: ignore[misc]  # locust ships no types
    """The master's end. Locust says `host`: it is the socket's path; there are no ports."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(zmq.ROUTER, ipv4_only=True)
        self.socket.setsockopt(zmq.LINGER, LAST_WORDS_MS)
        self.socket.bind(f"ipc://{host}")
        self.port = port


class Client(zmqrpc.BaseSocket):  # type: ignore[misc]  # locust ships no types
    """A worker's end."""

    def __init__(self, host: str, port: int, identity: str) -> None:
        del port
        super().__init__(zmq.DEALER, ipv4_only=True)
        self.socket.setsockopt(zmq.LINGER, LAST_WORDS_MS)
        self.socket.setsockopt(zmq.IDENTITY, identity.encode())
        self.socket.connect(f"ipc://{host}")


def keep_to_ourselves() -> None:
    """Have Locust's runners of this process use these sockets; they take no others as an argument."""
    runners.rpc = SimpleNamespace(Server=Server, Client=Client)
