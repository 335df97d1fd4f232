"""What happens around every request of this door, before and after its view."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from timshel.interfaces.api import problems
from timshel.kernel.actor import Actor
from timshel.kernel.origin import origin

# Room for the parts of a form that are not files.
FORM_SLACK = 1024 * 1024


class ApiRequest(HttpRequest):
    """A request as views of this door find it.

    Attributes:
        auth: who asks, with language and rights.
        at: the moment of the request, the only clock that is read for it.
    """

    auth: Actor
    at: datetime


View = Callable[..., HttpResponseBase]


def at_the_door(view: View) -> View:
    """Return a view that reads the clock once and answers everything in the form of this door.

    There is no session and no cookie here, so that another site's form can do nothing in
    somebody's name: the protection of the pages against that is not needed.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = cast("ApiRequest", request)
        asked.at = datetime.now(UTC)
        method = request.method
        # What may be got may be asked for without its body, which the web server leaves away.
        request.method = "GET" if method == "HEAD" else method
        answer = _answer(view, request, *args, **kwargs)
        request.method = method
        # Rights, clocks and language differ by reader and moment: nobody may keep an answer.
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    return csrf_exempt(guarded)


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    try:
        check_length(request)
        answer = view(request, *args, **kwargs)
    except Exception as error:  # noqa: BLE001 - the one place where everything becomes a problem
        return problems.answer_to(request, error)
    if isinstance(answer, HttpResponseNotAllowed):
        allowed = {"Allow": answer.headers["Allow"]}
        return problems.response(request, problems.Problem("method_not_allowed", headers=allowed))
    return answer


def check_length(request: HttpRequest) -> None:
    """Refuse a body before any of it is read, by the length that is announced.

    Raises:
        LengthRequired: it comes in chunks; without a length Django takes it for empty.
        TooLarge: it is larger than the largest we take.
    """
    if "CONTENT_LENGTH" not in request.META and "Transfer-Encoding" in request.headers:
        raise problems.LengthRequired
    largest = settings.ATTACHMENTS_MAX_COUNT * settings.ATTACHMENT_MAX_BYTES + FORM_SLACK
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return
    if announced > largest:
        raise problems.TooLarge


def origin_of(request: HttpRequest) -> str:
    """Return the address that a request came from."""
    return origin(
        str(request.META.get("REMOTE_ADDR", "")),
        forwarded=str(request.META.get("HTTP_X_FORWARDED_FOR", "")),
        trusted=settings.TRUSTED_PROXIES,
    )


def unknown(request: HttpRequest, **_path: str) -> HttpResponseBase:
    """Answer an address that does not exist."""
    return problems.response(request, problems.Problem("not_found"))
