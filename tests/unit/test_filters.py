"""Filters as data: read with sentences, written back, described in words, spans of moments."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from timshel.kernel.actor import Actor, ActorKind, Channel
from timshel.kernel.errors import Invalid
from timshel.kernel.filters import (
    EVERYTHING,
    Asker,
    Choice,
    Condition,
    Field,
    FieldKind,
    Filter,
    Operator,
    Registry,
    filter_words,
    from_address,
    plain,
    read_filter,
    to_address,
)
from timshel.kernel.filters.moments import is_moment, moment_words, span_of

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)  # a Wednesday
ASKER = Asker(
    Actor(ActorKind.PERSON, "Imre", Channel.DESK, person_id=3, time_zone="Europe/London"), NOW
)
COLOURS = [Choice("red", "Red"), Choice("blue", "Blue"), Choice("green", "Green")]
REGISTRY = Registry(
    Field(
        "colour",
        "Colour",
        FieldKind.CHOICE,
        holds=lambda values, _asker: Q(colour__in=values),
        empty=Q(colour__isnull=True),
        choices=lambda _asker: COLOURS,
        relative={"mine": "my colour"},
    ),
    Field(
        "broken",
        "Broken",
        FieldKind.FLAG,
        holds=lambda _values, _asker: Q(broken=True),
        not_label="Whole",
    ),
    Field("size", "Size", FieldKind.NUMBER, column="size"),
    Field("made", "Made", FieldKind.MOMENT, column="made_at", empty=Q(made_at__isnull=True)),
    Field(
        "words", "Words", FieldKind.WORDS, holds=lambda values, _asker: Q(name__contains=values[0])
    ),
)
RED = Condition("colour", Operator.IS, ("red",))


def faults(given: Any) -> list[str]:
    with pytest.raises(Invalid) as refused:
        read_filter(given, REGISTRY)
    return [str(each) for each in refused.value.fields["filter"]]


def test_a_filter_is_read_and_written_the_same() -> None:
    given = {
        "all": [
            {"field": "colour", "operator": "is", "value": ["red", "blue"]},
            {"field": "size", "operator": "at_least", "value": 4},
        ],
        "any": [
            {"field": "broken", "operator": "is", "value": False},
            {"field": "made", "operator": "before", "value": "in 2 days"},
        ],
        "none": [
            {"field": "made", "operator": "empty"},
            {"field": "words", "operator": "contains", "value": "lamp"},
        ],
    }
    read = read_filter(given, REGISTRY)
    assert plain(read, REGISTRY) == given
    assert len(read) == 6
    assert read_filter({}, REGISTRY) == EVERYTHING
    assert not EVERYTHING


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"field": "shape", "operator": "is", "value": "x"}, "There is no field “shape”."),
        (
            {"field": "colour", "operator": "before", "value": "x"},
            "“Colour” cannot be asked for by “before”.",
        ),
        ({"field": "colour", "operator": "is", "value": []}, "“Colour” needs a value."),
        (
            {"field": "size", "operator": "is", "value": ["1", "2"]},
            "“Size” takes at most 1 values.",
        ),
        (
            {"field": "size", "operator": "is", "value": "-1"},
            "“-1” is no whole number from 0 on.",
        ),
        (
            {"field": "broken", "operator": "is", "value": "perhaps"},
            "“Broken” is either “yes” or “no”.",
        ),
        (
            {"field": "words", "operator": "contains", "value": "a\0b"},
            "A value of “Words” is too long or holds characters that cannot be stored.",
        ),
        ({"field": "colour"}, "“Colour” cannot be asked for by “”."),
        ({"colour": "red"}, "A condition has a “field”, an “operator” and a “value”."),
        (
            {"field": "colour", "operator": "is", "value": [1.5]},
            "The values of a condition are texts or whole numbers.",
        ),
        ("red", "A condition has a “field”, an “operator” and a “value”."),
    ],
)
def test_each_mistake_has_its_sentence(condition: Any, sentence: str) -> None:
    assert faults({"all": [condition]}) == [sentence]


def test_all_mistakes_are_told_at_once() -> None:
    wrong = faults({"some": [], "all": "x", "any": [{"field": "made", "operator": "on"}]})
    assert wrong == [
        "There is no group “some”; there are “all”, “any” and “none”.",
        "A group is a list of at most 40 conditions.",
        "“Made” needs a value.",
    ]
    assert faults([]) == ["A filter has the groups “all”, “any” and “none”."]
    assert (
        "names no moment"
        in faults({"all": [{"field": "made", "operator": "on", "value": "soon"}]})[0]
    )


def test_a_filter_has_a_bound() -> None:
    many = [{"field": "size", "operator": "is", "value": str(each)} for each in range(30)]
    assert faults({"all": many, "none": many}) == ["A filter has at most 40 conditions."]


conditions = st.one_of(
    st.builds(
        Condition,
        st.just("colour"),
        st.sampled_from([Operator.IS, Operator.IS_NOT]),
        st.lists(st.sampled_from(["red", "blue", "green", "mine"]), min_size=1, unique=True).map(
            tuple
        ),
    ),
    st.builds(Condition, st.just("colour"), st.sampled_from([Operator.EMPTY, Operator.GIVEN])),
    st.builds(
        Condition,
        st.just("broken"),
        st.just(Operator.IS),
        st.sampled_from([("yes",), ("no",)]),
    ),
    st.builds(
        Condition,
        st.just("size"),
        st.sampled_from([Operator.IS, Operator.AT_LEAST, Operator.AT_MOST]),
        st.integers(0, 2**31 - 1).map(lambda each: (str(each),)),
    ),
    st.builds(
        Condition,
        st.just("made"),
        st.sampled_from([Operator.BEFORE, Operator.UNTIL, Operator.ON, Operator.SINCE]),
        st.sampled_from([("today",), ("in 3 weeks",), ("2 hours ago",), ("2026-03-02",)]),
    ),
    st.builds(
        Condition,
        st.just("words"),
        st.sampled_from([Operator.CONTAINS, Operator.LACKS]),
        st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
        .map(str.strip)
        .filter(bool)
        .map(lambda each: (each,)),
    ),
)
groups = st.lists(conditions, max_size=5, unique=True).map(tuple)


@given(st.builds(Filter, groups, groups, groups))
def test_addresses_and_plain_data_lose_nothing(wanted: Filter) -> None:
    assert from_address(to_address(wanted), REGISTRY) == wanted
    assert read_filter(plain(wanted, REGISTRY), REGISTRY) == wanted


@given(st.lists(st.tuples(st.sampled_from(["all", "any", "none"]), st.text(max_size=40))))
def test_any_address_is_read_or_refused_with_sentences(parts: list[tuple[str, str]]) -> None:
    with suppress(Invalid):
        from_address(parts, REGISTRY)


def test_an_address_reads_like_words() -> None:
    wanted = Filter(
        all=(RED, Condition("made", Operator.SINCE, ("last week",))),
        none=(Condition("colour", Operator.EMPTY),),
    )
    assert to_address(wanted) == [
        ("all", "colour:is:red"),
        ("all", "made:since:last week"),
        ("none", "colour:empty"),
    ]


def test_a_filter_in_words() -> None:
    wanted = Filter(
        all=(Condition("colour", Operator.IS, ("red", "mine")),),
        any=(
            Condition("broken", Operator.IS, ("no",)),
            Condition("made", Operator.BEFORE, ("in 2 days",)),
        ),
        none=(Condition("size", Operator.AT_LEAST, ("4",)), Condition("gone", Operator.IS, ("x",))),
    )
    assert filter_words(wanted, REGISTRY, ASKER) == [
        "Colour: Red or my colour",
        "Whole or Made: before in 2 days",
        "None of: Size: at least 4; gone: no longer known",
    ]


def test_what_is_named_and_not_there_is_told() -> None:
    wanted = Filter(all=(Condition("colour", Operator.IS, ("red", "mauve", "mine")),))
    assert REGISTRY.missing(wanted, ASKER) == [("colour", "mauve")]


def test_narrowing_repeats_nothing() -> None:
    wanted = Filter(all=(RED,)).narrowed(RED, Condition("size", Operator.IS, ("1",)))
    assert [each.field for each in wanted.all] == ["colour", "size"]
    assert wanted.without(lambda group, each: each == RED).all == wanted.all[1:]


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("now", "2026-03-04T10:30+00:00", "2026-03-04T10:30+00:00"),
        ("today", "2026-03-04T00:00+00:00", "2026-03-05T00:00+00:00"),
        ("tomorrow", "2026-03-05T00:00+00:00", "2026-03-06T00:00+00:00"),
        ("yesterday", "2026-03-03T00:00+00:00", "2026-03-04T00:00+00:00"),
        ("this week", "2026-03-02T00:00+00:00", "2026-03-09T00:00+00:00"),
        ("last week", "2026-02-23T00:00+00:00", "2026-03-02T00:00+00:00"),
        ("last month", "2026-02-01T00:00+00:00", "2026-03-01T00:00+00:00"),
        # Summer time begins in London on the 29th.
        ("next month", "2026-03-31T23:00+00:00", "2026-04-30T23:00+00:00"),
        ("in 2 days", "2026-03-06T00:00+00:00", "2026-03-07T00:00+00:00"),
        ("1 week ago", "2026-02-25T00:00+00:00", "2026-02-26T00:00+00:00"),
        ("in 2 hours", "2026-03-04T12:30+00:00", "2026-03-04T12:30+00:00"),
        ("45 minutes ago", "2026-03-04T09:45+00:00", "2026-03-04T09:45+00:00"),
        ("2026-03-29", "2026-03-29T00:00+00:00", "2026-03-29T23:00+00:00"),
        ("2026-03-02T08:00:00+01:00", "2026-03-02T07:00+00:00", "2026-03-02T07:00+00:00"),
    ],
)
def test_spans(text: str, first: str, end: str) -> None:
    found = span_of(text, at=NOW, zone="Europe/London")
    assert found == (datetime.fromisoformat(first), datetime.fromisoformat(end))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "in 2 days ago",
        "2 days",
        "in 99999 days",
        "2026-02-30",
        "1850-01-01",
        "2026-03-02T08:00:00",
        "in -2 days",
        "2026-03-02T08:00:00Z extra",
    ],
)
def test_what_names_no_moment(text: str) -> None:
    assert not is_moment(text)


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_not(text: str) -> None:
    is_moment(text)


@given(st.integers(0, 10_000), st.sampled_from(["minute", "hour", "day", "week"]), st.booleans())
def test_distances_are_as_far_as_they_say(count: int, unit: str, is_future: bool) -> None:
    text = f"in {count} {unit}s" if is_future else f"{count} {unit}s ago"
    first, _end = span_of(text, at=NOW, zone="UTC")
    begin = NOW if unit in ("minute", "hour") else datetime(2026, 3, 4, tzinfo=UTC)
    step = {"minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}[unit]
    assert first == begin + timedelta(seconds=step * count * (1 if is_future else -1))


def test_moments_in_words() -> None:
    words = [
        moment_words(text, zone="Europe/London")
        for text in ("today", "in 1 day", "3 weeks ago", "2026-03-02", "2026-07-02T08:00:00+00:00")
    ]
    assert words == ["today", "in 1 day", "3 weeks ago", "2026-03-02", "2026-07-02 09:00"]
