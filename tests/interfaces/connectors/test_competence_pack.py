"""What people of a pack can do and learn: brought in as it was said then, and once only."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cast import AT, SYSTEM, Cast
from timshel.interfaces.connectors.packs import InvalidPack, packs_directory
from timshel.interfaces.connectors.packs.files import PackFile, pack_file
from timshel.interfaces.connectors.packs.management.competences import load_competences
from timshel.kernel.journal.models import Entry
from timshel.support.competence.queries import person_view, skill_list, skills_matrix

pytestmark = pytest.mark.django_db
JONAS, BASTIAN = "jonas.okereke", "bastian.nwosu"
SAID: dict[str, Any] = {
    "skills": [
        {"code": "linux", "name": "Linux", "levels": ["a", "b", "c", "d"]},
        {"code": "old", "name": "Old", "levels": ["", "", "", ""], "retired": True},
    ],
    "needs": [{"skill": "linux", "team": "service-desk", "level": 3, "people": 2}],
    "levels": [
        {"person": JONAS, "skill": "linux", "level": 3, "days_ago": 9, "said_by": BASTIAN},
        {
            "person": JONAS,
            "skill": "old",
            "level": 3,
            "days_ago": 9,
            "said_by": JONAS,
            "then": "decline",
            "judged_by": BASTIAN,
        },
    ],
    "certificates": [
        {
            "person": JONAS,
            "kind": "training",
            "title": "Linux week",
            "issuer": "A school",
            "issued": 30,
            "lasts": 20,
            "withdrawn": "Of somebody else",
        }
    ],
    "paths": [
        {
            "key": "first",
            "name": "First weeks",
            "made": 90,
            "steps": [{"title": "Read"}, {"title": "Do"}],
            "learners": [
                {
                    "person": JONAS,
                    "confirmer": "tamsin.harrowgate",
                    "started": 20,
                    "due_in": 5,
                    "read": 2,
                    "signed": 1,
                    "stopped": True,
                }
            ],
        }
    ],
}


def written(tmp_path: Path, said: dict[str, Any]) -> PackFile:
    directory = Path(shutil.copytree(packs_directory(), tmp_path / "packs"))
    path = directory / "demonstration" / "competences.yaml"
    path.write_text(yaml.safe_dump(said), encoding="utf-8")
    return pack_file("demonstration/competences.yaml", directory=directory)


def test_it_is_loaded_once(cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path, SAID)
    assert load_competences(file, actor=SYSTEM, at=AT) == 7
    before = Entry.objects.count()
    assert load_competences(file, actor=SYSTEM, at=AT) == 0
    assert Entry.objects.count() == before
    view = person_view(JONAS, actor=cast.auditor, at=AT)
    assert [(each.skill_code, each.level) for each in view.holdings] == [("linux", 3), ("old", 0)]
    assert view.certificates[0].reason == "Of somebody else"
    assert (view.learning[0].signed, view.learning[0].state.value) == (1, "stopped")
    assert [each.is_retired for each in skill_list(actor=cast.auditor).items] == [False, True]
    assert skills_matrix(actor=cast.auditor, at=AT).gaps


def test_what_is_wrong_says_where(cast: Cast, tmp_path: Path) -> None:
    wrong = {**SAID, "needs": [{"skill": "linux", "team": "none", "level": 3, "people": 2}]}
    with pytest.raises(InvalidPack):
        load_competences(written(tmp_path, wrong), actor=SYSTEM, at=AT)
