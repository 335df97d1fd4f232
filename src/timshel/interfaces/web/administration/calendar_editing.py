"""Making and changing a calendar: by typing, or by painting the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import dates
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.administration.calendar_forms import (
    FILLS,
    SPARE_ROWS,
    CalendarForm,
    DayRow,
    check_rows,
    filled,
    initial_of,
    region_choices,
    rows_of,
    typed_rows,
)
from timshel.interfaces.web.administration.calendars import (
    known,
    may_change,
    shown_weeks,
)
from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Conflict, NotAllowed, NotFound
from timshel.relationship_agreement.service_level.actions import change_calendar, create_calendar
from timshel.relationship_agreement.service_level.queries.calendars import (
    CalendarVersion,
    calendar_content,
    calendar_view,
    days_ahead,
    open_work_on,
)
from timshel.relationship_agreement.service_level.rules.hours import calendar_from

MOST_COUNTED = 1_000


@dataclass(slots=True)
class Editing:
    """A form being filled in: its fields, its single days and which button was pressed.

    Args:
        form: the fields.
        rows: the single days.
        fill: the button that fills in a part, or nothing.
        spare: how many empty lines for further days.
    """

    form: CalendarForm
    rows: list[DayRow]
    fill: str
    spare: int

    @classmethod
    def of(
        cls, request: TimshelRequest, *, initial: dict[str, Any], rows: list[DayRow], is_new: bool
    ) -> Editing:
        """Return the form as it was posted, or as it begins."""
        if request.method != "POST":
            return cls(CalendarForm(None, initial=initial, is_new=is_new), rows, "", SPARE_ROWS)
        fill = request.POST.get("fill", "")
        given = filled(request.POST, fill)
        if fill in FILLS and fill != "preview":
            # Only a part was filled in: what was typed is shown, and not judged yet.
            form = CalendarForm(None, initial=initial | given.dict(), is_new=is_new)
        else:
            form = CalendarForm(given, initial=initial, is_new=is_new)
        more = 10 if fill == "rows" else SPARE_ROWS
        return cls(form, typed_rows(given), fill if fill in FILLS else "", more)

    def is_right(self) -> bool:
        """Tell whether nothing is wrong, and note beside each part what is."""
        fields_are = self.form.is_valid()
        return check_rows(self.rows, self.form) and fields_are


@require_http_methods(["GET", "HEAD", "POST"])
def new_calendar(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new calendar, perhaps as a copy of another one, and make it."""
    _require(request)
    initial, rows = _beginning(request)
    editing = Editing.of(request, initial=initial, rows=rows, is_new=True)
    if request.method == "POST" and not editing.fill and editing.is_right():
        form = editing.form
        code = refusing(
            form,
            lambda: create_calendar(
                form.cleaned_data["code"],
                name=form.cleaned_data["name"],
                hours=form.hours(editing.rows),
                actor=request.actor,
                at=request.at,
            ),
        )
        if code is not None:
            messages.success(request, _("The calendar is made. Agreements can count on it now."))
            return HttpResponseRedirect(reverse("calendar", args=[code]))
    return _page(request, editing, {"is_new": True})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_calendar(request: TimshelRequest, code: str) -> HttpResponse:
    """Show the form of a calendar, and give it other hours from now on."""
    _require(request)
    content, version = calendar_content(known(code), actor=request.actor)
    editing = Editing.of(
        request, initial=initial_of(content, version), rows=rows_of(content), is_new=False
    )
    context: dict[str, Any] = {"code": code, "name": content.name}
    status = None
    if request.method == "POST" and not editing.fill and editing.is_right():
        try:
            if refusing(editing.form, lambda: _change(request, code, editing)) is not None:
                return _changed(request, code)
        except Conflict as conflict:
            context["conflict"] = _conflict(request, code, editing, conflict)
            status = 409
    count = open_work_on(code, actor=request.actor, limit=MOST_COUNTED + 1)
    context |= {"open_count": min(count, MOST_COUNTED), "has_more": count > MOST_COUNTED}
    return _page(request, editing, context, status=status)


@require_safe
def calendar_regions(request: TimshelRequest) -> HttpResponse:
    """Return the regions of a country as the entries of a select."""
    _require(request)
    choices = region_choices(request.GET.get("holiday_country", "")[:2])
    return render(request, "administration/options.html", {"choices": choices})


def _require(request: TimshelRequest) -> None:
    if not may_change(request):
        raise NotAllowed


def _beginning(request: TimshelRequest) -> tuple[dict[str, Any], list[DayRow]]:
    """Return what a new calendar begins with: the values of the one it is copied from, if any."""
    source = request.GET.get("copy", "")
    if source:
        try:
            content, _version = calendar_content(known(source), actor=request.actor)
        except NotFound:
            source = ""
        else:
            name = _("Copy of %(name)s") % {"name": content.name}
            return initial_of(content, None) | {"name": name}, rows_of(content)
    initial = {"time_zone": request.actor.time_zone, "working_day": "8:00"}
    return initial, []


def _change(request: TimshelRequest, code: str, editing: Editing) -> bool:
    given = editing.form.cleaned_data
    change_calendar(
        code,
        hours=editing.form.hours(editing.rows),
        name=given["name"],
        seen_version=given["seen_version"] or 0,
        actor=request.actor,
        at=request.at,
    )
    return True


def _changed(request: TimshelRequest, code: str) -> HttpResponse:
    text = _("The hours hold from now on. Open work is being read again.")
    link = format_html('<a href="{}">{}</a>', reverse("jobs"), _("See how far that is"))
    messages.success(request, format_html("{} {}.", text, link))
    return HttpResponseRedirect(reverse("calendar", args=[code]))


def _conflict(
    request: TimshelRequest, code: str, editing: Editing, conflict: Conflict
) -> dict[str, Any]:
    """Return what somebody else changed, and let the form be sent again in spite of it."""
    view = calendar_view(code, actor=request.actor, at=request.at)
    seen = editing.form.cleaned_data["seen_version"] or 0
    newer: list[CalendarVersion] = [each for each in view.versions if each.id > seen]
    again = request.POST.copy()
    again["seen_version"] = str(view.version)
    editing.form.data = again
    return {"message": conflict.message, "versions": newer}


def _page(
    request: TimshelRequest,
    editing: Editing,
    context: dict[str, Any],
    *,
    status: int | None = None,
) -> HttpResponse:
    form = editing.form
    ahead = None
    if editing.fill == "preview" and editing.is_right():
        ahead = _ahead(request, editing)
    wrong = form.is_bound and bool(form.errors)
    fields = {
        "form": form,
        "rows": editing.rows,
        "spare_rows": [DayRow() for _number in range(editing.spare)],
        "weekdays": [str(dates.WEEKDAYS[number]) for number in range(7)],
        "ahead": ahead,
    }
    status = status or (422 if wrong else 200)
    return render(request, "administration/calendar_form.html", fields | context, status=status)


def _ahead(request: TimshelRequest, editing: Editing) -> Any:
    """Return the hours of the next weeks as the form would have them, or None if it is wrong."""

    def read() -> Any:
        meant = editing.form.hours(editing.rows)
        hours = calendar_from(
            time_zone=meant.time_zone,
            weekly=meant.weekly,
            exceptions=meant.exceptions,
            country=meant.holiday_country,
            region=meant.holiday_region,
        )
        return shown_weeks(days_ahead(hours, at=request.at), _today(hours.zone, request.at))

    return refusing(editing.form, read)


def _today(zone: str, at: datetime) -> Any:
    return at.astimezone(ZoneInfo(zone)).date()
