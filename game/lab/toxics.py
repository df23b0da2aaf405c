"""Toxiproxy: proxies on the way to a server, and toxics that disturb what passes.

The one adapter over toxiproxy-python. That library keeps the server's address in a class, calls without a timeout and
takes an error page for an answer; so each `Toxics` works on a private copy of the library's two client modules, whose
`APIConsumer` is a subclass that knows this server, sets timeouts and raises the project's errors. Several servers, and
several threads, live in one process without knowing of one another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

import requests
from toxiproxy.api import APIConsumer
from toxiproxy.exceptions import InvalidToxic, NotFound, ProxyExists

from game.errors import ServiceFailed, UsageError

if TYPE_CHECKING:
    from types import ModuleType

TIMEOUT_S = 3.0
# Names travel in URLs, which the library does not quote.
NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
# The server accepts any attribute in silence and then does nothing; so they are checked here.
ATTRIBUTES = {
    "latency": {"latency", "jitter"},
    "bandwidth": {"rate"},
    "slow_close": {"delay"},
    "timeout": {"timeout"},
    "reset_peer": {"timeout"},
    "slicer": {"average_size", "size_variation", "delay"},
    "limit_data": {"bytes"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Toxic:
    """A disturbance. `attributes` by kind: latency and jitter in ms, rate in KB/s, timeout in ms ...; toxicity 0-1."""

    name: str
    kind: str
    attributes: tuple[tuple[str, int], ...]
    stream: str = "downstream"
    toxicity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyState:
    """A proxy: `listen` and `upstream` are host:port."""

    name: str
    listen: str
    upstream: str
    enabled: bool
    toxics: tuple[Toxic, ...]


class Toxics:
    """One Toxiproxy server. Every call ends within some seconds and fails as ServiceFailed or UsageError."""

    def __init__(self, host: str, port: int, *, timeout_s: float = TIMEOUT_S) -> None:
        """Take the address of the server's API; connects to nothing yet."""
        self._where = f"toxiproxy at {host}:{port}"
        self._client = _client(host, port, timeout_s, self._where).Toxiproxy()

    def version(self) -> str:
        """Return the server's version as it says it."""
        return str(self._client.version_text())

    def create(self, name: str, *, listen: str, upstream: str) -> None:
        """Create a proxy; one of this name that exists is replaced."""
        _check_name(name)
        if (existing := self._client.get_proxy(name)) is not None:
            existing.destroy()
        self._client.create(upstream=upstream, name=name, listen=listen, enabled=True)

    def proxies(self) -> tuple[ProxyState, ...]:
        """List the proxies with their toxics, by name."""
        found = self._client.proxies()
        return tuple(
            ProxyState(
                name=name,
                listen=str(found[name].listen),
                upstream=str(found[name].upstream),
                enabled=bool(found[name].enabled),
                toxics=tuple(_toxic(toxic) for _, toxic in sorted(found[name].toxics().items())),
            )
            for name in sorted(found)
        )

    def add(self, proxy: str, toxic: Toxic) -> None:
        """Disturb a proxy; a toxic of the same name is replaced."""
        _check_toxic(toxic)
        target = self._proxy(proxy)
        if target.get_toxic(toxic.name) is not None:
            target.destroy_toxic(toxic.name)
        target.add_toxic(
            name=toxic.name,
            type=toxic.kind,
            stream=toxic.stream,
            toxicity=toxic.toxicity,
            attributes=dict(toxic.attributes),
        )

    def remove(self, proxy: str, toxic: str) -> None:
        """Take a toxic away; harmless when it is not there."""
        _check_name(toxic)
        target = self._proxy(proxy)
        if target.get_toxic(toxic) is not None:
            target.destroy_toxic(toxic)

    def clear(self) -> None:
        """Take every toxic away and enable every proxy."""
        self._client.reset()

    def _proxy(self, name: str) -> Any:  # noqa: ANN401 - the library has no types
        _check_name(name)
        proxy = self._client.get_proxy(name)
        if proxy is None:
            known = ", ".join(sorted(self._client.proxies()))
            raise UsageError(f"{self._where} has no proxy {name!r}", hint=f"there are: {known or 'none'}")
        return proxy


