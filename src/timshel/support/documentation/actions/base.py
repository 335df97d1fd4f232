"""What all actions on documents share: the journal, the live region, and who is meant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.support.documentation.models import Document, DocumentVersion
from timshel.support.documentation.states import VERSIONS, VersionState, VersionTrigger

SUBJECT = "document"
REGION = "documents"

Changes = Mapping[str, tuple[Any, Any]]


def written(verb: str, document: Document, changes: Changes, *, actor: Actor, at: datetime) -> None:
    """Write a change down and have pages drawn anew."""
    plain = {name: (_plain(old), _plain(new)) for name, (old, new) in changes.items()}
    record(verb, subject_kind=SUBJECT, subject_id=document.pk, changes=plain, actor=actor, at=at)
    live.announce({REGION}, at=at)


def colleague(code: str, *, field: str) -> Person:
    """Return the active person of the house who is meant by a code.

    Raises:
        Invalid: there is none.
    """
    people = Person.objects.filter(code=code, is_active=True, customer__isnull=True)
    found = people.first() if code and is_storable(code) else None
    if found is None:
        raise Invalid({field: [_("There is no person %(code)s.") % {"code": code}]})
    return found


def require_not_withdrawn(document: Document) -> None:
    """Refuse what can only be done to a document that holds or is being written.

    Raises:
        WrongState: it is withdrawn.
    """
    if document.withdrawn_at is not None:
        raise WrongState(_("This document is withdrawn."))


def require_unchanged(document: Document, revision: int | None) -> None:
    """Refuse what was written over an older standing of a document.

    Args:
        document: as it stands.
        revision: what the writer saw; None does not ask.

    Raises:
        WrongState: somebody changed it meanwhile.
    """
    if revision is not None and revision != document.revision:
        raise WrongState(
            _("Somebody else changed this document meanwhile. Look at it, then save again.")
        )


def move(version: DocumentVersion, trigger: VersionTrigger) -> tuple[str, str]:
    """Move a version, not saved yet; returns where it stood and where it stands.

    Raises:
        WrongState: it cannot be moved so.
    """
    before = VersionState(version.state)
    version.state = VERSIONS.target(before, trigger)
    return before.value, version.state


def touch(document: Document, *names: str, at: datetime) -> None:
    """Save what changed of a document, as its next revision."""
    document.revision += 1
    document.changed_at = at
    document.save(update_fields=[*names, "revision", "changed_at"])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
