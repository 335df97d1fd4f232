"""The words of what can stand around a piece of work."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class WorkLinkKind(StrEnum):
    """What one piece of work has to do with another."""

    RELATED = "related"
    DUPLICATE = "duplicate_of"
    CAUSED = "caused_by"


# Read from the source to the target, and from the target to the source.
LINK_NAMES: Mapping[WorkLinkKind, Promise] = {
    WorkLinkKind.RELATED: _("Related to"),
    WorkLinkKind.DUPLICATE: _("Duplicate of"),
    WorkLinkKind.CAUSED: _("Caused by"),
}
LINK_NAMES_BACK: Mapping[WorkLinkKind, Promise] = {
    WorkLinkKind.RELATED: _("Related to"),
    WorkLinkKind.DUPLICATE: _("Has the duplicate"),
    WorkLinkKind.CAUSED: _("Cause of"),
}
