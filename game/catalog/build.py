"""A checked document, its placeholders filled -> core's Exercise. Names of files become their texts here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from game.catalog.duel import plan_of
from game.catalog.faults import (
    LbChangeFault,
    LbFileFault,
    LbRuntimeFault,
    LbStaleFault,
    NoFaultFile,
    ServiceFaultFile,
    ToxicFaultFile,
    ToxicFile,
)
from game.catalog.second import shift_of, worths_of
from game.core import exercise as core
from game.core.sign.plan import NO_SIGN, BrokenSign, SignPlan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from game.catalog.arrange import Arranged, Committed
    from game.catalog.document import ExerciseFile
    from game.catalog.faults import FaultFile
    from game.catalog.source import Source
    from game.core.stack import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Everything one exercise is made of, for one seed: `source.texts` are filled."""

    document: ExerciseFile
    source: Source
    arranged: Arranged
    seed: int

    def exercise(self, stack: Stack) -> core.Exercise:
        document = self.document
        return core.Exercise(
            briefing=self._briefing(stack),
            answer=self._answer(),
            concepts=document.concepts,
            inspired_by=_inspired_by(document),
            history=self._changes(self.arranged.history),
            later=self._changes(self.arranged.later),
            faults=tuple(self._fault(fault) for fault in document.faults),
            steady_state=core.SteadyState(
                window_s=document.steady_state.window_s,
                success=document.steady_state.success,
                p95_ms=document.steady_state.p95_ms,
            ),
            expect=_expectation(document),
            red_herrings=tuple(
                core.RedHerring(
                    layer=herring.layer,
                    toxic=_toxic(herring.toxic) if herring.toxic else None,
                    note=herring.note,
                )
                for herring in document.red_herrings
            ),
            alerts=_alerts(document),
            messages=tuple(
                core.Message(after_page_s=event.after_page_s, sender=event.sender, text=event.text)
                for event in sorted(document.events, key=lambda event: event.after_page_s)
            ),
            hints=tuple(core.Hint(cost=hint.cost, text=hint.text) for hint in document.hints),
            wrong_turns=tuple(self._wrong_turns()),
            tour=tuple(core.TourStep(say=step.say, run=step.run) for step in document.tour),
            change_control=document.change_control.demands,
            sign=_sign(document),
            follow_ups=worths_of(document),
            before=shift_of(document),
            duel=plan_of(document.duel, self.source.texts) if document.duel else None,
            seed=self.seed,
            digest=self.source.folder.digest,
        )

    def _briefing(self, stack: Stack) -> core.Briefing:
        document = self.document
        return core.Briefing(
            code=document.code,
            title=document.title,
            level=document.level,
            minutes=document.minutes,
            brief=self.source.texts["brief.md"],
            stack=stack.name,
            hint_costs=tuple(hint.cost for hint in document.hints),
            par=core.Par(
                acknowledge_s=document.par.acknowledge_s,
                diagnose_s=document.par.diagnose_s,
                recover_s=document.par.recover_s,
            ),
            cohorts=tuple(cohort.name for cohort in stack.cohorts if cohort.users),
        )

    def _answer(self) -> core.Answer:
        answer = self.document.answer
        keep = answer.rollback.keep
        return core.Answer(
            component=answer.component,
            mechanism=answer.mechanism,
            also=answer.also,
            change=answer.change,
            scope_share=answer.scope.share,
            scope_tolerance=answer.scope.tolerance,
            scope_cohort=answer.scope.cohort,
            guards=answer.guards,
            revert=answer.rollback.revert,
            keep=tuple(change.id for change in self.arranged.later) if keep is None else keep,
            accept=tuple(core.Leftover(section=left.section, lines=left.lines) for left in answer.accept),
            debrief=self.source.texts["debrief.md"],
            signal=answer.signal,
        )

    def _changes(self, changes: Iterable[Committed]) -> tuple[core.Change, ...]:
        return tuple(self._change(change) for change in changes)

    def _change(self, change: Committed) -> core.Change:
        return core.Change(
            id=change.id,
            author=change.author,
            message=change.message,
            patch=self.source.texts[change.patch],
            age_minutes=0 if isinstance(change, LbChangeFault) else change.age_minutes,
            approved_by=change.approved_by,
            emergency=change.emergency,
        )

    def _fault(self, fault: FaultFile) -> core.Fault:
        match fault:
            case LbChangeFault():
                return core.LbChange(change=self._change(fault))
            case LbRuntimeFault():
                return core.LbRuntime(commands=fault.commands, revert=fault.revert, actor=fault.actor)
            case LbFileFault():
                return core.LbFile(
                    path=fault.path, content=self.source.texts[fault.content], actor=fault.actor
                )
            case LbStaleFault():
                return core.LbStale(patch=self.source.texts[fault.patch], actor=fault.actor)
            case ToxicFaultFile():
                return _toxic(fault)
            case ServiceFaultFile():
                settings = tuple((fault.settings or {}).items())
                return core.ServiceFault(service=fault.service, action=fault.action, settings=settings)
            case NoFaultFile():
                return core.NoFault()
            case _:
                assert_never(fault)

    def _wrong_turns(self) -> Iterable[core.WrongTurn]:
        for turn in self.document.wrong_turns:
            patches = [step.removeprefix("patch:").strip() for step in turn.do if step.startswith("patch:")]
            patch = self.source.texts[patches[0]] if patches else ""
            yield core.WrongTurn(
                name=turn.name, do=turn.do, expect=turn.expect, patch=patch, settle_s=turn.settle_s
            )


def _toxic(toxic: ToxicFile | ToxicFaultFile) -> core.ToxicFault:
    return core.ToxicFault(
        proxy=toxic.proxy,
        toxic=toxic.toxic,
        attributes=tuple(toxic.attributes.items()),
        toxicity=toxic.toxicity,
    )


def _inspired_by(document: ExerciseFile) -> str:
    inspired = document.inspired_by
    if inspired is None:
        return ""
    first = f"{inspired.title} ({inspired.date})"
    return f"{first}: {inspired.note}" if inspired.note else first


def _sign(document: ExerciseFile) -> SignPlan:
    plan = document.neon_sign
    if plan is None:
        return NO_SIGN
    broken = plan.broken
    return SignPlan(
        on=plan.on,
        broken=BrokenSign(how=broken.how, by=broken.by, reason=broken.reason) if broken else None,
    )


def _expectation(document: ExerciseFile) -> core.Expectation:
    low, high = document.expect.bad_share
    cohorts = (document.expect.cohorts or {}).items()
    return core.Expectation(
        bad_share=(low, high),
        cohorts=tuple((name, least, most) for name, (least, most) in cohorts),
        within_s=document.expect.within_s,
    )


def _alerts(document: ExerciseFile) -> tuple[core.AlertRule, ...]:
    return tuple(
        core.AlertRule(
            name=page.alert,
            window_s=page.window_s,
            bad_share=page.bad_share,
            for_s=page.for_s,
            text=page.text,
        )
        for page in document.pages
    )
