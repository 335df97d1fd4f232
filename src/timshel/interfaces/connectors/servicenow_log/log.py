"""Reading the log: rows as they stand in the file, each with its line, and what cannot be read.

A log holds one row for each update of an incident, with all its fields as they were afterwards.
Nothing is interpreted here but moments and what is missing; what the words mean is the planner's.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from timshel.interfaces.connectors.servicenow_log.mapping import LogMapping
from timshel.interfaces.connectors.servicenow_log.report import Finding, Outcome
from timshel.kernel.errors import Invalid

GZIP_MAGIC = b"\x1f\x8b"
MOMENTS = ("updated_at", "opened_at", "resolved_at", "closed_at")
NEEDED_MOMENTS = frozenset({"updated_at", "opened_at"})
REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of the log.

    Args:
        line: its line in the file; the header is line 1.
        number: the incident's number there.
        updated_at: when the row was written.
        opened_at: when the incident was opened.
        resolved_at: when it was last resolved, or None; the same on all rows of an incident.
        closed_at: when it was closed, or None; the same on all rows of an incident.
        words: the other fields that the mapping names, without those that are missing.
        notes: the columns that become notes, by their labels, without those that are missing.
        raw: the row as it stands in the file.
    """

    line: int
    number: str
    updated_at: datetime
    opened_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    words: Mapping[str, str]
    notes: Mapping[str, str]
    raw: tuple[str, ...]

    def word(self, field: str) -> str:
        """Return the text of a field, or nothing where it is missing."""
        return self.words.get(field, "")


def read_log(
    path: Path, *, mapping: LogMapping, refuse: Callable[[Finding], None]
) -> Iterator[LogRow]:
    """Yield the rows of a log in the order of the file.

    Args:
        path: a CSV file, or one packed by gzip.
        mapping: which column is what.
        refuse: told of each row that cannot be read.

    Raises:
        Invalid: the file cannot be read, or is no such log; the message says what is missing.
    """
    with _lines(path) as lines:
        reader = csv.reader(lines)
        try:
            header = next(reader, [])
            read = _Reader(header, mapping=mapping, path=path)
            for cells in reader:
                if cells:
                    found = read.row(cells, line=reader.line_num)
                    if isinstance(found, LogRow):
                        yield found
                    else:
                        refuse(found)
        except (csv.Error, UnicodeDecodeError, EOFError, OSError) as error:
            message = _("%(path)s cannot be read on from line %(line)d: %(reason)s")
            raise Invalid(
                message=message % {"path": path, "line": reader.line_num, "reason": error}
            ) from error


def count_rows(path: Path) -> int:
    """Return how many rows a log has, for showing progress.

    Raises:
        Invalid: the file cannot be read.
    """
    with _lines(path) as lines:
        try:
            return max(0, sum(1 for _line in lines) - 1)
        except (UnicodeDecodeError, EOFError, OSError) as error:
            message = _("%(path)s cannot be read: %(reason)s")
            raise Invalid(message=message % {"path": path, "reason": error}) from error


@contextmanager
def _lines(path: Path) -> Iterator[IO[str]]:
    try:
        raw = path.open("rb")
    except OSError as error:
        message = _("%(path)s cannot be opened: %(reason)s")
        raise Invalid(message=message % {"path": path, "reason": error.strerror}) from error
    with raw:
        is_packed = raw.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        raw.seek(0)
        content = gzip.GzipFile(fileobj=raw) if is_packed else raw
        # Spreadsheets begin their files with a byte order mark.
        with io.TextIOWrapper(content, encoding="utf-8-sig", newline="") as lines:
            yield lines


class _Reader:
    """Knows where in a row each field stands.

    Raises:
        Invalid: the header lacks columns that the mapping names.
    """

    def __init__(self, header: Sequence[str], *, mapping: LogMapping, path: Path) -> None:
        places = {name.strip(): place for place, name in enumerate(header)}
        missing = sorted({*mapping.columns.values(), *mapping.notes} - set(places))
        if missing:
            raise Invalid(message=_not_a_log(path, header, missing))
        self._mapping = mapping
        self._width = len(header)
        self._moments = [
            (field, places[mapping.columns[field]]) for field in MOMENTS if field in mapping.columns
        ]
        self._number = places[mapping.columns["number"]]
        self._words = [
            (field, places[column])
            for field, column in mapping.columns.items()
            if field not in MOMENTS and field != "number"
        ]
        self._notes = [(label, places[column]) for column, label in mapping.notes.items()]
        # A log repeats the same few thousand words and moments over and over.
        self._clean = lru_cache(maxsize=REMEMBERED)(self._cleaned)
        self._moment = lru_cache(maxsize=REMEMBERED)(self._parsed)

    def row(self, cells: Sequence[str], *, line: int) -> LogRow | Finding:
        """Return a row, or what is wrong with it."""
        if len(cells) != self._width:
            reason = _("The row has %(count)d columns and not %(width)d.")
            return self._refused(line, "", reason % {"count": len(cells), "width": self._width})
        number = cells[self._number].strip()
        if number in self._mapping.missing:
            return self._refused(line, "", _("The row has no number."))
        moments: dict[str, datetime | None] = dict.fromkeys(MOMENTS)
        for field, place in self._moments:
            text = cells[place].strip()
            if text in self._mapping.missing and field not in NEEDED_MOMENTS:
                continue
            try:
                moments[field] = self._moment(text)
            except ValueError:
                reason = _("%(column)s is no moment: %(text)s")
                column = self._mapping.columns[field]
                return self._refused(line, number, reason % {"column": column, "text": text})
        updated_at, opened_at, resolved_at, closed_at = (moments[field] for field in MOMENTS)
        assert updated_at is not None and opened_at is not None  # noqa: S101, PT018 - refused above
        return LogRow(
            line=line,
            number=number,
            updated_at=updated_at,
            opened_at=opened_at,
            resolved_at=resolved_at,
            closed_at=closed_at,
            words=self._texts(cells, self._words),
            notes=self._texts(cells, self._notes),
            raw=tuple(cells),
        )

    def _texts(self, cells: Sequence[str], places: Sequence[tuple[str, int]]) -> dict[str, str]:
        clean = self._clean
        return {name: text for name, place in places if (text := clean(cells[place]))}

    def _cleaned(self, cell: str) -> str:
        """Return the text of a cell without odd spaces, or nothing where it is missing."""
        text = " ".join(cell.split())
        return "" if text in self._mapping.missing else text

    def _parsed(self, text: str) -> datetime:
        local = datetime.strptime(text, self._mapping.date_format)  # noqa: DTZ007 - next line
        return local.replace(tzinfo=self._mapping.zone).astimezone(UTC)

    @staticmethod
    def _refused(line: int, number: str, reason: str) -> Finding:
        return Finding(line, number, Outcome.REFUSED, reason, _("The row was left out."))


def _not_a_log(path: Path, header: Sequence[str], missing: Sequence[str]) -> str:
    if not header:
        return _("%(path)s is empty.") % {"path": path}
    message = _(
        "%(path)s is not such a log: its first line lacks the columns %(missing)s. "
        "If yours have other names, say so in a mapping."
    )
    return message % {"path": path, "missing": ", ".join(missing)}
