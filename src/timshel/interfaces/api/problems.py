"""Every refusal and fault as a problem document (RFC 9457), made in this one place."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja.errors import AuthenticationError, HttpError, ValidationError
from psycopg.errors import SerializationFailure
from pydantic_core import to_json

from timshel.interfaces.api.quotas import TooManyRequests
from timshel.interfaces.api.scopes import ScopeMissing
from timshel.interfaces.api.wording import sentence
from timshel.kernel.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    Text,
    WrongState,
)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:timshel:problem:"
CHALLENGE = 'Bearer realm="Timshel"'
RETRY_SECONDS = 30
# What the domain calls by the thing and this door by its key.
FIELD_NAMES = {"requester": "requester_id", "assignee": "assignee_id"}

# Whether the document of the API says already what is wrong, or only the records do.
SHAPE, RULE = "shape", "rule"

logger = logging.getLogger("timshel.api")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem, as clients tell it apart.

    Args:
        code: its name, unchanging.
        status: the HTTP status.
        title: what it is, for people.
        advice: what a client does about it, for the documentation.
    """

    code: str
    status: int
    title: Promise
    advice: str


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "malformed",
            400,
            _("The request could not be read."),
            "The body is not JSON, or a part of the request is broken. Mend the client.",
        ),
        Kind(
            "unauthenticated",
            401,
            _("A valid token is needed."),
            "Send the header `Authorization: Bearer <token>` with a token that has neither "
            "expired nor been revoked.",
        ),
        Kind(
            "not_allowed",
            403,
            _("You do not have the right to do this."),
            "The token, or the person behind it, lacks the permission. Nothing was changed.",
        ),
        Kind(
            "not_found",
            404,
            _("There is nothing here, or you may not see it."),
            "The address is wrong, or the thing is not visible to this token: the two are not "
            "told apart.",
        ),
        Kind(
            "method_not_allowed",
            405,
            _("This address does not answer that method."),
            "The header `Allow` lists the methods it answers.",
        ),
        Kind(
            "wrong_state",
            409,
            _("This is not possible in the present state."),
            "Read the record; `possible` lists what can be done with it now.",
        ),
        Kind(
            "conflict",
            409,
            _("Someone else changed this in the meantime."),
            "Nothing was changed. `differences` shows each field as you saw it, as it stands "
            "and as you wanted it; decide, and send again with the present version.",
        ),
        Kind(
            "length_required",
            411,
            _("The length of what was sent is needed."),
            "The body came in chunks without a length. Send the header `Content-Length`.",
        ),
        Kind(
            "precondition_failed",
            412,
            _("The record is not at the version you named."),
            "As `conflict`, for a version named by `If-Match`.",
        ),
        Kind(
            "too_large",
            413,
            _("This was too large to send."),
            "Send smaller or fewer files.",
        ),
        Kind(
            "invalid",
            422,
            _("Something given is wrong."),
            "`errors` lists, for each wrong field, what to mend; the empty name holds what "
            "concerns no single field.",
        ),
        Kind(
            "precondition_required",
            428,
            _("The version you have seen is needed."),
            "Send the header `If-Match` with the `ETag` of the record as you read it, or "
            "`version` in the body.",
        ),
        Kind(
            "too_many_requests",
            429,
            _("Too many requests in a short time."),
            "Nothing was done. Send the same request again after the time in `Retry-After`; the "
            "headers `RateLimit` and `RateLimit-Policy` of every answer say how much is left.",
        ),
        Kind(
            "fault",
            500,
            _("Something went wrong on our side."),
            "Nothing was changed. `instance` names the entry in the server's log.",
        ),
        Kind(
            "unavailable",
            503,
            _("We cannot reach our records at the moment."),
            "Send the same request again after the time in `Retry-After`, with the same "
            "`Idempotency-Key`.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as it is sent.

    Args:
        code: the kind, a key of ``KINDS``.
        detail: what happened this time, for people.
        members: further members of the document, such as ``errors``.
        headers: further headers of the response.
        status: another status than the kind's.
        type: another code than the kind's, for refusals that only some app knows.
    """

    code: str
    detail: Text = ""
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None
    type: str = ""


class PreconditionFailed(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The record is not at the version that the client named with ``If-Match``."""

    def __init__(self, conflict: Conflict | None = None) -> None:
        self.conflict = conflict or Conflict()
        super().__init__(str(self.conflict))


class PreconditionRequired(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The client must name the version that it has seen."""


class Misshapen(Invalid):
    """What was sent is not what the document of the API says."""


class LengthRequired(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The body came in chunks without a length, and would not be read."""


class TooLarge(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """What was sent is larger than we take.

    Args:
        detail: what exactly, and how much is taken.
    """

    def __init__(self, detail: Text = "") -> None:
        self.detail = detail
        super().__init__(str(detail))


def response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a problem as a response."""
    kind = KINDS[problem.code]
    status = problem.status or kind.status
    document: dict[str, Any] = {
        "type": TYPE_PREFIX + (problem.type or kind.code).replace("_", "-"),
        "title": str(kind.title),
        "status": status,
        "detail": str(problem.detail or kind.title),
        "instance": request.path,
        "code": problem.type or kind.code,
        **problem.members,
    }
    answer = HttpResponse(to_json(document, fallback=str), status=status, content_type=MEDIA_TYPE)
    for name, value in problem.headers.items():
        answer.headers[name] = value
    return answer


def answer_to(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the problem document for anything that was raised while a request was answered."""
    for kinds, make in _MAKERS:
        if isinstance(error, kinds):
            return response(request, make(request, error))
    return response(request, _fault(request, error))


def _refused(_request: HttpRequest, error: Any) -> Problem:
    if isinstance(error, Invalid):
        return _invalid(error)
    if isinstance(error, Conflict):
        return _conflict(error)
    if isinstance(error, ScopeMissing):  # as RFC 6750 has it
        lacking = f'{CHALLENGE}, error="insufficient_scope", scope="{error.scope}"'
        return Problem("not_allowed", error.message, headers={"WWW-Authenticate": lacking})
    for kind in (NotAllowed, NotFound, WrongState):
        if isinstance(error, kind):
            return Problem(kind.code, error.message)
    return Problem("wrong_state", error.message, type=error.code)


def _invalid(error: Invalid) -> Problem:
    errors = {
        FIELD_NAMES.get(name, name): [str(text) for text in texts]
        for name, texts in error.fields.items()
    }
    cause = SHAPE if isinstance(error, Misshapen) else RULE
    return Problem("invalid", error.message, {"errors": errors, "cause": cause})


def _conflict(error: Conflict, code: str = "conflict") -> Problem:
    differences = [
        {
            "field": each.field,
            "seen": each.seen,
            "current": each.current,
            "wanted": each.wanted,
            "changed_by": each.changed_by,
            "changed_at": each.changed_at,
        }
        for each in error.differences
    ]
    return Problem(code, error.message, {"differences": differences})


def _precondition_failed(_request: HttpRequest, error: Any) -> Problem:
    return _conflict(error.conflict, "precondition_failed")


def _validation(_request: HttpRequest, error: Any) -> Problem:
    """Return what ninja found wrong; an address that nothing can have is simply not found."""
    if any(each["loc"][0] == "path" for each in error.errors):
        return Problem("not_found")
    errors: dict[str, list[str]] = {}
    for each in error.errors:
        errors.setdefault(_field_name(each["loc"]), []).append(sentence(each))
    is_rule = all(each["type"] == "value_error" for each in error.errors)
    return Problem("invalid", members={"errors": errors, "cause": RULE if is_rule else SHAPE})


def _field_name(location: Sequence[Any]) -> str:
    """Return the name of a field without where it was found and our parameter's name."""
    parts = [str(each) for each in location[1:]]
    if parts[:1] in (["given"], ["asked"]):
        parts = parts[1:]
    name = ".".join(parts)
    # A lone surrogate in a client's own name for a field could not be sent back.
    return name.encode("utf-8", "backslashreplace").decode()


def _unauthenticated(request: HttpRequest, _error: Any) -> Problem:
    challenge = CHALLENGE
    if "Authorization" in request.headers:
        challenge += ', error="invalid_token"'
    return Problem("unauthenticated", headers={"WWW-Authenticate": challenge})


def _http_error(_request: HttpRequest, error: Any) -> Problem:
    if isinstance(error.__cause__, Invalid):  # ninja hides what the reading of a body refused
        return _invalid(error.__cause__)
    if error.status_code == KINDS["malformed"].status:
        return Problem("malformed", _("The body is not valid JSON."))
    return Problem("malformed", error.message, status=error.status_code)


def _too_large(_request: HttpRequest, error: Any) -> Problem:
    return Problem("too_large", getattr(error, "detail", ""))


def _too_many(_request: HttpRequest, error: Any) -> Problem:
    headers = {**error.quota.headers(), "Retry-After": str(error.quota.reset_seconds)}
    return Problem("too_many_requests", headers=headers)


def _unavailable(request: HttpRequest, error: Any) -> Problem:
    if isinstance(error.__cause__, SerializationFailure):
        is_conditional = "If-Match" in request.headers
        return _conflict(Conflict(), "precondition_failed" if is_conditional else "conflict")
    logger.error("The database cannot be used: %s", error)
    return Problem("unavailable", headers={"Retry-After": str(RETRY_SECONDS)})


def _fault(request: HttpRequest, error: Exception) -> Problem:
    """Return what may be told of a fault: nothing but where to find it in the log."""
    reference = uuid.uuid4().urn
    logger.error("Fault %s in %s %s", reference, request.method, request.path, exc_info=error)
    # What watches for faults, the test client included, hears of this one as of any other.
    got_request_exception.send(sender=answer_to, request=request)
    members = {"instance": reference}
    if settings.DEBUG:
        members["debug"] = repr(error)
    return Problem("fault", members=members)


_Maker = Callable[[HttpRequest, Any], Problem]
_MAKERS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], _Maker], ...] = (
    (Refused, _refused),
    (ValidationError, _validation),
    (AuthenticationError, _unauthenticated),
    (HttpError, _http_error),
    (PreconditionFailed, _precondition_failed),
    (PreconditionRequired, lambda _request, _error: Problem("precondition_required")),
    (TooManyRequests, _too_many),
    (LengthRequired, lambda _request, _error: Problem("length_required")),
    (Http404, lambda _request, _error: Problem("not_found")),
    (PermissionDenied, lambda _request, _error: Problem("not_allowed")),
    ((TooLarge, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent), _too_large),
    (
        (MultiPartParserError, UnreadablePostError, SuspiciousOperation),
        lambda _request, _error: Problem("malformed"),
    ),
    ((OperationalError, InterfaceError), _unavailable),
)
