"""Change control at a real load balancer: nothing risky gets past an approval, and what broke the glass is found again."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from game.core.events import ConfigurationApplied, MessageReceived, RuntimeActionTaken
from game.core.exercise import Change
from game.core.terms import Terms
from game.director.clock import RunClock
from game.director.conductor import Conductor
from game.director.control import ChangeControl
from game.director.dealer import Dealer
from game.director.desk import Desk
from game.director.proposals import Proposals
from game.errors import Refused
from game.lab.lb.repository import LbRepository
from game.lab.lb.runtime_api import LbConsole
from tests.unit.director.scene import OPENED, STACK, MemoryWriter, exercise

if TYPE_CHECKING:
    from game.core.control.facts import Mode
    from game.core.control.ledger import LoggedChange
    from game.lab.lb.apply import ApplyPath
    from tests.stack.lb.balancer import LoadBalancer

pytestmark = pytest.mark.stack


class Floor:
    """A repository, a desk and its proposals around the balancer of these tests."""

    def __init__(self, balancer: LoadBalancer, path: ApplyPath, mode: Mode) -> None:
        repository = LbRepository(balancer.place.root / "repository")
        repository.create(balancer.files, (), 1_700_000_000)
        stage: Any = SimpleNamespace(
            repository=repository,
            apply_path=path,
            console=LbConsole(balancer.master),
            sober=repository.head(),
        )
        self.writer = MemoryWriter()
        self.conductor = Conductor(exercise(), STACK, self.writer, RunClock())
        self.conductor.record(replace(OPENED, terms=Terms(change_control=mode, partner="team")))
        self.control = ChangeControl(stage, lambda: self.conductor.glimpse().state, self.conductor.record)
        self.desk = Desk(stage, self.conductor.record, _looked, _open, self.control)
        dealer = Dealer(exercise(), stage, self.conductor, self.control, self.desk)
        self.proposals = Proposals(stage, self.conductor, self.control, self.desk, dealer, _looked)
        self.repository = repository
        self.file = repository.path / "haproxy.cfg"

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text()
        assert old in text
        self.file.write_text(text.replace(old, new))

    def applied(self) -> list[ConfigurationApplied]:
        return cast("list[ConfigurationApplied]", self.writer.of(ConfigurationApplied))

    def change(self, name: str) -> LoggedChange:
        return next(one for one in self.control.changes() if one.name == name)


def _looked(_layer: str, _instrument: str) -> None:
    pass


def _open() -> None:
    pass


PATCH = """\
--- a/haproxy.cfg
+++ b/haproxy.cfg
@@ -16,5 +16,5 @@
 frontend fe_auth
     bind 127.0.0.1:{edge}
-    maxconn 200
+    maxconn 20
     http-request set-var(txn.tenant) req.hdr(host),host_only,map(maps/tenants.map,none)
     http-response set-header X-Tenant %[var(txn.tenant)]
"""
LATER = """\
--- a/haproxy.cfg
+++ b/haproxy.cfg
@@ -23,3 +23,4 @@
 frontend fe_spare
     bind 127.0.0.1:{spare}
+    http-response set-header Referrer-Policy no-referrer
     default_backend be_auth
