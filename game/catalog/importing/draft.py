"""An outage and its timeline -> a draft of an exercise, and what a person still has to decide about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.catalog.draft import Committed, Draft, Expected, Said
from game.catalog.importing.advice import advice_on
from game.catalog.importing.timeline import as_markdown, gives_away, messages, page_of
from game.core.taxonomy import MECHANISMS

if TYPE_CHECKING:
    from game.catalog.importing.outage import Outage
    from game.catalog.importing.timeline import Moment

CHANGE = "the-change"
MARGIN = 0.06
CLEAR = 0.2
GUESS = Expected(low=0.05, high=1.0, cohorts=(), share=0.3, tolerance=0.25, cohort="all", measured=False)
_MESSAGES = (
    Said(after_page_s=60, sender="customer care", text="Calls are coming in. Some people are affected, others are fine."),
    Said(after_page_s=300, sender="duty manager", text="I need a sentence for the status page: who is affected?"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """`decisions` are sentences for whoever finishes the draft."""

    draft: Draft
    decisions: tuple[str, ...]


def draft_of(code: str, outage: Outage, moments: tuple[Moment, ...]) -> Imported:
    """Everything that can be said without playing it."""
    advice = advice_on(outage.mechanism)
    draft = Draft(
        code=code,
        title=advice.title,
        intro="A draft, made from two versions of a haproxy.cfg. Every text below is a suggestion.",
        level=3,
        minutes=40,
        concepts=("an outage of our own", _words(outage.mechanism)),
        fault=Committed(id=CHANGE, author="netops", message="Edge: routine change", patch=outage.patch),
        later=(),
        mechanism=outage.mechanism,
        advice=advice,
        expected=GUESS,
        messages=messages(moments, outage.mechanism) or _MESSAGES,
        handover="A few small changes at the edge this week, by the usual people, all of them routine.",
        happened=_happened(outage),
        timeline=as_markdown(moments),
    )
    return Imported(draft=draft, decisions=(*_decisions(outage), *_about(moments, outage)))


def with_measured(draft: Draft, expected: Expected) -> Draft:
    return replace(draft, expected=expected)


def _happened(outage: Outage) -> str:
    made = [f"- {one.words}" for one in outage.hunks if one.made]
    left = [f"- {one.words} ({one.misfit})" for one in outage.hunks if not one.made]
    parts = ["Write here what changed, in two sentences."]
    if made:
        parts.append("Of the original change this exercise makes:\n\n" + "\n".join(made))
    if left:
        parts.append("It leaves out:\n\n" + "\n".join(left))
    return "\n\n".join(parts)


def _decisions(outage: Outage) -> list[str]:
    left = [one for one in outage.hunks if not one.made]
    found: list[str] = []
    if not outage.patch:
        found.append(
            f"nothing could be made in this stack: write patches/{CHANGE}.patch by hand, with the same effect"
        )
    elif left:
        found.append(
            f"{len(left)} of {len(outage.hunks)} differences are not made; does the outage need them?"
        )
    if sum(one.made for one in outage.hunks) > 1:
        found.append(
            "several lines change at once: which one did the harm? Make the others history or later changes"
        )
    found += [
        f"is {outage.mechanism} ({_words(outage.mechanism)}) the right word of the taxonomy?",
        "who wrote the change, and what did its message promise? (faults[0].author, message)",
        "which innocent changes came before it, and which right one came after and must survive? (history, later_changes)",
        "whom does the hand-over note in brief.md make look guilty, and what clears them?",
        "names and addresses of your own machines stand in debrief.md and patches: may they be read by everybody?",
        "what may a seed change, so that two people get different answers? (variants, orders)",
    ]
    return found


def _about(moments: tuple[Moment, ...], outage: Outage) -> list[str]:
    page = page_of(moments)
    if page is None:
        return ["there is no timeline: the messages are stock ones"]
    hidden = sum(gives_away(one, outage.mechanism) for one in moments)
    found = [f"messages count from line {page.line} of the timeline ({page.clock}); is that when it paged?"]
    if hidden:
        found.append(
            f"lines of the timeline that speak of causes stand in the debrief alone: {hidden}; is any of the others too telling?"
        )
    return found


def _words(mechanism: str) -> str:
    return next((term.words for term in MECHANISMS if term.id == mechanism), mechanism)
