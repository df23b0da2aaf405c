"""Realistic journals for tests: what a run of `macarena` leaves behind, however it ended.

Every builder returns the same shape a real run writes: gapless numbers, one load sample a second, times on the run
clock. The load is made by a formula, not drawn, so that expectations can be exact.
"""

from __future__ import annotations

from game.core.events import (
    Acknowledged,
    AnswerRevealed,
    Closed,
    ConfigurationApplied,
    ConfigurationRefused,
    DiagnosisSubmitted,
    Escalated,
    FaultArmed,
    FaultInjected,
    HintTaken,
    ImpactDetected,
    LaterChangeMade,
    LoadStarted,
    LookedAt,
    MessageReceived,
    NoteWritten,
    PageCleared,
    Paged,
    Recorded,
    RecoveryDetected,
    Resolved,
    RollbackJudged,
    RunOpened,
    RuntimeActionTaken,
    ServiceActionTaken,
    ServiceDied,
    SteadyStateProved,
    StepDone,
)
from tests.recording import Journal

GUILTY = "3f2a9c1d5e7b8a604c1d2e3f405162738495a6b7"
LATER = "77aa00bb11cc22dd33ee44ff5566778899aabbcc"
OLDEST = "0000111122223333444455556666777788889999"
FIXED = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
FAULT_S = 20.0
ONSET_S = 20.3
PAGE_S = 36.0

"""Name, users, users hit: 15 of 50."""

DIFF = """\
diff --git a/haproxy.cfg b/haproxy.cfg
--- a/haproxy.cfg
+++ b/haproxy.cfg
@@ -61,6 +61,8 @@ frontend fe_auth
     http-request set-header X-Forwarded-Proto https
     http-request deny deny_status 403 if !{ req.hdr(host) -m found }
+    # gradual move of the login flow, ticket 4711
+    acl moved src,crc32,mod(100) -m int lt 30
+    use_backend be_canary if moved { path_beg /login }
     default_backend be_auth
"""

LESSON = """\
## What really happened

A canary rule cut the population by client address: **three users in ten**, always the same ones.

1. The health check of the legacy backend asks `/healthz`, which is fine.
2. Its logins fail, whatever one does to the database.

| signal | where |
|---|---|
| `be_canary` answers 500 | `show stat`, column `hrsp_5xx` |
"""


def opening(journal: Journal, *, team: str = "Night shift") -> None:
    """Until the page: stack up, load, steady state, fault, a later legitimate change, page."""
    journal.at(0, RunOpened(
        exercise="macarena", exercise_digest="9f" * 32, seed=7, stack="auth", minutes=40, rules=1, team=team, users=50,
        versions=(("danceoff", "0.1.0"), ("haproxy", "2.8.25")),
    ))  # fmt: skip
    for index, step in enumerate(("certificates", "postgres", "redis", "replicas", "haproxy")):
        journal.at(0.4 + index * 0.4, StepDone(step=step, took_ms=310 + 40 * index))
    journal.at(3, LoadStarted(users=50, requests_per_second=60))
    journal.at(10, SteadyStateProved(window_ms=5000, offered=300, bad=0, p95_ms=216))
    journal.at(FAULT_S - 0.2, FaultArmed(fault=0, revert=f"git revert {GUILTY}"))
    journal.at(FAULT_S, FaultInjected(fault=0, revision=GUILTY))
    journal.at(FAULT_S + 2, LaterChangeMade(revision=LATER))
    journal.at(ONSET_S + 0.9, ImpactDetected(onset_ms=round(ONSET_S * 1000), uncertainty_ms=84))
    journal.at(
        PAGE_S, Paged(alert="AUTH-SLO", text="30 % of logins fail (objective 0.5 %), rising since 18:42.")
    )


def revealed(journal: Journal, second: float) -> None:
    journal.at(second, AnswerRevealed(
        component="haproxy", mechanism="canary-misrouted", change=GUILTY, fault_revisions=(GUILTY,),
        share=0.30, share_tolerance=0.05, cohort="all", guards=("peer-review", "canary-step"), layer="haproxy",
        acknowledge_s=60, diagnose_s=300, recover_s=420, review_required=False, diff=DIFF,
        signal="The backend be_canary answers every login with 500, while its health check is green.", text=LESSON,
    ))  # fmt: skip


