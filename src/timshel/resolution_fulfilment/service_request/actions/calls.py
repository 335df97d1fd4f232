"""What the automatic steps of a process do to a request and for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor, system_actor
from timshel.kernel.bpmn.diagram import CallSpec
from timshel.kernel.letters import Draft
from timshel.operation.process.hosting import Answer, Entered, Later
from timshel.operation.work.actions import Said, comment
from timshel.operation.work.models import Audience, WorkItem
from timshel.resolution_fulfilment.service_request.actions.opening import open_parts
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.support.communication.actions import Message, queue_message
from timshel.support.communication.queries import worded

LONGEST_VALUE = 10_000
LONGEST_SUBJECT = 500
REQUESTER, MANAGER = "requester", "line_manager"


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is to be answered.

    Args:
        values: what the step gives, worked out.
        fixed: the names of those that the diagram itself says, and no answer of a requester.
    """

    entered: Entered
    request: ServiceRequest
    values: Mapping[str, Any]
    fixed: frozenset[str]
    actor: Actor
    at: datetime


def answer_call(
    entered: Entered, spec: CallSpec, request: ServiceRequest, *, actor: Actor, at: datetime
) -> Answer | Later:
    """Do what an automatic step says, in the transaction in which the process came to it."""
    fixed = frozenset(each.name for each in spec.values if not each.expression)
    call = Call(entered, request, entered.step.values, fixed, actor, at)
    return _SERVICES[spec.service](call)


def _send_mail(call: Call) -> Answer:
    """Queue a mail: the worker sends it once this is kept."""
    to = str(call.values.get("to") or "")
    person, address = _recipient(call, to)
    item = call.request.work_item
    words = worded(
        Draft(
            "process.mail",
            person.language,
            {
                "number": item.number,
                "subject": str(call.values.get("subject") or "")[:LONGEST_SUBJECT],
                "text": str(call.values.get("text") or "")[:LONGEST_VALUE],
            },
        )
    )
    message = Message(
        key=f"process.{call.entered.step.pk}",
        kind="process.mail",
        thread=f"service-request.{item.number}",
        person_id=person.pk,
        address=address,
        subject=words.subject,
        text=words.text,
        language=person.language,
        team_id=item.team_id,
    )
    queue_message(message, at=call.at)
    return Answer({"to": address})


def _recipient(call: Call, to: str) -> tuple[Person, str]:
    """Return whom a mail goes to.

    An address that the diagram itself names may be any; one that comes from an answer must be
    that of a person we know, or come from one of the house, so that no outsider makes us write
    to strangers.
    """
    requester = call.request.work_item.requester
    if to == MANAGER and requester.manager is not None:
        return requester.manager, requester.manager.email
    known = None
    if "@" in to:
        known = Person.objects.filter(email__iexact=to, is_active=True).first()
    elif to not in ("", REQUESTER, MANAGER):
        known = Person.objects.filter(code=to, is_active=True).first()
    if known is not None:
        return known, known.email
    is_trusted = "to" in call.fixed or requester.customer_id is None
    return requester, to if is_trusted and _is_address(to) else requester.email


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _tell_requester(call: Call) -> Answer:
    """Say something to the requester, as the process."""
    text = str(call.values.get("text") or "")[:LONGEST_VALUE]
    if text.strip():
        comment(
            _item(call),
            Said(text=text, audience=Audience.PUBLIC),
            verb="service_request.told",
            actor=system_actor(_("Process")),
            at=call.at,
        )
    return Answer()


def _open_parts(call: Call) -> Answer | Later:
    """Open the parts of a bundle, and wait until all have come to their ends."""
    count = open_parts(_item(call), actor=call.actor, at=call.at)
    if not count:
        return Answer({"parts": {}})
    step = call.entered.step
    step.values = {**step.values, "service": "open_parts"}
    step.save(update_fields=["values"])
    return Later()


def _call_webhook(call: Call) -> Later:
    """Leave the call to a worker, who says of what it is."""
    step = call.entered.step
    step.values = {**step.values, "number": call.request.work_item.number}
    step.save(update_fields=["values"])
    return Later(by_worker=True)


def _wait_for_event(call: Call) -> Later:
    """Wait until somebody says that it happened."""
    del call
    return Later()


def _item(call: Call) -> WorkItem:
    return (
        WorkItem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("team", "assignee", "requester")
        .defer("search")
        .get(pk=call.request.pk)
    )


_SERVICES: Mapping[str, Callable[[Call], Answer | Later]] = {
    "send_mail": _send_mail,
    "call_webhook": _call_webhook,
    "tell_requester": _tell_requester,
    "open_parts": _open_parts,
    "wait_for_event": _wait_for_event,
}
