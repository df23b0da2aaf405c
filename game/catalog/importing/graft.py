"""One difference of somebody else's configuration made in ours: on the line that says the same thing, or beside its like.

A line that names what our stack does not have (addresses, files, other proxies) is not made up: Misfit says why, and a
person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.catalog.importing.our_text import Misfit
from game.catalog.importing.roles import FRONTEND
from game.core.haproxy.configuration import read_lines
from game.core.haproxy.options import take_apart
from game.core.haproxy.statement import condition_start, statement, write
from game.core.haproxy.tokens import split_words
from game.core.haproxy.vocabulary import RULES, SERVER_FLAGS, word_set

if TYPE_CHECKING:
    from game.catalog.importing.our_text import OurText
    from game.catalog.importing.roles import Roles
    from game.core.haproxy.configuration import Configuration
    from game.core.haproxy.difference import Difference
    from game.core.haproxy.options import Option
    from game.core.haproxy.statement import Statement

MOST_RULES = 3
_OURS_ALONE = word_set(
    "log user group chroot daemon pidfile stats ca-base crt-base lua-load lua-prepend-path master-worker nbproc cpu-map "
    "setenv presetenv description node log-send-hostname log-tag log-format mode errorfile nameserver peer http-errors"
)
_OPTIONED = word_set("server default-server bind cookie stick-table")
# Options whose values are files, addresses or names of somebody else's machines.
_THEIRS = word_set(
    "addr agent-addr port agent-port crt crt-list ca-file ca-sign-file ca-verify-file crl-file resolvers source track "
    "interface namespace id proto socks4 redir peers"
)
_CHECKS = word_set("http-check tcp-check")
_NAMED_HEADERS = word_set("set-header add-header del-header replace-header replace-value set-var")


@dataclass(slots=True, kw_only=True)
class Graft:
    """Our configuration, changed one difference at a time. `theirs` is their new configuration."""

    ours: OurText
    roles: Roles
    theirs: Configuration

    def make(self, difference: Difference) -> None:
        """Make one difference; Misfit if it cannot be, and then nothing is changed."""
        if difference.keyword in {"section", "from"}:
            raise Misfit("a whole section came, went, or inherits something else")
        if difference.kind == "moved":
            raise Misfit("only the order of lines changed; order means something else among our lines")
        section = self.roles.section(difference)
        if not section:
            raise Misfit(f"our stack has nothing in the place of `{difference.section}`")
        if difference.keyword in _OURS_ALONE:
            raise Misfit(f"`{difference.keyword}` belongs to the machine, and the stack sets its own")
        if difference.keyword in _OPTIONED:
            self._optioned(difference, section)
        elif difference.keyword in RULES or difference.keyword in {"acl", "default_backend"}:
            self._rule(difference, section)
        else:
            self._setting(difference, section)

    # Lines that are made of options: what changed is an option of one of our lines.

    def _optioned(self, difference: Difference, section: str) -> None:
        old, new = _words(difference.old), _words(difference.new)
        if not old or not new:
            self._whole_line(difference, section, old)
            return
        before, after = take_apart(old), take_apart(new)
        if before is None or after is None:
            raise Misfit("the line has options that cannot be told apart")
        heads = before.head[:2], after.head[:2]
        if before.head != after.head and (
            difference.keyword not in {"bind", "cookie"} or heads[0] != heads[1]
        ):
            raise Misfit("an address or a name differs, and ours are our own")
        gone = [option for option in before.options if option not in after.options]
        come = [option for option in after.options if option not in before.options]
        if not gone and not come:
            raise Misfit("the same options in another order")
        ours = self._our_line(difference, section, old, gone)
        self.ours.replace(ours, self._with_options(self.ours.as_written(ours), gone, come))

    def _whole_line(self, difference: Difference, section: str, old: tuple[str, ...]) -> None:
        if (difference.keyword == "server" and old) or (difference.keyword == "cookie" and old):
            self.ours.delete(self._our_line(difference, section, old, []))
        elif difference.keyword == "server":
            raise Misfit(
                "a server was added; here `staging` (an empty user table) and `legacy` (healthy, cannot sign in) can be"
            )
        elif difference.keyword in {"default-server", "stick-table"} and not old:
            words = self.roles.translated(_words(difference.new))
            self.ours.insert(section, words, after={difference.keyword})
        else:
            raise Misfit(f"a whole `{difference.keyword}` line came or went")

    def _our_line(
        self, difference: Difference, section: str, old: tuple[str, ...], gone: list[Option]
    ) -> Statement:
        place = self.ours.place(section)
        mine = [one for one in place.statements if one.keyword == difference.keyword]
        if difference.keyword == "server":
            name = self.roles.servers.get(old[1], "")
            mine = [one for one in mine if one.words[1] == name]
        if not mine:
            raise Misfit(f"our `{section}` has no such `{difference.keyword}` line")
        names = {option.name for option in gone}
        return next((one for one in mine if names & {*one.words}), mine[0])

    def _with_options(
        self, words: tuple[str, ...], gone: list[Option], come: list[Option]
    ) -> tuple[str, ...]:
        for option in (*gone, *come):
            if option.name in _THEIRS:
                raise Misfit(f"the option `{option.name}` names something that is not ours")
        result = list(words)
        coming = list(come)
        for option in gone:
            partner = next((one for one in coming if one.name == option.name), None)
            if partner is not None:
                coming.remove(partner)
                result = _set_option(result, partner.name, self._values(words[0], partner))
            elif option.name in result[1:]:
                result = _without_option(result, option)
            elif words[0] == "server" and f"no-{option.name}" in SERVER_FLAGS:
                result.append(f"no-{option.name}")
            else:
                raise Misfit(f"our line has no option `{option.name}` that could go")
        for option in coming:
            result = _set_option(result, option.name, self._values(words[0], option))
        return tuple(result)

    def _values(self, keyword: str, option: Option) -> tuple[str, ...]:
        if keyword == "server" and option.name == "cookie":
            return (self.roles.cookies.get(option.values[0], option.values[0]),)
        return option.values

    # Settings: one line a setting, wherever it stands.

    def _setting(self, difference: Difference, section: str) -> None:
        old, new = _words(difference.old), self.roles.translated(_words(difference.new))
        if not new and old[:2] == ("option", "forwardfor"):
            # Ours passes the address on with a rule instead.
            self.ours.delete(self._like(FRONTEND, ("http-request", "set-header", "X-Forwarded-For")))
            return
        ours = self._setting_of_ours(section, new or old)
        if new and ours:
            self.ours.replace(ours, new)
        elif new:
            self.ours.insert(
                section, new, after={new[0]} if new[0] in _CHECKS else {"timeout", "maxconn", "balance"}
            )
        elif ours:
            self.ours.delete(ours)
        else:
            raise Misfit(f"our `{section}` does not say `{' '.join(old[:2])}`, so it cannot go")

    def _setting_of_ours(self, section: str, words: tuple[str, ...]) -> Statement | None:
        statements = self.ours.place(section).statements
        if words[0] in _CHECKS:
            return next((one for one in statements if one.words[:2] == words[:2]), None)
        family = _canonical(section, words).family
        return next((one for one in statements if one.family == family), None)

    # Rules: found by what they do and to which header; new ones stand last among their like.

    def _rule(self, difference: Difference, section: str) -> None:
        old = self.roles.translated(_words(difference.old))
        new = self.roles.translated(_words(difference.new))
        if difference.keyword == "acl":
            self._condition(difference, section, new)
        elif not new:
            self.ours.delete(self._like(section, old))
        elif not old or (ours := self._find(section, old)) is None:
            self._add_rule(section, new, difference.section)
        else:
            self._require_ours(new)
            self.ours.replace(ours, new)

    def _condition(self, difference: Difference, section: str, new: tuple[str, ...]) -> None:
        """A condition does nothing by itself: the rules that ask for it come along."""
        rules = [
            line.words
            for one in self.theirs.sections
            if one.title == difference.section
            for line in one.lines
            if line.words[0] in RULES and _asks_for(line.words, new[1:2])
        ]
        if not rules:
            raise Misfit("no rule asks for this condition any more")
        for rule in rules[:MOST_RULES]:
            self._add_rule(section, self.roles.translated(rule), difference.section)

    def _add_rule(self, section: str, rule: tuple[str, ...], their_section: str) -> None:
        said = _canonical(section, rule).text
        if any(one.text == said for one in self.ours.place(section).statements):
            return
        self._require_ours(rule)
        for acl in self._missing_acls(section, rule, their_section):
            self.ours.insert(section, acl, after=set())
        self.ours.insert(section, rule, after={rule[0]})

    def _like(self, section: str, words: tuple[str, ...]) -> Statement:
        found = self._find(section, words)
        if found is None:
            raise Misfit(f"our `{section}` has no line like `{' '.join(words)[:80]}`")
        return found

    def _find(self, section: str, words: tuple[str, ...]) -> Statement | None:
        """Our line that says the same, or does the same to the same header; `default_backend` is always the same."""
        statements = self.ours.place(section).statements
        if words[0] == "default_backend":
            return next((one for one in statements if one.keyword == words[0]), None)
        said = _canonical(section, words).text
        exact = next((one for one in statements if one.text == said), None)
        if exact is not None or words[1:2] == () or words[1] not in _NAMED_HEADERS:
            return exact
        head = [word.lower() for word in words[:3]]
        return next((one for one in statements if [word.lower() for word in one.words[:3]] == head), None)

    def _require_ours(self, words: tuple[str, ...]) -> None:
        """Refuse targets that are not proxies of ours."""
        if (
            words[:1] in {("use_backend",), ("default_backend",)}
            and words[1:2]
            and words[1] not in self.roles.names.values()
        ):
            raise Misfit(f"`{words[1][:60]}` is no pool that ours could stand for")

    def _missing_acls(
        self, section: str, words: tuple[str, ...], their_section: str
    ) -> list[tuple[str, ...]]:
        """Definitions that the rule's condition needs, from their section where ours does not have them."""
        known = {one.words[1] for one in self.ours.place(section).statements if one.keyword == "acl"}
        needed: list[tuple[str, ...]] = []
        depth = 0
        for word in words[condition_start(words) + 1 :]:
            depth += (word == "{") - (word == "}")
            name = word.removeprefix("!")
            if depth or name in known | {"}", "or", "||"} or name.isupper():
                continue
            found = self._their_acls(their_section, name)
            if not found:
                raise Misfit(f"the condition `{name}` is not defined in their section")
            known.add(name)
            needed += found
        return needed

    def _their_acls(self, section: str, name: str) -> list[tuple[str, ...]]:
        return [
            self.roles.translated(line.words)
            for one in self.theirs.sections
            if one.title == section
            for line in one.lines
            if line.words[0] == "acl" and line.words[1:2] == (name,)
        ]


def _canonical(section: str, words: tuple[str, ...]) -> Statement:
    """A line as the comparison reads it."""
    return statement(section.split(maxsplit=1)[0], read_lines(write(words) + "\n")[0])


def _asks_for(words: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return any(word.removeprefix("!") in names for word in words[condition_start(words) + 1 :])


def _set_option(words: list[str], name: str, values: tuple[str, ...]) -> list[str]:
    """The words with an option in place of the one of that name, or behind all others."""
    start = 3 if words[0] == "server" else 1
    if name in words[start:]:
        at = words.index(name, start)
        return [*words[: at + 1], *values, *words[at + 1 + len(values) :]]
    return [*words, name, *values]


def _without_option(words: list[str], option: Option) -> list[str]:
    at = words.index(option.name, 1)
    return [*words[:at], *words[at + len(option.words) :]]


def _words(text: str) -> tuple[str, ...]:
    return split_words(text, 0).words if text else ()
