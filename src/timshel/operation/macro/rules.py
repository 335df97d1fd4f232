"""Pure decisions: for whom something is, and what becomes of the names of values in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor

MANAGE = "macro.manage"
# Whoever works on anything at the desk keeps macros and texts of their own.
WORK = ("incident.work", "request.work")

# Names of values in the order in which pages list them.
VARIABLES: Mapping[str, Promise] = {
    "requester.name": _("the name of who asked"),
    "requester.first_name": _("the first name of who asked"),
    "requester.unit": _("the unit or organisation of who asked"),
    "requester.site": _("the site of who asked"),
    "number": _("the number of the case"),
    "title": _("the title of the case"),
    "service": _("the service that it is about"),
    "team": _("the team that has it"),
    "stage": _("the stage in which it is"),
    "promised": _("when it is promised to be done, in the requester’s time"),
    "link": _("the address at which the requester follows it"),
    "agent.name": _("your name"),
    "agent.first_name": _("your first name"),
    "today": _("the date, where the requester is"),
}

_PLACE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_.]{0,60})\s*\}\}")


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody finds: their own, that of teams, and what is for everybody."""

    own: frozenset[int]
    teams: frozenset[int]
    all_teams: bool
    shared: bool


class Placed(Protocol):
    """What of a macro or text says for whom it is."""

    audience: str
    owner_id: int | None
    team_id: int | None


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its values in place.

    Args:
        text: names whose value is missing stand as they are.
        missing: those names, in the order in which they come.
    """

    text: str
    missing: tuple[str, ...]


def works(actor: Actor) -> bool:
    """Tell whether somebody works at the desk, and so keeps and uses texts and macros."""
    return any(actor.may_somewhere(each) for each in (*WORK, MANAGE))


def reach(actor: Actor) -> Reach:
    """Return what an actor finds; who does not work at the desk finds nothing."""
    if not works(actor):
        return Reach(frozenset(), frozenset(), all_teams=False, shared=False)
    scope = actor.scope(MANAGE)
    return Reach(
        own=frozenset() if actor.person_id is None else frozenset({actor.person_id}),
        teams=actor.team_ids | scope.keys("team"),
        all_teams=scope.everywhere,
        shared=True,
    )


def is_within(actor: Actor, placed: Placed) -> bool:
    """Tell whether an actor finds something; the twin of ``visible_to``."""
    seen = reach(actor)
    return (
        placed.owner_id in seen.own
        or placed.team_id in seen.teams
        or (seen.shared and placed.audience == "everyone")
        or (seen.all_teams and placed.audience == "team")
    )


def may_keep(actor: Actor, placed: Placed) -> bool:
    """Tell whether an actor may change something: their own, or what they manage for others."""
    if placed.audience == "personal":
        return works(actor) and actor.person_id is not None and placed.owner_id == actor.person_id
    return actor.may(MANAGE, team=placed.team_id)


def variables_in(text: str) -> tuple[str, ...]:
    """Return the names of values in a text, each once, in the order in which they come."""
    return tuple(dict.fromkeys(_PLACE.findall(text)))


def unknown_variables(text: str) -> tuple[str, ...]:
    """Return the names in a text that stand for nothing."""
    return tuple(name for name in variables_in(text) if name not in VARIABLES)


def filled(text: str, values: Mapping[str, str]) -> Filled:
    """Return a text with its values in place.

    What a value holds is not read for names again.

    Args:
        text: with names of values in braces.
        values: by name; an empty one is missing.
    """
    missing = tuple(name for name in variables_in(text) if not values.get(name))
    return Filled(
        _PLACE.sub(lambda found: values.get(found[1]) or found[0], text),
        missing,
    )


def in_language(texts: Mapping[str, str], languages: Iterable[str]) -> tuple[str, str]:
    """Return the first of some languages in which there is a text, and the text.

    Args:
        texts: by language.
        languages: those to try, the likeliest first; any that is there stands in for them.
    """
    for language in (*languages, *texts):
        if texts.get(language):
            return language, texts[language]
    return "", ""
