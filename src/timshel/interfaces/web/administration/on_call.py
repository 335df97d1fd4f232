"""Who is on call in each team, for the next four weeks: seen by helpers, planned by leads."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.context.organization.queries import TeamRow, team_by_code, team_list
from timshel.context.people import queries as people
from timshel.context.people.access import require_view
from timshel.context.people.actions import ON_CALL_REGION, drop_shift, plan_shift
from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotAllowed
from timshel.kernel.paging import LARGEST_NUMBER

AHEAD = timedelta(weeks=4)
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def _moment_control() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class ShiftForm(RefusableForm):
    """Who is on call, from when and until when, in the reader's zone."""

    person = forms.TypedChoiceField(label=gettext_lazy("Who"), coerce=int)
    starts_at = forms.DateTimeField(
        label=gettext_lazy("From"), widget=_moment_control(), input_formats=MOMENT_FORMATS
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until"), widget=_moment_control(), input_formats=MOMENT_FORMATS
    )

    def __init__(self, given: Any, *, team: TeamRow) -> None:
        super().__init__(given, auto_id="shift-%s")
        person = self.fields["person"]
        assert isinstance(person, forms.TypedChoiceField)  # noqa: S101 - declared above
        person.choices = [(row.person_id, row.name) for row in people.members_of([team.id])]


@require_safe
def on_call(request: TimshelRequest) -> HttpResponse:
    """Show for each team who is on call now."""
    require_view(request.actor)
    token = live.token()
    teams = team_list(language=request.actor.language)
    present: dict[int, list[people.ShiftRow]] = {team.id: [] for team in teams}
    for shift in people.on_call(present, at=request.at):
        present[shift.team_id].append(shift)
    context = {
        "teams": [(team, present[team.id]) for team in teams],
        "live_token": token,
        "live_regions": [ON_CALL_REGION],
    }
    return render(request, "administration/on_call.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def team_on_call(request: TimshelRequest, code: str) -> HttpResponse:
    """Show who of a team is on call in the next four weeks, and plan a shift."""
    team = _team(request, code)
    form = ShiftForm(request.POST if request.method == "POST" else None, team=team)
    plan = _plan(request, team)
    if request.method == "POST":
        if not plan.may_plan:
            raise NotAllowed
        if form.is_valid() and refusing(form, lambda: _planned(request, team, form.cleaned_data)):
            messages.success(request, _("The shift is planned."))
            return redirect("on-call-team", code)
    context = {
        "team": team,
        "form": form,
        "plan": plan,
        "lines": _lines(plan, at=request.at),
        "last": request.at + AHEAD,
    }
    status = 422 if form.is_bound else 200
    return render(request, "administration/on_call_team.html", context, status=status)


@require_POST
def drop_on_call(request: TimshelRequest, code: str, shift_id: int) -> HttpResponse:
    """Take a shift back, or end it now if it runs already."""
    team = _team(request, code)
    drop_shift(min(shift_id, LARGEST_NUMBER), actor=request.actor, at=request.at)
    messages.success(request, _("The shift is taken back."))
    return redirect("on-call-team", team.code)


def _planned(request: TimshelRequest, team: TeamRow, said: dict[str, Any]) -> Any:
    return plan_shift(
        team.code,
        person_id=said["person"],
        starts_at=said["starts_at"],
        ends_at=said["ends_at"],
        actor=request.actor,
        at=request.at,
    )


def _team(request: TimshelRequest, code: str) -> TeamRow:
    require_view(request.actor)
    team = team_by_code(code, language=request.actor.language)
    if team is None:
        raise Http404
    return team


def _plan(request: TimshelRequest, team: TeamRow) -> people.ShiftPlan:
    return people.shift_plan(team.id, start=request.at, end=request.at + AHEAD, actor=request.actor)


def _lines(plan: people.ShiftPlan, *, at: datetime) -> list[dict[str, Any]]:
    """Return shifts, gaps and overlaps as the lines of one list, by their beginning."""
    shifts: list[dict[str, Any]] = [
        {
            "shift": shift,
            "starts_at": shift.starts_at,
            "ends_at": shift.ends_at,
            "is_now": shift.starts_at <= at,
        }
        for shift in plan.shifts
    ]
    gaps = [{"gap": True, "starts_at": start, "ends_at": end} for start, end in plan.gaps]
    both = [{"both": True, "starts_at": start, "ends_at": end} for start, end in plan.overlaps]
    return sorted([*shifts, *gaps, *both], key=lambda line: (line["starts_at"], line["ends_at"]))
