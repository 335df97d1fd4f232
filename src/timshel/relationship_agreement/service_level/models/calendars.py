"""Calendars in versions, and whose hours each of them gives."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from timshel.context.organization.models import Customer, Team
from timshel.kernel import calendar as algebra
from timshel.relationship_agreement.service_level.models.versions import Version
from timshel.relationship_agreement.service_level.rules.hours import calendar_from
from timshel.service_portfolio.parties.models import Supplier
from timshel.service_portfolio.service.models import Service


class BusinessCalendar(Version):
    """A version of a calendar; :func:`~.rules.hours.calendar_from` says what its parts mean.

    ``working_day`` is how much working time a target means by one working day.
    """

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=60)
    weekly = models.JSONField(default=dict)
    holiday_country = models.CharField(max_length=2, blank=True)
    holiday_region = models.CharField(max_length=10, blank=True)
    exceptions = models.JSONField(default=dict)
    working_day = models.DurationField(default=timedelta(hours=8))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_until__isnull=True), name="calendar_code_current"
            ),
            models.UniqueConstraint(fields=["code", "valid_from"], name="calendar_code_version"),
            models.CheckConstraint(
                condition=Q(working_day__gt=timedelta(0), working_day__lte=timedelta(hours=24)),
                name="calendar_working_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def hours(self) -> algebra.BusinessCalendar:
        """Return the calendar to compute with.

        Raises:
            Invalid: the row contradicts itself; the actions refuse to store such a one.
        """
        return calendar_from(
            time_zone=self.time_zone,
            weekly=self.weekly,
            exceptions=self.exceptions,
            country=self.holiday_country,
            region=self.holiday_region,
        )


class CalendarUse(models.Model):
    """Whose hours a calendar gives: of one service, team, supplier, customer or channel.

    The calendar is named by its code, since its versions follow one another.
    """

    calendar_code = models.CharField(max_length=40)
    service = models.OneToOneField(Service, null=True, on_delete=models.CASCADE, related_name="+")
    team = models.OneToOneField(Team, null=True, on_delete=models.CASCADE, related_name="+")
    supplier = models.OneToOneField(Supplier, null=True, on_delete=models.CASCADE, related_name="+")
    customer = models.OneToOneField(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=12, null=True, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    service__isnull=False, team=None, supplier=None, customer=None, channel=None
                )
                | Q(team__isnull=False, service=None, supplier=None, customer=None, channel=None)
                | Q(supplier__isnull=False, service=None, team=None, customer=None, channel=None)
                | Q(customer__isnull=False, service=None, team=None, supplier=None, channel=None)
                | Q(channel__isnull=False, service=None, team=None, supplier=None, customer=None),
                name="calendar_use_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"hours of {self.calendar_code}"
