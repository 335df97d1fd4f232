"""What expressions give: plain values only."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from timshel.kernel import conditions
from timshel.kernel.bpmn.values import as_json, plain_facts, steps_read
from timshel.kernel.errors import Invalid

AT = datetime(2027, 3, 1, 9, tzinfo=UTC)


def test_facts_become_plain() -> None:
    facts = plain_facts(
        {"answers": {"day": date(2027, 3, 9), "price": Decimal("1.5"), "rows": ({"a": 1},)}}
    )
    assert facts == {
        "answers": {"day": "2027-03-09", "price": 1.5, "rows": [{"a": 1}]},
        "requester": {}, "request": {}, "parts": [],
    }  # fmt: skip
    assert conditions.holds("answers.price > 1.0 && answers.rows[0].a == 1", facts)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (AT, "2027-03-01T09:00:00+00:00"),
        (date(2027, 3, 1), "2027-03-01"),
        (timedelta(minutes=90), "PT5400S"),
        ((1, {"a": AT}), [1, {"a": "2027-03-01T09:00:00+00:00"}]),
        (None, None),
        (Decimal("1.5"), "1.5"),
    ],
)
def test_values_become_json(value: object, written: object) -> None:
    assert as_json(value) == written


def test_an_expression_gives_a_value() -> None:
    assert conditions.value("a + 1", {"a": 1}) == 2
    assert conditions.value("now + duration('1h')", {"now": AT}) == AT + timedelta(hours=1)
    with pytest.raises(Invalid):
        conditions.value("a.gone", {"a": {}})


def test_functions_and_names_of_an_expression_are_known() -> None:
    assert conditions.unknown_functions("size(a) > 1 && !b.startsWith('x') && -1 < 2") == set()
    assert conditions.unknown_functions("open(a)") == {"open"}
    assert conditions.names_read("a.exists(x, x == b)") == {"a", "b"}


@pytest.mark.parametrize(
    ("expression", "steps"),
    [
        ("answers.a == 1", set()),
        ("steps.a.outcome == 'x' && steps.b_2.by != ''", {"a", "b_2"}),
        ("steps['a'].outcome == 'x'", None),
        ("size(steps) > 1 && steps.a.by == ''", None),
        ("answers.steps.a == 1", None),
    ],
)
def test_the_steps_of_an_expression_are_known(expression: str, steps: set[str] | None) -> None:
    assert steps_read(expression) == steps
