"""A stack whose servers are started one by one from here, be it as processes or as containers: their order, and what is done to them."""

from __future__ import annotations

import contextlib
import time
from abc import abstractmethod
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from game.core.stack import ServiceKind
from game.errors import ServiceFailed, UsageError
from game.lab.runtime.protocol import Step
from game.lab.runtime.servers import Server, Servers
from game.lab.runtime.stack_runtime import StackRuntime
from game.lab.runtime.zygote import NAME as AUTH_SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from game.core.stack import Service, Stack
    from game.lab.certificates import Certificates
    from game.lab.home import Home
    from game.lab.places import Place
    from game.lab.runtime.daemon import Settings, Site
    from game.lab.runtime.protocol import ServiceAction, ServiceState
    from game.lab.runtime.zygote import Zygote
    from game.lab.unprivileged import Unprivileged


@dataclass(slots=True, kw_only=True)
class Parts:
    """What a prepared run starts its servers with."""

    zygote: Zygote
    servers: dict[str, Server]


class ServedStack(StackRuntime):
    """Subclasses say with what servers are started."""

    def __init__(self, stack: Stack, home: Home, run_id: str) -> None:
        super().__init__(stack, home, run_id)
        self._parts: Parts | None = None

    @abstractmethod
    def _site(self, place: Place, account: Unprivileged | None) -> Site:
        """Return with what servers are started at this place."""

    @abstractmethod
    def _zygote(self, site: Site, certificates: Certificates) -> Zygote:
        """Return the auth service's parent."""

    def _make_ready(self, place: Place, account: Unprivileged | None) -> None:
        certificates = self.certificates
        site = self._site(place, account)
        zygote = self._zygote(site, certificates)
        servers = Servers(
            stack=self._stack, site=site, zygote=zygote, certificates=certificates, cache=self._home.cache
        )
        self._parts = Parts(zygote=zygote, servers=servers.made())

    def up(self, progress: Callable[[Step], None]) -> None:
        """Start everything that does not depend on another thing at once; `live/` must hold a configuration."""
        parts = self._ready()
        # A replica's port queues connections from its fork on, so the balancer's first checks need not wait for it.
        late = {ServiceKind.REPLICA, ServiceKind.RESOLVER, ServiceKind.LOAD_BALANCER}
        services = [service for service in self._stack.services if service.name in parts.servers]
        first = [self._starting(service) for service in services if service.kind not in late]
        _all_at_once([(AUTH_SERVICE, parts.zygote.start), *first], progress)
        _all_at_once([self._starting(service) for service in services if service.kind in late], progress)

    def act(self, service: str, action: ServiceAction, settings: Settings = ()) -> None:
        """Carry out an action on one service; `settings` only with start and restart."""
        server = self._ready().servers.get(service)
        if server is None:
            known = ", ".join(self._ready().servers)
            raise UsageError(f"the stack has no service {service!r}", hint=f"there are: {known}")
        if settings and action not in {"start", "restart"}:
            raise UsageError(f"{action} takes no settings", hint="use restart to change settings")
        match action:
            case "start":
                server.start(settings)
            case "restart":
                server.stop()
                server.start(settings)
            case "stop":
                server.stop()
            case "kill":
                server.kill()
            case "pause":
                server.pause()
            case "resume":
                server.resume()
            case _:
                assert_never(action)

    def states(self) -> tuple[ServiceState, ...]:
        """Return the states in the stack's order; empty before `prepare`, and after `down`."""
        parts = self._parts if self._up is not None else None
        return tuple(state for server in parts.servers.values() for state in server.states()) if parts else ()

    def _ready(self) -> Parts:
        self._prepared()
        if self._parts is None:
            raise AssertionError("prepared means that they are made")
        return self._parts

    def _starting(self, service: Service) -> tuple[str, Callable[[], object]]:
        """Return the step that starts a service; an optional one may fail and is then simply not there."""
        server = self._ready().servers[service.name]

        def attempt() -> None:
            with contextlib.suppress(ServiceFailed):
                server.start()

        return (service.name, attempt if service.optional else server.start)


def _all_at_once(steps: Iterable[tuple[str, Callable[[], object]]], progress: Callable[[Step], None]) -> None:
    """Run steps in threads of their own, tell of each as it ends, and raise the first failure at once."""
    named = list(steps)
    threads = ThreadPoolExecutor(max_workers=max(1, len(named)), thread_name_prefix="start")
    try:
        futures = {threads.submit(_timed, what, step) for what, step in named}
        while futures:
            done, futures = wait(futures, return_when=FIRST_COMPLETED)
            for future in done:
                progress(future.result())
    finally:
        # After a failure the others are not waited for: the caller takes the stack down, and that ends their waiting.
        threads.shutdown(wait=False, cancel_futures=True)


def _timed(what: str, step: Callable[[], object]) -> Step:
    started = time.monotonic()
    step()
    return Step(what=what, took_ms=round((time.monotonic() - started) * 1000))
