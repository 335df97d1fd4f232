"""What people are told about requests and tasks."""

from __future__ import annotations

from datetime import datetime

from timshel.interfaces.worker.jobs import job
from timshel.interfaces.worker.pages import LINKS
from timshel.resolution_fulfilment.service_request.actions import notifying


@job("service_request.acknowledge", queue="notices")
def acknowledge(work_item_id: int, *, at: datetime) -> None:
    """Tell the requester that the request arrived."""
    notifying.acknowledge_request(work_item_id, links=LINKS, at=at)


@job("service_request.tell_reply", queue="notices")
def tell_reply(work_item_id: int, comment_id: int, *, at: datetime) -> None:
    """Bring a public reply to the other side."""
    notifying.tell_request_reply(work_item_id, comment_id=comment_id, links=LINKS, at=at)


@job("service_request.tell_ending", queue="notices")
def tell_ending(
    work_item_id: int, happened_at: str, by_person_id: int | None, *, at: datetime
) -> None:
    """Tell the requester how it ended."""
    notifying.tell_request_ending(
        work_item_id,
        happened_at=datetime.fromisoformat(happened_at),
        by_person_id=by_person_id,
        links=LINKS,
        at=at,
    )


@job("work.tell_assignment", queue="notices")
def tell_assignment(
    work_item_id: int,
    assignee_id: int,
    happened_at: str,
    by_person_id: int | None,
    *,
    at: datetime,
) -> None:
    """Tell the assignee that a task or a request is theirs."""
    notifying.tell_work_assignment(
        work_item_id,
        assignee_id=assignee_id,
        happened_at=datetime.fromisoformat(happened_at),
        by_person_id=by_person_id,
        links=LINKS,
        at=at,
    )


@job("task.tell_arrival", queue="notices")
def tell_arrival(work_item_id: int, *, at: datetime) -> None:
    """Tell a team of a new task."""
    notifying.tell_task_arrival(work_item_id, links=LINKS, at=at)


@job("process.tell_trouble", queue="notices")
def tell_trouble(work_item_id: int, happened_at: str, *, at: datetime) -> None:
    """Tell who answers for a process that one of its runs is stuck."""
    notifying.tell_trouble(
        work_item_id, happened_at=datetime.fromisoformat(happened_at), links=LINKS, at=at
    )
