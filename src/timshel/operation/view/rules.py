"""How a view looks at work, the views that are given to everybody, and who may change which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text
from timshel.kernel.filters import EVERYTHING, Condition, Filter, Operator
from timshel.kernel.text import is_storable
from timshel.operation.view.columns import USUAL_COLUMNS, USUAL_ORDER, ColumnChoice
from timshel.operation.view.states import BOARD_NAMES, CALENDAR_NAMES, Audience, Density, Shape

SHARE = "view.share"
LONGEST_NAME = 100
USUAL_GROUPING: Mapping[Shape, str] = {
    Shape.LIST: "",
    Shape.BOARD: "stage",
    Shape.CALENDAR: "due",
}
GROUPINGS: Mapping[Shape, frozenset[str]] = {
    Shape.LIST: frozenset({""}),
    Shape.BOARD: frozenset(BOARD_NAMES),
    Shape.CALENDAR: frozenset(CALENDAR_NAMES),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What a view shows and how.

    Args:
        filter: which work.
        columns: what a list shows of each.
        sort: the key of an order; a minus before it turns it round.
        density: how close the rows stand.
        shape: list, board or calendar.
        by: what the columns of a board are by, or which moment a calendar shows.
    """

    filter: Filter = EVERYTHING
    columns: tuple[ColumnChoice, ...] = USUAL_COLUMNS
    sort: str = USUAL_ORDER
    density: Density = Density.COMFORTABLE
    shape: Shape = Shape.LIST
    by: str = ""


@dataclass(frozen=True, slots=True)
class ViewContent:
    """What somebody wants a view to be.

    Args:
        name: its name, in the words of its owner.
        look: what it shows and how.
        audience: who sees it.
        team: the code of the team that sees it, for that audience.
    """

    name: str
    look: Look = field(default_factory=Look)
    audience: Audience = Audience.PERSONAL
    team: str = ""


class Shared(Protocol):
    """What of a view decides who may see and change it."""

    owner_id: int
    audience: str
    team_id: int | None


def may_see(actor: Actor, view: Shared) -> bool:
    """Tell whether an actor may see a view; the twin of ``visible_to``."""
    if actor.person_id is None:
        return False
    return (
        view.owner_id == actor.person_id
        or view.audience == Audience.EVERYONE
        or (
            view.audience == Audience.TEAM
            and (view.team_id in actor.team_ids or actor.may(SHARE, team=view.team_id))
        )
    )


def may_change(actor: Actor, view: Shared) -> bool:
    """Tell whether an actor may change a view.

    Its owner may; besides, a team's view may be changed by who keeps that team's views, and one
    for everybody by who keeps all.
    """
    if actor.person_id is not None and view.owner_id == actor.person_id:
        return True
    if view.audience == Audience.TEAM:
        return actor.may(SHARE, team=view.team_id)
    return view.audience == Audience.EVERYONE and actor.may(SHARE)


def may_share(actor: Actor, audience: Audience, *, team_id: int | None) -> bool:
    """Tell whether an actor may make a view for somebody.

    Members share with their own team; for everybody it takes the right everywhere.
    """
    if audience is Audience.TEAM:
        return team_id in actor.team_ids or actor.may(SHARE, team=team_id)
    return audience is Audience.PERSONAL or actor.may(SHARE)


def content_faults(content: ViewContent) -> dict[str, list[Text]]:
    """Return by field the sentences on what is wrong with a view, apart from its filter."""
    faults: dict[str, list[Text]] = {}
    name = content.name.strip()
    if not name:
        faults["name"] = [_("Please give the view a name.")]
    elif len(name) > LONGEST_NAME or not is_storable(name):
        faults["name"] = [_("This name is too long or holds characters that cannot be stored.")]
    if content.look.by not in GROUPINGS[content.look.shape]:
        faults["by"] = [_("A view of this shape cannot be arranged like this.")]
    if content.audience is Audience.TEAM and not content.team:
        faults["team"] = [_("Please choose the team that shall see the view.")]
    return faults


