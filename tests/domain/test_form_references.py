"""What the answers of forms can name, and whom: people of the same house, and nobody else."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from timshel.kernel.forms import Reference
from timshel.service_portfolio.catalogue.queries.references import (
    references_for,
    shown_references,
)

pytestmark = pytest.mark.django_db


def test_staff_name_each_other(cast: Cast) -> None:
    references = references_for(cast.requester)
    found = references.matching("person", "solveig")
    assert [each.code for each in found] == ["solveig.adeyemi"]
    assert found[0].label == "Solveig Adeyemi"
    assert found[0].detail == "Materials"
    assert list(references.known("person", ["solveig.adeyemi", "nobody"])) == ["solveig.adeyemi"]


def test_staff_do_not_find_contacts_of_customers(cast: Cast) -> None:
    references = references_for(cast.requester)
    assert references.matching("person", "nora") == ()
    assert references.known("person", ["nora.fitzallan"]) == {}


def test_a_contact_finds_those_of_the_same_customer_only(cast: Cast) -> None:
    references = references_for(cast.customer)
    assert references.matching("person", "solveig") == ()
    assert references.known("person", ["solveig.adeyemi"]) == {}
    assert [each.code for each in references.matching("person", "nora")] == ["nora.fitzallan"]


def test_who_may_see_everybody_names_everybody(cast: Cast) -> None:
    assert list(references_for(cast.agent).known("person", ["nora.fitzallan"])) == [
        "nora.fitzallan"
    ]


def test_one_letter_finds_nobody(cast: Cast) -> None:
    assert references_for(cast.requester).matching("person", " s ") == ()


def test_people_are_not_listed_and_sites_are(cast: Cast) -> None:
    references = references_for(cast.requester)
    assert references.listed("person") is None
    sites = references.listed("site")
    assert sites is not None
    assert Reference("aldermoor", "Aldermoor") in sites
    assert [each.code for each in references.listed("service") or ()] == [
        "laptop",
        "mail",
        "heating",
    ]


def test_names_come_in_the_readers_language_and_lists_are_read_once(
    cast: Cast, django_assert_num_queries: object
) -> None:
    references = references_for(cast.french_requester)
    with django_assert_num_queries(1):  # type: ignore[operator]
        listed = references.listed("unit") or ()
        known = references.known("unit", [each.code for each in listed])
    assert len(known) == len(listed) > 1


def test_what_was_answered_is_named_by_who_may_read_it(cast: Cast) -> None:
    references = shown_references(language="en")
    assert references.known("person", ["nora.fitzallan"])["nora.fitzallan"].label == (
        "Nora Fitzallan-Shore"
    )
    assert references.known("service", ["laptop", "gone"])["laptop"].label
    assert list(references.known("service", ["laptop", "gone"])) == ["laptop"]
    assert references.known("site", ["aldermoor"])["aldermoor"].label
    assert references.matching("person", "nora") == ()
