"""The cheats are words of HAProxy's that a trainee may write: else playing them would prove nothing."""

from __future__ import annotations

import re

import pytest

from game.catalog.stack import load_stack
from game.core.haproxy.allowed import allowed
from game.core.haproxy.configuration import parse
from game.core.haproxy.difference import same_meaning
from game.core.roster import roster
from game.lab.data import exercises_dir, stacks_dir
from game.lab.lb.files import read_files
from game.lab.load.plan import TENANT_DOMAIN
from game.rehearsal.cheats import Script, crowd, drawn, scripts
from game.rehearsal.editing import edited

STACK = load_stack(stacks_dir() / "auth")
KNOWN = crowd(STACK.cohorts, roster(STACK, 7), TENANT_DOMAIN)
SCRIPTS = scripts(KNOWN)
EDITS = [script for script in SCRIPTS if script.edit is not None]
REFUSED = "echo the nonce"


def sober() -> dict[str, str]:
    """The stack's files with numbers in place of its placeholders."""
    text = re.sub(
        r"@[a-z0-9.]+@", "127.0.0.1:20000", read_files(stacks_dir() / "auth" / "haproxy")["haproxy.cfg"]
    )
    return {**read_files(stacks_dir() / "auth" / "haproxy"), "haproxy.cfg": text}


@pytest.mark.parametrize("script", EDITS, ids=lambda script: script.name)
def test_every_edit_changes_the_meaning_and_only_the_echo_is_refused(script: Script) -> None:
    before = sober()
    assert script.edit is not None
    after = edited(before, script.edit)
    changed = after["errors/503.http"] != before["errors/503.http"]
    assert changed or not same_meaning(parse(after["haproxy.cfg"]), parse(before["haproxy.cfg"]))
    files = frozenset(after) | {"certs/edge.pem", "certs/tenant.pem", "certs/ca.pem"}
    found = allowed(parse(after["haproxy.cfg"]), files=files)
    assert bool(found) == (script.name == REFUSED), found


def test_names_are_unique_and_every_script_does_something() -> None:
    assert len({script.name for script in SCRIPTS}) == len(SCRIPTS)
    assert all(script.edit or script.console or script.deeds for script in SCRIPTS)


def test_all_addresses_of_the_load_are_served_by_the_cheat_that_serves_only_them() -> None:
    (script,) = (one for one in SCRIPTS if one.name == "serve only the load's addresses")
    assert script.edit is not None
    words = " ".join(script.edit.lines).split()
    assert {user.address for user in roster(STACK, 7)} <= set(words)


def test_what_may_serve_users_again_is_a_bad_repair_and_no_false_answer() -> None:
    assert {script.name for script in SCRIPTS if script.clumsy} == {
        "set the status of every answer to 200",
        "stop the traffic log",
        "take the exporter and the statistics away",
        "remove the health checks",
        "remove a replica",
        "wait for ever",
        "a storm of reloads",
    }


def test_the_catalogue_draws_every_script_that_leaves_nothing_behind() -> None:
    """One each, by its place: nothing that begins with the right repair, and nothing that is declared and stays so."""
    exercises = len(list(exercises_dir().glob("*/exercise.yaml")))
    names = {drawn(KNOWN, place).name for place in range(exercises)}
    stays = {script.name for script in SCRIPTS if {"mend", "resolve"} & {*script.deeds}}
    assert names == {script.name for script in SCRIPTS if script.start == "faulty"} - stays
    assert len(names) >= 15
    assert drawn(KNOWN, 0) == drawn(KNOWN, len(names))
