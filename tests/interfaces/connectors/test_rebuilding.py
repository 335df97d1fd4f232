"""The clocks of an imported log: proven equal to the journal, and rebuilt to the same rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.interfaces.connectors.servicenow import BUSY, ODD, PLAIN, write_log
from timshel.interfaces.cli.clocks import _check, _rebuild
from timshel.interfaces.cli.exits import Stop
from timshel.interfaces.connectors.packs import load_standard
from timshel.interfaces.connectors.servicenow_log.importing import import_log
from timshel.kernel.actor import Channel, system_actor
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.models import Clock
from timshel.resolution_fulfilment.incident.actions import reply_to_incident
from timshel.support.communication.models import OutgoingMessage

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
IMPORTER = system_actor("timshel import", Channel.IMPORT)


@pytest.fixture(autouse=True)
def _imported(db: None, tmp_path: Path) -> None:
    load_standard(actor=IMPORTER, at=NOW)
    path = write_log(tmp_path / "log.csv", [*PLAIN, *BUSY, *ODD])
    import_log(path, actor=IMPORTER, at=NOW, report_path=tmp_path / "report.csv")
    assert Clock.objects.count() >= 6


def rows() -> list[dict[str, Any]]:
    """Return all clocks but for what was told of them and when they were read."""
    aside = {"id", "told", "breach_announced_at", "read_at", "elapsed"}
    stored = Clock.objects.order_by("work_item_id", "kind", "lap").values()
    return [{key: value for key, value in row.items() if key not in aside} for row in stored]


def test_an_import_leaves_what_the_journal_says(capsys: pytest.CaptureFixture[str]) -> None:
    _check(at=NOW + timedelta(days=1))
    count = Clock.objects.count()
    assert f"All {count} clocks equal what the journal says." in capsys.readouterr().out


def test_rebuilding_gives_the_same_rows_and_tells_nobody() -> None:
    before = rows()
    _rebuild(at=NOW + timedelta(days=1))
    assert rows() == before
    Clock.objects.all().delete()
    _rebuild(at=NOW + timedelta(days=1))
    assert rows() == before
    assert not OutgoingMessage.objects.exists()


def test_what_was_spoilt_is_named_and_mended(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third = Clock.objects.order_by("pk")[:3]
    Clock.objects.filter(pk=first.pk).update(target=timedelta(minutes=7))
    Clock.objects.filter(pk=second.pk).delete()
    Clock.objects.filter(pk=third.pk).update(lap=9)
    with pytest.raises(Stop) as stopped:
        _check(at=NOW)
    assert str(stopped.value).startswith("4 of ")
    said = capsys.readouterr().out
    number = WorkItem.objects.get(pk=first.work_item_id).number
    assert f"{number} {first.kind} 1: target is 0:07:00, not {first.target}" in said
    assert f"{second.kind} {second.lap}: is missing" in said
    assert f"{third.kind} 9: is stored, but not promised" in said
    assert Clock.objects.filter(target=timedelta(minutes=7)).exists(), "checking writes nothing"
    _rebuild(at=NOW)
    _check(at=NOW)


def test_a_clock_that_runs_on_is_no_difference() -> None:
    """What runs uses time and may become late after it was stored; that makes no cache wrong."""
    _check(at=NOW + timedelta(days=400))


def test_an_answer_that_came_meanwhile_is_no_difference() -> None:
    number = WorkItem.objects.exclude(stage__in=["closed", "resolved"]).first()
    if number is not None:
        reply_to_incident(
            number.number, text="Seen.", actor=system_actor(), at=NOW + timedelta(hours=1)
        )
    _check(at=NOW + timedelta(hours=2))
