"""The house of one run: whoever has its token or its key is the trainee on call."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import redirect

from game.errors import WrongCode
from game.web.app import Web, create_app
from game.web.debrief.pages import PAGES as DEBRIEF
from game.web.door import PAGES as DOOR
from game.web.house import ANYBODY, Principal, Role
from game.web.page import Page
from game.web.site import Site
from game.web.trainee.pages import PAGES as TRAINEE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    from game.director.performance import Performance
    from game.web.house import Visit

TEAM = "solo"
ONLY = Principal(role=Role.TRAINEE, team=TEAM, member="trainee")


@dataclass(frozen=True, slots=True, kw_only=True)
class SoloHouse:
    """`token` is for commands and bots, `key` for the browser: it stands in the address that is printed."""

    run: Performance
    token: str
    key: str

    def who(self, credential: str) -> Principal | None:
        given = credential.encode()
        known = [hmac.compare_digest(given, secret.encode()) for secret in (self.token, self.key)]
        return ONLY if any(known) else None

    def performance(self, team: str) -> Performance | None:
        return self.run if team == TEAM else None

    def parts(self, team: str) -> Mapping[str, str]:
        """Who is alone plays all of them."""
        del team
        return {}

    def join(self, code: str, member: str, team: str = "") -> str:
        del member, team
        if not hmac.compare_digest(code.encode(), self.key.encode()):
            raise WrongCode(
                "That is not this run's key.", hint="The address that danceoff play printed has it."
            )
        return self.key


def solo_app(performance: Performance, token: str, key: str) -> Web:
    """The site of a self-paced run: API, trainee's page, debrief."""
    site = Site(log=performance.root / "logs" / "api.log", names_wanted=False)
    house = SoloHouse(run=performance, token=token, key=key)
    return create_app(house, site, (_ROOT, *DOOR, *TRAINEE, *DEBRIEF))


def _root(_visit: Visit) -> Response:
    return redirect("/team", 303)


_ROOT = Page(method="GET", path="/", view=_root, roles=ANYBODY)
