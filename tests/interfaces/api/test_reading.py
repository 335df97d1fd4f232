"""What JSON can write and no database takes is refused where it is read, and named by its place."""

from __future__ import annotations

from datetime import date, time
from typing import Any, Literal

import pytest
from pydantic import AwareDatetime, ValidationError

from tests.cast import Cast, token
from tests.interfaces.api.world import Caller, problem
from timshel.interfaces.api.fields import Given
from timshel.interfaces.api.reading import MOST_NAMED, refuse_unstorable
from timshel.interfaces.api.wording import sentence
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.access import PERMISSIONS
from timshel.service_portfolio.catalogue.models import FormVersion

UNSTORABLE = "This holds characters that cannot be stored."
TOO_LARGE = "This number is too large."
NOT_AMOUNT = "This should be an amount such as 12.50."
FORM = '{"design": {"title": "Kit", "steps": [{"fields": [{"minimum": %s}]}]}, "revision": 0}'


@pytest.fixture
def administrator(cast: Cast) -> Caller:
    return Caller(token(cast.administrator, PERMISSIONS))


def refusal_of(value: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        refuse_unstorable(value)
    return {name: [str(text) for text in texts] for name, texts in refused.value.fields.items()}


@pytest.mark.parametrize(
    "value",
    [None, True, "", "𝕏 ünder \n", 2**63 - 1, 1 - 2**63, 0.1, -1e18, [], {}, {"a": [{"b": "c"}]}],
)
def test_what_can_be_stored_passes(value: Any) -> None:
    refuse_unstorable(value)


@pytest.mark.parametrize(
    ("value", "place", "said"),
    [
        ("a\0b", "", UNSTORABLE),
        (["fine", "\ud800"], "1", UNSTORABLE),
        ({"a": {"b": [{"c": "\udfff"}]}}, "a.b.0.c", UNSTORABLE),
        ({"a": {"\ud800": 1}}, "a.\\ud800", UNSTORABLE),
        ({"a": {"x\0y": 1}}, "a.x\0y", UNSTORABLE),
        ({"a": float("nan")}, "a", "This is not a number."),
        ({"a": float("inf")}, "a", TOO_LARGE),
        ({"a": -float("inf")}, "a", TOO_LARGE),
        ({"a": 10**400}, "a", TOO_LARGE),
        ({"a": 2**63}, "a", TOO_LARGE),
        ({"a": -1e300}, "a", TOO_LARGE),
    ],
)
def test_what_cannot_be_stored_is_named_by_its_place(value: Any, place: str, said: str) -> None:
    assert refusal_of(value) == {place: [said]}


def test_faults_are_named_in_their_order_and_not_without_end() -> None:
    assert list(refusal_of({"a": "\0", "b": ["\0", {"c": "\0"}], "d": "\0"})) == [
        "a",
        "b.0",
        "b.1.c",
        "d",
    ]
    assert list(refusal_of(["\0"] * 100)) == [str(each) for each in range(MOST_NAMED)]


def test_however_deep_it_stands() -> None:
    value: Any = "\0"
    for _each in range(5_000):
        value = [value]
    assert refusal_of(value) == {".".join("0" * 5_000): [UNSTORABLE]}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r'"a\u0000b"', UNSTORABLE),
        (r'"\ud800"', UNSTORABLE),
        ("NaN", "This is not a number."),
        ("-Infinity", TOO_LARGE),
        ("1e400", TOO_LARGE),
        ("1" + "0" * 400, TOO_LARGE),
    ],
)
def test_the_draft_of_a_form(administrator: Caller, written: str, said: str) -> None:
    raw = (FORM % written).encode()
    answer = administrator.ask("PUT", "/forms/kit/draft", raw=raw)
    document = problem(answer)
    assert (answer.status_code, document["code"]) == (422, "invalid")
    assert document["errors"] == {"design.steps.0.fields.0.minimum": [said]}
    assert not FormVersion.objects.filter(code="kit").exists()


@pytest.mark.parametrize("written", [r'"a\u0000b"', r'"\ud800"'])
def test_the_draft_of_a_page(administrator: Caller, written: str) -> None:
    raw = ('{"content": {"name": %s}, "revision": 0}' % written).encode()  # noqa: UP031 - braces
    answer = administrator.ask("PUT", "/catalogue/pages/laptop-standard/draft", raw=raw)
    assert answer.status_code == 422
    assert problem(answer)["errors"] == {"content.name": [UNSTORABLE]}


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "1E+500000", "1E-500000", "dear"])
def test_a_price_beyond_all_measure(administrator: Caller, amount: str) -> None:
    price = {"amount": amount, "currency": "EUR", "per": "once"}
    body = {"content": {"name": "A laptop", "price": price}, "revision": 0}
    answer = administrator.ask("PUT", "/catalogue/pages/laptop-standard/draft", body)
    assert answer.status_code == 422, answer.content
    (place,) = problem(answer)["errors"]
    assert place.endswith("price.amount")
    assert problem(answer)["errors"][place] == [NOT_AMOUNT]


def test_an_address(administrator: Caller) -> None:
    answer = administrator.ask("GET", "/people?text=a%00b")
    assert answer.status_code == 422
    assert problem(answer)["errors"] == {"text": [UNSTORABLE]}


class Odd(Given):
    """Fields of every kind that pydantic takes other things for."""

    truth: bool | None = None
    day: date | None = None
    moment: AwareDatetime | None = None
    hour: time | None = None
    amount: float | None = None
    number: int | Literal["all"] | None = None
    either: bool | int | None = None
    text: str | None = None


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        *(("truth", each) for each in (0, 1, 1.0, "true", "1")),
        *(("day", each) for each in (0, True, 1.5, "0", "20260302")),
        *(("moment", each) for each in (0, False, 1e9, "1772442900", " -1.5")),
        *(("hour", each) for each in (0, True, "60")),
        *(("amount", each) for each in (True, "1.5")),
        ("number", True),
    ],
)
def test_what_only_resembles_what_is_wanted_is_refused(field: str, wrong: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Odd.model_validate({field: wrong})
    (error,) = refused.value.errors()
    assert error["loc"] == (field,)
    assert error["type"].endswith("_type")
    assert sentence(error).startswith("This must be ")


def test_what_is_wanted_passes() -> None:
    given = {
        "truth": False,
        "day": "2026-03-02",
        "moment": "2026-03-02T09:15:00Z",
        "hour": "09:15",
        "amount": 2,
        "number": "all",
        "either": 1,
        "text": "0",
    }
    read = Odd.model_validate(given)
    assert (read.truth, read.day, read.hour, read.amount) == (
        False,
        date(2026, 3, 2),
        time(9, 15),
        2,
    )
    assert (read.number, read.either, read.text) == ("all", 1, "0")
    nothing = dict.fromkeys(given)
    assert Odd.model_validate(nothing).model_dump() == nothing


def test_in_addresses_all_is_text_but_no_day_is_a_number(administrator: Caller) -> None:
    assert administrator.ask("GET", "/work?open=true&priority=1").status_code == 200
    answer = administrator.ask("GET", "/exports/journal?until=0.5")
    assert problem(answer)["errors"] == {
        "until": ["This must be a moment such as 2026-03-02T09:15:00Z."]
    }
