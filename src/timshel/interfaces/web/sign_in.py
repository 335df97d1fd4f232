"""Signing in with a name and a password, and signing out."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from timshel.interfaces.web.requests import TimshelRequest, open_to_all, origin
from timshel.kernel.errors import Refused
from timshel.leadership.authority.actions import sign_in as check_credentials


class SignInForm(forms.Form):
    """A name and a password."""

    username = forms.CharField(
        label=_("User name or mail address"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def safe_address(request: TimshelRequest, address: str, default: str) -> str:
    """Return ``address`` if it leads to a page of ours, otherwise the default."""
    host = {request.get_host()}
    secure = request.is_secure()
    if address and url_has_allowed_host_and_scheme(
        address, allowed_hosts=host, require_https=secure
    ):
        return address
    return default


@open_to_all
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: TimshelRequest) -> HttpResponseBase:
    """Show the form; check what was entered; go where the person wanted to go."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    target = safe_address(request, wanted, reverse("portal-home"))
    if request.actor.person_id is not None:
        return HttpResponseRedirect(target)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _entered(request, form):
        return HttpResponseRedirect(target)
    context = {"form": form, "next": target, "sign_in_address": request.path}
    status = 422 if request.method == "POST" else 200
    return render(request, "sign_in.html", context, status=status)


def _entered(request: TimshelRequest, form: SignInForm) -> bool:
    """Sign in, or tell on the form why not."""
    given = form.cleaned_data
    try:
        account = check_credentials(
            given["username"], password=given["password"], origin=origin(request), at=request.at
        )
    except Refused as refusal:
        form.add_error(None, str(refusal.message))
        return False
    login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
    return True


@open_to_all
@require_POST
def sign_out(request: TimshelRequest) -> HttpResponse:
    """End the session, wherever the person is."""
    logout(request)
    return HttpResponseRedirect(reverse("sign-in"))
