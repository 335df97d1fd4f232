"""How letters are worded where somebody worded them otherwise, and in whose name they leave."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from timshel.context.organization.models import Team
from timshel.support.communication.models.mailboxes import Mailbox

LONGEST_SUBJECT = 300
LONGEST_TEXT = 20_000


class MessageTemplate(models.Model):
    """The words of a kind of letter in a language, instead of those that are shipped.

    A draft stands beside what is in force, and changes nothing until it is put into force.
    """

    kind = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    is_draft = models.BooleanField(default=False)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    text = models.TextField(max_length=LONGEST_TEXT)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "language", "is_draft"], name="message_template_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.language}"


class Sender(models.Model):
    """In whose name the mail of a team leaves, and where answers to it arrive.

    Without a mailbox, answers come to the team's own mailbox, or else to that of the whole
    installation.
    """

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    address = models.EmailField()
    mailbox = models.ForeignKey(Mailbox, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"
