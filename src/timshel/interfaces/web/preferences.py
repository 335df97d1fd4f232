"""What a person may set about how pages look and speak: language, time zone, theme."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from timshel.context.people import actions as people
from timshel.interfaces.web.requests import (
    LANGUAGE_COOKIE,
    THEME_COOKIE,
    THEMES,
    ZONE_COOKIE,
    TimshelRequest,
    open_to_all,
)
from timshel.interfaces.web.sign_in import safe_address
from timshel.interfaces.web.wording import language_name

YEAR = 365 * 24 * 60 * 60
THEME_CHOICES = (
    ("auto", gettext_lazy("As the device")),
    ("light", gettext_lazy("Light")),
    ("dark", gettext_lazy("Dark")),
)


def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the time zones of the world by continent."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        continent, _slash, city = name.partition("/")
        if city and continent not in {"Etc", "posix", "right", "SystemV", "US"}:
            groups.setdefault(continent, []).append((name, city.replace("_", " ")))
    return [("", [("UTC", "UTC")]), *groups.items()]


class PreferencesForm(forms.Form):
    """Language, time zone and theme."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[(code, language_name(code)) for code, _english in settings.LANGUAGES],
        help_text=gettext_lazy("For pages and for the mail we send you."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=zone_choices,
        help_text=gettext_lazy("All times are shown in it."),
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Appearance"),
        choices=THEME_CHOICES,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Kept in this browser only."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: TimshelRequest) -> HttpResponseBase:
    """Show and save a person's preferences."""
    actor = request.actor
    now: dict[str, Any] = {
        "language": actor.language,
        "time_zone": actor.time_zone,
        "theme": request.COOKIES.get(THEME_COOKIE, "auto"),
    }
    form = PreferencesForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        _save(request, language=chosen["language"], time_zone=chosen["time_zone"])
        with translation.override(chosen["language"]):
            messages.success(request, _("Your preferences are saved."))
        response = HttpResponseRedirect(reverse("preferences"))
        _keep(response, LANGUAGE_COOKIE, chosen["language"])
        _keep(response, ZONE_COOKIE, chosen["time_zone"])
        _keep(response, THEME_COOKIE, chosen["theme"])
        return response
    status = 422 if form.is_bound else 200
    return render(request, "preferences.html", {"form": form}, status=status)


@open_to_all
@require_POST
def display(request: TimshelRequest) -> HttpResponse:
    """Set language or theme from the top bar, and stay on the page; open to strangers too."""
    target = safe_address(request, request.POST.get("next", ""), reverse("portal-home"))
    response = HttpResponseRedirect(target)
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    if theme in THEMES:
        _keep(response, THEME_COOKIE, theme)
    if language in dict(settings.LANGUAGES):
        _keep(response, LANGUAGE_COOKIE, language)
        actor = request.actor
        if actor.person_id is not None:
            _save(request, language=language, time_zone=actor.time_zone)
    return response


def _save(request: TimshelRequest, *, language: str, time_zone: str) -> None:
    actor = request.actor
    if actor.person_id is not None:
        people.change_preferences(
            actor.person_id, language=language, time_zone=time_zone, actor=actor, at=request.at
        )


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR, samesite="Lax", secure=settings.SECURE_COOKIES, httponly=True
    )
