"""The status page: looked at anew when somebody says that something is the matter, and told."""

from __future__ import annotations

from timshel.design_transition.maintenance.events import (
    PlannedWorkBegun,
    PlannedWorkCancelled,
    PlannedWorkChanged,
    PlannedWorkEnded,
    PlannedWorkFact,
)
from timshel.interfaces.worker import status_pages
from timshel.kernel.events import subscribe
from timshel.resolution_fulfilment.outage.events import (
    OutageChanged,
    OutageDeclared,
    OutageEnded,
    OutageFact,
)
from timshel.resolution_fulfilment.status.events import StatusesChanged, SubscriptionAsked

# What happens without anybody's words, such as alerts, is looked at every minute.
SAID: tuple[type[OutageFact | PlannedWorkFact], ...] = (
    OutageDeclared,
    OutageChanged,
    OutageEnded,
    PlannedWorkBegun,
    PlannedWorkChanged,
    PlannedWorkCancelled,
    PlannedWorkEnded,
)


def register() -> None:
    """Look again when somebody says something, and tell those who want to hear."""
    for fact in SAID:
        subscribe(fact, refresh)
    subscribe(StatusesChanged, tell_changed)
    subscribe(SubscriptionAsked, tell_asked)


def refresh(event: OutageFact | PlannedWorkFact) -> None:  # noqa: ARG001 - all is looked at
    """How services do is looked at anew."""
    status_pages.refresh.defer()


def tell_changed(event: StatusesChanged) -> None:
    """Those who want to hear how services do are written to."""
    status_pages.tell_changed.defer(
        service_ids=list(event.service_ids), happened_at=event.at.isoformat()
    )


def tell_asked(event: SubscriptionAsked) -> None:
    """A stranger is asked whether they want to hear."""
    status_pages.tell_asked.defer(subscriber_id=event.subscriber_id)
