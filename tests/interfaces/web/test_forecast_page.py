"""The page on how good the forecast is: figures beside the picture, and learning again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tests.cast import AT, Cast
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.kernel.progress.models import Errand
from timshel.relationship_agreement.service_level.models import ForecastModel

PAGE = "/administration/forecast"
PART = {"clocks": 300, "broken": 120, "from": AT.isoformat(), "until": AT.isoformat()}
PARTS = {"learnt": PART, "calibrated": PART, "measured": PART}


def kept(verdict: str, **quality: Any) -> None:
    ForecastModel.objects.create(
        clock_kind="resolve",
        learnt_at=datetime(2026, 3, 2, 2, 17, tzinfo=UTC),
        cases=900,
        coefficients={},
        quality={"parts": PARTS, "verdict": verdict, **quality},
        is_used=verdict == "used",
    )


def measured(verdict: str) -> None:
    empty = {"count": 0, "predicted": None, "seen": None}
    kept(
        verdict,
        scores={
            "model": {"brier": 0.16745, "log_loss": 0.5091, "auc": 0.8259},
            "fallback": {"brier": 0.2376, "log_loss": 0.8741, "auc": 0.7614},
            "base": {"brier": 0.2488, "log_loss": 0.6907, "auc": None},
        },
        base_rate=0.4894,
        seen_rate=0.4372,
        looks=13532,
        calibration=[
            {"start": number / 10, "count": 100, "predicted": number / 10 + 0.05, "seen": 0.25}
            if number in {2, 7}
            else {"start": number / 10, **empty}
            for number in range(10)
        ],
    )


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast.process_owner)


@pytest.mark.parametrize("who", ["requester", "agent"])
def test_it_is_for_who_sees_how_promises_are_kept(cast: Cast, who: str) -> None:
    assert browser_of(getattr(cast, who)).get(PAGE).status_code == 403


def test_before_anything_was_learnt(browser: Client) -> None:
    assert "Nothing was learnt yet" in words_of(browser.get(PAGE))


def test_what_is_in_use_with_its_figures(browser: Client) -> None:
    measured("used")
    answer = browser.get(PAGE)
    words = words_of(answer)
    assert "Forecast in use" in words
    assert "300 clocks, 120 broken" in words
    assert "The forecast 0.167 0.509 0.826" in words
    assert "The share of the time that is used 0.238 0.874 0.761" in words
    assert "The same chance for all, 48.9 % 0.249 0.691 –" in words
    assert "20 to 30 % 100 25.0 % 25.0 %" in words
    assert "30 to 40 % 0 – –" in words


def test_the_picture_shows_the_figures_of_the_table(browser: Client) -> None:
    measured("used")
    text = text_of(browser.get(PAGE))
    dots = re.findall(r'<circle class="plot-dot" cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)">', text)
    assert dots == [("88.0", "158.0", "10.0"), ("188.0", "158.0", "10.0")]
    assert "Foretold 75.0 %, came 25.0 %, 100 forecasts" in text


@pytest.mark.parametrize(
    ("verdict", "words"), [("too_thin", "too few clocks"), ("no_better", "no better than simple")]
)
def test_what_is_not_used_says_why(browser: Client, verdict: str, words: str) -> None:
    kept(verdict)
    found = words_of(browser.get(PAGE))
    assert words in found
    assert "Share of the time in use" in found


def test_learning_again_is_a_job_that_can_be_watched(browser: Client) -> None:
    answer = browser.post(f"{PAGE}/learn")
    assert (answer.status_code, answer["Location"]) == (302, "/administration/jobs")
    assert Errand.objects.get().kind == "forecasts.learn"


@pytest.mark.parametrize("who", ["service_owner", "auditor", "manager", "lead"])
def test_who_only_looks_on_cannot_begin_it(cast: Cast, who: str) -> None:
    browser = browser_of(getattr(cast, who))
    assert "Learn again" not in words_of(browser.get(PAGE))
    assert browser.post(f"{PAGE}/learn").status_code == 403
    assert not Errand.objects.exists()
