"""Changes of a run in a few words, for tests of change control."""

from __future__ import annotations

from game.core import events as fact
from game.core.control.facts import ChangeProposed, Papers, ReviewGiven, ReviewVerdict
from game.core.terms import Terms
from game.core.timeline import RunState, fold

BEFORE = """\
global
    maxconn 400
defaults
    mode http
    timeout server 10s
frontend fe_auth
    bind 127.0.0.1:20443
    maxconn 200
    log-format "%ci %b"
    default_backend be_auth
backend be_auth
    cookie SRVID insert
    option httpchk
    server auth1 127.0.0.1:1 cookie a1 check weight 100 maxconn 50
    server auth2 127.0.0.1:2 cookie a2 check weight 100 maxconn 50
"""
OPENED = fact.RunOpened(
    exercise="x", exercise_digest="", seed=1, stack="auth", minutes=10, rules=2, team="solo", users=50,
    terms=Terms(change_control="reviewed"),
)  # fmt: skip


def edited(old: str, new: str) -> str:
    assert old in BEFORE
    return BEFORE.replace(old, new)


def proposed(name: str = "c1", digest: str = "one", by: str = "leo", **words: str) -> ChangeProposed:
    return ChangeProposed(
        change=name, by=by, why=words.get("why", "the new pool is ready"), subject="configuration", digest=digest,
        meaning=("be_auth: a -> b",), risks=("routing",), revert=words.get("revert", ""),
    )  # fmt: skip


def reviewed(verdict: ReviewVerdict, name: str = "c1", digest: str = "one", by: str = "mia") -> ReviewGiven:
    return ReviewGiven(change=name, by=by, verdict=verdict, text="said", digest=digest)


def applied(papers: Papers, revision: str = "a" * 40, actor: str = "leo") -> fact.ConfigurationApplied:
    return fact.ConfigurationApplied(
        revision=revision, digest="", worker_pid=7, reload_ms=90, actor=actor, message="m", meaning=("be_auth: a -> b",),
        papers=papers,
    )  # fmt: skip


def state(*events: fact.Event) -> RunState:
    return fold(
        fact.Recorded(seq=seq, at_ms=seq * 1000, wall_ms=0, event=event)
        for seq, event in enumerate((OPENED, *events), start=1)
    )
