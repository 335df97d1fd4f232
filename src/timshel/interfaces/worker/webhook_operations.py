"""What those who run things are told: alerts, planned work, mail, and processes that are stuck."""

from __future__ import annotations

from datetime import datetime

from timshel.design_transition.maintenance.queries import planned_told
from timshel.interfaces.worker.webhook_cases import About, of_work
from timshel.kernel.actor import Actor
from timshel.resolution_fulfilment.alert.queries import alerts_told, source_told
from timshel.resolution_fulfilment.intake.queries import held_told
from timshel.support.communication.queries import mailbox_told, message_told, trouble_told
from timshel.support.webhook.kinds import Told


def alerts(about: About, /, *, actor: Actor, at: datetime) -> Told | None:  # noqa: ARG001
    """Tell of alerts to those who see the work of their services or teams."""
    found = alerts_told(
        about["alert_ids"], source_id=about["source_id"], count=about["count"], actor=actor
    )
    return None if found is None else Told(found.source, found.plain)


def alert_incident(about: About, /, *, actor: Actor, at: datetime) -> Told | None:
    """Tell of the incident that alerts became, to those who oversee it."""
    told = of_work(about, {"is_storm": about["is_storm"]}, actor=actor, at=at, only_overseen=True)
    if told is None:
        return None
    return Told(told.subject, {**told.data, **source_told(about["source_id"])})


def planned_work(about: About, /, *, actor: Actor, at: datetime) -> Told | None:
    """Tell of planned work as people of the house are told."""
    found = planned_told(about["planned_work_id"], actor=actor, at=at)
    return None if found is None else Told(str(found["id"]), found)


def held(about: About, /, *, actor: Actor, at: datetime) -> Told | None:  # noqa: ARG001
    """Tell of mail that waits for a person, to those who look after the mailbox."""
    found = held_told(about["message_id"], actor=actor)
    return None if found is None else Told(str(found["message_id"]), found)


def unsent(about: About, /, *, actor: Actor, at: datetime) -> Told | None:  # noqa: ARG001
    """Tell of a message that could not be sent, to those who look after messages."""
    found = message_told(about["message_id"], actor=actor)
    return None if found is None else Told(str(found["message_id"]), found)


def address(about: About, /, *, actor: Actor, at: datetime) -> Told | None:  # noqa: ARG001
    """Tell of an address at which nothing arrives, to those who look after messages."""
    found = trouble_told(about["trouble_id"], actor=actor)
    return None if found is None else Told(found["address"], found)


def mailbox(about: About, /, *, actor: Actor, at: datetime) -> Told | None:  # noqa: ARG001
    """Tell of a mailbox that cannot be fetched, to those who keep mailboxes."""
    found = mailbox_told(about["mailbox_id"], actor=actor)
    return None if found is None else Told(found["mailbox"], found)


def stuck(about: About, /, *, actor: Actor, at: datetime) -> Told | None:
    """Tell of a process that is stuck, to those who oversee the work."""
    return of_work(about, actor=actor, at=at, only_overseen=True)
