"""Reading requests (clause 8.6.2)."""

from __future__ import annotations

from timshel.resolution_fulfilment.service_request.queries.cases import (
    RequestCase,
    request_case,
)
from timshel.resolution_fulfilment.service_request.queries.drafts import (
    DraftRow,
    DraftView,
    answers_to_repeat,
    request_draft,
    request_drafts,
)
from timshel.resolution_fulfilment.service_request.queries.parts import (
    PartRow,
    TaskRow,
    tasks_of,
)
from timshel.resolution_fulfilment.service_request.queries.record import (
    Consequences,
    RequestRecord,
    consequences,
    request_record,
)
from timshel.resolution_fulfilment.service_request.queries.requesters import (
    colleague_id,
    facts_of,
    parts_meant,
)
from timshel.resolution_fulfilment.service_request.queries.tasks import (
    AskedFor,
    CheckLine,
    TaskRecord,
    task_record,
)

__all__ = [
    "AskedFor",
    "CheckLine",
    "Consequences",
    "DraftRow",
    "DraftView",
    "PartRow",
    "RequestCase",
    "RequestRecord",
    "TaskRecord",
    "TaskRow",
    "answers_to_repeat",
    "colleague_id",
    "consequences",
    "facts_of",
    "parts_meant",
    "request_case",
    "request_draft",
    "request_drafts",
    "request_record",
    "task_record",
    "tasks_of",
]
