"""Planned work: what runs, what comes, what is over; planning it and calling it off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.context.organization.queries import site_list
from timshel.design_transition.maintenance import actions, queries
from timshel.design_transition.maintenance.access import PLAN
from timshel.design_transition.maintenance.rules import LONGEST_MESSAGE, LONGEST_TITLE, Plan
from timshel.interfaces.web.forms import RefusableForm, refusing, text_area
from timshel.interfaces.web.requests import TimshelRequest
from timshel.interfaces.web.wording import language_name
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed

NEEDED = {"required": gettext_lazy("Please fill this in.")}
OTHERS = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
WHENS: Mapping[str, Promise] = {
    "open": gettext_lazy("Running and coming"),
    "over": gettext_lazy("Over"),
}


def _moment_control() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class PlanForm(RefusableForm):
    """What is planned, in every language; times in the reader's zone."""

    title = forms.CharField(
        label=gettext_lazy("What is done?"),
        help_text=gettext_lazy("In words that everybody understands."),
        max_length=LONGEST_TITLE,
        error_messages=NEEDED,
    )
    message = forms.CharField(
        label=gettext_lazy("What will people notice, and what can they do meanwhile?"),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=text_area(4),
    )
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Services"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Please choose at least one service.")},
    )
    sites = forms.MultipleChoiceField(
        label=gettext_lazy("Only at these sites"),
        help_text=gettext_lazy("None means everywhere."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    starts_at = forms.DateTimeField(
        label=gettext_lazy("From"),
        widget=_moment_control(),
        input_formats=MOMENT_FORMATS,
        error_messages=NEEDED,
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until"),
        widget=_moment_control(),
        input_formats=MOMENT_FORMATS,
        error_messages=NEEDED,
    )

    def __init__(self, actor: Actor, given: Any = None, **more: Any) -> None:
        super().__init__(given, **more)
        services, sites = self.fields["services"], self.fields["sites"]
        assert isinstance(services, forms.MultipleChoiceField)  # noqa: S101 - declared above
        assert isinstance(sites, forms.MultipleChoiceField)  # noqa: S101 - declared above
        services.choices = queries.plannable_services(actor=actor)
        rows = site_list(language=actor.language)
        sites.choices = [(row.code, row.name) for row in rows]
        for code in OTHERS:
            language = {"language": language_name(code)}
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("What is done? (%(language)s)") % language,
                required=False,
                max_length=LONGEST_TITLE,
            )
            self.fields[f"message_{code}"] = forms.CharField(
                label=_("What will people notice? (%(language)s)") % language,
                required=False,
                max_length=LONGEST_MESSAGE,
                widget=text_area(4),
            )

    def plan(self) -> Plan:
        """Return what was written."""
        given = self.cleaned_data
        return Plan(
            title=given["title"],
            message=given["message"],
            services=tuple(given["services"]),
            sites=tuple(given["sites"]),
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            translations={
                code: {"title": given[f"title_{code}"], "message": given[f"message_{code}"]}
                for code in OTHERS
                if given[f"title_{code}"] or given[f"message_{code}"]
            },
        )


@require_safe
def planned_work(request: TimshelRequest) -> HttpResponse:
    """List planned work."""
    token = live.token()
    when = request.GET.get("when", "")
    when = when if when in WHENS else "open"
    page = queries.planned_work_list(
        actor=request.actor,
        at=request.at,
        when=when,
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page,
        "when": when,
        "whens": WHENS.items(),
        "may_plan": request.actor.may_somewhere(PLAN),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "desk/monitoring/planned_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: TimshelRequest) -> HttpResponse:
    """Show the form to plan work, or plan it."""
    if not request.actor.may_somewhere(PLAN):
        raise NotAllowed
    form = PlanForm(request.actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        planned = refusing(
            form,
            lambda: actions.plan_work(plan=form.plan(), actor=request.actor, at=request.at),
        )
        if planned is not None:
            messages.success(request, _("It is planned, and everybody can read of it."))
            return redirect("planned-work", planned.planned_work_id)
    return _form_page(request, form, None)


@require_safe
def one(request: TimshelRequest, planned_work_id: int) -> HttpResponse:
    """Show one piece of planned work."""
    token = live.token()
    row = queries.planned_work(planned_work_id, actor=request.actor, at=request.at)
    context = {
        "row": row,
        "is_running": row.state == "running",
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "desk/monitoring/planned.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TimshelRequest, planned_work_id: int) -> HttpResponse:
    """Show the form of planned work, or plan it otherwise."""
    row = queries.planned_work(planned_work_id, actor=request.actor, at=request.at)
    if not row.may_change:
        raise NotAllowed
    given = request.POST if request.method == "POST" else None
    form = PlanForm(request.actor, given, initial=_begun(request, row))
    if request.method == "POST" and form.is_valid():
        done = refusing(form, lambda: _changed(request, row.id, form))
        if done:
            messages.success(request, _("Saved."))
            return redirect("planned-work", row.id)
    return _form_page(request, form, row)


@require_POST
def cancel(request: TimshelRequest, planned_work_id: int) -> HttpResponse:
    """Call planned work off."""
    actions.cancel_planned_work(planned_work_id, actor=request.actor, at=request.at)
    messages.success(request, _("It is called off."))
    return redirect("planned-work", planned_work_id)


@require_POST
def finish(request: TimshelRequest, planned_work_id: int) -> HttpResponse:
    """Say that planned work is done before its time."""
    actions.finish_planned_work(planned_work_id, actor=request.actor, at=request.at)
    messages.success(request, _("It is done. Alerts of its services count again."))
    return redirect("planned-work", planned_work_id)


def _changed(request: TimshelRequest, key: int, form: PlanForm) -> bool:
    actions.change_planned_work(key, plan=form.plan(), actor=request.actor, at=request.at)
    return True


def _begun(request: TimshelRequest, row: queries.PlannedWorkRow) -> dict[str, Any]:
    words = queries.planned_words(row.id, actor=request.actor)
    begun: dict[str, Any] = {
        "title": words.title,
        "message": words.message,
        "services": [each.code for each in row.services],
        "sites": [each.code for each in row.sites],
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
    }
    for code in OTHERS:
        texts = words.translations.get(code, {})
        begun[f"title_{code}"] = texts.get("title", "")
        begun[f"message_{code}"] = texts.get("message", "")
    return begun


def _form_page(
    request: TimshelRequest, form: PlanForm, row: queries.PlannedWorkRow | None
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "row": row}
    return render(request, "desk/monitoring/planned_form.html", context, status=status)
