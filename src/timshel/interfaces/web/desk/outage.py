"""Telling everybody that something is out of order, from the incident that it is about."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.interfaces.web.wording import language_name
from timshel.kernel.errors import NotAllowed
from timshel.resolution_fulfilment.incident import queries as incidents
from timshel.resolution_fulfilment.outage import actions, queries
from timshel.resolution_fulfilment.outage.rules import (
    LONGEST_MESSAGE,
    LONGEST_TITLE,
    OutageWords,
)

OTHERS = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


class OutageForm(RefusableForm):
    """What everybody is told, in every language."""

    title = forms.CharField(
        label=gettext_lazy("What is out of order?"),
        help_text=gettext_lazy("In words that everybody understands, such as “Mail is slow”."),
        max_length=LONGEST_TITLE,
        error_messages={
            "required": gettext_lazy("Please say in a few words what is out of order.")
        },
    )
    message = forms.CharField(
        label=gettext_lazy("What do you know, and what can people do meanwhile?"),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for code in OTHERS:
            language = {"language": language_name(code)}
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("What is out of order? (%(language)s)") % language,
                required=False,
                max_length=LONGEST_TITLE,
            )
            self.fields[f"message_{code}"] = forms.CharField(
                label=_("What do you know? (%(language)s)") % language,
                required=False,
                max_length=LONGEST_MESSAGE,
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    def words(self) -> OutageWords:
        """Return what was written."""
        given = self.cleaned_data
        translations = {
            code: {"title": given[f"title_{code}"], "message": given[f"message_{code}"]}
            for code in OTHERS
            if given[f"title_{code}"] or given[f"message_{code}"]
        }
        return OutageWords(given["title"], given["message"], translations)


@require_http_methods(["GET", "HEAD", "POST"])
def outage(request: TimshelRequest, number: str) -> HttpResponseBase:
    """Show and keep what everybody is told of an incident, or tell them no longer."""
    view = incidents.incident(number, actor=request.actor, at=request.at)
    if request.method != "POST" and not queries.may_declare(view.work, actor=request.actor):
        raise NotAllowed
    told = queries.words_of(view.id)
    if request.method == "POST" and "end" in request.POST:
        actions.end_outage(number, actor=request.actor, at=request.at)
        messages.success(request, _("Nobody is told any more."))
        return HttpResponseRedirect(reverse("incident", args=[view.number]))
    form = OutageForm(request.POST or None, initial=_initial(told, view.title))
    if request.method == "POST" and form.is_valid():
        declared = refusing(
            form,
            lambda: actions.declare_outage(
                number, words=form.words(), actor=request.actor, at=request.at
            ),
        )
        if declared is not None:
            messages.success(request, _("Everybody is told on their home page now."))
            return HttpResponseRedirect(reverse("incident", args=[view.number]))
    context = {"record": view, "told": told, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "desk/outage.html", context, status=status)


def _initial(told: queries.ToldWords | None, title: str) -> dict[str, str]:
    if told is None:
        return {"title": title[:LONGEST_TITLE]}
    begun = {"title": told.title, "message": told.message}
    for code in OTHERS:
        texts = told.translations.get(code, {})
        begun[f"title_{code}"] = texts.get("title", "")
        begun[f"message_{code}"] = texts.get("message", "")
    return begun
