from __future__ import annotations

import pytest

from game.errors import Refused
from game.lab.lb.runtime_api import VERBS, changes_state, permitted, usage

READING = (
    "show stat", "show info", "show servers state", "show servers state be_auth", "show servers conn", "show table",
    "show table st_login", "show table st_login data.http_req_rate gt 100", "show table st_login key 198.18.0.1",
    "show map", "show map maps/tenants.map", "show map #0", "get map maps/tenants.map acme.example.test", "show acl",
    "show errors", "show activity", "show pools", "show sess", "show backend", "get weight be_auth/auth1",
)  # fmt: skip
CHANGING = (
    "set server be_auth/auth1 state drain", "set server be_auth/auth1 weight 50%", "set weight be_auth/auth1 10",
    "set server be_auth/auth1 health up", "set server be_auth/auth1 agent down", "enable server be_auth/auth1",
    "disable server be_auth/auth1", "enable health be_auth/auth1", "set maxconn frontend fe_auth 100",
    "set maxconn server be_auth/auth1 10", "set map maps/tenants.map acme.example.test acme", "clear table st_login",
    "add map maps/tenants.map new.example.test new", "del map maps/tenants.map new.example.test", "clear counters",
    "clear table st_login key 2001:db8::1", "enable frontend fe_auth", "set server be_auth/auth1 addr 127.0.0.1 port 20001",
    "shutdown sessions server be_auth/auth1", "set rate-limit connections global 100", "set rate-limit sessions global 100",
    "set rate-limit ssl-sessions global 1000",
)  # fmt: skip
REFUSED = (
    "", " ", "help", "quit", "prompt", "operator", "show env", "show env PATH", "show fd", "show libs", "show threads",
    "show stat; show env", "show stat;show env", "show stat\nshow env", "show stat\r\nshow env", "show stat\0",
    "@1 show stat", "@!1 show stat", "@master show proc", "show proc", "reload", "expert-mode on", "experimental-mode on",
    "debug dev exit 1", "debug dev memory", "set server be_auth/auth1 addr 192.0.2.1",
    "set server be_auth/auth1 addr 127.0.0.1.evil.test", "set server be_auth/auth1 addr 127.0.0.1 port 20001 port 1",
    "set server be_auth/auth1 fqdn evil.example.test", "set server be_auth/auth1 ssl off",
    "set server be_auth/auth1 check-addr 192.0.2.1", "set server be_auth/auth1 agent-addr 192.0.2.1",
    "set server be_auth/auth1 agent-send x", "add server be_auth/x 192.0.2.1:80", "del server be_auth/auth1",
    "set ssl cert certs/edge.pem <<", "new ssl cert x", "show ssl cert /etc/passwd", "show ssl cert ../x.pem",
    "set map /etc/passwd a b", "show map /etc/passwd", "show map ../../x.map", "set map maps/tenants.map a <<",
    "set table st_login key x data.gpc0 1", "set timeout cli 1d", "set rate-limit connections 1",
    "set rate-limit connections global -1", "set rate-limit http-compression global 1",
    "set severity-output number", "set anon on", "set profiling tasks on", "set dynamic-cookie-key backend be_auth k",
    "shutdown frontend fe_auth", "show stat <<\nx", "show events buf0 -w", "trace h1 start now", "set server be_auth/auth1",
    "set maxconn frontend fe_auth 99999999999", "set server be_auth/auth1 weight -1", "show\tstat", "show st\u00e4t",
    "show stat " + "x" * 500, "SHOW STAT", "set var proc.x int(1)", "get var proc.x", "clear map maps/tenants.map",
    "commit map @1 maps/tenants.map", "set map @1 maps/tenants.map a b", "show map @1 maps/tenants.map",
)  # fmt: skip


@pytest.mark.parametrize("line", READING)
def test_looking_is_permitted_and_changes_nothing(line: str) -> None:
    assert permitted(line)[0] == line
    assert not changes_state(line)


@pytest.mark.parametrize("line", CHANGING)
def test_operating_is_permitted_and_worth_a_record(line: str) -> None:
    assert permitted(line)[0] == line
    assert changes_state(line)


def test_an_exercise_may_count_what_nobody_did_and_nothing_else() -> None:
    line = "set table st_refused key acme.example.test data.gpc0 900"
    assert permitted(line, staged=True)[1].changes_state
    assert permitted("show stat", staged=True)
    for refused in ("set table st_login key x data.server_id 2", "show env", f"{line} data.gpc1 1"):
        with pytest.raises(Refused):
            permitted(refused, staged=True)


@pytest.mark.parametrize("line", REFUSED)
def test_everything_else_is_refused_with_what_may_be_used(line: str) -> None:
    with pytest.raises(Refused) as refused:
        permitted(line)
    assert refused.value.hint


def test_blanks_do_not_matter() -> None:
    assert permitted("  show   stat ")[0] == "show stat"


def test_the_refusal_shows_the_form_of_the_command_that_was_meant() -> None:
    with pytest.raises(Refused) as refused:
        permitted("set server be_auth/auth1 state off")
    assert "ready|drain|maint" in refused.value.hint
    assert len(usage().split("; ")) == len(VERBS)
