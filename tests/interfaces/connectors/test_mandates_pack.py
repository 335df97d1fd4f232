"""Mandates of a pack: written, put into force and ended in the past, and loaded once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from tests.cast import AT, SYSTEM, Cast
from timshel.interfaces.connectors.packs import InvalidPack, packs_directory
from timshel.interfaces.connectors.packs.files import PackFile, pack_file
from timshel.interfaces.connectors.packs.management.mandates import load_mandates
from timshel.kernel.journal.models import Entry
from timshel.leadership.mandate.models import Mandate
from timshel.leadership.mandate.states import MandateState

pytestmark = pytest.mark.django_db
BUYING = {
    "title": "Purchases",
    "subject": "purchase",
    "person": "tamsin.harrowgate",
    "limit": 5000,
    "currency": "GBP",
    "granted_by": "wendell.achterberg",
    "rests_on": "Decision of the board",
    "since_days_ago": 400,
    "until_in": -10,
    "days_ago": 405,
    "in_force_days_ago": 400,
    "ending": {"how": "ended", "days_ago": 10, "reason": "It ran out."},
}
DRAFT = {
    "title": "Papers",
    "subject": "document",
    "role": "auditor",
    "unit": "it",
    "granted_by": "wendell.achterberg",
    "rests_on": "Decision of the board",
    "since_days_ago": -5,
    "days_ago": 3,
}


def written(tmp_path: Path, *rows: object) -> PackFile:
    directory = Path(shutil.copytree(packs_directory(), tmp_path / "packs"))
    path = directory / "demonstration" / "mandates.yaml"
    text = yaml.safe_dump({"keeper": "bastian.nwosu", "mandates": rows})
    path.write_text(text, encoding="utf-8")
    return pack_file("demonstration/mandates.yaml", directory=directory)


def test_they_are_loaded_once(cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path, BUYING, DRAFT)
    assert load_mandates(file, actor=SYSTEM, at=AT) == 2
    before = Entry.objects.count()
    assert load_mandates(file, actor=SYSTEM, at=AT) == 0
    assert Entry.objects.count() == before
    first, second = Mandate.objects.order_by("pk")
    assert (first.state, str(first.valid_until)) == ("ended", "2026-02-20")
    assert (first.in_force_by, second.state) == (first.in_force_by, "draft")
    assert first.in_force_by is not None
    assert first.in_force_by.code == "bastian.nwosu"


def test_what_cannot_be_used_is_named(cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path, {**DRAFT, "role": "nothing"})
    with pytest.raises(InvalidPack, match="mandates"):
        load_mandates(file, actor=SYSTEM, at=AT)


def test_the_demonstration_holds_every_state() -> None:
    rows = pack_file("demonstration/mandates.yaml", directory=packs_directory()).data["mandates"]
    found = {
        row["ending"]["how"]
        if "ending" in row
        else ("in_force" if "in_force_days_ago" in row else "draft")
        for row in rows
    }
    assert found == {each.value for each in MandateState}
