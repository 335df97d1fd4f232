"""Rules for mail, senders that are known, and the mail behind what was said."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from timshel.context.people.models import Person
from timshel.operation.work.models import Comment, WorkItem
from timshel.resolution_fulfilment.intake.states import AutomaticMail, UnknownSenders
from timshel.service_portfolio.service.models import Service
from timshel.support.communication.models import IncomingMessage, Mailbox


class MailRule(models.Model):
    """What becomes of the mail of a mailbox; the rule without one is for all that have none."""

    mailbox = models.OneToOneField(
        Mailbox, null=True, on_delete=models.CASCADE, related_name="mail_rule"
    )
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    unknown_senders = models.CharField(max_length=8, default=UnknownSenders.HOLD)
    automatic_mail = models.CharField(max_length=8, default=AutomaticMail.IGNORE)
    version = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(mailbox__isnull=True), name="mail_rule_for_the_rest"
            )
        ]

    def __str__(self) -> str:
        return f"rule of mailbox {self.mailbox_id}"


class KnownSender(models.Model):
    """An address, or a domain as ``@example.org``, whose mail is trusted or blocked."""

    pattern = models.CharField(max_length=254, unique=True)
    verdict = models.CharField(max_length=8)
    note = models.CharField(max_length=200, blank=True)
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at", "-id"], name="known_sender_newest")]

    def __str__(self) -> str:
        return f"{self.pattern} is {self.verdict}"


class MailEntry(models.Model):
    """The mail behind an entry of a conversation, or behind a report: then it has no comment.

    ``text`` of the entry is the comment's or the work's own; here is what was folded away, and
    the HTML as it may be shown in a frame. ``digest`` is the same for two copies of one mail.
    """

    message = models.OneToOneField(
        IncomingMessage, on_delete=models.PROTECT, related_name="mail_entry"
    )
    work_item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="+")
    comment = models.OneToOneField(
        Comment, null=True, on_delete=models.PROTECT, related_name="mail_entry"
    )
    sender = models.CharField(max_length=254)
    sender_name = models.CharField(max_length=200, blank=True)
    to = ArrayField(models.CharField(max_length=254), default=list, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    sent_at = models.DateTimeField(null=True)
    identity = models.CharField(max_length=302, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    quoted = models.TextField(blank=True)
    signature = models.TextField(blank=True)
    html = models.TextField(blank=True)
    has_html = models.BooleanField(default=False)
    pictures_count = models.IntegerField(default=0)
    meetings = models.JSONField(default=list, blank=True)
    enclosed = models.JSONField(default=list, blank=True)
    protections = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["work_item", "at"], name="mail_entry_work_item"),
            models.Index(fields=["sender", "at"], name="mail_entry_sender"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="mail_once")
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.subject}"


class MailPicture(models.Model):
    """A picture within the HTML of a mail; its content lies under its SHA-256."""

    entry = models.ForeignKey(MailEntry, on_delete=models.CASCADE, related_name="pictures")
    content_id = models.CharField(max_length=250)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "content_id"], name="mail_picture_once")
        ]

    def __str__(self) -> str:
        return self.name
