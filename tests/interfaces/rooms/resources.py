"""Resources on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.cast import Cast
from timshel.support.resource import actions
from timshel.support.resource.actions import Figures, ResourceContent
from timshel.support.resource.models import Resource
from timshel.support.resource.rules.quarters import moved, quarter_of
from timshel.support.resource.states import ResourceKind

FORM = {
    "kind": "technical",
    "name": "Storage for research data",
    "unit": "TB",
    "owner": "Imre Castellane",
    "revision": "1",
}
SAID = {
    "kind": "technical",
    "name": "Storage for research data",
    "unit": "TB",
    "owner": "imre.castellane",
}
BODIES: dict[str, dict[str, Any]] = {
    "resource-new": FORM,
    "resource-change": FORM,
    "resource-figures": {"revision": "1"},
    "api-list_resources": SAID,
    "api-read_resource": {**SAID, "revision": 1},
    "api-list_resource_figures": {
        "items": [{"quarter": "2026-01-01", "available": 3}],
        "revision": 1,
    },
    "api-retire_resource": {},
    "api-restore_resource": {},
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Write down a resource."""
    number = _recorded(cast, 0, at=at)
    return {"<str:resource>": number, "/resources/<number>": f"/resources/{number}"}


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Write down one more that will not suffice."""
    number = _recorded(cast, position, at=at)
    quarter: date = quarter_of(at.date())
    given = [
        Figures(moved(quarter, count), available=Decimal(2), needed=Decimal(5))
        for count in range(12)
    ]
    actions.set_figures(number, figures=given, seen_revision=1, actor=cast.process_owner, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about resources."""
    number = Resource.objects.order_by("pk")[0].number
    whole, one = "/governance/resources", f"/governance/resources/{number}"
    program = "/api/v1/resources"
    return {
        "resource-list": ("process_owner", whole),
        "resource-xlsx": ("process_owner", f"{whole}/xlsx"),
        "resource-people": ("process_owner", f"{whole}/people"),
        "resource-new": ("process_owner", f"{whole}/new"),
        "resource": ("process_owner", one),
        "resource-figures": ("process_owner", f"{one}/figures"),
        "resource-change": ("process_owner", f"{one}/change"),
        "api-list_resources": ("api-process_owner", program),
        "api-list_resource_shortages": ("api-process_owner", f"{program}/shortages"),
        "api-count_people": ("api-process_owner", f"{program}/people"),
        "api-read_resource": ("api-process_owner", f"{program}/{number}"),
        "api-list_resource_figures": ("api-process_owner", f"{program}/{number}/figures"),
    }


def _recorded(cast: Cast, position: int, *, at: datetime) -> str:
    content = ResourceContent(
        kind=ResourceKind.TECHNICAL,
        name=f"Racks {position}",
        unit="racks",
        owner="imre.castellane",
    )
    return actions.record_resource(content, actor=cast.process_owner, at=at)
