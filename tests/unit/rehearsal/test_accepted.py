from __future__ import annotations

from game.core.exercise import Leftover
from game.core.haproxy.configuration import parse
from game.core.haproxy.surgical import surgical
from game.rehearsal.accepted import with_leftovers

IDEAL = """frontend fe_auth
    bind 127.0.0.1:20443
    # Testers may ask for the old service.
    acl wants_canary req.hdr(X-Canary) -m str yes
    use_backend be_canary if wants_canary
    default_backend be_auth

backend be_auth
    balance roundrobin
    server auth1 127.0.0.1:20001
"""
FAULTY = """frontend fe_auth
    bind 127.0.0.1:20443
    # Testers may ask for the old service.
    acl wants_canary req.hdr(X-Canary) -m str yes
    # The next step.
    http-request set-var(txn.slice) src,crc32,mod(100)
    acl in_step  var(txn.slice) -m int 0:29
    use_backend be_canary if wants_canary || in_step
    default_backend be_auth

backend be_auth
    balance leastconn
    server auth1 127.0.0.1:20001

backend be_step
    balance roundrobin
    server legacy 127.0.0.1:20009
"""
LINES = Leftover(
    section="frontend fe_auth",
    lines=("http-request set-var(txn.slice) src,crc32,mod(100)", "acl in_step 'var(txn.slice)' -m int 0:29"),
)
SECTION = Leftover(section="backend be_step", lines=("balance roundrobin", "server legacy 127.0.0.1:20009"))


def test_lines_that_may_stay_stand_where_they_stood_and_nothing_else_stays() -> None:
    lines = with_leftovers(IDEAL, FAULTY, (LINES,)).splitlines()
    assert lines[4:7] == [
        "    http-request set-var(txn.slice) src,crc32,mod(100)",
        "    acl in_step  var(txn.slice) -m int 0:29",
        "    use_backend be_canary if wants_canary",
    ]
    assert "    balance roundrobin" in lines
    assert not any("be_step" in line or "leastconn" in line for line in lines)


def test_a_section_may_stay_with_its_heading() -> None:
    text = with_leftovers(IDEAL, FAULTY, (SECTION,))
    assert text.endswith("backend be_step\n    balance roundrobin\n    server legacy 127.0.0.1:20009\n")


def test_the_judge_finds_it_right() -> None:
    for accept in ((LINES,), (SECTION,), (LINES, SECTION)):
        final = parse(with_leftovers(IDEAL, FAULTY, accept))
        assert surgical(final, parse(IDEAL), accept) == ()
    assert surgical(parse(with_leftovers(IDEAL, FAULTY, (LINES,))), parse(IDEAL), ()) != ()


def test_without_leftovers_it_is_the_ideal() -> None:
    assert with_leftovers(IDEAL, FAULTY, ()) == IDEAL
