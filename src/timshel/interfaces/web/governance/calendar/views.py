"""Everything that is due: as a page, as a file, and as a feed that calendar programs follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.addresses import record_address
from timshel.interfaces.web.requests import TimshelRequest, open_to_all
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.due import Asked, Due, everything_due
from timshel.kernel.errors import NotFound
from timshel.kernel.icalendar_files.writing import MEDIA_TYPE, Entry, icalendar_file
from timshel.kernel.record_numbers import is_number
from timshel.kernel.text import labelled
from timshel.leadership.authority.queries import actor_for, password_mark

SALT = "timshel.due-feed"
DAY = timedelta(days=1)
AHEAD = {"month": 31, "quarter": 92, "year": 366}


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that is due, and where its page is."""

    due: Due
    address: str
    is_overdue: bool

    @property
    def number(self) -> str:
        """The number of the record; empty where it is known by a code, which tells nobody more."""
        return self.due.code if is_number(self.due.code) else ""


@require_safe
def due_list(request: TimshelRequest) -> HttpResponse:
    """Show what is due, by day."""
    ahead = request.GET.get("ahead", "")
    ahead = ahead if ahead in AHEAD else "quarter"
    is_own = request.GET.get("whose", "all") == "mine"
    today = request.actor.day_at(request.at)
    asked = Asked(today + AHEAD[ahead] * DAY, request.actor, request.at, is_own=is_own)
    context = {
        "days": by_day(everything_due(asked), today),
        "today": today,
        "ahead": ahead,
        "aheads": (("month", _("A month")), ("quarter", _("Three months")), ("year", _("A year"))),
        "is_own": is_own,
        "feed_address": f"{settings.BASE_ADDRESS}{_feed_address(request.actor)}",
    }
    return render(request, "governance/calendar/list.html", context)


@require_safe
def as_file(request: TimshelRequest) -> HttpResponse:
    """Send all that is due within a year as an iCalendar file."""
    return _file(request.actor, request.at, is_own=request.GET.get("whose", "") == "mine")


@open_to_all
@require_safe
def feed(request: TimshelRequest, secret: str) -> HttpResponse:
    """Send what somebody is to do, to the calendar program that they gave the address.

    Raises:
        NotFound: the address is none of ours, or its person left or has another password now.
    """
    actor = _owner_of(secret)
    with translation.override(actor.language):
        return _file(actor, request.at, is_own=True)


def _file(actor: Actor, at: datetime, *, is_own: bool) -> HttpResponse:
    today = actor.day_at(at)
    last = today + AHEAD["year"] * DAY
    found = everything_due(Asked(last, actor, at, is_own=is_own))
    first = min((each.day for each in found), default=today)
    content = icalendar_file(
        _("What is due"), _entries(found), zone="UTC", first=first, last=last, at=at
    )
    headers = {"Content-Disposition": 'attachment; filename="due.ics"'}
    return HttpResponse(content, content_type=MEDIA_TYPE, headers=headers)


def _entries(found: Iterable[Due]) -> Iterator[Entry]:
    for each in found:
        address = record_address(each.kind, each.code)
        words = [each.owner, f"{settings.BASE_ADDRESS}{address}" if address else ""]
        yield Entry(
            uid=f"{each.kind}-{each.code}@timshel",
            name=labelled(each.what, each.title),
            start=each.day,
            end=each.day + DAY,
            description="\n".join(filter(None, words)),
            categories=(str(each.what),),
        )


def by_day(found: Iterable[Due], today: date) -> list[tuple[date, list[Shown]]]:
    """Return what is due, gathered by day.

    Args:
        found: the soonest first.
        today: the reader's day.
    """
    shown = (Shown(each, record_address(each.kind, each.code), each.day < today) for each in found)
    return [(day, list(rows)) for day, rows in groupby(shown, key=lambda each: each.due.day)]


def _feed_address(actor: Actor) -> str:
    """Return the address of somebody's own feed; it ends when their password changes."""
    person = actor.person_id or 0
    secret = signing.dumps([person, password_mark(person)], salt=SALT)
    return reverse("due-feed", args=[secret])


def _owner_of(secret: str) -> Actor:
    try:
        person, mark = signing.loads(secret, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound from error
    actor = actor_for(person, channel=Channel.PORTAL)
    if actor is None or password_mark(person) != mark:
        raise NotFound
    return actor
