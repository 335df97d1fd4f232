"""What the catalogue shows and finds, for whom, and in how many queries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast
from timshel.kernel.errors import NotFound
from timshel.service_portfolio.catalogue import actions
from timshel.service_portfolio.catalogue.models import Entry
from timshel.service_portfolio.catalogue.queries.browsing import (
    area_tiles,
    area_view,
    other_tiles,
    popular_tiles,
    recent_tiles,
    service_tiles,
)
from timshel.service_portfolio.catalogue.queries.finding import find_offerings
from timshel.service_portfolio.catalogue.queries.page import offering_page

BY: dict[str, Any] = {"actor": SYSTEM, "at": AT}
PAGES: dict[str, dict[str, Any]] = {
    "laptop-standard": {
        "name": "A laptop",
        "summary": "A computer to carry with you.",
        "keywords": "notebook",
        "related": ["laptop-dock", "heating-room"],
        "translations": {
            "fr": {
                "name": "Un ordinateur portable",
                "text": "Pour travailler partout.",
                "questions": [{"question": "Et l’ancien ?", "answer": "Rendez-le."}],
            }
        },
        "questions": [{"question": "And the old one?", "answer": "Give it back."}],
    },
    "laptop-dock": {"name": "A screen for your desk", "summary": "With a dock for a laptop."},
    "mail-box": {
        "name": "A shared mailbox",
        "summary": "For a team.",
        "translations": {"fr": {"name": "Une boîte aux lettres partagée", "summary": "Équipe."}},
    },
    "heating-room": {"name": "A word about the heating", "summary": "Say it.", "purpose": "idea"},
}
ENTITLED: dict[str, list[dict[str, str]]] = {
    "laptop-standard": [{"audience": "staff"}],
    "laptop-dock": [{"unit": "climate"}],
    "mail-box": [{"audience": "everybody"}],
    "heating-room": [{"audience": "everybody"}],
}


@pytest.fixture
def catalogue(cast: Cast) -> Cast:
    """Return the cast with four pages in force."""
    for code, page in PAGES.items():
        content = {"text": "In plain words.", **page}
        actions.save_page_draft(code, content=content, seen_revision=0, **BY)
        actions.publish_page(code, **BY)
        actions.set_entitlements(code, rows=ENTITLED[code], **BY)
    return cast


def codes(tiles: Any) -> list[str]:
    return [tile.code for tile in tiles]


def test_areas_hold_what_the_reader_may_ask_for(
    catalogue: Cast, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        areas = area_tiles(actor=catalogue.requester, at=AT)
    assert [(area.code, [(s.code, s.count) for s in area.services]) for area in areas] == [
        ("computer", [("laptop", 2), ("mail", 1)]),
        ("building", [("heating", 1)]),
    ]
    areas = area_tiles(actor=catalogue.customer, at=AT)
    assert [(area.code, [s.code for s in area.services]) for area in areas] == [
        ("computer", ["mail"]),
        ("building", ["heating"]),
    ]
    (french, _) = area_tiles(actor=catalogue.french_requester, at=AT)
    assert french.name == "Ordinateur, téléphone et impression"


def test_an_area_shows_its_offerings_by_service(
    catalogue: Cast, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        area = area_view("computer", actor=catalogue.requester, at=AT)
    assert [(each.code, codes(each.tiles)) for each in area.services] == [
        ("laptop", ["laptop-standard", "laptop-dock"]),
        ("mail", ["mail-box"]),
    ]
    with pytest.raises(NotFound):
        area_view("nowhere", actor=catalogue.requester, at=AT)
    assert codes(service_tiles("laptop", actor=catalogue.customer, at=AT)) == []


def test_popular_recent_and_what_is_no_order(
    catalogue: Cast, django_assert_num_queries: Any
) -> None:
    Entry.objects.filter(offering__code="mail-box").update(requests_90_days=5)
    requester = catalogue.requester
    with django_assert_num_queries(1):
        assert codes(popular_tiles(actor=requester, at=AT, limit=2))[0] == "mail-box"
    assert sorted(codes(recent_tiles(actor=requester, at=AT))) == [
        "laptop-dock",
        "laptop-standard",
        "mail-box",
    ]
    assert codes(other_tiles(actor=requester, at=AT)) == ["heating-room"]
    assert codes(popular_tiles(actor=catalogue.customer, at=AT)) == ["mail-box"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("laptop", ["laptop-standard", "laptop-dock"]),
        ("I need a new notebook, please", ["laptop-standard"]),
        ("labtop", ["laptop-standard", "laptop-dock"]),
        ("LAPTOPP", ["laptop-standard", "laptop-dock"]),
        ("ordinateur", ["laptop-standard"]),
        ("boite partagee", ["mail-box"]),
        ("boîte aux lettres", ["mail-box"]),
        ("mailbx", ["mail-box"]),
        ("screen dock", ["laptop-dock"]),
        ("xyzzy", []),
        ("", []),
        ("%", []),
        ("\0", []),
    ],
)
def test_what_was_meant_is_found(
    catalogue: Cast, django_assert_max_num_queries: Any, text: str, found: list[str]
) -> None:
    with django_assert_max_num_queries(2):
        first = find_offerings(text, actor=catalogue.requester, at=AT, limit=len(found) or 5)
    assert codes(first) == found


def test_nothing_is_found_that_is_for_others(catalogue: Cast) -> None:
    assert codes(find_offerings("laptop", actor=catalogue.customer, at=AT)) == []
    assert codes(find_offerings("labtop", actor=catalogue.customer, at=AT)) == []
    other = catalogue.other_requester
    assert codes(find_offerings("laptop", actor=other, at=AT)) == ["laptop-standard"]


def test_a_page_tells_everything_to_whom_it_is_for(
    catalogue: Cast, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(4):
        page = offering_page("laptop-standard", actor=catalogue.requester, at=AT)
    assert (page.tile.name, page.owner) == ("A laptop", "Adaeze Thornquist")
    assert codes(page.related) == ["laptop-dock", "heating-room"]
    assert [each.audience for each in page.entitled] == ["staff"]
    french = offering_page("laptop-standard", actor=catalogue.french_requester, at=AT)
    assert french.text == "Pour travailler partout."
    assert [(q.question, q.answer) for q in french.questions] == [("Et l’ancien ?", "Rendez-le.")]
    other = offering_page("laptop-standard", actor=catalogue.other_requester, at=AT)
    assert codes(other.related) == ["heating-room"]
    for code in ("laptop-standard", "nothing", "\0"):
        with pytest.raises(NotFound):
            offering_page(code, actor=catalogue.customer, at=AT)