def applied(
    revision: str, *, message: str, meaning: tuple[str, ...], worker_pid: int = 4242
) -> ConfigurationApplied:
    return ConfigurationApplied(
        revision=revision, digest="ab" * 32, worker_pid=worker_pid, reload_ms=212, actor="trainee", message=message,
        meaning=meaning,
    )  # fmt: skip


def diagnosis(
    number: int, *, component: str, mechanism: str, change: str, share: float = 0.3
) -> DiagnosisSubmitted:
    return DiagnosisSubmitted(
        id=f"d{number}", component=component, mechanism=mechanism, change=change, share=share, cohort="all"
    )


def perfect() -> tuple[Recorded, ...]:
    """A fast, clean run, with a look into the innocent layer on the way: everything inside par."""
    journal = Journal()
    opening(journal)
    journal.load(3, 330, hurt=((ONSET_S, 246.4),))
    journal.at(49, Acknowledged(by="trainee"))
    journal.at(58, LookedAt(layer="postgres", instrument="psql"))
    journal.at(
        66, MessageReceived(sender="customer care", text="Calls are piling up. Is it the database again?")
    )
    journal.at(81, LookedAt(layer="postgres", instrument="logs postgres"))
    journal.at(104, LookedAt(layer="auth-service", instrument="logs auth1"))
    journal.at(121, LookedAt(layer="haproxy", instrument="lb show stat"))
    journal.at(140, NoteWritten(by="trainee", text="be_canary: 5xx only there. Same users every time."))
    journal.at(163, LookedAt(layer="haproxy", instrument="git log"))
    journal.at(198, diagnosis(1, component="haproxy", mechanism="canary-misrouted", change=GUILTY))
    journal.at(221, ConfigurationRefused(
        actor="trainee", stage="check", words=("haproxy.cfg:67: unknown keyword 'use_backned' in 'frontend' section",),
    ))  # fmt: skip
    journal.at(
        246,
        applied(FIXED, message="Revert the canary rule", meaning=("fe_auth: use_backend be_canary removed",)),
    )
    journal.at(251.2, RecoveryDetected(recovered_ms=246_600, uncertainty_ms=61))
    journal.at(262, PageCleared(alert="AUTH-SLO"))
    journal.at(318, Resolved(
        by="trainee", change=GUILTY, unnoticed="The health check asks /healthz, logins were not watched per backend.",
        guard="canary-step",
    ))  # fmt: skip
    journal.at(320, RollbackJudged(surgical="right", drift="right", reasons=("the later change is kept",)))
    journal.at(330, Closed(how="resolved", reason=""))
    revealed(journal, 330.5)
    return journal.recorded()


def blind_revert() -> tuple[Recorded, ...]:
    """Back to the oldest revision, no diagnosis: users are served again, a legitimate change is lost."""
    journal = Journal()
    opening(journal)
    journal.load(3, 120, hurt=((ONSET_S, 62.4),))
    journal.at(40, Acknowledged(by="trainee"))
    journal.at(62, applied(OLDEST, message="back to known good", meaning=("fe_auth: use_backend be_canary removed",
                                                                          "global: maxconn 4000 -> 2000")))  # fmt: skip
    journal.at(67, RecoveryDetected(recovered_ms=62_500, uncertainty_ms=90))
    journal.at(100, Resolved(by="trainee", change="", unnoticed="", guard=""))
    journal.at(101, RollbackJudged(surgical="wrong", drift="right", reasons=("the later change is lost",)))
    journal.at(110, Closed(how="resolved", reason=""))
    revealed(journal, 110.5)
    return journal.recorded()


