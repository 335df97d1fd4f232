"""What can be done to an incident: each verb checks, decides, writes and tells, all or nothing."""

from timshel.resolution_fulfilment.incident.actions.assignment import (
    assign_incident,
    escalate_incident,
    take_incident,
)
from timshel.resolution_fulfilment.incident.actions.conversation import (
    note_on_incident,
    reply_to_incident,
)
from timshel.resolution_fulfilment.incident.actions.merging import (
    merge_incidents,
    unmerge_incident,
)
from timshel.resolution_fulfilment.incident.actions.opening import IncidentReport, open_incident
from timshel.resolution_fulfilment.incident.actions.properties import change_incident
from timshel.resolution_fulfilment.incident.actions.requester import (
    confirm_incident,
    withdraw_incident,
)
from timshel.resolution_fulfilment.incident.actions.splitting import SplitOff, split_incident
from timshel.resolution_fulfilment.incident.actions.stages import (
    cancel_incident,
    close_due_incidents,
    close_incident,
    reopen_incident,
    resolve_incident,
    resume_incident,
    start_incident,
    wait_incident,
)

__all__ = [
    "IncidentReport",
    "SplitOff",
    "assign_incident",
    "cancel_incident",
    "change_incident",
    "close_due_incidents",
    "close_incident",
    "confirm_incident",
    "escalate_incident",
    "merge_incidents",
    "note_on_incident",
    "open_incident",
    "reopen_incident",
    "reply_to_incident",
    "resolve_incident",
    "resume_incident",
    "split_incident",
    "start_incident",
    "take_incident",
    "unmerge_incident",
    "wait_incident",
    "withdraw_incident",
]
