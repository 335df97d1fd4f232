"""While I am away: who answers in one's place, and in whose place one answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from timshel.context.people.access import VIEW
from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.portal.approval_people import PersonForm
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotAllowed
from timshel.kernel.paging import LARGEST_NUMBER
from timshel.leadership.approval import queries
from timshel.leadership.approval.actions import Absence, delegate, end_delegation
from timshel.leadership.approval.actions.ending import region_of_person


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AwayForm(PersonForm):
    """Who answers, from which day until which, and why."""

    from_date = forms.DateField(
        label=gettext_lazy("First day"), widget=_day(), input_formats=["%Y-%m-%d"]
    )
    until_date = forms.DateField(
        label=gettext_lazy("Last day"), widget=_day(), input_formats=["%Y-%m-%d"]
    )
    reason = forms.CharField(
        label=gettext_lazy("A word to them"),
        required=False,
        max_length=250,
        widget=forms.TextInput(),
    )

    def refuse(self, refusal: Any) -> None:
        """Show what is wrong with the substitute at the field in which they were named."""
        fields = dict(refusal.fields)
        if "substitute" in fields:
            fields["person"] = fields.pop("substitute")
        refusal.fields = fields
        super().refuse(refusal)


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: TimshelRequest) -> HttpResponse:
    """Show who stands in for whom, and have somebody stand in."""
    token = live.token()
    given = request.POST if request.method == "POST" else None
    today = timezone.localdate(request.at)
    form = AwayForm(given, auto_id="away-%s", initial={"from_date": today, "until_date": today})
    if given is not None and form.is_valid():
        person_id = form.chosen(request.actor)
        if person_id is not None and refusing(form, lambda: _made(request, person_id, form)):
            messages.success(request, _("They are told, and can answer in your place."))
            return HttpResponseRedirect(reverse("delegation-list"))
    rows = queries.delegation_list(actor=request.actor, at=request.at)
    context = {
        "form": form,
        "finds_people": request.actor.may_somewhere(VIEW),
        "mine": [row for row in rows if row.is_mine and not row.is_over],
        "theirs": [row for row in rows if not row.is_mine and not row.is_over],
        "over": [row for row in rows if row.is_over],
        "live_token": token,
        "live_regions": [region_of_person(request.actor.person_id or 0)],
    }
    status = 422 if form.is_bound else 200
    return render(request, "portal/approvals_away.html", context, status=status)


@require_POST
def end(request: TimshelRequest, delegation_id: int) -> HttpResponse:
    """Have nobody stand in any more."""
    end_delegation(min(delegation_id, LARGEST_NUMBER), actor=request.actor, at=request.at)
    messages.success(request, _("From now on nobody stands in there."))
    return HttpResponseRedirect(reverse("delegation-list"))


def _made(request: TimshelRequest, person_id: int, form: AwayForm) -> object:
    if request.actor.person_id is None:
        raise NotAllowed
    given = form.cleaned_data
    absence = Absence(
        person_id=request.actor.person_id,
        substitute_id=person_id,
        from_date=given["from_date"],
        until_date=given["until_date"],
        reason=given["reason"],
    )
    return delegate(absence, actor=request.actor, at=request.at)
