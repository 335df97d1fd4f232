"""Audits for tests: a programme, an audit of it, and findings, by the real actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from tests.cast import FOUNDED, SYSTEM, Cast, later
from timshel.kernel.actor import Actor
from timshel.leadership.responsibility import actions as duties
from timshel.leadership.responsibility.rules import ActivityContent, MatrixContent, MatrixKey
from timshel.leadership.responsibility.states import SubjectKind
from timshel.performance_evaluation.internal_audit import actions
from timshel.performance_evaluation.internal_audit.rules import AuditPlan, ProgrammePlan, Scope
from timshel.performance_evaluation.internal_audit.states import ProgrammeTrigger

AUDITOR = "rosalind.keppel"
YEAR = ProgrammePlan(
    code="year",
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 12, 31),
    manager="wendell.achterberg",
    objectives="See whether what is promised is done.",
)
MAIL = AuditPlan(
    title="Mail and how incidents are handled",
    scope=Scope(clauses=("8.6.1",), services=("mail",)),
    lead=AUDITOR,
    starts_on=date(2026, 3, 2),
    ends_on=date(2026, 3, 6),
    criteria="Clause 8.6 and our own rules.",
)


def programme(cast: Cast, code: str = "year", *, at: datetime = later()) -> str:  # noqa: B008
    """An agreed programme."""
    by: dict[str, Any] = {"actor": cast.process_owner, "at": at}
    actions.create_programme(plan=replace(YEAR, code=code), **by)
    actions.move_programme(code, trigger=ProgrammeTrigger.AGREE, **by)
    return code


def planned(cast: Cast, plan: AuditPlan = MAIL, *, home: str = "", at: datetime = later()) -> str:  # noqa: B008
    """A planned audit, of a programme of its own where none is named."""
    home = home or programme(cast, at=at)
    return actions.plan_audit(programme=home, plan=plan, actor=cast.process_owner, at=at)


def running(cast: Cast, plan: AuditPlan = MAIL, *, home: str = "", at: datetime = later()) -> str:  # noqa: B008
    """A running audit with a checklist of two questions."""
    number = planned(cast, plan, home=home, at=at)
    actions.start_audit(number, actor=cast.auditor, at=at)
    return number


def found(
    number: str,
    by: Actor,
    *,
    grade: str = "minor",
    at: datetime = later(),  # noqa: B008
    **more: Any,
) -> str:
    """A finding about mail."""
    more.setdefault("service", "mail")
    report = actions.FindingReport(
        grade=grade,
        text="Two of ten incidents had no priority.",
        clause="8.6.1",
        answer_due=(at + timedelta(days=30)).date(),
        **more,
    )
    return actions.raise_finding(number, report=report, actor=by, at=at)


def reported(cast: Cast, *, grade: str = "minor", at: datetime = later()) -> tuple[str, str]:  # noqa: B008
    """A reported audit and its finding."""
    number = running(cast, at=at)
    finding = found(number, cast.auditor, grade=grade, at=at)
    actions.report_audit(number, conclusion="Mostly good.", actor=cast.auditor, at=at)
    return number, finding


def in_incidents(person: str, *, letters: str = "R") -> None:
    """Have somebody hold a role in the process of incidents."""
    by: dict[str, Any] = {"actor": SYSTEM, "at": FOUNDED}
    duties.define_role("incident-manager", name="Incident manager", **by)
    duties.save_matrix(
        MatrixKey(SubjectKind.PROCESS, "incident"),
        content=MatrixContent(
            "Incidents",
            ("incident-manager",),
            (ActivityContent("Follow them", {"incident-manager": letters}),),
        ),
        **by,
    )
    wanted = duties.NewAssignment("incident-manager", valid_from=FOUNDED.date(), person=person)
    duties.assign(wanted, **by)
