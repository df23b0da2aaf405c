"""Every fault shows, and by its own name; what means the same compares equal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from game.core.haproxy.canonical import canonical_text
from game.core.haproxy.configuration import parse
from game.core.haproxy.difference import differences, same_meaning

DATA = Path(__file__).parent / "_data"
SOBER = (DATA / "sober.cfg").read_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    name: str
    section: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    first: tuple[str, ...]

    def apply(self, text: str) -> str:
        lines = text.splitlines()
        start = lines.index(self.section) + 1
        ends = (at for at in range(start, len(lines)) if not lines[at].startswith((" ", "#")))
        end = place = next(ends, len(lines))
        for removed in self.removed:
            place = lines.index("    " + removed, start, end)
            del lines[place]
            end -= 1
        lines[place:place] = ["    " + line for line in self.added]
        lines[start:start] = ["    " + line for line in self.first]
        return "\n".join(lines) + "\n"


def read_edits() -> tuple[Edit, ...]:
    found = []
    for block in ("\n" + (DATA / "faults.txt").read_text()).split("\n== ")[1:]:
        head, *body = block.splitlines()
        name, section = head.split(" @ ")
        found.append(
            Edit(
                name=name,
                section=section,
                removed=tuple(line[2:] for line in body if line.startswith("- ")),
                added=tuple(line[2:] for line in body if line.startswith("+ ")),
                first=tuple(line[3:] for line in body if line.startswith("++ ")),
            )
        )
    return tuple(found)


EDITS = read_edits()


def test_there_are_enough_faults() -> None:
    assert len({edit.name for edit in EDITS}) == len(EDITS) >= 80


@pytest.mark.parametrize("edit", EDITS, ids=[edit.name for edit in EDITS])
def test_every_fault_is_a_difference_and_its_revert_is_none(edit: Edit) -> None:
    sober, faulty = parse(SOBER), parse(edit.apply(SOBER))
    found = differences(sober, faulty)
    assert found
    assert not same_meaning(sober, faulty)
    # No fault spreads into other sections or lines.
    assert {difference.section for difference in found} == {edit.section}
    assert 1 <= len(found) <= len(edit.removed) + len(edit.added) + len(edit.first)
    assert all(difference.in_words.startswith(edit.section) for difference in found)
    assert differences(faulty, sober)
    assert differences(parse(canonical_text(faulty)), faulty) == ()


def test_pairs_of_faults_are_told_apart() -> None:
    texts = [canonical_text(parse(edit.apply(SOBER))) for edit in EDITS]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("maxconn 60 ssl", "maxconn 1 ssl", "backend be_auth: default-server: maxconn 60 -> 1"),
        ("cookie c3", "cookie c2", "backend be_auth: server a3: cookie c3 -> c2"),
        ("cookie c3", "cookie c3 disabled", "backend be_auth: server a3: with disabled"),
        ("check inter", "inter", "backend be_auth: default-server: without check"),
        ("timeout server 10s", "timeout server 10", "defaults: timeout server: 10s -> 10ms"),
        ("server a3 127.0.0.1:18203", "server a3 127.0.0.1:9", "backend be_auth: server a3: 127.0.0.1:18203 cookie c3 -> 127.0.0.1:9 cookie c3"),
        ("    option redispatch\n", "", "defaults: removed: option redispatch"),
        ("balance roundrobin", "balance leastconn", "backend be_auth: balance: roundrobin -> leastconn"),
        ("acl is_login path /login", "acl is_login path_beg /login", "frontend fe_auth: acl is_login: path /login -> path_beg /login"),
        ("retries 3", "no log", "defaults: added: no log"),
        ("backend be_old\n", "backend be_new\n", "backend be_old: removed: backend be_old"),
    ],
)  # fmt: skip
def test_differences_in_words(old: str, new: str, words: str) -> None:
    assert old in SOBER
    said = [difference.in_words for difference in differences(parse(SOBER), parse(SOBER.replace(old, new)))]
    assert words in said


def test_a_moved_rule_is_moved_and_nothing_else() -> None:
    edit = next(edit for edit in EDITS if edit.name == "two rules swapped")
    (found,) = differences(parse(SOBER), parse(edit.apply(SOBER)))
    assert (found.kind, found.keyword) == ("moved", "http-request")
    assert found.old == found.new


def test_another_defaults_is_a_difference_only_if_it_says_something_else() -> None:
    one = "defaults a\n timeout client 1s\ndefaults b\n timeout client 1s\nfrontend f from a\nfrontend g from b\n"
    assert same_meaning(parse(one), parse(one.replace("f from a", "f from b")))
    other = one.replace("defaults b\n timeout client 1s", "defaults b\n timeout client 2s")
    (found,) = differences(parse(other), parse(other.replace("f from a", "f from b")))
    assert (found.section, found.keyword, found.kind) == ("frontend f", "from", "changed")


def test_moving_a_proxy_below_other_defaults_is_a_difference() -> None:
    text = "defaults\n timeout client 1s\nfrontend f\n mode http\ndefaults\n timeout client 2s\nfrontend g\n mode http\n"
    moved = "defaults\n timeout client 1s\ndefaults\n timeout client 2s\nfrontend f\n mode http\nfrontend g\n mode http\n"
    found = differences(parse(text), parse(moved))
    assert [(each.section, each.keyword) for each in found] == [("frontend f", "from")]


def test_order_matters_between_lines_that_directives_or_variables_touch() -> None:
    text = "global\n.if defined(A)\n maxconn 10\n.endif\n nbthread 1\n"
    moved = "global\n.if defined(A)\n.endif\n maxconn 10\n nbthread 1\n"
    assert [each.kind for each in differences(parse(text), parse(moved))] == ["moved"]
    literal, variable = 'global\n maxconn "$N"\n', "global\n maxconn '$N'\n"
    assert len(differences(parse(literal), parse(variable))) == 1
