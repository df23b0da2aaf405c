"""What an event leaves to take home: a list of files, each of them, and all in one archive."""

from __future__ import annotations

import tempfile
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, render_template

from game.event.exports import Exports
from game.web.app import web
from game.web.hall_house import hall_of
from game.web.house import FACILITATORS
from game.web.page import Page

if TYPE_CHECKING:
    from game.web.house import Visit


def index(visit: Visit) -> str:
    hall = hall_of(visit)
    return render_template(
        "facilitator/aside.html",
        part="facilitator/_exports.html",
        heading="Exports",
        live=web().live,
        files=Exports(hall).index(),
        event=hall.name,
    )


def archive(visit: Visit) -> Response:
    hall = hall_of(visit)
    with tempfile.TemporaryDirectory(prefix="danceoff-") as folder:
        content = Exports(hall).write(Path(folder) / "event.zip").read_bytes()
    return _download(content, f"{hall.name}.zip", "application/zip")


def single(visit: Visit, name: str) -> Response:
    """Always a download: what it holds is for a page of its own, not for this site's."""
    content = Exports(hall_of(visit)).read(name).encode(errors="replace")
    file = name.rpartition("/")[2]
    return _download(content, file, guess_type(file)[0] or "text/plain")


def _download(content: bytes, name: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    # Names are made of ids only.
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


PAGES = (
    Page(method="GET", path="/facilitator/exports", view=index, roles=FACILITATORS),
    Page(method="GET", path="/facilitator/exports/all.zip", view=archive, roles=FACILITATORS),
    Page(method="GET", path="/facilitator/exports/files/<path:name>", view=single, roles=FACILITATORS),
)
