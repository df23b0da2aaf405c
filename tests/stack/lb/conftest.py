"""The small load balancer of these tests, laid out or serving."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.lab.binaries import find_programs, for_account
from game.lab.home import Home
from game.lab.lb.apply import Applied, ApplyPath
from game.lab.places import Endpoint, Place
from game.lab.ports import reserve
from game.lab.unprivileged import unprivileged
from tests.stack.lb.balancer import ORIGIN, LoadBalancer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def idle() -> Iterator[LoadBalancer]:
    """A laid-out folder with an origin that answers; HAProxy itself is not started."""
    # The path of a unix socket must be short.
    root = Path(tempfile.mkdtemp(prefix="lb-"))
    root.chmod(0o711)
    account = unprivileged()
    block = reserve(3)
    edge, spare, origin = block.ports()
    place = Place(
        root=root,
        endpoints=(
            Endpoint(name="haproxy.edge", host="127.0.0.1", port=edge),
            Endpoint(name="haproxy.spare", host="127.0.0.1", port=spare),
        ),
    )
    for folder in (place.live, place.live / "maps", place.approved, place.logs, place.sockets):
        folder.mkdir()
    if account is not None:
        account.own(place.live, place.live / "maps", place.sockets)
    programs = for_account(find_programs(), _home(root), account)
    balancer = LoadBalancer(
        place=place, haproxy=programs.path("haproxy"), account=account, edge=edge, spare=spare, origin=origin
    )
    try:
        (root / "origin.cfg").write_text(ORIGIN.format(origin=origin).lstrip())
        balancer.start("-f", "origin.cfg", folder=root)
        yield balancer
    finally:
        balancer.stop()
        block.release()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def serving(idle: LoadBalancer) -> tuple[LoadBalancer, ApplyPath]:
    """A load balancer that serves what was installed first, and its apply path."""
    path = idle.path()
    first = path.install_first(idle.files)
    assert isinstance(first, Applied), first
    idle.serve()
    path.adopt()
    return idle, path


def _home(root: Path) -> Home:
    home = Home(path=root / "home")
    home.cache.mkdir(parents=True, mode=0o711)
    return home
