"""The controlled documents of the demonstration: in every state, and loaded once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cast import SYSTEM, Cast
from timshel.interfaces.connectors.packs.files import InvalidPack, PackFile, pack_file
from timshel.interfaces.connectors.packs.management.documents import load_documents
from timshel.support.documentation.models import Document, DocumentVersion
from timshel.support.documentation.queries import documentation_summary
from timshel.support.documentation.states import VersionState

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def part(*codes: str) -> PackFile:
    """Those documents of the pack that the people and units of the tests suffice for."""
    whole = pack_file("demonstration/documents.yaml")
    rows = []
    for row in whole.data["documents"]:
        if row["code"] in codes:
            told = {**row.get("distribution", {}), "people": []}
            rows.append({**row, "distribution": told, "confirmed": []})
    return PackFile(whole.name, whole.text, {"documents": rows})


CODES = (
    "incident-procedure",
    "request-procedure",
    "service-management-plan",
    "continuity-plan",
    "telephone-list",
    "travel-desk-instruction",
)


def test_documents_stand_in_every_state_and_are_loaded_once(cast: Cast) -> None:
    assert load_documents(part(*CODES), actor=SYSTEM, at=AT) == len(CODES)
    assert set(DocumentVersion.objects.values_list("state", flat=True)) == set(VersionState)
    summary = documentation_summary(AT)
    assert (summary.in_effect, summary.withdrawn, summary.in_review) == (4, 1, 1)
    assert Document.objects.get(code="request-procedure").reviewed_at is not None
    assert load_documents(part(*CODES), actor=SYSTEM, at=AT) == 0


def test_who_is_unknown_is_named_with_the_place(cast: Cast) -> None:
    file = part("incident-procedure")
    file.data["documents"][0]["owner"] = "nobody"
    with pytest.raises(InvalidPack, match="nobody"):
        load_documents(file, actor=SYSTEM, at=AT)
    assert Path(file.name).name == "documents.yaml"
