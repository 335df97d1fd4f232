"""Mailboxes of ours: where mail for the service desk arrives, and how it is fetched from there."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from timshel.context.organization.models import Team
from timshel.support.communication.states import (
    Afterwards,
    MailboxWay,
    OAuthGrant,
    Security,
    SignIn,
)

IMAPS_PORT = 993


class Mailbox(models.Model):
    """An address that people write to, and how its mail reaches us.

    Mail is fetched from a server, or a mail server brings it (``way``); for the latter, all that
    concerns signing in is empty. ``secret``, ``client_secret``, ``refresh_token`` and
    ``access_token`` are sealed. ``uid_validity`` and ``last_uid`` say how far a folder was
    taken in which messages stay. ``failures`` counts the attempts that failed since the last one
    that did not, ``trouble`` says what was wrong, ``last_error`` how the other side put it, and
    ``due_at`` is when the next one is made. ``asked_at`` is when somebody asked to try the
    connection, and ``waiting_count`` how many messages lay there when it was last looked.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    address = models.EmailField()
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="mailboxes")
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    way = models.CharField(max_length=9, default=MailboxWay.FETCHED)

    host = models.CharField(max_length=253, blank=True)
    port = models.IntegerField(default=IMAPS_PORT)
    security = models.CharField(max_length=8, default=Security.TLS)
    user = models.CharField(max_length=320, blank=True)
    sign_in = models.CharField(max_length=8, default=SignIn.PASSWORD)
    secret = models.BinaryField(default=b"", blank=True)
    grant = models.CharField(max_length=18, default=OAuthGrant.REFRESH_TOKEN)
    token_address = models.CharField(max_length=500, blank=True)
    client_id = models.CharField(max_length=300, blank=True)
    client_secret = models.BinaryField(default=b"", blank=True)
    refresh_token = models.BinaryField(default=b"", blank=True)
    token_scope = models.CharField(max_length=500, blank=True)
    access_token = models.BinaryField(default=b"", blank=True)
    access_token_until = models.DateTimeField(null=True)

    folder = models.CharField(max_length=300, default="INBOX")
    afterwards = models.CharField(max_length=6, default=Afterwards.MOVE)
    taken_folder = models.CharField(max_length=300, blank=True)

    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    last_polled_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=20, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    failures = models.IntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    waiting_count = models.IntegerField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("address"), name="mailbox_address"),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="mailbox_port"),
        ]

    def __str__(self) -> str:
        return self.name
