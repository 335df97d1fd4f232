"""What audits find, how it is answered and followed up."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.text import text_faults
from timshel.performance_evaluation.internal_audit import access
from timshel.performance_evaluation.internal_audit.actions.keeping import (
    FINDING_SUBJECT,
    check_codes,
    news,
    refuse,
    require_revision,
    require_running,
    set_changed,
    write_down,
)
from timshel.performance_evaluation.internal_audit.events import FindingRaised
from timshel.performance_evaluation.internal_audit.models import Finding
from timshel.performance_evaluation.internal_audit.queries import audit_number, finding_number
from timshel.performance_evaluation.internal_audit.rules import CLAUSE, Scope, needed_faults
from timshel.performance_evaluation.internal_audit.rules import LONGEST_TEXT as LONGEST
from timshel.performance_evaluation.internal_audit.states import (
    FINDING,
    NEEDS_ANSWER,
    FindingState,
    FindingTrigger,
    Grade,
    SubjectKind,
)


@dataclass(frozen=True, slots=True)
class FindingReport:
    """What an auditor found.

    Args:
        grade: how much it weighs.
        text: what was found.
        clause: of the standard.
        process: the code of the process it is about.
        service: the code of the service it is about; not both.
        evidence: what shows it.
        answer_due: until when those concerned answer; nonconformities need it.
    """

    grade: str
    text: str
    clause: str = ""
    process: str = ""
    service: str = ""
    evidence: str = ""
    answer_due: date | None = None


@transaction.atomic
def raise_finding(number: str, *, report: FindingReport, actor: Actor, at: datetime) -> str:
    """Write a finding down; returns its number.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: the audit does not run.
        NotAllowed, NotFound: as they say.
    """
    row = access.audit_to_conduct(number, actor=actor)
    require_running(row)
    refuse(_finding_faults(report, at))
    kind = SubjectKind.PROCESS if report.process else SubjectKind.SERVICE if report.service else ""
    finding = Finding.objects.create(
        audit=row,
        grade=report.grade,
        clause=report.clause,
        subject_kind=kind,
        subject_code=report.process or report.service,
        text=report.text.strip(),
        evidence=report.evidence.strip(),
        answer_due=report.answer_due,
        raised_at=at,
    )
    write_down("audit_finding.raised", FINDING_SUBJECT, finding.pk, news(asdict(report)), actor, at)
    named = finding_number(finding.pk)
    publish(
        FindingRaised(
            finding=named,
            audit=audit_number(row.pk),
            grade=report.grade,
            clause=report.clause,
            subject_kind=str(kind),
            subject_code=finding.subject_code,
            at=at,
            by_person_id=actor.person_id,
        )
    )
    return named


@transaction.atomic
def answer_finding(number: str, *, answer: str, revision: int, actor: Actor, at: datetime) -> None:
    """Answer a finding: why it came about and what is done.

    Raises:
        Invalid: there is no answer.
        WrongState: it is answered already, or somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.finding_to_answer(number, actor=actor)
    require_revision(row.revision, revision)
    state = FINDING.target(FindingState(row.state), FindingTrigger.ANSWER)
    refuse({"answer": needed_faults(answer)})
    changes = set_changed(
        row, {"answer": answer.strip(), "answered_by_id": actor.person_id, "state": state}
    )
    row.save()
    write_down("audit_finding.answered", FINDING_SUBJECT, row.pk, changes, actor, at)


@transaction.atomic
def judge_finding(
    number: str,
    *,
    trigger: FindingTrigger,
    note: str = "",
    revision: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Follow a finding up, hand its answer back, or close it.

    Args:
        number: of the finding.
        trigger: which of them.
        note: what was seen; needed for following up and for handing back.
        revision: of the finding as it was read.
        actor: an auditor of it.
        at: when.

    Raises:
        Invalid: there is no note.
        WrongState: it cannot be done as it stands, or somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.finding_to_judge(number, actor=actor)
    require_revision(row.revision, revision)
    if trigger is FindingTrigger.ANSWER:
        raise WrongState
    state = FINDING.target(FindingState(row.state), trigger)
    if row.state == FindingState.OPEN and row.grade in NEEDS_ANSWER:
        raise WrongState(_("A nonconformity is closed once its answer was followed up."))
    refuse({"note": text_faults(note, longest=LONGEST)})
    if trigger is not FindingTrigger.CLOSE:
        refuse({"note": needed_faults(note)})
    changes = set_changed(row, {"state": state, "follow_up": note.strip() or row.follow_up})
    row.save()
    write_down(f"audit_finding.{trigger}", FINDING_SUBJECT, row.pk, changes, actor, at)


def _finding_faults(report: FindingReport, at: datetime) -> dict[str, list[Text]]:
    faults: dict[str, list[Text]] = {
        "text": needed_faults(report.text),
        "evidence": text_faults(report.evidence, longest=LONGEST),
    }
    if report.grade not in Grade.values:
        faults["grade"] = [_("Please choose a grade.")]
    if report.clause and not CLAUSE.fullmatch(report.clause):
        faults["clause"] = [_("Clauses go from 4 to 10, such as 8.6.1.")]
    if report.process and report.service:
        faults["service"] = [_("Please name a process or a service, not both.")]
    scope = Scope(
        processes=(report.process,) if report.process else (),
        services=(report.service,) if report.service else (),
    )
    unknown: dict[str, list[Text]] = {}
    check_codes(scope, unknown)
    singular = {"processes": "process", "services": "service"}
    faults.update({singular[name]: texts for name, texts in unknown.items()})
    if report.grade in NEEDS_ANSWER and report.answer_due is None:
        faults["answer_due"] = [_("Please say until when it is to be answered.")]
    elif report.answer_due is not None and report.answer_due < at.date():
        faults["answer_due"] = [_("This day is over already.")]
    return faults
