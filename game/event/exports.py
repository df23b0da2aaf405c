"""What is left of an event to take home: journals, tables, debriefs, certificates, in one zip file.

`index` and `read` serve a page that offers single files; `write` makes the archive. Names of files come from ids only.
"""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from game.core.contest.certificate import Certificate, drawn
from game.core.contest.tables import corrections_table, standings_markdown, standings_table, table
from game.core.debrief import debrief
from game.core.report.html import html_report
from game.core.report.markdown import markdown_report
from game.core.score import score
from game.errors import Refused, StorageFailed
from game.journal.vocabulary import contest_stream
from game.render import rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from game.core.contest.board import BoardView
    from game.core.contest.floor import Round
    from game.event.hall import Hall


class Exports:
    """Files of one event, made when they are asked for. Only for the facilitator: debriefs hold answers."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def index(self) -> tuple[str, ...]:
        """The names of all files, as they are in the archive."""
        return tuple(name for name, _ in self._files())

    def read(self, name: str) -> str:
        """One file's text; Refused for a name that is none of them."""
        make = dict(self._files()).get(name)
        if make is None:
            raise Refused("the event has no such file", hint="take one of the list")
        return make()

    def write(self, path: Path) -> Path:
        """Make the archive; complete or not at all."""
        building = path.with_name(f"{path.name}.building")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(building, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, make in self._files():
                    archive.writestr(f"{self._hall.name}/{name}", make())
            building.replace(path)
        except OSError as error:
            raise StorageFailed(
                f"cannot write {path}: {error.strerror}", hint="is there space, and may you write there?"
            ) from error
        finally:
            building.unlink(missing_ok=True)
        return path

    def _files(self) -> Iterator[tuple[str, Callable[[], str]]]:
        hall = self._hall
        yield "standings.csv", lambda: standings_table(hall.standings())
        yield "standings.md", lambda: standings_markdown(hall.standings())
        yield "scores.csv", self._scores
        yield (
            "corrections.csv",
            lambda: corrections_table(
                hall.state.corrections, {team.team: team.name for team in hall.state.teams}
            ),
        )
        yield "event.jsonl", lambda: self._journal(contest_stream(hall.name))
        for one in hall.state.rounds:
            yield from self._of_round(one)
        for team in hall.state.teams:
            yield f"certificates/{team.team}.svg", partial(self._certificate, team.team)

    def _of_round(self, one: Round) -> Iterator[tuple[str, Callable[[], str]]]:
        """A round's journals and debriefs, once it is over: they hold the answer."""
        if one.ended_wall_ms is None:
            return
        for assignment in one.assignments:
            run = assignment.run
            if not self._hall.events_of(run):
                continue
            base = f"round-{one.number}/{assignment.team}-{run}"
            yield f"{base}.jsonl", partial(self._journal, run)
            yield f"{base}.md", partial(self._text, run)
            yield f"{base}.html", partial(self._page, run)

    def _journal(self, stream: str) -> str:
        return "".join(f"{line}\n" for line in self._hall.journal_lines(stream))

    def _text(self, run: str) -> str:
        return markdown_report(debrief(self._hall.events_of(run)))

    def _page(self, run: str) -> str:
        found = debrief(self._hall.events_of(run))
        return html_report(found, lesson=rendered(found.lesson.text))

    def _scores(self) -> str:
        """Every score line of every run."""
        heading = ("round", "team", "run", "counts", "line", "points", "of", "why")
        rows: list[tuple[str | float | None, ...]] = []
        for one in self._hall.state.rounds:
            for assignment in one.assignments if one.ended_wall_ms is not None else ():
                earned = score(self._hall.events_of(assignment.run))
                name = self._hall.doors.team(assignment.team).name
                counts = "yes" if earned.counts and not assignment.voided else "no"
                start = (one.number, name, assignment.run, counts)
                rows += [(*start, line.reason, line.points, line.of, line.text) for line in earned.lines]
                if not earned.lines:
                    rows.append((*start, "", 0, 0, assignment.voided or earned.why))
        return table(heading, rows)

    def _certificate(self, team: str) -> str:
        hall = self._hall
        board: BoardView = hall.standings()
        row = next(one for one in board.rows if one.team == team)
        opened = datetime.fromtimestamp(hall.state.opened_wall_ms / 1000, tz=UTC)
        return drawn(
            Certificate(
                event=board.title,
                team=row.name,
                members=tuple(one.name for one in hall.doors.team(team).members),
                place=row.place,
                shared=row.shared,
                of=len(board.rows),
                points=row.points,
                rounds=max(1, len(hall.state.rounds)),
                date=f"{opened:%Y-%m-%d}",
                head=board.head,
            )
        )
