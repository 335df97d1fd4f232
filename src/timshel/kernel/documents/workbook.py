"""Spreadsheets: typed columns, a head that stays, and no text that turns into a formula.

Excel knows neither zones nor negative spans of time: moments are written in the reader's zone,
and a negative span as text. Text is always text, whatever it begins with.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from io import BytesIO
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from timshel.kernel.documents.sheets import Column, ColumnKind, Sheet

MOST_ROWS = 1_048_575  # below the head
LONGEST_TEXT = 32_767
LONGEST_NAME = 31
LOOKED_AT = 200  # rows whose texts decide about the widths
NARROWEST, WIDEST = 8, 60
FIRST_DATE = date(1900, 3, 1)  # Excel takes 1900 for a leap year; what is before it is a day off

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # "_x0041_" would be read as "A"
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")

HEAD_FONT = Font(bold=True, color="FF1D2527")
HEAD_FILL = PatternFill("solid", fgColor="FFE2EFF1")
HEAD_BORDER = Border(bottom=Side(style="medium", color="FF1F5F6B"))
HEAD_ALIGNMENT = Alignment(wrap_text=True, vertical="top")


FORMATS = {
    ColumnKind.PERCENT: "0.0%",
    ColumnKind.DURATION: "[h]:mm:ss",
    ColumnKind.DATE: "yyyy-mm-dd",
    ColumnKind.MOMENT: "yyyy-mm-dd hh:mm",
}
WIDTHS = {
    ColumnKind.NUMBER: 12,
    ColumnKind.PERCENT: 10,
    ColumnKind.DURATION: 12,
    ColumnKind.DATE: 12,
    ColumnKind.MOMENT: 17,
}


def workbook(sheets: Sequence[Sheet], *, zone: str | tzinfo) -> bytes:
    """Return a workbook; see :func:`~timshel.kernel.documents.spreadsheet`."""
    if not sheets:
        raise ValueError("a workbook needs a sheet")
    book = Workbook(write_only=True)
    reader = ZoneInfo(zone) if isinstance(zone, str) else zone
    names: set[str] = set()
    file = BytesIO()
    try:
        for sheet in sheets:
            _write(book, sheet, name=_name(sheet.name, names), zone=reader)
    finally:
        book.save(file)  # after a fault, too: it takes the temporary files of the sheets away
    return file.getvalue()


def _write(book: Workbook, sheet: Sheet, *, name: str, zone: tzinfo) -> None:
    page = book.create_sheet(name)
    rows = _rows(sheet)
    first = list(islice(rows, LOOKED_AT))
    for position, column in enumerate(sheet.columns):
        width = _width(column, [row[position] for row in first])
        page.column_dimensions[get_column_letter(position + 1)].width = width
    page.freeze_panes = "A2"
    page.append([_head(page, column) for column in sheet.columns])
    last = 1
    for row in chain(first, rows):
        last += 1
        page.append(list(_cells(page, sheet.columns, row, zone=zone)))
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{last}"


def _rows(sheet: Sheet) -> Iterator[Sequence[Any]]:
    for number, row in enumerate(sheet.rows, start=1):
        if number > MOST_ROWS:
            raise ValueError(f"a sheet holds {MOST_ROWS} rows at most")
        if len(row) != len(sheet.columns):
            raise ValueError(f"row {number} has {len(row)} values, not {len(sheet.columns)}")
        yield row


def _head(page: Any, column: Column) -> Any:
    cell = _text(page, column.header)
    cell.font, cell.fill, cell.border = HEAD_FONT, HEAD_FILL, HEAD_BORDER
    cell.alignment = HEAD_ALIGNMENT
    return cell


def _cells(
    page: Any, columns: Sequence[Column], row: Sequence[Any], *, zone: tzinfo
) -> Iterator[Any]:
    for column, value in zip(columns, row, strict=True):
        written = None if value is None else _value(column.kind, value, zone=zone)
        if written is None:
            yield None
        elif isinstance(written, str):
            yield _text(page, written)
        else:
            cell = WriteOnlyCell(page, value=written)
            cell.number_format = FORMATS.get(column.kind) or _number_format(written)
            yield cell


def _text(page: Any, text: str) -> Any:
    """Return a cell that holds text and nothing else.

    The kind of the cell says so to whoever opens the file; the mark of quoted text keeps it so
    when somebody edits the cell.
    """
    clean = _ESCAPE.sub("_x005F_", _CONTROL.sub("", text))
    if len(clean) > LONGEST_TEXT:
        clean = clean[: LONGEST_TEXT - 1] + "…"
    cell = WriteOnlyCell(page, value=clean)
    cell.data_type = "s"
    if clean.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        cell.quotePrefix = True
    return cell


def _value(kind: ColumnKind, value: Any, *, zone: tzinfo) -> Any:
    """Return a value as openpyxl writes it; what Excel has no figure for, as text."""
    if kind is ColumnKind.TEXT:
        return str(value)
    if kind is ColumnKind.DURATION:
        return _duration(value)
    if kind in (ColumnKind.DATE, ColumnKind.MOMENT):
        return _moment(kind, value, zone=zone)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TypeError(f"not a number: {value!r}")
    return value if math.isfinite(value) else None


def _duration(value: Any) -> timedelta | str:
    if not isinstance(value, timedelta):
        raise TypeError(f"not a duration: {value!r}")
    whole = timedelta(seconds=round(value.total_seconds()))
    if whole >= timedelta(0):
        return whole
    minutes, seconds = divmod(int(-whole.total_seconds()), 60)
    return f"-{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _moment(kind: ColumnKind, value: Any, *, zone: tzinfo) -> date | datetime | str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value!r}")
        local = value.astimezone(zone).replace(tzinfo=None, microsecond=0)
        written: date | datetime = local.date() if kind is ColumnKind.DATE else local
        day = local.date()
    elif isinstance(value, date) and kind is ColumnKind.DATE:
        written = day = value
    else:
        raise TypeError(f"not a {kind}: {value!r}")
    return written if day >= FIRST_DATE else str(written)


def _number_format(value: Any) -> str:
    return "#,##0" if value == int(value) else "#,##0.00"


def _width(column: Column, values: Sequence[Any]) -> float:
    if column.kind in WIDTHS:
        return max(WIDTHS[column.kind], min(len(column.header) + 4, WIDEST // 2))
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(max(longest, len(column.header) + 4, NARROWEST), WIDEST)


def _name(text: str, taken: set[str]) -> str:
    """Return a name for a tab that Excel takes and no other tab of the workbook has."""
    plain = _CONTROL.sub("", _NOT_IN_NAMES.sub(" ", text)).strip(" '")
    name, number = plain[:LONGEST_NAME].strip(" '") or "Sheet", 1
    while name.casefold() in taken or name.casefold() == "history":
        number += 1
        suffix = f" {number}"
        name = (plain or "Sheet")[: LONGEST_NAME - len(suffix)].rstrip(" '") + suffix
    taken.add(name.casefold())
    return name
