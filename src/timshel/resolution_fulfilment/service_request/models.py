"""What a request has beyond what all work has, and what somebody is still filling in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from timshel.context.people.models import Person
from timshel.operation.process.states import Variant
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.service_request.states import Outcome
from timshel.service_portfolio.catalogue.models import FormVersion, PageVersion
from timshel.service_portfolio.catalogue.states import Purpose
from timshel.service_portfolio.service.models import Offering


class ServiceRequest(models.Model):
    """Something a person asked for from the catalogue.

    It keeps the page and the form as they stood when it was made; ``answers`` are plain values by
    the form's field. The requests of a bundle's parts are children of the bundle's own request.
    ``price`` is what the page said it costs.
    """

    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, primary_key=True, related_name="service_request"
    )
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="requests")
    page = models.ForeignKey(PageVersion, null=True, on_delete=models.PROTECT, related_name="+")
    form = models.ForeignKey(FormVersion, null=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in Purpose]
    )
    variant = models.CharField(
        max_length=5, choices=[(each.value, each.value) for each in Variant], default=Variant.FULL
    )
    answers = models.JSONField(default=dict)
    parts = models.JSONField(default=list)
    fields = models.JSONField(default=dict)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    price_period = models.CharField(max_length=10, blank=True)
    outcome = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in Outcome], blank=True
    )
    outcome_text = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.work_item)


class RequestDraft(models.Model):
    """An order that somebody is still filling in, kept as typed.

    ``raw`` holds what stands in the fields, read or not; ``step`` the step of the form that was
    open last.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="request_drafts")
    offering = models.ForeignKey(Offering, on_delete=models.CASCADE, related_name="+")
    requester = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    form = models.ForeignKey(FormVersion, null=True, on_delete=models.PROTECT, related_name="+")
    raw = models.JSONField(default=dict)
    parts = models.JSONField(null=True)
    step = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "offering"], name="draft_once")
        ]

    def __str__(self) -> str:
        return f"{self.offering_id} by {self.person_id}"
