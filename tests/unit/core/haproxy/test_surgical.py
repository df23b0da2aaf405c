from __future__ import annotations

import pytest

from game.core.exercise import Leftover
from game.core.haproxy.configuration import parse
from game.core.haproxy.invalid import ConfigurationInvalid
from game.core.haproxy.surgical import surgical
from tests.unit.core.haproxy.test_difference import SOBER

FAULT = SOBER.replace(
    "    maxconn 1500\n",
    "    maxconn 1500\n    acl known_net src 0.0.0.0/0\n    http-request deny unless known_net\n",
)
LEFT = (Leftover(section="frontend fe_auth", lines=("acl  known_net 'src' 0.0.0.0/0 # nobody asks",)),)


def test_the_ideal_is_surgical_however_it_is_written() -> None:
    assert surgical(parse(SOBER), parse(SOBER), ()) == ()
    assert surgical(parse(SOBER.replace("10s", "10000")), parse(SOBER), ()) == ()


def test_the_fault_is_not() -> None:
    assert [each.kind for each in surgical(parse(FAULT), parse(SOBER), ())] == ["added", "added"]


def test_an_accepted_leftover_is_excused_and_only_it() -> None:
    without_rule = FAULT.replace("    http-request deny unless known_net\n", "")
    assert surgical(parse(without_rule), parse(SOBER), LEFT) == ()
    (left,) = surgical(parse(without_rule), parse(SOBER), ())
    assert left.new == "acl known_net src 0.0.0.0/0"
    (left,) = surgical(parse(FAULT), parse(SOBER), LEFT)
    assert left.new == "http-request deny unless known_net"
    elsewhere = (Leftover(section="backend be_auth", lines=LEFT[0].lines),)
    assert len(surgical(parse(without_rule), parse(SOBER), elsewhere)) == 1


def test_what_is_missing_or_changed_is_never_excused() -> None:
    ideal = parse(SOBER)
    missing = (Leftover(section="defaults", lines=("option redispatch",)),)
    assert len(surgical(parse(SOBER.replace("    option redispatch\n", "")), ideal, missing)) == 1
    changed = (Leftover(section="defaults", lines=("timeout server 1s",)),)
    assert len(surgical(parse(SOBER.replace("server 10s", "server 1s")), ideal, changed)) == 1


def test_a_whole_section_may_be_left_over() -> None:
    final = SOBER + "\nbackend st_other\n    stick-table type ip size 1k expire 1m\n"
    left = (Leftover(section="backend st_other", lines=("stick-table type ip size 1024 expire 60s",)),)
    assert surgical(parse(final), parse(SOBER), left) == ()
    assert len(surgical(parse(final), parse(SOBER), ())) == 2


def test_a_leftover_that_is_no_line_is_refused() -> None:
    with pytest.raises(ConfigurationInvalid):
        surgical(parse(SOBER), parse(SOBER), (Leftover(section="defaults", lines=("log 'x",)),))
