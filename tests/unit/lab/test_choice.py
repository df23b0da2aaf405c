"""Which runtime is chosen, and that it is said why."""

from __future__ import annotations

from game.lab.runtime.choice import EngineFound, choose

ENGINE = EngineFound(where="unix:///run/docker.sock", version="20.10.24")
NONE = EngineFound(where="unix:///run/docker.sock", lacks="no container engine answers", remedy="start it")


def test_what_is_asked_for_is_taken() -> None:
    assert choose("process", teams=9, engine=ENGINE).runtime == "process"
    chosen = choose("docker", teams=1, engine=ENGINE)
    assert chosen.runtime == "docker"
    assert "as asked for" in chosen.why
    assert "20.10.24" in chosen.why


def test_a_cluster_is_never_chosen_unasked() -> None:
    assert choose("swarm", teams=1, engine=ENGINE).runtime == "swarm"
    assert all(choose("auto", teams=teams, engine=ENGINE).runtime != "swarm" for teams in (1, 2, 30))


def test_one_team_needs_no_engine_and_none_is_looked_for() -> None:
    chosen = choose("auto", teams=1, engine=None)
    assert chosen.runtime == "process"
    assert "one team" in chosen.why


def test_several_teams_get_containers_where_they_can() -> None:
    assert choose("auto", teams=2, engine=ENGINE).runtime == "docker"
    assert "need not trust" in choose("auto", teams=2, engine=ENGINE).why


def test_without_an_engine_several_teams_are_told_what_that_means() -> None:
    chosen = choose("auto", teams=3, engine=NONE)
    assert chosen.runtime == "process"
    assert "do not keep 3 teams apart" in chosen.why
    assert "no container engine answers" in chosen.why
