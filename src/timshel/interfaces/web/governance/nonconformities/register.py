"""The register of nonconformities: list, filters and spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from timshel.improvement.nonconformity import access, queries
from timshel.improvement.nonconformity.actions import REGION
from timshel.improvement.nonconformity.states import NonconformityState, Severity, SourceKind
from timshel.interfaces.web.governance.nonconformities import words
from timshel.interfaces.web.governance.process_names import ProcessNames
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.documents import XLSX, Column, ColumnKind, Sheet, spreadsheet
from timshel.service_portfolio.service.queries import service_choices

WHENS: Mapping[str, Promise] = {
    "open": pgettext_lazy("several actions or improvements", "Open"),
    "overdue": gettext_lazy("Overdue"),
    "ended": gettext_lazy("Ended"),
    "all": gettext_lazy("All"),
}
FILTERS = ("text", "state", "source", "severity", "service")


def _select(label: Any, all_of_them: Any, choices: list[Any]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", all_of_them), *choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class FilterForm(forms.Form):
    """What a reader narrows the register to; what cannot be read narrows nothing."""

    when = forms.ChoiceField(required=False, choices=list(WHENS.items()))
    text = forms.CharField(required=False, max_length=100)
    state = _select(gettext_lazy("State"), gettext_lazy("Any state"), NonconformityState.choices)
    source = _select(gettext_lazy("Source"), gettext_lazy("Any source"), SourceKind.choices)
    severity = _select(gettext_lazy("Weight"), gettext_lazy("Any weight"), Severity.choices)
    service = forms.CharField(
        label=gettext_lazy("Service"),
        required=False,
        max_length=80,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    mine = forms.BooleanField(required=False)

    def __init__(self, given: Any) -> None:
        super().__init__(given)
        self.is_valid()

    def offer_services(self, language: str) -> None:
        """Offer all services to choose from; one query."""
        widget = self.fields["service"].widget
        assert isinstance(widget, forms.Select)  # noqa: S101 - declared above
        widget.choices = [("", _("Any service")), *service_choices(language=language)]

    def given(self, name: str) -> str:
        """Return what was chosen, or nothing."""
        return str(self.cleaned_data.get(name) or "").replace("\0", "")

    @property
    def when_chosen(self) -> str:
        """Which tab is open."""
        return self.given("when") or "open"

    def wanted(self) -> queries.Wanted:
        """Return what is asked for."""
        state, source, severity = (self.given(name) for name in ("state", "source", "severity"))
        return queries.Wanted(
            when=self.when_chosen,
            state=NonconformityState(state) if state else None,
            source=SourceKind(source) if source else None,
            severity=Severity(severity) if severity else None,
            service=self.given("service"),
            is_own=bool(self.given("mine")),
            text=self.given("text"),
        )

    def is_narrowed(self) -> bool:
        """Tell whether anything but the tab narrows the list."""
        return any(self.given(name) for name in (*FILTERS, "mine"))

    def selects(self) -> list[forms.BoundField]:
        """Return the lists to choose from."""
        return [self[name] for name in ("state", "source", "severity", "service")]


@require_safe
def register(request: TimshelRequest) -> HttpResponse:
    """List nonconformities."""
    token = live.token()
    form = FilterForm(request.GET)
    form.offer_services(request.actor.language)
    page = queries.nonconformity_list(
        form.wanted(),
        actor=request.actor,
        at=request.at,
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page.map(lambda row: (row, words.mark(row.state))),
        "form": form,
        "when": form.when_chosen,
        "whens": WHENS.items(),
        "may_raise": access.may_raise(request.actor),
        "live_token": token,
        "live_regions": [REGION],
    }
    return render(request, "governance/nonconformities/list.html", context)


@require_safe
def as_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the nonconformities of the list as XLSX."""
    rows = queries.all_nonconformities(
        FilterForm(request.GET).wanted(), actor=request.actor, at=request.at
    )
    text = [
        *(_("Number"), _("Title"), _("State"), _("Weight"), _("Source"), _("Record")),
        *(_("Requirement"), _("Process"), _("Service"), _("Owner"), _("Raised by")),
    ]
    columns = [
        *(Column(header) for header in text),
        Column(_("Raised"), ColumnKind.MOMENT),
        Column(_("To be ended by"), ColumnKind.DATE),
        Column(_("Ended"), ColumnKind.MOMENT),
        Column(_("Overdue")),
    ]
    processes = ProcessNames(actor=request.actor, at=request.at)
    lines: list[list[Any]] = [_line(row, processes) for row in rows]
    sheet = Sheet(_("Nonconformities"), columns, lines)
    content = spreadsheet([sheet], zone=request.actor.time_zone)
    headers = {"Content-Disposition": 'attachment; filename="nonconformities.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _line(row: queries.NonconformityRow, processes: ProcessNames) -> list[Any]:
    return [
        row.number,
        row.title,
        row.state.label,
        row.severity.label,
        row.source.label,
        row.about_code,
        row.requirement,
        processes.name(row.process),
        row.service,
        row.owner,
        row.raised_by,
        row.raised_at,
        row.due_date,
        row.ended_at,
        _("yes") if row.is_overdue else "",
    ]
