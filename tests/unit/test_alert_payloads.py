"""What Alertmanager may send, and what of it is taken: nothing that is odd hides anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.alerts import fired
from timshel.resolution_fulfilment.alert.rules.alertmanager import read_alertmanager
from timshel.resolution_fulfilment.alert.rules.reading import (
    LONGEST_LABEL,
    MOST_ALERTS,
    MOST_LABELS,
    Unreadable,
    parse_json,
)


def read(*alerts: Any, **more: Any) -> Any:
    return read_alertmanager({"version": "4", "alerts": list(alerts), **more})


@pytest.mark.parametrize(
    ("said", "left_out"),
    [(0, 0), (7, 7), (-3, 0), (None, 0), ("9", 0), (True, 0), (2.5, 0), (10**30, 10**9)],
)
def test_how_many_were_left_away_is_read(said: Any, left_out: int) -> None:
    found = read(fired(), truncatedAlerts=said)
    assert (len(found.readings), found.faults, found.left_out) == (1, (), left_out)


def test_what_does_not_say_so_left_none_away() -> None:
    assert read(fired()).left_out == 0


def test_the_state_is_that_of_each_alert_not_of_the_delivery() -> None:
    alerts = [fired("A"), {**fired("B"), "status": "resolved", "endsAt": "2026-03-02T11:00:00Z"}]
    found = read(*alerts, status="firing")
    assert [each.is_firing for each in found.readings] == [True, False]
    assert found.readings[0].ended_at is None
    assert found.readings[1].ended_at is not None


def test_without_a_fingerprint_the_labels_make_one_in_any_order() -> None:
    one = fired()
    del one["fingerprint"]
    other = {**one, "labels": dict(reversed(one["labels"].items()))}
    third = {**one, "labels": {**one["labels"], "instance": "srv2"}}
    found = [each.fingerprint for each in read(one, other, third).readings]
    assert found[0] == found[1] != found[2]
    assert all(len(each) == 16 for each in found)


@pytest.mark.parametrize("given", ["", None, 0, [], {}])
def test_a_fingerprint_that_is_none_is_made_as_well(given: Any) -> None:
    found = read({**fired(), "fingerprint": given})
    assert len(found.readings) == 1
    assert found.readings[0].fingerprint.strip()


def test_with_neither_there_is_nothing_to_tell_it_by() -> None:
    found = read({"status": "firing", "startsAt": "2026-03-02T10:00:00Z"}, fired())
    assert len(found.readings) == 1
    assert found.faults == ("Alert 1: It has neither a fingerprint nor labels.",)


def test_huge_labels_are_cut_and_too_many_refused() -> None:
    long = read(fired(huge="x" * 1_000_000, **{"n" * 5_000: "y"})).readings[0]
    assert len(long.labels["huge"]) == LONGEST_LABEL
    assert max(map(len, long.labels)) == 200
    many = fired(**{f"l{each}": "v" for each in range(MOST_LABELS)})
    found = read(many, fired("B"))
    assert [each.labels["alertname"] for each in found.readings] == ["B"]
    assert found.faults == (f"Alert 1: It has more than {MOST_LABELS} labels.",)


def test_values_that_are_no_text_are_kept_as_text() -> None:
    odd = fired()
    odd["labels"] |= {"number": 5, "yes": True, "none": None, "list": [1, "a"], "nul": "a\0b"}
    labels = read(odd).readings[0].labels
    assert labels["number"] == "5"
    assert labels["yes"] == "true"
    assert labels["none"] == ""
    assert labels["list"] == '[1, "a"]'
    assert labels["nul"] == "ab"


@pytest.mark.parametrize(
    "payload",
    [
        [],
        "text",
        5,
        None,
        {},
        {"alerts": {}},
        {"alerts": None},
        {"alerts": [None] * (MOST_ALERTS + 1)},
    ],
)
def test_what_is_no_delivery_is_refused_with_a_sentence(payload: Any) -> None:
    with pytest.raises(Unreadable, match=r"\.$"):
        read_alertmanager(payload)


@pytest.mark.parametrize("alert", [None, "x", 5, [], {"status": "odd"}, {"labels": []}])
def test_one_that_is_odd_hides_no_other(alert: Any) -> None:
    found = read(alert, fired())
    assert len(found.readings) == 1
    assert len(found.faults) == 1


def test_json_that_is_too_deep_is_refused() -> None:
    with pytest.raises(Unreadable):
        parse_json(b"[" * 200_000)
    deep: Any = fired()
    deep["annotations"]["summary"] = json.loads("[" * 50 + "]" * 50)
    assert len(read(deep).readings) == 1
