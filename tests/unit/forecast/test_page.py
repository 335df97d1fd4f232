"""The page on the forecast in docs/algorithms says what the forecast does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.clocks.desk import WAITING, standard
from tests.unit.clocks.test_page import happened, span, written
from timshel.relationship_agreement.service_level.rules.clock import read_life, whole_life
from timshel.relationship_agreement.service_level.rules.forecast import Model
from timshel.relationship_agreement.service_level.rules.forecast_quality import (
    Amounts,
    Score,
    score,
    verdict,
)
from timshel.relationship_agreement.service_level.rules.snapshots import (
    Snapshot,
    Standing,
    snapshot,
    until,
)
from timshel.relationship_agreement.service_level.states import ClockKind

PAGE = Path(__file__).parents[3] / "docs" / "algorithms" / "breach-forecast.md"
Row = dict[str, str]


def table(heading: str) -> list[Row]:
    """The rows of the table under a heading, by column."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    head, _rule, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(head, row, strict=True)) for row in rows]


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def numbers(text: str) -> list[float]:
    return [number(each) for each in text.split()]


def looked(row: Row) -> Snapshot:
    book = standard(resolve=timedelta(hours=8))
    events = [happened(each) for each in row["what happened"].split("; ")]
    at = written(row["looked at"])
    whole = whole_life(events, book=book, waiting=WAITING, at=written("Fri 17:00"))
    life = until(whole, at)
    (reading,) = read_life(life, kind=ClockKind.RESOLVE, book=book, waiting=WAITING)
    standing = Standing(
        reading.started_at, reading.elapsed, reading.terms.target, reading.terms.calendar.zone
    )
    return snapshot(life, standing, ())


@pytest.mark.parametrize("row", table("Worked looks"), ids=lambda row: row["looked at"])
def test_each_worked_look(row: Row) -> None:
    seen = looked(row)
    assert f"{seen.share:.3f}" == row["share"]
    assert (seen.age, seen.waited) == (span(row["age"]), span(row["waited"]))
    assert (seen.hops, seen.reassignments) == (int(row["hops"]), int(row["handed over"]))
    assert seen.waiting_reason == row["waiting"].replace("–", "")
    assert seen.is_answered == (row["answered"] == "yes")


@pytest.mark.parametrize("row", table("From features to a chance"), ids=lambda row: row["sum"])
def test_each_worked_chance(row: Row) -> None:
    model = Model(
        intercept=-2.0,
        weights={"share": 3.0, "hops": 0.5, "taken": -1.0, "backlog": 0.4},
        averages={},
        calibration=((-3.0, 0.0), (0.0, 0.4), (2.0, 1.0)),
    )
    features = {name: number(row[name]) for name in model.weights}
    assert model.total(features) == pytest.approx(number(row["sum"]))
    assert f"{model.chance(features):.3f}" == row["chance"]


@pytest.mark.parametrize("row", table("Quality"), ids=lambda row: row["outcomes"])
def test_each_worked_score(row: Row) -> None:
    found = score(numbers(row["chances"]), [each == "1" for each in row["outcomes"].split()])
    assert f"{found.brier:.4f}" == row["Brier"]
    assert f"{found.log_loss:.4f}" == row["log loss"]
    assert f"{found.auc:.3f}" == row["AUC"]


@pytest.mark.parametrize("row", table("When a model is used"), ids=lambda row: row["verdict"])
def test_each_worked_verdict(row: Row) -> None:
    brier = numbers(row["Brier of model, share, rate"])
    loss = numbers(row["log loss of model, share, rate"])
    model, share, rate = (Score(each, other, 0.8) for each, other in zip(brier, loss, strict=True))
    found = verdict(
        all_of_it=Amounts(int(row["clocks"]), int(row["broken"])),
        measured=Amounts(int(row["held back"]), int(row["of these broken"])),
        model=model,
        fallback=share,
        base=rate,
    )
    assert found.value == row["verdict"]
