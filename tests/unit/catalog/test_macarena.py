"""The exercise's data, as far as no server is needed: its patches in git, its share of users, its silence."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.load import load_exercise
from game.core.exercise import Exercise, LbChange
from game.core.haproxy.allowed import allowed
from game.core.haproxy.configuration import parse
from game.core.haproxy.surgical import surgical
from game.core.roster import roster, slice_of

if TYPE_CHECKING:
    from game.core.stack import Stack

LB = Path(__file__).parents[3] / "stacks" / "auth" / "haproxy"
ENVIRONMENT = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
SEEDS = range(12)


class Repository:
    """The load balancer's repository as a run makes it, with placeholders of endpoints left as they are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(LB, folder)
        self.git("init", "--quiet")
        self.commit("base")

    def git(self, *words: str, stdin: str = "") -> str:
        identity = (
            "-c",
            "user.name=netops",
            "-c",
            "user.email=netops@example.test",
            "-c",
            "commit.gpgsign=false",
        )
        done = subprocess.run(
            ["git", *identity, *words],
            cwd=self.folder,
            input=stdin,
            text=True,
            capture_output=True,
            timeout=20,
            check=False,
            env=ENVIRONMENT,
        )
        assert done.returncode == 0, f"git {words}: {done.stderr}"
        return done.stdout

    def commit(self, message: str, patch: str = "") -> None:
        if patch:
            self.git("apply", "--index", "-", stdin=patch)
        else:
            self.git("add", "--all")
        self.git("commit", "--quiet", "-m", message)

    def configuration(self) -> str:
        return (self.folder / "haproxy.cfg").read_text(encoding="utf-8")


def fault_of(exercise: Exercise) -> LbChange:
    (fault,) = exercise.faults
    assert isinstance(fault, LbChange)
    return fault


def one_seed_for_each_order(macarena: Path, stack: Stack) -> list[Exercise]:
    found: dict[tuple[str, ...], Exercise] = {}
    for seed in range(40):
        exercise = load_exercise(macarena, stack, seed).exercise
        found.setdefault(tuple(change.id for change in (*exercise.history, *exercise.later)), exercise)
        found.setdefault(tuple(change.id for change in exercise.history), exercise)
    return list({exercise.seed: exercise for exercise in found.values()}.values())


def test_in_every_order_the_fault_can_be_reverted_alone(macarena: Path, stack: Stack, tmp_path: Path) -> None:
    exercises = one_seed_for_each_order(macarena, stack)
    assert len(exercises) >= 4
    for exercise in exercises:
        fault = fault_of(exercise).change
        innocent = [change.patch for change in (*exercise.history, *exercise.later)]
        faulty, expected = (
            Repository(tmp_path / f"{name}{exercise.seed}") for name in ("faulty", "expected")
        )
        for change in exercise.history:
            faulty.git("apply", "-", stdin=change.patch)
        faulty.commit("history")
        faulty.commit(fault.message, fault.patch)
        guilty = faulty.git("rev-parse", "HEAD").strip()
        for change in exercise.later:
            faulty.commit(change.message, change.patch)
        for patch in innocent:
            expected.git("apply", "-", stdin=patch)
        assert "use_backend be_canary if is_login in_step" in faulty.configuration()
        faulty.git("revert", "--no-edit", guilty)
        assert faulty.configuration() == expected.configuration()
        assert "Referrer-Policy" in faulty.configuration()


def test_the_faulty_configuration_is_allowed_and_leftovers_are_harmless(
    macarena: Path, stack: Stack, tmp_path: Path
) -> None:
    exercise = load_exercise(macarena, stack, 0).exercise
    lb = Repository(tmp_path / "lb")
    for change in (*exercise.history, *exercise.later):
        lb.git("apply", "--index", "-", stdin=change.patch)
    ideal = parse(with_addresses(lb.configuration()))
    lb.git("apply", "-", stdin=fault_of(exercise).change.patch)
    faulty = parse(with_addresses(lb.configuration()))
    files = frozenset(path.relative_to(LB).as_posix() for path in LB.rglob("*") if path.is_file())
    files |= {"certs/edge.pem", "certs/tenant.pem", "certs/ca.pem"}
    assert allowed(ideal, files=files) == ()
    assert allowed(faulty, files=files) == ()
    accept = exercise.answer.accept
    assert surgical(ideal, ideal, accept) == ()
    assert [difference.new for difference in surgical(faulty, ideal, accept)] == [
        "use_backend be_canary if is_login in_step"
    ]
    unused = lb.configuration().replace("    use_backend be_canary if is_login in_step\n", "")
    assert surgical(parse(with_addresses(unused)), ideal, accept) == ()


def with_addresses(configuration: str) -> str:
    """Give every endpoint some loopback address."""
    names = sorted(set(re.findall(r"@([a-z0-9_]+(?:\.[a-z0-9_]+)+)@", configuration)))
    for number, name in enumerate(names):
        configuration = configuration.replace(f"@{name}@", f"127.0.0.1:{20000 + number}")
    return configuration


def test_wrong_turns_patch_the_faulty_state(macarena: Path, stack: Stack, tmp_path: Path) -> None:
    exercise = load_exercise(macarena, stack, 0).exercise
    lb = Repository(tmp_path / "lb")
    for change in (*exercise.history, fault_of(exercise).change, *exercise.later):
        lb.git("apply", "--index", "-", stdin=change.patch)
    patches = [turn.patch for turn in exercise.wrong_turns if turn.patch]
    assert patches
    for patch in patches:
        lb.git("apply", "--check", "-", stdin=patch)


@pytest.mark.parametrize("seed", range(30))
def test_every_band_holds_exactly_thirty_percent_of_the_users(
    seed: int, macarena: Path, stack: Stack
) -> None:
    playable = load_exercise(macarena, stack, seed)
    accepted = playable.exercise.answer.accept[0].lines[1]
    low, top = (int(edge) for edge in accepted.split()[-1].split(":"))
    assert top - low == 29
    assert f"-m int {low}:{top}" in fault_of(playable.exercise).change.patch
    users = roster(playable.stack, seed)
    hit = [user for user in users if low <= slice_of(user.address) <= top]
    assert len(hit) / len(users) == playable.exercise.answer.scope_share == pytest.approx(0.30)
    assert len({user.cohort for user in hit}) >= 3


def test_what_a_trainee_sees_does_not_name_the_fault(macarena: Path, stack: Stack) -> None:
    for seed in SEEDS:
        exercise = load_exercise(macarena, stack, seed).exercise
        shown = [exercise.briefing.title, exercise.briefing.brief]
        shown += [alert.text for alert in exercise.alerts] + [message.text for message in exercise.messages]
        for text in shown:
            assert "canary" not in text.casefold()
            assert "old service" not in text.casefold()
        for hint in exercise.hints:
            assert "canary" not in hint.text.casefold()


def test_the_demonstration_first_looks_at_the_innocent_database(macarena: Path, stack: Stack) -> None:
    tour = load_exercise(macarena, stack, 0).exercise.tour
    assert 10 <= len(tour) <= 14
    commands = [step.run.split(" ")[0] for step in tour]
    assert (
        commands.index("psql") < commands.index("lb") < commands.index("diagnose") < commands.index("revert")
    )
    assert commands[-1] == "resolve"
    assert not [step for step in tour if "@" in step.run.replace("@fault@", "") + step.say]
