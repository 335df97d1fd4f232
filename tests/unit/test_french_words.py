"""English words with two meanings, and dates, as French pages write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override, pgettext

from timshel.interfaces.web.stretches import day_name
from timshel.kernel.calendar import Exceptional, business_calendar
from timshel.performance_evaluation.measurement.queries import measure
from timshel.relationship_agreement.service_level.rules.exchange import calendar_file


@pytest.mark.parametrize(
    ("meaning", "word", "french"),
    [
        ("to open a case", "Open", "Ouvrir"),
        ("hours", "Open", "Ouvert"),
        ("hours", "Closed", "Fermé"),
        ("from the period before", "Change", "Écart"),
        ("influence", "Large", "Grande"),
        ("interest", "Large", "Grand"),
        ("several actions or improvements", "Open", "Ouvertes"),
    ],
)
def test_a_word_has_the_meaning_of_its_place(meaning: str, word: str, french: str) -> None:
    with override("fr"):
        assert pgettext(meaning, word) == french


def test_measures_count_many_cases() -> None:
    with override("fr"):
        names = [str(measure(code).name) for code in ("opened", "resolved", "ended")]
    assert names == ["Ouverts", "Résolus", "Terminés"]


def test_the_file_of_a_calendar_is_open_and_closed() -> None:
    week = (((28_800, 43_200),), (), (), (), (), (), ())
    special = {date(2026, 5, 6): Exceptional((), "")}
    hours = business_calendar("UTC", week, exceptions=special)
    with override("fr"):
        text = calendar_file("desk", "Desk", hours, at=datetime(2026, 3, 1, tzinfo=UTC)).decode()
    assert "SUMMARY:Ouvert\r\n" in text
    assert "SUMMARY:Fermé\r\n" in text


@pytest.mark.parametrize(
    ("day", "told"),
    [(date(2026, 6, 30), "mar 30 juin 2026"), (date(2026, 11, 20), "ven 20 nov. 2026")],
)
def test_months_are_short_as_people_write_them(day: date, told: str) -> None:
    with override("fr"):
        assert day_name(day) == told
