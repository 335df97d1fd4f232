"""Pages made of cards, which each person arranges: which are shown, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text

Reading = Callable[[TimshelRequest], Mapping[str, Any]]
ReadingTogether = Callable[[TimshelRequest, Sequence[str]], Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Card:
    """One card of a page.

    Args:
        key: its name in what people have arranged.
        title: its name for people.
        icon: the name of its icon.
        template: draws it, with ``card`` and what ``read`` gives.
        read: a fixed number of queries; asked only if the card is shown. None where the card is
            read together with others.
        permissions: one of them must be held somewhere; empty for everyone.
        together: reads all shown cards that name it at once, and returns what each shows by key.
    """

    key: str
    title: Text
    icon: str
    template: str
    read: Reading | None
    permissions: tuple[str, ...] = ()
    together: ReadingTogether | None = None

    def is_open_to(self, actor: Actor) -> bool:
        """Tell whether the actor may have this card."""
        return not self.permissions or any(actor.may_somewhere(each) for each in self.permissions)


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card with what it shows."""

    card: Card
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The cards of a page for one person: shown ones in their order, then the others."""

    shown: tuple[Card, ...]
    hidden: tuple[Card, ...]

    def plain(self) -> dict[str, list[str]]:
        """Return it as it is kept."""
        return {
            "shown": [card.key for card in self.shown],
            "hidden": [card.key for card in self.hidden],
        }


def arrangement(cards: Sequence[Card], kept: Any, *, actor: Actor) -> Arrangement:
    """Return how a person has arranged a page.

    Cards that came into being since then are shown, each after the one that it follows at first.

    Args:
        cards: all of the page, in the order in which everybody begins.
        kept: as ``Arrangement.plain`` gave it; None for nothing.
        actor: who looks; of what is not open to them, nothing is said.
    """
    by_key = {card.key: card for card in cards if card.is_open_to(actor)}
    kept = kept if isinstance(kept, Mapping) else {}
    shown = [key for key in kept.get("shown", ()) if key in by_key]
    hidden = [key for key in kept.get("hidden", ()) if key in by_key]
    place = 0
    for key in by_key:
        if key in shown:
            place = shown.index(key) + 1
        elif key not in hidden:
            shown.insert(place, key)
            place += 1
    return Arrangement(
        tuple(by_key[key] for key in dict.fromkeys(shown)),
        tuple(by_key[key] for key in dict.fromkeys(hidden)),
    )


def shown_cards(request: TimshelRequest, cards: Sequence[Card], *, kept: Any) -> list[ShownCard]:
    """Return the cards that the person sees on a page, read and in their order.

    Args:
        request: theirs.
        cards: all of the page.
        kept: how they have arranged it, as ``page_setting`` gives it.
    """
    arranged = arrangement(cards, kept, actor=request.actor)
    data = {card.key: card.read(request) for card in arranged.shown if card.read}
    for together in dict.fromkeys(card.together for card in arranged.shown if card.together):
        keys = [card.key for card in arranged.shown if card.together is together]
        data.update(together(request, keys))
    return [ShownCard(card, data[card.key]) for card in arranged.shown]


def moved(arranged: Arrangement, key: str, *, by: int) -> Arrangement:
    """Return an arrangement in which a shown card has moved, at most to the beginning or end."""
    shown = list(arranged.shown)
    place = next((number for number, card in enumerate(shown) if card.key == key), None)
    if place is not None:
        card = shown.pop(place)
        shown.insert(max(0, place + by), card)
    return Arrangement(tuple(shown), arranged.hidden)


def switched(arranged: Arrangement, key: str) -> Arrangement:
    """Return an arrangement in which a card that was shown is hidden, or comes back last."""
    everything = {card.key: card for card in (*arranged.shown, *arranged.hidden)}
    card = everything.get(key)
    if card is None:
        return arranged
    if card in arranged.shown:
        left = tuple(each for each in arranged.shown if each is not card)
        return Arrangement(left, (*arranged.hidden, card))
    left = tuple(each for each in arranged.hidden if each is not card)
    return Arrangement((*arranged.shown, card), left)
