"""The types of what clients send: each says what it takes, so that nothing odd gets further."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Header, Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from timshel.interfaces.api.problems import PreconditionFailed
from timshel.kernel.errors import Invalid

LARGEST_KEY = 2**63 - 1
ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')


class Given(BaseModel):
    """The body of a request: a field it does not know is a mistake of the client's."""

    model_config = ConfigDict(extra="forbid")


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
        description="Any text of 1 to 200 characters that is new for each thing to be done. "
        "Sent again within seven days with the same request, nothing is done twice: the first "
        "answer comes again, with the header `Idempotent-Replayed: true`.",
        examples=["b0c7d1c4-7c5e-4b8e-9a53-0f6d8f1f5a0e"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the incident as it was read; answered with 412 if somebody "
        "changed it since.",
        examples=['"3"'],
    ),
]


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
        Invalid: there are some.
    """
    names = {name for group in known for name in group}
    wrong = {name: [_("There is no such parameter.")] for name in request.GET if name not in names}
    if wrong:
        raise Invalid(wrong)
