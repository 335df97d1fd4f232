"""Objectives of a pack: set, read and judged in the past, and loaded once."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from tests.cast import AT, SYSTEM, Cast
from timshel.interfaces.connectors.packs import InvalidPack, packs_directory
from timshel.interfaces.connectors.packs.files import PackFile, pack_file
from timshel.interfaces.connectors.packs.management.objectives import load_objectives
from timshel.kernel.journal.models import Entry
from timshel.planning.objective.queries import objective, objective_tree

pytestmark = pytest.mark.django_db
GOAL = {"key": "trust", "level": "goal", "title": "Trust", "owner": "wendell.achterberg"}
READ = {
    "key": "back",
    "level": "objective",
    "parent": "trust",
    "title": "Few come back",
    "owner": "tamsin.harrowgate",
    "made": 200,
    "due_in": -10,
    "unit": "%",
    "direction": "at_most",
    "baseline": 10,
    "target": 5,
    "readings": [9, 8, 7.5],
    "ended": {"how": "missed", "days_ago": 5, "outcome": "Not enough"},
}
COUNTED = {
    **{name: value for name, value in READ.items() if name not in ("ended", "unit")},
    "key": "counted",
    "owner": "jonas.okereke",
    "measure": "reopening_rate",
    "of": "service:mail",
    "newest": 3,
}


def written(tmp_path: Path, *rows: object) -> PackFile:
    directory = Path(shutil.copytree(packs_directory(), tmp_path / "packs"))
    path = directory / "demonstration" / "objectives.yaml"
    path.write_text(yaml.safe_dump({"objectives": rows}), encoding="utf-8")
    return pack_file("demonstration/objectives.yaml", directory=directory)


def test_they_are_loaded_once(cast: Cast, tmp_path: Path) -> None:
    goal = {**GOAL, "made": 300, "due_in": 100}
    draft = {**READ, "key": "draft", "draft": True}
    file = written(tmp_path, goal, READ, COUNTED, draft)
    assert load_objectives(file, actor=SYSTEM, at=AT) == 4
    before = Entry.objects.count()
    assert load_objectives(file, actor=SYSTEM, at=AT) == 0
    assert Entry.objects.count() == before
    tree = objective_tree(actor=cast.auditor, at=AT)
    assert [each.state for each in tree] == ["agreed", "missed", "agreed", "draft"]
    first = objective(tree[1].number, actor=cast.auditor, at=AT)
    assert [f"{each.day} {each.value}" for each in first.readings] == [
        "2025-12-31 9.000",
        "2026-01-31 8.000",
        "2026-02-28 7.500",
    ]
    assert {each.read_by for each in first.readings} == {cast.lead.name}
    assert first.row.ended_at == AT - timedelta(days=5)
    second = objective(tree[2].number, actor=cast.auditor, at=AT)
    assert str(second.readings[-1].day) == "2025-12-31"
    assert second.row.is_overdue


def test_what_cannot_be_used_is_named_with_its_place(cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path, {**GOAL, "made": 3, "due_in": 100}, {**COUNTED, "measure": "magic"})
    with pytest.raises(InvalidPack, match=r"objectives.yaml, line \d+, .*measure"):
        load_objectives(file, actor=SYSTEM, at=AT)
