"""How an incident is put back when what was done to many is taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from timshel.kernel.errors import Text
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.incident.access import ASSIGN, CANCEL, CHANGE, RESOLVE, WORK
from timshel.resolution_fulfilment.incident.models import Incident

TEXTS = frozenset({"symptom", "priority_reason", "resolution_text"})
OWN = TEXTS | {"offering", "service_state", "resolution_code"}


class IncidentUndoing:
    """Knows about taking back what was done to incidents."""

    rights: Mapping[str, Collection[str]] = {
        "incident.assigned": (WORK, ASSIGN),
        "incident.started": (WORK,),
        "incident.waited": (WORK,),
        "incident.resumed": (WORK,),
        "incident.resolved": (RESOLVE,),
        "incident.closed": (RESOLVE,),
        "incident.reopened": (WORK,),
        "incident.cancelled": (CANCEL,),
        "incident.changed": (CHANGE,),
    }

    def hold(self, number: str) -> None:
        """Nothing is locked before an incident."""

    def refusal(self, item: WorkItem) -> Text | None:  # noqa: ARG002 - the protocol's
        """All that is named above can be taken back."""
        return None

    def put_back(self, item: WorkItem, before: Mapping[str, Any]) -> None:
        """Write the fields of the incident's own row."""
        values: dict[str, Any] = {}
        for name in sorted(OWN & set(before)):
            if name == "offering":
                values["offering_id"] = before[name]["id"] if before[name] else None
            else:
                values[name] = (before[name] or "") if name in TEXTS else before[name]
        if values:
            Incident.objects.filter(pk=item.pk).update(**values)
