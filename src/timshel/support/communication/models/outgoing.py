"""Messages that leave, each kept until it is known to have gone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.support.communication.states import MESSAGES, MessageState


class OutgoingMessage(models.Model):
    """A mail to one address.

    ``key`` says what the message is, such as ``incident.opened/812/4411``: the same news makes
    one message, however often its job runs. ``thread`` groups the messages of one case and is
    the root of their References header. ``is_automatic`` tells that no person wrote it.
    ``due_at`` is when it is tried next; one that waits for a time of day has it in the future.
    ``team`` is in whose name it leaves. ``failure`` says why it did not arrive, for programs, and
    ``last_error`` in the words of whoever refused it. ``unsubscribe`` is the address by which a
    mail program ends what the message is one of, by one click; empty where nothing can be ended.
    """

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=60)
    thread = models.CharField(max_length=60)
    person = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="messages"
    )
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    address = models.EmailField()
    language = models.CharField(max_length=10, blank=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    is_automatic = models.BooleanField(default=True)
    unsubscribe = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, default=MESSAGES.initial)
    attempts = models.IntegerField(default=0)
    failure = models.CharField(max_length=10, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="outgoing_message_due",
                condition=models.Q(state=MessageState.QUEUED),
            ),
            models.Index(
                fields=["-id"],
                name="outgoing_message_failed",
                condition=models.Q(state=MessageState.FAILED),
            ),
            models.Index(
                fields=["-id"],
                name="outgoing_message_bounced",
                condition=models.Q(state=MessageState.BOUNCED),
            ),
            models.Index(fields=["address", "-id"], name="outgoing_message_address"),
            models.Index(fields=["thread", "id"], name="outgoing_message_thread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.address}"


class OutgoingFile(models.Model):
    """A file that a message carries; its content lies under its SHA-256."""

    message = models.ForeignKey(OutgoingMessage, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["message", "id"], name="outgoing_file_in_order")]

    def __str__(self) -> str:
        return self.name
