"""What else a requester asked for, beside a record, under the reader's rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from timshel.kernel.actor import Actor
from timshel.operation.work.models import OPEN, WorkItem
from timshel.operation.work.rules import TASK
from timshel.operation.work.states import OPEN_STAGES

COLUMNS = ("kind", "number", "title", "stage", "opened_at")
SHOWN_OPEN = 5
SHOWN_ENDED = 3


@dataclass(frozen=True, slots=True)
class OtherWork:
    """Something else that the requester asked for."""

    kind: str
    number: str
    title: str
    stage: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class RequesterWork:
    """What else a requester asked for, as far as the reader may see it.

    Args:
        open: what is not finished, the newest first; at most five.
        ended: what was finished last; at most three.
        has_more: there is more than is shown.
    """

    open: tuple[OtherWork, ...]
    ended: tuple[OtherWork, ...]
    has_more: bool


def work_of_requester(person_id: int, *, beside: int, actor: Actor) -> RequesterWork:
    """Return what else somebody asked for, in one query.

    Args:
        person_id: who asked.
        beside: the key of the work that is being looked at.
        actor: who reads.
    """
    items = WorkItem.objects.visible_to(actor).filter(requester_id=person_id)
    items = items.exclude(kind=TASK).exclude(pk=beside).filter(parent__isnull=True)
    newest = items.order_by("-opened_at", "-pk").values_list(*COLUMNS, "pk")
    some = newest.filter(OPEN)[: SHOWN_OPEN + 1]
    both = some.union(newest.exclude(OPEN)[: SHOWN_ENDED + 1], all=True)
    rows = [OtherWork(*columns) for *columns, _key in both.order_by("-opened_at", "-pk")]
    open_ones = tuple(each for each in rows if each.stage in OPEN_STAGES)
    ended = tuple(each for each in rows if each.stage not in OPEN_STAGES)
    return RequesterWork(
        open=open_ones[:SHOWN_OPEN],
        ended=ended[:SHOWN_ENDED],
        has_more=len(open_ones) > SHOWN_OPEN or len(ended) > SHOWN_ENDED,
    )
