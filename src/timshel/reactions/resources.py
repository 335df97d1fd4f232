"""What resources ask of later clauses (services), and who answers for what is planned for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from timshel.context.organization.queries import team_list
from timshel.context.people.queries import members_of, names_by_key
from timshel.kernel import due
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.planning.planned_action import hosting
from timshel.service_portfolio.service.queries import all_service_names, owned_services
from timshel.service_portfolio.service.routes import supporting_teams
from timshel.support.resource import behind
from timshel.support.resource.access import known, may_answer
from timshel.support.resource.behind import ServicePeople
from timshel.support.resource.due import due_figures

KIND = "resource"


class Portfolio:
    """Knows services and who stands behind them."""

    def names(self, *, language: str) -> Mapping[str, str]:
        """Return the names of all services by code; one query."""
        return all_service_names(language=language)

    def people(self, *, language: str) -> tuple[ServicePeople, ...]:
        """Return who stands behind each live service, by name; five queries."""
        services = owned_services(language=language)
        supported = supporting_teams(key for key, _code, _name, _owner in services)
        owners = names_by_key(owner for _key, _code, _name, owner in services if owner)
        teams = {team.id: team.name for team in team_list(language=language)}
        members: dict[int, set[int]] = defaultdict(set)
        for each in members_of(teams):
            members[each.team_id].add(each.person_id)
        found = []
        for key, code, name, owner in services:
            behind_it = {person for team in supported[key] for person in members[team]}
            names = sorted((teams[team] for team in supported[key]), key=str.casefold)
            people = len(behind_it | {owner} if owner else behind_it)
            said = owners.get(owner, "") if owner else ""
            found.append(ServicePeople(code, name, said, tuple(names), people))
        return tuple(found)


class Host:
    """Answers for resources, from whose shortages planned actions follow."""

    def title(self, code: str, /, *, actor: Actor) -> str:
        """Return what a resource is called.

        Raises:
            NotFound: there is none, or the actor may not see it.
        """
        return known(code, actor=actor).name

    def may_plan(self, code: str, /, *, actor: Actor) -> bool:
        """Tell whether the actor may say what is done about it."""
        try:
            row = known(code, actor=actor)
        except NotFound:
            return False
        return may_answer(row, actor=actor)


def register() -> None:
    """Say who knows services, who answers for resources, and what of them is due."""
    behind.register(Portfolio())
    hosting.register(KIND, Host())
    due.register("resource", due_figures)
