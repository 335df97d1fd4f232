"""Reading what clients send, in one place: what no database takes gets no further than here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser

from timshel.kernel.errors import Invalid
from timshel.kernel.text import is_storable

LARGEST = 2**63
"""Numbers are below this on either side of zero: none that we know is larger."""
MOST_NAMED = 20
"""How many faults of one body are told at most."""

UNSTORABLE = _("This holds characters that cannot be stored.")
TOO_LARGE = _("This number is too large.")
NO_NUMBER = _("This is not a number.")


class Reader(Parser):
    """Reads bodies, forms and what stands behind the question mark of an address."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return a body of JSON.

        Raises:
            Invalid: a text or number in it could not be stored; each is named by its place.
            ValueError: it is no JSON.
        """
        body = json.loads(request.body, parse_float=_number)
        refuse_unstorable(body)
        return body

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Return the fields of a form or an address; several values only where these are taken.

        Raises:
            Invalid: a text in it could not be stored.
        """
        given: dict[str, Any] = super().parse_querydict(data, list_fields, request)
        refuse_unstorable(given)
        return given


def _number(written: str) -> int | float:
    """Return a number; JSON knows one kind only, so that 3.0 is as whole as 3."""
    number = float(written)
    return int(number) if number.is_integer() and abs(number) < LARGEST else number


def refuse_unstorable(value: Any) -> None:
    """Refuse what JSON can write and no database takes, wherever it stands.

    Args:
        value: as it was read: objects, lists, texts, numbers; anything else passes.

    Raises:
        Invalid: half a character or NUL in a text or a name, or a number that is none or beyond
            all measure. The fields are named by their place, such as ``steps.0.title``.
    """
    faults: dict[str, list[Promise]] = {}
    for place, fault in _faults(value):
        faults.setdefault(place, [fault])
        if len(faults) == MOST_NAMED:
            break
    if faults:
        raise Invalid(faults)


def _faults(value: Any) -> Iterator[tuple[str, Promise]]:
    """Yield each fault with its place, without going deeper by calling itself."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        place, each = waiting.pop()
        if isinstance(each, Mapping):
            inner = [(_within(place, name), name, below) for name, below in each.items()]
            yield from ((at, UNSTORABLE) for at, name, _below in inner if not _is_kept(name))
            waiting += [(at, below) for at, _name, below in reversed(inner)]
        elif isinstance(each, list):
            inner_list = [(_within(place, number), below) for number, below in enumerate(each)]
            waiting += reversed(inner_list)
        else:
            fault = _fault(each)
            if fault is not None:
                yield place, fault


def _fault(value: Any) -> Promise | None:
    if isinstance(value, str):
        return None if is_storable(value) else UNSTORABLE
    if isinstance(value, float) and math.isnan(value):
        return NO_NUMBER
    if isinstance(value, int | float) and not -LARGEST < value < LARGEST:
        return TOO_LARGE
    return None


def _is_kept(name: Any) -> bool:
    return not isinstance(name, str) or is_storable(name)


def _within(place: str, name: object) -> str:
    """Return where something stands; half a character in its name could not be sent back."""
    written = str(name).encode("utf-8", "backslashreplace").decode()
    return f"{place}.{written}" if place else written
