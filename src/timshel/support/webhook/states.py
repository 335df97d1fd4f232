"""Where a webhook and each of its deliveries stand, and the words for it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubscriptionState(models.TextChoices):
    """Whether a webhook is sent to."""

    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    STOPPED = "stopped", _("Paused by itself")


class StopReason(models.TextChoices):
    """Why a webhook was paused without anybody's doing."""

    NONE = "", ""
    FAILING = "failing", _("For days nothing could be delivered.")
    GONE = "gone", _("The receiver answered that it is gone for good.")
    LEFT = "left", _("Its owner left. Choose another owner, then resume it.")


class DeliveryState(models.TextChoices):
    """Where one delivery stands."""

    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Given up")
    MISSED = "missed", _("Not sent while paused")
    WITHHELD = "withheld", _("Withheld: the owner may no longer see it")


AGAIN = frozenset({DeliveryState.FAILED, DeliveryState.MISSED})
"""What is sent again when everything that failed is."""
