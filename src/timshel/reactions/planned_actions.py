"""Planned actions: who hears of them."""

from __future__ import annotations

from timshel.interfaces.web.notifications.pages import page_of
from timshel.interfaces.worker import planned_actions
from timshel.kernel import due
from timshel.kernel.events import subscribe
from timshel.planning.planned_action.events import ActionGiven, ActionReminded
from timshel.planning.planned_action.queries import due_actions, readable_actions
from timshel.support.notification import records


def register() -> None:
    """Say who hears of planned actions, and who may read of them."""
    records.register(planned_actions.RECORD, reading=readable_actions, paging=page_of("action"))
    due.register(planned_actions.RECORD, due_actions, reminds=True)
    subscribe(ActionGiven, tell_given)
    subscribe(ActionReminded, tell_due)


def tell_given(event: ActionGiven) -> None:
    """Whoever is to do something hears of it."""
    planned_actions.tell_given.defer(
        action_id=event.action_id,
        by_person_id=event.by_person_id,
        happened_at=event.at.isoformat(),
    )


def tell_due(event: ActionReminded) -> None:
    """Whoever is to do something is reminded."""
    planned_actions.tell_due.defer(
        action_id=event.action_id, reminder=event.reminder, happened_at=event.at.isoformat()
    )
