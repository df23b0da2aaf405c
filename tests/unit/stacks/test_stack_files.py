"""The files of the stack that are filled in and handed to servers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

STACK = Path(__file__).parents[3] / "stacks/auth"
TEMPLATES = (
    "haproxy/haproxy.cfg",
    "database/postgresql.conf",
    "prometheus/prometheus.yml",
    "prometheus/rules.yml",
)
# What is no port of a service: the game's log collector, the folder of unix sockets, the certificate authority's file.
OTHER_NAMES = {"game.log", "sockets", "ca.file"}


def addresses() -> set[str]:
    services = yaml.safe_load((STACK / "stack.yaml").read_text())["services"]
    names = {f"{service['name']}.{port}" for service in services for port in service["ports"]}
    return names | {f"{name}.port" for name in names}


@pytest.mark.parametrize("template", TEMPLATES)
def test_placeholders_name_ports_of_the_stack(template: str) -> None:
    found = set(re.findall(r"@([^@\s]+)@", (STACK / template).read_text()))
    assert found <= addresses() | OTHER_NAMES


def test_every_replica_is_behind_the_balancer_and_watched() -> None:
    configuration = (STACK / "haproxy/haproxy.cfg").read_text()
    assert re.findall(r"^    server (\w+) @(\w+)\.https@", configuration, re.MULTILINE) == [
        (name, name) for name in ("auth1", "auth2", "auth3", "auth4", "legacy")
    ]
    jobs = yaml.safe_load((STACK / "prometheus/prometheus.yml").read_text())["scrape_configs"]
    watched = {target for each in jobs[1]["static_configs"] for target in each["targets"]}
    assert watched == {
        f"@{name}.https@" for name in ("auth1", "auth2", "auth3", "auth4", "staging", "legacy")
    }


def test_the_balancer_needs_nothing_outside_its_folder() -> None:
    lines = (STACK / "haproxy/haproxy.cfg").read_text().splitlines()
    words = [word for line in lines for word in line.partition("#")[0].split()]
    assert not [
        word for word in words if word.startswith("/") and word not in ("/healthz", "/login", "/metrics", "/")
    ]
    for file in re.findall(r"(?:maps|errors)/[\w.]+", " ".join(words)):
        assert (STACK / "haproxy" / file).is_file()


@pytest.mark.parametrize("page", sorted((STACK / "haproxy/errors").iterdir()), ids=lambda page: page.name)
def test_error_pages_state_their_own_status_and_length(page: Path) -> None:
    head, _, body = page.read_bytes().partition(b"\n\n")
    assert head.startswith(f"HTTP/1.1 {page.stem} ".encode())
    assert f"Content-Length: {len(body)}".encode() in head.splitlines()
