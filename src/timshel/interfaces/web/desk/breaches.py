"""The breach room: what needs hands now, late first, then by what would be lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from timshel.context.organization import queries as organization
from timshel.improvement.nonconformity.access import may_raise
from timshel.interfaces.web import badges, wording
from timshel.interfaces.web.addresses import INCIDENT, REQUEST, clock_address, record_address
from timshel.interfaces.web.filters import Choices, Select, select_options, service_choices
from timshel.interfaces.web.requests import TimshelRequest
from timshel.interfaces.web.stretches import working_span
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.operation.task import access as task
from timshel.operation.work.rules import TASK
from timshel.relationship_agreement.service_level.queries.breaches import (
    BreachFilters,
    BreachRow,
    breach_list,
)
from timshel.relationship_agreement.service_level.states import KIND_NAMES, ClockKind
from timshel.resolution_fulfilment.incident import access as incident
from timshel.resolution_fulfilment.service_request import access as service_request
from timshel.service_portfolio.service import queries as services

# What taking and assigning need, by the kind of work.
RIGHTS: Mapping[str, tuple[str, str]] = {
    INCIDENT: (incident.WORK, incident.ASSIGN),
    REQUEST: (service_request.WORK, service_request.ASSIGN),
    TASK: (task.WORK, task.ASSIGN),
}
PAGE_SIZE = 50
REGIONS = ["work", "forecasts"]
NOTHING = timedelta(0)

WHENS: Mapping[str, Promise] = {
    "": gettext_lazy("All that needs hands"),
    "late": gettext_lazy("Late"),
    "hour": gettext_lazy("Within an hour"),
    "today": gettext_lazy("Today"),
    "likely": gettext_lazy("Likely to be late"),
}
GROUP_CHOICES: Choices = (
    ("", gettext_lazy("One list")),
    ("team", gettext_lazy("By team")),
    ("service", gettext_lazy("By service")),
)
KIND_CHOICES: Choices = (
    ("", gettext_lazy("Any clock")),
    *((kind.value, name) for kind, name in KIND_NAMES.items()),
)


class BreachForm(forms.Form):
    """What a reader narrows the room to; what cannot be read narrows nothing."""

    when = forms.ChoiceField(required=False, choices=list(WHENS.items()))
    team = forms.CharField(label=gettext_lazy("Team"), required=False, max_length=40)
    service = forms.CharField(label=gettext_lazy("Service"), required=False, max_length=40)
    kind = forms.ChoiceField(label=gettext_lazy("Clock"), required=False, choices=KIND_CHOICES)
    group = forms.ChoiceField(label=gettext_lazy("Grouping"), required=False, choices=GROUP_CHOICES)

    def __init__(self, given: Any) -> None:
        super().__init__(given)
        self.is_valid()

    def text(self, name: str) -> str:
        """Return what was chosen, or nothing."""
        return str(self.cleaned_data.get(name) or "").replace("\0", "")

    def filters(self) -> BreachFilters:
        """Return what is asked for."""
        kind = self.text("kind")
        return BreachFilters(
            when=self.text("when") or None,
            team=self.text("team") or None,
            service=self.text("service") or None,
            kind=ClockKind(kind) if kind else None,
        )

    def is_narrowed(self) -> bool:
        """Tell whether anything narrows the room."""
        return self.filters() != BreachFilters()

    def selects(self, language: str) -> list[Select]:
        """Return the lists to choose from."""
        teams = organization.team_list(language=language)
        areas = services.service_list(language=language)
        offered: dict[str, Choices] = {
            "team": [("", _("Any team")), *((team.code, team.name) for team in teams)],
            "service": [("", _("Any service")), *service_choices(areas)],
            "kind": KIND_CHOICES,
            "group": GROUP_CHOICES,
        }
        return [
            (name, self.fields[name].label, select_options(choices, self.text(name)))
            for name, choices in offered.items()
        ]


@dataclass(frozen=True, slots=True)
class ShownBreach:
    """A clock as the room draws it.

    Args:
        row: as it was read.
        kind: the mark of the kind of work.
        address: of the work's page.
        priority: its mark.
        clock: what is measured, and whose time where it is somebody's.
        explanation: where it is told why the clock says this; empty for whoever may not read it.
        due: how long until it is due, or how late it is, as time passes on the wall.
        due_moment: when, in the reader's zone.
        left: how much working time is left, or over.
        chance: how likely it is to run out, in words; empty where nothing is said.
        step: "take", "assign" or "open".
        step_address: where that is done.
    """

    row: BreachRow
    kind: SafeString
    address: str
    priority: SafeString
    clock: str
    explanation: str
    due: SafeString | str
    due_moment: str
    left: str
    chance: str
    step: str
    step_address: str


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Rows under a heading; without grouping there is one, and no heading."""

    heading: str
    rows: list[ShownBreach]


