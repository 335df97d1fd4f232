"""The long work of doing one deed to many: batch by batch, each piece by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from timshel.interfaces.worker.errands import Step, errand
from timshel.interfaces.worker.jobs import job, sweep
from timshel.kernel.actor import Actor
from timshel.kernel.progress.actions import ErrandToDo
from timshel.operation.bulk.actions import KIND, do_items, forget_runs_due, telling
from timshel.operation.bulk.queries import readable_runs
from timshel.support.notification import records
from timshel.support.notification.records import About
from timshel.support.notification.states import Audience


def register_record() -> None:
    """Say who may read of a run in a notice and where its page is."""
    records.register(telling.RECORD, reading=readable_runs, paging=_page)


def _page(about: About, /, *, audience: Audience, actor: Actor) -> str:  # noqa: ARG001
    return reverse("bulk-run", args=[about.key])


@errand(KIND)
def run_bulk(asked: ErrandToDo, step: Step, /, *, at: datetime) -> dict[str, Any]:  # noqa: ARG001
    """Do a run to its end, or until its person stops it.

    Args:
        asked: with ``run``; how far it is stands in the run's own rows.
        step: called after each batch.
        at: when it was taken up; each batch is done at its own moment.

    Returns:
        Nothing to be shown: the run has a page of its own.
    """
    came = asked.done
    while True:
        goes = do_items(asked.arguments["run"], at=datetime.now(UTC))
        step(goes.settled - came, None)
        came = goes.settled
        if not goes.goes_on:
            return {}


@job("bulk.tell_ended", queue="notices")
def tell_ended(run_id: int, *, at: datetime) -> None:
    """Tell the person that a run is over, and those who were given work by it."""
    queue = f"{settings.BASE_ADDRESS}{reverse('queue', args=['mine'])}"
    telling.tell_ended(run_id, queue=queue, at=at)


@sweep("bulk.forget_due", cron="37 * * * *")
def forget_due(*, at: datetime) -> None:
    """Remove sets that were never begun and runs that ended long ago."""
    forget_runs_due(at=at)
