"""The page on priority says what the code does: its matrix, and each of its worked cases."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from timshel.operation.work.rules import priority
from timshel.resolution_fulfilment.incident.rules import impact_of
from timshel.service_portfolio.service.rules import STANDARD_CELLS

ROOT = Path(__file__).parents[2]
LEVELS = {"high": 1, "medium": 2, "low": 3}
STATES = {"–": None, "down": "down", "degraded": "degraded", "faulty": "faulty"}


def table(heading: str) -> list[dict[str, str]]:
    """Return the rows of the table below a heading, by column."""
    text = (ROOT / "docs/algorithms/priority.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    head, _rule, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(head, row, strict=True)) for row in rows]


def of_the_page() -> dict[str, int]:
    return {
        f"{LEVELS[row['impact']]}{urgency}": int(row[f"urgency {name}"])
        for row in table("The standard matrix")
        for name, urgency in LEVELS.items()
    }


def test_the_page_shows_the_standard_matrix() -> None:
    pack = yaml.safe_load((ROOT / "packs/standard/priority-matrix.yaml").read_text("utf-8"))
    of_the_pack = {
        f"{impact}{urgency}": value
        for impact, row in enumerate(pack["matrix"], start=1)
        for urgency, value in enumerate(row, start=1)
    }
    assert len(of_the_pack) == 9
    assert of_the_page() == of_the_pack


def test_what_holds_before_any_matrix_was_loaded_is_the_same() -> None:
    assert dict(STANDARD_CELLS) == of_the_page()


@pytest.mark.parametrize("case", table("Worked cases"), ids=lambda case: "-".join(case.values()))
def test_each_worked_case(case: dict[str, str]) -> None:
    assert case["matrix"] == "standard"
    impact = impact_of(STATES[case["state of the service"]], stated=LEVELS[case["stated impact"]])
    found = priority(STANDARD_CELLS, impact=impact, urgency=LEVELS[case["urgency"]])
    assert found == int(case["priority"])
