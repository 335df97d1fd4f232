"""Nonconformities of a pack with what was done about them, and recommendations of auditors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from timshel.context.people.queries import people_by_code
from timshel.improvement.nonconformity import actions
from timshel.improvement.nonconformity.queries import (
    Wanted,
    nonconformity,
    nonconformity_list,
    recommendation_list,
)
from timshel.improvement.nonconformity.rules import Advice, Analysis, EffectQuestion, Report
from timshel.improvement.nonconformity.states import (
    Direction,
    Method,
    Priority,
    Response,
    Severity,
    SourceKind,
    Verdict,
)
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid, Refused
from timshel.leadership.authority.queries import actor_for
from timshel.planning.planned_action.actions import ActionPlan, finish_action
from timshel.planning.planned_action.states import ActionKind

Row = Mapping[str, Any]


def load_nonconformities(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Bring in what was not as it must be, unless there is any; returns how much of it is new.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere, and records what auditors recommend.
        at: now, from which days are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    loader = _Loader(actor, at)
    added = 0
    if not nonconformity_list(Wanted(when="all"), actor=actor, at=at, size=1).items:
        added += _each(file, "nonconformities", loader.nonconformity)
    if not recommendation_list(actor=actor, at=at, when="all", size=1).items:
        added += _each(file, "recommendations", loader.recommendation)
    return added


def _each(file: PackFile, name: str, load: Any) -> int:
    for position, row in enumerate(file.data[name]):
        try:
            load(row)
        except Invalid as refusal:
            raise refused(file, [name, position], refusal) from refusal
        except Refused as refusal:
            fault = Invalid({"": [refusal.message]})
            raise refused(file, [name, position], fault) from refusal
    return len(file.data[name])


class _Loader:
    """One run of loading, in which everybody does their own part."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self._actor = actor
        self._at = at
        self._keys = people_by_code()

    def nonconformity(self, row: Row) -> None:
        """Raise a nonconformity and take it as far as it came."""
        raised_at = self._at - timedelta(days=row["days_ago"])
        due = (raised_at + timedelta(days=row["due_after"])).date()
        plain = ("title", "finding", "owner", "requirement", "service", "process")
        report = Report(
            **{name: row[name] for name in plain if name in row},
            due_date=due,
            severity=Severity(row["severity"]),
            source=SourceKind(row["source"]),
        )
        number = actions.raise_nonconformity(
            report=report, actor=self._person(row["raised_by"]), at=raised_at
        )
        owner = self._person(row["owner"])
        self._end_begun(number, row, owner, raised_at)
        for effect in row.get("effects", ()):
            self._effect(number, effect, owner, raised_at)
        if "closed" in row:
            moment = raised_at + timedelta(days=row["closed"])
            actions.close_nonconformity(number, actor=owner, at=moment)
        if "rejected" in row:
            moment = raised_at + timedelta(days=row["rejected"]["after"])
            reason = row["rejected"]["reason"]
            actions.reject_nonconformity(number, reason=reason, actor=self._actor, at=moment)

    def _end_begun(self, number: str, row: Row, owner: Actor, raised_at: datetime) -> None:
        """Correct, analyse, plan and implement what the row says of it."""

        def by(part: Row) -> dict[str, Any]:
            return {"actor": owner, "at": raised_at + timedelta(days=part["after"])}

        if part := row.get("correction"):
            actions.correct(number, correction=part["text"], **by(part))
        if part := row.get("analysis"):
            view = nonconformity(number, actor=self._actor, at=raised_at)
            revision = view.row.revision
            actions.analyse(number, analysis=_analysis(part), seen_revision=revision, **by(part))
        if part := row.get("plan"):
            given = part["action"]
            due = (raised_at + timedelta(days=given["due_after"])).date()
            first = ActionPlan(ActionKind.CORRECTIVE, given["title"], given["owner"], due)
            actions.plan(number, text=part["text"], first=first, **by(part))
        if part := row.get("implementation"):
            for each in nonconformity(number, actor=self._actor, at=raised_at).actions:
                doer = {**by(part), "actor": self._person(each.owner_code)}
                finish_action(each.number, outcome=part["text"], **doer)
            actions.implement(number, text=part["text"], **by(part))

    def _effect(self, number: str, row: Row, owner: Actor, raised_at: datetime) -> None:
        moment = raised_at + timedelta(days=row["after"])
        plain = ("measure", "subject_kind", "subject_code", "figure", "unit")
        question = EffectQuestion(
            better=Direction(row["better"]),
            days=row["days"],
            before=_number(row.get("before")),
            after=_number(row.get("after_value")),
            **{name: row[name] for name in plain if name in row},
        )
        # What is counted needs the right to see it, which not every owner has.
        reader = self._actor if question.measure else owner
        actions.measure_effect(number, question=question, actor=reader, at=moment)
        if "verdict" in row:
            actions.judge_effect(
                number,
                verdict=Verdict(row["verdict"]),
                comment=row["comment"],
                actor=self._person(row["by"]),
                at=moment,
            )

    def recommendation(self, row: Row) -> None:
        """Record a recommendation and take it as far as it came."""
        received_at = self._at - timedelta(days=row["days_ago"])
        advice = Advice(
            **{name: row[name] for name in ("title", "text", "auditor", "report", "owner")},
            received_on=received_at.date(),
            deadline=(received_at + timedelta(days=row["deadline_after"])).date(),
            priority=Priority(row["priority"]),
        )
        number = actions.record_recommendation(advice=advice, actor=self._actor, at=received_at)
        owner = self._person(row["owner"])

        def by(part: Row, who: Actor) -> dict[str, Any]:
            return {"actor": who, "at": received_at + timedelta(days=part["after"])}

        if part := row.get("response"):
            response = Response(part["response"])
            actions.respond(
                number, response=response, text=part["text"], seen_revision=1, **by(part, owner)
            )
        if part := row.get("implementation"):
            evidence = part["evidence"]
            actions.implement_recommendation(number, evidence=evidence, **by(part, owner))
        if part := row.get("closed"):
            actions.close_recommendation(number, **by(part, self._person(part["by"])))

    def _person(self, code: str) -> Actor:
        found = None
        if code in self._keys:
            found = actor_for(self._keys[code], channel=Channel.DESK)
        if found is None:
            raise Invalid({"": [_("There is no %(code)s.") % {"code": code}]})
        return found


def _analysis(part: Row) -> Analysis:
    return Analysis(
        method=Method(part["method"]),
        cause=part["cause"],
        whys=tuple(part.get("whys", ())),
        branches=part.get("branches", {}),
        has_similar=part["has_similar"],
        similar=part["similar"],
    )


def _number(given: float | None) -> Decimal | None:
    return None if given is None else Decimal(str(given))
