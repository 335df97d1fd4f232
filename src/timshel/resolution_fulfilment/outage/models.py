"""Known outages, and who said that they are hit too."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from timshel.context.people.models import Person
from timshel.kernel.translation import Translated
from timshel.resolution_fulfilment.incident.models import Incident


class Outage(Translated):
    """An open incident that everybody is told of, in words for everybody.

    It lasts until it is ended or its incident is no longer open, whichever comes first.
    """

    incident = models.OneToOneField(
        Incident, on_delete=models.PROTECT, primary_key=True, related_name="outage"
    )
    title = models.CharField(max_length=200)
    message = models.TextField(blank=True)
    declared_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["-declared_at"],
                name="outage_running",
                condition=models.Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Affected(models.Model):
    """Somebody who is hit by an outage too, and wants to hear when it is over."""

    outage = models.ForeignKey(Outage, on_delete=models.CASCADE, related_name="affected")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["outage", "person"], name="affected_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} by {self.outage_id}"
