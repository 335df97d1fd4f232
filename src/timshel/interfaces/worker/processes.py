"""What time and other systems do to processes: timers, calls, parts that came to their ends."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from timshel.interfaces.worker.jobs import job, sweep
from timshel.interfaces.worker.webhooks import call_webhook
from timshel.kernel.actor import system_actor
from timshel.operation.process import actions as processes
from timshel.resolution_fulfilment.service_request import actions as requests
from timshel.resolution_fulfilment.service_request.host import part_ended

ACTOR = system_actor(gettext_noop("Process"))
OFTEN = "* * * * * */10"  # every ten seconds: people wait for what a timer begins


@job("process.call", queue="calls")
def perform_call(step_id: int, *, at: datetime) -> None:
    """Call another system for a step; if that fails now, the sweep tries again."""
    processes.perform_call(step_id, caller=call_webhook, actor=ACTOR, at=at)


@sweep("process.calls_due", cron=OFTEN)
def perform_due_calls(*, at: datetime) -> None:
    """Make the calls that wait for another attempt, and whatever a killed worker left behind."""
    processes.perform_due_calls(caller=call_webhook, actor=ACTOR, at=at)


@sweep("process.wake", cron=OFTEN)
def wake_due_runs(*, at: datetime) -> None:
    """Fire the timers that are due."""
    processes.wake_due_runs(actor=ACTOR, at=at)


@job("service_request.part_ended", queue="notices")
def go_on_with_bundle(parent_id: int, *, at: datetime) -> None:
    """Let a bundle go on when all its parts have come to their ends."""
    part_ended(parent_id, at=at)


@sweep("service_request.close_due", cron="*/10 * * * *")
def close_due_requests(*, at: datetime) -> None:
    """Close what was delivered long enough ago."""
    requests.close_due_requests(
        actor=system_actor(gettext_noop("Closing what was resolved")), at=at
    )
