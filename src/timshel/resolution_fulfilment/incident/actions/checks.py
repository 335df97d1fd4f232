"""What several verbs check before they write."""

from __future__ import annotations

from timshel.kernel.errors import WrongState
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident.states import Verb, stage_allows


def require_stage(item: WorkItem, verb: Verb) -> None:
    """Refuse a verb that the present stage does not allow.

    Raises:
        WrongState: with the general sentence.
    """
    if not stage_allows(Stage(item.stage), verb):
        raise WrongState
