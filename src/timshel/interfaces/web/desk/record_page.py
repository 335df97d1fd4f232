"""What the page of every record holds, whatever kind of work it is of.

The page has one layout: what comes next, what the kind shows of its own, writing and the
conversation on one side; the requester, properties, targets and panels on the other. A kind names
the templates of its own parts, and the panels of teamwork are named in ``PANELS``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from timshel.improvement.nonconformity.access import may_raise
from timshel.interfaces.web.addresses import INCIDENT, clock_address
from timshel.interfaces.web.desk import doing
from timshel.interfaces.web.desk.clocks import shown_clocks
from timshel.interfaces.web.desk.history import history_lines
from timshel.interfaces.web.desk.neighbours import neighbours
from timshel.interfaces.web.desk.requester import requester_context
from timshel.interfaces.web.desk.texts.writing import reply_begun
from timshel.interfaces.web.mails.shown import shown_mails
from timshel.interfaces.web.portal.files import PREVIEWED
from timshel.interfaces.web.requests import TimshelRequest
from timshel.operation.macro.access import works
from timshel.operation.teamwork.queries import DraftView, at_desk
from timshel.resolution_fulfilment.incident.access import REPORT_FOR_OTHERS
from timshel.resolution_fulfilment.incident.queries import CommentView, IncidentView
from timshel.resolution_fulfilment.service_request.queries import RequestRecord, TaskRecord

RecordView = IncidentView | RequestRecord | TaskRecord


@dataclass(frozen=True, slots=True)
class Extra:
    """A panel or a value that another part of the desk adds to every record.

    Args:
        template: of the panel; empty where only the context is added.
        context: what the template needs, from the request, the kind and the view; None where the
            panel is not shown.
    """

    template: str
    context: Callable[[TimshelRequest, str, RecordView], Mapping[str, Any] | None]


EXTRAS: list[Extra] = []
"""In the order in which the page shows them; see ``record_extras``."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind of work shows that others do not.

    Args:
        kind: of the work, such as ``incident``.
        opened: the template of the words beside the title.
        parts: templates between the next steps and the composer.
        tail: templates below the conversation's newest entries: how it began.
        sides: templates beside the conversation, after the properties.
        has_diagram: the page can show a diagram.
        has_form: the page can show a form to fill in.
    """

    kind: str
    opened: str
    parts: Sequence[str] = ()
    tail: str = ""
    sides: Sequence[str] = ()
    has_diagram: bool = False
    has_form: bool = False


def page_context(
    request: TimshelRequest,
    record: doing.Record,
    shape: Shape,
    view: RecordView,
    *,
    writing: doing.Writing,
    conversation: Sequence[CommentView],
    supplier: str = "",
) -> dict[str, Any]:
    """Return what the template of all records shows.

    Args:
        request: of a helper.
        record: what is said about its steps.
        shape: what its kind shows.
        view: the record.
        writing: its composers.
        conversation: what was said, oldest first.
        supplier: who is waited for, as far as the reader may know.
    """
    found = at_desk(view.work, actor=request.actor, at=request.at)
    drafts = with_begun(request, view.number, found.drafts)
    composers = doing.composers_of(request, record, replace(writing, drafts=drafts))
    context: dict[str, Any] = {
        "kind": shape.kind,
        "shape": shape,
        "composers": composers,
        "may_wait": "wait" in writing.possible,
        "drafts": drafts,
        "clocks": shown_clocks(view.clocks, team=view.team, supplier=supplier),
        "sees_inside": view.sees_inside,
        "history": history_lines(view.history),
        "conversation": list(conversation),
        "mails": shown_mails(
            view.work, conversation, channel=view.work.channel, actor=request.actor
        ),
        "notes_count": sum(each.is_internal for each in conversation),
        "largest_file": settings.ATTACHMENT_MAX_BYTES,
        "once": uuid.uuid4().hex,
        "present": found.present,
        "clocks_address": clock_address(shape.kind, view.number, "-").removesuffix("-"),
        "neighbours": neighbours(request, view.number),
        "around": found.around,
        "watchers": [each.name for each in found.around.watchers],
        "reader_key": request.actor.person_id or 0,
        "may_use_macros": works(request.actor),
        "may_raise_nonconformity": shape.kind == INCIDENT and may_raise(request.actor),
        "may_report_for": request.actor.may_somewhere(REPORT_FOR_OTHERS),
        "previewed": PREVIEWED,
        **requester_context(view.requester, work_item_id=view.id, request=request),
    }
    context["extras"] = list(_extras(request, shape.kind, view, context))
    return context


def with_begun(
    request: TimshelRequest, number: str, drafts: Mapping[str, DraftView]
) -> dict[str, DraftView]:
    """Return what the reader typed earlier and has not sent, by box, with what the address names.

    A saved reply that it names, as without a script, is put in behind what was typed.
    """
    drafts = dict(drafts)
    begun = reply_begun(request, number)
    if begun:
        box = "ask" if number.startswith("TSK") else "reply"
        typed = drafts[box].text if box in drafts else ""
        text = f"{typed}\n\n{begun}" if typed else begun
        drafts[box] = DraftView(number, "", "", box, text, request.at)
    return drafts


def _extras(
    request: TimshelRequest, kind: str, view: RecordView, context: dict[str, Any]
) -> Iterable[str]:
    """Add what each extra needs to the context, and yield the templates of the panels."""
    for extra in EXTRAS:
        added = extra.context(request, kind, view)
        if added is None:
            continue
        context.update(added)
        if extra.template:
            yield extra.template
