"""A communication plan of a pack: planned, told and answered in the past, and loaded once."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from tests.cast import AT, SYSTEM, Cast
from timshel.interfaces.connectors.packs import InvalidPack, packs_directory
from timshel.interfaces.connectors.packs.files import PackFile, pack_file
from timshel.interfaces.connectors.packs.management.communication_plan import (
    load_communication_plan,
)
from timshel.kernel.journal.models import Entry
from timshel.support.communication_plan.models import Feedback, PlannedCommunication

pytestmark = pytest.mark.django_db
WORK = {
    "subject": "Planned work",
    "message": "What is done",
    "stakeholders": "All staff",
    "owner": "tamsin.harrowgate",
    "due_in": 3,
    "medium": "mail",
    "rhythm": "yearly",
    "is_open": True,
    "days_ago": 500,
    "told": [{"days_ago": 400, "said": "By mail"}, {"days_ago": 30, "said": "By mail"}],
    "heard": [
        {"who": "A supplier", "text": "Well done", "days_ago": 20},
        {"person": "imre.castellane", "text": "Too late", "days_ago": 20, "answer": "Thank you."},
    ],
}
GONE = {
    **{name: WORK[name] for name in ("subject", "message", "stakeholders", "owner", "medium")},
    "due_in": -3,
    "days_ago": 50,
    "cancelled": {"days_ago": 10, "reason": "It is put off."},
}


def written(tmp_path: Path, *rows: object) -> PackFile:
    directory = Path(shutil.copytree(packs_directory(), tmp_path / "packs"))
    path = directory / "demonstration" / "communication-plan.yaml"
    text = yaml.safe_dump({"keeper": "bastian.nwosu", "communications": rows})
    path.write_text(text, encoding="utf-8")
    return pack_file("demonstration/communication-plan.yaml", directory=directory)


def test_it_is_loaded_once(cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path, WORK, GONE)
    assert load_communication_plan(file, actor=SYSTEM, at=AT) == 2
    before = Entry.objects.count()
    assert load_communication_plan(file, actor=SYSTEM, at=AT) == 0
    assert Entry.objects.count() == before
    first, second = PlannedCommunication.objects.order_by("pk")
    assert (first.state, second.state) == ("planned", "cancelled")
    assert first.due_date > AT.date() > first.due_date - timedelta(days=366)
    assert Feedback.objects.waiting().count() == 1


def test_what_is_wrong_is_told_with_its_place(cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path, WORK, {**GONE, "owner": "nobody"})
    with pytest.raises(InvalidPack, match="communications"):
        load_communication_plan(file, actor=SYSTEM, at=AT)
