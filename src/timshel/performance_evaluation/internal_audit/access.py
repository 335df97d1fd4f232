"""Who sees audits, who plans them, who audits and who answers."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.kernel.text import is_storable
from timshel.performance_evaluation.internal_audit.models import (
    TOLD,
    Audit,
    Auditor,
    AuditQuestion,
    Finding,
    Programme,
    answered_for_by,
)
from timshel.performance_evaluation.internal_audit.rules import (
    AUDIT_PREFIX,
    FINDING_PREFIX,
    MANAGE,
    VIEW,
)

__all__ = ["MANAGE", "VIEW"]


def require_view(actor: Actor) -> None:
    """Refuse unless the actor may read programmes.

    Raises:
        NotAllowed: the right is missing.
    """
    if not actor.may(VIEW):
        raise NotAllowed


def require_entry(actor: Actor) -> None:
    """Refuse unless the actor may read all audits, or there is one that they may see.

    Raises:
        NotAllowed: neither.
    """
    if not actor.may(VIEW) and not Audit.objects.visible_to(actor).exists():
        raise NotAllowed


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor plans audits."""
    return actor.may(MANAGE)


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor plans audits.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_manage(actor):
        raise NotAllowed


def programme_to_change(code: str, *, actor: Actor) -> Programme:
    """Return a programme, locked, that the actor may change.

    Raises:
        NotAllowed: the right is missing.
        NotFound: there is none.
    """
    require_manage(actor)
    rows = Programme.objects.select_for_update()
    row = rows.filter(code=code).first() if is_storable(code) else None
    if row is None:
        raise NotFound
    return row


def known(number: str, *, actor: Actor) -> Audit:
    """Return an audit that the actor may see.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Audit.objects.visible_to(actor).select_related("programme__manager", "follows")
    row = rows.filter(pk=key_of(AUDIT_PREFIX, number)).first()
    if row is None:
        raise NotFound
    return row


def may_see(audit_id: int, *, actor: Actor) -> bool:
    """Tell whether the actor may see an audit; the twin of ``visible_to``."""
    return Audit.objects.visible_to(actor).filter(pk=audit_id).exists()


def is_auditor(audit_id: int, *, actor: Actor) -> bool:
    """Tell whether the actor audits: only then do they answer questions and write findings."""
    return (
        actor.person_id is not None
        and Auditor.objects.filter(audit=audit_id, person=actor.person_id).exists()
    )


def audit_to_plan(number: str, *, actor: Actor) -> Audit:
    """Return an audit, locked, that the actor may plan otherwise.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    found = known(number, actor=actor)
    require_manage(actor)
    return Audit.objects.select_for_update().get(pk=found.pk)


def audit_to_conduct(number: str, *, actor: Actor) -> Audit:
    """Return an audit, locked, of which the actor is an auditor.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    found = known(number, actor=actor)
    if not is_auditor(found.pk, actor=actor):
        raise NotAllowed
    return Audit.objects.select_for_update().get(pk=found.pk)


def question_to_answer(number: str, question: int, *, actor: Actor) -> AuditQuestion:
    """Return a question, locked, of an audit of which the actor is an auditor.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    audit = audit_to_conduct(number, actor=actor)
    rows = AuditQuestion.objects.select_for_update().filter(audit=audit, position=question)
    row = rows.first()
    if row is None:
        raise NotFound
    row.audit = audit
    return row


def known_finding(number: str, *, actor: Actor) -> Finding:
    """Return a finding of an audit that the actor may see.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Finding.objects.filter(pk=key_of(FINDING_PREFIX, number))
    row = rows.filter(audit__in=Audit.objects.visible_to(actor)).select_related(
        "audit__programme", "answered_by"
    )
    found = row.first()
    if found is None:
        raise NotFound
    return found


def may_answer(finding: Finding, *, actor: Actor) -> bool:
    """Tell whether the actor answers a finding: who answers for what was audited, or who plans
    audits, once it is reported; but never an auditor of it."""
    audit = finding.audit
    if audit.state not in TOLD or is_auditor(audit.pk, actor=actor):
        return False
    if may_manage(actor):
        return True
    own = Audit.objects.filter(answered_for_by(actor), pk=audit.pk)
    return actor.person_id is not None and own.exists()


def finding_to_answer(number: str, *, actor: Actor) -> Finding:
    """Return a finding, locked, that the actor may answer.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    found = known_finding(number, actor=actor)
    if not may_answer(found, actor=actor):
        raise NotAllowed
    return Finding.objects.select_for_update(of=("self",)).select_related("audit").get(pk=found.pk)


def finding_to_judge(number: str, *, actor: Actor) -> Finding:
    """Return a finding, locked, of an audit of which the actor is an auditor.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    found = known_finding(number, actor=actor)
    if not is_auditor(found.audit_id, actor=actor):
        raise NotAllowed
    return Finding.objects.select_for_update(of=("self",)).select_related("audit").get(pk=found.pk)
