"""What all deeds with indicators and scorecards have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.leadership.responsibility.models import Matrix

SUBJECT = "indicator"
CARD_SUBJECT = "scorecard"
REGION = "indicators"
Changes = dict[str, tuple[Any, Any]]


def journal(
    verb: str, changes: Changes, *, key: int, actor: Actor, at: datetime, kind: str = SUBJECT
) -> None:
    """Write down what was done, and tell the pages that show it."""
    record(verb, subject_kind=kind, subject_id=key, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)


def owner_of(code: str, *, before: Person | None = None) -> tuple[Person | None, list[Text]]:
    """Return who answers for a record, or what is wrong with that.

    Args:
        code: of the person.
        before: who answered until now; they may stay even when they have left.
    """
    found = Person.objects.filter(code=code).first() if is_storable(code) else None
    if found is not None and not found.is_active and found != before:
        found = None
    if found is not None:
        return found, []
    if not code:
        return None, [_("Please say who answers for it.")]
    return None, [_("There is no person %(code)s.") % {"code": code}]


def is_process(code: str) -> bool:
    """Tell whether there is a process with a code."""
    return is_storable(code) and Matrix.objects.filter(kind="process", code=code).exists()


def plain(value: Any) -> Any:
    """Return a value as the journal keeps it."""
    return None if value is None else str(value)


def trimmed(value: Any) -> Any:
    """Return a text without what is empty around it; anything else as it is."""
    return value.strip() if isinstance(value, str) else value
