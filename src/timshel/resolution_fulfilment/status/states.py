"""How a service does, and what can be the matter with it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ServiceHealth(models.TextChoices):
    """How a service does, the worst last."""

    WORKS = "works", _("Works")
    PLANNED = "planned", _("Planned work")
    DEGRADED = "degraded", _("Works in part")
    DOWN = "down", _("Out of order")


ORDER: dict[str, int] = {each.value: rank for rank, each in enumerate(ServiceHealth)}


class Cause(models.TextChoices):
    """What a service does not do well because of."""

    OUTAGE = "outage", _("Known outage")
    INCIDENT = "incident", _("We are working on a serious problem.")
    ALERT = "alert", _("Our monitoring reports trouble.")
    PLANNED = "planned", _("Planned work")
