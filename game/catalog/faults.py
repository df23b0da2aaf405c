"""Changes and faults as `exercise.yaml` states them: files by name, placeholders not yet filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from game.catalog.fields import About

NAME_PATTERN = r"[a-z][a-z0-9_-]*"

Id = Annotated[
    str, About("A short name, unique among the changes of this exercise.", pattern=NAME_PATTERN, high=60)
]
FileName = Annotated[str, About("A file in this folder.", low=1, high=120)]
Role = Annotated[str, About("Who did it: a role such as netops, never a person.", low=2, high=40)]
Share = Annotated[float, About("A share from 0 to 1.", low=0, high=1)]
Bounds = Annotated[tuple[Share, ...], About("Lower and upper bound of a share.", low=2, high=2)]
Text = Annotated[str, About("Text for people.", low=1, high=4000)]


ApprovedBy = Annotated[str, About("The role that agreed to it, where reviews are demanded.", high=60)]
Emergency = Annotated[
    str,
    About("Why it did not wait for a review: where one is demanded, its author broke the glass.", high=400),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFile:
    """A commit to the load balancer's repository."""

    id: Id
    author: Role
    message: Annotated[str, About("The commit message.", low=3, high=2000)]
    patch: Annotated[
        str, About("A unified diff in this folder, against the stack's load balancer files.", low=1)
    ]
    age_minutes: Annotated[int, About("How long before the fault it was made.", low=0, high=1_000_000)] = 0
    approved_by: ApprovedBy = ""
    emergency: Emergency = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LbChangeFault:
    """A commit to the load balancer's repository, applied through the ordinary path."""

    kind: Literal["lb_change"]
    id: Id
    author: Role
    message: Annotated[str, About("The commit message.", low=3, high=2000)]
    patch: Annotated[
        str, About("A unified diff in this folder, against the stack's load balancer files.", low=1)
    ]
    approved_by: ApprovedBy = ""
    emergency: Emergency = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LbRuntimeFault:
    """Runtime API commands that leave the file innocent."""

    kind: Literal["lb_runtime"]
    commands: Annotated[tuple[Text, ...], About("Commands that break it, in order.", low=1, high=20)]
    revert: Annotated[tuple[Text, ...], About("Commands that put the running state back.", low=1, high=20)]
    actor: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class LbFileFault:
    """A map or an error page replaced on the load balancer's disk and loaded; no commit tells of it."""

    kind: Literal["lb_file"]
    path: Annotated[
        str, About("Which map or error page, relative to the load balancer's folder.", low=1, high=120)
    ]
    content: Annotated[str, About("The file in this folder that replaces it.", low=1)]
    actor: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class LbStaleFault:
    """What runs is not what lies on disk; files and repository are innocent."""

    kind: Literal["lb_stale"]
    patch: Annotated[
        str, About("A unified diff in this folder: how what runs differs from what is approved.", low=1)
    ]
    actor: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ToxicFile:
    """A toxic on a proxied connection, in Toxiproxy's words."""

    proxy: Annotated[str, About("Which proxy: postgres, redis.", pattern=NAME_PATTERN)]
    toxic: Literal["latency", "bandwidth", "slow_close", "timeout", "reset_peer", "slicer", "limit_data"]
    attributes: Annotated[
        Mapping[str, Annotated[int, About("A whole number.", low=0, high=3_600_000)]],
        About("Attributes as Toxiproxy names them: latency and jitter in milliseconds, rate in kB/s ..."),
    ]
    toxicity: Annotated[Share, About("Share of connections it touches.", low=0, high=1)] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToxicFaultFile:
    """A toxic between two services is the fault."""

    kind: Literal["toxic"]
    proxy: Annotated[str, About("Which proxy: postgres, redis.", pattern=NAME_PATTERN)]
    toxic: Literal["latency", "bandwidth", "slow_close", "timeout", "reset_peer", "slicer", "limit_data"]
    attributes: Annotated[
        Mapping[str, Annotated[int, About("A whole number.", low=0, high=3_600_000)]],
        About("Attributes as Toxiproxy names them: latency and jitter in milliseconds, rate in kB/s ..."),
    ]
    toxicity: Annotated[Share, About("Share of connections it touches.", low=0, high=1)] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFaultFile:
    """A service stopped, paused, or restarted with other settings."""

    kind: Literal["service"]
    service: Annotated[str, About("A service of the stack.", pattern=NAME_PATTERN)]
    action: Literal["stop", "pause", "reconfigure"]
    settings: Annotated[Mapping[str, Text], About("Settings for reconfigure.")] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoFaultFile:
    """A false alarm: nothing is wrong."""

    kind: Literal["none"]


FaultFile = (
    LbChangeFault
    | LbRuntimeFault
    | LbFileFault
    | LbStaleFault
    | ToxicFaultFile
    | ServiceFaultFile
    | NoFaultFile
)
