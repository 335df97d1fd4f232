"""Units as a tree, sites with their zone and holidays, teams, and customers beside the units."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from timshel.kernel.translation import Translated


class Site(Translated):
    """A place, with its time zone and the holidays that are kept there."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=60, default="UTC")
    holiday_country = models.CharField(max_length=2, blank=True)
    holiday_region = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return self.name


class CustomerCategory(models.TextChoices):
    """How a customer is served."""

    DEDICATED_TEAM = "dedicated_team"
    SERVICE_MANAGER = "service_manager"
    PORTAL_ONLY = "portal_only"


class Customer(Translated):
    """An outside organisation that services are provided to."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    category = models.CharField(
        max_length=20, choices=CustomerCategory.choices, default=CustomerCategory.PORTAL_ONLY
    )
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Unit(Translated):
    """A part of the organisation.

    ``path`` is the chain of keys from the root, as ``/3/17/``, so that a unit and everything
    below it is one prefix.
    """

    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=400, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["path"], name="unit_path", opclasses=["text_pattern_ops"])
        ]

    def __str__(self) -> str:
        return self.name


class Team(Translated):
    """People who take work together; each belongs to a unit."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="teams")
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name
