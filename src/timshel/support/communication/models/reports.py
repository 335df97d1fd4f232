"""What other servers reported of messages that left, and which addresses are in trouble."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from timshel.support.communication.models.outgoing import OutgoingMessage


class MessageReport(models.Model):
    """What was reported of a message after it had left; ``source`` says what brought it."""

    message = models.ForeignKey(OutgoingMessage, on_delete=models.CASCADE, related_name="reports")
    source = models.CharField(max_length=80)
    address = models.CharField(max_length=320)
    action = models.CharField(max_length=9)
    status = models.CharField(max_length=12, blank=True)
    said = models.CharField(max_length=500, blank=True)
    is_hard = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message", "source", "address"], name="message_report_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.status} {self.address}"


class AddressTrouble(models.Model):
    """An address at which messages of ours do not arrive; written in lower case.

    While ``is_hard``, nothing is sent there. A person who knows better takes the mark off.
    """

    address = models.CharField(max_length=320, unique=True)
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.IntegerField(default=1)
    status = models.CharField(max_length=12, blank=True)
    said = models.CharField(max_length=500, blank=True)
    is_hard = models.BooleanField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="address_trouble_hard", condition=Q(is_hard=True))
        ]

    def __str__(self) -> str:
        return self.address


class ThreadReference(models.Model):
    """A message that somebody else wrote in a thread of ours: mail programs thread by it, too."""

    thread = models.CharField(max_length=60)
    address = models.CharField(max_length=320)
    message_id = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "message_id"], name="thread_reference_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["thread", "address", "-at"], name="thread_reference_last")
        ]

    def __str__(self) -> str:
        return self.message_id
