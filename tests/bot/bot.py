"""A bot that plays an exercise through the API alone: `python tests/bot/bot.py URL TOKEN`, with the standard library only.

It knows nothing of any answer. It notes which changes there are while all is well, waits for the page, looks at what came
since, takes back the change whose words fit the harm, sees whether users recover, and says what it found. It is no good
trainee; it shows what a program of one's own can do, and that the API is enough to play.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

LOOK_EVERY_S = 1.0
PAGED_WITHIN_S = 600.0
RECOVERED_WITHIN_S = 60.0
CLOSED_WITHIN_S = 60.0
DECLARED_WITHIN_S = 15.0
Json = dict[str, Any]

# Words of a difference -> what they would do wrong. Only lines that a change added count.
SUSPICIONS = (
    (("use_backend", "canary"), "canary-misrouted"),
    (("stick",), "affinity-lost"),
    (("cookie",), "affinity-ambiguous"),
    (("weight",), "weight-skew"),
    (("disabled",), "capacity-removed"),
)


class Refusal(Exception):
    """The API said no: what, and what to do next."""


@dataclass
class Api:
    """One team's way in. `token` is the one that the facilitator's page shows for a team's programs."""

    url: str
    token: str

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        request = urllib.request.Request(  # noqa: S310 - checked below: http and https only.
            f"{self.url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - http and https only, checked below
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            said = json.load(error)
            raise Refusal(f"{said['error']}: {said['hint']}") from error

    def run(self) -> Json:
        return self.call("GET", "/api/run")

    def commits(self) -> list[Json]:
        return list(self.call("GET", "/api/lb/changes")["commits"])

    def added(self, revision: str) -> str:
        """The lines that a change added."""
        lines = self.call("GET", f"/api/lb/changes/{quote(revision)}")["lines"]
        return "\n".join(line for line in lines if line.startswith("+") and not line.startswith("+++"))


@dataclass
class Bot:
    api: Api
    said: list[str] = field(default_factory=list)

    def play(self) -> Json:
        """From whenever it comes in to the end of the run; gives the run as it was last seen."""
        before = {one["revision"] for one in self.api.commits()}
        self.wait("the page", PAGED_WITHIN_S, lambda run: run["page"] is not None)
        self.say(self.api.call("POST", "/api/run/acknowledgement")["words"])
        time.sleep(LOOK_EVERY_S * 5)  # Harm takes some seconds to show its size.
        hurt = self.api.run()
        share = round(hurt["limbo"] / max(hurt["users"], 1), 2)
        suspects = [one for one in self.api.commits() if one["revision"] not in before] or self.api.commits()[
            :-1
        ]
        guilty = self.find(suspects)
        if guilty is None:
            self.say("no change of the load balancer helps: this is for others")
            self.api.call("POST", "/api/run/escalation")
            return self.leave()
        added = self.api.added(guilty)
        self.diagnose(guilty, mechanism_of(added, self.mechanisms()), share)
        return self.leave(declared=self.resolve(guilty))

    def find(self, suspects: list[Json]) -> str | None:
        """Take back one suspect after the other, those with suspicious words first, until users recover."""
        ranked = sorted(suspects, key=lambda one: not suspicion(self.api.added(one["revision"])))
        for one in ranked:
            revision = str(one["revision"])
            try:
                self.say(self.api.call("POST", "/api/lb/revert", {"revision": revision})["words"])
            except Refusal as refusal:
                self.say(str(refusal))
                continue
            if self.wait("recovery", RECOVERED_WITHIN_S, lambda run: bool(run["recovered"]), must=False):
                return revision
            # Innocent: put it back.
            self.api.call("POST", "/api/lb/revert", {"revision": self.api.commits()[0]["revision"]})
        return None

    def mechanisms(self) -> list[str]:
        return [one["id"] for one in self.api.call("GET", "/api/taxonomy")["mechanisms"]]

    def diagnose(self, guilty: str, mechanism: str, share: float) -> None:
        body = {
            "id": uuid.uuid4().hex,
            "component": "haproxy",
            "mechanism": mechanism,
            "change": guilty,
            "share": share,
            "cohort": "all",
        }
        self.say(self.api.call("POST", "/api/run/diagnoses", body)["words"])

    def resolve(self, guilty: str) -> bool:
        """Whether it was taken."""
        guard = self.api.call("GET", "/api/taxonomy")["guards"][0]["id"]
        body = {"change": guilty, "unnoticed": "nobody watched what users got", "guard": guard}
        try:
            self.say(self.api.call("POST", "/api/run/resolution", body)["words"])
        except Refusal as refusal:
            self.say(str(refusal))
            return False
        return True

    def leave(self, *, declared: bool = False) -> Json:
        """A run that was declared over ends by itself in a moment; any other is left."""
        within_s = DECLARED_WITHIN_S if declared else LOOK_EVERY_S
        if not self.wait("the end", within_s, lambda run: bool(run["closed"]), must=False):
            try:
                self.api.call("DELETE", "/api/run", {"reason": "the bot is done"})
            except Refusal as refusal:
                # It ended by itself just now.
                self.say(str(refusal))
            self.wait("the end", CLOSED_WITHIN_S, lambda run: bool(run["closed"]), must=False)
        return self.api.run()

    def wait(self, what: str, within_s: float, holds: Any, *, must: bool = True) -> bool:
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if holds(self.api.run()):
                return True
            # The polling step of a wait with a deadline.
            time.sleep(LOOK_EVERY_S)
        if must:
            raise Refusal(f"{what} did not come within {within_s:.0f} s")
        return False

    def say(self, words: str) -> None:
        self.said.append(words)


def suspicion(added: str) -> str:
    """Which mechanism the added lines look like; empty if like none."""
    return next((mechanism for words, mechanism in SUSPICIONS if all(word in added for word in words)), "")


def mechanism_of(added: str, known: list[str]) -> str:
    guess = suspicion(added)
    return guess if guess in known else known[0]


def main() -> int:
    if len(sys.argv) != 3 or urlsplit(sys.argv[1]).scheme not in {"http", "https"}:
        print("usage: python tests/bot/bot.py URL TOKEN", file=sys.stderr)  # noqa: T201 - a program that speaks
        return 2
    bot = Bot(Api(url=sys.argv[1].rstrip("/"), token=sys.argv[2]))
    run = bot.play()
    print("\n".join((*bot.said, f"the run is {run['closed'] or run['phase']}")))  # noqa: T201 - a program that speaks
    return 0


if __name__ == "__main__":
    sys.exit(main())
