"""Programmes of internal audits of a pack, conducted by their auditors at past moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from timshel.context.people.queries import person_by_code
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.queries import actor_for
from timshel.performance_evaluation.internal_audit import actions, queries
from timshel.performance_evaluation.internal_audit.rules import AuditPlan, ProgrammePlan, Scope
from timshel.performance_evaluation.internal_audit.states import (
    FindingState,
    FindingTrigger,
    Grade,
    ProgrammeTrigger,
)

ANSWER_WITHIN = timedelta(days=45)
NEEDS_ANSWER = (Grade.MAJOR, Grade.MINOR)


def load_audits(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Bring in programmes that are missing, with all their audits; returns how many are new.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now, from which days are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    added = 0
    known = {row.code for row in queries.programme_list(actor=actor, size=200).items}
    for position, row in enumerate(file.data["programmes"]):
        if row["code"] in known:
            continue
        try:
            added += _programme(row, actor=actor, at=at)
        except Invalid as refusal:
            raise refused(file, ["programmes", position], refusal) from refusal
    return added


def _programme(row: Mapping[str, Any], *, actor: Actor, at: datetime) -> int:
    began = at - timedelta(days=row["from"])
    by: dict[str, Any] = {"actor": actor, "at": began}
    code = actions.create_programme(
        plan=ProgrammePlan(
            row["code"],
            began.date(),
            _day(at, row["until"]),
            row["manager"],
            row["objectives"],
        ),
        **by,
    )
    for key, importance in row.get("importance", {}).items():
        kind, _colon, subject = key.partition(":")
        actions.weigh(code, kind=kind, subject=subject, importance=importance, **by)
    actions.move_programme(code, trigger=ProgrammeTrigger.AGREE, **by)
    for each in row["audits"]:
        _audit(code, each, actor=actor, planned_at=began, at=at)
    if row["is_closed"]:
        ended = at - timedelta(days=row["until"])
        actions.move_programme(code, trigger=ProgrammeTrigger.CLOSE, actor=actor, at=ended)
    return 1 + len(row["audits"])


def _audit(
    programme: str, row: Mapping[str, Any], *, actor: Actor, planned_at: datetime, at: datetime
) -> None:
    plan = AuditPlan(
        title=row["title"],
        scope=Scope(*(tuple(row.get(each, ())) for each in ("clauses", "processes", "services"))),
        lead=row["lead"],
        starts_on=_day(at, row["from"]),
        ends_on=_day(at, row["until"]),
        criteria=row.get("criteria", ""),
        auditors=tuple(row["auditors"]),
    )
    number = actions.plan_audit(programme=programme, plan=plan, actor=actor, at=planned_at)
    if row["state"] == "planned":
        return
    began = at - timedelta(days=row["from"])
    by: dict[str, Any] = {"actor": _someone(row["lead"]), "at": began}
    actions.start_audit(number, **by)
    for place, answer in enumerate(row.get("answers", ()), start=1):
        actions.answer_question(number, question=place, **answer, revision=1, **by)
    if sample := row.get("sample"):
        start = began - timedelta(days=sample["days"])
        wanted = {name: sample[name] for name in ("kind", "size", "seed")}
        actions.draw_sample(number, **wanted, start=start, end=began, **by)
    found = [(_raise(number, each, **by), each) for each in row.get("findings", ())]
    if row["state"] == "closed":
        ended = at - timedelta(days=row["until"])
        actions.report_audit(number, conclusion=row["conclusion"], actor=by["actor"], at=ended)
        actions.close_audit(number, actor=actor, at=ended)
        for finding, each in found:
            _follow(finding, each, auditor=by["actor"], at=ended)


def _raise(number: str, row: Mapping[str, Any], *, actor: Actor, at: datetime) -> str:
    told = {name: row[name] for name in ("clause", "process", "service", "evidence") if name in row}
    due = (at + ANSWER_WITHIN).date() if row["grade"] in NEEDS_ANSWER else None
    report = actions.FindingReport(row["grade"], row["text"], **told, answer_due=due)
    return actions.raise_finding(number, report=report, actor=actor, at=at)


def _follow(finding: str, row: Mapping[str, Any], *, auditor: Actor, at: datetime) -> None:
    """Answer a finding, follow it up and close it, as far as the pack says."""
    state = FindingState(row["state"])
    revision = 1
    if state is not FindingState.OPEN and "answer" in row:
        later = at + timedelta(days=20)
        actions.answer_finding(
            finding, answer=row["answer"], revision=1, actor=_someone(row["by"]), at=later
        )
        revision = 2
    judge: dict[str, Any] = {"actor": auditor, "at": at + timedelta(days=60)}
    if "note" in row:
        follow = FindingTrigger.FOLLOW_UP
        actions.judge_finding(finding, trigger=follow, note=row["note"], revision=2, **judge)
        revision = 3
    if state is FindingState.CLOSED:
        actions.judge_finding(finding, trigger=FindingTrigger.CLOSE, revision=revision, **judge)


def _someone(code: str) -> Actor:
    key = person_by_code(code)
    found = actor_for(key, channel=Channel.DESK) if key is not None else None
    if found is None:
        raise Invalid({"": [code]})
    return found


def _day(at: datetime, days_ago: int) -> date:
    return (at - timedelta(days=days_ago)).date()
