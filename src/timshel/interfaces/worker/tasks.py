"""The jobs: what reactions defer, and what runs by the clock. Each is one call of an action."""

from __future__ import annotations

import hashlib
import json
import logging
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from procrastinate.jobs import Status

import timshel.interfaces.worker.alerts
import timshel.interfaces.worker.approvals
import timshel.interfaces.worker.bulk
import timshel.interfaces.worker.calls
import timshel.interfaces.worker.catalogue
import timshel.interfaces.worker.charter
import timshel.interfaces.worker.clocks
import timshel.interfaces.worker.communications
import timshel.interfaces.worker.conformity
import timshel.interfaces.worker.documents
import timshel.interfaces.worker.forecasts
import timshel.interfaces.worker.guests
import timshel.interfaces.worker.improvements
import timshel.interfaces.worker.indicators
import timshel.interfaces.worker.mail
import timshel.interfaces.worker.maintenance
import timshel.interfaces.worker.nonconformities
import timshel.interfaces.worker.notifications
import timshel.interfaces.worker.objectives
import timshel.interfaces.worker.planned_actions
import timshel.interfaces.worker.previews
import timshel.interfaces.worker.processes
import timshel.interfaces.worker.reminders
import timshel.interfaces.worker.reports
import timshel.interfaces.worker.searching
import timshel.interfaces.worker.service_accounts
import timshel.interfaces.worker.status_pages
import timshel.interfaces.worker.webhook_jobs  # noqa: F401 - importing registers errands and sweeps
from timshel.interfaces.mail.transports import configured_transport
from timshel.interfaces.worker.errands import do_errand
from timshel.interfaces.worker.jobs import AnyTask, job, sweep
from timshel.interfaces.worker.pages import LINKS
from timshel.kernel import live
from timshel.kernel.actor import system_actor
from timshel.kernel.idempotency import actions as idempotency
from timshel.kernel.journal.sealing import seal_everything
from timshel.kernel.progress.actions import forget_errands
from timshel.kernel.progress.queries import unfinished_errands
from timshel.kernel.quota.actions import forget_windows
from timshel.leadership.authority.actions import forget_attempts
from timshel.operation.teamwork.actions import forget_old_drafts, forget_presence
from timshel.relationship_agreement.service_level.actions import (
    take_effect_due,
    warn_and_breach_due,
)
from timshel.relationship_agreement.service_level.events import ClockAlerted, ClockBreached
from timshel.resolution_fulfilment.incident.actions import (
    close_due_incidents,
    escalating,
    notifying,
)
from timshel.support.communication import actions as communication

logger = logging.getLogger("timshel.worker")

BATCH = 500
DEAD_SECONDS = 20  # a worker without a heartbeat for so long will not finish its jobs
KEPT_HOURS = 30 * 24  # how long failed jobs can be looked at
# Jobs that may have ended their worker themselves: after a few deaths they are left to their
# sweep, which counts how often it takes them up.
LEFT_TO_SWEEPS = frozenset({"mail.route"})
MOST_DEATHS = 3


# Mail


@job("mail.send", queue="mail")
def send_message(message_id: int, *, at: datetime) -> None:
    """Send one message; if that fails now, the sweep goes on with it."""
    communication.send_message(message_id, transport=configured_transport(), at=at)


@sweep("mail.send_due", cron="* * * * *")
def send_due(*, at: datetime) -> None:
    """Send what waits for another attempt, and whatever a job left behind."""
    communication.send_due(transport=configured_transport(), at=at)


# What people are told about incidents


@job("incident.acknowledge", queue="notices")
def acknowledge(work_item_id: int, *, at: datetime) -> None:
    """Tell the requester that the report arrived."""
    notifying.acknowledge(work_item_id, links=LINKS, at=at)


@job("incident.tell_reply", queue="notices")
def tell_reply(work_item_id: int, comment_id: int, *, at: datetime) -> None:
    """Bring a public reply to the other side."""
    notifying.tell_reply(work_item_id, comment_id=comment_id, links=LINKS, at=at)


@job("incident.tell_resolution", queue="notices")
def tell_resolution(
    work_item_id: int, happened_at: str, by_person_id: int | None, *, at: datetime
) -> None:
    """Tell the requester that it is believed to work again."""
    notifying.tell_resolution(
        work_item_id,
        happened_at=datetime.fromisoformat(happened_at),
        by_person_id=by_person_id,
        links=LINKS,
        at=at,
    )


@job("incident.tell_cancellation", queue="notices")
def tell_cancellation(
    work_item_id: int, happened_at: str, by_person_id: int | None, *, at: datetime
) -> None:
    """Tell the requester that it was cancelled."""
    notifying.tell_cancellation(
        work_item_id,
        happened_at=datetime.fromisoformat(happened_at),
        by_person_id=by_person_id,
        links=LINKS,
        at=at,
    )


@job("incident.tell_merger", queue="notices")
def tell_merger(
    work_item_id: int, happened_at: str, by_person_id: int | None, *, at: datetime
) -> None:
    """Tell the requester that the case goes on in another."""
    notifying.tell_merger(
        work_item_id,
        happened_at=datetime.fromisoformat(happened_at),
        by_person_id=by_person_id,
        links=LINKS,
        at=at,
    )


