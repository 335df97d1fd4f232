"""Taking single days from an iCalendar file: first shown, then taken over."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.administration.calendars import known, may_change
from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Conflict, Invalid, NotAllowed
from timshel.kernel.icalendar_files.reading import LARGEST_FILE
from timshel.relationship_agreement.service_level.actions import import_days
from timshel.relationship_agreement.service_level.queries.calendar_files import (
    FilePreview,
    file_preview,
)
from timshel.relationship_agreement.service_level.queries.calendars import calendar_content
from timshel.relationship_agreement.service_level.rules.exchange import stored_days

SALT = "timshel.calendar-days"
KEPT_SECONDS = 24 * 60 * 60


class FileForm(RefusableForm):
    """The file to be read."""

    file = forms.FileField(
        label=gettext_lazy("iCalendar file"),
        help_text=gettext_lazy(
            "Whole days close the calendar, hours of a single day become the hours of that day."
        ),
        error_messages={"required": gettext_lazy("Please choose a file that ends with .ics.")},
    )
    file.widget.attrs["accept"] = ".ics,text/calendar"


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_import(request: TimshelRequest, code: str) -> HttpResponse:
    """Show what a file would change, and change it once that is confirmed."""
    if not may_change(request):
        raise NotAllowed
    content, _version = calendar_content(known(code), actor=request.actor)
    if "days" in request.POST:
        return _take_over(request, code)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES)
    preview: FilePreview | None = None
    if request.method == "POST" and form.is_valid():
        preview = refusing(form, lambda: _preview(request, code, form))
    context = {"form": form, "code": code, "name": content.name, **_shown(preview)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "administration/calendar_import.html", context, status=status)


def _preview(request: TimshelRequest, code: str, form: FileForm) -> FilePreview:
    given = cast("UploadedFile[Any]", form.cleaned_data["file"])
    content = given.read(LARGEST_FILE + 1)
    return file_preview(code, content, actor=request.actor, at=request.at)


def _shown(preview: FilePreview | None) -> dict[str, Any]:
    if preview is None:
        return {}
    new = [day for day in preview.days if day.is_new]
    same = len(preview.days) - len(new)
    noted = signing.dumps([preview.version, stored_days(new)], salt=SALT, compress=True)
    return {"preview": preview, "new_days": new, "same_count": same, "noted": noted}


def _take_over(request: TimshelRequest, code: str) -> HttpResponse:
    again = HttpResponseRedirect(reverse("calendar-import", args=[code]))
    try:
        noted = signing.loads(request.POST["days"], salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        messages.error(request, _("This page was open for too long. Please choose the file again."))
        return again
    version, days = noted
    try:
        import_days(code, days=days, seen_version=version, actor=request.actor, at=request.at)
    except Conflict:
        messages.error(
            request,
            _("Somebody else changed this calendar meanwhile. Please choose the file again."),
        )
        return again
    except Invalid as refusal:
        messages.error(request, str(refusal.message))
        return again
    messages.success(request, _("The days of the file are taken over; they hold from now on."))
    return HttpResponseRedirect(reverse("calendar", args=[code]) + "#days")
