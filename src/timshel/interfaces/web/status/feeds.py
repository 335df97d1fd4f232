"""The status page for programs: what changed as Atom, planned work as iCalendar."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest, open_to_all
from timshel.interfaces.web.status.pages import reader
from timshel.interfaces.web.wording import rich_text
from timshel.kernel.icalendar_files.writing import MEDIA_TYPE, Entry, icalendar_file
from timshel.resolution_fulfilment.status import queries
from timshel.resolution_fulfilment.status.queries import HappeningView

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
ANSWERS_FOR = 60  # seconds for which a program need not ask again


@open_to_all
@require_safe
def atom(request: TimshelRequest, code: str = "") -> HttpResponseBase:
    """Send what lately began or ended, the last change first."""
    actor = reader(request)
    found = queries.latest_happenings(actor=actor, at=request.at, service=code)
    page = reverse("status-service", args=[code]) if code else reverse("status")
    own = reverse("status-service-atom", args=[code]) if code else reverse("status-atom")
    return _answer(request, _feed(found, page=page, own=own), ATOM_TYPE)


@open_to_all
@require_safe
def planned(request: TimshelRequest, code: str = "") -> HttpResponseBase:
    """Send the planned work that is to come, as a calendar to subscribe to."""
    rows = queries.planned_ahead(actor=reader(request), at=request.at, service=code)
    entries = [
        Entry(
            uid=f"planned-{row.id}@{settings.MAIL_DOMAIN}",
            name=row.title,
            start=row.starts_at.astimezone(UTC),
            end=row.ends_at.astimezone(UTC),
            description="\n\n".join(
                filter(None, (", ".join(each.name for each in row.services), row.message))
            ),
        )
        for row in rows
    ]
    days = [row.starts_at.date() for row in rows] + [row.ends_at.date() for row in rows]
    # Made when its content last changed, so that the same content is the same file.
    made_at = max((row.changed_at for row in rows), default=BEGINNING)
    first = min(days, default=made_at.date())
    content = icalendar_file(
        _("Planned work"),
        entries,
        zone="UTC",
        first=first,
        last=max(days, default=first) + timedelta(days=1),
        at=made_at,
    )
    return _answer(request, content, MEDIA_TYPE)


def _feed(found: tuple[HappeningView, ...], *, page: str, own: str) -> bytes:
    base = str(settings.BASE_ADDRESS)
    feed = ET.Element("feed", xmlns=ATOM)
    _add(feed, "id", base + own)
    _add(feed, "title", _("How our services do"))
    _add(feed, "updated", _moment(max((each.changed_at for each in found), default=BEGINNING)))
    ET.SubElement(feed, "link", rel="self", type="application/atom+xml", href=base + own)
    ET.SubElement(feed, "link", rel="alternate", type="text/html", href=base + page)
    ET.SubElement(_add(feed, "author"), "name").text = settings.MAIL_DOMAIN
    for each in found:
        entry = _add(feed, "entry")
        _add(entry, "id", f"tag:{settings.MAIL_DOMAIN},2026:status/{each.id}")
        state = _("It works again") if each.ended_at else each.state.label
        title = _("%(service)s: %(state)s") % {"service": each.service, "state": state}
        _add(entry, "title", f"{title} – {each.title}")
        _add(entry, "published", _moment(each.began_at))
        _add(entry, "updated", _moment(each.changed_at))
        address = reverse("status-service", args=[each.service_code])
        ET.SubElement(entry, "link", rel="alternate", type="text/html", href=base + address)
        ET.SubElement(entry, "category", term=each.state.value)
        content = _add(entry, "content", str(rich_text(each.message)) if each.message else "")
        content.set("type", "html")
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = text
    return element


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _answer(request: TimshelRequest, content: bytes, media_type: str) -> HttpResponseBase:
    """Send a feed, or that it is the same as the reader has."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type=media_type)
    response.headers["ETag"] = tag
    audience = "public" if request.actor.person_id is None else "private"
    response.headers["Cache-Control"] = f"{audience}, max-age={ANSWERS_FOR}"
    return get_conditional_response(request, etag=tag, response=response) or response
