"""What all actions around competence share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.journal.actions import record
from timshel.support.competence.models import Skill

REGION = "competence"


def journal(
    verb: str,
    subject: tuple[str, int],
    changes: Mapping[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Write down what was done, and tell the pages that show it.

    Args:
        verb: what was done.
        subject: kind and key of the record.
        changes: before and after, by name.
        actor: who did it.
        at: when.
    """
    kind, key = subject
    record(verb, subject_kind=kind, subject_id=key, changes=dict(changes), actor=actor, at=at)
    live.announce({REGION}, at=at)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what differs, as texts."""
    return {
        name: (_plain(before.get(name)), _plain(value))
        for name, value in after.items()
        if before.get(name) != value
    }


def active_person(code: str, *, field: str) -> Person:
    """Return somebody who is here.

    Raises:
        Invalid: there is nobody with the code.
    """
    found = Person.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise Invalid({field: [_("There is no person %(code)s.") % {"code": code}]})
    return found


def skill_in_use(code: str, *, actor: Actor, field: str = "skill") -> Skill:
    """Return a skill that is in use.

    Raises:
        Invalid: there is none, or the actor may not see it.
    """
    rows = Skill.objects.visible_to(actor).filter(code=code, is_retired=False)
    found: Skill | None = rows.first()
    if found is None:
        raise Invalid({field: [_("There is no skill %(code)s in use.") % {"code": code}]})
    return found


def require_revision(revision: int, seen: int) -> None:
    """Refuse where somebody else changed a record meanwhile.

    Raises:
        WrongState: they did.
    """
    if revision != seen:
        raise WrongState(_("Somebody else changed this meanwhile. Look at it again, then save."))


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [str(each) for each in value]
    return value if value is None or isinstance(value, (bool, int)) else str(value)
