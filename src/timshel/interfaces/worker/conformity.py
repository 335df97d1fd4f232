"""Looking at the evidence every night, and putting together exports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from timshel.improvement.conformity.actions import EXPORT, look_due, make_export
from timshel.interfaces.worker.errands import Step, errand
from timshel.interfaces.worker.jobs import sweep
from timshel.kernel.actor import system_actor
from timshel.kernel.progress.actions import ErrandToDo

DONE = gettext_noop("The export can be fetched on the page of conformity.")
NAME = "conformity.look"


@errand(EXPORT)
def export_evidence(asked: ErrandToDo, step: Step, /, *, at: datetime) -> dict[str, Any]:
    """Put together what a certification audit asks.

    Args:
        asked: with the key of the export.
        step: called after each file.
        at: now.

    Returns:
        A sentence that says where it is.
    """
    key = int(asked.arguments["export"])
    make_export(key, step=step, done=asked.done, actor=system_actor(EXPORT), at=at)
    return {"note": DONE}


@sweep(NAME, cron="43 3 * * *")
def look(*, at: datetime) -> None:
    """Ask all rules once a day what evidence there is."""
    look_due(actor=system_actor(NAME), at=at)
