"""The resources of a pack: written down, with figures by quarter, and what is planned for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from timshel.context.people.queries import person_by_code
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.queries import actor_for
from timshel.planning.planned_action.actions import ActionPlan, plan_action
from timshel.planning.planned_action.queries import About
from timshel.planning.planned_action.states import ActionKind
from timshel.support.resource import actions
from timshel.support.resource.access import may_manage
from timshel.support.resource.queries import ResourceFilter, resource_list
from timshel.support.resource.rules.content import AMOUNTS, ResourceContent
from timshel.support.resource.rules.forecasting import Figures
from timshel.support.resource.rules.quarters import moved, quarter_of
from timshel.support.resource.states import ResourceKind

DAY = timedelta(days=1)


def load_resources(file: PackFile, /, *, actor: Actor, at: datetime) -> int:
    """Write down the resources of a file; nothing where there are any.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now, from which days and quarters are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    kept = (ResourceFilter(), ResourceFilter(is_retired=True))
    if any(resource_list(actor=actor, at=at, wanted=each, size=1).items for each in kept):
        return 0  # whoever keeps them says from then on what there is
    keeper = _keeper(file.data["keeper"], instead=actor)
    for position, row in enumerate(file.data["resources"]):
        try:
            _load(row, keeper=keeper, at=at)
        except Invalid as refusal:
            raise refused(file, ["resources", position], refusal) from refusal
    return len(file.data["resources"])


def _load(row: Mapping[str, Any], *, keeper: Actor, at: datetime) -> None:
    written = at - row["days_ago"] * DAY
    number = actions.record_resource(_content(row), actor=keeper, at=written)
    figures = [_figures(each, at=at) for each in row["figures"]]
    actions.set_figures(number, figures=figures, seen_revision=1, actor=keeper, at=at)
    if planned := row.get("action"):
        plan_action(
            About(actions.SUBJECT, number),
            plan=ActionPlan(
                kind=ActionKind.PLANNED,
                title=planned["title"],
                owner=planned["owner"],
                due_date=(at + planned["due_in"] * DAY).date(),
            ),
            actor=keeper,
            at=at - planned["days_ago"] * DAY,
        )
    if "retired_days_ago" in row:
        moment = at - row["retired_days_ago"] * DAY
        actions.retire_resource(number, actor=keeper, at=moment)


def _content(row: Mapping[str, Any]) -> ResourceContent:
    return ResourceContent(
        kind=ResourceKind(row["kind"]),
        name=row["name"],
        unit=row["unit"],
        owner=row["owner"],
        team=row.get("team", ""),
        role=row.get("role", ""),
        service_code=row.get("service", ""),
        note=row.get("note", ""),
    )


def _figures(row: Mapping[str, Any], *, at: datetime) -> Figures:
    quarter = moved(quarter_of(at.date()), row["in"])
    given = {name: Decimal(str(row[name])) for name in AMOUNTS if name in row}
    return Figures(quarter, **given)


def _keeper(code: str, *, instead: Actor) -> Actor:
    """Return who keeps resources as an actor; whoever loads the pack where they may not."""
    person = person_by_code(code)
    found = actor_for(person, channel=Channel.DESK) if person else None
    return found if found is not None and may_manage(found) else instead
