"""Links by which guests report, and how often each origin did."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from timshel.context.people.models import Person
from timshel.service_portfolio.service.models import Service


class GuestLink(models.Model):
    """An address that can be given away, such as on a poster; only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=200)
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    valid_until = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    reports = models.IntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-created_at", "-id"], name="guest_link_newest")]

    def __str__(self) -> str:
        return self.label


class GuestReport(models.Model):
    """That somebody reported by a link, so that one origin cannot flood the desk."""

    link = models.ForeignKey(GuestLink, on_delete=models.CASCADE, related_name="+")
    origin = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["origin", "at"], name="guest_report_origin")]

    def __str__(self) -> str:
        return f"{self.origin} at {self.at}"
