"""What an event's runs are played with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.lab.runtime.choice import RuntimeName


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """`store` is the URL of the journal, empty for this machine's own; `runtime` what stacks are run with."""

    store: str = ""
    runtime: RuntimeName = "process"
