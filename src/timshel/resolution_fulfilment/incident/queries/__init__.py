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
from timshel.resolution_fulfilment.incident.queries.merged import (
    Joined,
    MergedCase,
    Mergers,
    joined_with,
    mergers,
)
from timshel.resolution_fulfilment.incident.queries.promises import (
    CasePromise,
    IncidentChain,
    IncidentClocks,
    IncidentExplanation,
    case_promise,
    incident_chain,
    incident_clocks,
    incident_explanation,
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
from timshel.resolution_fulfilment.incident.queries.requester import (
    RequesterWork,
    work_of_requester,
)

__all__ = [
    "AttachmentView",
    "CasePromise",
    "CaseRow",
    "CaseView",
    "CommentView",
    "HistoryLine",
    "IncidentChain",
    "IncidentClocks",
    "IncidentExplanation",
    "IncidentFilters",
    "IncidentRow",
    "IncidentView",
    "Joined",
    "MergedCase",
    "Mergers",
    "RelatedRow",
    "RequesterWork",
    "attachment",
    "case",
    "case_list",
    "case_promise",
    "incident",
    "incident_chain",
    "incident_clocks",
    "incident_count",
    "incident_explanation",
    "incident_list",
    "joined_with",
    "mergers",
    "work_of_requester",
]
