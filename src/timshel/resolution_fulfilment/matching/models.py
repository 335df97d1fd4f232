"""How often somebody was helped before they reported anything."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from timshel.context.people.models import Person
from timshel.resolution_fulfilment.matching.states import HELP_NAMES, Help


class Deflection(models.Model):
    """Somebody who was about to report something was helped by what they were shown.

    ``target`` names what helped: the number of a case, or the code of an offering.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    help = models.CharField(
        max_length=10, choices=[(each.value, str(HELP_NAMES[each])) for each in Help]
    )
    target = models.CharField(max_length=80)
    text = models.CharField(max_length=250, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="deflection_at")]

    def __str__(self) -> str:
        return f"{self.help} {self.target}"
