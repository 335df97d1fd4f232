"""Sources of alerts for those who keep them: what is set, what could not be read, and try-outs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from timshel.kernel.actor import Actor, Scope
from timshel.kernel.errors import NotFound
from timshel.leadership.authority.queries import token_digest
from timshel.resolution_fulfilment.alert import access
from timshel.resolution_fulfilment.alert.models import (
    Alert,
    AlertGroup,
    AlertRule,
    AlertSource,
    RefusedPayload,
)
from timshel.resolution_fulfilment.alert.rules.conditions import LabelCondition, conditions
from timshel.resolution_fulfilment.alert.rules.mapping import Mapped, mapped
from timshel.resolution_fulfilment.alert.states import SEVERITY_CODES, AlertState, PayloadState

MOST_TRIED = 200
MOST_PAYLOADS = 20
SHOWN_BODY = 20_000


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source in a list.

    Args:
        code: as in its address.
        name: as people call it.
        kind: of ``SourceKind``.
        is_active: whether it is listened to.
        has_token: whether it has a token of its own.
        heard_at: when it last told of an alert; None for never.
        firing: how many of its alerts fire.
        refused: how many deliveries wait that could not be read.
        trouble: what keeps its alerts from becoming incidents; empty where nothing does.
        left_out: how many alerts it kept from us in the delivery that last did so.
        left_out_at: when that was; None for never.
    """

    code: str
    name: str
    kind: str
    is_active: bool
    has_token: bool
    heard_at: datetime | None
    firing: int
    refused: int
    trouble: str
    left_out: int
    left_out_at: datetime | None


@dataclass(frozen=True, slots=True)
class SourceView:
    """What is said of one source; ``token`` is how its token begins."""

    row: SourceRow
    mapping: Mapped
    reporter_id: int
    reporter: str
    reporter_email: str
    default_service: str
    team: str
    storm_threshold: int
    reopen_within: timedelta
    token: str
    token_made_at: datetime | None


@dataclass(frozen=True, slots=True)
class RuleView:
    """What is said of one rule, with codes of service and team, empty where it says none."""

    name: str
    conditions: tuple[LabelCondition, ...]
    service: str
    service_name: str
    team: str
    team_name: str
    impact: int | None
    urgency: int | None
    group_by: tuple[str, ...]
    wait: timedelta
    opens_incident: bool
    on_clear: str
    clear_code: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class PayloadRow:
    """A delivery that could not be read, or not all of it."""

    id: int
    size: int
    times: int
    first_at: datetime
    last_at: datetime
    faults: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Tried:
    """An alert that was held against conditions, and whether they hold."""

    id: int
    title: str
    started_at: datetime
    labels: Mapping[str, str]
    is_met: bool


def sending_scope(secret: str) -> tuple[str, Scope] | None:
    """Return the name of the source with a token, and where it may send; None for no such token.

    One query.
    """
    found = (
        AlertSource.objects.filter(digest=token_digest(secret), is_active=True)
        .values_list("pk", "name")
        .first()
    )
    if found is None:
        return None
    key, name = found
    return name, Scope(within={"source": frozenset({key})})


def source_list(*, actor: Actor) -> tuple[SourceRow, ...]:
    """Return all sources by name; one query.

    Raises:
        NotAllowed: without the right to keep them.
    """
    access.require_manage(actor)
    return tuple(_row(each) for each in _sources().order_by("name", "pk"))


def source(code: str, *, actor: Actor) -> SourceView:
    """Return what is said of a source; one query.

    Raises:
        NotAllowed: without the right to keep sources.
        NotFound: there is none.
    """
    access.require_manage(actor)
    if access.source_of(code) is None:
        raise NotFound
    found = _sources().select_related("reporter", "default_service", "team").get(code=code)
    return SourceView(
        row=_row(found),
        mapping=mapped(found.mapping),
        reporter_id=found.reporter_id,
        reporter=found.reporter.name,
        reporter_email=found.reporter.email,
        default_service=found.default_service.code if found.default_service else "",
        team=found.team.code if found.team else "",
        storm_threshold=found.storm_threshold,
        reopen_within=found.reopen_within,
        token=found.token_prefix,
        token_made_at=found.token_made_at,
    )


