"""Service accounts: programs that act in their own name, and who answers for each."""

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
from timshel.interfaces.web.tokens import MOST_DAYS, USUAL_DAYS, scope_choices
from timshel.leadership.authority import actions, queries
from timshel.leadership.authority.actions import AccountContent


class AccountForm(RefusableForm):
    """What is said of a service account."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("It stands beside everything that the program does."),
        max_length=100,
    )
    purpose = forms.CharField(label=gettext_lazy("What is it for?"), max_length=500)
    owner = forms.CharField(
        label=gettext_lazy("Who answers for it?"),
        help_text=gettext_lazy("The mail address of a person who works here, or their code."),
        max_length=254,
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"),
        choices=scope_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    requests_per_minute = forms.IntegerField(
        label=gettext_lazy("Requests in a minute"),
        help_text=gettext_lazy("Leave it empty for the usual limit."),
        min_value=1,
        max_value=1_000_000,
        required=False,
    )

    def content(self, *, expires_at: datetime | None = None) -> AccountContent:
        """Return it as the actions take it."""
        given = self.cleaned_data
        return AccountContent(
            name=given["name"],
            purpose=given["purpose"],
            owner=given["owner"],
            scopes=tuple(given["scopes"]),
            requests_per_minute=given["requests_per_minute"],
            expires_at=expires_at,
        )


class NewAccountForm(AccountForm):
    """A service account that does not exist yet."""

    code = forms.SlugField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Small letters, digits and hyphens; it stays."),
        max_length=40,
    )
    field_order = ("code", "name")


class KeyForm(RefusableForm):
    """A token that is wanted."""

    name = forms.CharField(label=gettext_lazy("What or where is it for?"), max_length=100)
    days = forms.IntegerField(
        label=gettext_lazy("For how many days?"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=USUAL_DAYS,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: TimshelRequest) -> HttpResponse:
    """Show the service accounts, and make one."""
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = refusing(
            form,
            lambda: actions.create_service_account(
                form.cleaned_data["code"],
                content=form.content(),
                actor=request.actor,
                at=request.at,
            ),
        )
        if code is not None:
            return HttpResponseRedirect(reverse("service-account", args=[code]))
    rows = queries.service_account_list(actor=request.actor, at=request.at)
    context = {"form": form, "accounts": rows}
    status = 422 if form.is_bound else 200
    return render(request, "administration/service_accounts.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: TimshelRequest, code: str) -> HttpResponse:
    """Show a service account with its tokens, and change what is said of it."""
    row, _tokens = queries.service_account(code, actor=request.actor, at=request.at)
    form = AccountForm(request.POST) if request.method == "POST" else None
    if (
        form is not None
        and form.is_valid()
        and refusing(form, lambda: _change(request, code, form, row.expires_at))
    ):
        messages.success(request, _("What you changed is saved."))
        return HttpResponseRedirect(reverse("service-account", args=[code]))
    return _page(request, code, form=form)


@require_POST
def token(request: TimshelRequest, code: str) -> HttpResponse:
    """Make a token of a service account; its secret is shown this once."""
    key = KeyForm(request.POST)
    secret: str | None = None
    if key.is_valid():
        given = key.cleaned_data
        secret = refusing(
            key,
            lambda: actions.issue_service_token(
                code,
                name=given["name"],
                expires_at=request.at + timedelta(days=given["days"]),
                actor=request.actor,
                at=request.at,
            ),
        )
    return _page(request, code, key=key if secret is None else None, secret=secret)


@require_POST
def end(request: TimshelRequest, code: str) -> HttpResponseBase:
    """End a service account with all its tokens."""
    actions.end_service_account(code, actor=request.actor, at=request.at)
    messages.success(request, _("The account has ended, and its tokens open nothing any more."))
    return HttpResponseRedirect(reverse("service-accounts"))


def _change(
    request: TimshelRequest, code: str, form: AccountForm, expires_at: datetime | None
) -> bool:
    content = form.content(expires_at=expires_at)
    actions.change_service_account(code, content=content, actor=request.actor, at=request.at)
    return True


def _page(
    request: TimshelRequest,
    code: str,
    *,
    form: AccountForm | None = None,
    key: KeyForm | None = None,
    secret: str | None = None,
) -> HttpResponse:
    row, tokens = queries.service_account(code, actor=request.actor, at=request.at)
    known = {
        "name": row.name,
        "purpose": row.purpose,
        "owner": row.owner_code,
        "scopes": row.scopes,
        "requests_per_minute": row.requests_per_minute,
    }
    context = {
        "account": row,
        "tokens": tokens,
        "form": form or AccountForm(initial=known),
        "key": key or KeyForm(auto_id="key_%s"),
        "secret": secret,
    }
    is_wrong = (form is not None and form.is_bound) or key is not None
    response = render(
        request, "administration/service_account.html", context, status=422 if is_wrong else 200
    )
    response.headers["Cache-Control"] = "no-store"
    return response
