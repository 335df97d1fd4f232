"""Changing what a request says after it was sent: its process begins again with the new answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, WrongState
from timshel.kernel.forms import NoReferences, References, form_from, read_answers
from timshel.operation.process.access import hold_run
from timshel.operation.process.actions import begin_anew
from timshel.operation.process.states import OPEN_RUNS
from timshel.operation.work.access import is_own
from timshel.operation.work.actions import change_work_item
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import covers
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.service_request.access import (
    CHANGE,
    find,
    require,
    require_own,
)
from timshel.resolution_fulfilment.service_request.actions.stages import hold
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.resolution_fulfilment.service_request.queries.requesters import (
    requester_facts,
    requester_of,
)
from timshel.resolution_fulfilment.service_request.states import Verb, stage_allows


@dataclass(frozen=True, slots=True)
class Changed:
    """What a request is to say now.

    Args:
        raw: what stands in its form, as typed.
        references: finds what answers name.
    """

    raw: Mapping[str, Any]
    references: References = field(default_factory=NoReferences)


@transaction.atomic
def change_request(number: str, *, changed: Changed, actor: Actor, at: datetime) -> WorkItem:
    """Change the answers of an open request; approvals and tasks begin again with the new ones.

    Where the answers stay the same, nothing is changed.

    Args:
        number: the request.
        changed: the new answers.
        actor: the requester, who asked for them, or somebody with the right.
        at: when.

    Raises:
        Invalid: what is wrong with the answers, by field.
        WrongState: it is not open, or there is nothing that could be changed.
        NotAllowed, NotFound: as they say.
    """
    seen = find(number, actor=actor)
    helps = covers(actor, CHANGE, seen)
    if not helps and not is_own(seen, actor=actor):
        raise NotAllowed
    hold(number)
    item = require(number, CHANGE, actor=actor) if helps else require_own(number, actor=actor)
    request = ServiceRequest.objects.select_related("form").get(pk=item.pk)
    if not stage_allows(Stage(item.stage), Verb.CHANGE) or request.form is None:
        raise WrongState
    reading = read_answers(
        form_from(request.form.content),
        changed.raw,
        requester=requester_facts(requester_of(item.requester_id)),
        language=actor.language,
        references=changed.references,
        today=actor.day_at(at),
    )
    if reading.errors:
        raise Invalid(reading.errors)
    if reading.answers == request.answers:
        return item
    if WorkItem.objects.filter(parent=item, kind=item.kind).exists():
        raise WrongState(_("Its parts are being worked on. Please withdraw it and ask anew."))
    # The answers themselves stay out of the journal: they may be confidential, and never leave it.
    fields = sorted(
        key
        for key in {*reading.answers, *request.answers}
        if reading.answers.get(key) != request.answers.get(key)
    )
    request.answers = reading.answers
    request.save(update_fields=["answers"])
    change_work_item(
        item,
        verb="service_request.changed",
        values={},
        also={"answers": (None, fields)},
        actor=actor,
        at=at,
    )
    run = hold_run(item.pk)
    if run is not None and run.state in OPEN_RUNS:
        begin_anew(run, actor=actor, at=at)
    return item