def rule_list(code: str, *, actor: Actor) -> tuple[RuleView, ...]:
    """Return the rules of a source in their order; one query.

    Raises:
        NotAllowed: without the right to keep sources.
    """
    access.require_manage(actor)
    rows = AlertRule.objects.select_related("service", "team").filter(source__code=code)
    return tuple(_rule(each, actor) for each in rows.order_by("position", "pk"))


def refused_payloads(code: str, *, actor: Actor) -> tuple[PayloadRow, ...]:
    """Return the last deliveries of a source that could not be read, the newest first; one query.

    Raises:
        NotAllowed: without the right to keep sources.
    """
    access.require_manage(actor)
    rows = RefusedPayload.objects.filter(source__code=code, state=PayloadState.REFUSED)
    return tuple(
        PayloadRow(
            id=each.pk,
            size=each.size,
            times=each.times,
            first_at=each.first_at,
            last_at=each.last_at,
            faults=tuple(each.faults),
            text=bytes(each.body[:SHOWN_BODY]).decode("utf-8", "replace"),
        )
        for each in rows.order_by("-last_at", "-pk")[:MOST_PAYLOADS]
    )


def tried_on_last(code: str, held: Sequence[LabelCondition], *, actor: Actor) -> tuple[Tried, ...]:
    """Return the last alerts of a source with whether conditions hold for each; one query.

    Raises:
        NotAllowed: without the right to keep sources.
    """
    access.require_manage(actor)
    rows = Alert.objects.filter(source__code=code).only("title", "started_at", "labels", "severity")
    found = []
    for each in rows.order_by("-seen_at", "-pk")[:MOST_TRIED]:
        more = {"severity": SEVERITY_CODES[each.severity], "title": each.title}
        is_met = all(one.holds({**more, **each.labels}) for one in held)
        found.append(Tried(each.pk, each.title, each.started_at, each.labels, is_met))
    return tuple(found)


def source_choices() -> list[tuple[str, str]]:
    """Return code and name of all sources, by name; one query."""
    return list(AlertSource.objects.order_by("name").values_list("code", "name"))


def _sources() -> QuerySet[AlertSource]:
    own = OuterRef("pk")
    last = Alert.objects.filter(source=own).order_by("-seen_at").values("seen_at")[:1]
    firing = Alert.objects.filter(source=own, state=AlertState.FIRING)
    refused = RefusedPayload.objects.filter(source=own, state=PayloadState.REFUSED)
    troubled = AlertGroup.objects.filter(~Q(trouble=""), source=own, due_at__isnull=False)
    return AlertSource.objects.annotate(
        heard_at=Subquery(last),
        firing=_counted(firing),
        unread=_counted(refused),
        trouble=Coalesce(Subquery(troubled.values("trouble")[:1]), Value("")),
    )


def _counted(rows: QuerySet[Any]) -> Any:
    counted = rows.order_by().values("source_id").annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counted), 0)


def _row(found: AlertSource) -> SourceRow:
    read: Any = found
    return SourceRow(
        code=found.code,
        name=found.name,
        kind=found.kind,
        is_active=found.is_active,
        has_token=found.digest is not None,
        heard_at=read.heard_at,
        firing=read.firing,
        refused=read.unread,
        trouble=read.trouble,
        left_out=found.left_out,
        left_out_at=found.left_out_at,
    )


def _rule(row: AlertRule, actor: Actor) -> RuleView:
    return RuleView(
        name=row.name,
        conditions=conditions(row.conditions),
        service=row.service.code if row.service else "",
        service_name=row.service.text("name", actor.language) if row.service else "",
        team=row.team.code if row.team else "",
        team_name=row.team.text("name", actor.language) if row.team else "",
        impact=row.impact,
        urgency=row.urgency,
        group_by=tuple(row.group_by),
        wait=row.wait,
        opens_incident=row.opens_incident,
        on_clear=row.on_clear,
        clear_code=row.clear_code,
        is_active=row.is_active,
    )
