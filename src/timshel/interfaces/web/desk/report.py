"""Logging an incident for someone who calls or comes by."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from timshel.context.people import queries as people
from timshel.interfaces.web.desk.forms import StepForm
from timshel.interfaces.web.desk.people import SHORTEST, matching
from timshel.interfaces.web.desk.words import CHANNEL_NAMES, IMPACT_NAMES, URGENCY_NAMES
from timshel.interfaces.web.filters import service_choices
from timshel.interfaces.web.forms import FilesGiven, form_owner, refusing, text_area
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Channel
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.idempotency.actions import once
from timshel.resolution_fulfilment.incident import actions
from timshel.resolution_fulfilment.incident.access import REPORT_FOR_OTHERS
from timshel.service_portfolio.service import queries as services

CHANNELS = (Channel.PHONE, Channel.WALK_IN, Channel.MAIL, Channel.CHAT)


class ReportForm(StepForm):
    """What is asked when somebody calls, in the order in which people tell it."""

    person = forms.CharField(
        label=gettext_lazy("Who calls?"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Name, mail address or phone number."),
    )
    requester = forms.IntegerField(required=False, widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=gettext_lazy("How did it come in?"),
        choices=[(str(each), CHANNEL_NAMES[each]) for each in CHANNELS],
        initial=Channel.PHONE,
    )
    service = forms.CharField(
        label=gettext_lazy("Service"), required=False, max_length=40, widget=forms.Select
    )
    title = forms.CharField(label=gettext_lazy("What is broken?"), max_length=250)
    description = forms.CharField(
        label=gettext_lazy("What happened?"), required=False, widget=text_area(6)
    )
    impact = forms.TypedChoiceField(
        label=gettext_lazy("Impact"), coerce=int, choices=list(IMPACT_NAMES.items()), initial=3
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"), coerce=int, choices=list(URGENCY_NAMES.items()), initial=3
    )
    once = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask for a person to be chosen, not only typed."""
        given = super().clean() or self.cleaned_data
        if not given.get("requester"):
            self.add_error("person", _("Find the person and choose them from the list."))
        return given


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form, or log what was told."""
    if not request.actor.may_somewhere(REPORT_FOR_OTHERS):
        raise NotAllowed
    if request.method != "POST":
        return _page(request, ReportForm("report", initial={"requester": _start(request)}))
    form = ReportForm("report", request.POST)
    files = FilesGiven(request, request.actor)
    if "find" in request.POST:
        return _page(request, form, files, is_search=True)
    if not form.is_valid():
        return _page(request, form, files, status=422)
    number = refusing(form, lambda: _open(request, form, files))
    files.release()
    if number is None:
        return _page(request, form, files, status=422)
    done = _("%(number)s is logged. Give the caller this number.") % {"number": number}
    messages.success(request, done)
    return redirect("incident", number=number)


def _start(request: TimshelRequest) -> int | None:
    """Return the person named in the address, as a link from a caller's record would do."""
    given = request.GET.get("requester", "")
    return int(given) if given.isascii() and given.isdigit() else None


def _open(request: TimshelRequest, form: ReportForm, files: FilesGiven) -> str:
    """Open the incident and return its number; the same form sent twice opens one."""
    given = form.cleaned_data
    report = actions.IncidentReport(
        title=given["title"],
        description=given["description"],
        service=given["service"] or None,
        impact=given["impact"],
        urgency=given["urgency"],
        requester_id=given["requester"],
        channel=Channel(given["channel"]),
        files=files.uploads(),
    )

    def perform() -> str:
        return actions.open_incident(report, actor=request.actor, at=request.at).number

    if not given["once"]:
        return perform()
    content = json.dumps([{**given, "files": files.fingerprint()}]).encode()
    number, _again = once(
        given["once"], perform, owner=form_owner(request), content=content, at=request.at
    )
    return str(number)


def _page(
    request: TimshelRequest,
    form: ReportForm,
    files: FilesGiven | None = None,
    *,
    is_search: bool = False,
    status: int = 200,
) -> HttpResponse:
    areas = services.service_list(language=request.actor.language)
    form.offer("service", [("", _("Not known yet")), *service_choices(areas)])
    text = str(form["person"].value() or "").strip()
    context = {
        "form": form,
        "kept": files.keep() if files else [],
        "file_errors": [*(files.errors if files else []), *form.errors.get("files", ())],
        "largest_file": settings.ATTACHMENT_MAX_BYTES,
        "once": uuid.uuid4().hex,
        "is_search": is_search,
        "text": text,
        "shortest": SHORTEST,
        "people": matching(request, text),
        "chosen": _chosen(request, form),
    }
    return render(request, "desk/new.html", context, status=status)


def _chosen(request: TimshelRequest, form: ReportForm) -> people.PersonCard | None:
    """Return the card of the person chosen already, if there is one."""
    value = str(form["requester"].value() or "")
    if not (value.isascii() and value.isdigit()):
        return None
    try:
        return people.person_card(int(value), actor=request.actor)
    except NotFound:
        return None