def nothing_done() -> tuple[Recorded, ...]:
    """Paged, never answered, timed out after 40 minutes."""
    journal = Journal()
    opening(journal)
    journal.load(3, 2400, hurt=((ONSET_S, 2400),))
    journal.at(
        2400.2, RollbackJudged(surgical="wrong", drift="right", reasons=("the fault is still in service",))
    )
    journal.at(2400.5, Closed(how="timed-out", reason="40 minutes are over"))
    revealed(journal, 2401)
    return journal.recorded()


def void() -> tuple[Recorded, ...]:
    """The steady state could not be proved: a platform fault, nobody's score."""
    journal = Journal()
    journal.at(0, RunOpened(
        exercise="macarena", exercise_digest="9f" * 32, seed=7, stack="auth", minutes=40, rules=1, team="Night shift",
        users=50,
    ))  # fmt: skip
    journal.at(2, ServiceDied(service="postgres", what="ended with status 1; not restarted"))
    journal.at(3, Closed(how="void", reason="the steady state could not be proved: postgres is gone"))
    return journal.recorded()


def relapse() -> tuple[Recorded, ...]:
    """The wrong layer first, hints, a drain that only looks like a fix, the pain returns, then the real one."""
    journal = Journal()
    opening(journal, team="Day shift")
    journal.load(3, 900, hurt=((ONSET_S, 410), (520, 742)))
    journal.at(95, Acknowledged(by="trainee"))
    for second, layer, instrument in (
        (120, "postgres", "psql"), (180, "postgres", "logs postgres"), (240, "redis", "redis"),
        (380, "haproxy", "lb show stat"), (600, "haproxy", "git diff"),
    ):  # fmt: skip
        journal.at(second, LookedAt(layer=layer, instrument=instrument))
    journal.at(200, diagnosis(1, component="postgres", mechanism="slow-query", change="", share=0.5))
    journal.at(
        222, ServiceActionTaken(actor="trainee", service="postgres", layer="postgres", action="restart")
    )
    journal.at(300, HintTaken(hint=1, cost=30, text="Which users are hurt, and always the same ones?"))
    journal.at(330, Escalated(by="trainee", reply="Netops: we changed nothing today, that we know of."))
    journal.at(
        409, RuntimeActionTaken(actor="trainee", command="set server be_canary/legacy state maint", answer="")
    )
    journal.at(415, RecoveryDetected(recovered_ms=410_200, uncertainty_ms=70))
    journal.at(
        519, RuntimeActionTaken(actor="trainee", command="set server be_canary/legacy state ready", answer="")
    )
    journal.at(521, ImpactDetected(onset_ms=520_100, uncertainty_ms=88))
    journal.at(
        660, diagnosis(2, component="haproxy", mechanism="canary-misrouted", change=GUILTY, share=0.28)
    )
    journal.at(
        741,
        applied(FIXED, message="Revert the canary rule", meaning=("fe_auth: use_backend be_canary removed",)),
    )
    journal.at(747, RecoveryDetected(recovered_ms=742_200, uncertainty_ms=64))
    journal.at(880, Resolved(by="trainee", change=GUILTY, unnoticed="Nobody read it", guard="peer-review"))
    journal.at(881, RollbackJudged(surgical="right", drift="right", reasons=()))
    journal.at(890, Closed(how="resolved", reason=""))
    revealed(journal, 890.5)
    return journal.recorded()


def interrupted() -> tuple[Recorded, ...]:
    """Stopped by a signal in the middle of the investigation: evidence kept, the answer shown."""
    journal = Journal()
    opening(journal)
    journal.load(3, 90, hurt=((ONSET_S, 90),))
    journal.at(50, Acknowledged(by="trainee"))
    journal.at(90, Closed(how="interrupted", reason="stopped by the user"))
    revealed(journal, 90.5)
    return journal.recorded()


def still_open() -> tuple[Recorded, ...]:
    """Everything of the perfect run until the page was acknowledged."""
    return tuple(recorded for recorded in perfect() if recorded.at_ms <= 60_000)


def every_ending() -> tuple[tuple[Recorded, ...], ...]:
    return perfect(), blind_revert(), nothing_done(), void(), relapse(), interrupted(), still_open(), ()
