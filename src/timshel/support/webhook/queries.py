"""What pages, the API and notices show of webhooks."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.leadership.authority.queries import service_account_list
from timshel.support.webhook import access, rules
from timshel.support.webhook.kinds import Kind
from timshel.support.webhook.models import Attempt, Delivery, SigningSecret, Subscription
from timshel.support.webhook.states import AGAIN, DeliveryState, SubscriptionState

RECORD = "webhook"
PAGE_SIZE = 50
EXAMPLE_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

BY_NAME: KeysetOrder[Any] = KeysetOrder(SortKey("name"), SortKey("id"))
NEWEST: KeysetOrder[Any] = KeysetOrder(
    SortKey("created_at", descending=True, is_time=True), SortKey("id", descending=True)
)


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A webhook as lists and its page show it.

    Args:
        id: its key.
        name: what it is for.
        address: where it is sent to.
        kinds: names of kinds of events.
        condition: CEL; empty for every event.
        condition_trouble: why the condition could last not be asked.
        owner_id: whose rights decide what is sent.
        owner: their name, or that of the program to whose account it belongs.
        person: the name of the person who owns it, or set it up for a program.
        service_account: the code of that account, or empty.
        answers: who answers for that account, or empty.
        state: of ``states.SubscriptionState``.
        stop_reason: why it was paused by itself, or empty.
        failing_since: of nothing but failure; None where the last attempt worked.
        delivered_at: when something last arrived.
        created_at: when it was set up.
        waiting: deliveries that wait.
        failed: deliveries that failed or were missed, and are still kept.
    """

    id: int
    name: str
    address: str
    kinds: tuple[str, ...]
    condition: str
    condition_trouble: str
    owner_id: int
    owner: str
    person: str
    service_account: str
    answers: str
    state: SubscriptionState
    stop_reason: str
    failing_since: datetime | None
    delivered_at: datetime | None
    created_at: datetime
    waiting: int
    failed: int


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook with what its page shows beside.

    Args:
        row: the webhook.
        old_secret_until: until when the secret before still signs; None where there is none.
    """

    row: WebhookRow
    old_secret_until: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as the log shows it; ``status`` and ``trouble`` are of the last attempt."""

    event_id: str
    kind: str
    subject: str
    state: DeliveryState
    attempts: int
    happened_at: datetime
    created_at: datetime
    next_attempt_at: datetime | None
    settled_at: datetime | None
    status: int | None
    trouble: str


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt."""

    address: str
    began_at: datetime
    milliseconds: int
    status: int | None
    trouble: str
    answer: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery with what was sent and each answer, the latest first."""

    row: DeliveryRow
    body: str
    tries: tuple[AttemptRow, ...]


