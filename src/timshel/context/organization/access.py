"""The right to keep units, sites, teams and customers, and finding what a code refers to."""

from __future__ import annotations

from typing import TypeVar

from django.db import models

from timshel.context.organization.models import Unit
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, Text

MANAGE = "organization.manage"

Row = TypeVar("Row", bound=models.Model)


def require_manage(actor: Actor, unit: Unit | None = None) -> None:
    """Refuse unless the actor may keep the organisation, or the part of it below a unit.

    Args:
        actor: who asks.
        unit: the unit that the change belongs to; None for what belongs to the whole.

    Raises:
        NotAllowed: the right is missing, or holds elsewhere only.
    """
    if not actor.may(MANAGE, unit=None if unit is None else unit.pk):
        raise NotAllowed


def by_code(rows: models.QuerySet[Row], code: str, *, field: str, missing: Text) -> Row:
    """Return the row that a code refers to.

    Args:
        rows: where to look.
        code: the code as given.
        field: the field of the form or file in which it was given.
        missing: what to tell if there is none, with a place for ``%(code)s``.

    Raises:
        Invalid: there is none.
    """
    row = rows.filter(code=code).first()
    if row is None:
        raise Invalid({field: [str(missing) % {"code": code}]})
    return row
