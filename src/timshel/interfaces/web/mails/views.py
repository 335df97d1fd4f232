"""The HTML of a mail in a frame that may do nothing, its pictures, and the mail as it came.

The frame has an origin of its own, so that no cookie of ours goes with what it asks for: its
pictures have addresses that are signed for one reader and work for an hour, and whether the
reader may still see them is asked each time.
"""

from __future__ import annotations

import re
from html import escape

from django.core import signing
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest, open_to_all
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import NotFound
from timshel.leadership.authority.queries import actor_for
from timshel.resolution_fulfilment.intake.queries import (
    MailFrame,
    mail_frame,
    mail_picture,
    raw_message,
)

FRAME_POLICY = "; ".join(
    (
        "sandbox",
        "default-src 'none'",
        "img-src 'self'",
        "style-src 'unsafe-inline'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
STRICT_POLICY = "default-src 'none'; sandbox"
SHOWN = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
SALT = "timshel.mail-picture"
SECONDS = 3_600

_PICTURE = re.compile(r'src="cid:([^"]{1,300})"')
PAGE = (
    '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
    "<style>body{{margin:0;padding:12px;background:#fff;color:#1c1c1c;"
    "font:15px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}}img{{max-width:100%;height:auto}}"
    "pre{{white-space:pre-wrap}}table{{max-width:100%}}</style></head><body>{body}</body></html>"
)


@require_safe
@xframe_options_exempt
def original(request: TimshelRequest, entry_id: int) -> HttpResponse:
    """Show the HTML of a mail, for a frame of the page with the entry."""
    frame = mail_frame(entry_id, actor=request.actor)
    page = PAGE.format(
        language=escape(request.actor.language),
        title=escape(_("The mail as it looked")),
        body=with_pictures(frame, actor=request.actor),
    )
    response = HttpResponse(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    _private(response)
    return response


def with_pictures(frame: MailFrame, *, actor: Actor) -> str:
    """Return HTML whose pictures have addresses for this reader; those that are not there have
    none."""

    def addressed(match: re.Match[str]) -> str:
        picture = frame.pictures.get(match[1])
        if picture is None:
            return ""
        token = signing.dumps([picture, actor.person_id], salt=SALT)
        return f'src="{reverse("mail-picture", args=[token])}" loading="lazy"'

    return _PICTURE.sub(addressed, frame.html)


@open_to_all
@require_safe
def picture(request: TimshelRequest, token: str) -> HttpResponseBase:  # noqa: ARG001
    """Send a picture of a mail to the reader that its address was signed for."""
    try:
        picture_id, person_id = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise NotFound from error
    reader = actor_for(person_id, channel=Channel.DESK)
    if reader is None:
        raise NotFound
    found, path = mail_picture(picture_id, actor=reader)
    if found.media_type not in SHOWN:
        raise NotFound
    try:
        response = FileResponse(path.open("rb"), content_type=found.media_type)
    except FileNotFoundError as error:
        raise NotFound from error
    response.headers["Content-Security-Policy"] = STRICT_POLICY
    # The frame that asks has no origin.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    _private(response)
    return response


@require_safe
def raw(request: TimshelRequest, message_id: int) -> HttpResponse:
    """Send a mail as it came, as plain text that no browser shows as anything else."""
    content = raw_message(message_id, actor=request.actor)
    response = HttpResponse(content, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="mail-{message_id}.txt"'
    response.headers["Content-Security-Policy"] = STRICT_POLICY
    _private(response)
    return response


def _private(response: HttpResponseBase) -> None:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
