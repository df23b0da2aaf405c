"""`danceoff diagnose`: an interactive form, or flags."""

from __future__ import annotations

import uuid

import click

from game.catalog.stack import load_stack
from game.cli.choose import choose_change, choose_word
from game.cli.connection import connect
from game.cli.output import print_reply, print_table
from game.core.taxonomy import COMPONENTS, MECHANISMS
from game.core.views import TaxonomyView, WordView
from game.lab.data import stacks_dir
from game.web.contract import DiagnosisBody


@click.command()
@click.option("--component", help="Which part is at fault (word of the taxonomy).")
@click.option("--mechanism", help="In which way (word of the taxonomy).")
@click.option("--change", help="The guilty change: any git revision, or `none`.")
@click.option("--share", type=click.FloatRange(0, 100), help="Share of all users hit, in percent.")
@click.option("--cohort", help="The kind of user hit, or `all` when it crosses them.")
@click.option("--words", "list_words", is_flag=True, help="List the taxonomy and leave.")
def diagnose(
    component: str | None,
    mechanism: str | None,
    change: str | None,
    share: float | None,
    cohort: str | None,
    list_words: bool,
) -> None:
    """Submit what is wrong: component, mechanism, change, scope. At most 4 times; the last one counts."""
    if list_words:
        _list()
        return
    connection = connect()
    taxonomy = connection.get("/api/taxonomy", TaxonomyView)
    component = component or choose_word("Component", taxonomy.components)
    mechanism = mechanism or choose_word("Mechanism", taxonomy.mechanisms)
    change = change if change is not None else choose_change(connection)
    share = share if share is not None else click.prompt("Share of all users hit, in percent", type=float)
    cohort = cohort or choose_word(
        "Cohort",
        (WordView(id="all", words="across all kinds"), *(WordView(id=c, words="") for c in taxonomy.cohorts)),
    )
    body = DiagnosisBody(
        id=uuid.uuid4().hex,
        component=component,
        mechanism=mechanism,
        change="" if change == "none" else change,
        share=share / 100,
        cohort=cohort,
    )
    print_reply(connection.ask("/api/run/diagnoses", body))


def _list() -> None:
    """The taxonomy is public; authors read it without a run."""
    for title, terms in (("component", COMPONENTS), ("mechanism", MECHANISMS)):
        print_table((title, "meaning"), [(term.id, term.words) for term in terms])
        click.echo()
    cohorts = load_stack(stacks_dir() / "auth").cohorts
    click.echo("cohorts: all, " + ", ".join(cohort.name for cohort in cohorts))