@require_safe
def breaches(request: TimshelRequest) -> HttpResponse:
    """Show what needs hands now, as far as the reader may see it."""
    token = live.token()
    form = BreachForm(request.GET)
    group = form.text("group") or None
    page = breach_list(
        form.filters(),
        actor=request.actor,
        at=request.at,
        group=group,
        cursor=request.GET.get("cursor") or None,
        size=PAGE_SIZE,
    )
    rows = [shown(row, actor=request.actor, now=request.at) for row in page.items]
    context: dict[str, Any] = {
        "form": form,
        "selects": form.selects(request.actor.language),
        "whens": WHENS.items(),
        "when": form.text("when"),
        "page": page,
        "groups": list(_groups(rows, group)),
        "raise_about": form.text("service") if may_raise(request.actor) else "",
        "live_token": token,
        "live_regions": REGIONS,
    }
    return render(request, "desk/breaches.html", context)


def shown(row: BreachRow, *, actor: Actor, now: datetime) -> ShownBreach:
    """Return a clock as the room draws it.

    Args:
        row: as it was read.
        actor: who looks at it, for the next step.
        now: the moment of the page.
    """
    step = next_step(row, actor)
    address = record_address(row.work_kind, row.number)
    return ShownBreach(
        row=row,
        kind=badges.work_kind(row.work_kind),
        address=address,
        priority=badges.priority(row.priority),
        clock=clock_name(row),
        explanation=explanation_address(row),
        due=badges.due(row.due_at, now),
        due_moment=wording.short_moment(row.due_at) if row.due_at else "",
        left=time_left(row),
        chance=chance_words(row),
        step=step,
        step_address=address if step == "open" else f"{address}/{step}",
    )


def next_step(row: BreachRow, actor: Actor) -> str:
    """Return what the reader can best do: take what nobody has, place what is not theirs."""
    keys = {"team": row.team_id, "unit": row.unit_id, "service": row.service_id}
    work, assign = RIGHTS[row.work_kind]
    if row.assignee_id is None and actor.person_id and actor.may(work, **keys):
        return "take"
    if row.assignee_id != actor.person_id and actor.may(assign, **keys):
        return "assign"
    return "open"


def clock_name(row: BreachRow) -> str:
    """Return what is measured; the team or supplier whose time it is stands with it."""
    if row.kind is ClockKind.HOP and row.holder:
        return _("Time with %(holder)s") % {"holder": row.holder}
    return str(KIND_NAMES[row.kind])


def explanation_address(row: BreachRow) -> str:
    """Return where a clock is explained, or nothing for whoever may not read that."""
    if not row.sees_inside:
        return ""
    return f"{clock_address(row.work_kind, row.number, row.kind)}?lap={row.lap}"


def time_left(row: BreachRow) -> str:
    """Return how much working time is left of the target, or is over it."""
    if row.remaining < NOTHING:
        return _("%(span)s of working time over") % {"span": working_span(-row.remaining)}
    return _("%(span)s of working time left") % {"span": working_span(row.remaining)}


def chance_words(row: BreachRow) -> str:
    """Return how likely a clock is to run out, in whole hundredths."""
    if row.chance is None:
        return ""
    percent = {"percent": round(row.chance * 100)}
    if row.is_learnt:
        return _("%(percent)d%% likely to be late") % percent
    return _("%(percent)d%% of the time used") % percent


def _groups(rows: list[ShownBreach], group: str | None) -> Iterable[ShownGroup]:
    if group is None:
        if rows:
            yield ShownGroup("", rows)
        return
    for _key, found in groupby(rows, key=lambda each: _key_of(each.row, group)):
        members = list(found)
        yield ShownGroup(_heading(members[0].row, group), members)


def _key_of(row: BreachRow, group: str) -> str | int | None:
    return row.team_code if group == "team" else row.service_id


def _heading(row: BreachRow, group: str) -> str:
    if group == "team":
        return row.team or _("No team yet")
    return row.service or _("No service")
