"""The status page away from any request: what is the matter, who is told, and the last page.

The last page that everybody may see is written as a file every minute, whole or not at all, so
that the web process can show it while the database cannot be reached.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from timshel.interfaces.web.status.last_page import write_last_pages
from timshel.interfaces.worker.jobs import job, sweep
from timshel.resolution_fulfilment.status import actions
from timshel.resolution_fulfilment.status.actions import telling


def links() -> telling.StatusLinks:
    """Return where the pages are, as mails name them."""
    base = str(settings.BASE_ADDRESS)
    return telling.StatusLinks(
        page=base + reverse("status"),
        confirm=lambda token: base + reverse("status-confirm", args=[token]),
        end=lambda token: base + reverse("status-end", args=[token]),
    )


@job("status.refresh", queue="notices")
def refresh(*, at: datetime) -> None:
    """Look at what is the matter, at once after somebody said so."""
    actions.refresh_status(at=at)


@job("status.tell_changed", queue="notices")
def tell_changed(service_ids: list[int], happened_at: str, *, at: datetime) -> None:
    """Write to those who want to hear how services do."""
    moment = datetime.fromisoformat(happened_at)
    telling.tell_changed(service_ids, happened_at=moment, links=links(), at=at)


@job("status.tell_asked", queue="notices")
def tell_asked(subscriber_id: int, *, at: datetime) -> None:
    """Ask a stranger whether they want to hear."""
    telling.tell_asked(subscriber_id, links=links(), at=at)


@sweep("status.refresh_due", cron="* * * * *")
def refresh_due(*, at: datetime) -> None:
    """Look at what is the matter, and write down what everybody may see of it."""
    actions.refresh_status(at=at)
    write_last_pages(at=at)


@sweep("status.forget", cron="11 4 * * *")
def forget(*, at: datetime) -> None:
    """Remove what nobody confirmed."""
    actions.forget_unconfirmed(at=at)