@job("incident.tell_reopening", queue="notices")
def tell_reopening(
    work_item_id: int, happened_at: str, by_person_id: int | None, *, at: datetime
) -> None:
    """Tell the assignee that it does not work after all."""
    notifying.tell_reopening(
        work_item_id,
        happened_at=datetime.fromisoformat(happened_at),
        by_person_id=by_person_id,
        links=LINKS,
        at=at,
    )


@job("incident.tell_assignment", queue="notices")
def tell_assignment(
    work_item_id: int,
    assignee_id: int,
    happened_at: str,
    by_person_id: int | None,
    *,
    at: datetime,
) -> None:
    """Tell the assignee that the incident is theirs."""
    notifying.tell_assignment(
        work_item_id,
        assignee_id=assignee_id,
        happened_at=datetime.fromisoformat(happened_at),
        by_person_id=by_person_id,
        links=LINKS,
        at=at,
    )


@job("incident.tell_alert", queue="notices")
def tell_alert(alert: dict[str, Any], *, at: datetime) -> None:
    """Tell whoever an escalation names that the time is running out, or has; by day."""
    told = ClockAlerted.from_plain(alert)
    for moment in escalating.tell_alert(told, links=LINKS, at=at):
        _again(tell_alert, moment, alert=alert)


@job("incident.tell_breach", queue="notices")
def tell_breach(breach: dict[str, Any], *, at: datetime) -> None:
    """Tell whoever is responsible that a promise was broken; by day."""
    told = ClockBreached.from_plain(breach)
    for moment in escalating.tell_breach(told, links=LINKS, at=at):
        _again(tell_breach, moment, breach=breach)


def _again(task: AnyTask, moment: datetime, **arguments: Any) -> None:
    """Have a job done again when somebody is there to read what it tells; once for that moment."""
    name = json.dumps([task.name, moment.isoformat(), arguments], sort_keys=True)
    lock = hashlib.blake2s(name.encode(), digest_size=16).hexdigest()
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.configure(schedule_at=moment, queueing_lock=lock).defer(**arguments)


# Long work that people watch


@job("errands.run", queue="errands", is_repeated=False)
def run_errand(errand_id: int, *, at: datetime) -> None:
    """Do one errand, unless another worker does; then let the next one begin."""
    if do_errand(errand_id, at=at):
        _queue_waiting_errands(at=datetime.now(UTC))


@sweep("errands.run_waiting", cron="* * * * *")
def run_waiting_errands(*, at: datetime) -> None:
    """Take up errands whose worker died, whose next attempt is due, or that a migration left."""
    _queue_waiting_errands(at=at)


def _queue_waiting_errands(*, at: datetime) -> None:
    for errand_id in unfinished_errands(at=at):
        waiting_once = run_errand.configure(queueing_lock=f"errand:{errand_id}")
        with suppress(AlreadyEnqueued), transaction.atomic():
            waiting_once.defer(errand_id=errand_id)


# By the clock


@sweep("service_level.warn_and_breach", cron="* * * * *")
def warn_and_breach(*, at: datetime) -> None:
    """Warn and breach the clocks that are due, until none is."""
    while warn_and_breach_due(at=at, limit=BATCH) == BATCH:
        pass


@sweep("service_level.take_effect", cron="* * * * *")
def take_effect(*, at: datetime) -> None:
    """Have open work read again where an agreement begins or ends by now, as was decided."""
    take_effect_due(at=at)


@sweep("journal.seal", cron="* * * * *")
def seal_journal(*, at: datetime) -> None:
    """Seal the entries that wait."""
    seal_everything(at=at)


@sweep("incident.close_due", cron="7 * * * *")
def close_resolved(*, at: datetime) -> None:
    """Close the incidents that have been resolved for long enough, until there is none."""
    actor = system_actor(gettext_noop("Closing what was resolved"))
    while close_due_incidents(actor=actor, at=at, limit=BATCH) == BATCH:
        pass


@sweep("kernel.forget", cron="23 * * * *")
def forget_what_is_over(*, at: datetime) -> None:
    """Remove what nobody will ask for again: live changes, request keys, errands, quotas of
    past minutes, sign-ins, drafts that nobody touched for months, and who looked at what."""
    live.forget(at=at)
    idempotency.forget(at=at)
    forget_errands(at=at)
    forget_windows(at=at)
    forget_attempts(at=at)
    forget_old_drafts(at=at)
    forget_presence(at=at)
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


# The jobs themselves


@app.periodic(cron="* * * * * */20")
@app.task(
    name="jobs.retry_stalled", queue="sweeps", queueing_lock="jobs.retry_stalled", pass_context=True
)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Queue the jobs again that died with their worker."""
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_SECONDS):
        if stalled.id is None:
            continue
        logger.warning("Job %s (%s) died with its worker", stalled.id, stalled.task_name)
        if stalled.task_name in LEFT_TO_SWEEPS and stalled.attempts + 1 >= MOST_DEATHS:
            await manager.finish_job_by_id_async(stalled.id, Status.FAILED, delete_job=True)
            continue
        try:
            await manager.retry_job(stalled)
        except ProcrastinateException:
            # A sweep whose next run waits already: that one does the work.
            await manager.finish_job_by_id_async(stalled.id, Status.FAILED, delete_job=True)


@app.periodic(cron="41 3 * * *")
@app.task(name="jobs.forget", queue="sweeps", queueing_lock="jobs.forget", pass_context=True)
async def forget_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Remove jobs that ended long ago; successful ones go at once."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
