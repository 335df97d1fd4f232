"""The catalogue on the portal: what is shown, found and hidden."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.catalogue import publish_catalogue
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.service_portfolio.catalogue.models import Entry

OFFERING = "/catalogue/offerings/laptop-standard"


@pytest.fixture
def browser(cast: Cast) -> Client:
    publish_catalogue()
    return browser_of(cast.requester)


def test_the_catalogue_shows_where_to_begin(browser: Client) -> None:
    page = text_of(browser.get("/catalogue"))
    assert 'href="/catalogue/offerings/laptop-standard"' in page
    assert 'href="/catalogue/computer"' in page
    assert 'href="/services/mail"' in page
    assert "A word on heating" in page
    assert "1,250.00" in page


def test_an_empty_catalogue_says_so(cast: Cast) -> None:
    assert "Nothing can be asked for yet" in words_of(browser_of(cast.requester).get("/catalogue"))


def test_words_are_found_narrowed_and_missed(browser: Client) -> None:
    page = words_of(browser.get("/catalogue?q=labtop"))
    assert "2 things fit “labtop”" in page
    assert "A laptop" in page
    page = words_of(browser.get("/catalogue?q=laptop&price=free"))
    assert "1 thing fits" in page
    assert "We found nothing like that" in words_of(browser.get("/catalogue?q=zeppelin"))


def test_suggestions_come_as_part_of_a_page(browser: Client) -> None:
    page = text_of(browser.get("/catalogue/suggest?q=noteb"))
    assert "<html" not in page
    assert f'href="{OFFERING}"' in page
    assert "Nothing in the catalogue is like" in text_of(browser.get("/catalogue/suggest?q=zzzz"))


def test_an_offering_tells_everything(browser: Client) -> None:
    page = text_of(browser.get(OFFERING))
    for words in (
        "<strong>plain</strong>",
        "And the old one?",
        "https://here.example/first",
        "A screen for your desk",
        "Adaeze Thornquist",
        "Staff",
        'href="/order/laptop-standard"',
    ):
        assert words in page, words


def test_what_it_really_took_is_told_with_how_many(browser: Client) -> None:
    Entry.objects.filter(offering__code="laptop-standard").update(
        fulfilled_90_days=4,
        achieved_median=timedelta(days=2, hours=3),
        achieved_ninetieth=timedelta(days=6),
    )
    page = words_of(browser.get(OFFERING))
    assert "half of them within 2 days" in page
    assert "nine in ten within 6 days" in page
    assert "4 deliveries in the last 90 days" in page


def test_what_is_for_others_is_nowhere(browser: Client, cast: Cast) -> None:
    customer = browser_of(cast.customer)
    assert customer.get(OFFERING).status_code == 404
    for address in ("/", "/catalogue", "/catalogue?q=laptop", "/search?q=laptop"):
        assert OFFERING not in text_of(customer.get(address)), address
    assert OFFERING not in text_of(customer.get("/catalogue/suggest?q=laptop"))
    assert "A shared mailbox" in text_of(customer.get("/catalogue/computer"))
    assert OFFERING not in text_of(customer.get("/catalogue/computer"))
    other = browser_of(cast.other_requester)
    assert "A screen for your desk" not in text_of(other.get(OFFERING))
    assert "A screen for your desk" not in text_of(other.get("/services/laptop"))


def test_one_reads_it_in_french(browser: Client, cast: Cast) -> None:
    page = text_of(browser_of(cast.french_requester).get(OFFERING))
    assert "Un ordinateur portable" in page


@pytest.mark.parametrize(
    "address", ["/catalogue", "/catalogue/computer", OFFERING, "/catalogue?q=laptop"]
)
def test_pages_take_a_bounded_number_of_queries(
    browser: Client, address: str, django_assert_max_num_queries: Any
) -> None:
    browser.get(address)
    with django_assert_max_num_queries(18):
        browser.get(address)
