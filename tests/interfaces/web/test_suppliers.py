"""The page of suppliers: who sees it, and how they are added and changed."""

from __future__ import annotations

from tests.cast import Cast
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.service_portfolio.parties.models import Supplier

ADDRESS = "/administration/suppliers"
GIVEN = {"code": "quillon", "name": " Quillon Software ", "email": "help@quillon.example"}


def test_they_are_listed_with_the_way_to_change_them(cast: Cast) -> None:
    page = text_of(browser_of(cast.administrator).get(ADDRESS))
    assert "Northmere Devices" in page
    assert f"{ADDRESS}/northmere/change" in page
    assert f"{ADDRESS}/new" in page


def test_who_may_only_look_sees_no_way_to_change_them(cast: Cast) -> None:
    browser = browser_of(cast.auditor)
    page = text_of(browser.get(ADDRESS))
    assert "Northmere Devices" in page
    assert "/change" not in page
    for address in ("/new", "/northmere/change"):
        assert browser.get(f"{ADDRESS}{address}").status_code == 403


def test_one_is_added(cast: Cast) -> None:
    browser = browser_of(cast.administrator)
    answer = browser.post(f"{ADDRESS}/new", GIVEN)
    assert answer.status_code == 302
    made = Supplier.objects.get(code="quillon")
    assert (made.name, made.email, made.is_active) == (
        "Quillon Software",
        "help@quillon.example",
        True,
    )
    assert "The supplier is known from now on." in words_of(browser.get(ADDRESS))


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(cast: Cast) -> None:
    browser = browser_of(cast.administrator)
    answer = browser.post(f"{ADDRESS}/new", {**GIVEN, "code": "northmere", "phone": "123"})
    assert answer.status_code == 422
    page = text_of(answer)
    assert 'value="123"' in page
    assert "id_code_error" in page
    assert Supplier.objects.count() == 1


def test_one_is_changed_and_no_longer_worked_with(cast: Cast) -> None:
    browser = browser_of(cast.administrator)
    address = f"{ADDRESS}/northmere/change"
    assert 'value="Northmere Devices"' in text_of(browser.get(address))
    answer = browser.post(address, {"name": "Northmere", "phone": "+44 1632 960000"})
    assert answer.status_code == 302
    changed = Supplier.objects.get()
    assert (changed.name, changed.phone, changed.is_active) == (
        "Northmere",
        "+44 1632 960000",
        False,
    )
    assert "no longer worked with" in words_of(browser.get(ADDRESS))


def test_one_that_is_not_there_is_not_found(cast: Cast) -> None:
    browser = browser_of(cast.administrator)
    assert browser.get(f"{ADDRESS}/nobody/change").status_code == 404


def test_without_any_say_in_it_the_page_is_closed(cast: Cast) -> None:
    assert browser_of(cast.agent).get(ADDRESS).status_code == 403
