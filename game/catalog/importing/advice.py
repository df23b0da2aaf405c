"""What to tell about each kind of fault: a symptom for the page, hints, the first wrong turns, the guards. To begin with."""

from __future__ import annotations

from dataclasses import dataclass

from game.catalog.draft import Advice, Turn

_DATABASE = Turn(name="restart the database", do="restart:postgres")
_CACHE = Turn(name="flush Redis", do="flush:redis")
_EDGE = Turn(name="restart the load balancer", do="restart:haproxy")
_REPLICA = Turn(name="restart a replica", do="restart:auth2")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """Mechanisms that look alike from outside. `page` follows the share; `hints` go from who to where to how."""

    mechanisms: frozenset[str]
    title: str
    page: str
    hints: tuple[str, str, str]
    guards: tuple[str, ...]
    signal: str
    unnoticed: str


FAMILIES = (
    _Family(
        mechanisms=frozenset({"affinity-lost", "affinity-ambiguous", "stick-table-lost"}),
        title="People are signed out while they work",
        page="Browsers are asked to sign in again shortly after they did.",
        hints=(
            "Which kinds of users are affected, and what do the unaffected ones not use?",
            "Follow one user with danceoff request: who answered the login, and who the next request?",
            "Compare in the log where a request went with where its cookie says it belongs.",
        ),
        guards=("alert-on-affinity", "peer-review"),
        signal="The traffic log: the cookie's two letters at the end of the termination state, beside 401s of GET /session.",
        unnoticed="a 401 is an ordinary answer, which no error counter of the load balancer sees.",
    ),
    _Family(
        mechanisms=frozenset({"weight-skew", "capacity-removed", "server-queue", "connection-limit", "overload"}),
        title="Signing in takes its time",
        page="Requests take much longer than usual, and some give up.",
        hints=(
            "Do they fail, or do they wait? Where in the path is the time spent?",
            "Read the log's times one by one: waiting for a slot is not the same as waiting for an answer.",
            "Compare the servers' rows of show stat: current, limit, queue. Do they carry alike?",
        ),
        guards=("alert-on-latency", "capacity-review"),
        signal="`show stat`: qcur and qmax of the pool or scur at slim of the frontend; in the log the second time, Tw.",
        unnoticed="what waits is no error, and the averages hide it for a while.",
    ),
    _Family(
        mechanisms=frozenset({"canary-misrouted", "server-wrong-pool", "path-rewritten", "map-entry", "dns-address"}),
        title="Some people cannot get in",
        page="Sign-ins fail for part of the people, always the same ones.",
        hints=(
            "Compare one who always fails with one who never does. Does the same part of the system answer both?",
            "The log names a backend and a server for every request. Which ones do the failing requests name?",
            "Of the latest changes one decides where a request goes. Read the changes, not their messages.",
        ),
        guards=("alert-on-backend-errors", "canary-step"),
        signal="The traffic log: backend and server (%b/%s) of the failing requests differ from those that succeed.",
        unnoticed="the share is small and constant, and every health check is green.",
    ),
    _Family(
        mechanisms=frozenset({"acl-too-broad", "rate-limit-key", "rate-limit-threshold"}),
        title="Some people are turned away",
        page="Part of the people are turned away; others notice nothing.",
        hints=(
            "Which kinds of users are affected, and what do they have in common?",
            "Do their requests reach the service at all? Who gives them their answer?",
            "Count what is refused at the edge, and by what it tells people apart.",
        ),
        guards=("alert-on-denials", "canary-step"),
        signal="`show stat`: dreq of the frontend rises; in the log the failing requests name no server (<NOSRV>).",
        unnoticed="what is refused never reaches the service, so the service's own graphs stay green.",
    ),
    _Family(
        mechanisms=frozenset({"health-check-wrong", "health-check-blind", "retry-masks", "replica-faulty"}),
        title="It fails now and then",
        page="Requests fail now and then, for people of all kinds.",
        hints=(
            "Is it always the same people, or everybody now and then? What does that tell you?",
            "Which servers get traffic, and which should? Compare show stat with what answers.",
            "How does the load balancer decide that a server is well? Try what it tries.",
        ),
        guards=("deep-health-check", "alert-on-backend-errors"),
        signal="`show stat`: status, check_status and chkfail of the servers, beside wretr and wredis.",
        unnoticed="a check that asks the wrong question gives a confident answer.",
    ),
    _Family(
        mechanisms=frozenset({"timeout-too-short", "timeout-too-long"}),
        title="Some sign-ins never finish",
        page="Some sign-ins break off before they finish, again and again for the same people.",
        hints=(
            "What do the affected people have in common: slow lines, long passwords, large requests?",
            "How long does a failing request take, to the millisecond? Round figures are somebody's decision.",
            "The log's termination state says who gave up, and in which phase. Look it up.",
        ),
        guards=("load-test", "alert-by-cohort"),
        signal="The traffic log: the termination state (sH, cR, sC ...) and times that end at the same round figure.",
        unnoticed="the median never came near it, and averages hide the slow tail.",
    ),
    _Family(
        mechanisms=frozenset({"buffer-too-small", "header-dropped", "header-rewritten", "client-address-lost", "cookie-attribute"}),
        title="It works for some, and never for others",
        page="Some people fail every time, others never.",
        hints=(
            "Which kinds of users are affected, and what do their requests carry that others' do not?",
            "Follow one of them with danceoff request. Which step fails, and what does it rely on?",
            "Compare what the client sends with what the service gets, and the answer the same way.",
        ),
        guards=("alert-by-cohort", "synthetic-login"),
        signal="One request of each kind, side by side: what differs between what was sent and what arrived.",
        unnoticed="the service answers properly to what it gets, and counts no error of its own.",
    ),
    _Family(
        mechanisms=frozenset({"tls-certificate", "tls-version", "tls-server-verification", "protocol-mismatch"}),
        title="Some people do not get through",
        page="Part of the people do not even get an answer; others notice nothing.",
        hints=(
            "Do the failing clients get as far as sending a request?",
            "Connect as one of them, and as one that works: openssl s_client says how far it comes.",
            "Compare what each side offers with what the other insists on.",
        ),
        guards=("synthetic-login", "alert-by-cohort"),
        signal="The traffic log: <BADREQ> or SSL handshake failures without a request; `show stat`: ereq, or SC of the servers.",
        unnoticed="who never gets to ask is in no request counter.",
    ),
)  # fmt: skip
_ANY = _Family(
    mechanisms=frozenset(),
    title="Something is not as it was",
    page="Part of the people fail; others notice nothing.",
    hints=(
        "Which kinds of users are affected, and which are not?",
        "Follow one of them, step by step. Who gives the answer that fails?",
        "What was different yesterday? Read the changes, not their messages.",
    ),
    guards=("peer-review", "alert-by-cohort"),
    signal="Write here which field of `show stat`, of the log or of a query shows it first.",
    unnoticed="write here why no check and no alarm saw it.",
)


def advice_on(mechanism: str) -> Advice:
    """The advice of the family that a mechanism belongs to; a general one if it belongs to none."""
    family = next((one for one in FAMILIES if mechanism in one.mechanisms), _ANY)
    return Advice(
        title=family.title,
        page=f"AUTH-SLO: more than 5 % of requests failing (objective 0.5 %). {family.page}",
        hints=family.hints,
        guards=family.guards,
        signal=family.signal,
        unnoticed=family.unnoticed,
        turns=(_DATABASE, _CACHE, _REPLICA, _EDGE),
    )
