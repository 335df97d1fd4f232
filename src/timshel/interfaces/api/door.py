"""What happens around every request of this door, before and after its view."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotAllowed, QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from timshel.interfaces.api import conditions, problems
from timshel.interfaces.api.deprecation import Deprecation, headers_of
from timshel.interfaces.api.quotas import Quota
from timshel.kernel.actor import Actor
from timshel.kernel.origin import origin

# Room for the parts of a form that are not files.
FORM_SLACK = 1024 * 1024


class ApiRequest(HttpRequest):
    """A request as views of this door find it.

    Attributes:
        auth: who asks, with language and rights.
        at: the moment of the request, the only clock that is read for it.
        scope: the named scope that the operation needs, or None.
        quota: what is left of the token's quota, once it is counted; None without a limit.
        is_counted: whether the request was counted.
    """

    auth: Actor
    at: datetime
    scope: str | None
    quota: Quota | None
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the door knows of an operation before it is asked.

    Args:
        scope: the named scope that it needs, or None.
        deprecation: that it will go away, or None.
        has_own_condition: it looks at ``If-Match`` itself, under the lock of its record.
    """

    scope: str | None = None
    deprecation: Deprecation | None = None
    has_own_condition: bool = False


NOTHING_KNOWN = Asked()
CHANGING = frozenset({"PUT", "PATCH", "DELETE"})


View = Callable[..., HttpResponseBase]


def at_the_door(
    view: View, operations: Mapping[str, Asked] = MappingProxyType({}), record: View | None = None
) -> View:
    """Return a view that reads the clock once and answers everything in the form of this door.

    There is no session and no cookie here, so that another site's form can do nothing in
    somebody's name: the protection of the pages against that is not needed.

    Args:
        view: answers the address.
        operations: what is known of its operations, by method.
        record: the view that reads the record which the address changes, if there is one.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = cast("ApiRequest", request)
        asked.at = datetime.now(UTC)
        asked.quota, asked.is_counted = None, False
        method = request.method
        # What may be got may be asked for without its body, which the web server leaves away.
        request.method = "GET" if method == "HEAD" else method
        operation = operations.get(request.method or "", NOTHING_KNOWN)
        asked.scope = operation.scope
        answer = _answer(lambda: _asked(asked, operation, view, record, *args, **kwargs), request)
        request.method = method
        _complete(answer, asked, operation)
        return answer

    return csrf_exempt(guarded)


def _asked(
    request: ApiRequest,
    operation: Asked,
    view: View,
    record: View | None,
    *args: Any,
    **kwargs: Any,
) -> HttpResponseBase:
    """Ask an operation under the conditions that its request names."""
    if request.method == "GET":
        return conditions.tagged(request, view(request, *args, **kwargs))
    # Of a method that the address does not have, it is said so and nothing else.
    is_known = operation is not NOTHING_KNOWN
    is_conditional = is_known and (operation.has_own_condition or request.method in CHANGING)
    if "If-Match" not in request.headers or record is None or not is_conditional:
        return view(request, *args, **kwargs)
    reading, arguments = record, _within(record, kwargs)

    def read() -> HttpResponseBase:
        return _read(request, lambda: reading(request, **arguments))

    def change() -> HttpResponseBase:
        return view(request, *args, **kwargs)

    if operation.has_own_condition:
        return conditions.with_current(change(), read)
    try:
        return conditions.only_if_unchanged(request, read=read, change=change)
    except problems.PreconditionFailed as error:
        return conditions.with_current(problems.answer_to(request, error), read)


def _within(view: View, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return those parts of an address that the address of a record has as well."""
    names: frozenset[str] = getattr(view, "names", frozenset())
    return {name: value for name, value in given.items() if name in names}


def _read(request: ApiRequest, ask: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Ask for a record in the course of a change, as the same caller at the same moment."""
    method, scope, asked = request.method, request.scope, request.GET
    request.method, request.scope, request.GET = "GET", None, QueryDict()
    try:
        return ask()
    finally:
        request.method, request.scope, request.GET = method, scope, asked


def _complete(answer: HttpResponseBase, request: ApiRequest, operation: Asked) -> None:
    """Add to an answer what belongs to every one."""
    # Rights, clocks and language differ by reader and moment: a copy is asked about before use.
    answer.headers.setdefault(
        "Cache-Control", "private, no-cache" if "ETag" in answer.headers else "no-store"
    )
    if request.quota is not None:
        for name, value in request.quota.headers().items():
            answer.headers[name] = value
    if operation.deprecation is not None:
        for name, value in headers_of(operation.deprecation).items():
            answer.headers[name] = value


def _answer(ask: Callable[[], HttpResponseBase], request: HttpRequest) -> HttpResponseBase:
    try:
        check_length(request)
        answer = ask()
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