"""


def test_a_risky_change_waits_for_its_approval_and_an_approval_is_void_when_it_changes(
    serving: tuple[LoadBalancer, ApplyPath],
) -> None:
    floor = Floor(*serving, "reviewed")
    head = floor.repository.head()
    floor.edit("maxconn 200", "maxconn 100")
    with pytest.raises(Refused, match="needs somebody's approval"):
        floor.desk.apply("leo", "half of it is enough")
    assert (floor.repository.head(), floor.applied()) == (head, [])
    assert floor.proposals.propose("leo", "half of it is enough").words.startswith(
        "c1 is up for review (limits)"
    )
    with pytest.raises(Refused, match="their own"):
        floor.proposals.review("leo", "c1", "approve", "")
    assert "approved by mia" in floor.proposals.review("mia", "c1", "approve", "").words
    floor.edit("maxconn 100", "maxconn 10")
    with pytest.raises(Refused, match="needs somebody's approval"):
        floor.desk.apply("leo", "half of it is enough")
    floor.proposals.propose("leo", "a tenth will do")
    assert [review.void for review in floor.change("c1").reviews] == [True]
    floor.proposals.review("mia", "c1", "approve", "now")
    assert floor.desk.apply("leo", "a tenth will do").accepted
    papers = floor.applied()[0].papers
    assert (papers.change, papers.approved_by, papers.risks) == ("c1", ("mia",), ("limits",))
    entry = floor.proposals.log().changes[0]
    assert (entry.name, entry.by, entry.approved_by, entry.in_service) == ("c1", "leo", ("mia",), True)


def test_a_harmless_change_and_a_command_that_only_shows_need_nobody(
    serving: tuple[LoadBalancer, ApplyPath],
) -> None:
    floor = Floor(*serving, "reviewed")
    floor.edit("    bind", "    # the edge\n    bind")
    assert floor.desk.apply("leo", "say what it is").accepted
    assert floor.desk.console("leo", "show stat").lines


def test_runtime_commands_pass_the_same_gate(serving: tuple[LoadBalancer, ApplyPath]) -> None:
    floor = Floor(*serving, "reviewed")
    drain = "set server be_auth/auth1 state drain"
    with pytest.raises(Refused, match="needs somebody's approval"):
        floor.desk.console("leo", drain, "it looks ill")
    floor.proposals.propose_command("leo", "it looks ill", drain)
    floor.proposals.review("mia", "c1", "approve", "")
    assert floor.desk.console("leo", drain, "it looks ill").words == "done"
    with pytest.raises(Refused, match="reason"):
        floor.desk.console("leo", "set server be_auth/auth1 state ready", "", "now")
    floor.desk.console("leo", "set server be_auth/auth1 state ready", "it is well", "users wait for it")
    taken = cast("list[RuntimeActionTaken]", floor.writer.of(RuntimeActionTaken))
    assert [one.papers.emergency for one in taken] == ["", "users wait for it"]
    assert floor.change("c2").owes_a_review


def test_what_broke_the_glass_is_told_and_taking_it_back_needs_nobody(
    serving: tuple[LoadBalancer, ApplyPath],
) -> None:
    balancer, path = serving
    floor = Floor(balancer, path, "reviewed")
    patch = PATCH.format(edge=balancer.edge)
    change = Change(
        id="guilty", author="netops", message="Less is enough", patch=patch, emergency="before the weekend"
    )
    revision = floor.desk.colleagues.commit_and_apply(change)
    entry = floor.proposals.log().changes[0]
    assert (entry.by, entry.emergency, entry.owes_a_review) == ("netops", "before the weekend", True)
    assert floor.applied()[0].papers.unreviewed == ("frontend fe_auth: maxconn: 200 -> 20",)
    told = cast("list[MessageReceived]", floor.writer.of(MessageReceived))
    assert "The glass was broken: before the weekend" in told[0].text
    assert "frontend fe_auth: maxconn: 200 -> 20" in told[0].text
    before = floor.repository.head()
    floor.edit("timeout queue 1s", "timeout queue 4s")
    with pytest.raises(Refused):
        floor.desk.apply("leo", "another risky one")
    floor.repository.take_back(before)
    spare = balancer.edge + 1
    later = Change(
        id="later", author="security", message="Answer for the spare", approved_by="mia",
        patch=LATER.format(spare=spare),
    )  # fmt: skip
    floor.desk.colleagues.commit_and_apply(later)
    assert floor.applied()[-1].papers.unreviewed == ("frontend fe_auth: maxconn: 200 -> 20",)
    assert floor.desk.revert("leo", revision, "users cannot get in").accepted
    assert floor.applied()[-1].papers.unreviewed == ()


def test_a_refused_revert_leaves_no_trace(serving: tuple[LoadBalancer, ApplyPath]) -> None:
    balancer, path = serving
    floor = Floor(balancer, path, "reviewed")
    approved = Change(
        id="fine",
        author="netops",
        message="Less",
        patch=PATCH.format(edge=balancer.edge),
        approved_by="security",
    )
    revision = floor.desk.colleagues.commit_and_apply(approved)
    before = floor.repository.head()
    with pytest.raises(Refused, match="needs somebody's approval"):
        floor.desk.revert("leo", revision, "more is better")
    assert (floor.repository.head(), floor.repository.dirty()) == (before, ())
    floor.proposals.propose_revert("leo", "more is better", revision)
    floor.proposals.review("mia", "c1", "approve", "")
    assert floor.desk.revert("leo", revision, "more is better").accepted


def test_open_and_recorded(serving: tuple[LoadBalancer, ApplyPath]) -> None:
    floor = Floor(*serving, "recorded")
    floor.edit("maxconn 200", "maxconn 100")
    with pytest.raises(Refused, match="reason"):
        floor.desk.apply("leo", "because")
    assert floor.desk.apply("leo", "half is enough").accepted
    assert floor.applied()[0].papers.why == "half is enough"
