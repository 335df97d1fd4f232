"""Looking at the evidence, asked for and every night, and putting together exports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from timshel.improvement.conformity import access
from timshel.improvement.conformity.actions import EXPORT, look_due, make_export, take_look
from timshel.improvement.conformity.rules import LOOK
from timshel.interfaces.worker.errands import Step, errand
from timshel.interfaces.worker.jobs import sweep
from timshel.kernel.actor import system_actor
from timshel.kernel.progress.actions import ErrandToDo

DONE = gettext_noop("The export can be fetched on the page of conformity.")


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


@errand(LOOK)
def look_asked(asked: ErrandToDo, step: Step, /, *, at: datetime) -> dict[str, Any]:
    """Ask all rules what evidence there is, since somebody wants to know.

    Args:
        asked: with who asked for it.
        step: called after each rule.
        at: now.

    Returns:
        Nothing to be shown: the pages of conformity show it.
    """
    take_look(actor=access.viewer_of(asked.person_id), at=at, step=step, done=asked.done)
    return {}


@sweep(LOOK, cron="43 3 * * *")
def look(*, at: datetime) -> None:
    """Ask all rules once a day what evidence there is."""
    look_due(actor=system_actor(LOOK), at=at)
