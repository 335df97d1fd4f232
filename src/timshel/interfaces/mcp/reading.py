"""The tools that only look."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from timshel.interfaces.mcp import shapes
from timshel.interfaces.mcp.caller import Caller
from timshel.interfaces.mcp.shapes import MOST_SAID, from_people
from timshel.kernel.search.sources import Narrowing, search
from timshel.operation.work.access import find
from timshel.operation.work.rules import TASK
from timshel.relationship_agreement.service_level.queries.worklist import WorkFilters, work_list
from timshel.resolution_fulfilment.incident.queries import incident
from timshel.resolution_fulfilment.incident.queries.cases import case_list
from timshel.resolution_fulfilment.incident.states import KIND as INCIDENT
from timshel.resolution_fulfilment.service_request.queries import request_record
from timshel.resolution_fulfilment.service_request.queries.tasks import task_record
from timshel.service_portfolio.catalogue.queries import orderable
from timshel.service_portfolio.catalogue.queries.finding import find_offerings
from timshel.service_portfolio.catalogue.queries.page import offering_page

VIEWS = {"given_to_me": "mine", "with_my_teams": "teams", "unassigned": "unassigned"}
MOST_OFFERINGS = 10


def look_for(asked: shapes.SearchAsked, *, caller: Caller, at: datetime) -> shapes.Found:
    """Find cases, people and offerings by words."""
    results = search(
        asked.text,
        actor=caller.actor,
        at=at,
        narrowing=Narrowing(kinds=frozenset(asked.kinds)),
        size=asked.size,
    )
    return shapes.Found(
        hits=tuple(
            shapes.Hit(
                kind=hit.kind,
                key=hit.key,
                title=from_people(hit.name, of=hit.key),
                excerpt=from_people("".join(part.text for part in hit.excerpt), of=hit.key),
                stage=str(hit.state_name) or None,
            )
            for group in results.groups
            for hit in group.hits
        )
    )


def read(asked: shapes.ReadAsked, *, caller: Caller, at: datetime) -> shapes.Record:
    """Read a case with what was said about it."""
    item = find(asked.number.upper(), actor=caller.actor)
    readers: dict[str, Any] = {INCIDENT: incident, TASK: task_record}
    view = readers.get(item.kind, request_record)(item.number, actor=caller.actor, at=at)
    number = view.number
    outcome = getattr(view, "resolution_text", "") or getattr(view, "outcome_text", "")
    requester = view.requester
    return shapes.Record(
        number=number,
        kind=item.kind,
        title=from_people(view.title, of=number),
        description=from_people(view.description, of=number),
        stage=view.stage,
        stands=str(getattr(view, "sentence", view.stage_name)),
        priority=view.priority,
        service=getattr(view, "service", ""),
        team=view.team,
        assignee=view.assignee,
        requester=requester if isinstance(requester, str) else requester.name,
        opened_at=view.opened_at,
        due_at=view.next_due_at,
        outcome=from_people(outcome, of=number),
        conversation=_said(view.conversation, of=number),
        left_out=max(0, len(view.conversation) - MOST_SAID),
        possible=tuple(sorted(view.possible)),
    )


def my_queue(asked: shapes.QueueAsked, *, caller: Caller, at: datetime) -> shapes.Queue:
    """List open cases."""
    if asked.whose == "asked_by_me":
        cases = case_list(actor=caller.actor, at=at, open=True, size=asked.size)
        mine = tuple(
            shapes.Waiting(
                number=row.number,
                kind=row.kind,
                title=from_people(row.title, of=row.number),
                stage=row.stage,
                priority=None,
                due_at=row.promised_at,
                is_late=bool(row.promised_at and row.promised_at < at),
                with_whom=row.with_whom or "",
            )
            for row in cases.items
        )
        return shapes.Queue(items=mine, has_more=cases.next_cursor is not None)
    filters = WorkFilters(view=VIEWS[asked.whose], open=True)
    page = work_list(filters, actor=caller.actor, at=at, sort="due", size=asked.size)
    return shapes.Queue(
        items=tuple(
            shapes.Waiting(
                number=row.number,
                kind=row.kind,
                title=from_people(row.title, of=row.number),
                stage=row.stage,
                priority=row.priority,
                due_at=row.next_due_at,
                is_late=row.breached,
                with_whom=row.assignee or row.team,
            )
            for row in page.items
        ),
        has_more=page.next_cursor is not None,
    )


def offerings(asked: shapes.OfferingsAsked, *, caller: Caller, at: datetime) -> shapes.Offerings:
    """Find what the caller may ask for."""
    tiles = find_offerings(asked.text, actor=caller.actor, at=at, limit=MOST_OFFERINGS)
    return shapes.Offerings(
        items=tuple(
            shapes.Offering(
                code=tile.code,
                name=tile.name,
                summary=tile.summary,
                price=f"{tile.price} {tile.currency}" if tile.price is not None else "",
            )
            for tile in tiles
        )
    )


def describe_offering(
    asked: shapes.OfferingAsked, *, caller: Caller, at: datetime
) -> shapes.Described:
    """Describe an offering and what its order asks."""
    page = offering_page(asked.offering, actor=caller.actor, at=at)
    order = orderable(asked.offering, actor=caller.actor, at=at)
    return shapes.Described(
        code=page.tile.code,
        name=page.tile.name,
        summary=page.tile.summary,
        text=page.text,
        form=None if order.item.form is None else dict(order.item.form),
        parts=tuple(
            shapes.Part(
                code=part.item.code,
                name=part.item.name,
                optional=part.optional,
                form=None if part.item.form is None else dict(part.item.form),
            )
            for part in order.parts
        ),
    )


def _said(comments: Iterable[Any], *, of: str) -> tuple[shapes.Said, ...]:
    return tuple(
        shapes.Said(
            audience=each.audience,
            author=each.author,
            by_requester=each.by_requester,
            at=each.at,
            words=from_people(each.text, of=of),
            files=tuple(from_people(file.name, of=of) for file in each.attachments),
        )
        for each in tuple(comments)[-MOST_SAID:]
    )
