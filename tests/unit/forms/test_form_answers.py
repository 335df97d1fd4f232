"""Reading answers: what people type becomes plain data, or a sentence that says what to mend."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.forms.designs import (
    LAPTOP,
    REQUESTER,
    TODAY,
    Directory,
    answer,
    form_of,
    one_field,
    read,
)
from timshel.kernel.forms import (
    NoReferences,
    condition_values,
    display,
    form_from,
    visible,
)
from timshel.kernel.forms.typed import Mistyped, read_date, read_money, read_number, read_time
from timshel.kernel.forms.words import money_words, number_words

SHA256 = "0a" * 32
FULL: dict[str, Any] = {
    "model": "16",
    "reason": "Maps of whole oceans",
    "count": "3",
    "price": "£1,250",
    "extras": ["mouse", "bag"],
    "site": "lac-orme",
    "start": "10/3/2026",
    "slot": {"date": "2026-03-09", "from": "9:00", "until": "10h30"},
    "colleague": "solveig.adeyemi",
    "users": [{"who": "imre.castellane", "share": "50"}, {"who": "", "share": ""}],
    "offer": [{"name": "a.pdf", "media_type": "application/pdf", "size": 3, "sha256": SHA256}],
    "agreed": "on",
}
CLEAN: dict[str, Any] = {
    "model": "16",
    "reason": "Maps of whole oceans",
    "count": 3,
    "price": {"amount": "1250.00", "currency": "GBP"},
    "extras": ["bag", "mouse"],
    "site": "lac-orme",
    "start": "2026-03-10",
    "slot": {"date": "2026-03-09", "from": "09:00", "until": "10:30"},
    "colleague": "solveig.adeyemi",
    "users": [{"who": "imre.castellane", "share": 50}],
    "offer": [{"name": "a.pdf", "media_type": "application/pdf", "size": 3, "sha256": SHA256}],
    "agreed": True,
}


def test_a_whole_form_is_read() -> None:
    reading = read(form_from(LAPTOP), FULL)
    assert reading.errors == {}
    assert reading.answers == CLEAN
    assert reading.visible.steps == ("machine", "place")


def test_answers_are_plain_and_read_again_to_themselves() -> None:
    form = form_from(LAPTOP)
    again = json.loads(json.dumps(read(form, FULL).answers))
    assert read(form, again).answers == CLEAN


def test_the_world_is_asked_once_for_each_kind() -> None:
    directory = Directory()
    read(form_from(LAPTOP), FULL, references=directory)
    assert sorted(directory.asked) == ["person", "site"]


def test_what_is_missing_is_said_at_its_field() -> None:
    reading = read(form_from(LAPTOP), {})
    assert reading.errors == {
        "model": ("Please choose an answer.",),
        "agreed": ("Please tick this box to go on.",),
    }
    assert reading.errors_in({"model"}) == {"model": ("Please choose an answer.",)}


def test_hidden_answers_are_dropped_and_not_judged() -> None:
    reading = read(form_from(LAPTOP), {**FULL, "model": "14", "reason": "short"})
    assert "reason" not in reading.answers
    assert reading.errors == {}
    assert "reason" not in reading.visible.fields


def test_a_step_shows_by_who_asks() -> None:
    form = form_from(LAPTOP)
    assert visible(form, CLEAN, REQUESTER).steps == ("machine", "place")
    abroad = {**REQUESTER, "site": "lac-orme"}
    assert visible(form, CLEAN, abroad).steps == ("machine", "place", "abroad")
    assert visible(form, {}, {}).steps == ("machine", "place")


def test_a_hidden_answer_counts_as_none_in_later_conditions() -> None:
    form = form_of(
        {"key": "first"},
        {"key": "second", "condition": "answers.first == 'yes'"},
        {"key": "third", "condition": "answers.second == 'yes'"},
    )
    raw = {"first": "no", "second": "yes", "third": "x"}
    assert read(form, raw).answers == {"first": "no"}
    assert visible(form, raw, {}).fields == {"first"}


def test_every_field_is_there_for_conditions() -> None:
    values = condition_values(form_from(LAPTOP), {"price": CLEAN["price"], "model": "14"})
    assert values == {
        "model": "14",
        "reason": "",
        "count": None,
        "price": {"amount": 1250.0, "currency": "GBP"},
        "extras": [],
        "site": "",
        "start": "",
        "slot": None,
        "colleague": "",
        "users": [],
        "offer": [],
        "agreed": False,
        "power": "",
    }


def test_what_is_wrong_in_a_table_is_said_at_its_cell() -> None:
    rows = [{"who": "", "share": ""}, {"who": "", "share": "120"}, {"who": "sol", "share": "x"}]
    reading = read(form_from(LAPTOP), {**FULL, "users": rows})
    assert reading.errors == {
        "users.1.who": ("Please choose an answer.",),
        "users.1.share": ("Please give at most 100.",),
        "users.2.share": ("Please write a number, with digits only, such as 1250 or 12.5.",),
    }
    assert "users" not in reading.answers


@pytest.mark.parametrize(
    ("field", "typed", "expected"),
    [
        ({}, "  two \n words ", "two words"),
        ({"type": "long_text"}, "one\r\ntwo ", "one\ntwo"),
        ({"minimum": 3}, "ab", "! Please write at least 3 characters; there are 2."),
        ({"maximum": 3}, "abcd", "! Please write at most 3 characters; there are 4."),
        ({}, "a\x00b", "! There are characters in this text that cannot be kept."),
        ({"pattern": "[A-Z]{2}\\d+"}, "AB12", "AB12"),
        (
            {"pattern": "[A-Z]{2}\\d+", "validation": {"message": "Two letters, then digits."}},
            "AB12x",
            "! Two letters, then digits.",
        ),
        ({"type": "number"}, "", None),
        ({"type": "number"}, 2.5, 2.5),
        ({"type": "number"}, "7", 7),
        ({"type": "number", "minimum": 1}, "0", "! Please give at least 1."),
        ({"type": "number"}, float("inf"), "! Please write a number."),
        ({"type": "money", "currency": "GBP"}, "$5", "! Please give the amount in GBP."),
        (
            {"type": "money", "currency": "GBP"},
            {"amount": "5", "currency": "EUR"},
            "! Please give the amount in GBP.",
        ),
        (
            {"type": "money", "currency": "GBP", "maximum": 1000},
            "1000.01",
            "! Please give at most 1,000\u00a0GBP.",
        ),
        (
            {"type": "money", "currency": "GBP"},
            "5.123",
            "! Please write at most two digits after the decimal point.",
        ),
        ({"type": "date", "minimum": "today+3"}, "2026-03-05", "2026-03-05"),
        (
            {"type": "date", "minimum": "today+3"},
            "2026-03-04",
            "! Please choose 5 March 2026 or later.",
        ),
        (
            {"type": "date", "maximum": "2026-12-31"},
            "1/1/2027",
            "! Please choose 31 December 2026 or earlier.",
        ),
        (
            {"type": "time_slot"},
            {"date": "2026-03-04", "from": "9:00", "until": ""},
            "! Please say on which day, from when and until when.",
        ),
        (
            {"type": "time_slot"},
            {"date": "2026-03-04", "from": "9:00", "until": "9:00"},
            "! The end must be later than the beginning.",
        ),
        ({"type": "time_slot"}, {"date": "", "from": "", "until": ""}, None),
        ({"type": "person"}, "solveig", "solveig.adeyemi"),
        (
            {"type": "person"},
            "climate",
            "! Nothing was found for “climate”. Try a part of the name.",
        ),
        ({"type": "person"}, "e", "! Several fit “e”. Please choose one."),
        ({"type": "asset"}, "LT-0042", "LT-0042"),
        ({"type": "consent"}, "", None),
        ({"type": "consent"}, True, True),
        ({"type": "file", "required": True}, [], "! Please add a file."),
        ({"type": "table", "columns": [{"key": "a", "type": "text", "label": "A"}]}, "x", None),
    ],
)
def test_one_answer(field: dict[str, Any], typed: Any, expected: Any) -> None:
    assert answer(typed, **field) == expected


CHOICES = [{"value": each, "label": each.title()} for each in ("red", "green", "blue")]


def test_choices() -> None:
    assert answer("green", type="choice", choices=CHOICES) == "green"
    assert answer("black", type="choice", choices=CHOICES) == "! Please choose one of the answers."
    several = {"type": "multiple_choice", "choices": CHOICES, "minimum": 1, "maximum": 2}
    assert answer(["blue", "red"], **several) == ["red", "blue"]
    assert answer("blue", **several) == ["blue"]
    assert answer(["red", "black"], **several) == "! Please choose among the answers."
    assert answer(["red", "green", "blue"], **several) == "! Please give at most 2."


def test_files() -> None:
    file = {"name": "plan.PDF", "media_type": "application/pdf", "size": 900, "sha256": SHA256}
    only = {"type": "file", "accept": [".pdf", "image/*"], "size": 1000}
    assert answer([file], **only) == [file]
    assert answer([{**file, "size": 1001}], **only) == "! The file “plan.PDF” is too large."
    assert answer([{**file, "name": "a", "media_type": "image/png"}], **only)[0]["name"] == "a"
    assert answer([{**file, "name": "a.exe"}], **only) == (
        "! The file “a.exe” is of another kind. Please add one of these: .pdf, image/*."
    )
    assert answer([file] * 11, type="file") == "! Please add at most 10 files."


@pytest.mark.parametrize(
    "odd",
    [
        {"sha256": "/etc/passwd"},
        {"sha256": "../" * 20 + "secret"},
        {"sha256": SHA256.upper()},
        {"sha256": None},
        {"size": "many"},
        {"name": "a\x00b"},
    ],
)
def test_what_lies_under_no_hash_of_ours_is_no_file(odd: dict[str, Any]) -> None:
    file = {"name": "plan.pdf", "media_type": "application/pdf", "size": 9, "sha256": SHA256}
    assert answer([{**file, **odd}], type="file") == "! Please add the file again."


def test_a_rule_is_held_to_where_it_can_be_worked_out() -> None:
    form = form_of(
        {"key": "least", "type": "number"},
        {
            "key": "most",
            "type": "number",
            "validation": {
                "rule": "answers.most >= answers.least",
                "message": "This must not be less than the least.",
            },
            "translations": {"fr": {"message": "Ceci doit dépasser le minimum."}},
        },
    )
    assert read(form, {"least": "2", "most": "3"}).errors == {}
    assert read(form, {"least": "2", "most": "1"}).errors == {
        "most": ("This must not be less than the least.",)
    }
    assert read(form, {"least": "2", "most": "1"}, language="fr").errors == {
        "most": ("Ceci doit dépasser le minimum.",)
    }
    assert read(form, {"least": "2"}).errors == {}
    assert read(form, {"most": "1"}).errors != {}


def test_a_pattern_that_would_never_end_ends() -> None:
    assert answer("a" * 900 + "!", pattern="(a+)+$", maximum=1000).startswith("! This is not")


def test_nothing_of_a_wrong_shape_breaks_the_reading() -> None:
    form = form_from(LAPTOP)
    for odd in (None, 3, True, [], {}, ["x"], {"a": 1}, "x", [{"name": 1}], [[1]]):
        read(form, {field.key: odd for field in form.fields()})


@given(st.dictionaries(st.sampled_from(sorted(FULL)), st.text() | st.lists(st.text())))
def test_no_text_breaks_the_reading_and_what_is_read_can_be_stored(raw: dict[str, Any]) -> None:
    reading = read(form_from(LAPTOP), raw)
    assert "\\u0000" not in json.dumps(reading.answers)
    assert set(reading.answers).isdisjoint(reading.errors)


@pytest.mark.parametrize(
    ("typed", "english", "french"),
    [
        ("1234", "1234", "1234"),
        ("1,234", "1234", "1.234"),
        ("1.234", "1.234", "!"),
        ("0.234", "0.234", "0.234"),
        ("1.23", "1.23", "1.23"),
        ("12,5", "12.5", "12.5"),
        ("1,234.50", "1234.50", "1234.50"),
        ("1.234,50", "1234.50", "1234.50"),
        ("1 234,50", "1234.50", "1234.50"),
        ("1\u202f234,50", "1234.50", "1234.50"),
        ("1'234.50", "1234.50", "1234.50"),
        ("1,234,567", "1234567", "1234567"),
        ("-12", "-12", "-12"),
        ("−12", "-12", "-12"),
        (".5", "0.5", "0.5"),
        ("5.", "5", "5"),
        ("1,2,3", "!", "!"),
        ("1,23.4", "!", "!"),
        ("12 apples", "!", "!"),
        ("1e5", "!", "!"),
        ("", "!", "!"),
        ("٣", "!", "!"),
        ("--1", "!", "!"),
    ],
)
def test_numbers_as_people_write_them(typed: str, english: str, french: str) -> None:
    for language, expected in (("en", english), ("fr", french)):
        try:
            found = str(read_number(typed, language))
        except Mistyped:
            found = "!"
        assert found == expected


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2), st.sampled_from(["en", "fr"]))
def test_an_amount_that_we_wrote_is_read_back(amount: Decimal, language: str) -> None:
    assert read_money(money_words(str(amount), "GBP", language), "GBP", language) == amount


@given(st.integers(-(10**12), 10**12), st.sampled_from(["en", "fr"]))
def test_a_number_that_we_wrote_is_read_back(number: int, language: str) -> None:
    assert read_number(number_words(number, language), language) == number


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("£1,250", "1250.00"),
        ("1250 GBP", "1250.00"),
        ("gbp 1250.5", "1250.50"),
        ("1 250,50 £", "1250.50"),
        ("12.345", "!"),
        ("GBP", "!"),
        ("12 EUR", "!"),
    ],
)
def test_amounts_as_people_write_them(typed: str, expected: str) -> None:
    try:
        found = str(read_money(typed, "GBP", "en"))
    except Mistyped:
        found = "!"
    assert found == expected


@pytest.mark.parametrize(
    ("typed", "language", "expected"),
    [
        ("2026-03-02", "en", "2026-03-02"),
        ("2/3/2026", "en", "2026-03-02"),
        ("2.3.2026", "en", "2026-03-02"),
        ("2 March 2026", "en", "2026-03-02"),
        ("2nd Mar 2026", "en", "2026-03-02"),
        ("2 mars 2026", "fr", "2026-03-02"),
        ("1er août 2026", "fr", "2026-08-01"),
        ("2 August 2026", "fr", "2026-08-02"),
        ("31/2/2026", "en", "!"),
        ("2/3/26", "en", "!"),
        ("0204-03-02", "en", "!"),
        ("tomorrow", "en", "!"),
    ],
)
def test_days_as_people_write_them(typed: str, language: str, expected: str) -> None:
    try:
        found = read_date(typed, language).isoformat()
    except Mistyped:
        found = "!"
    assert found == expected


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.sampled_from(["en", "fr"]))
def test_a_day_that_we_wrote_is_read_back(day: date, language: str) -> None:
    from timshel.kernel.forms.words import day_words

    assert read_date(day_words(day, language), language) == day
    assert read_date(day.isoformat(), language) == day


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("9:30", "09:30"),
        ("9h30", "09:30"),
        ("9h", "09:00"),
        ("0930", "09:30"),
        ("09:30:00", "09:30"),
        ("2 pm", "14:00"),
        ("12 am", "00:00"),
        ("12:15 p.m.", "12:15"),
        ("24:00", "!"),
        ("9:60", "!"),
        ("13 pm", "!"),
        ("noon", "!"),
    ],
)
def test_times_as_people_write_them(typed: str, expected: str) -> None:
    try:
        found = f"{read_time(typed):%H:%M}"
    except Mistyped:
        found = "!"
    assert found == expected


def test_answers_in_words() -> None:
    form = form_from(LAPTOP)
    shown = display(form, CLEAN, language="fr", references=Directory())
    assert [(each.step, each.label, each.value) for each in shown[:4]] == [
        ("Quelle machine", "Quelle taille ?", "16 inches"),
        ("Quelle machine", "Why the large one?", "Maps of whole oceans"),
        ("Quelle machine", "How many?", "3"),
        ("Quelle machine", "At most", "1\u202f250,00\u00a0GBP".replace("\u202f", "\u00a0")),
    ]
    by_key = {
        each.key: each for each in display(form, CLEAN, language="en", references=Directory())
    }
    assert by_key["extras"].value == "A bag\nA mouse"
    assert by_key["start"].value == "10 March 2026"
    assert by_key["slot"].value == "9 March 2026, 09:00 to 10:30"
    assert by_key["colleague"].value == "Solveig Adeyemi"
    assert by_key["colleague"].sensitivity == "personal"
    assert by_key["users"].headings == ("Who", "Share")
    assert by_key["users"].rows == (("Imre Castellane", "50"),)
    assert by_key["users"].value == "Imre Castellane · 50"
    assert by_key["offer"].files[0]["sha256"] == SHA256
    assert by_key["agreed"].value == "Yes"


def test_an_answer_that_fits_no_more_is_shown_as_it_is() -> None:
    form = one_field(type="money", currency="GBP")
    (shown,) = display(form, {"it": "plenty", "old": 1}, language="en", references=NoReferences())
    assert shown.value == "plenty"
    (shown,) = display(
        one_field(type="person"), {"it": "gone.person"}, language="en", references=Directory()
    )
    assert shown.value == "gone.person"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    )
)
def test_whatever_was_stored_can_be_shown(stored: Any) -> None:
    form = form_from(LAPTOP)
    display(
        form,
        {field.key: stored for field in form.fields()},
        language="en",
        references=Directory(),
    )


def test_limits_of_days_count_from_today() -> None:
    assert answer((TODAY + timedelta(days=3)).isoformat(), type="date", minimum="today + 3")
    assert str(answer(TODAY.isoformat(), type="date", maximum="today-1")).startswith("! ")
