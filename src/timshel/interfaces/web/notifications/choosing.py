"""What somebody is told, by which ways and when: a matrix that is a plain form."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Text
from timshel.support.notification import actions, queries
from timshel.support.notification.actions import HabitWish
from timshel.support.notification.queries import Preferences
from timshel.support.notification.states import RHYTHM_NAMES, WAY_NAMES, Rhythm, Way
from timshel.support.notification.topics import Topic

HOURS = [(str(hour), f"{hour:02d}:00") for hour in range(24)]


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class HabitForm(RefusableForm):
    """How often mail comes, and when nothing does."""

    rhythm = forms.ChoiceField(
        label=gettext_lazy("When mail comes"),
        choices=[(each.value, name) for each, name in RHYTHM_NAMES.items()],
        widget=forms.RadioSelect,
    )
    digest_hour = forms.ChoiceField(
        label=gettext_lazy("Hour of the daily mail"),
        choices=HOURS,
    )
    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"), widget=_clock(), required=False)
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet until"), widget=_clock(), required=False
    )
    lets_urgent_through = forms.BooleanField(
        label=gettext_lazy("What is urgent may come all the same"),
        help_text=gettext_lazy(
            "Work of priority 1, and what you are called out for while you are on call."
        ),
        required=False,
    )

    def wish(self) -> HabitWish:
        """Return what was chosen."""
        given = self.cleaned_data
        return HabitWish(
            rhythm=Rhythm(given["rhythm"]),
            digest_hour=int(given["digest_hour"]),
            quiet_from=given["quiet_from"],
            quiet_until=given["quiet_until"],
            lets_urgent_through=given["lets_urgent_through"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: TimshelRequest) -> HttpResponse:
    """Show and save what somebody is told, and how."""
    now = queries.preferences(actor=request.actor)
    initial = {
        "rhythm": now.habit.rhythm,
        "digest_hour": str(now.habit.digest_hour),
        "quiet_from": now.habit.quiet_from,
        "quiet_until": now.habit.quiet_until,
        "lets_urgent_through": now.habit.lets_urgent_through,
    }
    form = HabitForm(request.POST or None, initial=initial, auto_id="habit-%s")
    ticked = request.POST.getlist("choice") if request.method == "POST" else None
    if ticked is not None and form.is_valid() and refusing(form, lambda: _save(request, form, now)):
        messages.success(request, _("From now on you are told as you chose."))
        return HttpResponseRedirect(reverse("notification-preferences"))
    context = {
        "form": form,
        "rows": _matrix(now, ticked),
        "ways": WAY_NAMES.items(),
        "devices": now.devices,
        "application_key": queries.application_key(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "notifications/preferences.html", context, status=status)


@require_POST
def try_out(request: TimshelRequest) -> HttpResponse:
    """Send somebody a notice by every way, now."""
    actions.try_out(actor=request.actor, at=request.at)
    messages.success(
        request, _("A notice is on its way to you: here, by mail, and to each of your devices.")
    )
    return HttpResponseRedirect(reverse("notification-preferences"))


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the matrix as it is drawn."""

    way: Way
    name: Text
    is_ticked: bool
    is_obliged: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the matrix as it is drawn."""

    topic: Topic
    label: Text
    cells: tuple[Box, ...]


def _matrix(now: Preferences, ticked: Collection[str] | None) -> list[Line]:
    """Return the matrix, as it was sent where it was refused, else as it is kept."""
    return [
        Line(
            row.topic,
            row.label,
            tuple(
                Box(
                    cell.way,
                    WAY_NAMES[cell.way],
                    cell.is_obliged
                    or (cell.is_wanted if ticked is None else f"{row.topic} {cell.way}" in ticked),
                    cell.is_obliged,
                )
                for cell in row.cells
            ),
        )
        for row in now.rows
    ]


def _save(request: TimshelRequest, form: HabitForm, now: Preferences) -> bool:
    actions.set_habit(form.wish(), actor=request.actor, at=request.at)
    wanted = _wanted(request.POST.getlist("choice"), now)
    actions.choose(wanted, actor=request.actor, at=request.at)
    return True


def _wanted(ticked: Collection[str], now: Preferences) -> dict[tuple[Topic, Way], bool]:
    """Return what every box of the matrix says; a box that nobody can empty says nothing."""
    return {
        (row.topic, cell.way): f"{row.topic} {cell.way}" in ticked
        for row in now.rows
        for cell in row.cells
        if not cell.is_obliged
    }
