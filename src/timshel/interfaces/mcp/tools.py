"""The tools that assistants have: what each takes, answers, and which scope of a token it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from timshel.interfaces.mcp import reading, shapes, writing
from timshel.interfaces.mcp.caller import Caller
from timshel.kernel.errors import Invalid, Refused

CASES, CATALOGUE = "cases", "catalogue"


class ToolRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """What a tool says no with: sentences for whoever reads them."""


@dataclass(frozen=True, slots=True)
class ToolKind:
    """One tool.

    Args:
        name: by which it is called.
        title: for people.
        text: what it is for, for the assistant.
        takes: the shape of its arguments.
        gives: the shape of its answer.
        do: does it.
        area: of the scope that a token needs for it.
        writes: whether it changes anything.
    """

    name: str
    title: str
    text: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    do: Callable[..., BaseModel]
    area: str
    writes: bool = False

    @property
    def scope(self) -> str:
        """The scope of a token that opens it."""
        return f"{self.area}:{'write' if self.writes else 'read'}"


_ALL = (
    ToolKind(
        "search",
        "Search",
        "Find cases, people and offerings by words. Finds only what the caller may see.",
        shapes.SearchAsked,
        shapes.Found,
        reading.look_for,
        CASES,
    ),
    ToolKind(
        "read",
        "Read a case",
        "Read an incident, a request or a task by its number, with what was said about it. "
        "What is internal must not be repeated to the requester.",
        shapes.ReadAsked,
        shapes.Record,
        reading.read,
        CASES,
    ),
    ToolKind(
        "my_queue",
        "My list",
        "List open cases: those given to the caller, to their teams, to nobody yet, or those that "
        "the caller asked for.",
        shapes.QueueAsked,
        shapes.Queue,
        reading.my_queue,
        CASES,
    ),
    ToolKind(
        "find_offerings",
        "Find in the catalogue",
        "Find what the caller may ask for. Use it before `describe_offering`.",
        shapes.OfferingsAsked,
        shapes.Offerings,
        reading.offerings,
        CATALOGUE,
    ),
    ToolKind(
        "describe_offering",
        "Describe an offering",
        "Tell what an offering is and what its form asks. Use it before `request`.",
        shapes.OfferingAsked,
        shapes.Described,
        reading.describe_offering,
        CATALOGUE,
    ),
    ToolKind(
        "report",
        "Report an incident",
        "Open an incident in the caller's name, for something that is broken. Ask the person "
        "before you do.",
        shapes.ReportAsked,
        shapes.Done,
        writing.report,
        CASES,
        writes=True,
    ),
    ToolKind(
        "reply",
        "Reply",
        "Say something about a case that its requester reads, too; it is sent by mail. Ask the "
        "person before you do.",
        shapes.SayAsked,
        shapes.Done,
        writing.reply,
        CASES,
        writes=True,
    ),
    ToolKind(
        "note",
        "Add a note",
        "Write an internal note that only helpers read.",
        shapes.SayAsked,
        shapes.Done,
        writing.note,
        CASES,
        writes=True,
    ),
    ToolKind(
        "request",
        "Ask for something",
        "Order an offering of the catalogue in the caller's name, with the answers that its form "
        "asks. Ask the person before you do.",
        shapes.RequestAsked,
        shapes.Done,
        writing.request,
        CASES,
        writes=True,
    ),
)
TOOLS: Mapping[str, ToolKind] = {tool.name: tool for tool in _ALL}


def use(name: str, arguments: Mapping[str, Any], *, caller: Caller, at: datetime) -> BaseModel:
    """Use a tool for somebody, in their language.

    Args:
        name: of the tool.
        arguments: as they came.
        caller: for whom.
        at: now.

    Raises:
        ToolRefused: there is no such tool, its arguments are wrong, or the caller may not.
    """
    with translation.override(caller.actor.language):
        tool = TOOLS.get(name)
        if tool is None:
            raise ToolRefused(_("There is no tool “%(name)s”.") % {"name": name[:80]})
        try:
            caller.require_scope(tool.scope)
            return tool.do(tool.takes.model_validate(arguments), caller=caller, at=at)
        except ValidationError as wrong:
            raise ToolRefused(_wrong(wrong)) from wrong
        except Refused as refused:
            raise ToolRefused(_sentences(refused)) from refused


def _wrong(wrong: ValidationError) -> str:
    lines = [
        f"{'.'.join(str(part) for part in each['loc']) or 'arguments'}: {each['msg']}"
        for each in wrong.errors(include_input=False, include_url=False)[:10]
    ]
    return "\n".join([_("These arguments cannot be used:"), *lines])


def _sentences(refused: Refused) -> str:
    lines = [str(refused.message)]
    if isinstance(refused, Invalid):
        lines += [
            f"{name}: {text}" if name else str(text)
            for name, texts in refused.fields.items()
            for text in texts
        ]
    return "\n".join(lines)
