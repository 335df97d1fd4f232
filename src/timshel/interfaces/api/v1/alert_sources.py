"""The monitoring systems that are listened to, how they are read, and their rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Given,
    IdempotencyKey,
    Key,
    Level,
    NeededLine,
    Sent,
    Storable,
    refuse_unknown,
)
from timshel.kernel.errors import Invalid
from timshel.resolution_fulfilment.alert import actions, queries
from timshel.resolution_fulfilment.alert.rules.conditions import (
    SIGNS,
    BadCondition,
    read_conditions,
)
from timshel.resolution_fulfilment.alert.rules.mapping import Mapped
from timshel.resolution_fulfilment.incident.states import ResolutionCode

router = Router(tags=["Alerts"])

CHANGES = answers(404, 409, 411, 422)
SourceCode = Annotated[Code, Path(description="The code of the source.", examples=["prometheus"])]
Pattern = Annotated[str, Field(max_length=1_000), Storable]
Word = Annotated[str, Field(min_length=1, max_length=200), Storable]


class SourceType(StrEnum):
    """What speaks; all but Alertmanager are read by a mapping."""

    ALERTMANAGER = "alertmanager"
    ICINGA = "icinga"
    ZABBIX = "zabbix"
    GENERIC = "generic"


class ClearingDeed(StrEnum):
    """What becomes of an incident when its alerts have cleared."""

    RESOLVE = "resolve"
    NOTE = "note"


class AlertMapping(Given):
    """How the JSON of a source is read: patterns of text with paths in braces."""

    alerts: Pattern = Field("", description="The path to the list of alerts; may be empty.")
    patterns: dict[Word, Pattern] = Field(
        default_factory=dict,
        description="For `fingerprint`, `state`, `title`, and perhaps `severity`, `text`, "
        "`started_at`, `ended_at`, `address` and `group`.",
        examples=[{"fingerprint": "{id}", "state": "{state}", "title": "{host}: {text}"}],
    )
    resolved: list[Word] = Field(
        default_factory=list,
        max_length=100,
        description="The words of the state that mean that it has cleared, in small letters.",
    )
    severities: dict[Word, Word] = Field(
        default_factory=dict, description="The source's words for severities, in small letters."
    )
    labels: dict[Word, Pattern] = Field(default_factory=dict, description="A pattern a label.")
    labels_from: Pattern = Field("", description="The path to an object of labels; may be empty.")


class AlertSourceGiven(Given):
    """What is said of a source."""

    name: NeededLine = Field(description="As people call it.")
    kind: SourceType
    reporter_id: Key = Field(description="The person for whom its incidents are opened.")
    mapping: AlertMapping | None = Field(
        None, description="How its JSON is read; null for that with which its kind begins."
    )
    default_service: Code | None = Field(
        None, description="The code of the service of what no rule takes; null for nobody's."
    )
    team: Code | None = Field(
        None, description="The code of the team that sees what belongs to nobody."
    )
    storm_threshold: Annotated[int, Field(strict=True, ge=1, le=1_000)] = Field(
        10, description="How many new groups in a minute are no storm yet."
    )
    reopen_within: Annotated[int, Field(strict=True, ge=0, le=604_800)] = Field(
        7_200, description="Seconds after clearing within which the same incident is reopened."
    )
    is_active: bool = Field(default=True, description="Whether it is listened to.")


class AlertSource(Sent):
    """A monitoring system that tells of alerts."""

    code: str = Field(description="A part of the address to which it sends.")
    name: str
    kind: SourceType
    is_active: bool
    has_token: bool = Field(description="Whether it has a token of its own.")
    heard_at: datetime | None = Field(description="When it last told of an alert.")
    firing: int = Field(description="How many of its alerts fire.")
    refused: int = Field(description="How many deliveries wait that could not be read.")
    trouble: str = Field(description="What keeps alerts from becoming incidents; may be empty.")
    left_out: int = Field(
        description="How many alerts it kept from us in the delivery that last did so."
    )
    left_out_at: datetime | None = Field(description="When that was.")


class AlertSources(Sent):
    """All sources, by name."""

    items: tuple[AlertSource, ...]


class SourceToken(Sent):
    """The token of a source, which is shown this once."""

    token: str


class AlertRuleGiven(Given):
    """What becomes of the alerts whose labels meet its conditions."""

    name: NeededLine = Field(description="As the journal names it; each once.")
    conditions: list[Annotated[str, Field(max_length=1_000), Storable]] = Field(
        default_factory=list,
        max_length=50,
        description="All of which must hold: "
        + ", ".join(f"`{sign}`" for sign in SIGNS.values())
        + ", a label alone, or `!` and a label; several values with `|`.",
        examples=[["env = production", "instance ^= web", "!silenced"]],
    )
    service: Code | None = Field(None, description="The code of a service; null for the source's.")
    team: Code | None = Field(None, description="The code of a team; null for the service's.")
    impact: Level | None = Field(None, description="1 to 3; null to follow from the severity.")
    urgency: Level | None = Field(None, description="1 to 3; null to follow from the severity.")
    group_by: list[Word] = Field(
        default_factory=list, max_length=20, description="Labels; none for the source's groups."
    )
    wait: Annotated[int, Field(strict=True, ge=0, le=86_400)] = Field(
        0, description="Seconds that it must fire before there is an incident."
    )
    opens_incident: bool = Field(default=True, description="Whether there is to be an incident.")
    on_clear: ClearingDeed = ClearingDeed.RESOLVE
    clear_code: ResolutionCode = Field(
        ResolutionCode.FIXED, description="How incidents are resolved then."
    )
    is_active: bool = True


class AlertRulesGiven(Given):
    """All rules of a source, in their order."""

    items: list[AlertRuleGiven] = Field(max_length=200, description="The first that fits decides.")


class AlertRuleSent(Sent):
    """A rule as it stands."""

    name: str
    conditions: tuple[str, ...] = Field(description="As they are written.")
    service: str = Field(description="The code of the service, or empty.")
    team: str = Field(description="The code of the team, or empty.")
    impact: int | None
    urgency: int | None
    group_by: tuple[str, ...]
    wait: int = Field(description="In seconds.")
    opens_incident: bool
    on_clear: ClearingDeed
    clear_code: str
    is_active: bool


class AlertRules(Sent):
    """The rules of a source, in their order."""

    items: tuple[AlertRuleSent, ...]


@router.get(
    "", response=AlertSources, operation_id="list_alert_sources", summary="List alert sources"
)
def list_alert_sources(request: ApiRequest) -> AlertSources:
    """Return all sources; needs `alert.manage`."""
    refuse_unknown(request)
    return AlertSources(items=tuple(map(_source, queries.source_list(actor=request.auth))))


@router.get(
    "/{code}",
    response=AlertSource,
    operation_id="read_alert_source",
    summary="Read an alert source",
    openapi_extra=answers(404),
)
def read_alert_source(request: ApiRequest, code: SourceCode) -> AlertSource:
    """Return a source; needs `alert.manage`."""
    refuse_unknown(request)
    return _source(queries.source(code, actor=request.auth).row)


@router.post(
    "/{code}",
    response={201: SourceToken},
    operation_id="create_alert_source",
    summary="Listen to another source",
    openapi_extra=CHANGES,
)
def create_alert_source(
    request: ApiRequest,
    code: SourceCode,
    given: AlertSourceGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Make it, and return its token this once; needs `alert.manage`."""

    def do() -> Answer:
        token = actions.create_source(
            code=code, content=_content(given), actor=request.auth, at=request.at
        )
        return Answer.of(SourceToken(token=token), status=201)

    return answer_once(request, idempotency_key, do)


