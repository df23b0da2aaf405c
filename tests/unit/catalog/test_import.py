"""Somebody's outage as a draft: what is found by meaning, what becomes of it in our stack, and no input that breaks it."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.catalog.draft import files_of
from game.catalog.importing.advice import FAMILIES, advice_on
from game.catalog.importing.draft import draft_of
from game.catalog.importing.outage import Edge, Outage, compare, read_configuration
from game.catalog.importing.timeline import as_markdown, messages, page_of, read_timeline
from game.catalog.leaks import leaked
from game.catalog.scaffold import place
from game.catalog.stack import load_stack
from game.core.haproxy.configuration import parse
from game.core.haproxy.difference import differences
from game.core.taxonomy import GUARDS, MECHANISMS
from game.errors import DanceoffError, UsageError

ROOT = Path(__file__).parents[3]
LB = ROOT / "stacks" / "auth" / "haproxy"
STACK = load_stack(ROOT / "stacks" / "auth")
BESIDE = {path.relative_to(LB).as_posix() for path in LB.rglob("*") if path.is_file()}
EDGE = Edge(
    text=(LB / "haproxy.cfg").read_text(encoding="utf-8"),
    files=frozenset(BESIDE | {"certs/edge.pem", "certs/tenant.pem", "certs/ca.pem"}) - {"haproxy.cfg"},
)
OLD = """\
global
    maxconn 4000
    log /dev/log local0
    tune.bufsize 32768
defaults
    mode http
    timeout client 30s
    timeout server 30s
    timeout connect 5s
    option redispatch
frontend www
    bind :443 ssl crt /etc/ssl/site.pem alpn h2,http/1.1
    http-request set-header X-Forwarded-For %[src]
    http-request set-header X-Tenant none
    use_backend api if { path_beg /api }
    default_backend web
backend web
    balance roundrobin
    cookie SERVERID insert indirect nocache
    option httpchk GET /up
    default-server check inter 2s
    server web1 10.0.0.1:80 cookie w1 maxconn 100
    server web2 10.0.0.2:80 cookie w2 maxconn 100
    server web3 10.0.0.3:80 cookie w3 maxconn 100
backend api
    server api1 10.0.1.1:80 check
