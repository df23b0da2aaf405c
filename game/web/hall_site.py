"""The site of an event: the board for everybody, a screen for every team, the floor for the facilitator, one API for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.lab.home import home
from game.web.app import Web, create_app
from game.web.board.pages import PAGES as BOARD
from game.web.debrief.pages import PAGES as DEBRIEF
from game.web.door import PAGES as DOOR
from game.web.facilitator.pages import PAGES as FACILITATOR
from game.web.hall_house import HallHouse
from game.web.site import Site
from game.web.trainee.pages import PAGES as TRAINEE
from game.web.trainee.part import PAGES as PART

if TYPE_CHECKING:
    from game.event.hall import Hall


def hall_app(
    hall: Hall, *, names: frozenset[str] = frozenset(), tls: bool = False, insist: bool = False
) -> Web:
    """`names`: host names beyond loopback's that it answers to; `tls`: it is reached by https."""
    site = Site(
        log=home().path / "events" / f"{hall.name}.log",
        teams_welcome=hall.doors.open_enrolment,
        names=names,
        tls=tls,
    )
    house = HallHouse(hall=hall, insist=insist)
    return create_app(house, site, (*DOOR, *BOARD, *TRAINEE, *PART, *DEBRIEF, *FACILITATOR))
