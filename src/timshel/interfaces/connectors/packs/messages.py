"""Mail of the demonstration that did not arrive, so that its page has something to show."""

from __future__ import annotations

from datetime import datetime, timedelta

from timshel.context.people.queries import person_by_code
from timshel.kernel.actor import Channel
from timshel.kernel.letters import Draft
from timshel.leadership.authority.queries import actor_for
from timshel.resolution_fulfilment.incident.queries.cases import case_list
from timshel.support.communication.actions import (
    DeliveryReport,
    Message,
    note_report,
    queue_message,
)
from timshel.support.communication.queries import worded
from timshel.support.communication.states import ReportAction

FORMER = "former.address@gone.example"
SAID = "550 5.1.1 This mailbox does not exist any more"
AGO = timedelta(hours=3)


def load_messages(person: str, *, at: datetime) -> int:
    """Write a mail about a case of somebody to an address that they no longer have.

    Args:
        person: their code.
        at: now.

    Returns:
        How many messages were added.
    """
    key = person_by_code(person)
    actor = None if key is None else actor_for(key, channel=Channel.IMPORT)
    if key is None or actor is None:
        return 0
    for case in case_list(actor=actor, at=at, size=1).items:
        values = {"name": actor.name, "number": case.number, "title": case.title}
        words = worded(Draft("incident.cancelled", actor.language, values))
        message = Message(
            key=f"demonstration/{case.number}",
            kind="incident.cancelled",
            thread=f"{case.kind.replace('_', '-')}.{case.number}",
            person_id=key,
            address=FORMER,
            subject=words.subject,
            text=words.text,
            language=actor.language,
        )
        queued = queue_message(message, at=at - AGO)
        report = DeliveryReport("demonstration", ReportAction.FAILED, "5.1.1", SAID)
        return int(queued is not None and note_report(queued, report=report, at=at - AGO))
    return 0
