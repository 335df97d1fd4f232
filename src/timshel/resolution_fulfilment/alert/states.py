"""Where an alert stands, what happened to it, and what alerts come from."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class AlertState(models.TextChoices):
    """Whether an alert holds: ``MUTED`` is one that fires while work on its service is planned."""

    FIRING = "firing", _("Firing")
    MUTED = "muted", _("Muted")
    RESOLVED = "resolved", _("Cleared")


class Happening(models.TextChoices):
    """What happened to an alert; that it still holds is counted, and is no happening."""

    FIRED = "fired", _("It fired")
    MUTED = "muted", _("It fired during planned work and was muted")
    UNMUTED = "unmuted", _("The planned work was over, and it still fired")
    RESOLVED = "resolved", _("It cleared")


class SourceKind(models.TextChoices):
    """What speaks; all but Alertmanager are read by a mapping, with which theirs begins."""

    ALERTMANAGER = "alertmanager", _("Prometheus Alertmanager")
    ICINGA = "icinga", _("Nagios or Icinga")
    ZABBIX = "zabbix", _("Zabbix")
    GENERIC = "generic", _("Anything else that sends JSON")


class OnClear(models.TextChoices):
    """What becomes of an incident when all of its alerts have cleared."""

    RESOLVE = "resolve", _("Note it, and resolve the incident if nobody took it over")
    NOTE = "note", _("Only note it in the incident")


class PayloadState(models.TextChoices):
    """What became of something that could not be read."""

    REFUSED = "refused", _("Could not be read")
    READ = "read", _("Read later")
    DISMISSED = "dismissed", _("Put aside")


CRITICAL, WARNING, INFO = 1, 2, 3
SEVERITY_NAMES: dict[int, Promise] = {
    CRITICAL: _("Critical"),
    WARNING: _("Warning"),
    INFO: _("Information"),
}
SEVERITY_CODES = {CRITICAL: "critical", WARNING: "warning", INFO: "info"}
