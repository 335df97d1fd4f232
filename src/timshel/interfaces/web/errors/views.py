"""Answers to refusals and faults, as whole pages or, for htmx, as a notice in the page."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.requests import ANONYMOUS
from timshel.interfaces.web.status.last_page import last_page
from timshel.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, Text, WrongState

STATUS: dict[type[Refused], int] = {
    NotAllowed: 403,
    NotFound: 404,
    WrongState: 409,
    Conflict: 409,
    Invalid: 422,
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an error page says.

    Args:
        title: what happened, in a few words.
        assurance: that nothing was lost, or what was.
        advice: what to do next.
    """

    title: Text
    assurance: Text
    advice: Text


EXPLANATIONS: dict[int, Explanation] = {
    400: Explanation(
        _("We could not understand this request"),
        _("Nothing was changed."),
        _("Go back, reload the page and try again."),
    ),
    403: Explanation(
        _("You may not do this"),
        _("Nothing was changed."),
        _("If you need this for your work, ask your service desk to give you the right."),
    ),
    404: Explanation(
        _("There is nothing here"),
        _("Nothing was changed. Your cases and drafts are where they were."),
        _("The address may be mistyped, or what was here may not be meant for you."),
    ),
    409: Explanation(
        _("This was not possible just now"),
        _("Nothing was changed. What others saved is kept."),
        _("Open the record again to see how it stands, then decide what to do."),
    ),
    413: Explanation(
        _("This was too large to send"),
        _("Nothing was changed. What you typed is still in the page you came from."),
        _("Go back and leave out the largest files, or send them in several messages."),
    ),
    422: Explanation(
        _("Something needs mending first"),
        _("Nothing was saved yet. What you typed is still in the page you came from."),
        _("Go back, correct what is named here and send it again."),
    ),
    500: Explanation(
        _("Something went wrong on our side"),
        _("What was saved before is safe. The last step was not carried out."),
        _("Try again in a moment. If it happens again, tell your service desk what you did."),
    ),
    503: Explanation(
        _("We cannot reach our records at the moment"),
        _("What was saved before is safe. The last step was not carried out."),
        _("Wait a minute, then load this page again. Nothing needs to be typed twice until then."),
    ),
}


def refusal_response(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Return the page, or for htmx the notice, that tells what was refused and why."""
    status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 409)
    details = [str(refusal.message)]
    if isinstance(refusal, Invalid):
        details += [str(text) for texts in refusal.fields.values() for text in texts]
    return error_page(request, status, details=details)


def error_page(
    request: HttpRequest,
    status: int,
    *,
    details: list[str] | None = None,
    explanation: Explanation | None = None,
) -> HttpResponse:
    """Return the page of a status; with ``details`` in the words of who refused.

    The explanation is that of the status, unless another one fits better.
    """
    told = explanation or EXPLANATIONS[status]
    context = {"status": status, "explanation": told, "details": details or []}
    if request.headers.get("HX-Request") == "true":
        text = render_to_string("errors/notice.html", context, request)
        headers = {"HX-Retarget": "#notices", "HX-Reswap": "innerHTML"}
        return HttpResponse(text, status=status, headers=headers)
    if not hasattr(request, "actor"):
        request.actor = ANONYMOUS  # type: ignore[attr-defined]
    return HttpResponse(render_to_string("errors/page.html", context, request), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what could not be read, and what was too large to be read."""
    too_large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return error_page(request, 413 if too_large else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer what may not be done."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer what is not there."""
    return error_page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form whose page was too old, or that did not come from our pages."""
    advice = str(
        _("The page was open for too long or its cookie is gone. Reload it and send again.")
    )
    return error_page(request, 403, details=[advice], explanation=EXPLANATIONS[400])


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours, without asking the database or the session for anything."""
    unreachable = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    if unreachable and (last := last_page(request)) is not None:
        return last
    status = 503 if unreachable else 500
    context = {
        "status": status,
        "explanation": EXPLANATIONS[status],
        "language": get_language(),
    }
    headers = {"Retry-After": "30"} if unreachable else {}
    text = render_to_string("errors/bare.html", context)
    return HttpResponse(text, status=status, headers=headers)
