"""The register of improvements, their ranking, and the page of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from timshel.improvement.initiative import actions, queries
from timshel.improvement.initiative.access import sees_register
from timshel.improvement.initiative.queries import Wanted
from timshel.improvement.initiative.states import STATE_NAMES, Deed, ImprovementState
from timshel.interfaces.web.governance.actions.views import shown as shown_action
from timshel.interfaces.web.governance.improvements.forms import ContentForm, kept
from timshel.interfaces.web.governance.improvements.words import (
    area_names,
    area_of,
    area_value,
    path_of,
    shown,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotAllowed
from timshel.planning.planned_action.access import may_plan
from timshel.planning.planned_action.queries import About, actions_about

WHENS: Mapping[str, Promise] = {
    "open": pgettext_lazy("several actions or improvements", "Open"),
    "ended": gettext_lazy("Measured or declined"),
    "all": gettext_lazy("All"),
}
DEED_NAMES: Mapping[Deed, Promise] = {
    Deed.ASSESS: gettext_lazy("Assess"),
    Deed.AUTHORISE: gettext_lazy("Authorise"),
    Deed.PLAN: gettext_lazy("Plan"),
    Deed.START: gettext_lazy("Start"),
    Deed.FINISH: gettext_lazy("It is done"),
    Deed.MEASURE: gettext_lazy("Measure the benefit"),
    Deed.PARK: gettext_lazy("Park"),
    Deed.DECLINE: gettext_lazy("Decline"),
    Deed.RESUME: gettext_lazy("Take it up again"),
}
KIND = "improvement"
LONGEST_SEARCH = 200


def wanted_of(request: TimshelRequest) -> Wanted:
    """Return which improvements the address asks for."""
    when, state = request.GET.get("when", ""), request.GET.get("state", "")
    area = request.GET.get("area", "")
    return Wanted(
        when=when if when in WHENS else "open",
        state=ImprovementState(state) if state in STATE_NAMES else None,
        area=area_of(area) if area else None,
        is_own=request.GET.get("whose") == "mine",
        text=request.GET.get("text", "").strip()[:LONGEST_SEARCH],
    )


@require_safe
def improvements(request: TimshelRequest) -> HttpResponse:
    """List improvements."""
    return _list(request, wanted_of(request))


@require_safe
def ranking(request: TimshelRequest) -> HttpResponse:
    """List what is assessed and not done, the best first."""
    return _list(request, replace(wanted_of(request), is_ranked=True, state=None))


@require_safe
def one(request: TimshelRequest, improvement: str) -> HttpResponse:
    """Show one improvement."""
    token = live.token()
    view = queries.one_improvement(improvement, actor=request.actor, at=request.at)
    row = view.row
    about = About(KIND, row.number)
    planned = actions_about(KIND, [row.number], at=request.at).get(row.number, ())
    plans = may_plan(about, actor=request.actor)
    context = {
        "view": view,
        "row": row,
        "shown": shown(row, area_names(request.actor.language)),
        "path": path_of([each.state for each in view.steps], row.state),
        "steps": [(each, STATE_NAMES[each.state]) for each in view.steps],
        "deeds": [(_address(row.number, deed), DEED_NAMES[deed]) for deed in view.deeds],
        "sees_register": sees_register(request.actor),
        "actions": [shown_action(each) for each in planned],
        "plan_address": f"{reverse('action-new')}?about={KIND}:{row.number}" if plans else "",
        "live_token": token,
        "live_regions": [actions.REGION, "planned_actions"],
    }
    return render(request, "governance/improvements/improvement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TimshelRequest, improvement: str) -> HttpResponse:
    """Show the form of an improvement, or say it otherwise."""
    view = queries.one_improvement(improvement, actor=request.actor, at=request.at)
    if not view.may_change:
        raise NotAllowed
    given = request.POST if request.method == "POST" else None
    form = ContentForm(request.actor, view.row, given)
    if form.is_bound and form.is_valid():

        def save() -> bool:
            actions.change_improvement(
                improvement,
                content=form.content(request.actor),
                seen_revision=form.cleaned_data["seen_revision"] or 0,
                actor=request.actor,
                at=request.at,
            )
            return True

        if kept(form, save):
            messages.success(request, _("Saved."))
            return redirect("improvement", view.row.number)
    context = {"form": form, "row": view.row, "title": _("Change"), "button": _("Save")}
    status = 422 if form.is_bound else 200
    return render(request, "governance/improvements/form.html", context, status=status)


def _address(number: str, deed: Deed) -> str:
    if deed is Deed.ASSESS:
        return reverse("improvement-assess", args=[number])
    return reverse("improvement-step", args=[number, deed.value])


def _list(request: TimshelRequest, wanted: Wanted) -> HttpResponse:
    token = live.token()
    cursor = request.GET.get("cursor") or None
    page = queries.improvement_list(
        actor=request.actor, at=request.at, wanted=wanted, cursor=cursor
    )
    names = area_names(request.actor.language)
    context = {
        "page": page.map(lambda row: shown(row, names)),
        "wanted": wanted,
        "wanted_area": area_value(wanted.area) if wanted.area else "",
        "whens": WHENS.items(),
        "states": [(state.value, name) for state, name in STATE_NAMES.items()],
        "areas": names.items(),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/improvements/list.html", context)