@router.put(
    "/{code}",
    response=AlertSource,
    operation_id="change_alert_source",
    summary="Change an alert source",
    openapi_extra=CHANGES,
)
def change_alert_source(
    request: ApiRequest,
    code: SourceCode,
    given: AlertSourceGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; needs `alert.manage`."""

    def do() -> Answer:
        actions.change_source(code, content=_content(given), actor=request.auth, at=request.at)
        return Answer.of(_source(queries.source(code, actor=request.auth).row))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/token",
    response={201: SourceToken},
    operation_id="renew_alert_token",
    summary="Make another token for a source",
    openapi_extra=CHANGES,
)
def renew_alert_token(
    request: ApiRequest, code: SourceCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Make it and return it this once; the one before is worth nothing. Needs `alert.manage`."""

    def do() -> Answer:
        token = actions.make_token(code, actor=request.auth, at=request.at)
        return Answer.of(SourceToken(token=token), status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{code}/rules",
    response=AlertRules,
    operation_id="list_alert_rules",
    summary="List the rules of a source",
    openapi_extra=answers(404),
)
def list_alert_rules(request: ApiRequest, code: SourceCode) -> AlertRules:
    """Return its rules in their order; needs `alert.manage`."""
    refuse_unknown(request)
    queries.source(code, actor=request.auth)
    return _rules(code, request)


@router.put(
    "/{code}/rules",
    response=AlertRules,
    operation_id="set_alert_rules",
    summary="Set the rules of a source",
    openapi_extra=CHANGES,
)
def set_alert_rules(
    request: ApiRequest,
    code: SourceCode,
    given: AlertRulesGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Set all of them in their order; needs `alert.manage`."""

    def do() -> Answer:
        rules = [_rule(each, place) for place, each in enumerate(given.items, start=1)]
        actions.keep_rules(code, rules=rules, actor=request.auth, at=request.at)
        return Answer.of(_rules(code, request))

    return answer_once(request, idempotency_key, do)


def _content(given: AlertSourceGiven) -> actions.SourceContent:
    return actions.SourceContent(
        name=given.name,
        kind=given.kind,
        reporter_id=given.reporter_id,
        mapping=_mapping(given.mapping) if given.mapping else None,
        default_service=given.default_service,
        team=given.team,
        storm_threshold=given.storm_threshold,
        reopen_within=timedelta(seconds=given.reopen_within),
        is_active=given.is_active,
    )


def _mapping(given: AlertMapping) -> Mapped:
    return Mapped(
        alerts=given.alerts,
        patterns=given.patterns,
        resolved=tuple(word.casefold() for word in given.resolved),
        severities={word.casefold(): level for word, level in given.severities.items()},
        labels=given.labels,
        labels_from=given.labels_from,
    )


def _rule(given: AlertRuleGiven, place: int) -> actions.RuleContent:
    try:
        held = read_conditions("\n".join(given.conditions))
    except BadCondition as fault:
        raise Invalid({f"{place}.conditions": [str(fault)]}) from fault
    return actions.RuleContent(
        name=given.name,
        conditions=held,
        service=given.service,
        team=given.team,
        impact=given.impact,
        urgency=given.urgency,
        group_by=tuple(given.group_by),
        wait=timedelta(seconds=given.wait),
        opens_incident=given.opens_incident,
        on_clear=given.on_clear,
        clear_code=given.clear_code,
        is_active=given.is_active,
    )


def _source(row: queries.SourceRow) -> AlertSource:
    return AlertSource(
        code=row.code,
        name=row.name,
        kind=SourceType(row.kind),
        is_active=row.is_active,
        has_token=row.has_token,
        heard_at=row.heard_at,
        firing=row.firing,
        refused=row.refused,
        trouble=row.trouble,
        left_out=row.left_out,
        left_out_at=row.left_out_at,
    )


def _rules(code: str, request: ApiRequest) -> AlertRules:
    return AlertRules(
        items=tuple(
            AlertRuleSent(
                name=row.name,
                conditions=tuple(each.written() for each in row.conditions),
                service=row.service,
                team=row.team,
                impact=row.impact,
                urgency=row.urgency,
                group_by=row.group_by,
                wait=int(row.wait.total_seconds()),
                opens_incident=row.opens_incident,
                on_clear=ClearingDeed(row.on_clear),
                clear_code=row.clear_code,
                is_active=row.is_active,
            )
            for row in queries.rule_list(code, actor=request.auth)
        )
    )
