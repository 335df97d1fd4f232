"""Asking for something from the catalogue, and opening the parts of a bundle."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor, ActorKind, Channel
from timshel.kernel.errors import Invalid
from timshel.kernel.events import publish
from timshel.kernel.forms import (
    FieldType,
    Form,
    NoReferences,
    Reading,
    References,
    Sensitivity,
    defaults,
    form_from,
    read_answers,
)
from timshel.operation.process.actions import begin_run
from timshel.operation.process.diagrams import published
from timshel.operation.process.queries import variant_for
from timshel.operation.work.actions import (
    check_text,
    next_number,
    open_work_item,
    reference,
)
from timshel.operation.work.files import clean_name, safe_type
from timshel.operation.work.models import Attachment, Audience, WorkItem
from timshel.operation.work.rules import priority
from timshel.operation.work.states import STAGES
from timshel.relationship_agreement.service_level.actions import start_clocks
from timshel.resolution_fulfilment.service_request.access import KIND, require_order
from timshel.resolution_fulfilment.service_request.events import RequestOpened
from timshel.resolution_fulfilment.service_request.models import RequestDraft, ServiceRequest
from timshel.resolution_fulfilment.service_request.queries.requesters import (
    parts_meant,
    requester_facts,
    requester_of,
)
from timshel.resolution_fulfilment.service_request.rules import part_answers
from timshel.service_portfolio.catalogue.queries import OrderItem, OrderPage, orderable
from timshel.service_portfolio.service.models import Offering
from timshel.service_portfolio.service.queries import matrix_for, route

PREFIX = "REQ"
SEQUENCE = "service_request_number"
LOW, USUAL = 3, 2
LONGEST_TITLE = 250
DEFAULT_PROCESS = "simple"


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for.

    Args:
        offering: its code.
        raw: what stands in the form, as typed or as a program sends it.
        parts: the codes of the chosen parts of a bundle; None takes what is chosen by itself.
        requester_id: for whom; None for the actor.
        channel: how it came in; None for the actor's door.
        references: finds what answers name.
    """

    offering: str
    raw: Mapping[str, Any] = field(default_factory=dict)
    parts: Collection[str] | None = None
    requester_id: int | None = None
    channel: Channel | None = None
    references: References = field(default_factory=NoReferences)


@dataclass(frozen=True, slots=True)
class Opening:
    """A request that is opened: checked, with everything it keeps."""

    item: OrderItem
    answers: Mapping[str, Any]
    parts: tuple[str, ...]
    requester: Person
    channel: str
    parent: WorkItem | None = None


@transaction.atomic
def order(wanted: Order, *, actor: Actor, at: datetime) -> RequestOpened:
    """Ask for something: number, team, clocks, and the first steps of its process.

    The draft of this order is gone with it. Not idempotent by itself: a door that may ask twice
    uses ``kernel.idempotency``.

    Args:
        wanted: what and for whom.
        actor: who asks.
        at: when.

    Raises:
        NotAllowed: the actor may not ask, or not for someone else.
        NotFound: there is no such offering for that person.
        Invalid: what is wrong with the answers, by field.
    """
    require_order(actor, requester_id=wanted.requester_id)
    requester = requester_of(wanted.requester_id or actor.person_id)
    page = orderable(wanted.offering, actor=actor, at=at, for_person_id=requester.pk)
    reading = read_order(page, wanted, requester=requester, actor=actor, at=at)
    if reading.errors:
        raise Invalid(reading.errors)
    opening = Opening(
        item=page.item,
        answers=reading.answers,
        parts=_parts(page, wanted, reading.answers, requester),
        requester=requester,
        channel=str(wanted.channel or actor.channel),
    )
    event = open_request(opening, actor=actor, at=at)
    if actor.person_id is not None:
        RequestDraft.objects.filter(person=actor.person_id, offering=page.item.offering_id).delete()
    return event


def open_request(opening: Opening, *, actor: Actor, at: datetime) -> RequestOpened:
    """Open a request that has been checked and authorised."""
    wanted = opening.item
    item = _work_item(opening, actor=actor, at=at)
    offering = Offering.objects.select_related("service").get(pk=wanted.offering_id)
    changes: dict[str, tuple[Any, Any]] = {
        "service": (None, reference(offering.service)),
        "offering": (None, reference(offering)),
        "purpose": (None, wanted.purpose),
        "parts": (None, list(opening.parts)),
        "page": (None, wanted.page_id),
        "form": (None, wanted.form_id),
    }
    open_work_item(item, verb="service_request.opened", changes=changes, actor=actor, at=at)
    customer = opening.requester.customer
    variant = variant_for(customer.category if customer else "")
    ServiceRequest.objects.create(
        work_item=item,
        offering=offering,
        page_id=wanted.page_id,
        form_id=wanted.form_id,
        purpose=wanted.purpose,
        variant=variant,
        answers=dict(opening.answers),
        parts=list(opening.parts),
        price=wanted.price,
        currency=wanted.currency,
        price_period=wanted.price_period,
    )
    _attach_files(item, opening, actor=actor, at=at)
    start_clocks(item, at=at)
    parent_id = opening.parent.pk if opening.parent else None
    event = RequestOpened(item.pk, item.number, at, actor.person_id, parent_id)
    publish(event)
    process = published(wanted.process or DEFAULT_PROCESS, variant)
    if process is not None:
        begin_run(item, process=process, actor=actor, at=at)
    return event


