"""Files that came with a case: as downloads of a safe type, and a look at pictures and plain text.

Nothing uploaded is ever run: what is looked at is sent under a policy that forbids all, by a type
that a browser only draws, and is kept from being guessed to be anything else.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound
from timshel.resolution_fulfilment.incident import queries as incidents

STRICT_POLICY = "default-src 'none'; sandbox"
PICTURES = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
TEXT = "text/plain"
PREVIEWED = PICTURES | {TEXT}
# So much of a text is shown; the whole is in the download.
LONGEST_LOOK = 100_000


@require_safe
def attachment(request: TimshelRequest, pk: int, name: str) -> HttpResponseBase:  # noqa: ARG001
    """Send a file to whoever may see it; its name in the address is for people only."""
    found, path = incidents.attachment(pk, actor=request.actor)
    response = FileResponse(
        _opened(path), as_attachment=True, filename=found.name, content_type=found.media_type
    )
    return _guarded(response)


@require_safe
def preview(request: TimshelRequest, pk: int) -> HttpResponseBase:
    """Show a picture or a plain text to whoever may see it; other files are downloads only."""
    found, path = incidents.attachment(pk, actor=request.actor)
    if found.media_type in PICTURES:
        return _guarded(FileResponse(_opened(path), content_type=found.media_type))
    if found.media_type != TEXT:
        raise NotFound
    with _opened(path) as content:
        text = content.read(LONGEST_LOOK).decode("utf-8", errors="replace")
    return _guarded(HttpResponse(text, content_type="text/plain; charset=utf-8"))


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise NotFound from error


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Content-Security-Policy"] = STRICT_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
