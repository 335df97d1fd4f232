"""The catalogue in the administration: writing pages, for whom they are, what is missing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, person_id
from tests.catalogue import publish_catalogue
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.service_portfolio.catalogue.models import Entitlement, Entry, PageVersion

ROOT = "/administration/catalogue"
ONE = f"{ROOT}/offerings/laptop-standard"
TYPED: dict[str, str] = {
    "revision": "0",
    "name": "A light laptop",
    "name_fr": "Un portable léger",
    "summary": "It is light.",
    "text": "Line one\r\nline two",
    "purpose": "order",
    "price_amount": "1 250,00".replace(" ", "\u00a0"),
    "price_currency": "gbp",
    "price_per": "month",
    "part-0-offering": "",
    "part-0-chosen": "yes",
    "part-1-offering": "mail-box",
    "part-1-optional": "yes",
    "part-1-chosen": "yes",
    "question-2-question": "Why?",
    "question-2-answer": "So.",
    "question-2-question_fr": "Pourquoi ?",
    "related-1-code": "laptop-dock",
    "review_date": "2027-03-01",
}


@pytest.fixture
def browser(cast: Cast) -> Client:
    publish_catalogue()
    return browser_of(cast.service_owner)


def test_the_tree_says_where_each_page_stands(browser: Client) -> None:
    page = words_of(browser.get(ROOT))
    assert "4 of 4 offerings are shown." in page
    assert f'href="{ONE}"' in text_of(browser.get(ROOT))


def test_a_page_is_written_looked_at_and_published(browser: Client) -> None:
    answer = browser.post(f"{ONE}/edit", TYPED)
    assert answer.status_code == 302
    draft = PageVersion.objects.get(state="draft")
    assert draft.content == {
        "purpose": "order",
        "name": "A light laptop",
        "summary": "It is light.",
        "text": "Line one\nline two",
        "price": {"amount": "1250.00", "currency": "GBP", "per": "month"},
        "parts": [{"offering": "mail-box", "optional": True, "chosen": True}],
        "questions": [{"question": "Why?", "answer": "So."}],
        "related": ["laptop-dock"],
        "review_date": "2027-03-01",
        "translations": {
            "fr": {"name": "Un portable léger", "questions": [{"question": "Pourquoi ?"}]}
        },
    }
    page = text_of(browser.get(f"{ONE}/edit"))
    assert 'value="Un portable léger"' in page
    assert 'name="revision" value="1"' in page
    assert "A shared mailbox" in text_of(browser.get(f"{ONE}/preview"))
    assert browser.post(f"{ONE}/review", {"message": "Look."}).status_code == 302
    assert "Look." in text_of(browser.get(ONE))
    assert browser.post(f"{ONE}/return", {"message": "Say more."}).status_code == 302
    assert browser.post(f"{ONE}/publish", {"until_date": "2030-01-01"}).status_code == 302
    entry = Entry.objects.select_related("page").get(offering__code="laptop-standard")
    assert (entry.page.number, entry.is_bundle, str(entry.shown_until)) == (2, True, "2030-01-01")
    page = words_of(browser.get(f"{ONE}/versions/2"))
    assert "It is light." in page
    assert "A computer to carry with you." in page


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(browser: Client) -> None:
    answer = browser.post(f"{ONE}/edit", {**TYPED, "price_amount": "much"})
    assert answer.status_code == 422
    page = text_of(answer)
    assert 'id="price_amount_error"' in page
    assert 'value="A light laptop"' in page
    assert not PageVersion.objects.filter(state="draft").exists()


def test_what_somebody_else_saved_meanwhile_is_shown_and_overruled_knowingly(
    browser: Client, cast: Cast
) -> None:
    browser.post(f"{ONE}/edit", TYPED)
    answer = browser.post(f"{ONE}/edit", {**TYPED, "summary": "Mine."})
    assert answer.status_code == 409
    page = text_of(answer)
    assert "It is light." in page
    assert 'name="revision" value="1"' in page
    again = browser.post(f"{ONE}/edit", {**TYPED, "summary": "Mine.", "revision": "1"})
    assert again.status_code == 302
    assert PageVersion.objects.get(state="draft").content["summary"] == "Mine."


def test_a_draft_is_thrown_away_and_an_offering_is_shown_no_longer(browser: Client) -> None:
    browser.post(f"{ONE}/edit", TYPED)
    assert browser.post(f"{ONE}/discard").status_code == 302
    assert browser.post(f"{ONE}/retire").status_code == 302
    assert not Entry.objects.filter(offering__code="laptop-standard").exists()
    assert browser.post(f"{ONE}/publish").status_code == 404


def test_who_may_ask_is_set_and_counted_before(browser: Client) -> None:
    page = words_of(browser.get(f"{ONE}/entitlements"))
    assert "13 people can see this" in page
    assert "Imre Castellane" in page
    rows = {"audience-0": "staff", "unit-0": "climate", "audience-1": "customers"}
    assert "3 people can see this" in words_of(browser.post(f"{ONE}/entitlements/count", rows))
    assert browser.post(f"{ONE}/entitlements", rows).status_code == 302
    assert Entitlement.objects.filter(offering__code="laptop-standard").count() == 2
    answer = browser.post(f"{ONE}/entitlements", {"audience-0": "staff", "unit-0": "nowhere"})
    assert answer.status_code == 422
    assert "There is no “nowhere”." in words_of(answer)
    found = words_of(browser.get(f"{ONE}/entitlements?q=fitz"))
    assert "Nora Fitzallan-Shore" in found


def test_what_a_person_sees_is_told_with_the_reason(browser: Client, cast: Cast) -> None:
    assert "Imre Castellane" in text_of(browser.get(f"{ROOT}/people?q=imre"))
    page = words_of(browser.get(f"{ROOT}/people/{person_id('imre.castellane')}"))
    assert "A screen for your desk" in page
    assert "Climate and Oceans" in page


def test_what_is_missing_is_listed_for_all_and_for_each_owner(browser: Client, cast: Cast) -> None:
    page = words_of(browser.get(f"{ROOT}/health"))
    assert "3 offerings were looked at." in page
    assert "No day is set on which it is looked at again." in page
    page = words_of(browser.get(f"{ROOT}/health?lacks=no_second_level"))
    assert "A shared mailbox" in page
    assert "A laptop" not in page
    owner = cast.service_owner.person_id
    assert "Adaeze Thornquist" in words_of(browser.get(f"{ROOT}/health/{owner}"))
    assert browser.get(f"{ROOT}/health/999999").status_code == 404


def test_functions_are_drawn_and_told(browser: Client) -> None:
    page = text_of(browser.get(f"{ROOT}/functions"))
    assert "<svg" in page
    assert "Device management" in words_of(browser.get(f"{ROOT}/functions"))


@pytest.mark.parametrize("address", [ROOT, f"{ROOT}/health", f"{ROOT}/functions", ONE])
def test_pages_take_a_bounded_number_of_queries(
    browser: Client, address: str, django_assert_max_num_queries: Any
) -> None:
    browser.get(address)  # agreements are read once, and kept until one changes
    with django_assert_max_num_queries(20):
        browser.get(address)
