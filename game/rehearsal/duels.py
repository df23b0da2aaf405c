"""The proofs of a review duel: every offer does to users what it is said to do, and only judgement earns points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.control.facts import ReviewGiven
from game.core.control.partner import PARTNER
from game.core.control.preview import worse
from game.core.duel.plan import dealt
from game.core.score import score
from game.director.preview import compared, served
from game.errors import ServiceFailed
from game.lab.lb.patching import patched
from game.rehearsal.bite import samples_since, share_hurt
from game.rehearsal.house import BY, RECOVERY_WITHIN_S, rehearse, wait
from game.rehearsal.leaks import leaks
from game.rehearsal.leftovers import leftovers
from game.rehearsal.proof import Failure, Offered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from game.core.control.facts import ReviewVerdict
    from game.core.duel.plan import DuelPlan, Offer
    from game.core.events import Recorded
    from game.core.score import Score
    from game.director.order import Order
    from game.director.performance import Performance

NEVER_MS = 10**9
BITES_WITHIN_S = 15.0
# The next change comes when the one before is in service, or gone.
DEAL_WITHIN_S = 30.0
# Whole seconds of load that are looked at: of a bad one after it was felt, of a good one in all.
FELT_SAMPLES, CALM_SAMPLES = 3, 6
# One user of fifty may meet a closed idle connection when the load balancer is reloaded.
UNHURT = 0.03
REFERENCE_SHARE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What an offer did: the greatest share of users hurt (0-1), and whether a preview had somebody shut out.

    `previewed` is None where previews cannot be measured.
    """

    offer: Offer
    hurt: float
    previewed: bool | None

    @property
    def offered(self) -> Offered:
        return Offered(
            change=self.offer.change.id,
            good=self.offer.good,
            bad_share=round(self.hurt, 3),
            previewed=self.previewed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What came of every offer, on one stack; `left` is what the stack left behind."""

    tried: tuple[Tried, ...]
    left: tuple[str, ...]
    root: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Duelled:
    """What came of the duel with a reviewer who knows the answer, and what others would have earned of the same deal."""

    score: Score
    silent: int
    credulous: int
    obstinate: int
    leaked: tuple[str, ...]
    left: tuple[str, ...]
    root: Path


def try_offers(order: Order, plan: DuelPlan) -> Offers:
    """Put every offer into service on one stack with its users, one after the other, and take it back."""
    with rehearse(replace(order, calm_ms=NEVER_MS), patient=True) as performance:
        stage = performance.stage
        # Every offer is taken back before the next: what it is compared with is the same for all.
        before = served(stage, stage.apply_path.approved_files) if stage.shadow.measures else None
        tried = tuple(_try(performance, offer, before) for offer in plan.offers)
    return Offers(tried=tried, left=leftovers(performance.root), root=performance.root)


def play_duel(order: Order) -> Duelled:
    """Review as the answer says, as soon as each change is proposed."""
    with rehearse(order, patient=True) as performance:
        plan = performance.exercise.duel
        if plan is None:
            raise ServiceFailed("this exercise is no duel", hint="prove it as the incident it is")
        offers = dealt(plan, performance.exercise.seed)
        leaked: tuple[str, ...] = ()
        for number, offer in enumerate(offers, start=1):
            _await_deal(performance, number)
            if number == 1:
                leaked = leaks(performance, order.marker)
            name = performance.conductor.glimpse().state.dealt[-1].event.change
            verdict, text = (
                ("approve", "it does what it says")
                if offer.good
                else ("request-changes", "it shuts people out")
            )
            performance.proposals.review(BY, name, verdict, text)
        wait(performance, "the close", lambda now: now.state.revealed is not None, RECOVERY_WITHIN_S)
        events = performance.conductor.events()
    return Duelled(
        score=score(events),
        silent=_otherwise(events, None),
        credulous=_otherwise(events, "approve"),
        obstinate=_otherwise(events, "request-changes"),
        leaked=leaked,
        left=leftovers(performance.root),
        root=performance.root,
    )


def duel_failures(offers: Offers, played: Duelled) -> Iterator[Failure]:
    """Every proof that does not hold."""
    for one in offers.tried:
        yield from _wrong(one)
    for place in played.leaked:
        yield Failure(proof="9 answer hidden", measured=place, bound="the planted marker is nowhere")
    if played.score.total < REFERENCE_SHARE * played.score.achievable:
        yield Failure(
            proof="6 reference solution",
            measured=f"{played.score.total} points",
            bound=f"at least {REFERENCE_SHARE:.0%} of {played.score.achievable}",
        )
    others = (("silence", played.silent), ("yes to all", played.credulous), ("no to all", played.obstinate))
    for name, earned in others:
        if earned:
            yield Failure(proof="7 doing nothing", measured=f"{name}: {earned} points", bound="0")
    for left in (*offers.left, *played.left):
        yield Failure(proof="8 nothing left", measured=left, bound="no process, no transient file")


def _await_deal(performance: Performance, number: int) -> None:
    wait(performance, f"change {number}", lambda now: len(now.state.dealt) >= number, DEAL_WITHIN_S)


def _wrong(tried: Tried) -> Iterator[Failure]:
    offer, hurt = tried.offer, tried.hurt
    low, high = offer.hurts
    name = offer.change.id
    if offer.good and hurt > UNHURT:
        yield Failure(
            proof="11 good ones hurt nobody", measured=f"{name}: {hurt:.3f} of users", bound=f"{UNHURT:.2f}"
        )
    if not offer.good and not low <= hurt <= high:
        yield Failure(
            proof="11 bad ones bite",
            measured=f"{name}: {hurt:.3f} of users",
            bound=f"{low:.2f} to {high:.2f}",
        )
    if tried.previewed is not None and tried.previewed != offer.previewed:
        measured = f"{name}: {'somebody' if tried.previewed else 'nobody'} shut out"
        bound = "somebody" if offer.previewed else "nobody"
        yield Failure(proof="11 preview", measured=measured, bound=f"{bound}, as declared")


def _try(performance: Performance, offer: Offer, before: Mapping[str, Sequence[bool]] | None) -> Tried:
    stage = performance.stage
    previewed: bool | None = None
    files = patched(stage.apply_path.approved_files, stage.repository.filled(offer.change))
    if before is not None:
        previewed = bool(worse(compared(before, served(stage, files))))
    # A preview has users of its own: meanwhile those of the stack forget the offer before.
    wait(performance, "users to be well", lambda _now: not share_hurt(performance), RECOVERY_WITHIN_S)
    from_ms = performance.conductor.clock.now_ms()
    colleagues = performance.desk.colleagues
    revision = colleagues.commit_and_apply(replace(offer.change, approved_by=PARTNER))
    if not offer.good:
        performance.conductor.wait_for(
            lambda _now: share_hurt(performance) >= max(offer.hurts[0], UNHURT), BITES_WITHIN_S
        )
    seen = len(samples_since(performance, from_ms))
    wanted = seen + FELT_SAMPLES if not offer.good else CALM_SAMPLES
    wait(
        performance,
        "load to look at",
        lambda _now: len(samples_since(performance, from_ms)) >= wanted,
        RECOVERY_WITHIN_S,
    )
    hurt = max(one.hurt / one.users for one in samples_since(performance, from_ms))
    colleagues.step_back(revision, offer.change.author, f"Take back {offer.change.id}")
    return Tried(offer=offer, hurt=hurt, previewed=previewed)


def _otherwise(events: Sequence[Recorded], verdict: ReviewVerdict | None) -> int:
    """What the same deal would have earned with one word for all of them, or none."""
    said = tuple(
        replace(one, event=replace(one.event, verdict=verdict))
        if verdict and isinstance(one.event, ReviewGiven)
        else one
        for one in events
        if verdict or not isinstance(one.event, ReviewGiven)
    )
    return score(said).total
