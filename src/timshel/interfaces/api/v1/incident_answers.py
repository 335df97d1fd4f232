"""Doing something with an incident, and answering with how it stands afterwards."""

from __future__ import annotations

from collections.abc import Callable

from timshel.interfaces.api.answers import Answer
from timshel.interfaces.api.document import Document, answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import etag
from timshel.interfaces.api.problems import PreconditionFailed
from timshel.interfaces.api.v1.incident_shapes import in_full, said
from timshel.kernel.errors import Conflict, NotFound
from timshel.resolution_fulfilment.incident import queries

NO_LONGER_SEEN = (
    "It was done, and the incident is now where this token may not see it; there is nothing to "
    "show."
)
ETAG_HEADER: Document = {
    "ETag": {
        "description": "The version, to be sent as `If-Match` with a change.",
        "schema": {"type": "string"},
        "example": '"3"',
    }
}
REPLAY_HEADER: Document = {
    "Idempotent-Replayed": {
        "description": "`true` if this was done by an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}


def changing(status: int, *more: int, also: Document | None = None) -> Document:
    """Return what an operation that changes an incident adds to the document.

    Args:
        status: of its good answer.
        more: problems beyond those that each such operation may answer with.
        also: further headers of the good answer.
    """
    extra = answers(404, 409, 411, 422, *more)
    if status != 204:
        extra = with_headers(204, REPLAY_HEADER, extra)
        extra["responses"][204]["description"] = NO_LONGER_SEEN
    return with_headers(status, {**ETAG_HEADER, **REPLAY_HEADER, **(also or {})}, extra)


def standing(request: ApiRequest, number: str, *, status: int = 200) -> Answer:
    """Return an incident as it stands, or 204 where its change took it out of sight."""
    try:
        view = queries.incident(number, actor=request.auth, at=request.at)
    except NotFound:
        return Answer(204)
    return Answer.of(in_full(view), status=status, headers={"ETag": etag(view.version)})


def comment_made(request: ApiRequest, number: str, comment_id: int) -> Answer:
    """Return what was just said, or 204 where its author may not read it."""
    try:
        view = queries.incident(number, actor=request.auth, at=request.at)
    except NotFound:
        return Answer(204)
    for comment in view.conversation:
        if comment.id == comment_id:
            return Answer.of(said(comment), status=201, headers={"ETag": etag(view.version)})
    return Answer(204)


def only_from(
    version: int | None, do: Callable[[], object], answer: Callable[[], Answer]
) -> Answer:
    """Do something that makes one version of an incident, and only from the version named.

    The incident is locked by the action only, so a change by others may come between; the version
    that the action made shows it, and the refusal rolls back the transaction around.

    Args:
        version: from the header ``If-Match``, or None if any will do.
        do: the action.
        answer: makes the answer, here before the action as well.

    Raises:
        PreconditionFailed: the incident was at another version.
    """
    if version is None:
        do()
        return answer()
    before = answer()
    try:
        do()
    except Conflict as conflict:
        raise PreconditionFailed(conflict) from conflict
    made = answer()
    # Where everything already was as wanted, no version was made.
    possible = (None, etag(version), etag(version + 1))
    if before.headers.get("ETag") != etag(version) or made.headers.get("ETag") not in possible:
        raise PreconditionFailed
    return made
