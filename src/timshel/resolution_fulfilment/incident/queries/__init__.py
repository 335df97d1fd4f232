"""What pages and the API read of incidents, each from a fixed number of queries."""

from timshel.resolution_fulfilment.incident.queries.cases import (
    CaseRow,
    CaseView,
    case,
    case_list,
)
from timshel.resolution_fulfilment.incident.queries.listing import (
    IncidentFilters,
    IncidentRow,
    incident_count,
    incident_list,
)
from timshel.resolution_fulfilment.incident.queries.record import (
    AttachmentView,
    CommentView,
    HistoryLine,
    IncidentView,
    RelatedRow,
    attachment,
    incident,
)

__all__ = [
    "AttachmentView",
    "CaseRow",
    "CaseView",
    "CommentView",
    "HistoryLine",
    "IncidentFilters",
    "IncidentRow",
    "IncidentView",
    "RelatedRow",
    "attachment",
    "case",
    "case_list",
    "incident",
    "incident_count",
    "incident_list",
]
