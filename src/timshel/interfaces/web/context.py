"""What the layout of every page needs besides the page's own content; asks the database nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from timshel.interfaces.web.navigation import navigation
from timshel.interfaces.web.notifications.bell import bell
from timshel.interfaces.web.requests import (
    ANONYMOUS,
    NAVIGATION_COOKIE,
    THEME_COOKIE,
    THEMES,
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the actor, the theme, the languages, the side navigation and the bell."""
    actor = getattr(request, "actor", ANONYMOUS)
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    signed_in = actor.person_id is not None
    return {
        "actor": actor,
        "signed_in": signed_in,
        "theme": theme if theme in THEMES else "auto",
        "themes": THEMES,
        "languages": settings.LANGUAGES,
        "language": get_language() or "en",
        "navigation": navigation(actor, request.path) if signed_in else (),
        "bell": bell(request, actor) if signed_in else None,
        "navigation_is_narrow": request.COOKIES.get(NAVIGATION_COOKIE) == "narrow",
    }
