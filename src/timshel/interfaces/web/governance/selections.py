"""A selection of cases as it stands in an address: each figure's link, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.governance.periods import chosen_period
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.performance_evaluation.measurement.queries import Selection, find_subject
from timshel.performance_evaluation.measurement.states import What
from timshel.relationship_agreement.service_level.states import ClockKind

PRIORITIES = frozenset("12345")


def address_of(selection: Selection | None) -> str:
    """Return the address of the list behind a figure; empty where there is none."""
    if selection is None:
        return ""
    named = {
        "kind": selection.subject.kind.value,
        "code": selection.subject.code,
        "what": selection.what.value,
        "from": selection.period.first_day.isoformat(),
        "until": selection.period.last_day.isoformat(),
        "zone": selection.period.zone,
        "clock": selection.kind,
        "priority": "" if selection.priority is None else str(selection.priority),
        "goal": selection.goal,
        "band": selection.band,
    }
    given = {name: value for name, value in named.items() if value}
    return f"{reverse('governance-cases')}?{urlencode(given)}"


def selection_of(given: Mapping[str, str], *, actor: Actor, at: datetime) -> Selection:
    """Return the selection that an address names.

    Raises:
        NotFound: there is no such subject, or the reader sees nothing of it.
        Invalid: anything else that does not exist.
    """
    what, clock = given.get("what", What.OPENED.value), given.get("clock", "")
    priority = given.get("priority", "")
    if what not in frozenset(What):
        raise Invalid({"what": [_("There is no such list.")]})
    if clock and clock not in frozenset(ClockKind):
        raise Invalid({"clock": [_("There is no such promise.")]})
    if priority and priority not in PRIORITIES:
        raise Invalid({"priority": [_("There is no such priority.")]})
    return Selection(
        subject=find_subject(given.get("kind", ""), given.get("code", ""), actor=actor),
        period=chosen_period(given, actor=actor, at=at).period,
        what=What(what),
        kind=clock,
        priority=int(priority) if priority else None,
        goal=given.get("goal", ""),
        band=given.get("band", ""),
    )
