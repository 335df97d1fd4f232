"""The report card of each demonstration service equals SQL over the journal, at every door.

The SQL below is written by hand and reads the journal alone: no row of a case, no clock. What was
kept of the promises is worked out a second time by ``plain_promises``. Page, document, spreadsheet
and interface are each read back as their readers get them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.demonstration import AT
from tests.interfaces.plain_promises import promises_by_service
from timshel.interfaces.connectors.packs import Demonstration
from timshel.kernel.actor import system_actor
from timshel.leadership.authority.access import PERMISSIONS
from timshel.leadership.authority.actions import issue_token
from timshel.leadership.authority.models import Account
from timshel.performance_evaluation.measurement.queries import case_count
from timshel.performance_evaluation.measurement.rules.periods import Period, days_between
from timshel.performance_evaluation.reporting.queries import ReportCard, report_card
from timshel.service_portfolio.service.models import Service

SYSTEM = system_actor()
FIRST, LAST = date(2026, 2, 16), date(2026, 3, 31)
ZONE = "Europe/London"
MINUTE = timedelta(minutes=1)
NO_WIDTH = "\u200b"  # where a line of a document may be broken

# What the journal says of each case until a moment: when it was opened, where it stands, when it
# was solved for good, how often it came back and went from hand to hand. Cases are incidents.
JOURNAL = """
WITH entry AS (
    SELECT * FROM journal_entry WHERE subject_kind = 'work_item' AND at <= %(at)s
), opened AS (
    SELECT subject_id, at FROM entry WHERE changes ? 'stage' AND changes->'stage'->>0 IS NULL
      AND verb = 'incident.opened'
), stage AS (
    SELECT DISTINCT ON (subject_id) subject_id, changes->'stage'->>1 AS name, at
    FROM entry WHERE changes ? 'stage' ORDER BY subject_id, version DESC, at DESC, id DESC
), service AS (
    SELECT DISTINCT ON (subject_id) subject_id, (changes->'service'->1->>'id')::bigint AS id
    FROM entry WHERE changes ? 'service' ORDER BY subject_id, version DESC, at DESC, id DESC
), solved AS (
    SELECT subject_id, max(at) AS at FROM entry
    WHERE changes->'stage'->>1 = 'resolved' GROUP BY subject_id
), came_back AS (
    SELECT subject_id, count(*) AS times FROM entry
    WHERE changes->'stage'->>0 IN ('resolved', 'closed')
      AND changes->'stage'->>1 IN ('new', 'in_progress', 'waiting')
    GROUP BY subject_id
), handed AS (
    SELECT subject_id, count(*) AS times FROM entry
    WHERE changes->'team'->0->>'id' <> changes->'team'->1->>'id'
       OR changes->'assignee'->0->>'id' <> changes->'assignee'->1->>'id'
    GROUP BY subject_id
), life AS (
    SELECT service.id AS service_id, opened.at AS opened_at, stage.name AS stage,
           CASE WHEN stage.name IN ('resolved', 'closed') THEN coalesce(solved.at, stage.at) END
               AS solved_at,
           CASE WHEN stage.name = 'cancelled' THEN stage.at END AS withdrawn_at,
           coalesce(came_back.times, 0) AS came_back, coalesce(handed.times, 0) AS handed
    FROM opened
    JOIN stage USING (subject_id)
    JOIN service USING (subject_id)
    LEFT JOIN solved USING (subject_id)
    LEFT JOIN came_back USING (subject_id)
    LEFT JOIN handed USING (subject_id)
)
SELECT service_id,
       count(*) FILTER (WHERE opened_at >= %(since)s AND opened_at < %(until)s),
       count(*) FILTER (WHERE solved_at >= %(since)s AND solved_at < %(until)s),
       count(*) FILTER (WHERE withdrawn_at >= %(since)s AND withdrawn_at < %(until)s),
       count(*) FILTER (WHERE solved_at >= %(since)s AND solved_at < %(until)s AND came_back > 0),
       sum(handed) FILTER (WHERE solved_at >= %(since)s AND solved_at < %(until)s),
       count(*) FILTER (WHERE stage IN ('new', 'in_progress', 'waiting')),
       count(*) FILTER (WHERE stage IN ('new', 'in_progress', 'waiting')
                          AND opened_at > %(at)s - interval '48 hours'),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM solved_at - opened_at))
           FILTER (WHERE solved_at >= %(since)s AND solved_at < %(until)s),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM solved_at - opened_at))
           FILTER (WHERE solved_at >= %(since)s AND solved_at < %(until)s)
