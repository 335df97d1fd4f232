"""The views of a pack: those that their owners do not have yet are saved for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from timshel.context.people.queries import person_by_code
from timshel.interfaces.connectors.packs.files import PackFile, Steps, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid
from timshel.kernel.filters import read_filter
from timshel.leadership.authority.queries import actor_for
from timshel.operation.view.actions import save_view
from timshel.operation.view.columns import USUAL_ORDER, ColumnChoice, read_columns
from timshel.operation.view.fields import FIELDS
from timshel.operation.view.queries import saved_views
from timshel.operation.view.rules import USUAL_GROUPING, Look, ViewContent
from timshel.operation.view.states import Audience, Density, Shape


def load_views(file: PackFile, *, at: datetime) -> int:
    """Save what a file holds and its owners do not have by that name yet.

    Args:
        file: the file, checked against its schema.
        at: when.

    Returns:
        How many were saved.

    Raises:
        InvalidPack: something cannot be used, or an owner is not known.
        NotAllowed: an owner may not make views for these people.
    """
    added = 0
    for position, row in enumerate(file.data["views"]):
        place: Steps = ["views", position]
        owner = _owner(file, place, row["owner"])
        if any(each.is_own and each.name == row["name"] for each in saved_views(actor=owner)):
            continue
        try:
            save_view(_content(row), actor=owner, at=at)
        except Invalid as refusal:
            raise refused(file, place, refusal) from refusal
        added += 1
    return added


def _owner(file: PackFile, place: Steps, code: str) -> Actor:
    key = person_by_code(code)
    actor = None if key is None else actor_for(key, channel=Channel.IMPORT)
    if actor is None:
        raise file.fault([*place, "owner"], f"There is no person {code}.")
    return actor


def _content(row: Mapping[str, Any]) -> ViewContent:
    shape = Shape(row.get("shape", Shape.LIST))
    look = Look(
        filter=read_filter(row["filter"], FIELDS),
        columns=_columns(row.get("columns", ())),
        sort=row.get("sort", USUAL_ORDER),
        density=Density(row.get("density", Density.COMFORTABLE)),
        shape=shape,
        by=row.get("by", USUAL_GROUPING[shape]),
    )
    audience = Audience(row.get("audience", Audience.PERSONAL))
    return ViewContent(row["name"], look, audience, row.get("team", ""))


def _columns(texts: Iterable[str]) -> tuple[ColumnChoice, ...]:
    try:
        return read_columns(texts)
    except ValueError as wrong:
        raise Invalid({"columns": [str(wrong)]}) from wrong
