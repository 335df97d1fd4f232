"""The other ways to turn to a desk: numbers to call and counters to come to, with their hours."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.opening import OpeningLine, Sentences, opening_line
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Channel
from timshel.operation.call.queries import shown_numbers
from timshel.relationship_agreement.service_level.queries.calendar_uses import hours_of

PHONE = Sentences(
    always=_("Somebody answers around the clock."),
    never=_("Nobody answers at present."),
    until_time=_("Somebody answers until %(time)s."),
    until_day=_("Somebody answers until %(day)s, %(time)s."),
    from_time=_("Nobody answers now; from %(time)s on today somebody does."),
    from_day=_("Nobody answers now; from %(day)s, %(time)s on somebody does."),
)
COUNTER = Sentences(
    always=_("Open around the clock."),
    never=_("Closed at present."),
    until_time=_("Open until %(time)s."),
    until_day=_("Open until %(day)s, %(time)s."),
    from_time=_("Closed now; opens at %(time)s today."),
    from_day=_("Closed now; opens on %(day)s at %(time)s."),
)
SENTENCES = {Channel.PHONE: PHONE, Channel.WALK_IN: COUNTER}


@dataclass(frozen=True, slots=True)
class Way:
    """A number to call, or a counter to come to.

    Args:
        name: whose it is.
        number: what is dialled, or where the counter is.
        is_phone: whether it is a number.
        opening: whether somebody is there, by the hours of the channel; None where none are told.
    """

    name: str
    number: str
    is_phone: bool
    opening: OpeningLine | None


def ways(request: TimshelRequest) -> tuple[Way, ...]:
    """Return the numbers and counters that people are told, by name; at most three queries."""
    rows = shown_numbers(language=request.actor.language)
    openings = {
        channel: opening_line(
            hours_of(channel=channel, at=request.at), at=request.at, sentences=sentences
        )
        for channel, sentences in SENTENCES.items()
        if any(row.channel == channel for row in rows)
    }
    return tuple(
        Way(row.name, row.number, row.channel == Channel.PHONE, openings[Channel(row.channel)])
        for row in rows
    )
