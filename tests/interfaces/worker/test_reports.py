"""Report cards go out with the addresses of their pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.cast import Cast, opened
from timshel.interfaces.worker.reports import send_reports
from timshel.performance_evaluation.reporting.actions import Subscription, subscribe
from timshel.performance_evaluation.reporting.models import ReportSubscription
from timshel.support.communication.models import OutgoingFile, OutgoingMessage


def test_a_card_that_is_due_is_sent_once(cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIRECTORY = tmp_path
    opened(cast.requester)
    wanted = Subscription("service", "laptop", "quarter", "pdf", "en", "Europe/London")
    now = datetime.now(UTC)
    subscribe(wanted, actor=cast.manager, at=now)
    ReportSubscription.objects.update(next_due_at=now)
    for _again in range(2):
        send_reports(timestamp=0)
    message = OutgoingMessage.objects.get()
    address = f"{settings.BASE_ADDRESS}/governance/report-cards/service/laptop?from={now.year}-"
    assert address in message.text
    assert OutgoingFile.objects.get(message=message).media_type == "application/pdf"
