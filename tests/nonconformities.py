"""What the tests of nonconformities share: reports, and taking one as far as a test needs it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.cast import Cast
from timshel.improvement.nonconformity import actions
from timshel.improvement.nonconformity.rules import (
    KIND,
    Advice,
    Analysis,
    EffectQuestion,
    Report,
)
from timshel.improvement.nonconformity.states import Direction, Method, Severity, SourceKind
from timshel.kernel.actor import Actor
from timshel.planning.planned_action.actions import ActionPlan, finish_action
from timshel.planning.planned_action.queries import actions_about
from timshel.planning.planned_action.states import ActionKind

OWNER = "adaeze.thornquist"
DAYS = 30
ANALYSIS = Analysis(
    method=Method.FIVE_WHYS,
    cause="Nobody was told who answers the telephone at noon.",
    whys=("Calls waited.", "Nobody answered.", ""),
    has_similar=True,
    similar="The facilities desk has the same gap.",
)
QUESTION = EffectQuestion(
    better=Direction.LOWER, days=DAYS, measure="opened", subject_kind="service", subject_code="mail"
)
BY_HAND = EffectQuestion(
    better=Direction.HIGHER, days=DAYS, figure="Answered calls", unit="per cent",
    before=Decimal(71), after=Decimal(94),
)  # fmt: skip


def report(at: datetime, **other: Any) -> Report:
    """Return a sound report about mail."""
    given: dict[str, Any] = {
        "title": "Calls wait at noon",
        "finding": "On three days nobody answered for an hour.",
        "owner": OWNER,
        "due_date": (at + timedelta(days=60)).date(),
        "severity": Severity.MAJOR,
        "source": SourceKind.COMPLAINT,
        "requirement": "8.3.2",
        "service": "mail",
    }
    return Report(**{**given, **other})


def advice(at: datetime, **other: Any) -> Advice:
    """Return a sound recommendation."""
    given: dict[str, Any] = {
        "title": "Rehearse the restoration of mail",
        "text": "Restore a mailbox twice a year and keep the record.",
        "auditor": "Harrow & Finch",
        "report": "IT audit",
        "received_on": (at - timedelta(days=20)).date(),
        "owner": OWNER,
        "deadline": (at + timedelta(days=90)).date(),
    }
    return Advice(**{**given, **other})


def first_action(at: datetime) -> ActionPlan:
    """Return a corrective action."""
    day = (at + timedelta(days=30)).date()
    return ActionPlan(ActionKind.CORRECTIVE, "Write a rota for noon", OWNER, day)


def raised(cast: Cast, by: Actor, *, at: datetime, **other: Any) -> str:
    """Raise a nonconformity about mail."""
    return actions.raise_nonconformity(report=report(at, **other), actor=by, at=at)


def taken(cast: Cast, by: Actor, *, at: datetime, until: str, **other: Any) -> str:
    """Raise a nonconformity and take it until a state, all by the service owner but the verdict."""
    number = raised(cast, by, at=at, **other)
    owner: dict[str, Any] = {"actor": cast.service_owner, "at": at}
    way: tuple[tuple[str, Callable[[], object]], ...] = (
        ("corrected", lambda: actions.correct(number, correction="We answered.", **owner)),
        (
            "analysed",
            lambda: actions.analyse(number, analysis=ANALYSIS, seen_revision=2, **owner),
        ),
        (
            "planned",
            lambda: actions.plan(number, text="A rota.", first=first_action(at), **owner),
        ),
        ("implemented", lambda: done(number, cast.service_owner, at=at)),
    )
    for state, step in way:
        if until == "raised":
            break
        step()
        if until == state:
            break
    return number


def done(number: str, by: Actor, *, at: datetime) -> None:
    """Finish the actions of a nonconformity, and say that it is implemented."""
    for each in actions_about(KIND, [number], at=at).get(number, ()):
        finish_action(each.number, outcome="Done.", actor=by, at=at)
    actions.implement(number, text="The rota hangs on the wall.", actor=by, at=at)
