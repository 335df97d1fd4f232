"""The key map as scripts read it, the palette with the sheet of keys, and the page to set them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from timshel.context.people.actions import keep_page_setting
from timshel.context.people.queries import page_setting
from timshel.interfaces.web.keys.moves import (
    MOVES,
    PAGE,
    WHERE_NAMES,
    Keys,
    Where,
    goals,
    is_key,
    keys_from,
    something_new,
)
from timshel.interfaces.web.requests import TimshelRequest

# How many seconds a browser keeps the map: pages begin with it, and it changes once a year.
KEPT_SECONDS = 600


class KeysForm(forms.Form):
    """Whether one key alone does anything, and which key does what."""

    is_on = forms.BooleanField(
        label=gettext_lazy("Use one-key moves"),
        required=False,
        help_text=gettext_lazy(
            "Switch them off if you speak to your computer, or press keys by accident. "
            "Ctrl-K or Cmd-K opens the palette all the same."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for move in MOVES:
            self.fields[f"key-{move.name}"] = forms.CharField(
                label=str(move.label),
                required=False,
                strip=True,
                max_length=1,
                widget=forms.TextInput(
                    attrs={
                        "class": "form-control key-box",
                        "autocomplete": "off",
                        "autocapitalize": "none",
                        "spellcheck": "false",
                        "size": "2",
                    }
                ),
            )

    def clean(self) -> dict[str, Any]:
        """Refuse what is no key, and one key for two moves."""
        given: dict[str, Any] = super().clean() or {}
        keys = {move.name: given.get(f"key-{move.name}", "") for move in MOVES}
        often = Counter(keys.values())
        for name, key in keys.items():
            if not is_key(key):
                self.add_error(f"key-{name}", _("This should be one character that can be seen."))
            elif key and often[key] > 1:
                self.add_error(f"key-{name}", _("Another move has this key already."))
        return given

    def keys(self) -> Keys:
        """Return the keys as they were chosen."""
        given = self.cleaned_data
        return Keys(given["is_on"], {move.name: given[f"key-{move.name}"] for move in MOVES})

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields of the moves by where these are possible."""
        return [
            (
                str(WHERE_NAMES[where]),
                [self[f"key-{move.name}"] for move in MOVES if move.where == where],
            )
            for where in Where
        ]


@require_safe
def key_map(request: TimshelRequest) -> HttpResponse:
    """Answer with the reader's keys and the places behind their letters, as JSON."""
    keys = keys_from(page_setting(PAGE, actor=request.actor))
    answer = JsonResponse(
        {
            "on": keys.is_on,
            "keys": keys.by_key(),
            "places": {goal.letter: goal.address for goal in goals(request.actor) if goal.letter},
            "new": something_new(request.actor),
        }
    )
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return answer


@require_safe
def sheet(request: TimshelRequest) -> HttpResponse:
    """Answer with the palette and the sheet of keys, as part of a page."""
    keys = keys_from(page_setting(PAGE, actor=request.actor))
    groups = [
        (
            str(WHERE_NAMES[where]),
            [(move, keys.chosen[move.name]) for move in MOVES if move.where == where],
        )
        for where in Where
    ]
    context = {"keys": keys, "groups": groups, "goals": goals(request.actor)}
    return render(request, "keys/sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def key_preferences(request: TimshelRequest) -> HttpResponseBase:
    """Show and save which key does what."""
    kept = keys_from(page_setting(PAGE, actor=request.actor))
    if request.method == "POST" and request.POST.get("do") == "reset":
        return _keep(request, Keys())
    initial: dict[str, Any] = {"is_on": kept.is_on}
    initial |= {f"key-{name}": key for name, key in kept.chosen.items()}
    form = KeysForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        return _keep(request, form.keys())
    context = {"form": form, "goals": [goal for goal in goals(request.actor) if goal.letter]}
    return render(request, "keys/preferences.html", context, status=422 if form.is_bound else 200)


def _keep(request: TimshelRequest, keys: Keys) -> HttpResponseBase:
    keep_page_setting(PAGE, value=keys.plain(), actor=request.actor, at=request.at)
    messages.success(request, _("Your keys are saved."))
    return HttpResponseRedirect(reverse("key-preferences"))