"""
MADE = [
    ("    timeout server 30s\n", "    timeout server 300ms\n", "timeout server 300ms", "timeout-too-short"),
    ("    timeout server 30s\n", "    timeout server 30m\n", "timeout server 30m", "timeout-too-long"),
    ("    timeout server 30s\n", "", "", "timeout-too-long"),
    ("maxconn 4000", "maxconn 40", "maxconn 40", "connection-limit"),
    ("tune.bufsize 32768", "tune.bufsize 16384", "tune.bufsize 16384", "buffer-too-small"),
    ("cookie w3", "cookie w2", "server auth3 @auth3.https@ cookie a2", "affinity-ambiguous"),
    ("w3 maxconn 100", "w3 maxconn 1", "server auth3 @auth3.https@ cookie a3 maxconn 1", "server-queue"),
    ("w1 maxconn 100", "w1 maxconn 100 weight 200", "server auth1 @auth1.https@ cookie a1 weight 200", "weight-skew"),
    ("w1 maxconn 100", "w1 maxconn 100 disabled", "server auth1 @auth1.https@ cookie a1 disabled", "capacity-removed"),
    ("    server web2 10.0.0.2:80 cookie w2 maxconn 100\n", "", "", "capacity-removed"),
    ("    cookie SERVERID insert indirect nocache\n", "", "", "affinity-lost"),
    ("balance roundrobin", "balance source", "balance source", "affinity-lost"),
    ("nocache\n", "nocache domain x.test\n", "domain x.test", "cookie-attribute"),
    ("check inter 2s", "check inter 2s fall 1", "fall 1", "health-check-wrong"),
    ("    http-request set-header X-Forwarded-For %[src]\n", "", "", "client-address-lost"),
    ("X-Tenant none", "X-Tenant other", "http-request set-header X-Tenant other", "header-rewritten"),
    ("    http-request set-header X-Tenant none\n", "", "", "header-dropped"),
    ("    use_backend api", "    http-request del-header Cookie\n    use_backend api", "http-request del-header Cookie", "header-dropped"),
    ("    use_backend api", "    acl a path /login\n    http-request deny if a\n    use_backend api", "http-request deny if a", "acl-too-broad"),
    ("{ path_beg /api }", "{ path_beg / }", "use_backend be_canary if { path_beg / }", "canary-misrouted"),
    ("default_backend web", "default_backend api", "default_backend be_canary", "canary-misrouted"),
    ("    option redispatch\n", "", "", "retry-masks"),
    ("    option httpchk GET /up\n", "", "", "health-check-blind"),
    ("alpn h2,http/1.1", "alpn h2,http/1.1 ssl-min-ver TLSv1.3", "ssl-min-ver TLSv1.3", "tls-version"),
]  # fmt: skip
LEFT = [
    ("10.0.1.1:80", "10.0.1.9:80"),
    ("log /dev/log local0", "log /dev/log local1"),
    ("crt /etc/ssl/site.pem", "crt /etc/ssl/other.pem"),
    ("    server web3", "    server web9 10.0.0.9:80\n    server web3"),
    ("backend api\n", "backend more\n    server m 10.0.0.4:80\nbackend api\n"),
    ("    use_backend api", "    use_backend %[req.hdr(host)]\n    use_backend api"),
    ("    use_backend api", "    http-request lua.x\n    use_backend api"),
    ("    use_backend api", "    http-request deny if { src -f /etc/list }\n    use_backend api"),
]


def outage(old: str, new: str) -> Outage:
    assert old in OLD
    return compare(read_configuration(OLD, "old"), read_configuration(OLD.replace(old, new, 1), "new"), EDGE)


def applied(patch: str, folder: Path) -> str:
    (folder / "haproxy.cfg").write_text(EDGE.text, encoding="utf-8")
    done = subprocess.run(
        ["git", "apply", "-"],
        cwd=folder,
        input=patch,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return (folder / "haproxy.cfg").read_text(encoding="utf-8")


@pytest.mark.parametrize(("old", "new", "line", "mechanism"), MADE)
def test_what_has_a_place_in_our_stack_is_made_there(
    old: str, new: str, line: str, mechanism: str, tmp_path: Path
) -> None:
    found = outage(old, new)
    assert all(hunk.made for hunk in found.hunks), found.hunks
    assert found.mechanism == mechanism
    text = applied(found.patch, tmp_path)
    changed = differences(parse(EDGE.text), parse(text))
    assert changed
    if line:
        assert any(line in one.new for one in changed), changed
    else:
        assert all(one.kind == "removed" for one in changed), changed
    _, problems = place("draft", files_of(draft_of("draft", found, ()).draft), tmp_path, STACK)
    assert problems == ()


@pytest.mark.parametrize(("old", "new"), LEFT)
def test_what_has_none_is_left_to_a_person(old: str, new: str, tmp_path: Path) -> None:
    found = outage(old, new)
    assert not any(hunk.made for hunk in found.hunks), found.hunks
    assert found.patch == ""
    imported = draft_of("draft", found, ())
    assert "by hand" in imported.decisions[0]
    _, problems = place("draft", files_of(imported.draft), tmp_path, STACK)
    assert [problem.path for problem in problems] == ["faults[0].patch"]


def test_hunks_say_where_they_stand_in_either_file() -> None:
    (hunk,) = outage("timeout server 30s", "timeout server 3s").hunks
    assert (hunk.old_line, hunk.new_line) == (8, 8)
    assert hunk.words == "defaults: timeout server: 30s -> 3s"
    (hunk,) = outage("    option redispatch\n", "").hunks
    assert (hunk.old_line, hunk.new_line) == (10, 0)


def test_secrets_are_not_shown() -> None:
    found = outage(
        "defaults\n", "userlist u\n    user bob insecure-password s3cret\ndefaults\n    stats auth a:s3cret\n"
    )
    assert "s3cret" not in str(found)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "global", "x y\n", 'global\n    a "b\n', "[x]\n", "frontend\n", "a\0b\n", "listen a b c\n"],
)
def test_what_cannot_be_read_is_told_with_file_and_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"^my\.cfg(, line \d+)?: ") as caught:
        read_configuration(text, "my.cfg")
    assert "haproxy.cfg" not in caught.value.what.replace("whole haproxy.cfg", "")


def test_two_that_mean_the_same_are_no_outage() -> None:
    with pytest.raises(UsageError, match="mean the same"):
        compare(parse(OLD), parse(OLD.replace("30s", "30000ms").replace("\n    ", "\n  ")), EDGE)


def test_the_same_file_twice_over_is_bounded() -> None:
    many = "".join(f"frontend f{number}\n    mode tcp\n" for number in range(300))
    with pytest.raises(UsageError, match="differ in"):
        compare(parse(OLD), parse(OLD + many), EDGE)


TIMELINE = """\
# from the incident channel
23:40 netops: routine change
23:55 paged: success rate of logins
- 23:59 customer care: calls
00:20 we rolled back haproxy
02:55 all quiet | over
"""


def test_a_timeline_becomes_messages_and_a_table() -> None:
    moments = read_timeline(TIMELINE, "t.txt")
    page = page_of(moments)
    assert page is not None
    assert page.clock == "23:55"
    assert [one.minute - page.minute for one in moments] == [-15, 0, 4, 25, 180]
    said = messages(moments, "timeout-too-short")
    assert [(one.after_page_s, one.text) for one in said] == [
        (20, "customer care: calls"),
        (900, "all quiet | over"),
    ]
    assert "| 00:20 | we rolled back haproxy |" in as_markdown(moments)
    assert "all quiet / over" in as_markdown(moments)
    assert messages((), "timeout-too-short") == ()


@pytest.mark.parametrize(
    "line", ["noon: x", "24:00 x", "10:60 x", "10:00", "1000 x", "\x0010:00 x", "10:00x"]
)
def test_a_line_without_a_time_is_named(line: str) -> None:
    with pytest.raises(UsageError, match=r"^t\.txt, line 2: "):
        read_timeline(f"10:00 a\n{line}\n", "t.txt")


def test_advice_gives_no_answer_away_and_is_in_the_taxonomys_words() -> None:
    guards = {guard.id for guard in GUARDS}
    mechanisms = {term.id for term in MECHANISMS}
    assert {word for family in FAMILIES for word in family.mechanisms} <= mechanisms
    for mechanism in mechanisms:
        advice = advice_on(mechanism)
        for text in (advice.title, advice.page):
            assert leaked(text, "haproxy", mechanism) == (), mechanism
        assert set(advice.guards) <= guards


def attempt(old: str, new: str, timeline: str, folder: Path) -> bool:
    """Go all the way; whether a draft came of it. Any error is one of ours, with words."""
    error = error_of(old, new, timeline, folder)
    assert error is None or (error.what and error.hint)
    return error is None


def error_of(old: str, new: str, timeline: str, folder: Path) -> DanceoffError | None:
    try:
        found = compare(read_configuration(old, "old"), read_configuration(new, "new"), EDGE)
        imported = draft_of("draft", found, read_timeline(timeline, "timeline"))
        place("draft", files_of(imported.draft), folder, STACK, replace=True)
    except DanceoffError as error:
        return error
    assert all(hunk.words.isprintable() and hunk.misfit.isprintable() for hunk in found.hunks)
    assert all("\n" not in decision for decision in imported.decisions)
    return None


@pytest.mark.parametrize("batch", range(4))
def test_spoiled_configurations_become_a_draft_or_an_error(batch: int, tmp_path: Path) -> None:
    """Fifty mutations a batch of their configuration and of ours: 200 in all."""
    draw = random.Random(batch)  # noqa: S311 - a test's choice, not a secret
    drafts = 0
    for _ in range(50):
        source = draw.choice([OLD, EDGE.text])
        lines = source.splitlines(keepends=True)
        for _ in range(draw.randrange(1, 4)):
            at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
            match draw.choice(["lose", "swap", "word", "byte", "double", "graft"]):
                case "lose":
                    lines[at] = ""
                case "swap":
                    lines[at], lines[other] = lines[other], lines[at]
                case "word":
                    words = lines[at].split() or ["x"]
                    words[draw.randrange(len(words))] = draw.choice(
                        ["", "0", "999999999999", "@x@", "é", "if", "}", "'", "\\xff"]
                    )
                    lines[at] = f"    {' '.join(words)}\n"
                case "byte":
                    spot = draw.randrange(len(lines[at]) + 1)
                    lines[at] = lines[at][:spot] + chr(draw.randrange(1, 256)) + lines[at][spot:]
                case "double":
                    lines.insert(at, lines[other])
                case _:
                    lines[at] = draw.choice(OLD.splitlines(keepends=True))
        drafts += attempt(source, "".join(lines), TIMELINE, tmp_path)
    assert drafts > 10


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=200),
    st.text(alphabet="globadefutsrnckv wl.:/%{}[]()@#\"'\\$-_0123456789\n\t", max_size=200),
    st.text(max_size=80),
)
def test_any_text(tmp_path_factory: pytest.TempPathFactory, new: str, lines: str, timeline: str) -> None:
    folder = tmp_path_factory.mktemp("drafts")
    attempt(OLD, new, timeline, folder)
    attempt(OLD, f"{OLD}{lines}\n", "", folder)
    attempt(f"{OLD}{lines}\n", OLD, timeline, folder)
