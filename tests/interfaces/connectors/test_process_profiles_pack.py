"""Processes of a pack: described, tied and reviewed in the past, and loaded once."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cast import AT, SYSTEM, Cast
from timshel.interfaces.connectors.packs import InvalidPack, packs_directory
from timshel.interfaces.connectors.packs.files import PackFile, pack_file
from timshel.interfaces.connectors.packs.management.process_profiles import load_process_profiles
from timshel.kernel.journal.models import Entry
from timshel.leadership.process_profile.models import ProcessProfile
from timshel.leadership.process_profile.queries import profile, profile_history
from timshel.leadership.process_profile.states import ProfileState
from timshel.leadership.responsibility.actions import (
    NewAssignment,
    assign,
    define_role,
    save_matrix,
)
from timshel.leadership.responsibility.rules import ActivityContent, MatrixContent, MatrixKey
from timshel.leadership.responsibility.states import SubjectKind

pytestmark = pytest.mark.django_db
NAME = "process-profiles"


def demonstration() -> dict[str, Any]:
    path = packs_directory() / "demonstration" / f"{NAME}.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for row in found["processes"]:
        row.pop("diagrams", None)  # the cast has drawn none
        for each in row.get("reviews", ()):
            each["by"] = "tamsin.harrowgate"  # who answers for it in these tests, not for long
    return found


def written(tmp_path: Path, content: dict[str, Any]) -> PackFile:
    directory = Path(shutil.copytree(packs_directory(), tmp_path / "packs"))
    path = directory / "demonstration" / f"{NAME}.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return pack_file(f"demonstration/{NAME}.yaml", directory=directory)


def test_those_of_the_demonstration_are_loaded_once(cast: Cast, tmp_path: Path) -> None:
    define_role("manager", name="Incident manager", actor=SYSTEM, at=AT)
    content = MatrixContent(
        "Incidents", ("manager",), (ActivityContent("Take it", {"manager": "RA"}),)
    )
    save_matrix(MatrixKey(SubjectKind.PROCESS, "incident"), content=content, actor=SYSTEM, at=AT)
    held = NewAssignment("manager", valid_from=date(2025, 12, 1), person="tamsin.harrowgate")
    assign(held, actor=SYSTEM, at=AT)
    file = written(tmp_path, demonstration())
    assert load_process_profiles(file, actor=SYSTEM, at=AT) == 6
    before = Entry.objects.count()
    assert load_process_profiles(file, actor=SYSTEM, at=AT) == 0
    assert Entry.objects.count() == before
    view = profile("incident", actor=cast.auditor, at=AT)
    assert view.row.reviewed_on == (AT - timedelta(days=40)).date()
    assert [each.code for each in view.machines] == ["work", "call-back"]
    assert {each.code for each in view.outputs} >= {"service-request", "change-approval"}
    reviews = [
        each.actor_name
        for each in profile_history("incident", actor=cast.auditor, at=AT)
        if each.verb == "process_profile.reviewed"
    ]
    assert reviews == ["Tamsin Harrowgate", SYSTEM.name]
    assert ProcessProfile.objects.get(state=ProfileState.RETIRED).code == "telephone-log"
    for row in ProcessProfile.objects.all():
        assert set(row.translations["fr"]) >= {"name", "purpose"}


def test_what_cannot_be_used_is_told(cast: Cast, tmp_path: Path) -> None:
    content = demonstration()
    content["processes"][0]["machines"] = ["nothing"]
    with pytest.raises(InvalidPack, match="nothing"):
        load_process_profiles(written(tmp_path, content), actor=SYSTEM, at=AT)
