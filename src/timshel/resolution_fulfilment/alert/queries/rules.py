"""The rules of a source as alerts are held against them."""

from __future__ import annotations

from timshel.resolution_fulfilment.alert.models import AlertRule, AlertSource
from timshel.resolution_fulfilment.alert.rules.conditions import conditions
from timshel.resolution_fulfilment.alert.rules.deciding import Rule
from timshel.service_portfolio.service.routes import routes


def rules_of(source: AlertSource) -> tuple[Rule, ...]:
    """Return the rules of a source in their order, the one that holds by default last.

    Two queries, or one where each names its team.
    """
    rows = list(AlertRule.objects.filter(source=source, is_active=True).order_by("position", "pk"))
    return ready(rows, source)


def ready(rows: list[AlertRule], source: AlertSource) -> tuple[Rule, ...]:
    """Return rows as rules, with the service and the team that hold where one says none."""
    services = {row.service_id or source.default_service_id for row in rows if not row.team_id}
    services.add(source.default_service_id)
    teams = routes(key for key in services if key is not None)

    def team(service_id: int | None) -> int | None:
        return (teams.get(service_id) if service_id else None) or source.team_id

    rules = [
        Rule(
            id=row.pk,
            conditions=conditions(row.conditions),
            service_id=row.service_id or source.default_service_id,
            team_id=row.team_id or team(row.service_id or source.default_service_id),
            group_by=tuple(row.group_by),
            wait=row.wait,
            opens_incident=row.opens_incident,
        )
        for row in rows
    ]
    if source.default_service_id is not None:
        service_id = source.default_service_id
        rules.append(Rule(None, (), service_id=service_id, team_id=team(service_id)))
    return tuple(rules)