def _work_item(opening: Opening, *, actor: Actor, at: datetime) -> WorkItem:
    """Return the row of a new request, not saved yet: numbered, prioritised and routed."""
    wanted, requester = opening.item, opening.requester
    return WorkItem(
        kind=KIND,
        number=next_number(SEQUENCE, prefix=PREFIX),
        title=_title(opening),
        description=_description(opening),
        stage=STAGES.initial,
        impact=LOW,
        urgency=USUAL,
        priority=priority(matrix_for(wanted.service_id), impact=LOW, urgency=USUAL),
        channel=opening.channel,
        requester=requester,
        opened_by_id=actor.person_id,
        unit=requester.unit,
        customer=requester.customer,
        service_id=wanted.service_id,
        team_id=route(wanted.service_id, wanted.offering_id),
        parent=opening.parent,
        opened_at=at,
        updated_at=at,
    )


def open_parts(parent: WorkItem, *, actor: Actor, at: datetime) -> int:
    """Open the chosen parts of a bundle as requests of their own, below the order's.

    What the order asked is handed on to each part by the keys of its own form. Parts that are
    opened already are not opened again.

    Args:
        parent: the bundle's request, locked by its run.
        actor: whose doing led to it.
        at: when.

    Returns:
        How many parts there are.
    """
    request = ServiceRequest.objects.select_related("offering", "page").get(pk=parent.pk)
    opened = set(
        ServiceRequest.objects.filter(work_item__parent=parent).values_list(
            "offering__code", flat=True
        )
    )
    requester = requester_of(parent.requester_id)
    page = orderable(
        request.offering.code, actor=_as_requester(requester), at=at, for_person_id=requester.pk
    )
    by_code = {each.item.code: each.item for each in page.parts}
    wanted = [by_code[code] for code in request.parts if code in by_code]
    for each in wanted:
        if each.code not in opened:
            asked = form_from(each.form).fields() if each.form else ()
            opening = Opening(
                item=each,
                answers=part_answers(request.answers, {one.key for one in asked}),
                parts=(),
                requester=requester,
                channel=parent.channel,
                parent=parent,
            )
            open_request(opening, actor=actor, at=at)
    return len(wanted)


def read_order(
    page: OrderPage, wanted: Order, *, requester: Person, actor: Actor, at: datetime
) -> Reading:
    """Read what was typed into the form of an order; what nobody touched is as it began."""
    form = form_from(page.item.form) if page.item.form else Form(code="", title="")
    facts, today = requester_facts(requester), actor.day_at(at)
    return read_answers(
        form,
        {**defaults(form, facts, today), **wanted.raw},
        requester=facts,
        language=actor.language,
        references=wanted.references,
        today=today,
    )


def _as_requester(requester: Person) -> Actor:
    """Return the requester as who asks for the parts: whoever moves the process on may not."""
    return Actor(
        kind=ActorKind.PERSON,
        name=requester.name,
        channel=Channel.SYSTEM,
        person_id=requester.pk,
        language=requester.language,
    )


def _parts(
    page: OrderPage, wanted: Order, answers: Mapping[str, Any], requester: Person
) -> tuple[str, ...]:
    """Return the parts that are taken: chosen, or not optional, and meant for these answers."""
    taken = [
        part.item.code
        for part in parts_meant(page, answers, requester_facts(requester))
        if not part.optional
        or (part.chosen if wanted.parts is None else part.item.code in wanted.parts)
    ]
    if page.is_bundle and not taken:
        raise Invalid({"parts": [_("Please choose at least one of the parts.")]})
    return tuple(taken)


def _title(opening: Opening) -> str:
    """Return the title: what it is, and what it is about where the form asks for a subject."""
    subject = str(opening.answers.get("subject") or "").strip()
    name = opening.item.content.name or opening.item.name
    return (f"{name}: {subject}" if subject else name)[:LONGEST_TITLE]


def _description(opening: Opening) -> str:
    """Return the requester's own words, where the form asks for them."""
    text = str(opening.answers.get("description") or "").strip()
    check_text(text, field="description")
    return text


def _attach_files(item: WorkItem, opening: Opening, *, actor: Actor, at: datetime) -> None:
    """Tie the files of the form to the request, so that they are found and guarded with it."""
    if not opening.item.form:
        return
    asked = [each for each in form_from(opening.item.form).fields() if each.type == FieldType.FILE]
    Attachment.objects.bulk_create(
        Attachment(
            work_item=item,
            audience=(
                Audience.INTERNAL
                if each.sensitivity == Sensitivity.CONFIDENTIAL
                else Audience.PUBLIC
            ),
            name=clean_name(file["name"]),
            media_type=safe_type(file["media_type"]),
            size=file["size"],
            sha256=file["sha256"],
            added_by_id=actor.person_id,
            at=at,
        )
        for each in asked
        for file in opening.answers.get(each.key) or ()
    )
