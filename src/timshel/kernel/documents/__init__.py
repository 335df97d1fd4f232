"""Documents that leave the product: PDF by Typst, spreadsheets by openpyxl; nobody else knows them.

What goes in is plain data, already in the reader's words and, where it is text, in the reader's
zone; what comes out are the bytes of a file.
"""

from timshel.kernel.documents.typesetting import DocumentError, pdf
from timshel.kernel.documents.workbook import Column, ColumnKind, Sheet, spreadsheet

__all__ = ["Column", "ColumnKind", "DocumentError", "Sheet", "pdf", "spreadsheet"]
