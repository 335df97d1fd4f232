"""Catalogue, forms and processes go from one installation to another as files, without loss."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cast import AT, SYSTEM, Cast
from timshel.interfaces.connectors.packs import InvalidPack
from timshel.interfaces.connectors.packs.content_files import (
    compare_content,
    export_content,
    import_content,
)
from timshel.service_portfolio.catalogue import actions
from timshel.service_portfolio.catalogue.models import Entitlement, FormVersion, PageVersion
from timshel.service_portfolio.catalogue.queries import orderable

BY: dict[str, Any] = {"actor": SYSTEM, "at": AT}
FORM: dict[str, Any] = {
    "title": "A laptop",
    "translations": {"fr": {"title": "Un portable"}},
    "steps": [
        {
            "key": "machine",
            "title": "Which machine",
            "fields": [{"key": "why", "type": "text", "label": "What for?", "required": True}],
        }
    ],
}
PAGE: dict[str, Any] = {
    "name": "A laptop: “the” one",
    "summary": "yes",
    "keywords": "- notebook #1",
    "text": "First line\n\n**Bold**: second\n  indented\ttab \nlast",
    "icon": "device-laptop",
    "price": {"amount": "1250.50", "currency": "GBP", "per": "year"},
    "form": "laptop",
    "process": "simple",
    "questions": [{"question": "no?", "answer": "1: yes\n2: no"}],
    "documents": [{"title": "Read", "address": "https://here.example/a?b=c#d"}],
    "related": ["mail-box"],
    "review_date": "2027-03-01",
    "translations": {
        "fr": {"name": "Œuvre", "questions": [{"question": "non ?", "answer": "oui"}]}
    },
}
ROWS = [{"audience": "staff", "unit": "climate"}, {"audience": "customers"}]


@pytest.fixture
def house(cast: Cast) -> Cast:
    """Return the cast with a form and a page in force."""
    actions.save_form_draft("laptop", content=FORM, seen_revision=0, **BY)
    actions.publish_form("laptop", **BY)
    actions.save_page_draft("laptop-standard", content=PAGE, seen_revision=0, **BY)
    actions.publish_page("laptop-standard", **BY)
    actions.set_entitlements("laptop-standard", rows=ROWS, **BY)
    return cast


def contents(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*.*"))
    }


def emptied() -> None:
    actions.retire_page("laptop-standard", **BY)
    actions.retire_form("laptop", **BY)
    Entitlement.objects.all().delete()


def test_what_goes_out_comes_back_the_same(house: Cast, tmp_path: Path) -> None:
    export_content(tmp_path / "first")
    before = {
        "page": PageVersion.objects.get(state="published").content,
        "form": FormVersion.objects.get(code="laptop", state="published").content,
    }
    compared = compare_content(tmp_path / "first")
    assert (compared.changes, compared.only_here) == ((), ())
    emptied()
    compared = compare_content(tmp_path / "first")
    assert [(each.kind, each.code, each.is_new) for each in compared.changes] == [
        ("form", "laptop", True),
        ("page", "laptop-standard", True),
    ]
    assert import_content(compared, publish=True, **BY) == 2
    assert PageVersion.objects.get(state="published").content == before["page"]
    assert FormVersion.objects.get(code="laptop", state="published").content == before["form"]
    export_content(tmp_path / "second")
    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    page = orderable("laptop-standard", actor=house.requester, at=AT)
    assert page.item.content.text == PAGE["text"]


def test_without_publishing_it_becomes_drafts_and_nobody_sees_it(
    house: Cast, tmp_path: Path
) -> None:
    export_content(tmp_path)
    emptied()
    import_content(compare_content(tmp_path), publish=False, **BY)
    assert PageVersion.objects.filter(state="draft").count() == 1
    assert FormVersion.objects.filter(state="draft").count() == 1
    assert not Entitlement.objects.exists()


def test_a_difference_is_told_field_by_field_with_whose_draft_it_replaces(
    house: Cast, tmp_path: Path
) -> None:
    export_content(tmp_path)
    path = tmp_path / "catalogue" / "computer.yaml"
    data = yaml.safe_load(path.read_text())
    data["offerings"][0]["summary"] = "Another."
    data["offerings"][0]["entitled"] = [{"audience": "everybody"}]
    path.write_text(yaml.safe_dump(data))
    actions.save_page_draft(
        "laptop-standard", content=PAGE, seen_revision=0, actor=house.service_owner, at=AT
    )
    (change,) = compare_content(tmp_path).changes
    assert (change.kind, change.parts) == ("page", ("summary", "entitled"))
    assert change.replaces == house.service_owner.name


def test_what_is_retired_loses_its_file(house: Cast, tmp_path: Path) -> None:
    export_content(tmp_path)
    assert (tmp_path / "forms" / "laptop.yaml").exists()
    emptied()
    export_content(tmp_path)
    assert not (tmp_path / "forms" / "laptop.yaml").exists()


def test_a_file_that_cannot_be_used_says_where_and_nothing_is_brought(
    house: Cast, tmp_path: Path
) -> None:
    export_content(tmp_path)
    (tmp_path / "catalogue" / "odd.yaml").write_text(
        "offerings:\n  - {code: nothing, purpose: order, text: x, entitled: []}\n"
    )
    with pytest.raises(InvalidPack) as refusal:
        compare_content(tmp_path)
    assert "catalogue/odd.yaml, line 2" in str(refusal.value)
