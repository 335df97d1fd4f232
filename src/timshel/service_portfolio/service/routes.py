"""Which team takes the work of each of many services, in one query: for what comes in floods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

from timshel.service_portfolio.service.rules import Support, team_for

_SUPPORTS = """
WITH RECURSIVE needed AS (
    SELECT offering.service_id, relation.offering_id, relation.id AS relation_id,
           relation.relation, relation.function_id, 0 AS distance
    FROM service_functionrelation AS relation
    JOIN service_offering AS offering ON offering.id = relation.offering_id
    WHERE offering.is_active AND offering.service_id = ANY(%s)
    UNION ALL
    SELECT needed.service_id, needed.offering_id, needed.relation_id, needed.relation,
           function.parent_id, needed.distance + 1
    FROM needed JOIN service_function AS function ON function.id = needed.function_id
    WHERE function.parent_id IS NOT NULL AND needed.distance < 20
)
SELECT needed.service_id, needed.offering_id, needed.relation_id, needed.relation,
       needed.distance, support.level, support.team_id
FROM needed
JOIN service_functionsupport AS support ON support.function_id = needed.function_id
JOIN organization_team AS team ON team.id = support.team_id AND team.is_active
"""


def routes(service_ids: Iterable[int], *, level: int = 1) -> dict[int, int | None]:
    """Return for each service the team that takes its work, as ``queries.route`` does for one.

    Args:
        service_ids: keys of services.
        level: of support, 1 to 3.

    Returns:
        The team's key by the service's, or None where nobody is named; one query, or none.
    """
    keys = sorted(set(service_ids))
    if not keys:
        return {}
    supports: dict[int, list[Support]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SUPPORTS, [keys])
        for service_id, *support in cursor.fetchall():
            supports[service_id].append(Support(*support))
    return {key: team_for(supports[key], offering_id=None, level=level) for key in keys}


def supporting_teams(service_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return the active teams that support each of many services, at any level.

    Args:
        service_ids: keys of services.

    Returns:
        The teams' keys by the service's; one query, or none.
    """
    keys = sorted(set(service_ids))
    if not keys:
        return {}
    found: dict[int, set[int]] = {key: set() for key in keys}
    with connection.cursor() as cursor:
        cursor.execute(_SUPPORTS, [keys])
        for service_id, *_support, team_id in cursor.fetchall():
            found[service_id].add(team_id)
    return {key: frozenset(teams) for key, teams in found.items()}
