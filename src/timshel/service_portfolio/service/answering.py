"""Who owns services and which teams support them, as clause 5 asks for its matrices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db import connection

from timshel.kernel.translation import translated
from timshel.leadership.responsibility.subjects import SubjectFacts
from timshel.service_portfolio.service.models import LifeCycle, Service
from timshel.service_portfolio.service.rules import Support, team_for

LEVELS = (1, 2, 3)
SUPPORTS = """
WITH RECURSIVE needed AS (
    SELECT offering.service_id, relation.offering_id, relation.id AS relation_id,
           relation.relation, relation.function_id, 0 AS distance
    FROM service_functionrelation AS relation
    JOIN service_offering AS offering ON offering.id = relation.offering_id
    WHERE offering.is_active AND offering.service_id = ANY(%(services)s)
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


def service_facts(codes: Collection[str] | None, *, language: str) -> dict[str, SubjectFacts]:
    """Return name, owner and supporting teams of services by code, in two queries.

    The team of a level is the one to which work for the service is routed.

    Args:
        codes: of which; None for those that are live.
        language: the reader's.
    """
    rows = Service.objects.values_list("pk", "code", "name", "translations", "owner_id")
    live = rows.filter(life_cycle=LifeCycle.LIVE)
    services = list(live if codes is None else rows.filter(code__in=codes))
    supports = _supports([pk for pk, *_columns in services])
    return {
        code: SubjectFacts(
            code=code,
            name=translated(name, more, "name", language),
            id=pk,
            owner_id=owner_id,
            team_ids=_teams(supports[pk]),
        )
        for pk, code, name, more, owner_id in services
    }


def _supports(services: list[int]) -> dict[int, list[Support]]:
    """Return who supports the functions of services' offerings, and those above them."""
    found: dict[int, list[Support]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(SUPPORTS, {"services": services})
        for service_id, *columns in cursor.fetchall():
            found[service_id].append(Support(*columns))
    return found


def _teams(supports: list[Support]) -> dict[int, tuple[int, ...]]:
    teams = {level: team_for(supports, offering_id=None, level=level) for level in LEVELS}
    return {level: (team,) for level, team in teams.items() if team is not None}
