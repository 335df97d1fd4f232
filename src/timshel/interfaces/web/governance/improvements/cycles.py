"""Plan, do, check, act: the board of all cycles, and the pages of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from timshel.improvement.initiative import actions, queries
from timshel.improvement.initiative.access import MANAGE
from timshel.improvement.initiative.queries import CycleRow
from timshel.improvement.initiative.states import (
    CYCLES,
    STATE_NAMES,
    STEP_NAMES,
    STEPS,
    CycleDeed,
    CycleStep,
)
from timshel.interfaces.web.governance.improvements.forms import CycleForm, kept
from timshel.interfaces.web.governance.improvements.words import Names, area_names, area_words
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import Invalid, NotAllowed

WRITE = ["GET", "HEAD", "POST"]
NEXT: Mapping[CycleDeed, Promise] = {
    CycleDeed.DO: gettext_lazy("Go on to do"),
    CycleDeed.CHECK: gettext_lazy("Go on to check"),
    CycleDeed.ACT: gettext_lazy("Go on to act"),
    CycleDeed.CLOSE: gettext_lazy("Close it and begin the next"),
}
WHENS: Mapping[str, Promise] = {
    "open": gettext_lazy("Running"),
    "closed": gettext_lazy("Closed"),
}


@require_safe
def board(request: TimshelRequest) -> HttpResponse:
    """Show all cycles that run in the column of their step, or list the closed ones."""
    token = live.token()
    is_closed = request.GET.get("when") == "closed"
    page = queries.cycle_list(
        actor=request.actor,
        at=request.at,
        is_closed=is_closed,
        cursor=request.GET.get("cursor") or None,
    )
    names = area_names(request.actor.language)
    cards = [_card(row, names) for row in page.items]
    columns = [
        (STEP_NAMES[step], [card for card in cards if card["row"].step is step]) for step in STEPS
    ]
    context = {
        "page": page,
        "cards": cards,
        "columns": columns,
        "when": "closed" if is_closed else "open",
        "whens": WHENS.items(),
        "may_begin": request.actor.may_somewhere(MANAGE),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/improvements/board.html", context)


@require_safe
def one(request: TimshelRequest, improvement_cycle: int) -> HttpResponse:
    """Show one cycle: its four columns and its improvements."""
    token = live.token()
    row = queries.one_cycle(improvement_cycle, actor=request.actor, at=request.at)
    card = _card(row, area_names(request.actor.language))
    following = next(CYCLES.triggers(row.step), None)
    context = {
        **card,
        "columns": [
            (STEP_NAMES[step], getattr(row, step.value), step is row.step) for step in STEPS
        ],
        "next": (following.value, NEXT[following]) if following and row.may_change else None,
        "is_closed": row.step is CycleStep.CLOSED,
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/improvements/cycle.html", context)


@require_http_methods(WRITE)
def new_cycle(request: TimshelRequest) -> HttpResponse:
    """Show the form of a cycle, or begin it."""
    if not request.actor.may_somewhere(MANAGE):
        raise NotAllowed
    form = CycleForm(request.actor, None, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        key = kept(
            form,
            lambda: actions.begin_cycle(form.content(), actor=request.actor, at=request.at),
        )
        if key is not None:
            messages.success(request, _("The cycle has begun."))
            return redirect("improvement-cycle", key)
    return _form_page(request, form, None)


@require_http_methods(WRITE)
def change(request: TimshelRequest, improvement_cycle: int) -> HttpResponse:
    """Show what is written at the steps of a cycle, or write it otherwise."""
    row = queries.one_cycle(improvement_cycle, actor=request.actor, at=request.at)
    if not row.may_change:
        raise NotAllowed
    form = CycleForm(request.actor, row, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():

        def save() -> bool:
            actions.change_cycle(
                row.id,
                content=form.content(),
                seen_revision=form.cleaned_data["seen_revision"] or 0,
                actor=request.actor,
                at=request.at,
            )
            return True

        if kept(form, save):
            messages.success(request, _("Saved."))
            return redirect("improvement-cycle", row.id)
    return _form_page(request, form, row)


@require_POST
def move(request: TimshelRequest, improvement_cycle: int) -> HttpResponse:
    """Take a cycle to its next step."""
    deed = request.POST.get("deed", "")
    if deed not in {each.value for each in CycleDeed}:
        raise Invalid({"deed": [_("Please choose the next step.")]})
    try:
        key = actions.move_cycle(
            improvement_cycle, deed=CycleDeed(deed), actor=request.actor, at=request.at
        )
    except Invalid as refusal:
        for texts in refusal.fields.values():
            for text in texts:
                messages.error(request, str(text))
        return redirect("improvement-cycle-change", improvement_cycle)
    messages.success(request, _("It has gone on to its next step."))
    return redirect("improvement-cycle", key)


def _card(row: CycleRow, names: Names) -> dict[str, Any]:
    return {
        "row": row,
        "area": area_words(row.area, names),
        "step": STEP_NAMES[row.step],
        "text": getattr(row, row.step.value, "") if row.step in STEPS else row.act,
        "members": [(each, STATE_NAMES[each.state]) for each in row.improvements],
    }


def _form_page(request: TimshelRequest, form: CycleForm, row: CycleRow | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "row": row}
    return render(request, "governance/improvements/cycle_form.html", context, status=status)
