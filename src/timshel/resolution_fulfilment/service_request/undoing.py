"""How a request is put back when what was done to many is taken back.

What a process began when a request was cancelled, or what a bundle did when one of its parts was
delivered, cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.service_request.access import ASSIGN, WORK
from timshel.resolution_fulfilment.service_request.actions.stages import hold
from timshel.resolution_fulfilment.service_request.models import ServiceRequest


class RequestUndoing:
    """Knows about taking back what was done to requests."""

    rights: Mapping[str, Collection[str]] = {
        "service_request.assigned": (WORK, ASSIGN),
        "service_request.waited": (WORK,),
        "service_request.resumed": (WORK,),
        "service_request.fulfilled": (WORK,),
        "service_request.reopened": (WORK,),
        "service_request.closed": (WORK,),
    }

    def hold(self, number: str) -> None:
        """Lock its run, as whatever changes both does."""
        hold(number)

    def refusal(self, item: WorkItem) -> Text | None:
        """A part of an order has led its process on."""
        if item.parent_id is not None and item.resolved_at is not None:
            return _("The order that this is a part of has gone on since.")
        return None

    def put_back(self, item: WorkItem, before: Mapping[str, Any]) -> None:
        """Write how it ended."""
        if "outcome" in before:
            ServiceRequest.objects.filter(pk=item.pk).update(
                outcome=before["outcome"] or "", outcome_text=before.get("outcome_text") or ""
            )
