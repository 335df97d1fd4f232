"""What happens around every page: its security policy, who asks and when, and refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation

from timshel.interfaces.web.errors import refusal_response
from timshel.interfaces.web.requests import (
    ANONYMOUS,
    LANGUAGE_COOKIE,
    ZONE_COOKIE,
    TimshelRequest,
    is_open_to_all,
    is_quiet,
    origin,
)
from timshel.kernel.actor import Channel
from timshel.kernel.errors import Refused
from timshel.leadership.authority import queries as authority

DESK = ("/desk/", "/administration/")
GetResponse = Callable[[HttpRequest], HttpResponseBase]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class ContentSecurityPolicyMiddleware:
    """Lets a page load only what this server sends, and run nothing written inside it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the policy unless the view set a stricter one, as downloads do."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


class ActorMiddleware:
    """Reads the clock once, finds out who asks once, and speaks that person's language.

    Every view of this door needs a sign-in unless it is marked ``open_to_all``; the other doors
    (API, health) know their callers in their own ways.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle a request between activating a language and zone and deactivating them."""
        asked = cast("TimshelRequest", request)
        asked.at = datetime.now(UTC)
        asked.actor = ANONYMOUS
        _speak(_language_of(request), request.COOKIES.get(ZONE_COOKIE, ""))
        try:
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            # No shared cache may keep what one person sees; going back keeps what was typed.
            response.headers.setdefault("Cache-Control", "private, no-cache")
            return response
        finally:
            translation.deactivate()
            timezone.deactivate()

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        _args: Any,
        _kwargs: Any,
    ) -> HttpResponseBase | None:
        """Resolve the actor for our own views, and ask strangers to sign in."""
        if not view.__module__.startswith("timshel.interfaces.web") or is_quiet(view):
            return None
        asked = cast("TimshelRequest", request)
        actor = resolve_actor(request)
        if actor is None:
            return None if is_open_to_all(view) else _sign_in_first(asked)
        asked.actor = actor
        _speak(actor.language, actor.time_zone)
        return None


def resolve_actor(request: HttpRequest) -> Any:
    """Return the signed-in actor with rights, or None for a stranger."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = request.user
    if not user.is_authenticated:
        return None
    at_desk = request.path.startswith(DESK)
    return authority.actor_for(
        person_id=user.person_id,
        channel=Channel.DESK if at_desk else Channel.PORTAL,
        origin=origin(request),
    )


def _sign_in_first(request: TimshelRequest) -> HttpResponse:
    target = reverse("sign-in") + "?" + urlencode({"next": request.get_full_path()})
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": reverse("sign-in")})
    return HttpResponseRedirect(target)


def _language_of(request: HttpRequest) -> str:
    """Return the language kept in the browser, or the best of those it asks for."""
    kept = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if kept in dict(settings.LANGUAGES):
        return kept
    return translation.get_language_from_request(request)


def _speak(language: str, zone: str) -> None:
    """Use a language and a time zone for what is rendered from here on."""
    translation.activate(language if language in dict(settings.LANGUAGES) else "en")
    if zone in _time_zones():
        timezone.activate(ZoneInfo(zone))
    else:
        timezone.deactivate()


class RefusalMiddleware:
    """Turns what the domain refuses into pages, in one place for all views."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; the work is done when a view raises."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answer a refusal from one of our own views; other exceptions go their way."""
        match = request.resolver_match
        if not isinstance(exception, Refused) or match is None:
            return None
        if not match.func.__module__.startswith("timshel.interfaces.web"):
            return None
        return refusal_response(request, exception)
