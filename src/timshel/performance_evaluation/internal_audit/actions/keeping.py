"""How actions of audits find people, check texts and write the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Text, WrongState
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.leadership.responsibility.models import Matrix
from timshel.performance_evaluation.internal_audit.models import Audit, Programme
from timshel.performance_evaluation.internal_audit.rules import Scope
from timshel.performance_evaluation.internal_audit.states import (
    AUDIT,
    AuditState,
    AuditTrigger,
    ProgrammeState,
)
from timshel.service_portfolio.service.models import Service

PROGRAMME_SUBJECT = "audit_programme"


AUDIT_SUBJECT = "audit"


FINDING_SUBJECT = "audit_finding"


REGION = "audits"


def news(values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what is new, as the journal keeps it."""
    return {name: (None, written(value)) for name, value in values.items() if value}


def written(value: Any) -> Any:
    """Return a value as the journal keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def set_changed(row: Any, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set what differs, count the revision up, and return the changes."""
    changes = {
        name: (written(getattr(row, name)), written(value))
        for name, value in values.items()
        if getattr(row, name) != value
    }
    for name in changes:
        setattr(row, name, values[name])
    if changes:
        row.revision += 1
    return changes


def move(row: Audit, trigger: AuditTrigger, *, actor: Actor, at: datetime) -> None:
    """Move an audit and write it down."""
    before = row.state
    row.state = AUDIT.target(AuditState(row.state), trigger)
    row.revision += 1
    row.save(update_fields=["state", "revision"])
    write_down(
        f"audit.{row.state}", AUDIT_SUBJECT, row.pk, {"state": (before, row.state)}, actor, at
    )


def require_running(row: Audit) -> None:
    """Refuse unless an audit runs."""
    if row.state != AuditState.RUNNING:
        raise WrongState(_("This can be done only while the audit runs."))


def require_not_closed(row: Programme) -> None:
    """Refuse where a programme is closed."""
    if row.state == ProgrammeState.CLOSED:
        raise WrongState(_("This programme is closed."))


def require_revision(present: int, read: int) -> None:
    """Refuse where somebody changed it since it was read."""
    if present != read:
        raise WrongState(
            _("Somebody changed this meanwhile. Please look at it anew before you save.")
        )


def refuse(faults: Mapping[str, Sequence[Text]]) -> None:
    """Refuse where there are faults; fields without any count as sound."""
    found = {name: texts for name, texts in faults.items() if texts}
    if found:
        raise Invalid(found)


def write_down(
    verb: str,
    kind: str,
    key: int | None,
    changes: Mapping[str, tuple[Any, Any]],
    actor: Actor,
    at: datetime,
) -> None:
    """Write what was done into the journal and have pages drawn anew."""
    record(verb, subject_kind=kind, subject_id=key or 0, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)


def check_codes(scope: Scope, faults: dict[str, list[Text]]) -> None:
    """Add a fault for processes and services that do not exist."""
    processes = set(Matrix.objects.filter(kind="process").values_list("code", flat=True))
    known = {
        "processes": processes,
        "services": set(
            Service.objects.filter(code__in=filter(is_storable, scope.services)).values_list(
                "code", flat=True
            )
        ),
    }
    for name, codes in known.items():
        if unknown := sorted(set(getattr(scope, name)) - codes):
            faults[name] = [_("There is no %(code)s.") % {"code": ", ".join(unknown)[:200]}]


def people_of(codes: Sequence[str], faults: dict[str, list[Text]], name: str) -> dict[str, Person]:
    """Return active people by code; those who are none become faults of a field."""
    wanted = [each for each in codes if each and is_storable(each)]
    found = {each.code: each for each in Person.objects.filter(code__in=wanted, is_active=True)}
    unknown = [each for each in codes if each not in found]
    if unknown:
        faults[name] = [_("Nobody is known as %(code)s.") % {"code": ", ".join(unknown)[:200]}]
    return found