def webhook_list(
    *, actor: Actor, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[WebhookRow]:
    """Return the webhooks that the actor keeps, by name; one query.

    Raises:
        NotAllowed: without the right to keep any.
        Invalid: the cursor is not one of ours.
    """
    rows = _with_counts(Subscription.objects.filter(access.kept(actor)))
    return BY_NAME.page(rows, cursor=cursor, size=size).map(_row)


def webhook(key: int, *, actor: Actor, at: datetime) -> WebhookView:
    """Return one webhook, in two queries.

    Raises:
        NotAllowed, NotFound: as ``access`` says.
    """
    access.require_manage(actor)
    found = _with_counts(Subscription.objects.filter(access.kept(actor), pk=key)).first()
    if found is None:
        raise NotFound
    ending = SigningSecret.objects.filter(subscription_id=key, ends_at__gt=at)
    return WebhookView(_row(found), ending.values_list("ends_at", flat=True).first())


def delivery_list(
    key: int,
    *,
    states: Collection[str] = (),
    actor: Actor,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[DeliveryRow]:
    """Return the log of a webhook, the newest first; two queries.

    Args:
        key: of the webhook.
        states: of these alone; all where none is named.
        actor: who reads.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        NotAllowed, NotFound: as ``access`` says.
        Invalid: the cursor is not one of ours.
    """
    subscription = access.subscription_of(key, actor=actor)
    rows = Delivery.objects.filter(subscription=subscription).defer("body", "about")
    if states:
        rows = rows.filter(state__in=sorted(states))
    return NEWEST.page(_with_last(rows), cursor=cursor, size=size).map(_delivery)


def delivery(key: int, event_id: str, *, actor: Actor, at: datetime) -> DeliveryView:
    """Return one delivery with its attempts; four queries, by a token two more.

    Its body is left empty where its owner may not see it any more, and for a token that does not
    open all that the webhook sends.

    Raises:
        NotAllowed, NotFound: as ``access`` says.
    """
    found = access.delivery_of(key, event_id, actor=actor)
    is_withheld = found.state == DeliveryState.WITHHELD
    is_readable = not is_withheld and access.may_read_all(found.subscription, actor=actor, at=at)
    row = _with_last(Delivery.objects.filter(pk=found.pk)).get()
    tries = Attempt.objects.filter(delivery=found).order_by("-began_at", "-pk")
    return DeliveryView(
        _delivery(row),
        found.body if is_readable else "",
        tuple(
            AttemptRow(
                each.address,
                each.began_at,
                each.milliseconds,
                each.status,
                each.trouble,
                each.answer,
            )
            for each in tries[:PAGE_SIZE]
        ),
    )


def owner_choices(*, actor: Actor, at: datetime) -> list[tuple[str, str]]:
    """Return code and name of the accounts of programs that can be given a webhook; one query."""
    rows = service_account_list(actor=actor, at=at)
    return [(each.code, each.name) for each in rows if each.is_active]


def example_event(kind: Kind) -> dict[str, Any]:
    """Return an event of a kind as it may be sent; its subject is the first of its fields."""
    data = kind.example()
    base = str(settings.BASE_ADDRESS)
    written = rules.cloud_event(
        event_id="evt_5f1d7a84c09e4e2f8a36b1d0c7e92a44",
        kind=kind.type,
        source=base,
        subject=str(next(iter(data.values()))),
        schema=rules.schema_address(base, kind=kind.name, version=kind.version),
        at=EXAMPLE_AT,
        data=data,
    )
    return dict(json.loads(written))


def readable_webhooks(
    keys: Collection[str],
    /,
    *,
    needs: str,  # noqa: ARG001
    actor: Actor,
    at: datetime,  # noqa: ARG001
) -> Collection[str]:
    """Return those of some webhooks that an actor keeps, as notices ask; one query."""
    try:
        mine = Subscription.objects.filter(access.kept(actor))
    except NotAllowed:
        return ()
    found = mine.filter(pk__in=[int(key) for key in keys]).values_list("pk", flat=True)
    return frozenset(str(key) for key in found)


def _with_counts(rows: QuerySet[Subscription]) -> QuerySet[Any]:
    """Count along what waits and what failed: both are kept small by indexes of their own."""

    def counted(condition: Q) -> Coalesce:
        found = Delivery.objects.filter(condition, subscription=OuterRef("pk")).order_by()
        grouped = found.values("subscription").annotate(count=Count("pk")).values("count")
        return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)

    return rows.select_related("owner", "service_account__owner").annotate(
        waiting=counted(Q(state=DeliveryState.WAITING)),
        failed=counted(Q(state__in=sorted(AGAIN))),
    )


def _with_last(rows: QuerySet[Delivery]) -> QuerySet[Any]:
    last = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-began_at", "-pk")
    return rows.annotate(
        status=Subquery(last.values("status")[:1]), trouble=Subquery(last.values("trouble")[:1])
    )


def _row(row: Any) -> WebhookRow:
    account = row.service_account
    return WebhookRow(
        id=row.pk,
        name=row.name,
        address=row.address,
        kinds=tuple(row.kinds),
        condition=row.condition,
        condition_trouble=row.condition_trouble,
        owner_id=row.owner_id,
        owner=account.name if account else row.owner.name,
        person=row.owner.name,
        service_account=account.code if account else "",
        answers=account.owner.name if account else "",
        state=SubscriptionState(row.state),
        stop_reason=row.stop_reason,
        failing_since=row.failing_since,
        delivered_at=row.delivered_at,
        created_at=row.created_at,
        waiting=row.waiting,
        failed=row.failed,
    )


def _delivery(row: Any) -> DeliveryRow:
    return DeliveryRow(
        event_id=row.event_id,
        kind=row.kind,
        subject=row.subject,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        happened_at=row.happened_at,
        created_at=row.created_at,
        next_attempt_at=row.next_attempt_at,
        settled_at=row.settled_at,
        status=row.status,
        trouble=row.trouble or "",
    )
