"""A person's own searches, recent and saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from timshel.kernel.actor import Actor
from timshel.kernel.search.models import KeptSearch


@dataclass(frozen=True, slots=True)
class Kept:
    """A search that was kept; ``name`` is empty for a recent one.

    ``asked`` holds what it was narrowed to, as parameters of the page's address.
    """

    id: int
    name: str
    text: str
    asked: Mapping[str, str]


def kept_searches(*, actor: Actor) -> tuple[tuple[Kept, ...], tuple[Kept, ...]]:
    """Return a person's saved searches by name and the recent ones, newest first; one query."""
    rows = KeptSearch.objects.filter(person_id=actor.person_id or 0).order_by("-at", "-pk")
    kept = [Kept(*row) for row in rows.values_list("pk", "name", "text", "asked")]
    saved = sorted((each for each in kept if each.name), key=lambda each: each.name.casefold())
    return tuple(saved), tuple(each for each in kept if not each.name)
