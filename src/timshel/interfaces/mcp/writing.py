"""The tools that do something, each once for its key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from timshel.interfaces.mcp import shapes
from timshel.interfaces.mcp.caller import Caller
from timshel.kernel.idempotency.actions import once
from timshel.operation.work import handling
from timshel.operation.work.deeds import read_deed
from timshel.resolution_fulfilment.incident.actions import IncidentReport, open_incident
from timshel.resolution_fulfilment.service_request.actions import Order, order
from timshel.service_portfolio.catalogue.queries.references import references_for


def report(asked: shapes.ReportAsked, *, caller: Caller, at: datetime) -> shapes.Done:
    """Report that something is broken."""

    def do() -> str:
        given = IncidentReport(**asked.model_dump(exclude={"key"}))
        return open_incident(given, actor=caller.actor, at=at).number

    return _once("report", asked, do, caller=caller, at=at)


def reply(asked: shapes.SayAsked, *, caller: Caller, at: datetime) -> shapes.Done:
    """Say something that the requester reads, too."""
    return _say("reply", asked, caller=caller, at=at)


def note(asked: shapes.SayAsked, *, caller: Caller, at: datetime) -> shapes.Done:
    """Write something that only helpers read."""
    return _say("note", asked, caller=caller, at=at)


def request(asked: shapes.RequestAsked, *, caller: Caller, at: datetime) -> shapes.Done:
    """Ask for something of the catalogue."""

    def do() -> str:
        wanted = Order(
            offering=asked.offering,
            raw=asked.answers,
            parts=asked.parts,
            references=references_for(caller.actor),
        )
        return order(wanted, actor=caller.actor, at=at).number

    return _once("request", asked, do, caller=caller, at=at)


def _say(kind: str, asked: shapes.SayAsked, *, caller: Caller, at: datetime) -> shapes.Done:
    def do() -> str:
        deed = read_deed({"do": kind, "text": asked.text})
        handling.perform(asked.number.upper(), deed, actor=caller.actor, at=at)
        return asked.number.upper()

    return _once(kind, asked, do, caller=caller, at=at)


def _once(
    tool: str,
    asked: shapes.ReportAsked | shapes.SayAsked | shapes.RequestAsked,
    do: Callable[[], str],
    *,
    caller: Caller,
    at: datetime,
) -> shapes.Done:
    content = f"mcp {tool} {asked.model_dump_json()}".encode()
    number, is_repeated = once(asked.key, do, owner=caller.owner, content=content, at=at)
    return shapes.Done(number=number, is_repeated=is_repeated)
