"""Exports: every row of a list as it is read, without a cap and in bounded memory.

A page is read by its key only when the one before was sent, so that neither the server nor the
database holds more than one. What a spreadsheet would take for a formula is made harmless.

By the time a fault shows itself the status was sent, and the web server ends what is chunked as if
it were whole: so the last line says what happened, as a problem document or as a row of one.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Literal, TypeVar

from django.http import StreamingHttpResponse
from django.utils import translation
from pydantic import BaseModel
from pydantic_core import to_json

from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.problems import answer_to

Format = Literal["ndjson", "csv"]
Key = TypeVar("Key")
Row = BaseModel | Mapping[str, Any]
# A page of rows, and where to go on; None after the last.
Read = Callable[[Key | None], tuple[Iterable[Row], Key | None]]

BATCH = 200
MEDIA_TYPES: Mapping[Format, str] = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
}
# The wide ones of East Asian keyboards are taken for the narrow ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")


def exported(
    request: ApiRequest,
    read: Read[Key],
    *,
    name: str,
    form: Format,
    columns: Iterable[str],
    total: int | None = None,
) -> StreamingHttpResponse:
    """Return an answer that sends all rows, batch by batch.

    The first batch is read at once, so that what is asked wrongly is refused as anywhere else.

    Args:
        request: in whose language it is written.
        read: returns a batch and where to go on.
        name: of the file, without its ending.
        form: how it is written.
        columns: the fields of a row, for the head of a CSV file.
        total: how many rows there are, where it was asked.
    """
    language = request.auth.language
    first = read(None)
    rows = chain.from_iterable(_batches(first, read, language))
    if form == "csv":
        write, ending = _as_csv(rows, tuple(columns)), _ending_of_csv
    else:
        write, ending = _as_lines(rows), _ending_of_lines
    told = _told(write, request, ending)
    answer = StreamingHttpResponse(told, content_type=MEDIA_TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    if total is not None:
        answer.headers["Total-Count"] = str(total)
    return answer


def _batches(
    batch: tuple[Iterable[Row], Key | None], read: Read[Key], language: str
) -> Iterator[Iterable[Row]]:
    rows, key = batch
    yield rows
    while key is not None:
        with translation.override(language):  # the request is over by now
            rows, key = read(key)
        yield rows


def _told(
    lines: Iterator[bytes], request: ApiRequest, ending: Callable[[bytes], bytes]
) -> Iterator[bytes]:
    """Yield what is written; what goes wrong is the end of it, and in the log."""
    try:
        yield from lines
    except Exception as error:  # noqa: BLE001 - nobody above could still tell the client
        yield ending(answer_to(request, error).content)


def _ending_of_lines(problem: bytes) -> bytes:
    return problem + b"\n"


def _ending_of_csv(problem: bytes) -> bytes:
    said = json.loads(problem)
    buffer = io.StringIO()
    csv.writer(buffer).writerow([said["type"], said["detail"], said["instance"]])
    return _taken(buffer)


def _as_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    for row in rows:
        yield to_json(row) + b"\n"


def _as_csv(rows: Iterable[Row], columns: tuple[str, ...]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    yield b"\xef\xbb\xbf" + _taken(buffer)
    for row in rows:
        fields = row.model_dump(mode="json") if isinstance(row, BaseModel) else row
        writer.writerow([cell(fields.get(name)) for name in columns])
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    written = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return written


def cell(value: Any) -> str | int | float:
    """Return a value as a cell: numbers as they are, and no text that turns into a formula.

    Args:
        value: a text, number, truth, nothing, or an object, which is named by its name or code.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        text = str(value.get("name") or value.get("code") or json.dumps(value, ensure_ascii=False))
    elif isinstance(value, list | tuple):
        text = ", ".join(str(cell(each)) for each in value)
    else:
        text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
