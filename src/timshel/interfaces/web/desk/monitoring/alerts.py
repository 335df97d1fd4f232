"""Alerts: what fires now, by service and severity; one alert with all that is known of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from timshel.interfaces.web.addresses import INCIDENT
from timshel.interfaces.web.desk.record_page import RecordView
from timshel.interfaces.web.filters import Choices, Select, select_options, service_choices
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.actor import Channel
from timshel.resolution_fulfilment.alert import actions, queries
from timshel.resolution_fulfilment.alert.states import SEVERITY_NAMES
from timshel.service_portfolio.service import queries as services

WHICH: Mapping[str, Promise] = {
    "firing": gettext_lazy("Firing"),
    "nobody": gettext_lazy("Belonging to nobody"),
    "muted": gettext_lazy("Muted"),
    "resolved": gettext_lazy("Cleared"),
}
SEVERITY_CHOICES: Choices = (
    ("", gettext_lazy("Any severity")),
    *((str(level), name) for level, name in SEVERITY_NAMES.items()),
)
MOST_SERVICES = 8


class AlertForm(forms.Form):
    """What a reader narrows the list to; what cannot be read narrows nothing."""

    which = forms.ChoiceField(required=False, choices=[*WHICH.items(), ("all", "")])
    text = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=100)
    service = forms.CharField(label=gettext_lazy("Service"), required=False, max_length=40)
    severity = forms.ChoiceField(
        label=gettext_lazy("Severity"), required=False, choices=SEVERITY_CHOICES
    )
    source = forms.CharField(label=gettext_lazy("Source"), required=False, max_length=40)
    incident = forms.CharField(required=False, max_length=20)

    def __init__(self, given: Any) -> None:
        super().__init__(given)
        self.is_valid()

    def given(self, name: str) -> str:
        """Return what was chosen, or nothing."""
        return str(self.cleaned_data.get(name) or "").replace("\0", "")

    def filters(self) -> queries.AlertFilters:
        """Return what is asked for."""
        severity, incident = self.given("severity"), self.given("incident")
        return queries.AlertFilters(
            which=self.given("which") or ("all" if incident else "firing"),
            service=self.given("service"),
            source=self.given("source"),
            severity=int(severity) if severity else None,
            text=self.given("text"),
            incident=incident,
        )

    def is_narrowed(self) -> bool:
        """Tell whether anything but the tab narrows the list."""
        names = ("text", "service", "severity", "source", "incident")
        return any(self.given(name) for name in names)

    def selects(self, language: str) -> list[Select]:
        """Return the lists to choose from."""
        areas = services.service_list(language=language)
        offered: dict[str, Choices] = {
            "service": [("", _("Any service")), *service_choices(areas)],
            "severity": SEVERITY_CHOICES,
            "source": [("", _("Any source")), *queries.source_choices()],
        }
        return [
            (name, self.fields[name].label, select_options(choices, self.given(name)))
            for name, choices in offered.items()
        ]


@require_safe
def alerts(request: TimshelRequest) -> HttpResponse:
    """List alerts, with how many fire for which service."""
    token = live.token()
    form = AlertForm(request.GET)
    filters = form.filters()
    page = queries.alert_list(
        filters, actor=request.actor, cursor=request.GET.get("cursor") or None
    )
    tally = queries.tally(actor=request.actor)
    counts = {"firing": tally.firing, "nobody": tally.nobody, "muted": tally.muted}
    context = {
        "page": page,
        "form": form,
        "filters": filters,
        "tally": tally,
        "services": tally.services[:MOST_SERVICES],
        "tabs": [(code, name, counts.get(code)) for code, name in WHICH.items()],
        "selects": form.selects(request.actor.language),
        "severities": SEVERITY_NAMES,
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "desk/monitoring/alerts.html", context)


@require_safe
def alert(request: TimshelRequest, alert_id: int) -> HttpResponse:
    """Show an alert with its history and what was said of it."""
    token = live.token()
    found = queries.alert(alert_id, actor=request.actor)
    context = {
        "alert": found,
        "row": found.row,
        "raw": json.dumps(found.raw, indent=2, ensure_ascii=False),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "desk/monitoring/alert.html", context)


def beside_record(request: TimshelRequest, kind: str, view: RecordView) -> Mapping[str, Any] | None:
    """Return the alerts of an incident for the panel of its page; only what monitoring reported
    is asked for them.
    """
    if kind != INCIDENT or getattr(view, "channel", "") != Channel.MONITORING:
        return None
    found = queries.alerts_beside(view.id, actor=request.actor)
    return {"alerts_beside": found} if found is not None else None
