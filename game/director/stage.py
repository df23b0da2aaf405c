"""The edge of one run, all in one place: the stack, its load balancer's repository and apply path, its load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from game.core.roster import User
    from game.core.stack import Stack
    from game.director.load import AttendedLoad
    from game.lab.lb.apply import ApplyPath
    from game.lab.lb.master import Master
    from game.lab.lb.repository import LbRepository
    from game.lab.lb.runtime_api import LbConsole
    from game.lab.lb.shadow import Shadow
    from game.lab.load.plan import Target
    from game.lab.log_receiver import LogReceiver
    from game.lab.places import Place
    from game.lab.runtime.attended import AttendedRuntime
    from game.lab.toxics import Toxics


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """`revisions` are the history's revisions by the change's id; `sober` is the last revision before any fault."""

    stack: Stack
    place: Place
    runtime: AttendedRuntime
    repository: LbRepository
    apply_path: ApplyPath
    master: Master
    console: LbConsole
    toxics: Toxics
    receiver: LogReceiver
    shadow: Shadow
    load: AttendedLoad
    target: Target
    roster: tuple[User, ...]
    revisions: Mapping[str, str]
    sober: str
