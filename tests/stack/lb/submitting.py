"""What tests of the apply path submit, and what they compare afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.lab.lb.apply import Submission

if TYPE_CHECKING:
    from tests.stack.lb.balancer import LoadBalancer


def submission(files: dict[str, str]) -> Submission:
    return Submission(files=files, actor="trainee", message="try", revision="abc")


def changed(files: dict[str, str], old: str, new: str) -> dict[str, str]:
    assert old in files["haproxy.cfg"]
    return {**files, "haproxy.cfg": files["haproxy.cfg"].replace(old, new)}


def state(balancer: LoadBalancer) -> tuple[object, ...]:
    live = {
        path.relative_to(balancer.place.live).as_posix(): path.read_bytes()
        for path in balancer.place.live.rglob("*")
        if path.is_file()
    }
    return live, balancer.master.processes().worker, balancer.get(), sorted(balancer.place.approved.iterdir())
