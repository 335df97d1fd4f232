"""The service management plan of a pack: two approved versions and a draft, loaded once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cast import AT, SYSTEM, Cast
from timshel.interfaces.connectors.packs import InvalidPack, packs_directory
from timshel.interfaces.connectors.packs.files import PackFile, pack_file
from timshel.interfaces.connectors.packs.management.plan import load_plan
from timshel.kernel.journal.models import Entry
from timshel.planning.plan.queries import differences, plan, version_list
from timshel.planning.plan.states import Part, PartState

pytestmark = pytest.mark.django_db
HERE = {
    "edmund.farrow": "bastian.nwosu",
    "helena.marchetti": "wendell.achterberg",
}


def written(tmp_path: Path, **more: str) -> PackFile:
    """Return the plan of the demonstration, with people of the cast."""
    directory = Path(shutil.copytree(packs_directory(), tmp_path / "packs"))
    path = directory / "demonstration" / "service-management-plan.yaml"
    text = path.read_text(encoding="utf-8")
    for left, found in {**HERE, **more}.items():
        text = text.replace(left, found)
    path.write_text(text, encoding="utf-8")
    return pack_file("demonstration/service-management-plan.yaml", directory=directory)


def test_it_is_loaded_once(cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path)
    assert load_plan(file, actor=SYSTEM, at=AT) == 3
    before = Entry.objects.count()
    assert load_plan(file, actor=SYSTEM, at=AT) == 0
    assert Entry.objects.count() == before
    rows = version_list(actor=cast.auditor).items
    assert [(row.number, row.state.value) for row in rows] == [
        (3, "draft"),
        (2, "approved"),
        (1, "superseded"),
    ]
    view = plan(actor=cast.process_owner, at=AT)
    states = {each.view.part: each.view.state for each in view.parts}
    assert states[Part.FINANCE] is PartState.THIN
    assert states[Part.TECHNICAL] is PartState.STALE
    assert PartState.MISSING not in states.values()
    differing = {each.view.part for each in view.parts if each.differs}
    assert differing == {Part.OBJECTIVES, Part.TECHNOLOGY}
    found = differences(1, 2, actor=cast.auditor, at=AT)
    sites = next(each for part in found.parts for each in part.lists if each.name == "sites")
    assert (sites.before, sites.after) == (2, 3)
    assert [line.name for line in sites.came] == ["The old workshop"]


@pytest.mark.parametrize(
    ("left", "found"),
    [
        ("approver: wendell.achterberg", "approver: nobody.here"),
        ("approver: wendell.achterberg", "approver: bastian.nwosu"),
        ("owner: zachary.penrose", "owner: nobody.here"),
    ],
)
def test_what_cannot_be_is_said(cast: Cast, tmp_path: Path, left: str, found: str) -> None:
    file = written(tmp_path, **{left: found})
    with pytest.raises(InvalidPack):
        load_plan(file, actor=SYSTEM, at=AT)
