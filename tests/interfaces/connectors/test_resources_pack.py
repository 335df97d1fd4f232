"""Resources of a pack: with the figures of their quarters and what is planned, and loaded once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from tests.cast import AT, SYSTEM, Cast
from timshel.interfaces.connectors.packs import InvalidPack, packs_directory
from timshel.interfaces.connectors.packs.files import PackFile, pack_file
from timshel.interfaces.connectors.packs.management.resources import load_resources
from timshel.kernel.journal.models import Entry
from timshel.planning.planned_action.models import PlannedAction
from timshel.support.resource.models import Resource, ResourceFigure

pytestmark = pytest.mark.django_db
STORAGE = {
    "kind": "technical",
    "name": "Storage",
    "unit": "TB",
    "owner": "imre.castellane",
    "days_ago": 300,
    "figures": [{"in": -1, "used": 8.5}, {"in": 0, "available": 9, "needed": 10}],
    "action": {
        "title": "Order a shelf",
        "owner": "imre.castellane",
        "due_in": 20,
        "days_ago": 5,
    },
}
OLD = {
    "kind": "technical",
    "name": "Old racks",
    "unit": "racks",
    "owner": "imre.castellane",
    "days_ago": 500,
    "figures": [{"in": -7, "available": 4}],
    "retired_days_ago": 300,
}


def written(tmp_path: Path, *rows: object) -> PackFile:
    directory = Path(shutil.copytree(packs_directory(), tmp_path / "packs"))
    path = directory / "demonstration" / "resources.yaml"
    text = yaml.safe_dump({"keeper": "bastian.nwosu", "resources": rows})
    path.write_text(text, encoding="utf-8")
    return pack_file("demonstration/resources.yaml", directory=directory)


def test_they_are_loaded_once(cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path, STORAGE, OLD)
    assert load_resources(file, actor=SYSTEM, at=AT) == 2
    before = Entry.objects.count()
    assert load_resources(file, actor=SYSTEM, at=AT) == 0
    assert Entry.objects.count() == before
    first, second = Resource.objects.order_by("pk")
    assert (first.is_retired, second.is_retired) == (False, True)
    assert ResourceFigure.objects.count() == 3
    assert PlannedAction.objects.get().title == "Order a shelf"


def test_what_is_wrong_is_told_with_its_place(cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path, STORAGE, {**OLD, "owner": "nobody"})
    with pytest.raises(InvalidPack, match="resources"):
        load_resources(file, actor=SYSTEM, at=AT)
