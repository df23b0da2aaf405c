"""The stack's name server, and a load balancer that asks it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dnslib import RCODE, DNSRecord

from game.lab.lb.master import Master
from game.lab.lb.statistics import stat_rows
from game.lab.runtime.waiting import until
from tests.stack.runtime.live import fill_live

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.lab.places import Place
    from tests.stack.runtime.contract import Made

pytestmark = pytest.mark.stack

MOST_MEGABYTES = 20
ANSWERS_WITHIN_S, SEEN_WITHIN_S = 10.0, 30.0
BY_NAME = """
resolvers internal
    nameserver own @resolver.dns@
    hold valid 500ms
    hold nx 500ms
    timeout resolve 300ms
    timeout retry 300ms

backend be_named
    default-server resolvers internal init-addr none resolve-prefer ipv4
    server auth3 auth3.auth.test:@auth3.https.port@
"""


def ask(place: Place, name: str, kind: str = "A", within_s: float = ANSWERS_WITHIN_S) -> DNSRecord | None:
    at = place.endpoint("resolver.dns")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(within_s)
        asking.sendto(DNSRecord.question(name, kind).pack(), (at.host, at.port))
        try:
            return DNSRecord.parse(asking.recv(512))
        except TimeoutError:
            return None


def addresses(answer: DNSRecord | None) -> list[str]:
    assert answer is not None
    return [str(record.rdata) for record in answer.rr]


def test_names_of_the_stack_have_addresses_and_others_do_not_exist(make: Callable[[], Made]) -> None:
    made = make().up()
    assert addresses(ask(made.place, "auth1.auth.test")) == ["127.0.0.1"]
    assert addresses(ask(made.place, "AUTH4.auth.test")) == ["127.0.0.1"]
    assert addresses(ask(made.place, "auth1.auth.test", "AAAA")) == []
    nobody = ask(made.place, "nobody.auth.test")
    assert nobody is not None
    assert nobody.header.rcode == RCODE.NXDOMAIN
    state = next(one for one in made.runtime.states() if one.service == "resolver")
    fields = dict(
        line.split(":") for line in Path(f"/proc/{state.pid}/smaps_rollup").read_text().splitlines()[1:]
    )
    assert int(fields["Pss"].split()[0]) / 1024 < MOST_MEGABYTES


def test_settings_change_single_names_and_a_plain_restart_forgets_them(make: Callable[[], Made]) -> None:
    made = make().up()
    changes = (
        ("auth1.auth.test", "nxdomain"),
        ("auth2.auth.test", "127.0.0.53"),
        ("auth3.auth.test", "silence"),
    )
    made.runtime.act("resolver", "restart", changes)
    gone = ask(made.place, "auth1.auth.test")
    assert gone is not None
    assert gone.header.rcode == RCODE.NXDOMAIN
    assert addresses(ask(made.place, "auth2.auth.test")) == ["127.0.0.53"]
    assert ask(made.place, "auth3.auth.test", within_s=1) is None
    assert addresses(ask(made.place, "auth4.auth.test")) == ["127.0.0.1"]
    made.runtime.act("resolver", "restart")
    assert addresses(ask(made.place, "auth1.auth.test")) == ["127.0.0.1"]


def test_noise_is_no_question_and_stops_nothing(make: Callable[[], Made]) -> None:
    made = make().up()
    at = made.place.endpoint("resolver.dns")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as noisy:
        for noise in (b"", b"\0", b"\xff" * 40, b"x" * 600):
            noisy.sendto(noise, (at.host, at.port))
    assert addresses(ask(made.place, "auth1.auth.test")) == ["127.0.0.1"]


def test_haproxy_finds_a_server_by_its_name_and_loses_it_with_the_name(make: Callable[[], Made]) -> None:
    made = make()
    fill_live(made.place)
    configuration = made.place.live / "haproxy.cfg"
    own, backing = made.place.endpoint("resolver.dns"), made.place.endpoint("auth3.https")
    named = BY_NAME.replace("@resolver.dns@", f"{own.host}:{own.port}")
    configuration.write_text(
        configuration.read_text() + named.replace("@auth3.https.port@", str(backing.port))
    )
    made.runtime.up(made.steps.append)
    assert until(lambda: status(made.place) in {"UP", "no check"}, SEEN_WITHIN_S)
    made.runtime.act("resolver", "restart", (("auth3.auth.test", "nxdomain"),))
    assert until(lambda: status(made.place).startswith("MAINT"), SEEN_WITHIN_S)
    made.runtime.act("resolver", "restart")
    assert until(lambda: status(made.place) in {"UP", "no check"}, SEEN_WITHIN_S)


def status(place: Place) -> str:
    """The state of the server that has a name, as HAProxy shows it."""
    rows = stat_rows(Master(place.master_socket).ask_worker("show stat"))
    return next((row.status for row in rows if (row.proxy, row.server) == ("be_named", "auth3")), "")
