"""Making many teams known at once, as an import needs it (clause 4.1).

What is known already by its code stays as it is, so that doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from timshel.context.organization import access
from timshel.context.organization.actions import create_team, create_unit
from timshel.context.organization.models import Team, Unit
from timshel.kernel.actor import Actor


@transaction.atomic
def ensure_unit(*, code: str, name: str, actor: Actor, at: datetime) -> int:
    """Return the key of the unit with a code; a new one stands at the top of the tree.

    Raises:
        NotAllowed: without the right to keep the organisation.
        Invalid: code or name is malformed.
    """
    known = Unit.objects.filter(code=code).values_list("pk", flat=True).first()
    return known or create_unit(code=code, name=name, actor=actor, at=at).unit_id


@transaction.atomic
def ensure_teams(
    names: Mapping[str, str], *, unit: str | None = None, actor: Actor, at: datetime
) -> dict[str, int]:
    """Return the keys of teams by code, after making those that were not known.

    Args:
        names: the teams' names by their codes.
        unit: the code of the unit of new teams.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the organisation.
        Invalid: a code or a name is malformed, or there is no such unit.
    """
    access.require_manage(actor)
    known = _keys(names)
    for code, name in names.items():
        if code not in known:
            known[code] = create_team(code=code, name=name, unit=unit, actor=actor, at=at).team_id
    return known


def _keys(codes: Iterable[str]) -> dict[str, int]:
    return dict(Team.objects.filter(code__in=list(codes)).values_list("code", "pk"))
