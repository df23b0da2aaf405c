from __future__ import annotations

from game.core.exercise import (
    Change,
    LbChange,
    LbFile,
    LbRuntime,
    LbStale,
    NoFault,
    ServiceFault,
    ToxicFault,
)
from game.rehearsal.mending import Repair, repairs

CHANGE = LbChange(change=Change(id="step", author="netops", message="Next step", patch=""))
OTHER = LbChange(change=Change(id="leap", author="netops", message="Leap", patch=""))
FILE = LbFile(path="maps/tenants.map", content="", actor="netops")
RUNTIME = LbRuntime(
    commands=("set weight be_auth/auth1 1%",),
    revert=("set weight be_auth/auth1 100%", "enable server be_auth/auth2"),
    actor="netops",
)
TOXIC = ToxicFault(proxy="redis", toxic="latency", attributes=(("latency", 900),))
SERVICE = ServiceFault(service="auth2", action="pause")
OWN = ServiceFault(service="haproxy", action="stop")


def test_commits_are_reverted_the_latest_first() -> None:
    assert repairs((CHANGE, OTHER), ("aaa", "bbb"), ("haproxy", "haproxy")) == (
        Repair(verb="revert", what="bbb"),
        Repair(verb="revert", what="aaa"),
    )


def test_runtime_commands_are_taken_back_by_hand() -> None:
    assert repairs((RUNTIME,), ("",), ("haproxy",)) == (
        Repair(verb="console", what="set weight be_auth/auth1 100%"),
        Repair(verb="console", what="enable server be_auth/auth2"),
    )


def test_what_is_approved_only_has_to_be_loaded() -> None:
    stale = LbStale(patch="", actor="netops")
    for fault in (stale, FILE):
        assert repairs((fault,), ("",), ("haproxy",)) == (Repair(verb="apply", what="what is approved"),)


def test_what_belongs_to_others_is_handed_over_once_a_layer() -> None:
    assert repairs(
        (TOXIC, SERVICE, TOXIC, CHANGE), ("", "", "", "aaa"), ("redis", "auth-service", "redis", "haproxy")
    ) == (
        Repair(verb="revert", what="aaa"),
        Repair(verb="hand-over", what="redis"),
        Repair(verb="hand-over", what="auth-service"),
    )


def test_a_service_of_our_own_is_restarted_and_nothing_needs_nothing() -> None:
    assert repairs((OWN,), ("",), ("haproxy",)) == (Repair(verb="restart", what="haproxy"),)
    assert repairs((NoFault(),), ("",), ("",)) == ()
