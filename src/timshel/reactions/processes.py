"""Processes: what they run on, the indicators and documents that belong to them, their reviews."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel import due
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text
from timshel.kernel.states import StateMachine
from timshel.leadership.process_profile import running
from timshel.leadership.process_profile.due import due_processes
from timshel.leadership.process_profile.rules import SUBJECT
from timshel.leadership.process_profile.running import Belonging, Machine, Move, Stage
from timshel.operation.process.answering import process_facts
from timshel.performance_evaluation.indicator.queries import IndicatorFilter, indicator_list
from timshel.performance_evaluation.indicator.states import (
    STANDING_NAMES,
    IndicatorState,
    Standing,
)
from timshel.support.documentation.queries import DocumentFilter, DocumentRow, document_list
from timshel.support.documentation.states import AboutKind

MOST_BELONGING = 50
MACHINE_NAMES: Mapping[str, Text] = {
    "approval": _("Approval"),
    "audit": _("Audit"),
    "audit-finding": _("Audit finding"),
    "audit-programme": _("Audit programme"),
    "audit-recommendation": _("Audit recommendation"),
    "call-back": _("Call-back"),
    "certificate": _("Certificate"),
    "delivery": _("Delivery of a notification"),
    "improvement": _("Improvement"),
    "improvement-cycle": _("Improvement cycle"),
    "incoming-message": _("Incoming message"),
    "indicator": _("Indicator"),
    "issue-of-the-context": _("Issue of the context"),
    "learning": _("Learning"),
    "learning-step": _("Learning step"),
    "management-review": _("Management review"),
    "mandate": _("Mandate"),
    "meeting": _("Meeting"),
    "message": _("Message"),
    "nonconformity": _("Nonconformity"),
    "objective": _("Objective"),
    "planned-action": _("Planned action"),
    "planned-communication": _("Planned communication"),
    "process-profile": _("Process profile"),
    "risk": _("Risk"),
    "scope-statement": _("Scope statement"),
    "service-management-plan": _("Service management plan"),
    "skill-level": _("Skill level"),
    "version-of-a-document": _("Version of a document"),
    "work": _("Work"),
}
"""What the records of machines are called."""


class Running:
    """Answers from the code of all apps, and from what processes, indicators and documents say."""

    def machines(self) -> Mapping[str, Machine]:
        """Return all state machines of the product by code."""
        return state_machines()

    def diagrams(self, *, language: str) -> Mapping[str, str]:
        """Return the names of the processes that are published, by code; one query."""
        return {code: each.name for code, each in process_facts(None, language=language).items()}

    def indicators(self, code: str, /, *, actor: Actor, at: datetime) -> tuple[Belonging, ...]:
        """Return the running indicators of a process that the actor may see; one query."""
        wanted = IndicatorFilter(state=IndicatorState.RUNNING, process_code=code)
        page = indicator_list(actor=actor, at=at, wanted=wanted, size=MOST_BELONGING)
        return tuple(
            Belonging(
                "indicator",
                row.number,
                row.content.title,
                STANDING_NAMES[row.standing],
                is_alarming=row.standing is Standing.BAD,
            )
            for row in page.items
        )

    def documents(self, code: str, /, *, actor: Actor, at: datetime) -> tuple[Belonging, ...]:
        """Return the documents about a process that the actor may know of; one query."""
        wanted = DocumentFilter(about_kind=AboutKind.PROCESS, about_code=code)
        page = document_list(actor=actor, at=at, narrowed=wanted, size=MOST_BELONGING)
        return tuple(
            Belonging(
                "document",
                row.number,
                row.title,
                _standing(row),
                is_alarming=row.is_overdue,
            )
            for row in page.items
            if not row.is_withdrawn
        )


def register() -> None:
    """Say what processes run on, and when they are to be looked at again."""
    running.register(Running())
    due.register(SUBJECT, due_processes)


@cache
def state_machines() -> Mapping[str, Machine]:
    """Return the state machines of all apps by code, read once."""
    found: dict[str, Machine] = {}
    for module in _modules():
        for each in vars(module).values():
            if isinstance(each, StateMachine):
                machine = _machine(each, module)
                found.setdefault(machine.code, machine)
    return found


def _modules() -> Iterator[ModuleType]:
    """Yield the modules of states of all apps, the earlier clauses first."""
    for config in apps.get_app_configs():
        name = f"{config.name}.states"
        if config.name.startswith("timshel.") and find_spec(name):
            yield import_module(name)


def _machine(machine: StateMachine[Any, Any], module: ModuleType) -> Machine:
    stages = _in_order(machine)
    names = _names(stages, module)
    code = machine.name.lower().replace(" ", "-")
    return Machine(
        code=code,
        name=MACHINE_NAMES[code],
        initial=str(machine.initial.value),
        stages=tuple(Stage(str(each.value), names[each]) for each in stages),
        moves=tuple(
            Move(
                str(each.trigger.value),
                tuple(str(stage.value) for stage in stages if stage in each.sources),
                str(each.target.value),
            )
            for each in machine.transitions
        ),
    )


def _in_order(machine: StateMachine[Any, Any]) -> tuple[StrEnum, ...]:
    """Return the stages of a machine as they can be reached; the unreachable come last."""
    found: dict[StrEnum, None] = {machine.initial: None}
    waiting = [machine.initial]
    while waiting:
        stage = waiting.pop(0)
        for trigger in machine.triggers(stage):
            target = machine.target(stage, trigger)
            if target not in found:
                found[target] = None
                waiting.append(target)
    for each in machine.transitions:
        found.update(dict.fromkeys([*sorted(each.sources), each.target]))
    return tuple(found)


def _names(stages: Iterable[StrEnum], module: ModuleType) -> dict[StrEnum, Text]:
    """Return what the stages are called: by their own labels, or by a table of their module."""
    wanted = tuple(stages)
    tables = [
        each
        for name, each in vars(module).items()
        if isinstance(each, Mapping) and not name.startswith("_") and _names_all(each, wanted)
    ]
    if tables:
        return {each: tables[0][each] for each in wanted}
    return {each: getattr(each, "label", each.value.replace("_", " ")) for each in wanted}


def _names_all(table: Mapping[Any, Any], stages: tuple[StrEnum, ...]) -> bool:
    """Tell whether a table has a word for each stage, and is about nothing else."""
    kind = type(stages[0])
    return all(type(key) is kind for key in table) and all(
        isinstance(table.get(each), Promise) for each in stages
    )


def _standing(row: DocumentRow) -> Text:
    if row.is_overdue:
        return _("Review overdue")
    if row.current_number is None:
        return _("Not in effect yet")
    return _("Version %(number)d in effect") % {"number": row.current_number}
