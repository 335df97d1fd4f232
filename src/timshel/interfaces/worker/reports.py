"""Report cards and scorecards by mail, as periods end."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from timshel.interfaces.worker.jobs import sweep
from timshel.performance_evaluation.reporting.actions import Links, send_due_reports
from timshel.performance_evaluation.reporting.states import ReportKind

BATCH = 50


def _card(kind: str, code: str, first: date, last: date) -> str:
    if kind == ReportKind.SCORECARD:
        return f"{settings.BASE_ADDRESS}{reverse('scorecard', args=[code])}"
    days = urlencode({"from": first.isoformat(), "until": last.isoformat()})
    return f"{settings.BASE_ADDRESS}{reverse('report-card', args=[kind, code])}?{days}"


@sweep("reports.send_due", cron="*/10 * * * *")
def send_reports(*, at: datetime) -> None:
    """Send the reports whose periods are over, until none is left."""
    links = Links(card=_card, overview=f"{settings.BASE_ADDRESS}{reverse('governance')}")
    while send_due_reports(links=links, at=at, limit=BATCH) == BATCH:
        pass
