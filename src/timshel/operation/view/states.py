"""What a view can be: for whom, in which shape, how dense; and the words for what work is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Channel


class Audience(StrEnum):
    """Who sees a view."""

    PERSONAL = "personal"
    TEAM = "team"
    EVERYONE = "everyone"


class Shape(StrEnum):
    """How a view shows its work."""

    LIST = "list"
    BOARD = "board"
    CALENDAR = "calendar"


class Density(StrEnum):
    """How close the rows of a list stand."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


class Width(StrEnum):
    """How wide a column is; as its content needs unless told otherwise."""

    AUTO = "auto"
    NARROW = "narrow"
    MEDIUM = "medium"
    WIDE = "wide"


AUDIENCE_NAMES: Mapping[Audience, Promise] = {
    Audience.PERSONAL: _("Only me"),
    Audience.TEAM: _("A team"),
    Audience.EVERYONE: _("Everybody at the desk"),
}
SHAPE_NAMES: Mapping[Shape, Promise] = {
    Shape.LIST: _("List"),
    Shape.BOARD: _("Board"),
    Shape.CALENDAR: _("Calendar"),
}
DENSITY_NAMES: Mapping[Density, Promise] = {
    Density.COMFORTABLE: _("Comfortable"),
    Density.COMPACT: _("Compact"),
}
WIDTH_NAMES: Mapping[Width, Promise] = {
    Width.AUTO: _("As needed"),
    Width.NARROW: _("Narrow"),
    Width.MEDIUM: _("Medium"),
    Width.WIDE: _("Wide"),
}
# What a board's columns are by, and which moment a calendar shows.
BOARD_NAMES: Mapping[str, Promise] = {
    "stage": _("Stage"),
    "assignee": _("Person"),
    "priority": _("Priority"),
    "team": _("Team"),
}
CALENDAR_NAMES: Mapping[str, Promise] = {
    "due": _("Next deadline"),
    "opened": _("Opened"),
    "resolved": _("Resolved"),
}

KIND_NAMES: Mapping[str, Promise] = {
    "incident": _("Incident"),
    "service_request": _("Request"),
    "task": _("Task"),
}
STANDING_NAMES: Mapping[str, Promise] = {"open": _("Open"), "finished": _("Finished")}
IMPACT_NAMES: Mapping[int, Promise] = {
    1: _("High: many people or a whole site"),
    2: _("Medium: a team or several people"),
    3: _("Low: one person"),
}
URGENCY_NAMES: Mapping[int, Promise] = {
    1: _("High: work has stopped"),
    2: _("Medium: work is hindered"),
    3: _("Low: it can wait"),
}
TRAIT_NAMES: Mapping[str, Promise] = {
    "vip": _("VIP"),
    "executive_office": _("Executive office"),
    "accessibility": _("Accessibility need"),
}
CHANNEL_NAMES: Mapping[str, Promise] = {
    Channel.PORTAL: _("Portal"),
    Channel.DESK: _("Desk"),
    Channel.MAIL: _("E-mail"),
    Channel.PHONE: _("Phone"),
    Channel.WALK_IN: _("In person"),
    Channel.CHAT: _("Chat"),
    Channel.API: _("API"),
    Channel.ASSISTANT: _("Assistant"),
    Channel.MONITORING: _("Monitoring"),
    Channel.PARTNER: _("Partner system"),
    Channel.IMPORT: _("Import"),
    Channel.SYSTEM: _("Timshel itself"),
}
