"""The rows of the API that belong to change control: the log, proposals, reviews, the neon sign."""

from __future__ import annotations

from game.core import views
from game.web import contract
from game.web import handlers as do
from game.web.endpoint import Endpoint

CONTROL: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/sign",
        summary="The neon sign: what it shows since when, and how it is set",
        answer=views.SignsView,
        handler=do.sign,
    ),
    Endpoint(
        method="POST",
        path="/api/sign/mending",
        summary="Have the sign measure by what was approved again, and be heard",
        answer=views.Reply,
        handler=do.mend_sign,
    ),
    Endpoint(
        method="GET",
        path="/api/changes",
        summary="The change log: who changed what, when, why, approved by whom, and how risky it was",
        answer=views.ChangesView,
        handler=do.changes,
    ),
    Endpoint(
        method="POST",
        path="/api/changes",
        summary="Put a change up for review",
        answer=views.Reply,
        handler=do.propose,
        body=contract.ProposalBody,
    ),
    Endpoint(
        method="POST",
        path="/api/changes/<change>/preview",
        summary="Try a proposed change on a shadow, with a few users of every kind",
        answer=views.Reply,
        handler=do.preview,
    ),
    Endpoint(
        method="POST",
        path="/api/changes/<change>/reviews",
        summary="Review somebody else's change",
        answer=views.Reply,
        handler=do.review,
        body=contract.ReviewBody,
    ),
)
