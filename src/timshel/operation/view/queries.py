"""Reading views: one by its name in an address, and all that a person has, for the side of a list.

A view that names something that is no longer there still opens: what cannot be read of it is left
out or finds nothing, and never shows more than it says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.filters import (
    EVERYTHING,
    Asker,
    Condition,
    Filter,
    Operator,
    filter_words,
    plain,
    read_filter,
)
from timshel.operation.view import access
from timshel.operation.view.columns import USUAL_ORDER, column_texts, is_order, read_columns
from timshel.operation.view.fields import FIELDS
from timshel.operation.view.models import Pin, View, ViewQuerySet
from timshel.operation.view.rules import GIVEN, GROUPINGS, USUAL_GROUPING, Look, may_change
from timshel.operation.view.states import Audience, Density, Shape

MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A view as people see it.

    ``key`` is its name in addresses: the code of a given view, or the number of a saved one.
    ``team`` and ``team_code`` are set for a team's view, ``owner`` for a saved one.
    """

    key: str
    name: str
    look: Look
    is_given: bool
    audience: Audience
    team: str
    team_code: str
    owner: str
    owner_id: int | None
    is_own: bool
    is_pinned: bool
    may_change: bool
    position: int
    updated_at: datetime | None


def given_view(code: str, *, actor: Actor) -> ViewRow:
    """Return a view that everybody has.

    Raises:
        NotFound: there is none of this code.
    """
    if code not in GIVEN:
        raise NotFound
    given = GIVEN[code]
    return ViewRow(
        key=code,
        name=str(given.name),
        look=Look(filter=given.filter(actor)),
        is_given=True,
        audience=Audience.EVERYONE,
        team="",
        team_code="",
        owner="",
        owner_id=None,
        is_own=False,
        is_pinned=False,
        may_change=False,
        position=0,
        updated_at=None,
    )


def view_of(key: str, *, actor: Actor) -> ViewRow:
    """Return a view by its name in an address; a saved one takes one query.

    Args:
        key: the code of a given view, or the number of a saved one.
        actor: who reads.

    Raises:
        NotAllowed: views are not for this actor.
        NotFound: there is none, or the actor may not know that there is.
    """
    if not (key.isascii() and key.isdigit()):
        return given_view(key, actor=actor)
    access.require_desk(actor)
    found = _rows(View.objects.visible_to(actor).filter(pk=int(key[:18])), actor)
    if not found:
        raise NotFound
    return found[0]


def given_views(*, actor: Actor) -> tuple[ViewRow, ...]:
    """Return the views that everybody has, in their order."""
    return tuple(given_view(code, actor=actor) for code in GIVEN)


def saved_views(*, actor: Actor) -> tuple[ViewRow, ...]:
    """Return the saved views that the actor may see, pinned ones first, in one query.

    Raises:
        NotAllowed: views are not for this actor.
    """
    access.require_desk(actor)
    return tuple(_rows(View.objects.visible_to(actor), actor))


def _rows(views: ViewQuerySet, actor: Actor) -> list[ViewRow]:
    pins = Pin.objects.filter(view=OuterRef("pk"), person_id=actor.person_id or 0)
    rows: Iterable[Any] = (
        views.select_related("owner", "team")
        .annotate(is_pinned=Exists(pins))
        .order_by("-is_pinned", "position", "name", "pk")[:MOST_LISTED]
    )
    return [row_of(view, actor=actor, is_pinned=view.is_pinned) for view in rows]


def row_of(view: View, *, actor: Actor, is_pinned: bool = False) -> ViewRow:
    """Return a view that was read with owner and team, as people see it."""
    return ViewRow(
        key=str(view.pk),
        name=view.name,
        look=look_of(view),
        is_given=False,
        audience=Audience(view.audience),
        team=view.team.text("name", actor.language) if view.team else "",
        team_code=view.team.code if view.team else "",
        owner=view.owner.name,
        owner_id=view.owner_id,
        is_own=view.owner_id == actor.person_id,
        is_pinned=is_pinned,
        may_change=may_change(actor, view),
        position=view.position,
        updated_at=view.updated_at,
    )


def look_of(view: View) -> Look:
    """Return how a saved view looks at work."""
    shape = Shape(view.shape)
    try:
        columns = read_columns(view.columns)
    except ValueError:
        columns = read_columns(())
    return Look(
        filter=stored_filter(view),
        columns=columns,
        sort=view.sort if is_order(view.sort) else USUAL_ORDER,
        density=Density(view.density),
        shape=shape,
        by=view.by if view.by in GROUPINGS[shape] else USUAL_GROUPING[shape],
    )


def stored_filter(view: View) -> Filter:
    """Return the filter of a saved view; one that can no longer be read finds nothing."""
    try:
        return read_filter(view.filter, FIELDS)
    except Invalid:
        return replace(EVERYTHING, all=(Condition("", Operator.IS),))


def words_of(wanted: Filter, *, actor: Actor, at: datetime) -> list[str]:
    """Return a filter over work in the reader's words."""
    return filter_words(wanted, FIELDS, Asker(actor, at))


def content_plain(look: Look) -> dict[str, object]:
    """Return how a view looks at work as plain values, as the journal and programs read it."""
    return {
        "filter": plain(look.filter, FIELDS),
        "columns": column_texts(look.columns),
        "sort": look.sort,
        "density": look.density.value,
        "shape": look.shape.value,
        "by": look.by,
    }
