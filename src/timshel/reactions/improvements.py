"""Improvements: who hears of them, and what can be planned about them."""

from __future__ import annotations

from timshel.improvement.initiative.due import due_improvements
from timshel.improvement.initiative.events import ImprovementMoved
from timshel.improvement.initiative.hosting import ImprovementHost
from timshel.improvement.initiative.queries import readable_improvements
from timshel.interfaces.web.notifications.pages import page_of
from timshel.interfaces.worker import improvements
from timshel.kernel import due
from timshel.kernel.events import subscribe
from timshel.planning.planned_action import hosting
from timshel.support.notification import records


def register() -> None:
    """Say who hears of improvements, and who may plan what is done about them."""
    hosting.register("improvement", ImprovementHost())
    due.register("improvement", due_improvements)
    records.register(
        improvements.RECORD, reading=readable_improvements, paging=page_of("suggestion")
    )
    subscribe(ImprovementMoved, tell_moved)


def tell_moved(event: ImprovementMoved) -> None:
    """Whoever suggested it hears of the step."""
    improvements.tell_moved.defer(step_id=event.step_id, by_person_id=event.by_person_id)
