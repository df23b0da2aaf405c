"""A shadow serves other files beside the load balancer, with the same servers behind it, and leaves nothing."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

import pytest

from game.errors import ServiceFailed
from game.lab.lb.shadow import Shadow
from tests.stack.lb.balancer import ACME

if TYPE_CHECKING:
    from game.lab.lb.apply import ApplyPath
    from tests.stack.lb.balancer import LoadBalancer

pytestmark = pytest.mark.stack


def tenant(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/", headers={"Host": ACME})
        answer = connection.getresponse()
        answer.read()
        return answer.headers.get("X-Tenant", "") if answer.status == 200 else str(answer.status)
    finally:
        connection.close()


def test_it_serves_what_is_proposed_and_users_get_what_is_in_service(
    serving: tuple[LoadBalancer, ApplyPath],
) -> None:
    balancer, path = serving
    shadow = Shadow(balancer.place, balancer.haproxy, balancer.account)
    proposed = {**balancer.files, "maps/tenants.map": f"{ACME} globex\n"}
    with shadow.serving(proposed) as port:
        assert port != balancer.edge
        assert tenant(port) == "globex"
        assert balancer.get() == (200, "acme")
    with pytest.raises(OSError, match="refused"):
        tenant(port)
    assert path.drift() == ()
    assert not list(balancer.place.root.glob("shadow-*"))


def test_what_does_not_start_is_told_and_leaves_nothing(serving: tuple[LoadBalancer, ApplyPath]) -> None:
    balancer, _ = serving
    shadow = Shadow(balancer.place, balancer.haproxy, balancer.account)
    broken = {**balancer.files, "haproxy.cfg": balancer.files["haproxy.cfg"] + "\n    nonsense here\n"}
    with pytest.raises(ServiceFailed), shadow.serving(broken):
        pytest.fail("it must not serve")
    assert not list(balancer.place.root.glob("shadow-*"))
