"""Incidents are made of alerts, ended with them, and alerts unmuted, by the clock."""

from __future__ import annotations

from datetime import datetime

from timshel.interfaces.worker.jobs import sweep
from timshel.resolution_fulfilment.alert import actions


@sweep("alert.settle", cron="* * * * * */5")
def settle(*, at: datetime) -> None:
    """Open, reopen and end the incidents of alerts that are due."""
    actions.settle_due(at=at)


@sweep("alert.unmute", cron="* * * * *")
def unmute(*, at: datetime) -> None:
    """Have count what still fires though planned work is over."""
    actions.unmute_due(at=at)


@sweep("alert.forget_payloads", cron="17 4 * * *")
def forget_payloads(*, at: datetime) -> None:
    """Remove what could not be read and was dealt with long ago."""
    while actions.forget_payloads(at=at):
        pass


@sweep("alert.forget", cron="37 3 * * *")
def forget_alerts(*, at: datetime) -> None:
    """Remove what cleared long ago, a batch at a time, until there is none."""
    while actions.forget_alerts(at=at):
        pass
