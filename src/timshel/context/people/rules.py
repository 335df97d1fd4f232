"""Pure decisions about people: what may be typed to find one, and what of them may be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

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
