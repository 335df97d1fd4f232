"""Documents that leave the product: PDF by Typst, spreadsheets by openpyxl; nobody else knows them.

What goes in is plain data, already in the reader's words and, where it is text, in the reader's
zone; what comes out are the bytes of a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from timshel.kernel.documents.sheets import Column, ColumnKind, Sheet
from timshel.kernel.documents.typesetting import DocumentError, pdf

__all__ = ["XLSX", "Column", "ColumnKind", "DocumentError", "Sheet", "pdf", "spreadsheet"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The type of spreadsheets, as it is told with a file."""


def spreadsheet(sheets: Sequence[Sheet], *, zone: str | tzinfo) -> bytes:
    """Return a workbook in the XLSX format.

    Args:
        sheets: at least one, each with at least one column.
        zone: of the reader; an IANA name or the zone itself.

    Raises:
        TypeError, ValueError: a value does not fit its column, or a moment has no zone.
        ValueError: there are no sheets, or more rows than a sheet can hold.
    """
    # The library takes half a second to import; most processes never write a sheet.
    from timshel.kernel.documents.workbook import workbook

    return workbook(sheets, zone=zone)
