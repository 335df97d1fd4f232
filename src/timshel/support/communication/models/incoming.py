"""Messages that arrive, each kept as it came before anybody reads it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from timshel.support.communication.models.mailboxes import Mailbox
from timshel.support.communication.states import (
    INCOMING,
    IncomingReason,
    IncomingState,
)

LONGEST_ADDRESS = 320
LONGEST_SUBJECT = 300
NULL_SENDER = "<>"


class IncomingMessage(models.Model):
    """A mail as it came; its bytes lie under ``sha256``, unless it has none.

    ``envelope_from`` is empty where the server named no sender; ``<>`` is the null sender.
    ``fingerprint`` is the same for every delivery of one mail, by whatever door, and is what makes
    it one row. ``subject`` and ``sender`` are for lists, and empty until it was read. ``record``
    says what it became part of, such as ``incident.INC0000012``. ``due_at`` is when it is routed
    next, while it has only arrived. Of a message that is larger than the limit only the beginning
    is kept: ``size`` is then that of the whole, and ``is_whole`` is false.
    """

    fingerprint = models.CharField(max_length=64, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    is_whole = models.BooleanField(default=True)
    mailbox = models.ForeignKey(
        Mailbox, null=True, on_delete=models.PROTECT, related_name="messages"
    )
    door = models.CharField(max_length=4)
    envelope_from = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    envelope_to = ArrayField(models.CharField(max_length=LONGEST_ADDRESS), default=list, blank=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=7, default=INCOMING.initial)
    reason = models.CharField(max_length=20, default=IncomingReason.NONE, blank=True)
    record = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=LONGEST_SUBJECT, blank=True)
    sender = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    attempts = models.IntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="incoming_message_arrived",
                condition=Q(state=IncomingState.ARRIVED),
            ),
            models.Index(
                fields=["-id"],
                name="incoming_message_held",
                condition=Q(state=IncomingState.HELD),
            ),
            models.Index(
                fields=["-id"],
                name="incoming_message_ignored",
                condition=Q(state=IncomingState.IGNORED),
            ),
            models.Index(
                fields=["record", "id"],
                name="incoming_message_record",
                condition=~Q(record=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender or self.envelope_from}: {self.subject}"


class FurtherArrival(models.Model):
    """That a mail came to another mailbox of ours, too: it stays one mail."""

    message = models.ForeignKey(
        IncomingMessage, on_delete=models.CASCADE, related_name="further_arrivals"
    )
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="further_arrivals")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "mailbox"], name="further_arrival_once")
        ]

    def __str__(self) -> str:
        return f"{self.message_id} at {self.mailbox_id}"
