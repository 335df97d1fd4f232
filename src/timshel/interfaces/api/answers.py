"""Answers as JSON, and the same answer again for the same ``Idempotency-Key``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.http import HttpResponse
from ninja.files import UploadedFile
from ninja.renderers import BaseRenderer
from pydantic import BaseModel
from pydantic_core import to_json

from timshel.interfaces.api.door import ApiRequest
from timshel.kernel.errors import Invalid
from timshel.kernel.idempotency.actions import KeyUsed, once
from timshel.leadership.authority.queries import token_digest

MEDIA_TYPE = "application/json"
REPLAYED = "Idempotent-Replayed"


class Renderer(BaseRenderer):
    """Writes what ninja hands over: moments in full, text in UTF-8."""

    media_type = MEDIA_TYPE

    def render(self, request: object, data: object, *, response_status: int) -> bytes:  # noqa: ARG002
        """Return the bytes of the body."""
        return to_json(data)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent, in a form that can be kept and sent again byte for byte.

    Args:
        status: the HTTP status.
        body: JSON, or empty.
        headers: further headers.
    """

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, model: BaseModel, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Return the answer that carries a model."""
        return cls(status, model.model_dump_json(), headers or {})

    def response(self) -> HttpResponse:
        """Return the answer as Django sends it."""
        response = HttpResponse(self.body, status=self.status, content_type=MEDIA_TYPE)
        for name, value in self.headers.items():
            response.headers[name] = value
        return response


def answer_once(
    request: ApiRequest,
    key: str | None,
    do: Callable[[], Answer],
    *,
    files: Iterable[UploadedFile] = (),
) -> HttpResponse:
    """Do a thing and answer; with a key, once, and give its first answer when asked again.

    Args:
        request: whose address and body tell whether the same thing is asked again.
        key: what the client sent as ``Idempotency-Key``, or None.
        do: does it and makes the answer, in the transaction in which the key is kept.
        files: files that came with the request; their content counts as well.

    Raises:
        Invalid: the key is too long or empty, or was used for something else.
    """
    if key is None:
        # The answer is read in the transaction of the change: it shows that change and no later.
        with transaction.atomic():
            return do().response()
    try:
        kept, is_repeated = once(
            key,
            lambda: asdict(do()),
            owner=_owner(request),
            content=_content(request, files),
            at=request.at,
        )
    except KeyUsed as error:  # no conflict that reading again could solve
        raise Invalid({"Idempotency-Key": [error.message]}) from error
    response = Answer(**kept).response()
    if is_repeated:
        response.headers[REPLAYED] = "true"
    return response


def _owner(request: ApiRequest) -> str:
    """Return whose keys these are: those of one token never meet those of another."""
    secret = request.headers["Authorization"].split(" ", 1)[1].strip()
    return f"token:{token_digest(secret).hex()[:32]}"


def _content(request: ApiRequest, files: Iterable[UploadedFile]) -> bytes:
    """Return what was asked, to tell the same request from another one with the same key."""
    head = f"{request.method} {request.get_full_path()}\n".encode()
    if request.content_type != "multipart/form-data":
        return head + request.body
    parts = [head, *(f"{name}={value}\n".encode() for name, value in request.POST.items())]
    for upload in files:
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        upload.seek(0)
        parts.append(f"{upload.name} {digest.hexdigest()}\n".encode("utf-8", "backslashreplace"))
    return b"".join(parts)
