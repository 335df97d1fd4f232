"""For whom the page is: each audience has its cards, and who may take its part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.governance.home import auditor, management, office, owner
from timshel.interfaces.web.governance.home.cards import Card
from timshel.interfaces.web.governance.home.reading import Reading
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text


class Audience(StrEnum):
    """For whom the page can be."""

    OFFICE = "office"
    OWNER = "owner"
    AUDITOR = "auditor"
    MANAGEMENT = "management"


@dataclass(frozen=True, slots=True)
class View:
    """What an audience is shown.

    Args:
        name: of the audience.
        lead: what the page tells them.
        needs: the permissions that it takes, each held everywhere.
        first: who holds this one everywhere comes here without having chosen; empty for nobody.
        cards: each with the permission that it takes.
    """

    name: Text
    lead: Text
    needs: tuple[str, ...]
    first: str
    cards: tuple[tuple[str, Callable[[Reading], Card]], ...]


# In the order in which they are offered, and in which the first that fits is shown.
VIEWS: Mapping[Audience, View] = {
    Audience.OFFICE: View(
        _("Management office"),
        _("What is late anywhere, what ends soon, and how each part stands."),
        ("planned_action.manage",),
        "planned_action.manage",
        office.CARDS,
    ),
    Audience.OWNER: View(
        _("What I look after"),
        _("What you answer for yourself in the management system."),
        (),
        "",
        owner.CARDS,
    ),
    Audience.AUDITOR: View(
        _("Audit"),
        _("Audits, findings, and how far each clause of the standard is met."),
        ("internal_audit.view", "conformity.view"),
        "internal_audit.manage",
        auditor.CARDS,
    ),
    Audience.MANAGEMENT: View(
        _("Top management"),
        _("What was reached, what threatens, and what waits for you."),
        ("objective.view", "management_review.view"),
        "management_review.manage",
        management.CARDS,
    ),
}


def open_to(actor: Actor) -> tuple[Audience, ...]:
    """Return the audiences whose part somebody may take."""
    return tuple(each for each, view in VIEWS.items() if all(map(actor.may, view.needs)))


def usual(actor: Actor) -> Audience:
    """Return the audience that somebody is without having chosen."""
    for each in open_to(actor):
        if VIEWS[each].first and actor.may(VIEWS[each].first):
            return each
    return Audience.OWNER


def cards_of(audience: Audience, reading: Reading) -> list[Card]:
    """Return the cards of an audience, as far as the reader may see them."""
    return [
        make(reading)
        for permission, make in VIEWS[audience].cards
        if not permission or reading.actor.may(permission)
    ]
