"""What all versioned rows share: they hold from one moment until another."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from timshel.relationship_agreement.service_level.rules.validity import BEGINNING


class Version(models.Model):
    """A row that holds from one moment until another, and is followed and not changed."""

    valid_from = models.DateTimeField(default=BEGINNING)
    valid_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def in_force(at: datetime) -> Q:
    """Return the condition under which a version holds at a moment."""
    return Q(valid_from__lte=at) & (Q(valid_until__isnull=True) | Q(valid_until__gt=at))
