"""The table of all commands: where each is, and its help in one line.

The helps stand here although each command has its own, so that `danceoff --help` needs no command's module. A test holds
the two together.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A command in the list of all: where it is, as `module:name`, and its help in one line."""

    target: str
    help: str


SECTIONS: dict[str, dict[str, Row]] = {
    "Train": {
        "play": Row(
            target="game.cli.play:play",
            help="Live through exercise CODE (default: macarena) as the one on call",
        ),
        "demo": Row(
            target="game.cli.demo:demo",
            help="Watch a scripted trainee live through exercise CODE: what it looks at, what it concludes, what it does",
        ),
        "round-two": Row(
            target="game.cli.second:round_two",
            help="Play RUN (the latest, without it) once more: another seed, and the follow-ups that a budget of 5 buys",
        ),
        "serve": Row(
            target="game.cli.serve:serve",
            help="Hold a dance-off for several teams: EVENT_FILE says which exercises they play, and when",
        ),
        "shell": Row(
            target="game.cli.shell:shell",
            help="Open a shell that belongs to the run going on; leaving it does not end the run",
        ),
        "list": Row(
            target="game.cli.listing:list_exercises",
            help="List the exercises, path by path: level, minutes, own best, what each needs or lacks, and what to play next",
        ),
        "show": Row(
            target="game.cli.catalogue:show",
            help="Show what a trainee may know of exercise CODE before it begins",
        ),
    },
    "Look": {
        "status": Row(
            target="game.cli.status:status",
            help="Show clock, phase, success per cohort, users in limbo, open page",
        ),
        "logs": Row(
            target="game.cli.logs:logs",
            help="Print the log of SERVICE; without it, list the services that have one",
        ),
        "lb": Row(
            target="game.cli.look:lb",
            help="Send one command to HAProxy's runtime API, for instance: lb show stat",
        ),
        "metrics": Row(
            target="game.cli.look:metrics",
            help="Print metrics whose name or labels contain QUERY; PromQL where Prometheus runs",
        ),
        "request": Row(
            target="game.cli.look:request", help="Log in once as a user of COHORT, step by step, with headers"
        ),
        "drift": Row(
            target="game.cli.look:drift", help="Compare what was approved, what is on disk, and what runs"
        ),
        "sign": Row(
            target="game.cli.sign:sign",
            help="Show the neon sign: what differs without a record, since when, by whom; and how it is set",
        ),
        "psql": Row(
            target="game.cli.clients:psql",
            help="Open psql on the stack's PostgreSQL; ARGUMENTS are psql's own",
        ),
        "redis": Row(
            target="game.cli.clients:redis",
            help="Open redis-cli on the stack's Redis; ARGUMENTS are redis-cli's own",
        ),
    },
    "Respond": {
        "ack": Row(target="game.cli.respond:ack", help="Acknowledge the page: you have it"),
        "diagnose": Row(
            target="game.cli.diagnose:diagnose",
            help="Submit what is wrong: component, mechanism, change, scope",
        ),
        "hint": Row(target="game.cli.respond:hint", help="Buy the next hint; its price is shown first"),
        "escalate": Row(
            target="game.cli.respond:escalate",
            help="Call infrastructure on call, or hand over to the owners of a layer",
        ),
        "note": Row(target="game.cli.respond:note", help="Write TEXT into the incident's notes"),
        "handoff": Row(
            target="game.cli.respond:handoff",
            help="Leave your shift with a NOTE of at most 120 words; whoever comes next starts from it",
        ),
        "resolve": Row(
            target="game.cli.resolve:resolve", help="Declare the incident over: repaired, tested, validated"
        ),
    },
    "Change": {
        "check": Row(
            target="game.cli.change:check", help="Check the working tree as `apply` would, and change nothing"
        ),
        "apply": Row(
            target="game.cli.change:apply", help="Commit the working tree, check it, and put it into service"
        ),
        "revert": Row(
            target="game.cli.change:revert",
            help="Undo the change REVISION with a new commit, check it, and put it into service",
        ),
        "changes": Row(
            target="game.cli.changes:changes",
            help="Show the change log: who, what by meaning, when, why, how risky, approved by whom",
        ),
        "propose": Row(
            target="game.cli.changes:propose",
            help="Put what is edited up for review; it is applied with `apply`, `revert` or `lb` once it is approved",
        ),
        "preview": Row(
            target="game.cli.changes:preview",
            help="Try CHANGE (c1, c2 ...) on a shadow of the load balancer: who is let in before, and who afterwards",
        ),
        "review": Row(
            target="game.cli.changes:review",
            help="Review CHANGE (c1, c2 ...), which somebody else proposed; TEXT says why",
        ),
        "duel": Row(
            target="game.cli.duel:duel",
            help="Answer the proposed changes of a review duel, one after the other; in the shell of a run",
        ),
        "service": Row(
            target="game.cli.change:service", help="Start, stop or restart the service NAME of the stack"
        ),
    },
    "Learn": {
        "debrief": Row(
            target="game.cli.debrief:debrief",
            help="Show the debrief of RUN (the latest, without it); writes Markdown and HTML beside the run's evidence",
        ),
        "moves": Row(
            target="game.cli.moves:moves",
            help="Draft the post-mortem of RUN (the latest, without it) in Markdown: timeline, impact, cause, resolution, follow-ups",
        ),
        "whatif": Row(
            target="game.cli.what_if:what_if",
            help="Play RUN (the latest, without it) again up to a moment, then do something else: what would users have been spared?",
        ),
        "replay": Row(
            target="game.cli.replay:replay",
            help="Replay RUN (the latest, without it) in the terminal; Ctrl-C leaves",
        ),
        "score": Row(
            target="game.cli.journal:score",
            help="Score RUN (an id, or an exported .jsonl file) again, from its journal alone",
        ),
        "journal": Row(
            target="game.cli.journal:journal",
            help="Look into journals: the durable, chained record of every run",
        ),
    },
    "Author and operate": {
        "verify": Row(
            target="game.cli.verify:verify",
            help="Prove exercises (all, without CODE): they bite, wrong turns do not help, the reference solution does",
        ),
        "new": Row(
            target="game.cli.author:new",
            help="Make a new exercise CODE that loads and plays at once, for you to change piece by piece",
        ),
        "import": Row(
            target="game.cli.author:import_outage",
            help="Make a draft exercise of an outage: haproxy.cfg before it and with it, and its timeline",
        ),
        "schema": Row(
            target="game.cli.catalogue:schema",
            help="Print the JSON Schema of exercise.yaml or of an event's file, for editors",
        ),
        "doctor": Row(
            target="game.cli.doctor:doctor",
            help="Say which servers are used, their versions, what is missing, and the command that mends it",
        ),
        "clean": Row(
            target="game.cli.clean:clean", help="Remove what dead runs left behind: processes, ports, data"
        ),
    },
}
COMMANDS = {name: row for section in SECTIONS.values() for name, row in section.items()}
