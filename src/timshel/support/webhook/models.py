"""Webhooks, the secrets they sign with, what is delivered to them, and each attempt."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from timshel.context.people.models import Person
from timshel.leadership.authority.models import ServiceAccount
from timshel.support.webhook.states import DeliveryState, StopReason, SubscriptionState


class Subscription(models.Model):
    """Where which events are sent; nothing that its owner may not see ever is.

    ``failing_since`` is the first failure after the last success. ``condition_trouble`` is why the
    condition could last not be asked of an event, which then was not sent. ``rights`` limits what
    is sent to what a token of the API was made for that set it up; None where a person did. Where
    it belongs to a ``service_account``, the rights of that decide, and it goes on when its
    ``owner`` leaves, who set it up.
    """

    name = models.CharField(max_length=100)
    address = models.CharField(max_length=2000)
    kinds = ArrayField(models.CharField(max_length=60))
    condition = models.CharField(max_length=2000, blank=True)
    condition_trouble = models.CharField(max_length=500, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    service_account = models.ForeignKey(
        ServiceAccount, null=True, on_delete=models.PROTECT, related_name="+"
    )
    rights = ArrayField(models.CharField(max_length=80), null=True)
    state = models.CharField(
        max_length=8, choices=SubscriptionState.choices, default=SubscriptionState.ACTIVE
    )
    stop_reason = models.CharField(max_length=8, choices=StopReason.choices, blank=True)
    failing_since = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=SubscriptionState.STOPPED) | Q(stop_reason=StopReason.NONE),
                name="webhook_stopped_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SigningSecret(models.Model):
    """A secret of a webhook, sealed; one that was replaced goes on signing until it ends."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(ends_at__isnull=True),
                name="webhook_one_lasting_secret",
            )
        ]

    def __str__(self) -> str:
        return f"secret of {self.subscription_id}"


class Delivery(models.Model):
    """One event for one webhook; ``body`` is sent in each attempt as it was first composed.

    ``about`` finds the event again, to ask whether its owner may still see it. ``attempts`` is
    how many were begun since it last was put among what waits.
    """

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="deliveries"
    )
    event_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=100, blank=True)
    about = models.JSONField()
    body = models.TextField()
    state = models.CharField(
        max_length=9, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "event_id"], name="webhook_event_once"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, next_attempt_at__isnull=False)
                | (~Q(state=DeliveryState.WAITING) & Q(next_attempt_at__isnull=True)),
                name="webhook_waiting_has_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["subscription", "next_attempt_at"],
                name="webhook_delivery_due",
                condition=Q(state=DeliveryState.WAITING),
            ),
            models.Index(fields=["subscription", "-created_at", "-id"], name="webhook_log"),
            models.Index(
                fields=["subscription", "-created_at"],
                name="webhook_failed",
                condition=Q(state__in=[DeliveryState.FAILED, DeliveryState.MISSED]),
            ),
            models.Index(fields=["created_at"], name="webhook_delivery_old"),
        ]

    def __str__(self) -> str:
        return self.event_id


class Attempt(models.Model):
    """That a delivery was tried, and what came back."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    address = models.CharField(max_length=2000)
    began_at = models.DateTimeField()
    milliseconds = models.IntegerField()
    status = models.SmallIntegerField(null=True)
    trouble = models.CharField(max_length=500, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["delivery", "began_at"], name="webhook_tries")]

    def __str__(self) -> str:
        return f"attempt at {self.delivery_id}"
