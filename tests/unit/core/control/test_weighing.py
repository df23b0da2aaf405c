"""How risky a change is follows from what it changes by meaning."""

from __future__ import annotations

import pytest

from game.core.control.smells import smells
from game.core.control.weighing import CONFIGURATION, command_risk, weigh, weigh_command
from tests.unit.core.control.changes import BEFORE, edited


def risks(new: str) -> tuple[str, ...]:
    return weigh({CONFIGURATION: BEFORE}, {CONFIGURATION: new}).risks


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("default_backend be_auth", "default_backend be_auth\n    # a comment", ()),
        ('log-format "%ci %b"', 'log-format "%ci %b %[capture.req.hdr(0)]"', ()),
        ("mode http\n", "mode http\n    http-request set-header X-Request-ID %[uuid]\n", ()),
        ("default_backend be_auth", "use_backend be_auth if TRUE\n    default_backend be_auth", ("routing",)),
        ("cookie SRVID insert\n", "", ("persistence",)),
        ("127.0.0.1:20443", "127.0.0.1:20443 ssl crt x.pem", ("tls",)),
        ("maxconn 200", "maxconn 20", ("limits",)),
        ("option httpchk\n", "", ("checks",)),
        ("timeout server 10s", "timeout server 1s", ("timeouts",)),
        ("    server auth2 127.0.0.1:2 cookie a2 check weight 100 maxconn 50\n", "", ("routing",)),
    ],
)
def test_what_is_risky(old: str, new: str, found: tuple[str, ...]) -> None:
    assert risks(edited(old, new)) == found


def test_maps_count_line_by_line_and_their_comments_do_not() -> None:
    old = {"maps/t.map": "# note\nacme.example.test acme\n"}
    renamed = weigh(old, {"maps/t.map": "# note\nacme.example.test globex\n"})
    assert renamed.risks == ("routing",)
    assert renamed.meaning == (
        "maps/t.map: removed: acme.example.test acme",
        "maps/t.map: added: acme.example.test globex",
    )
    assert not weigh(old, {"maps/t.map": "# another note\nacme.example.test acme\n"}).is_risky
    assert weigh(old, {}).risks == ("routing",)
    assert weigh({}, {"errors/503.http": "HTTP/1.0 200 OK\n"}).risks == ("requests",)
    swapped = weigh({"maps/t.map": "a 1\nb 2\n"}, {"maps/t.map": "b 2\na 1\n"})
    assert swapped.meaning == ("maps/t.map: entries in another order",)


def test_a_file_that_cannot_be_read_is_risky() -> None:
    assert weigh({CONFIGURATION: BEFORE}, {CONFIGURATION: "words before a section\n"}).risks == ("other",)


@pytest.mark.parametrize(
    ("command", "risk"),
    [
        ("set server be_auth/auth1 weight 10", "routing"),
        ("set server be_auth/auth1 state drain", "routing"),
        ("set server be_auth/auth1 health up", "checks"),
        ("disable health be_auth/auth1", "checks"),
        ("set maxconn frontend fe_auth 7", "limits"),
        ("set rate-limit sessions global 10", "limits"),
        ("set map maps/t.map a b", "routing"),
        ("clear table st_login", "persistence"),
        ("shutdown sessions server be_auth/auth1", "routing"),
        ("clear counters all", "harmless"),
    ],
)
def test_runtime_commands(command: str, risk: str) -> None:
    assert command_risk(command) == risk
    assert weigh_command(command).is_risky is (risk != "harmless")


def test_the_digest_is_of_the_change_and_not_of_what_stands_beside_it() -> None:
    change = ("maxconn 200", "maxconn 100")
    alone = weigh({CONFIGURATION: BEFORE}, {CONFIGURATION: edited(*change)})
    landed = BEFORE.replace("timeout server 10s", "timeout server 9s")
    beside = weigh({CONFIGURATION: landed}, {CONFIGURATION: landed.replace(*change)})
    assert alone.digest == beside.digest
    assert (
        alone.digest
        != weigh({CONFIGURATION: BEFORE}, {CONFIGURATION: edited("maxconn 200", "maxconn 101")}).digest
    )


def test_the_same_line_in_another_place_is_another_change() -> None:
    rule = "    http-request deny if TRUE\n"

    def digest(anchor: str) -> str:
        return weigh({CONFIGURATION: BEFORE}, {CONFIGURATION: edited(anchor, anchor + rule)}).digest

    assert digest("maxconn 200\n") != digest("mode http\n")


def test_lines_that_change_places_are_a_change_of_their_own() -> None:
    rules = [
        "    http-request set-header A 1\n",
        "    http-request set-header B 2\n",
        "    http-request deny\n",
    ]
    before = BEFORE.replace("default_backend be_auth\n", "default_backend be_auth\n" + "".join(rules))

    def digest(*order: int) -> str:
        after = before.replace("".join(rules), "".join(rules[place] for place in order))
        return weigh({CONFIGURATION: before}, {CONFIGURATION: after}).digest

    assert len({digest(0, 1, 2), digest(2, 0, 1), digest(2, 1, 0)}) == 3


@pytest.mark.parametrize(
    ("old", "new", "doubt"),
    [
        ("cookie a2", "cookie a1", "two servers share the cookie a1"),
        ("option httpchk\n", "", "nothing asks any more"),
        ("maxconn 200", "maxconn 20", "falls from 200 to 20"),
        ("timeout server 10s", "timeout server 500ms", "falls from 10s to 500ms"),
        ("    server auth2 127.0.0.1:2 cookie a2 check weight 100 maxconn 50\n", "", "auth2 is gone"),
        ("cookie a2 check", "cookie a2", "is no longer checked"),
        ("cookie a2 check weight 100", "cookie a2 check weight 0", "gets nobody"),
        (
            "default_backend be_auth",
            "use_backend be_auth if TRUE\n    default_backend be_auth",
            "who agreed to that",
        ),
        ("cookie SRVID insert\n", "", "no longer come back"),
    ],
)
def test_a_careful_reader_has_doubts(old: str, new: str, doubt: str) -> None:
    assert doubt in "; ".join(smells(BEFORE, edited(old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [("timeout server 10s", "timeout server 9s"), ("maxconn 200", "maxconn 400"), ("%ci %b", "%ci %b %s")],
)
def test_and_none_where_nothing_shrinks(old: str, new: str) -> None:
    assert smells(BEFORE, edited(old, new)) == ()
