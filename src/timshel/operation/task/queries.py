"""What a task asks of whoever does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.operation.task.models import Task


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A line of a checklist, in the reader's language."""

    position: int
    text: str
    is_done: bool
    done_by: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaskContent:
    """What a task has beyond what all work has.

    Args:
        title: in the reader's language.
        description: what to do, as Markdown, in the reader's language.
        form: what is to be filled in, as ``kernel.forms`` reads it, or None.
        answers: what stands in it: as typed while the task is open, as read when it is done.
        outcomes: the ways in which it can end; the first is the usual one.
        step_id: of the process.
        element: of the diagram.
    """

    title: str
    description: str
    form: Mapping[str, Any] | None
    answers: Mapping[str, Any]
    checklist: tuple[CheckLine, ...]
    outcomes: tuple[str, ...]
    outcome: str
    step_id: int
    element: str

    @property
    def is_checked(self) -> bool:
        """Whether every line of the checklist is done."""
        return all(line.is_done for line in self.checklist)


def task_content(key: int, *, language: str) -> TaskContent:
    """Return what a task asks; one query. The caller has asked whether the reader may see it."""
    task = Task.objects.select_related("work_item", "step").defer("work_item__search").get(pk=key)
    words = task.translations.get(language, {})
    return TaskContent(
        title=words.get("title") or task.work_item.title,
        description=words.get("description") or task.work_item.description,
        form=task.form,
        answers=task.answers,
        checklist=tuple(
            _line(position, line, language) for position, line in enumerate(task.checklist)
        ),
        outcomes=tuple(task.outcomes),
        outcome=task.outcome,
        step_id=task.step_id,
        element=task.step.element,
    )


def _line(position: int, line: Mapping[str, Any], language: str) -> CheckLine:
    text = line["translations"].get(language, {}).get("text") or line["text"]
    done_at = datetime.fromisoformat(line["done_at"]) if line["done_at"] else None
    return CheckLine(position, text, done_at is not None, line["done_by"] or "", done_at)
