"""Planning audits, beginning, reporting and closing them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Text, WrongState
from timshel.kernel.events import publish
from timshel.performance_evaluation.internal_audit import access
from timshel.performance_evaluation.internal_audit.actions.checklists import fill
from timshel.performance_evaluation.internal_audit.actions.keeping import (
    AUDIT_SUBJECT,
    check_codes,
    move,
    news,
    people_of,
    refuse,
    require_not_closed,
    require_revision,
    write_down,
)
from timshel.performance_evaluation.internal_audit.events import AuditReported
from timshel.performance_evaluation.internal_audit.models import (
    Audit,
    Auditor,
    Programme,
    ScopeItem,
)
from timshel.performance_evaluation.internal_audit.queries import audit_number, report_of, scope_of
from timshel.performance_evaluation.internal_audit.queries.duties import duties_touching
from timshel.performance_evaluation.internal_audit.queries.names import subject_names
from timshel.performance_evaluation.internal_audit.rules import (
    AuditPlan,
    audit_faults,
    needed_faults,
    partiality,
    tidy,
)
from timshel.performance_evaluation.internal_audit.states import (
    AUDIT,
    AuditState,
    AuditTrigger,
    ProgrammeState,
    SubjectKind,
)


@transaction.atomic
def plan_audit(*, programme: str, plan: AuditPlan, actor: Actor, at: datetime) -> str:
    """Plan an audit of a programme; returns its number.

    Raises:
        Invalid: what is wrong, by field; also who is no impartial auditor, and why.
        WrongState: the programme is closed.
        NotAllowed, NotFound: as they say.
    """
    home = access.programme_to_change(programme, actor=actor)
    return _planned(home, plan, None, actor=actor, at=at)


@transaction.atomic
def change_audit(
    number: str, *, plan: AuditPlan, revision: int, actor: Actor, at: datetime
) -> None:
    """Plan an audit otherwise; who audits must be impartial to what it looks at from now on.

    Raises:
        Invalid: what is wrong, by field; also who is no impartial auditor, and why.
        WrongState: it is over, or somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.audit_to_plan(number, actor=actor)
    require_revision(row.revision, revision)
    if row.state not in (AuditState.PLANNED, AuditState.RUNNING):
        raise WrongState(_("This audit is over; it stays as it is."))
    before = _plain(_standing(row))
    people = _checked(plan, row.programme, language=actor.language)
    after = _plain(plan)
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changes:
        return
    row.revision += 1
    _write(row, plan, people)
    if row.state == AuditState.RUNNING:
        fill(row)
    write_down("audit.changed", AUDIT_SUBJECT, row.pk, changes, actor, at)


@transaction.atomic
def start_audit(number: str, *, actor: Actor, at: datetime) -> None:
    """Begin an audit: its checklist is made from the bank and from earlier findings.

    Raises:
        Invalid: an auditor is no longer impartial.
        WrongState: it is not planned, or its programme is not agreed.
        NotAllowed, NotFound: as they say.
    """
    row = access.audit_to_conduct(number, actor=actor)
    if row.state == AuditState.RUNNING:
        return
    if row.programme.state != ProgrammeState.AGREED:
        raise WrongState(_("The programme must be agreed before its audits begin."))
    AUDIT.target(AuditState(row.state), AuditTrigger.START)
    _checked(_standing(row), row.programme, language=actor.language)
    fill(row)
    move(row, AuditTrigger.START, actor=actor, at=at)


@transaction.atomic
def report_audit(number: str, *, conclusion: str, actor: Actor, at: datetime) -> None:
    """Report an audit; from now on its report stays as it is.

    Raises:
        Invalid: there is no conclusion.
        WrongState: it does not run.
        NotAllowed, NotFound: as they say.
    """
    row = access.audit_to_conduct(number, actor=actor)
    if row.state == AuditState.REPORTED:
        return
    AUDIT.target(AuditState(row.state), AuditTrigger.REPORT)
    if faults := needed_faults(conclusion):
        raise Invalid({"conclusion": faults})
    row.conclusion, row.reported_at = conclusion.strip(), at
    row.save(update_fields=["conclusion", "reported_at"])
    row.report = report_of(row)
    row.save(update_fields=["report"])
    move(row, AuditTrigger.REPORT, actor=actor, at=at)
    publish(AuditReported(audit_number(row.pk), at, actor.person_id))


@transaction.atomic
def close_audit(number: str, *, actor: Actor, at: datetime) -> None:
    """Close an audit that is reported; its findings are followed further on their own.

    Raises:
        WrongState: it is not reported.
        NotAllowed, NotFound: as they say.
    """
    row = access.audit_to_plan(number, actor=actor)
    if row.state != AuditState.CLOSED:
        move(row, AuditTrigger.CLOSE, actor=actor, at=at)


