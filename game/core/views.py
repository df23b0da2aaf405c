"""What a trainee may be shown, as types: the answers of the API, and what pages and commands print.

Nothing of an exercise's Answer fits in here before the debrief. Times ending in `_ms` are on the run clock; shares are
0-1.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of a request, in words. `accepted` is false when the answer is a refusal by the stack itself."""

    words: str
    accepted: bool = True
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    alert: str
    text: str
    at_ms: int
    acknowledged: bool
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortView:
    """The latest seconds of one cohort: `success` is a share per second, None where nothing was offered."""

    cohort: str
    offered: int
    success: tuple[float | None, ...]
    p95_ms: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    at_ms: int
    sender: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignView:
    """The neon sign: what it shows since when, and how it is set. `seq` is of the fact that lit it, 0 while it is dark."""

    lit: bool
    seq: int
    since_ms: int
    findings: tuple[str, ...]
    settings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignsView:
    """The neon sign, if there is one."""

    sign: SignView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DuelView:
    """A review duel: how many changes come in all, and the one that waits for a word now (empty while none does)."""

    number: int
    of: int
    change: str
    by: str
    why: str
    left_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """Everything a trainee sees of the run at a glance."""

    run: str
    code: str
    title: str
    brief: str
    phase: str
    seq: int
    clock_ms: int
    limit_ms: int
    since_page_ms: int | None
    users: int
    limbo: int
    success: float | None
    objective: float
    objective_p95_ms: int
    p95_ms: int
    page: PageView | None
    cohorts: tuple[CohortView, ...]
    limbo_series: tuple[int, ...]
    messages: tuple[MessageView, ...]
    hints_taken: tuple[str, ...]
    next_hint_cost: int | None
    diagnoses_left: int
    recovered: bool
    paused: bool
    closed: str
    services: tuple[str, ...]
    sign: SignView | None = None
    duel: DuelView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One fact of the run that the trainee may see, in words."""

    seq: int
    at_ms: int
    kind: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsView:
    events: tuple[EventView, ...]
    next: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitView:
    number: int
    revision: str
    author: str
    when: str
    message: str
    applied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitsView:
    commits: tuple[CommitView, ...]
    uncommitted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """`void`: the change was changed after it was given."""

    by: str
    verdict: str
    text: str
    at_ms: int
    void: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One line of the change log: who changed what, when, why, approved by whom, and how risky it is by what it changes.

    `name` is its name within the run, if it has one; `number` and `revision` those of its commit. `at_ms` is None for what
    was made before the run. `stage`: before (the run), proposed, approved, changes-requested, made.
    """

    name: str
    number: int | None
    revision: str
    by: str
    when: str
    at_ms: int | None
    why: str
    what: tuple[str, ...]
    risks: tuple[str, ...]
    stage: str
    in_service: bool = False
    approved_by: tuple[str, ...] = ()
    emergency: str = ""
    owes_a_review: bool = False
    command: str = ""
    revert: str = ""
    reviews: tuple[ReviewView, ...] = ()
    preview: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesView:
    """Newest first. `mode` of change control: open, recorded or reviewed; `pending`: what is edited, weighed by meaning."""

    mode: str
    changes: tuple[ChangeView, ...]
    pending: tuple[str, ...] = ()
    pending_risks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A file of the load balancer. `digest` (SHA-256) says which text it is; `edited`: it differs from the last commit."""

    path: str
    text: str
    digest: str
    edited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesView:
    """Every file of the load balancer, without its text."""

    files: tuple[FileView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    service: str
    kind: str
    layer: str
    running: bool
    restartable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesView:
    services: tuple[ServiceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogView:
    """Lines of one log; ask again with `after=next` for what came since."""

    lines: tuple[str, ...]
    next: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesView:
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientView:
    """How to start a real client on a real server: a command line, and variables for its environment."""

    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordView:
    id: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxonomyView:
    components: tuple[WordView, ...]
    mechanisms: tuple[WordView, ...]
    guards: tuple[WordView, ...]
    cohorts: tuple[str, ...]
    layers: tuple[WordView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DebriefView:
    """`score` and `achievable` in points; None when the run was void."""

    run: str
    score: int | None
    achievable: int | None
    markdown: str
    terminal: tuple[str, ...]
    html_path: str
