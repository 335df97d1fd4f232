"""Conditional requests, one way for all: ``ETag``, ``If-None-Match`` and ``If-Match`` (RFC 9110).

The tag of an answer is ``"state"`` or ``"state.whole"``: what stands before the dot changes with
the record, what stands behind it with any letter of the answer, such as a clock that went on. A
change is compared by the former, a reader's copy by the whole. A record with a ``version`` has it
as its state; of others it is a digest without what only time moves.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from timshel.interfaces.api.problems import PreconditionFailed

JSON = "application/json"
DIGEST_LENGTH = 16
TAG = re.compile(r'(?:W/)?"([^"]*)"')
# What differs between two readings of a record that nobody changed.
MOVED_BY_TIME = frozenset(
    {"elapsed_seconds", "remaining_seconds", "forecast", "possible", "chance", "age_seconds"}
)
OK, NOT_MODIFIED, PRECONDITION_FAILED, UNREADABLE = 200, 304, 412, 422

Read = Callable[[], HttpResponseBase]


def tagged(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """Return the answer to a reader with its tag, or 304 where the reader's copy still holds.

    Args:
        request: may name copies by ``If-None-Match``.
        answer: as the operation made it; only whole answers of JSON have a tag.
    """
    if answer.status_code != OK or not isinstance(answer, HttpResponse):
        return answer
    if answer.headers.get("Content-Type", "").partition(";")[0] != JSON:
        return answer
    answer.headers["ETag"] = _tag(answer)
    known = request.headers.get("If-None-Match")
    if known is None or not _names(known, answer.headers["ETag"]):
        return answer
    unchanged = HttpResponse(status=NOT_MODIFIED)
    del unchanged.headers["Content-Type"]
    unchanged.headers["ETag"] = answer.headers["ETag"]
    return unchanged


def only_if_unchanged(
    request: HttpRequest, *, read: Read, change: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Do a change only if the record is as ``If-Match`` names it.

    The record is read and changed in one transaction that sees one moment: whoever changed it
    between the two makes the database refuse the change.

    Args:
        request: with the header ``If-Match``.
        read: answers with the record as it stands.
        change: does the change and answers.

    Raises:
        PreconditionFailed: it is not; what stands now is added by ``with_current``.
    """
    with transaction.atomic():
        if not connection.savepoint_ids:  # within another transaction it is too late to ask
            _see_one_moment()
        return _changed(request, read=read, change=change)


def with_current(answer: HttpResponseBase, read: Read) -> HttpResponseBase:
    """Return a refusal for the sake of ``If-Match`` with the record as it stands now.

    Args:
        answer: of any operation; others than these refusals come back as they are.
        read: answers with the record.
    """
    if answer.status_code != PRECONDITION_FAILED or not isinstance(answer, HttpResponse):
        return answer
    standing = read()
    if standing.status_code != OK or not isinstance(standing, HttpResponse):
        return answer
    if standing.headers.get("Content-Type", "").partition(";")[0] != JSON:
        return answer
    document = json.loads(answer.content)
    document["current"] = json.loads(standing.content)
    answer.content = json.dumps(document, ensure_ascii=False).encode()
    answer.headers["ETag"] = _tag(standing)
    return answer


def _changed(
    request: HttpRequest, *, read: Read, change: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    standing = read()
    if standing.status_code == UNREADABLE:  # an address that tells nothing without parameters
        raise PreconditionFailed
    if standing.status_code != OK or not isinstance(standing, HttpResponse):
        return standing
    if not _is_named(request.headers["If-Match"], _tag(standing)):
        raise PreconditionFailed
    return change()


def _see_one_moment() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _tag(answer: HttpResponse) -> str:
    """Return the tag of a whole answer."""
    given = answer.headers.get("ETag", "")
    whole = hashlib.sha256(answer.content).hexdigest()[:DIGEST_LENGTH]
    if "." in given:
        return given
    if given:
        return f'"{given.strip(chr(34))}.{whole}"'
    if not answer.headers.get("Content-Type", "").startswith(JSON):
        return f'"{whole}"'
    still = json.dumps(_still(json.loads(answer.content)), sort_keys=True).encode()
    return f'"{hashlib.sha256(still).hexdigest()[:DIGEST_LENGTH]}.{whole}"'


def _still(part: Any) -> Any:
    """Return a document without what only time moves."""
    if isinstance(part, Mapping):
        return {name: _still(each) for name, each in part.items() if name not in MOVED_BY_TIME}
    if isinstance(part, list):
        return [_still(each) for each in part]
    return part


def _names(header: str, tag: str) -> bool:
    """Tell whether a header names a whole tag; weak ones are as good, for readers."""
    return header.strip() == "*" or tag.strip('"') in TAG.findall(header)


def _is_named(header: str, tag: str) -> bool:
    """Tell whether a header names the state of a tag."""
    state = tag.strip('"').partition(".")[0]
    return header.strip() == "*" or state in {
        each.partition(".")[0] for each in TAG.findall(header)
    }
