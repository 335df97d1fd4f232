"""What kinds of resources there are."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class ResourceKind(models.TextChoices):
    """The four kinds of which the standard asks."""

    PEOPLE = "people", pgettext_lazy("resource", "People")
    TECHNICAL = "technical", pgettext_lazy("resource", "Technical")
    INFORMATION = "information", pgettext_lazy("resource", "Information")
    FINANCIAL = "financial", pgettext_lazy("resource", "Financial")
