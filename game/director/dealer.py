"""The edge of a duel: colleagues' changes are put up for review, put into service when they were let through, and taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from game.core.control.facts import ChangeProposed, Papers
from game.core.control.ledger import next_name
from game.core.duel.bouts import back_words, bouts
from game.core.duel.facts import DuelDealt, DuelRevealed, DuelTruth
from game.core.duel.plan import dealt
from game.errors import Refused, ServiceFailed
from game.lab.lb.patching import patched

if TYPE_CHECKING:
    from game.core.duel.bouts import Bout
    from game.core.duel.plan import Offer
    from game.core.exercise import Exercise
    from game.core.views import Reply
    from game.director.conductor import Conductor
    from game.director.control import ChangeControl
    from game.director.desk import Desk
    from game.director.stage import Stage


class Dealer:
    """Deals what the seed chose. Meant for the one thread that carries effects out; `draft` and `require_waiting` for any."""

    def __init__(
        self, exercise: Exercise, stage: Stage, conductor: Conductor, control: ChangeControl, desk: Desk
    ) -> None:
        self._stage = stage
        self._conductor = conductor
        self._control = control
        self._desk = desk
        self._plan = exercise.duel
        self._offers = dealt(exercise.duel, exercise.seed) if exercise.duel else ()

    def deal(self, number: int) -> None:
        """Put one change up for review, on top of what is in service now."""
        if self._plan is None:
            return
        offer = self._offers[number - 1]
        weighed = self._control.weigh(self._files(offer))
        name = next_name(self._control.changes())
        proposed = ChangeProposed(
            change=name,
            by=offer.change.author,
            why=offer.change.message.strip(),
            subject="configuration",
            digest=weighed.digest,
            meaning=weighed.meaning,
            risks=weighed.risks,
        )
        patience_ms = self._plan.patience_s * 1000
        self._conductor.record(
            proposed, DuelDealt(number=number, of=len(self._offers), change=name, patience_ms=patience_ms)
        )

    def put_through(self, number: int) -> None:
        """Its author puts it into service."""
        bout, offer = self._bout(number), self._offers[number - 1]
        weighed = self._control.weigh(self._files(offer))
        revision = self._stage.repository.commit_change(offer.change)
        papers = Papers(
            change=bout.change,
            why=bout.why,
            risks=weighed.risks,
            approved_by=(bout.reviewer,),
        )
        _applied(self._desk.put_into_service(offer.change.author, bout.why, revision, papers), offer)

    def take_back(self, number: int) -> None:
        """Its author undoes it: users fail since."""
        bout, offer = self._bout(number), self._offers[number - 1]
        words = back_words(bout.change)
        # By its patch, because a trainee may have edits lying about, over which git reverts nothing.
        undoing = replace(offer.change, message=words)
        done = self._stage.repository.commit_change(undoing, undo=True)
        _applied(self._desk.put_into_service(offer.change.author, words, done, Papers(why=words)), offer)

    def draft(self, name: str) -> dict[str, str] | None:
        """The files as a change of the duel would leave them; None for any other change."""
        bout = next((one for one in bouts(self._conductor.glimpse().state) if one.change == name), None)
        return None if bout is None else self._files(self._offers[bout.number - 1])

    def require_waiting(self, name: str) -> None:
        """Raise Refused for a change of the duel that was decided already."""
        bout = next((one for one in bouts(self._conductor.glimpse().state) if one.change == name), None)
        if bout is not None and bout.settled:
            raise Refused(f"{name} was decided already", hint="the first word counts; another change follows")

    def truths(self) -> tuple[DuelRevealed, ...]:
        """What every change was; nothing where there is no duel."""
        if self._plan is None:
            return ()
        told = tuple(
            DuelTruth(
                number=number,
                good=one.good,
                title=one.change.message.strip().splitlines()[0],
                lesson=one.lesson,
            )
            for number, one in enumerate(self._offers, start=1)
        )
        return (DuelRevealed(truths=told, par_ms=self._plan.par_s * 1000),)

    def _bout(self, number: int) -> Bout:
        return bouts(self._conductor.glimpse().state)[number - 1]

    def _files(self, offer: Offer) -> dict[str, str]:
        filled = self._stage.repository.filled(offer.change)
        return patched(self._stage.apply_path.approved_files, filled)


def _applied(reply: Reply, offer: Offer) -> None:
    if not reply.accepted:
        raise ServiceFailed(
            f"the proposed change {offer.change.id} was refused: {'; '.join(reply.lines)}",
            hint="mend its patch",
        )
