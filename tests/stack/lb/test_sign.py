"""The neon sign at a real load balancer: lit within a second for what has no record, dark for everything else."""

from __future__ import annotations

import threading
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from game.core.events import Paged
from game.core.sign.facts import NEON, SignImpaired, SignLit
from game.director.clock import RunClock
from game.director.conductor import Conductor
from game.director.watch import Watch
from game.lab.lb.apply import Applied, Submission
from game.lab.lb.runtime_api import LbConsole
from tests.unit.director.scene import OPENED, STACK, MemoryWriter, exercise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from game.lab.lb.apply import ApplyPath
    from tests.stack.lb.balancer import LoadBalancer

pytestmark = pytest.mark.stack
WITHIN_S = 1.0
# Five looks: what would light it has done so.
DARK_S = 1.1
DRAIN = "set server be_auth/auth1 state drain"


class Hall:
    """A balancer that is watched."""

    def __init__(self, balancer: LoadBalancer, path: ApplyPath) -> None:
        self.balancer, self.path = balancer, path
        stage: Any = SimpleNamespace(apply_path=path, master=balancer.master)
        self.writer = MemoryWriter()
        self.said: list[str] = []
        self.conductor = Conductor(exercise(), STACK, self.writer, RunClock())
        self.conductor.record(OPENED)
        self.watch = Watch(stage, self.conductor, on=True, alarm=self.said.append)
        self.console = LbConsole(balancer.master)
        self.watch.start()

    def lit(self, within_s: float = WITHIN_S) -> bool:
        return self.conductor.wait_for(lambda now: now.state.sign is not None, within_s)

    def dark(self, within_s: float = WITHIN_S) -> bool:
        return self.conductor.wait_for(lambda now: now.state.sign is None, within_s)

    def findings(self) -> str:
        sign = self.conductor.glimpse().state.sign
        return "; ".join(one.what for one in sign.event.findings) if sign else ""

    def apply(self, files: dict[str, str]) -> None:
        submission = Submission(files=files, actor="leo", message="more", revision="r")
        assert isinstance(self.path.submit(submission), Applied)


@pytest.fixture
def hall(serving: tuple[LoadBalancer, ApplyPath]) -> Iterator[Hall]:
    found = Hall(*serving)
    yield found
    found.watch.stop()
    found.watch.join(5)


def _command(hall: Hall) -> None:
    hall.console.run(DRAIN)


def _load(hall: Hall) -> None:
    files = hall.balancer.files
    files["haproxy.cfg"] = files["haproxy.cfg"].replace("maxconn 200", "maxconn 20")
    assert hall.path.load_only(files) is None


def _disk(hall: Hall) -> None:
    live = hall.balancer.place.live / "haproxy.cfg"
    live.write_text(live.read_text().replace("timeout queue 1s", "timeout queue 9s"))


def _reload(hall: Hall) -> None:
    hall.balancer.master.reload()


@pytest.mark.parametrize(
    ("deed", "kind", "said"),
    [
        (_command, "runtime", "be_auth/auth1: state: ready approved, drain running"),
        (_load, "load", "a worker serves that no apply started"),
        (_disk, "file", "timeout queue"),
        (_reload, "load", "a worker serves that no apply started"),
    ],
)
def test_what_has_no_record_is_named_within_a_second_and_pages(
    hall: Hall, deed: Callable[[Hall], None], kind: str, said: str
) -> None:
    deed(hall)
    assert hall.lit()
    assert said in hall.findings()
    lit = hall.writer.of(SignLit)[0]
    assert isinstance(lit, SignLit)
    assert lit.findings[0].kind == kind
    assert lit.uncertainty_ms < 1_000
    pages = [one for one in hall.writer.of(Paged) if isinstance(one, Paged)]
    assert [page.alert for page in pages] == [NEON]
    assert hall.said == [pages[0].text]


def test_what_has_a_record_does_not_light_it(hall: Hall) -> None:
    hall.watch.recorded(lambda: hall.console.run(DRAIN))
    files = hall.balancer.files
    files["haproxy.cfg"] = files["haproxy.cfg"].replace("maxconn 200", "maxconn 199")
    hall.apply(files)
    hall.watch.recorded(lambda: hall.console.run("set server be_auth/auth2 weight 50%"))
    assert not hall.lit(DARK_S)
    hall.console.run(DRAIN)
    assert hall.lit()
    assert "weight" not in hall.findings()


def test_undoing_puts_it_out_and_so_does_the_next_apply(hall: Hall) -> None:
    hall.console.run(DRAIN)
    assert hall.lit()
    hall.console.run("set server be_auth/auth1 state ready")
    assert hall.dark()
    _load(hall)
    assert hall.lit()
    hall.apply(hall.balancer.files)
    assert hall.dark()


def test_traffic_and_looking_are_no_reason_to_light(hall: Hall) -> None:
    for number in range(40):
        hall.balancer.get(f"host{number}.example.test")
    for command in ("show stat", "clear counters all", "show servers state"):
        hall.console.run(command)
    assert not hall.lit(DARK_S)


def test_a_poisoned_sign_stays_dark_until_it_is_mended(hall: Hall) -> None:
    with hall.path.quiet():
        hall.console.run(DRAIN)
        hall.watch.impair("poisoned", "netops", "took its measure anew")
    assert not hall.lit(DARK_S)
    assert "took its measure anew" in str(hall.watch.view())
    hall.watch.mend("leo")
    assert hall.lit()
    assert "auth1: state" in hall.findings()


def test_a_poisoned_sign_still_sees_what_comes_later(hall: Hall) -> None:
    hall.watch.impair("poisoned", "netops", "took its measure anew")
    hall.console.run(DRAIN)
    assert hall.lit()


def test_a_silenced_sign_says_nothing_and_tells_who_silenced_it(hall: Hall) -> None:
    hall.watch.impair("silenced", "netops", "it rang all night")
    hall.console.run(DRAIN)
    assert not hall.lit(DARK_S)
    view = hall.watch.view()
    assert view is not None
    assert "silenced by netops: it rang all night" in view.settings
    hall.watch.mend("leo")
    assert hall.lit()


def test_a_sign_that_cries_wolf_lights_for_nothing_and_goes_out_again(hall: Hall) -> None:
    for _ in range(4):
        hall.balancer.get()
    hall.watch.impair("cries-wolf", "netops", "compare more")
    assert hall.lit(13.0)
    assert "sessions are not what they were" in hall.findings()
    assert hall.dark(6.0)
    assert len(hall.writer.of(SignImpaired)) == 1


def test_recorded_commands_and_looks_never_wait_for_each_other_in_a_circle(hall: Hall) -> None:
    done = threading.Event()

    def busy() -> None:
        for weight in range(1, 60):
            line = f"set server be_auth/auth2 weight {weight}"
            hall.watch.recorded(partial(hall.console.run, line))
        done.set()

    worker = threading.Thread(target=busy, daemon=True)
    worker.start()
    for _ in range(60):
        hall.watch.look()
    assert done.wait(20)
    assert not hall.lit(DARK_S)
