"""How tests speak with the service: HTTPS to a replica, lines of JSON to the parent of the replicas."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import select
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.stack.service.servers import free_ports

STACK = Path(__file__).parents[3] / "stacks" / "auth"
PEOPLE = {"ann": ("correct horse", ""), "carl": ("battery staple", "acme"), "long": ("x" * 96, "")}


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.body)
        return found


class Client:
    """Speaks HTTPS to one port; a connection is kept between calls. `headers` are what HAProxy would send."""

    def __init__(self, port: int, context: ssl.SSLContext | None, name: str = "auth.internal") -> None:
        self.headers = {
            "Host": "login.example.test",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "198.18.0.9",
        }
        self._port = port
        self._context = context
        self._name = name
        self.connection = self._connect()

    def _connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        raw = socket.create_connection(("127.0.0.1", self._port), timeout=5)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sock = self._context.wrap_socket(raw, server_hostname=self._name) if self._context else raw
        return connection

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        if self.connection.sock is None:
            self.connection = self._connect()
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in (self.headers | named).items() if value}
        # A server that refuses what is too large does not read all of it first; its answer is there all the same.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
            self.connection.request(method, path, data, kept)
        response = self.connection.getresponse()
        lower: dict[str, str] = {}
        for name, value in response.getheaders():
            lower[name.lower()] = f"{lower[name.lower()]}, {value}" if name.lower() in lower else value
        return Answer(status=response.status, headers=lower, body=response.read())

    def login(self, username: str = "ann", *, nonce: str = "n1", **headers: str) -> Answer:
        body = {"username": username, "password": PEOPLE[username][0], "nonce": nonce}
        return self.send("POST", "/login", body, **headers)

    def close(self) -> None:
        self.connection.close()


class Zygote:
    """The service's parent process, and the ports of its replicas."""

    def __init__(self, configuration: dict[str, Any], context: ssl.SSLContext) -> None:
        self.logs = Path(configuration["logs"])
        self.ports: dict[str, int] = {}
        self.pids: dict[str, int] = {}
        self._clients: list[Client] = []
        self._context = context
        self._unheard = b""
        self.process = subprocess.Popen(
            [sys.executable, "-I", STACK / "service/zygote.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.tell(configuration)

    def tell(self, line: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n")
        self.process.stdin.flush()

    def hear(self, seconds: float = 10.0) -> dict[str, Any]:
        """Read one line, of those that came at once the first that nobody has heard yet."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + seconds
        while b"\n" not in self._unheard:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                pytest.fail(f"the parent of the replicas said nothing for {seconds} s")
            read = os.read(self.process.stdout.fileno(), 65_536)
            if not read:
                pytest.fail("the parent of the replicas closed its output")
            self._unheard += read
        line, _, self._unheard = self._unheard.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def start(self, replica: str, role: str = "auth", **settings: object) -> None:
        port = self.ports.setdefault(replica, free_ports(1)[0])
        order = {"do": "start", "replica": replica, "role": role, "host": "127.0.0.1", "port": port}
        self.tell(order | {"settings": settings})
        answer = self.hear()
        assert answer.keys() == {"replica", "pid"}, answer
        self.pids[replica] = answer["pid"]

    def stop(self, replica: str) -> None:
        self.tell({"do": "stop", "replica": replica})
        assert self.hear() == {"replica": replica, "stopped": True}

    def client(self, replica: str) -> Client:
        return self.client_of(self.ports[replica])

    def client_of(self, port: int, name: str = "auth.internal") -> Client:
        return self._keep(Client(port, self._context, name))

    def plain_client(self, port: int) -> Client:
        return self._keep(Client(port, None))

    def _keep(self, client: Client) -> Client:
        self._clients.append(client)
        return client

    def log(self, replica: str) -> str:
        return (self.logs / f"{replica}.log").read_text()

    def end(self) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        for client in self._clients:
            client.close()
        with contextlib.suppress(BrokenPipeError):  # it may be gone already
            self.process.stdin.close()
        status = self.process.wait(10)
        self.process.stdout.close()
        return status
