"""One's own keys to the API: making one, showing its secret once, ending it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.leadership.authority.access import SCOPES
from timshel.leadership.authority.actions import issue_token, revoke_token
from timshel.leadership.authority.queries import token_list

USUAL_DAYS, MOST_DAYS = 365, 3_650


def scope_choices() -> list[tuple[str, str]]:
    """Return the named scopes, each with what it opens."""
    return [(scope.code, f"{scope.title} ({scope.code})") for scope in SCOPES.values()]


class TokenForm(RefusableForm):
    """What a token is for, what it opens, and for how long."""

    name = forms.CharField(label=gettext_lazy("What is it for?"), max_length=100)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"),
        help_text=gettext_lazy("It never does more than you may yourself."),
        choices=scope_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label=gettext_lazy("For how many days?"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=USUAL_DAYS,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: TimshelRequest) -> HttpResponse:
    """Show one's tokens, and make one; its secret is shown this once."""
    actor = request.actor
    form = TokenForm(request.POST or None)
    secret: str | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        secret = refusing(
            form,
            lambda: issue_token(
                actor.person_id or 0,
                name=given["name"],
                scopes=given["scopes"],
                expires_at=request.at + timedelta(days=given["days"]),
                actor=actor,
                at=request.at,
            ),
        )
    rows = token_list(actor.person_id or 0, actor=actor)
    context = {
        "form": TokenForm() if secret else form,
        "secret": secret,
        "tokens": [(row, _is_open(row.revoked_at, row.expires_at, request)) for row in rows],
    }
    status = 422 if form.is_bound and not secret else 200
    response = render(request, "tokens.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke(request: TimshelRequest, token_id: int) -> HttpResponseBase:
    """End a token of one's own."""
    revoke_token(token_id, actor=request.actor, at=request.at)
    messages.success(request, _("The token opens nothing any more."))
    return HttpResponseRedirect(reverse("token-list"))


def _is_open(
    revoked_at: datetime | None, expires_at: datetime | None, request: TimshelRequest
) -> bool:
    return revoked_at is None and (expires_at is None or expires_at > request.at)
