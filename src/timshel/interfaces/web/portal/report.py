"""Reporting that something is broken: choose the service, say what happened, send it once."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from timshel.context.people.access import VIEW as SEE_PEOPLE
from timshel.interfaces.web.forms import FilesGiven, form_owner, refusing
from timshel.interfaces.web.opening import opening_line
from timshel.interfaces.web.portal.approval_people import PersonForm
from timshel.interfaces.web.portal.report_help import help_for
from timshel.interfaces.web.portal.ways import ways
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Conflict, NotFound
from timshel.kernel.idempotency.actions import once
from timshel.relationship_agreement.service_level.queries.calendar_uses import desk_hours
from timshel.resolution_fulfilment.incident.access import REPORT_FOR_OTHERS
from timshel.resolution_fulfilment.incident.actions import IncidentReport, open_incident
from timshel.service_portfolio.service import queries as services
from timshel.service_portfolio.service.queries import ServiceView

IMPACTS = (
    ("3", gettext_lazy("Only me")),
    ("2", gettext_lazy("My team, or several people")),
    ("1", gettext_lazy("Many people, or a whole site")),
)
URGENCIES = (
    ("1", gettext_lazy("I cannot work at all")),
    ("2", gettext_lazy("I can work, but with difficulty")),
    ("3", gettext_lazy("It is an annoyance")),
)
LONGEST_SEARCH = 200
# What may help is asked for while the title is typed.
HELPING = {
    "hx-get": reverse_lazy("report-help"),
    "hx-include": "#help-service",
    "hx-trigger": "input changed delay:400ms",
    "hx-target": "#report-help",
    "hx-swap": "innerHTML",
    "hx-sync": "this:replace",
}


class ReportForm(PersonForm):
    """What happened and whom it hinders, in the words of the person it happened to."""

    title = forms.CharField(
        label=gettext_lazy("What is broken?"),
        help_text=gettext_lazy("A few words, such as “The printer on the second floor jams”."),
        max_length=250,
        widget=forms.TextInput(attrs=HELPING),
        error_messages={"required": gettext_lazy("Please say in a few words what is broken.")},
    )
    offering = forms.ChoiceField(label=gettext_lazy("Which part of it?"), required=False)
    description = forms.CharField(
        label=gettext_lazy("What happened?"),
        help_text=gettext_lazy("What did you do, what did you see, since when?"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    impact = forms.TypedChoiceField(
        label=gettext_lazy("Whom does it hinder?"),
        choices=IMPACTS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please say whom it hinders.")},
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("How much does it hinder?"),
        choices=URGENCIES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please say how much it hinders.")},
    )
    once = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def __init__(
        self, given: Any, *, service: ServiceView | None, for_others: bool = False
    ) -> None:
        super().__init__(given, initial={"once": uuid.uuid4().hex})
        self.fields["person"].label = _("For somebody else?")
        if not for_others:
            del self.fields["person"], self.fields["requester"]
        offerings = service.offerings if service else ()
        if offerings:
            choices = [("", _("I am not sure")), *((each.code, each.name) for each in offerings)]
            self.fields["offering"] = forms.ChoiceField(
                label=gettext_lazy("Which part of it?"), required=False, choices=choices
            )
        else:
            del self.fields["offering"]


@require_safe
def choose(request: TimshelRequest) -> HttpResponse:
    """Show the services to choose from, all by area or those that meet what was typed."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    language = request.actor.language
    found = services.find_services(text, language=language, limit=30) if text else ()
    areas = () if text else services.service_list(language=language)
    desk = opening_line(desk_hours(at=request.at), at=request.at)
    context = {"text": text, "found": found, "areas": areas, "desk": desk, "ways": ways(request)}
    return render(request, "portal/report_choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_incident(request: TimshelRequest) -> HttpResponse:
    """Show the form for a service, and open the case it describes, once per form."""
    service = _service(request)
    helps = request.actor.may_somewhere(REPORT_FOR_OTHERS)
    form = ReportForm(request.POST or None, service=service, for_others=helps)
    files = FilesGiven(request, request.actor)
    if request.method == "POST" and form.is_valid() and _is_for_somebody(form, request):
        number = refusing(form, lambda: _open(form, files, service=service, request=request))
        files.release()
        if number is not None:
            thanks = _("Thank you. Your case is %(number)s; we confirm it by mail.")
            messages.success(request, thanks % {"number": number})
            return HttpResponseRedirect(reverse("case", args=[number]))
    context = {
        "form": form,
        "desk": opening_line(desk_hours(at=request.at), at=request.at),
        "service": service,
        "helps": helps,
        "finds_people": request.actor.may_somewhere(SEE_PEOPLE),
        "kept": files.keep() if form.is_bound else [],
        "file_errors": files.errors,
        "largest_file": settings.ATTACHMENT_MAX_BYTES,
        "help": help_for(
            request, text=request.POST.get("title", ""), service=service.code if service else None
        ),
        "typed": request.POST.get("title", ""),
    }
    return render(
        request, "portal/report_incident.html", context, status=422 if form.is_bound else 200
    )


def _is_for_somebody(form: ReportForm, request: TimshelRequest) -> bool:
    """Tell whether it is clear for whom this is: for oneself, or for the person who is named."""
    given = form.cleaned_data
    if not (given.get("person") or given.get("requester")):
        return True
    given["requester"] = form.chosen(request.actor)
    return given["requester"] is not None


def _service(request: TimshelRequest) -> ServiceView | None:
    code = request.GET.get("service", "")
    if not code:
        return None
    if "\0" in code:
        raise NotFound
    return services.service(code, language=request.actor.language)


def _open(
    form: ReportForm, files: FilesGiven, *, service: ServiceView | None, request: TimshelRequest
) -> str | None:
    """Open the case and return its number; the same form sent twice opens one case."""
    given = form.cleaned_data
    report = IncidentReport(
        title=given["title"],
        description=given["description"],
        service=service.code if service else None,
        offering=given.get("offering") or None,
        impact=given["impact"],
        urgency=given["urgency"],
        requester_id=given.get("requester"),
        files=files.uploads(),
    )
    actor, at = request.actor, request.at
    asked = {**given, "service": report.service, "files": files.fingerprint()}
    try:
        number, _again = once(
            given["once"],
            lambda: open_incident(report, actor=actor, at=at).number,
            owner=form_owner(request),
            content=json.dumps(asked, sort_keys=True).encode(),
            at=at,
        )
    except Conflict:
        form.add_error(
            None,
            _("You have sent this form before; that case is kept. Send again for another one."),
        )
        fresh = request.POST.copy()
        fresh["once"] = uuid.uuid4().hex
        form.data = fresh
        return None
    return str(number)
