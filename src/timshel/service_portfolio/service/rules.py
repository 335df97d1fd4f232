"""Pure decisions about services: who supports what, which matrix is whole, what a text means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.search.highlights import root
from timshel.kernel.search.language import Query, Term, read, words_of

LEVELS = range(1, 4)
DEGREES = range(1, 4)
PRIORITIES = range(1, 6)
CELLS = tuple(f"{impact}{urgency}" for impact in DEGREES for urgency in DEGREES)

STANDARD_CELLS: Mapping[str, int] = {cell: int(cell[0]) + int(cell[1]) - 1 for cell in CELLS}
"""What holds until a standard matrix is set: each step down in impact or urgency is one."""

LEAD, ESSENTIAL = "lead", "essential"


@dataclass(frozen=True, slots=True)
class Support:
    """A team that supports, at a level, a function that an offering rests on.

    Args:
        offering_id: the offering.
        relation_id: key of the relation to the function; grows in the order they were made.
        relation: ``lead``, ``essential`` or ``supporting``.
        distance: 0 if the team supports the function itself, 1 if the function above it, …
        level: of support, 1 to 3.
        team_id: the team.
    """

    offering_id: int
    relation_id: int
    relation: str
    distance: int
    level: int
    team_id: int


def team_for(supports: Iterable[Support], *, offering_id: int | None, level: int = 1) -> int | None:
    """Return the team that takes work for an offering, or for a service, at a level of support.

    With an offering: the team of its lead function at that level; where that has none, those of
    its essential functions, in the order in which they were tied. Without one, or where none of
    the offering's functions has a team at that level: the lead functions of the service's
    offerings; the team that leads most of them, and among equals that of the oldest offering.
    A function without a team of its own at a level is supported by that of the function above.

    Args:
        supports: of the offerings of the service.
        offering_id: the offering, or None where only the service is known.
        level: 1 to 3.

    Returns:
        The team's key, or None where nobody is named.
    """
    nearest = _nearest(supports, level)
    own = [support for support in nearest if support.offering_id == offering_id]
    for relation in (LEAD, ESSENTIAL):
        for support in own:
            if support.relation == relation:
                return support.team_id
    leading = Counter(support.team_id for support in nearest if support.relation == LEAD)
    return leading.most_common(1)[0][0] if leading else None


def _nearest(supports: Iterable[Support], level: int) -> list[Support]:
    """Return, for each relation, the support of the level by the nearest function, in order."""
    nearest: dict[int, Support] = {}
    for support in supports:
        known = nearest.get(support.relation_id)
        if support.level == level and (known is None or support.distance < known.distance):
            nearest[support.relation_id] = support
    return sorted(nearest.values(), key=lambda each: (each.offering_id, each.relation_id))


def next_team(
    supports: Sequence[Support], *, team_id: int | None, offering_id: int | None
) -> int | None:
    """Return the team to which work is escalated by function, or None at the end of the chain.

    The chain is the teams of levels 1, 2 and 3. From a team in it, the next level with another
    team; from a team outside it, or from none, its first team.

    Args:
        supports: of the offerings of the service.
        team_id: who has the work now.
        offering_id: the offering, or None where only the service is known.
    """
    chain = [team_for(supports, offering_id=offering_id, level=level) for level in LEVELS]
    teams = [team for team in chain if team is not None]
    if team_id not in teams:
        return teams[0] if teams else None
    last = len(teams) - 1 - teams[::-1].index(team_id)
    return next((team for team in teams[last + 1 :]), None)


def cell_faults(cells: Mapping[str, object]) -> list[Text]:
    """Return what is wrong with a priority matrix: it must be complete, with priorities 1 to 5."""
    return [
        *(
            _("Impact %(impact)s with urgency %(urgency)s has no priority.")
            % {"impact": missing[0], "urgency": missing[1]}
            for missing in sorted(set(CELLS) - set(cells))
        ),
        *(
            _("There is no cell %(name)s.") % {"name": name}
            for name in sorted(set(cells) - set(CELLS))
        ),
        *(
            _("Cell %(name)s must be a priority from 1 to 5.") % {"name": name}
            for name, value in sorted(cells.items())
            if isinstance(value, bool) or value not in PRIORITIES
        ),
    ]


def relevance(words: Sequence[str], *, name: str, others: Iterable[str]) -> int:
    """Return how well a service meets what was typed; 0 if any word is missing.

    A word counts 4 as a word of the name, 3 as its beginning, 2 as the beginning of a word of the
    other texts or as another form of any word, 1 as a part of any word.

    Args:
        words: as ``words_of`` gives them.
        name: of the service.
        others: its summary, its keywords, its area, the names of its offerings.
    """
    return fit(read(" ".join(words)), name=name, others=others) if words else 0


def fit(query: Query, *, name: str, others: Iterable[str]) -> int:
    """Return how well a service meets a query, weighed as by :func:`relevance`.

    Of terms of which one must be there, the one that fits best counts; what is excluded fits
    nothing.
    """
    known = _words_about(name, tuple(others))
    if any(all(word in known.all for word in term.words) for term in query.excluded):
        return 0
    degrees = [max(_fit(term, known) for term in group) for group in query.groups]
    return sum(degrees) if degrees and all(degrees) else 0


@dataclass(frozen=True, slots=True)
class _Words:
    """The words about a service, folded: of its name, of its other texts, and their roots."""

    named: frozenset[str]
    described: frozenset[str]
    roots: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.named | self.described


# A catalogue of some hundred services is read anew for each letter that somebody types.
@lru_cache(maxsize=2_000)
def _words_about(name: str, others: tuple[str, ...]) -> _Words:
    named = frozenset(words_of(name))
    described = frozenset(word for text in others for word in words_of(text))
    return _Words(named, described, frozenset(map(root, named | described)))


def _fit(term: Term, known: _Words) -> int:
    degrees = [_degree(word, known) for word in term.words]
    return max(min(degrees), _degree(term.joined, known)) if term.joined else min(degrees)


def _degree(word: str, known: _Words) -> int:
    if word in known.named:
        return 4
    if any(each.startswith(word) for each in known.named):
        return 3
    if root(word) in known.roots or any(each.startswith(word) for each in known.described):
        return 2
    return int(any(word in each for each in known.all))