def _client(host: str, port: int, timeout_s: float, where: str) -> ModuleType:
    """Return a private copy of `toxiproxy.server` that talks to this server only, through `Consumer`."""

    class Consumer(APIConsumer):  # type: ignore[misc] # the library has no types
        @classmethod
        def get(cls, url: str, params: object = None, **options: object) -> requests.Response:
            return cls._call("get", url, params=params, **options)

        @classmethod
        def delete(cls, url: str, **options: object) -> requests.Response:
            return cls._call("delete", url, **options)

        @classmethod
        def post(
            cls, url: str, data: object = None, json: object = None, **options: object
        ) -> requests.Response:
            return cls._call("post", url, data=data, json=json, **options)

        @classmethod
        def _call(cls, verb: str, url: str, **options: object) -> requests.Response:
            # A proxy named in the environment must not see loopback addresses.
            direct = {"http": None, "https": None, "all": None}
            try:
                call = getattr(super(), verb)
                answer: requests.Response = call(url, timeout=timeout_s, proxies=direct, **options)
            except (ProxyExists, NotFound, InvalidToxic) as error:
                raise UsageError(f"{where} refused {verb} {url}: {error}") from error
            except requests.RequestException as error:
                raise ServiceFailed(
                    f"{where} did not answer {verb} {url}: {type(error).__name__}",
                    hint="see logs/toxiproxy.log of the run",
                ) from error
            if answer.status_code >= 400:
                raise ServiceFailed(
                    f"{where} answered {answer.status_code} to {verb} {url}: {answer.text[:200]}"
                )
            if verb == "get" and url != "/version":
                _check_json(answer, f"{where}: the answer to {url}")
            return answer

    Consumer.host = host
    Consumer.port = port
    proxy = _copy("toxiproxy.proxy")
    server = _copy("toxiproxy.server")
    proxy.APIConsumer = Consumer  # type: ignore[attr-defined] # a module's global, replaced in our copy
    server.APIConsumer = Consumer  # type: ignore[attr-defined] # likewise
    server.Proxy = proxy.Proxy  # type: ignore[attr-defined] # so that its proxies use our consumer as well
    # The library's own version() first connects without a timeout.
    server.Toxiproxy.version_text = lambda _: Consumer.get("/version").text
    return server


def _check_json(answer: requests.Response, what: str) -> None:
    try:
        answer.json()
    except requests.JSONDecodeError as error:
        raise ServiceFailed(
            f"{what} is not JSON: {answer.text[:80]!r}", hint="another program listens on that port"
        ) from error


def _copy(name: str) -> ModuleType:
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ServiceFailed(f"the module {name} cannot be loaded", hint="pip install toxiproxy-python")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _toxic(found: Any) -> Toxic:  # noqa: ANN401 - the library has no types
    return Toxic(
        name=str(found.name),
        kind=str(found.type),
        stream=str(found.stream),
        toxicity=float(found.toxicity),
        attributes=tuple(sorted((str(key), int(value)) for key, value in found.attributes.items())),
    )


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name for a proxy or toxic", hint="letters, digits, `_`, `.` and `-`, at most 64"
        )


def _check_toxic(toxic: Toxic) -> None:
    _check_name(toxic.name)
    if toxic.kind not in ATTRIBUTES:
        raise UsageError(f"Toxiproxy has no toxic {toxic.kind!r}", hint="there are: " + ", ".join(ATTRIBUTES))
    unknown = {key for key, _ in toxic.attributes} - ATTRIBUTES[toxic.kind]
    if unknown:
        raise UsageError(
            f"a {toxic.kind} toxic has no attribute {', '.join(sorted(unknown))}",
            hint="it has: " + ", ".join(sorted(ATTRIBUTES[toxic.kind])),
        )
    if toxic.stream not in {"upstream", "downstream"} or not 0 <= toxic.toxicity <= 1:
        raise UsageError(
            f"toxic {toxic.name}: stream {toxic.stream!r}, toxicity {toxic.toxicity}",
            hint="stream is upstream or downstream, toxicity between 0 and 1",
        )
