"""The types of what clients send: each says what it takes, so that nothing odd gets further."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Header, Path
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticKnownError

from timshel.interfaces.api.problems import Misshapen, PreconditionFailed

LARGEST_KEY = 2**63 - 1
LARGEST_FIGURE = 10**12 - 1
FIGURE_PLACES = 4
PRINTABLE = r"^[!-~](?:[ -~]{0,198}[!-~])?$"
ETAG = re.compile(r'(?:W/)?"(\d{1,9})(?:\.[0-9a-f]*)?"')


Mistake = Literal["bool_type", "date_type", "datetime_type", "time_type", "int_type", "float_type"]
# What pydantic takes for a moment or for a truth, though the document says text or a boolean.
TEMPORAL: Mapping[Any, Mistake] = {
    AwareDatetime: "datetime_type",
    datetime: "datetime_type",
    date: "date_type",
    time: "time_type",
}
BODIES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
NUMERIC = frozenset({int, float, Decimal})
SECONDS = re.compile(r"\s*[+-]?[0-9.]+\s*")


class Given(BaseModel):
    """What a client gives: a field it does not know is a mistake of the client's.

    So is a value that only resembles what is wanted, such as 0 for false or seconds for a day.
    """

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _is_of_its_kind(cls, value: Any, asked: ValidationInfo) -> Any:
        """Refuse what the document of the API forbids and pydantic would take for something."""
        if isinstance(value, bool | int | float | str):
            kinds = _kinds(cls, asked.field_name or "")
            wrong = _mistaken(value, kinds, is_json=_is_json(asked))
            if wrong:
                raise PydanticKnownError(wrong)
        return value


@cache
def _kinds(model: type[BaseModel], name: str) -> frozenset[Any]:
    """Return the plain types that a field may have."""
    found: set[Any] = set()
    waiting: list[Any] = [model.model_fields[name].annotation]
    while waiting:
        kind = waiting.pop()
        if get_origin(kind) is None:
            found.add(kind)
        elif get_origin(kind) is Annotated:
            waiting.append(get_args(kind)[0])
        elif get_origin(kind) in (Union, UnionType):
            waiting.extend(get_args(kind))
        elif get_origin(kind) is Literal:
            found |= {type(each) for each in get_args(kind)}
    return frozenset(found)


def _mistaken(
    value: bool | float | str,  # noqa: FBT001 - a value like any other
    kinds: frozenset[Any],
    *,
    is_json: bool,
) -> Mistake | None:
    """Return what pydantic calls it when a value is none of the kinds of its field, or None."""
    moment = next((kind for kind in TEMPORAL if kind in kinds), None)
    if moment is not None and (not isinstance(value, str) or SECONDS.fullmatch(value)):
        return None if kinds & NUMERIC or str in kinds else TEMPORAL[moment]
    if isinstance(value, bool):
        return "int_type" if kinds & NUMERIC and bool not in kinds else None
    if not is_json or kinds & {str, Decimal}:
        return None
    if isinstance(value, str) and kinds & NUMERIC:
        return "int_type" if int in kinds else "float_type"
    return "bool_type" if bool in kinds and not kinds & NUMERIC else None


def _is_json(asked: ValidationInfo) -> bool:
    """Tell whether it comes in a body of JSON: what stands in an address or a form is all text."""
    request = (asked.context or {}).get("request")
    if request is None:
        return True
    return request.method in BODIES and request.content_type != "multipart/form-data"


class Sent(BaseModel):
    """The body of an answer, or a part of it; its names stay when those of the domain change."""


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError(_("This holds characters that cannot be stored."))
    return text


# Each length is a type of its own: pydantic lets a narrower length on a field fall under the table.
Storable = AfterValidator(_storable)
Label = Annotated[str, Field(max_length=100), Storable]
Line = Annotated[str, Field(max_length=250), Storable]
NeededLine = Annotated[str, Field(min_length=1, max_length=250), Storable]
Explanation = Annotated[str, Field(max_length=500), Storable]
Paragraph = Annotated[str, Field(max_length=1_000), Storable]
NeededParagraph = Annotated[str, Field(min_length=1, max_length=1_000), Storable]
ResolutionText = Annotated[str, Field(min_length=1, max_length=10_000), Storable]
LongText = Annotated[str, Field(max_length=50_000), Storable]
NeededText = Annotated[str, Field(min_length=1, max_length=50_000), Storable]
Code = Annotated[str, Field(min_length=1, max_length=80), Storable]
Key = Annotated[int, Field(strict=True, ge=1, le=LARGEST_KEY)]
KeyInAddress = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
Level = Annotated[int, Field(strict=True, ge=1, le=3)]
Priority = Annotated[int, Field(strict=True, ge=1, le=5)]
Version = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
Cursor = Annotated[str, Field(max_length=1_000), Storable]
# Said to be a number alone: a text that is none would be refused though the document allowed it.
# What is finer than columns of figures hold is rounded, since no bound of the document says it.
Figure = Annotated[
    Decimal,
    Field(ge=-LARGEST_FIGURE, le=LARGEST_FIGURE),
    AfterValidator(lambda figure: round(figure, FIGURE_PLACES)),
    WithJsonSchema({"type": "number", "minimum": -LARGEST_FIGURE, "maximum": LARGEST_FIGURE}),
]
PageSize = Annotated[int, Field(ge=1, le=200)]

IncidentNumber = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z]{2,6}[0-9]{1,14}$",
        description="The number of the incident.",
        examples=["INC0000012"],
    ),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=PRINTABLE,
        description="A text of 1 to 200 printable ASCII characters that is new for each thing to "
        "be done. Sent again within seven days with the same request, nothing is done twice: the "
        "first answer comes again, with the header `Idempotent-Replayed: true`.",
        examples=["b0c7d1c4-7c5e-4b8e-9a53-0f6d8f1f5a0e"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the record as it was read; answered with 412 if somebody "
        "changed it since.",
        examples=['"3"'],
    ),
]


def listed(kind: type[Enum]) -> WithJsonSchema:
    """Return what shows the values of an enumeration where it is used, and not by its name.

    Two enumerations of one name would hide each other in the document.
    """
    return WithJsonSchema({"type": "string", "enum": [each.value for each in kind]})


def etag(version: int) -> str:
    """Return the ``ETag`` of a version."""
    return f'"{version}"'


def version_of(if_match: str) -> int:
    """Return the version that a header ``If-Match`` names.

    Raises:
        PreconditionFailed: it names none of ours, hence not the present one.
    """
    found = ETAG.fullmatch(if_match.strip())
    if found is None:
        raise PreconditionFailed
    return int(found[1])


def refuse_unknown(request: HttpRequest, *known: Iterable[str]) -> None:
    """Refuse parameters in the address that do not exist: a filter misspelt filters nothing.

    Raises:
        Misshapen: there are some.
    """
    names = {name for group in known for name in group}
    wrong = {name: [_("There is no such parameter.")] for name in request.GET if name not in names}
    if wrong:
        raise Misshapen(wrong)
