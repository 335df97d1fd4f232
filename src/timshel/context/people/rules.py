"""Pure decisions about people: what may be typed to find one, and what of them may be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text

VIEW = "people.view"

TRAIT_NAMES: dict[str, Promise] = {
    "vip": _("VIP"),
    "executive_office": _("Executive office"),
    "accessibility": _("Accessibility need"),
}

_PHONE = re.compile(r"[\d\s()+./-]+")
_PHONE_DIGITS = 3
_MOST_WORDS = 8
LONGEST_SHIFT = timedelta(days=62)

Times = tuple[datetime, datetime]
"""A stretch of time: its first moment, and the first one after it."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Which people an actor sees: all, or those of some units, and always oneself."""

    everyone: bool
    units: frozenset[int]
    own: frozenset[int]


def sight(actor: Actor) -> Sight:
    """Return which people an actor may see.

    The right within units shows the people of those units. Within teams or services it shows
    everyone, since anybody may turn to a team.
    """
    scope = actor.scope(VIEW)
    return Sight(
        everyone=scope.everywhere or bool(scope.keys("team") or scope.keys("service")),
        units=scope.keys("unit"),
        own=frozenset() if actor.person_id is None else frozenset({actor.person_id}),
    )


def search_words(text: str) -> tuple[str, ...]:
    """Return the words that must all be found in a person's name, mail, phone or code.

    What looks like a telephone number becomes its digits without the international or national
    prefix, so that it is found however it was written.
    """
    text = text.replace("\0", "").strip()
    digits = "".join(re.findall(r"\d", text)).lstrip("0")
    if _PHONE.fullmatch(text) and len(digits) >= _PHONE_DIGITS:
        return (digits,)
    return tuple(text.split()[:_MOST_WORDS])


def email_faults(email: str) -> list[Text]:
    """Return what is wrong with a mail address; an empty one is none at all."""
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        return [_("This is not a mail address.")]
    return []


def trait_faults(traits: Iterable[str]) -> list[Text]:
    """Return what is wrong with a choice of traits."""
    unknown = sorted(set(traits) - TRAIT_NAMES.keys())
    return [_("There is no trait %(name)s.") % {"name": name} for name in unknown]


def language_faults(language: str, *, known: Iterable[str]) -> list[Text]:
    """Return what is wrong with a choice of language."""
    return [] if language in set(known) else [_("This language is not available.")]


def shift_faults(starts_at: datetime, ends_at: datetime, *, at: datetime) -> list[Text]:
    """Return what is wrong with the times of a shift that is planned at a moment."""
    if ends_at <= starts_at:
        return [_("A shift ends after it begins.")]
    if ends_at <= at:
        return [_("This shift is over already.")]
    if ends_at - starts_at > LONGEST_SHIFT:
        return [_("A shift is at most 62 days long.")]
    return []


def uncovered(shifts: Iterable[Times], *, start: datetime, end: datetime) -> tuple[Times, ...]:
    """Return the times between two moments in which nobody is on call, in order."""
    gaps = []
    known = start
    for begins, ends in sorted(shifts):
        if begins >= end:
            break
        if begins > known:
            gaps.append((known, begins))
        known = max(known, ends)
    return (*gaps, (known, end)) if known < end else tuple(gaps)


def doubled(shifts: Sequence[Times], *, start: datetime, end: datetime) -> tuple[Times, ...]:
    """Return the times between two moments in which more than one shift runs, in order."""
    moments = sorted({start, end, *(each for shift in shifts for each in shift)})
    found: list[Times] = []
    for first, last in pairwise(moments):
        if first < start or last > end:
            continue
        if sum(begins <= first and last <= ends for begins, ends in shifts) < 2:
            continue
        if found and found[-1][1] == first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return tuple(found)
