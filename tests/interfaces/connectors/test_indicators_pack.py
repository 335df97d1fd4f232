"""Indicators of a pack: followed in the past, read until now, and loaded once."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cast import AT, SYSTEM, Cast, opened
from timshel.interfaces.connectors.packs import InvalidPack, packs_directory
from timshel.interfaces.connectors.packs.files import PackFile, pack_file
from timshel.interfaces.connectors.packs.management.indicators import load_indicators
from timshel.kernel.journal.models import Entry
from timshel.performance_evaluation.indicator.models import Indicator
from timshel.performance_evaluation.indicator.queries import indicator, scorecard_list

pytestmark = pytest.mark.django_db
ROW: dict[str, Any] = {
    "key": "reported",
    "title": "What is reported",
    "why": "It tells how busy we are.",
    "owner": "jonas.okereke",
    "measure": "opened",
    "frequency": "week",
    "direction": "lower",
    "target": 2,
    "warning": 3,
    "critical": 5,
    "made": 15,
}
CARD = {"title": "Board", "owner": "bastian.nwosu", "indicators": ["reported"], "made": 3}


def written(tmp_path: Path, rows: list[Any], cards: list[Any]) -> PackFile:
    directory = Path(shutil.copytree(packs_directory(), tmp_path / "packs"))
    path = directory / "demonstration" / "indicators.yaml"
    data = {"indicators": rows, "scorecards": cards}
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return pack_file("demonstration/indicators.yaml", directory=directory)


def test_they_are_loaded_once(cast: Cast, tmp_path: Path) -> None:
    for days in (3, 8, 16, 24):
        opened(cast.requester, at=AT - timedelta(days=days))
    retired = {**ROW, "key": "old", "retired": {"days_ago": 2, "reason": "Nobody looked"}}
    card = {**CARD, "for": "service:mail"}
    file = written(tmp_path, [ROW, retired], [CARD, card])
    assert load_indicators(file, actor=SYSTEM, at=AT) == 4
    before = Entry.objects.count()
    assert load_indicators(file, actor=SYSTEM, at=AT) == 0
    assert Entry.objects.count() == before
    first, second = Indicator.objects.order_by("pk")
    assert len(indicator(first.number, actor=cast.auditor, at=AT).readings) == 4
    assert (second.state, second.retired_because) == ("retired", "Nobody looked")
    assert [each.lines for each in scorecard_list(actor=cast.auditor).items] == [1, 1]


@pytest.mark.parametrize(
    ("rows", "cards", "place"),
    [
        ([{**ROW, "owner": "nobody"}], [], "indicators"),
        ([ROW], [{**CARD, "indicators": ["unknown"]}], "scorecards"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(
    cast: Cast, tmp_path: Path, rows: list[Any], cards: list[Any], place: str
) -> None:
    file = written(tmp_path, rows, cards)
    with pytest.raises(InvalidPack, match=place):
        load_indicators(file, actor=SYSTEM, at=AT)