@dataclass(frozen=True, slots=True)
class Given:
    """A view that everybody has.

    Args:
        code: its name in addresses.
        name: its heading.
        icon: its icon.
        lead: what it holds.
        empty: what to do when nothing is in it.
        filter: which work, for an actor.
        regions: the live regions whose changes can move it, for an actor.
    """

    code: str
    name: Promise
    icon: str
    lead: Promise
    empty: Promise
    filter: Callable[[Actor], Filter]
    regions: Callable[[Actor], list[str]]


_OPEN = Condition("standing", Operator.IS, ("open",))
_MINE = Condition("assignee", Operator.IS, ("me",))
_MY_TEAMS = Condition("team", Operator.IS, ("my_teams",))
_REPLIED = Condition("replied", Operator.IS, ("yes",))
SOON = "in 2 hours"


def _fixed(wanted: Filter) -> Callable[[Actor], Filter]:
    return lambda _actor: wanted


def _unassigned(actor: Actor) -> Filter:
    """Return what nobody has; in the actor's teams or in none, for who is in a team."""
    nobody = Condition("assignee", Operator.EMPTY)
    teams = (_MY_TEAMS, Condition("team", Operator.EMPTY)) if actor.team_ids else ()
    return Filter(all=(_OPEN, nobody), any=teams)


def _own(actor: Actor) -> list[str]:
    return [f"person:{actor.person_id}"]


def _teams(actor: Actor) -> list[str]:
    return [f"team:{team_id}" for team_id in sorted(actor.team_ids)]


GIVEN: Mapping[str, Given] = {
    each.code: each
    for each in (
        Given(
            "mine",
            _("My work"),
            "user-check",
            _("What is assigned to you, next deadline first."),
            _("Nothing waits for you. Take something from your teams’ queue."),
            _fixed(Filter(all=(_OPEN, _MINE))),
            _own,
        ),
        Given(
            "waiting",
            _("Waiting for me"),
            "hand-stop",
            _("What is assigned to you and goes on only when you do something."),
            _("Nothing of yours waits for you. What you have waits for others."),
            _fixed(
                Filter(
                    all=(_OPEN, _MINE),
                    any=(Condition("stage", Operator.IS, ("new", "in_progress")), _REPLIED),
                )
            ),
            _own,
        ),
        Given(
            "replied",
            _("Customer replied"),
            "messages",
            _("Where the requester spoke last, of yours and your teams’."),
            _("Nobody waits for a reply from you or your teams."),
            _fixed(Filter(all=(_OPEN, _REPLIED), any=(_MINE, _MY_TEAMS))),
            lambda actor: _own(actor) + _teams(actor),
        ),
        Given(
            "breaching",
            _("Breaching"),
            "flame",
            _("What is late or will be within two hours."),
            _("Nothing is late or about to be."),
            _fixed(Filter(all=(_OPEN, Condition("due", Operator.BEFORE, (SOON,))))),
            lambda _actor: ["work"],
        ),
        Given(
            "teams",
            _("My teams"),
            "users-group",
            _("What your teams have, next deadline first."),
            _("Your teams have nothing to do at the moment. Look at what nobody has taken yet."),
            _fixed(Filter(all=(_OPEN, _MY_TEAMS))),
            _teams,
        ),
        Given(
            "unassigned",
            _("Unassigned"),
            "inbox",
            _("What nobody has taken yet, next deadline first."),
            _("Everything has been taken by someone. Look at your own work."),
            _unassigned,
            lambda _actor: ["unassigned"],
        ),
        Given(
            "all",
            _("Everything"),
            "layout-list",
            _("All that you may see, next deadline first."),
            _("There is no open work at all. Log an incident when somebody calls."),
            _fixed(Filter(all=(_OPEN,))),
            lambda _actor: ["work"],
        ),
    )
}
