"""What each row of the API does: a visit, and what was asked, to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core import views
from game.director import requests as ask

if TYPE_CHECKING:
    from game.web import contract
    from game.web.house import Visit


def health(visit: Visit) -> views.Reply:
    """Whoever asks without a credential hears that the game lives, and nothing of any run."""
    run = visit.house.performance(visit.principal.team)
    return views.Reply(words="alive" if run is None else f"run {run.run} is {run.view().phase}")


def run(visit: Visit) -> views.RunView:
    return visit.run.view()


def events(visit: Visit, after: int = 0) -> views.EventsView:
    return visit.run.events(after)


def acknowledge(visit: Visit) -> views.Reply:
    return visit.run.ask(ask.Acknowledge(by=visit.by))


def hint(visit: Visit) -> views.Reply:
    return visit.run.ask(ask.TakeHint(by=visit.by))


def escalate(visit: Visit) -> views.Reply:
    return visit.run.ask(ask.Escalate(by=visit.by))


def hand_over(visit: Visit, body: contract.HandOverBody) -> views.Reply:
    return visit.run.hand_over(ask.HandOver(by=visit.by, layer=body.layer))


def note(visit: Visit, body: contract.NoteBody) -> views.Reply:
    return visit.run.ask(ask.WriteNote(by=visit.by, text=body.text))


def leave(visit: Visit, body: contract.HandoffBody) -> views.Reply:
    return visit.run.ask(ask.LeaveShift(by=visit.by, note=body.note))


def update(visit: Visit, body: contract.UpdateBody) -> views.Reply:
    return visit.run.ask(ask.PostUpdate(by=visit.by, text=body.text))


def diagnose(visit: Visit, body: contract.DiagnosisBody) -> views.Reply:
    return visit.run.diagnose(
        ask.Diagnose(
            by=visit.by,
            id=body.id,
            component=body.component,
            mechanism=body.mechanism,
            change=body.change,
            share=body.share,
            cohort=body.cohort,
        )
    )


def resolve(visit: Visit, body: contract.ResolutionBody) -> views.Reply:
    return visit.run.resolve(
        ask.Resolve(by=visit.by, change=body.change, unnoticed=body.unnoticed, guard=body.guard)
    )


def end_run(visit: Visit, body: contract.QuitBody) -> views.Reply:
    return visit.run.ask(ask.Quit(by=visit.by, reason=body.reason or "ended by the trainee"))


def debrief(visit: Visit) -> views.DebriefView:
    return visit.run.debrief()


def taxonomy(visit: Visit) -> views.TaxonomyView:
    return visit.run.taxonomy()


def commits(visit: Visit) -> views.CommitsView:
    return visit.run.desk.commits()


def diff(visit: Visit, revision: str) -> views.LinesView:
    return visit.run.desk.diff(revision)


def files(visit: Visit) -> views.FilesView:
    return visit.run.workbench.files()


def read_file(visit: Visit, path: str) -> views.FileView:
    return visit.run.workbench.read(path)


def write_file(visit: Visit, path: str, body: contract.FileBody) -> views.Reply:
    return visit.run.workbench.write(path, body.text, body.started_from)


def discard_file(visit: Visit, path: str) -> views.Reply:
    return visit.run.workbench.discard(path)


def pending(visit: Visit) -> views.LinesView:
    return visit.run.workbench.pending()


def check(visit: Visit) -> views.Reply:
    return visit.run.desk.check()


def apply(visit: Visit, body: contract.ApplyBody) -> views.Reply:
    return visit.run.desk.apply(visit.by, body.message, body.emergency)


def revert(visit: Visit, body: contract.RevertBody) -> views.Reply:
    return visit.run.desk.revert(visit.by, body.revision, body.why, body.emergency)


def console(visit: Visit, body: contract.ConsoleBody) -> views.Reply:
    return visit.run.desk.console(visit.by, body.line, body.why, body.emergency)


def changes(visit: Visit) -> views.ChangesView:
    return visit.run.proposals.log()


def sign(visit: Visit) -> views.SignsView:
    return views.SignsView(sign=visit.run.watch.view())


def mend_sign(visit: Visit) -> views.Reply:
    return visit.run.mend_sign(visit.by)


def propose(visit: Visit, body: contract.ProposalBody) -> views.Reply:
    proposals = visit.run.proposals
    if body.change:
        return proposals.ask_afterwards(visit.by, body.why, body.change)
    if body.revert:
        return proposals.propose_revert(visit.by, body.why, body.revert)
    if body.command:
        return proposals.propose_command(visit.by, body.why, body.command)
    return proposals.propose(visit.by, body.why)


def preview(visit: Visit, change: str) -> views.Reply:
    return visit.run.proposals.preview(visit.by, change)


def review(visit: Visit, change: str, body: contract.ReviewBody) -> views.Reply:
    return visit.run.proposals.review(visit.by, change, body.verdict, body.text)


def drift(visit: Visit) -> views.Reply:
    return visit.run.desk.drift()


def services(visit: Visit) -> views.ServicesView:
    return visit.run.instruments.services()


def act(visit: Visit, name: str, body: contract.ServiceActionBody) -> views.Reply:
    return visit.run.desk.act(visit.by, name, body.action)


def log(visit: Visit, name: str, lines: int = 100, grep: str = "", after: int = -1) -> views.LogView:
    return visit.run.instruments.log(name, lines=lines, grep=grep, after=after)


def metrics(visit: Visit, query: str = "") -> views.LinesView:
    return visit.run.instruments.metrics(query)


def request(visit: Visit, body: contract.RequestBody) -> views.Reply:
    return visit.run.instruments.request(body.cohort)


def client(visit: Visit, name: str) -> views.ClientView:
    return visit.run.instruments.client(name)
