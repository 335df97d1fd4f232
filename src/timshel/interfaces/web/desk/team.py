"""A team at a glance: who has how much, who is on call, and what one shift tells the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.context.organization.queries import TeamRow, team_list
from timshel.context.people.queries import on_call
from timshel.interfaces.web.desk.home import brief_rows
from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.interfaces.web.sign_in import safe_address
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.operation.teamwork.access import may_hand_over, may_read_hand_overs
from timshel.operation.teamwork.actions import hand_over, read_shift_note
from timshel.operation.teamwork.queries import shift_notes
from timshel.relationship_agreement.service_level.queries.load import team_load
from timshel.relationship_agreement.service_level.queries.worklist import WorkFilters, work_list

OFFERED = 12
LONGEST_NOTE = 50_000


@dataclass(frozen=True, slots=True)
class TeamTab:
    """A team that the reader belongs to or leads."""

    code: str
    name: str
    is_current: bool


class HandOverForm(RefusableForm):
    """What the next ones are told, and the work that needs an eye."""

    text = forms.CharField(
        label=gettext_lazy("What should the next ones know?"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Please write something.")},
    )
    work = forms.CharField(
        label=gettext_lazy("More cases that need an eye"),
        help_text=gettext_lazy("Numbers, with spaces between them."),
        required=False,
        max_length=2_000,
    )


@require_safe
def teams(request: TimshelRequest) -> HttpResponseRedirect:
    """Lead to the first of the reader's teams.

    Raises:
        NotFound: they have none.
    """
    known = _teams(request.actor)
    if not known:
        raise NotFound
    own = next((each for each in known if each.id in request.actor.team_ids), known[0])
    return redirect("team", code=own.code)


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: TimshelRequest, code: str) -> HttpResponseBase:
    """Show a team, and keep what one of it hands over."""
    found = next((each for each in _teams(request.actor) if each.code == code), None)
    if found is None:
        raise NotFound
    form = HandOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        numbers = [*request.POST.getlist("number"), *form.cleaned_data["work"].split()]
        event = refusing(
            form,
            lambda: hand_over(
                code,
                text=form.cleaned_data["text"],
                numbers=numbers,
                actor=request.actor,
                at=request.at,
            ),
        )
        if event is not None:
            messages.success(request, _("Handed over. Whoever comes next finds it here."))
            return HttpResponseRedirect(reverse("team", args=[code]))
    return _page(request, found, form)


@require_POST
def read(request: TimshelRequest, note_id: int) -> HttpResponseRedirect:
    """Note that a hand-over was read."""
    read_shift_note(note_id, actor=request.actor, at=request.at)
    address = safe_address(request, request.POST.get("next", ""), reverse("desk-home"))
    return HttpResponseRedirect(address)


def _page(request: TimshelRequest, found: TeamRow, form: HandOverForm) -> HttpResponse:
    token = live.token()
    actor, at = request.actor, request.at
    wanted = WorkFilters(team=found.code, open=True)
    offered = work_list(wanted, actor=actor, at=at, size=OFFERED)
    context: dict[str, Any] = {
        "team": found,
        "tabs": [TeamTab(each.code, each.name, each.code == found.code) for each in _teams(actor)],
        "load": next(iter(team_load([found.id], actor=actor, at=at)), None),
        "on_call": on_call([found.id], at=at),
        "notes": shift_notes(found.code, actor=actor, cursor=request.GET.get("cursor") or None),
        "offered": brief_rows(offered.items, at=at),
        "chosen": set(request.POST.getlist("number")),
        "form": form,
        "may_hand_over": may_hand_over(found.id, actor=actor),
        "live_token": token,
        "live_regions": [f"team:{found.id}"],
    }
    return render(request, "desk/team.html", context, status=422 if form.is_bound else 200)


def _teams(actor: Actor) -> list[TeamRow]:
    return [
        each
        for each in team_list(language=actor.language)
        if may_read_hand_overs(each.id, actor=actor)
    ]
