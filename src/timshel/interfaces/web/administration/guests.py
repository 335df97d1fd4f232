"""Links by which guests report: making one, showing it once, taking it back."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.resolution_fulfilment.guest.actions import make_guest_link, revoke_guest_link
from timshel.resolution_fulfilment.guest.queries import guest_links
from timshel.resolution_fulfilment.guest.rules import LONGEST_LABEL, MOST_DAYS
from timshel.service_portfolio.service.queries import service_list

USUAL_DAYS = 90


class LinkForm(RefusableForm):
    """What a link is for, and for how long."""

    label = forms.CharField(
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy("Guests read it, such as “Lecture hall 2”."),
        max_length=LONGEST_LABEL,
        error_messages={"required": gettext_lazy("Please say in a few words what it is for.")},
    )
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    days = forms.IntegerField(
        label=gettext_lazy("For how many days?"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=USUAL_DAYS,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def guests(request: TimshelRequest) -> HttpResponse:
    """Show the links that were given, and make one; its address is shown this once."""
    form = LinkForm(request.POST or None)
    areas = service_list(language=request.actor.language)
    form.fields["service"] = forms.ChoiceField(
        label=gettext_lazy("Service"),
        required=False,
        choices=[
            ("", _("Any")),
            *((area.name, [(each.code, each.name) for each in area.services]) for area in areas),
        ],
    )
    address = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        secret = refusing(
            form,
            lambda: make_guest_link(
                given["label"],
                service=given["service"],
                days=given["days"],
                actor=request.actor,
                at=request.at,
            ),
        )
        if secret is not None:
            address = f"{settings.BASE_ADDRESS}{reverse('guest-report', args=[secret])}"
    context = {
        "form": _fresh(form) if address else form,
        "address": address,
        "page": guest_links(
            actor=request.actor, at=request.at, cursor=request.GET.get("cursor") or None
        ),
    }
    status = 422 if form.is_bound and not address else 200
    response = render(request, "administration/guests.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _fresh(form: LinkForm) -> LinkForm:
    """Return an empty form with the same choices."""
    fresh = LinkForm()
    fresh.fields["service"] = form.fields["service"]
    return fresh


@require_POST
def revoke(request: TimshelRequest, link_id: int) -> HttpResponseBase:
    """Take a link back."""
    revoke_guest_link(link_id, actor=request.actor, at=request.at)
    messages.success(request, _("The link opens no more."))
    return HttpResponseRedirect(reverse("guest-links"))
