"""Report cards and scorecards go out with the addresses of their pages."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.cast import Cast, opened
from timshel.interfaces.worker.reports import send_reports
from timshel.performance_evaluation.indicator.actions import add_indicator, add_scorecard
from timshel.performance_evaluation.indicator.rules import IndicatorContent, ScorecardContent
from timshel.performance_evaluation.indicator.states import Direction, Frequency
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


def test_a_scorecard_that_is_due_is_sent_once(cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIRECTORY = tmp_path
    now = datetime.now(UTC)
    content = IndicatorContent(
        title="What comes in",
        owner="jonas.okereke",
        measure="opened",
        target=Decimal(1),
        warning=Decimal(2),
        critical=Decimal(4),
        direction=Direction.LOWER,
        frequency=Frequency.WEEK,
        subject_kind="service",
        subject_code="laptop",
        why="It tells how busy we are.",
    )
    number = add_indicator(content, actor=cast.process_owner, at=now)
    card = ScorecardContent(title="At a glance", owner="jonas.okereke", indicators=(number,))
    code = add_scorecard(card, actor=cast.process_owner, at=now)
    wanted = Subscription("scorecard", code, "week", "xlsx", "en", "Europe/London")
    subscribe(wanted, actor=cast.agent, at=now)
    ReportSubscription.objects.update(next_due_at=now)
    for _again in range(2):
        send_reports(timestamp=0)
    message = OutgoingMessage.objects.get()
    assert f"{settings.BASE_ADDRESS}/governance/scorecards/{code}" in message.text
    assert OutgoingFile.objects.get(message=message).name.endswith(".xlsx")
