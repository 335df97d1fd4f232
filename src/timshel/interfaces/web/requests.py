"""What a view of this door finds on its request, and what the network told of its sender."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from timshel.kernel import origin as network_origin
from timshel.kernel.actor import Actor, ActorKind, Channel

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

LANGUAGE_COOKIE = "language"
THEME_COOKIE = "theme"
ZONE_COOKIE = "time_zone"
NAVIGATION_COOKIE = "navigation"
THEMES = ("auto", "light", "dark")

ANONYMOUS = Actor(kind=ActorKind.PERSON, name="", channel=Channel.PORTAL)


class TimshelRequest(HttpRequest):
    """A request as the middleware hands it to the views of this door.

    Attributes:
        actor: who asks, with language, time zone and rights; nobody's before signing in.
        at: the moment of the request, the only clock that is read for it.
        htmx: truthy when htmx asks for part of a page.
    """

    actor: Actor
    at: datetime
    htmx: HtmxDetails


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def open_to_all(view: View) -> View:
    """Mark a view of this door as one that needs no sign-in."""
    view.is_open_to_all = True  # type: ignore[attr-defined]
    return view


def quiet(view: View) -> View:
    """Mark a view that is asked every few seconds and needs no actor, hence no session."""
    view.is_quiet = True  # type: ignore[attr-defined]
    return view


def is_open_to_all(view: Callable[..., HttpResponseBase]) -> bool:
    """Tell whether a view needs no sign-in."""
    return getattr(view, "is_open_to_all", False)


def is_quiet(view: Callable[..., HttpResponseBase]) -> bool:
    """Tell whether a view needs no actor."""
    return getattr(view, "is_quiet", False)


def origin(request: HttpRequest) -> str:
    """Return the address that a request came from, as far as proxies we trust tell it."""
    return network_origin.origin(
        str(request.META.get("REMOTE_ADDR", "")),
        forwarded=str(request.META.get("HTTP_X_FORWARDED_FOR", "")),
        trusted=settings.TRUSTED_PROXIES,
    )
