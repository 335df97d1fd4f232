"""Files that came with a case, always as downloads: nothing uploaded is ever run or shown here."""

from __future__ import annotations

from django.http import FileResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound
from timshel.resolution_fulfilment.incident import queries as incidents

STRICT_POLICY = "default-src 'none'; sandbox"


@require_safe
def attachment(request: TimshelRequest, pk: int, name: str) -> HttpResponseBase:  # noqa: ARG001
    """Send a file to whoever may see it; its name in the address is for people only."""
    found, path = incidents.attachment(pk, actor=request.actor)
    try:
        content = path.open("rb")
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(
        content, as_attachment=True, filename=found.name, content_type=found.media_type
    )
    response.headers["Content-Security-Policy"] = STRICT_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response
