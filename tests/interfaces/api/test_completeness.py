"""Whatever a person can do on a page, a program can do as well, or it is said why not.

``web_to_api.csv`` names for each address of the pages the operations that do the same, by their
``operationId``, or the reason why none does. Write a row for a new address by hand.
"""

from __future__ import annotations

import csv
from pathlib import Path

from tests.interfaces.test_rights import routes
from timshel.interfaces.api.operations import declared
from timshel.interfaces.api.urls import API

TABLE = Path(__file__).with_name("web_to_api.csv")


def table() -> dict[str, dict[str, str]]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return {row["route"]: row for row in csv.DictReader(file)}


def pages() -> set[str]:
    """Return the names of all addresses but those of the API."""
    return {route for route in routes() if not route.startswith("api-")}


def test_every_address_of_the_pages_is_in_the_table() -> None:
    lost = sorted(pages() - set(table()))
    assert lost == [], "say in web_to_api.csv which operation does the same, or why none does"


def test_the_table_names_nothing_that_is_gone() -> None:
    gone = sorted(set(table()) - pages())
    assert gone == [], "take them out of web_to_api.csv"
    there = {operation.operation_id for _route, operation in declared(API)}
    unknown = {
        f"{route}: {name}"
        for route, row in table().items()
        for name in row["operations"].split()
        if name not in there
    }
    assert unknown == set()


def test_each_row_names_operations_or_a_reason() -> None:
    for route, row in table().items():
        assert bool(row["operations"]) != bool(row["none_because"]), route
