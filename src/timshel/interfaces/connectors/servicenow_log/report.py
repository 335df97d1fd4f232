"""The report of an import: each row that was refused or repaired, with its line and the reason."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from enum import StrEnum
from pathlib import Path

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
HEADER = ("line", "incident", "outcome", "reason", "done")


class Outcome(StrEnum):
    """What became of a row.

    REFUSED was left out, in whole or in the part that the reason names. REPAIRED was taken over
    after a change. INCOMPLETE was taken over, but tells of something that no row shows. CHANGED
    belongs to an incident that was imported before and differs since; it was left alone.
    """

    REFUSED = "refused"
    REPAIRED = "repaired"
    INCOMPLETE = "incomplete"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that was not taken over as it stands.

    Args:
        line: in the file; 0 where no single line is meant.
        incident: its number there.
        outcome: what became of it.
        reason: what was wrong.
        done: what was done about it.
    """

    line: int
    incident: str
    outcome: Outcome
    reason: str
    done: str


def write_report(path: Path, findings: Iterable[Finding]) -> None:
    """Write findings as a CSV file, in the order of the lines; an existing file is replaced.

    What a spreadsheet would take for a formula gets an apostrophe in front, since the words come
    out of somebody's file.
    """
    fresh = path.with_name(f"{path.name}.part")
    with fresh.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for finding in sorted(findings, key=lambda each: each.line):
            writer.writerow([_harmless(each) for each in astuple(finding)])
    fresh.replace(path)


def _harmless(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
