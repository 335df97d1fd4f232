"""Who acts, through which door and with which rights: resolved once, then passed as an argument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

COMMANDS = "timshel "
"""With what the names begin under which commands of the product write in the journal."""


class ActorKind(StrEnum):
    """What kind of being acts; robots and rules are named in the journal like people."""

    PERSON = "person"
    SYSTEM = "system"
    ROBOT = "robot"
    SERVICE = "service"
    IMPORT = "import"


class Channel(StrEnum):
    """The way a record or a change came in."""

    PORTAL = "portal"
    DESK = "desk"
    MAIL = "mail"
    PHONE = "phone"
    WALK_IN = "walk_in"
    CHAT = "chat"
    API = "api"
    ASSISTANT = "assistant"
    MONITORING = "monitoring"
    PARTNER = "partner"
    IMPORT = "import"
    SYSTEM = "system"


BY_TOKEN = frozenset({Channel.API, Channel.ASSISTANT})
"""The doors to which a token is the only key: it may open less than its person may."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a permission holds: everywhere, or within sets of keys by kind of scope."""

    everywhere: bool = False
    within: Mapping[str, frozenset[int]] = field(default_factory=lambda: MappingProxyType({}))

    def keys(self, kind: str) -> frozenset[int]:
        """Return the keys of one kind of scope in which the permission holds."""
        return self.within.get(kind, frozenset())

    def covers(self, **keys: int | None) -> bool:
        """Tell whether the scope holds for a thing with these keys, as in ``covers(team=5)``."""
        return self.everywhere or any(
            key is not None and key in self.keys(kind) for kind, key in keys.items()
        )

    def __or__(self, other: Scope) -> Scope:
        kinds = {*self.within, *other.within}
        return Scope(
            everywhere=self.everywhere or other.everywhere,
            within=MappingProxyType({kind: self.keys(kind) | other.keys(kind) for kind in kinds}),
        )

    def __bool__(self) -> bool:
        return self.everywhere or any(self.within.values())


NOWHERE = Scope()
EVERYWHERE = Scope(everywhere=True)


@dataclass(frozen=True, slots=True)
class Actor:
    """A frozen answer to "who, from where, in which language and with which rights".

    Args:
        kind: what kind of being acts.
        name: what the journal shows.
        channel: the door.
        person_id: the person's key, or None for the system itself.
        origin: the network address or command that the door saw.
        language: language code for messages.
        time_zone: IANA zone in which times are shown.
        scopes: for each permission, where it holds.
        team_ids: the teams the person is a member of.
    """

    kind: ActorKind
    name: str
    channel: Channel
    person_id: int | None = None
    origin: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    scopes: Mapping[str, Scope] = field(default_factory=lambda: MappingProxyType({}))
    team_ids: frozenset[int] = frozenset()

    def scope(self, permission: str) -> Scope:
        """Return where ``permission`` holds; nowhere if it was never granted."""
        return self.scopes.get(permission, NOWHERE)

    def may(self, permission: str, **keys: int | None) -> bool:
        """Tell whether the actor has ``permission`` for a thing with these scope keys."""
        return self.scope(permission).covers(**keys)

    def may_somewhere(self, permission: str) -> bool:
        """Tell whether the actor has ``permission`` in any scope at all, as menus ask."""
        return bool(self.scope(permission))

    def day_at(self, at: datetime) -> date:
        """Return the day that it is for the actor at a moment."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()


class _AllPermissions(dict[str, Scope]):
    """Every permission, everywhere: the rights of the system acting for itself."""

    def get(self, key: str, default: object = None) -> Scope:  # noqa: ARG002
        return EVERYWHERE


def author(kind: str, name: str) -> str:
    """Return who did something, as people read it in a history.

    What the system does by itself is named in our own words; what a command of it did, such as
    the one that loads content, it did itself.

    Args:
        kind: what kind of being acted.
        name: as the journal has it.
    """
    if kind in (ActorKind.SYSTEM, ActorKind.IMPORT) and name.startswith(COMMANDS):
        return "Timshel"
    return _(name) if kind == ActorKind.SYSTEM and name else name


def system_actor(name: str = "Timshel", channel: Channel = Channel.SYSTEM) -> Actor:
    """Return the actor under which jobs and sweeps change records.

    Args:
        name: what the journal shows, such as the name of the sweep.
        channel: the door; the system's own unless an import or a robot acts.
    """
    kind = ActorKind.IMPORT if channel is Channel.IMPORT else ActorKind.SYSTEM
    return Actor(kind=kind, name=name, channel=channel, scopes=_AllPermissions())
