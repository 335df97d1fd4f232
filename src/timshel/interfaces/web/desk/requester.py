"""Who asked: how they are reached, what time it is for them, and what else they asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.context.people.queries import PersonCard
from timshel.interfaces.web.addresses import record_address
from timshel.interfaces.web.desk import words
from timshel.interfaces.web.opening import Sentences, opening_line
from timshel.interfaces.web.requests import TimshelRequest
from timshel.relationship_agreement.service_level.queries.calendar_uses import hours_of
from timshel.resolution_fulfilment.incident.queries import work_of_requester
from timshel.support.communication.queries import troubles_of

# Outside these hours of the day, and at the weekend, somebody is hardly at work.
MORNING, EVENING, SATURDAY = 7, 19, 5

THEIRS = Sentences(
    always=_("They work around the clock."),
    never=_("They are closed at present."),
    until_time=_("They are open until %(time)s."),
    until_day=_("They are open until %(day)s, %(time)s."),
    from_time=_("They are closed and open today at %(time)s."),
    from_day=_("They are closed and open on %(day)s at %(time)s."),
)


def requester_context(
    card: PersonCard, *, work_item_id: int, request: TimshelRequest
) -> dict[str, Any]:
    """Return what the card of a requester shows; the customer's hours where it is one's.

    Args:
        card: of the requester.
        work_item_id: the key of the work that is being looked at.
        request: of a helper.
    """
    others = work_of_requester(card.id, beside=work_item_id, actor=request.actor)
    local = request.at.astimezone(ZoneInfo(card.time_zone))
    hours = hours_of(customer=card.customer_code, at=request.at) if card.customer_code else None
    return {
        "card": card,
        "traits": words.traits(card.traits),
        "local_time": time_format(local, "H:i"),
        "local_is_other": local.utcoffset()
        != request.at.astimezone(ZoneInfo(request.actor.time_zone)).utcoffset(),
        "local_note": "" if hours else away_note(local),
        "trouble": troubles_of([card.email]).get(card.email.lower()),
        "their_hours": opening_line(hours, at=request.at, sentences=THEIRS),
        "open_work": [(each, record_address(each.kind, each.number)) for each in others.open],
        "ended_work": [(each, record_address(each.kind, each.number)) for each in others.ended],
    }


def away_note(local: datetime) -> Promise | str:
    """Return why somebody is hardly at work at a moment of their own clock, or nothing."""
    if local.weekday() >= SATURDAY:
        return _("weekend there")
    if local.hour < MORNING:
        return _("night or early morning there")
    if local.hour >= EVENING:
        return _("evening or night there")
    return ""
