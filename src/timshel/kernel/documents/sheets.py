"""What goes into a spreadsheet: sheets with typed columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ColumnKind(StrEnum):
    """What a column holds, which decides how it is written and aligned."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DURATION = "duration"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet.

    Args:
        header: its name, in the reader's words.
        kind: of its values. Numbers are int, float or Decimal; percents the share of 1; durations
            ``timedelta``; dates ``date``, or aware moments whose day in the reader's zone is
            meant; moments aware. None is an empty cell in each.
    """

    header: str
    kind: ColumnKind = ColumnKind.TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook.

    Args:
        name: on its tab; what Excel cannot take of it is taken out.
        columns: from left to right.
        rows: values in the order of the columns; read once, so a generator will do.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