FROM life GROUP BY service_id
"""


@dataclass(frozen=True)
class Expected:
    """What the journal says of one service."""

    opened: int = 0
    resolved: int = 0
    withdrawn: int = 0
    reopened: int = 0
    handed: int = 0
    backlog: int = 0
    young: int = 0
    median: float | None = None
    p90: float | None = None

    def figures(self) -> dict[str, Any]:
        """Return the figures of a card, rounded by hand."""
        return {
            "opened": self.opened,
            "resolved": self.resolved,
            "withdrawn": self.withdrawn,
            "ended": self.resolved + self.withdrawn,
            "net": self.opened - self.resolved - self.withdrawn,
            "backlog": self.backlog,
            "reopening_rate": _rounded(100 * self.reopened, self.resolved, "0.1"),
            "hand_overs": _rounded(self.handed, self.resolved, "0.01"),
            "wall_median": _minutes(self.median),
            "wall_p90": _minutes(self.p90),
        }


def _rounded(part: int, whole: int, step: str) -> Decimal | None:
    if not whole:
        return None
    return (Decimal(part) / whole).quantize(Decimal(step), ROUND_HALF_EVEN)


def _minutes(seconds: float | None) -> timedelta | None:
    return None if seconds is None else MINUTE * round(seconds / 60)


def period() -> Period:
    return days_between(FIRST, LAST, zone=ZONE)


def from_the_journal(*, at: datetime) -> dict[int, Expected]:
    with connection.cursor() as cursor:
        cursor.execute(JOURNAL, {"at": at, "since": period().since, "until": period().until})
        return {
            key: Expected(*(each or 0 for each in counts[:7]), *counts[7:])
            for key, *counts in cursor.fetchall()
        }


@pytest.fixture
def services(demonstration: Demonstration, db: None) -> list[Service]:
    return list(Service.objects.order_by("code"))


def card_of(service: Service, *, at: datetime) -> ReportCard:
    return report_card("service", service.code, period=period(), actor=SYSTEM, at=at)


def test_figures_equal_the_journal(services: list[Service]) -> None:
    expected = from_the_journal(at=AT)
    assert sum(each.opened for each in expected.values()) > 100
    assert sum(each.reopened for each in expected.values()) > 0
    for service in services:
        card, known = card_of(service, at=AT), expected.get(service.pk, Expected())
        told = {code: card.figure(code).value for code in known.figures()}
        assert told == known.figures(), service.code
        assert card.bands[0].count == known.young, service.code
        assert sum(band.count for band in card.bands) == known.backlog


def test_promises_equal_a_plain_count(services: list[Service]) -> None:
    decided, kept = promises_by_service(at=AT)
    assert sum(decided.values()) > sum(kept.values()) > 100
    whole = days_between(date(2024, 1, 1), LAST, zone=ZONE)
    told_decided, told_kept = {}, {}
    for service in services:
        card = report_card("service", service.code, period=whole, actor=SYSTEM, at=AT)
        for each in card.attainments:
            if each.kind in ("respond", "resolve"):
                goal = "" if each.goal is None else f"{each.goal:.2f}"
                key = (service.pk, each.kind, each.priority, goal)
                told_decided[key], told_kept[key] = each.decided, each.kept
    assert told_decided == dict(decided)
    assert {key: count for key, count in told_kept.items() if count} == {
        key: count for key, count in kept.items() if count
    }


def test_each_figure_is_the_length_of_its_list(services: list[Service]) -> None:
    looked_at = 0
    for service in services[:12]:
        card = card_of(service, at=AT)
        lists = [(each.listed, each.selection) for each in card.now.figures.values()]
        lists += [(band.count, band.selection) for band in card.bands]
        lists += [(goal.listed, goal.selection) for goal in card.goals]
        for each in card.attainments:
            lists += [
                (each.decided, each.selection),
                (each.kept, each.kept_selection),
                (each.broken, each.broken_selection),
            ]
        for measured in card.trend[:-1]:
            lists += [(each.listed, each.selection) for each in measured.figures.values()]
        for count, selection in lists:
            if selection is not None:
                assert case_count(selection, actor=SYSTEM, at=AT) == count, selection
                looked_at += 1
    assert looked_at > 1_000


def test_every_door_tells_the_same(services: list[Service]) -> None:
    now = datetime.now(UTC)
    expected = from_the_journal(at=now)
    client, headers = _manager()
    for service in services:
        figures = expected.get(service.pk, Expected()).figures()
        address = f"/governance/report-cards/service/{service.code}"
        query = f"?from={FIRST}&until={LAST}&zone={ZONE}"
        assert _on_screen(client, address + query) == {
            code: _text(value) for code, value in figures.items() if code != "net"
        }, service.code
        text = _in_document(client, f"{address}/pdf{query}")
        for name, code in NAMES.items():
            assert f"{name} {_text(figures[code])} " in text, (service.code, name)
        assert _in_workbook(client, f"{address}/xlsx{query}") == {
            name: _plain(figures[code]) for name, code in NAMES.items()
        }
        assert _by_interface(client, service.code, headers) == {
            code: _plain(value, spans=True) for code, value in figures.items()
        }


NAMES = {
    "Opened": "opened",
    "Ended": "ended",
    "Solved": "resolved",
    "Withdrawn": "withdrawn",
    "Net": "net",
    "Open at the end": "backlog",
    "From opening to solution, median": "wall_median",
    "From opening to solution, 90th percentile": "wall_p90",
    "Reopened": "reopening_rate",
    "Hand-overs": "hand_overs",
}


def _manager() -> tuple[Client, dict[str, str]]:
    account = Account.objects.get(username="manager")
    client = Client()
    client.force_login(account)
    secret = issue_token(
        account.person_id,
        name="Test",
        permissions=PERMISSIONS,
        expires_at=None,
        actor=SYSTEM,
        at=AT,
    )
    return client, {"Authorization": f"Bearer {secret}"}


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, timedelta):
        hours, minutes = divmod(value // MINUTE, 60)
        return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"
    return (
        f"{value}%"
        if isinstance(value, Decimal) and value.as_tuple().exponent == -1
        else f"{value}"
    )


def _plain(value: Any, *, spans: bool = False) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds() if spans else value
    return None if value is None else float(value)


def _on_screen(client: Client, address: str) -> dict[str, str]:
    page = client.get(address).content.decode()
    found = re.findall(r'data-figure="(\w+)">([^<]*)</a>', page)
    figures = {code: unescape(text) for code, text in found}
    return {code: figures[code] for code in NAMES.values() if code != "net"}


def _in_document(client: Client, address: str) -> str:
    content = client.get(address).content
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return " ".join(text.replace(NO_WIDTH, "").split())


def _in_workbook(client: Client, address: str) -> dict[str, Any]:
    sheet = load_workbook(BytesIO(client.get(address).content))["Figures"]
    found = {}
    for name, _unit, number, _before, span, *_more in sheet.iter_rows(min_row=2, values_only=True):
        if name in NAMES:
            found[str(name)] = span if span is not None else number
    return {name: _span(value) for name, value in found.items()}


def _span(value: Any) -> Any:
    """Return a span as such: openpyxl reads one below a day as a time of day."""
    if hasattr(value, "hour") and not isinstance(value, datetime):
        return timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    return value if isinstance(value, timedelta) or value is None else float(value)


def _by_interface(client: Client, code: str, headers: dict[str, str]) -> dict[str, Any]:
    address = f"/api/v1/report-cards/service/{code}?first_day={FIRST}&last_day={LAST}"
    answer = client.get(f"{address}&time_zone={ZONE}", headers=headers)
    assert answer.status_code == 200, answer.content
    figures = {each["measure"]: each["value"] for each in json.loads(answer.content)["figures"]}
    return {code: figures[code] for code in NAMES.values()}
