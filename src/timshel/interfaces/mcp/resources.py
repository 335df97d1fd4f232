"""What assistants can lay before a person to look at: the same as some tools tell, by an address.

An address is only another way to name what a tool would answer, so that rights, scopes and what is
marked as written by people cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from pydantic import BaseModel

from timshel.interfaces.mcp.caller import Caller
from timshel.interfaces.mcp.tools import ToolRefused, use

MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """One resource, or many of a kind where its address has a part in braces.

    Args:
        address: as the protocol has it.
        title: for people.
        text: what it is, for the assistant.
        tool: whose answer it is.
        given: the arguments of the tool, besides those that stand in the address.
    """

    address: str
    title: str
    text: str
    tool: str
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_template(self) -> bool:
        """Whether it stands for many."""
        return "{" in self.address

    def arguments(self, address: str) -> dict[str, str] | None:
        """Return the arguments of the tool for an address; None where it is another's."""
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[A-Za-z0-9._-]{1,80})", re.escape(self.address))
        found = re.fullmatch(pattern, address)
        return None if found is None else {**self.given, **found.groupdict()}


RESOURCES = (
    ResourceKind(
        "timshel://queue/mine",
        "My list",
        "The open cases that were given to the caller, the next deadline first.",
        "my_queue",
        {"whose": "given_to_me"},
    ),
    ResourceKind(
        "timshel://queue/teams",
        "The list of my teams",
        "The open cases of the caller's teams, the next deadline first.",
        "my_queue",
        {"whose": "with_my_teams"},
    ),
    ResourceKind(
        "timshel://queue/asked",
        "What I asked for",
        "The open cases that the caller asked for.",
        "my_queue",
        {"whose": "asked_by_me"},
    ),
    ResourceKind(
        "timshel://cases/{number}",
        "A case",
        "An incident, a request or a task with what was said about it.",
        "read",
    ),
    ResourceKind(
        "timshel://offerings/{offering}",
        "An offering",
        "Something of the catalogue, and what its order asks.",
        "describe_offering",
    ),
)


def read_resource(address: str, *, caller: Caller, at: datetime) -> BaseModel:
    """Return what stands at an address, for somebody, in their language.

    Args:
        address: as it came.
        caller: for whom.
        at: now.

    Raises:
        ToolRefused: there is nothing at that address, or the caller may not see it.
    """
    for kind in RESOURCES:
        arguments = kind.arguments(address)
        if arguments is not None:
            return use(kind.tool, arguments, caller=caller, at=at)
    raise ToolRefused(_("There is nothing at “%(address)s”.") % {"address": address[:80]})