@transaction.atomic
def cancel_audit(number: str, *, actor: Actor, at: datetime) -> None:
    """Call an audit off.

    Raises:
        WrongState: it is reported.
        NotAllowed, NotFound: as they say.
    """
    row = access.audit_to_plan(number, actor=actor)
    if row.state != AuditState.CANCELLED:
        move(row, AuditTrigger.CANCEL, actor=actor, at=at)


@transaction.atomic
def follow_up_audit(
    number: str,
    *,
    programme: str,
    starts_on: date,
    ends_on: date,
    title: str,
    actor: Actor,
    at: datetime,
) -> str:
    """Plan an audit that follows another one up, of the same scope and by the same auditors.

    Returns:
        Its number.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: the earlier one is not reported, or the programme is closed.
        NotAllowed, NotFound: as they say.
    """
    earlier = access.audit_to_plan(number, actor=actor)
    if earlier.state not in (AuditState.REPORTED, AuditState.CLOSED):
        raise WrongState(_("Only an audit that is reported can be followed up."))
    home = access.programme_to_change(programme, actor=actor)
    said = _standing(earlier)
    plan = AuditPlan(title, said.scope, said.lead, starts_on, ends_on, said.criteria, said.auditors)
    return _planned(home, plan, earlier, actor=actor, at=at)


def _planned(
    home: Programme, plan: AuditPlan, follows: Audit | None, *, actor: Actor, at: datetime
) -> str:
    require_not_closed(home)
    people = _checked(plan, home, language=actor.language)
    row = Audit(programme=home, follows=follows)
    _write(row, plan, people)
    write_down("audit.planned", AUDIT_SUBJECT, row.pk, news(_plain(plan)), actor, at)
    return audit_number(row.pk)


def _checked(plan: AuditPlan, home: Programme, *, language: str) -> list[Person]:
    """Return the auditors of a sound plan, the lead first."""
    faults = audit_faults(plan)
    lead = people_of([plan.lead], faults, "lead")
    others = people_of(plan.auditors, faults, "auditors")
    check_codes(plan.scope, faults)
    people = {**others, **lead}
    if not faults.keys() & {"processes", "services"}:
        _check_impartial(plan, people, home, faults, language)
    refuse(faults)
    return [people[plan.lead], *(each for code, each in others.items() if code != plan.lead)]


def _check_impartial(
    plan: AuditPlan,
    people: dict[str, Person],
    home: Programme,
    faults: dict[str, list[Text]],
    language: str,
) -> None:
    """Add a fault for everybody who is partial about what is to be audited."""
    duties = duties_touching(
        [each.pk for each in people.values()],
        plan.scope,
        manager_id=home.manager_id,
        on=plan.starts_on,
    )
    about = {(each.subject_kind, each.code) for found in duties.values() for each in found}
    names = subject_names(about, language=language)
    for code, person in people.items():
        held = duties.get(person.pk, ())
        if reasons := partiality(person.name, held, plan.scope, called=names.of):
            name = "lead" if code == plan.lead else "auditors"
            faults[name] = [*faults.get(name, []), *reasons]


def _write(row: Audit, plan: AuditPlan, people: Sequence[Person]) -> None:
    row.title, row.criteria = plan.title.strip(), plan.criteria.strip()
    row.starts_on, row.ends_on = plan.starts_on, plan.ends_on
    row.save()
    row.auditors.all().delete()
    Auditor.objects.bulk_create(
        [Auditor(audit=row, person=each, is_lead=each is people[0]) for each in people]
    )
    row.scope_items.all().delete()
    scope = plan.scope
    kinds = zip(SubjectKind, (scope.clauses, scope.processes, scope.services), strict=True)
    ScopeItem.objects.bulk_create(
        [
            ScopeItem(audit=row, kind=kind, code=code)
            for kind, codes in kinds
            for code in tidy(codes)
        ]
    )


def _standing(row: Audit) -> AuditPlan:
    auditors = list(row.auditors.order_by("-is_lead", "pk").values_list("person__code", flat=True))
    return AuditPlan(
        title=row.title,
        scope=scope_of(row),
        lead=auditors[0],
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        criteria=row.criteria,
        auditors=tuple(auditors[1:]),
    )


def _plain(plan: AuditPlan) -> dict[str, Any]:
    """Return a plan as the journal keeps it; equal plans give equal values."""
    return {
        "title": plan.title.strip(),
        "criteria": plan.criteria.strip(),
        "clauses": list(tidy(plan.scope.clauses)),
        "processes": list(tidy(plan.scope.processes)),
        "services": list(tidy(plan.scope.services)),
        "lead": plan.lead,
        "auditors": sorted(set(plan.auditors)),
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat(),
    }
