"""What monitoring tells, and what it told."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    KeyInAddress,
    Label,
    PageSize,
    Sent,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.interfaces.api.problems import TooLarge
from timshel.kernel.errors import Invalid
from timshel.resolution_fulfilment.alert import actions, queries
from timshel.resolution_fulfilment.alert.states import SEVERITY_CODES

router = Router(tags=["Alerts"])

LARGEST_BODY = 20 * 1024 * 1024
BODY = {
    "requestBody": {
        "description": "What Alertmanager sends to a webhook, or any JSON that the source's "
        "mapping reads; at most 20 MiB.",
        "required": True,
        "content": {"application/json": {"schema": {}}},
    }
}


class Which(StrEnum):
    """Which alerts: ``nobody`` fire and belong to no service."""

    FIRING = "firing"
    MUTED = "muted"
    NOBODY = "nobody"
    RESOLVED = "resolved"
    ALL = "all"


class AlertSeverity(StrEnum):
    """How bad it is."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class AlertStanding(StrEnum):
    """Whether an alert holds."""

    FIRING = "firing"
    MUTED = "muted"
    RESOLVED = "resolved"


LEVELS = {code: level for level, code in SEVERITY_CODES.items()}


class AlertQuery(Given):
    """Which alerts are asked for."""

    which: Which = Field(Which.FIRING, description="Which of them.")
    service: Code | None = Field(None, description="The code of a service.")
    source: Code | None = Field(None, description="The code of a source.")
    severity: AlertSeverity | None = Field(None, description="How bad they are.")
    text: Label | None = Field(None, description="A part of the title.")
    incident: Label | None = Field(None, description="The number of an incident.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Alerts to a page.")


class FiredAlert(Sent):
    """Something that monitoring found wrong, once for each time that it began."""

    id: int = Field(description="Its key.")
    source: str = Field(description="The code of what said so.")
    state: AlertStanding
    severity: AlertSeverity
    title: str
    service: str = Field(description="The code of the service; empty where it is nobody's.")
    service_name: str
    incident: str = Field(description="The number of its incident, or empty.")
    started_at: datetime = Field(description="Since when, by the source.")
    ended_at: datetime | None = Field(description="When it cleared.")
    seen_at: datetime = Field(description="When it was last told of.")
    times_seen: int = Field(description="How often it was told of.")


class FiredAlerts(Sent):
    """A page of alerts: the worst first where they hold, else the newest."""

    items: tuple[FiredAlert, ...]
    links: Links


class AlertMoment(Sent):
    """Something that happened to an alert."""

    what: str = Field(description="`fired`, `muted`, `unmuted` or `resolved`.")
    at: datetime = Field(description="When it was heard of.")
    planned_work: int | None = Field(description="The key of the planned work that muted it.")


class WholeAlert(FiredAlert):
    """An alert with everything about it."""

    text: str
    labels: dict[str, str]
    address: str = Field(description="Where the source shows it; may be empty.")
    fingerprint: str = Field(description="What tells it from others of its source.")
    raw: Any = Field(description="What the source said of it first.")
    history: tuple[AlertMoment, ...] = Field(description="The newest first.")
    earlier: int = Field(description="How often the same was told of before.")


class AlertsTaken(Sent):
    """What came of a delivery."""

    alerts: int = Field(description="How many alerts were read in it.")
    fired: int = Field(description="How many of them began to fire.")
    muted: int = Field(description="How many of them began during planned work.")
    resolved: int = Field(description="How many cleared by it.")
    repeated: int = Field(description="How many said again what was known.")
    left_out: int = Field(description="How many the source says that it left away.")
    faults: tuple[str, ...] = Field(
        description="A sentence for each part that could not be read; it is kept, and shown to "
        "whoever keeps the source."
    )


@router.get(
    "",
    response=FiredAlerts,
    operation_id="list_alerts",
    summary="List alerts",
    openapi_extra=answers(404),
)
def list_alerts(request: ApiRequest, asked: Query[AlertQuery]) -> FiredAlerts:
    """Return the alerts of the services and teams whose work the token may see."""
    refuse_unknown(request, AlertQuery.model_fields)
    filters = queries.AlertFilters(
        which=asked.which,
        service=asked.service or "",
        source=asked.source or "",
        severity=LEVELS[asked.severity] if asked.severity else None,
        text=asked.text or "",
        incident=asked.incident or "",
    )
    page = queries.alert_list(filters, actor=request.auth, cursor=asked.cursor, size=asked.size)
    return FiredAlerts(
        items=tuple(FiredAlert(**_fields(row)) for row in page.items),
        links=page_links(request, page),
    )


@router.get(
    "/{key}",
    response=WholeAlert,
    operation_id="read_alert",
    summary="Read an alert",
    openapi_extra=answers(404),
)
def read_alert(
    request: ApiRequest,
    key: Annotated[KeyInAddress, Path(description="The key of the alert.", examples=[12])],
) -> WholeAlert:
    """Return an alert with its history and what was said of it."""
    refuse_unknown(request)
    found = queries.alert(key, actor=request.auth)
    return WholeAlert(
        **_fields(found.row),
        text=found.text,
        labels=dict(found.labels),
        address=found.address,
        fingerprint=found.fingerprint,
        raw=found.raw,
        history=tuple(
            AlertMoment(what=each.what, at=each.at, planned_work=each.planned_work_id)
            for each in found.moments
        ),
        earlier=found.earlier,
    )


@router.post(
    "/{key}",
    response={202: AlertsTaken},
    operation_id="tell_alerts",
    summary="Tell of alerts",
    openapi_extra={**answers(404, 411, 413, 422), **BODY},
)
def tell_alerts(
    request: ApiRequest,
    key: Annotated[Code, Path(description="The code of the source.", examples=["prometheus"])],
) -> HttpResponse:
    """Take what monitoring sends, with the token of the source or `alert.send`.

    Each alert is kept once, by its fingerprint and when it began, however often it is told of. A
    delivery of which nothing can be read is answered with 422, and kept as it came. Incidents are
    made of alerts seconds later.
    """
    refuse_unknown(request)
    # Not ``request.body``: that of a page is limited to less than a storm says at once.
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise TooLarge(_("At most 20 MiB can come at once."))
    came = actions.receive_alerts(key, body=body, actor=request.auth, at=request.at)
    if came.is_refused:
        raise Invalid({"": list(came.faults[:20])}, _("This could not be read. It was kept."))
    taken = AlertsTaken(
        alerts=came.alerts,
        fired=came.fired,
        muted=came.muted,
        resolved=came.resolved,
        repeated=came.repeated,
        left_out=came.left_out,
        faults=came.faults[:100],
    )
    return Answer.of(taken, status=202).response()


def _fields(row: queries.AlertRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "source": row.source,
        "state": row.state,
        "severity": SEVERITY_CODES[row.severity],
        "title": row.title,
        "service": row.service_code,
        "service_name": row.service,
        "incident": row.incident,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "seen_at": row.seen_at,
        "times_seen": row.times_seen,
    }
