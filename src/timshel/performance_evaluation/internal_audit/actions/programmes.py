"""Programmes of audits: drafted, weighed, agreed and closed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.text import is_storable
from timshel.leadership.responsibility.models import Matrix
from timshel.performance_evaluation.internal_audit import access
from timshel.performance_evaluation.internal_audit.actions.keeping import (
    PROGRAMME_SUBJECT,
    news,
    people_of,
    require_not_closed,
    require_revision,
    set_changed,
    write_down,
)
from timshel.performance_evaluation.internal_audit.models import Programme
from timshel.performance_evaluation.internal_audit.rules import (
    CLAUSE,
    ProgrammePlan,
    programme_faults,
)
from timshel.performance_evaluation.internal_audit.states import (
    PROGRAMME,
    AuditState,
    ProgrammeState,
    ProgrammeTrigger,
    SubjectKind,
)

LEVELS = (1, 2, 3)


@transaction.atomic
def create_programme(*, plan: ProgrammePlan, actor: Actor, at: datetime) -> str:
    """Draft a programme; returns its code.

    Raises:
        Invalid: what is wrong, by field.
        NotAllowed: the right is missing.
    """
    access.require_manage(actor)
    faults = programme_faults(plan)
    manager = people_of([plan.manager], faults, "manager").get(plan.manager)
    if "code" not in faults and Programme.objects.filter(code=plan.code).exists():
        faults["code"] = [_("There is a programme with this code already.")]
    if faults or manager is None:
        raise Invalid(faults)
    row = Programme.objects.create(
        code=plan.code,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        manager=manager,
        objectives=plan.objectives.strip(),
    )
    write_down("audit_programme.created", PROGRAMME_SUBJECT, row.pk, news(asdict(plan)), actor, at)
    return row.code


@transaction.atomic
def change_programme(
    code: str, *, plan: ProgrammePlan, revision: int, actor: Actor, at: datetime
) -> None:
    """Change a programme that is not closed; its code stays.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: it is closed, or somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.programme_to_change(code, actor=actor)
    require_revision(row.revision, revision)
    require_not_closed(row)
    faults = programme_faults(plan)
    faults.pop("code", None)
    manager = people_of([plan.manager], faults, "manager").get(plan.manager)
    if faults or manager is None:
        raise Invalid(faults)
    changes = set_changed(
        row,
        {
            "starts_on": plan.starts_on,
            "ends_on": plan.ends_on,
            "manager_id": manager.pk,
            "objectives": plan.objectives.strip(),
        },
    )
    if changes:
        row.save()
        write_down("audit_programme.changed", PROGRAMME_SUBJECT, row.pk, changes, actor, at)


@transaction.atomic
def weigh(
    code: str, *, kind: str, subject: str, importance: int, actor: Actor, at: datetime
) -> None:
    """Say how important it is to audit a process or a main clause, from 1 to 3.

    Raises:
        Invalid: the importance or the subject is none of ours.
        WrongState: the programme is closed.
        NotAllowed, NotFound: as they say.
    """
    row = access.programme_to_change(code, actor=actor)
    require_not_closed(row)
    if importance not in LEVELS:
        raise Invalid({"importance": [_("Importance goes from 1 to 3.")]})
    if not _is_weighable(kind, subject):
        raise Invalid({"subject": [_("There is no such process or clause.")]})
    key = f"{kind}:{subject}"
    before = row.importance.get(key)
    if before == importance:
        return
    row.importance = {**row.importance, key: importance}
    row.revision += 1
    row.save(update_fields=["importance", "revision"])
    write_down(
        "audit_programme.weighed", PROGRAMME_SUBJECT, row.pk, {key: (before, importance)}, actor, at
    )


@transaction.atomic
def move_programme(code: str, *, trigger: ProgrammeTrigger, actor: Actor, at: datetime) -> None:
    """Agree on a programme, or close it; what is done already stays so.

    Raises:
        WrongState: it cannot be done as it stands, or an audit of it is not over.
        NotAllowed, NotFound: as they say.
    """
    row = access.programme_to_change(code, actor=actor)
    target = next(each.target for each in PROGRAMME.transitions if each.trigger == trigger)
    if row.state == target:
        return
    before = row.state
    row.state = PROGRAMME.target(ProgrammeState(row.state), trigger)
    if trigger is ProgrammeTrigger.CLOSE:
        over = (AuditState.CLOSED, AuditState.CANCELLED)
        if row.audits.exclude(state__in=over).exists():
            raise WrongState(_("An audit of this programme is not over yet."))
    row.revision += 1
    row.save(update_fields=["state", "revision"])
    changes = {"state": (before, row.state)}
    write_down("audit_programme.moved", PROGRAMME_SUBJECT, row.pk, changes, actor, at)


def _is_weighable(kind: str, subject: str) -> bool:
    if kind == SubjectKind.CLAUSE:
        return "." not in subject and CLAUSE.fullmatch(subject) is not None
    rows = Matrix.objects.filter(kind="process", code=subject)
    return kind == SubjectKind.PROCESS and is_storable(subject) and rows.exists()
