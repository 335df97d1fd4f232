"""Keeping the sources of alerts: how they are read, their token, and their rules in order."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Team
from timshel.context.organization.rules import CODE_TAKEN, code_faults, name_faults
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Text
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.kernel.uniqueness import refusing_duplicates
from timshel.leadership.authority.queries import people_with, token_digest
from timshel.resolution_fulfilment.alert import access
from timshel.resolution_fulfilment.alert.models import (
    REOPEN_WITHIN,
    STORM_THRESHOLD,
    AlertRule,
    AlertSource,
)
from timshel.resolution_fulfilment.alert.rules.conditions import LabelCondition
from timshel.resolution_fulfilment.alert.rules.mapping import BEGINNINGS, Mapped, mapping_faults
from timshel.resolution_fulfilment.alert.states import OnClear, SourceKind
from timshel.resolution_fulfilment.incident.states import ResolutionCode
from timshel.service_portfolio.service.models import LifeCycle, Service

SUBJECT = "alert_source"
PREFIX = "tsm_"
LONGEST_WAIT = timedelta(days=1)
LONGEST_REOPEN = timedelta(days=7)
MOST_RULES = 200
MOST_LABELS = 20


@dataclass(frozen=True, slots=True)
class SourceContent:
    """What is said of a source.

    Args:
        name: as people call it.
        kind: of ``SourceKind``.
        reporter_id: the person for whom its incidents are opened.
        mapping: how its JSON is read; None for that with which its kind begins.
        default_service: the code of the service of what no rule takes; None for nobody's.
        team: the code of the team that sees what belongs to nobody.
        storm_threshold: how many new groups in a minute are no storm yet.
        reopen_within: how long after clearing the same incident is opened again.
        is_active: whether it is listened to.
    """

    name: str
    kind: str
    reporter_id: int
    mapping: Mapped | None = None
    default_service: str | None = None
    team: str | None = None
    storm_threshold: int = STORM_THRESHOLD
    reopen_within: timedelta = REOPEN_WITHIN
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class RuleContent:
    """What is said of a rule.

    Args:
        name: as the journal names it.
        conditions: all of which must hold.
        service: the code of a service; None for the source's.
        team: the code of a team; None for the one to which the service leads.
        impact, urgency: 1 to 3; None to follow from the severity.
        group_by: labels; none for the source's own groups.
        wait: how long it must fire first.
        opens_incident: whether there is to be an incident.
        on_clear: of ``OnClear``.
        clear_code: how incidents are resolved then, of ``ResolutionCode``.
        is_active: whether it holds.
    """

    name: str
    conditions: tuple[LabelCondition, ...] = ()
    service: str | None = None
    team: str | None = None
    impact: int | None = None
    urgency: int | None = None
    group_by: tuple[str, ...] = ()
    wait: timedelta = timedelta(0)
    opens_incident: bool = True
    on_clear: str = OnClear.RESOLVE
    clear_code: str = ResolutionCode.FIXED
    is_active: bool = True


@dataclass(slots=True)
class _Keys:
    """The keys of services and teams by their codes; what is wrong goes into ``faults``."""

    services: Mapping[str, int]
    teams: Mapping[str, int]
    faults: dict[str, list[Text]] = field(default_factory=dict)

    def service(self, code: str | None, name: str) -> int | None:
        """Return the key of a service, or None for none."""
        if code and code not in self.services:
            self.faults[name] = [_("There is no such service.")]
        return self.services.get(code or "")

    def team(self, code: str | None, name: str) -> int | None:
        """Return the key of a team, or None for none."""
        if code and code not in self.teams:
            self.faults[name] = [_("There is no such team.")]
        return self.teams.get(code or "")


@transaction.atomic
def create_source(*, code: str, content: SourceContent, actor: Actor, at: datetime) -> str:
    """Listen to another monitoring system.

    Args:
        code: a part of the address to which it sends.
        content: what is said of it.
        actor: who keeps sources.
        at: when.

    Returns:
        Its token, which is shown this once.

    Raises:
        NotAllowed: without the right.
        Invalid: what is wrong, by field.
    """
    access.require_manage(actor)
    faults = {"code": code_faults(code, longest=access.LONGEST_CODE)}
    source = AlertSource(code=code)
    _fill(source, content, faults)
    with refusing_duplicates({"code": CODE_TAKEN}):
        source.save(force_insert=True)
    _journal(source, "alert_source.created", {}, _plain(source), actor=actor, at=at)
    return _new_token(source, actor=actor, at=at)


@transaction.atomic
def change_source(code: str, *, content: SourceContent, actor: Actor, at: datetime) -> None:
    """Say something else of a source; the same again changes nothing.

    Raises:
        NotAllowed, NotFound: as they say.
        Invalid: what is wrong, by field.
    """
    source = access.source_to_keep(code, actor=actor)
    before = _plain(source)
    _fill(source, content, {})
    after = _plain(source)
    if before != after:
        source.save()
        _journal(source, "alert_source.changed", before, after, actor=actor, at=at)


@transaction.atomic
def make_token(code: str, *, actor: Actor, at: datetime) -> str:
    """Make another token for a source; the one before is worth nothing from now on.

    Returns:
        The token, which is shown this once.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    return _new_token(access.source_to_keep(code, actor=actor), actor=actor, at=at)


@transaction.atomic
def drop_token(code: str, *, actor: Actor, at: datetime) -> None:
    """Take the token of a source; it is still spoken for by who may tell of alerts by right.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    source = access.source_to_keep(code, actor=actor)
    if source.digest is None:
        return
    before = {"token": source.token_prefix}
    source.digest, source.token_prefix, source.token_made_at = None, "", None
    source.save(update_fields=["digest", "token_prefix", "token_made_at"])
    _journal(source, "alert_source.token_dropped", before, {"token": ""}, actor=actor, at=at)


@transaction.atomic
def keep_rules(code: str, *, rules: Sequence[RuleContent], actor: Actor, at: datetime) -> None:
    """Set all rules of a source, in their order; those of the same name go on as they are.

    Args:
        code: of the source.
        rules: the first whose conditions hold decides.
        actor: who keeps sources.
        at: when.

    Raises:
        NotAllowed, NotFound: as they say.
        Invalid: what is wrong, by the place of the rule and the field, as ``2.service``.
    """
    source = access.source_to_keep(code, actor=actor)
    keys = _keys()
    if len(rules) > MOST_RULES:
        keys.faults[""] = [_("At most %(count)d rules are possible.") % {"count": MOST_RULES}]
    if len({rule.name.strip() for rule in rules}) < len(rules):
        keys.faults[""] = [_("Two rules have the same name.")]
    standing = {row.name: row for row in source.rules.all()}
    before = [_plain_rule(row) for row in sorted(standing.values(), key=lambda row: row.position)]
    rows = []
    for place, content in enumerate(rules, start=1):
        row = standing.get(content.name.strip()) or AlertRule(source=source)
        _fill_rule(row, content, place, source, keys)
        rows.append(row)
    if keys.faults:
        raise Invalid(keys.faults)
    after = [_plain_rule(row) for row in rows]
    if before == after:
        return
    source.rules.exclude(pk__in=[row.pk for row in rows if row.pk]).delete()
    for row in rows:
        row.save()
    changes = {"rules": before}, {"rules": after}
    _journal(source, "alert_source.rules_changed", *changes, actor=actor, at=at)


@transaction.atomic
def hand_over_reports(person_id: int, *, actor: Actor, at: datetime) -> tuple[str, ...]:
    """Have incidents be opened for somebody else than a person who left. Again changes nothing.

    That is whom they reported to, or else one of those who keep sources: without anybody for whom
    it is, no incident could be opened, and the alerts would go unheard.

    Args:
        person_id: who left; nothing happens while they are here.
        actor: the job.
        at: now.

    Returns:
        The codes of the sources that were handed over.
    """
    left = Person.objects.select_related("manager").filter(pk=person_id, is_active=False).first()
    if left is None:
        return ()
    manager = left.manager
    is_there = manager is not None and manager.is_active
    successor = manager.pk if manager is not None and is_there else None
    successor = successor or min(people_with(access.MANAGE), default=None)
    if successor is None:
        return ()
    sources = AlertSource.objects.select_for_update(no_key=True).filter(reporter_id=person_id)
    handed_over = []
    for source in sources.order_by("code"):
        source.reporter_id = successor
        source.save(update_fields=["reporter"])
        changes = {"reporter": person_id}, {"reporter": successor}
        _journal(source, "alert_source.handed_over", *changes, actor=actor, at=at)
        handed_over.append(source.code)
    return tuple(handed_over)


def _fill(source: AlertSource, content: SourceContent, faults: dict[str, list[Text]]) -> None:
    keys = _keys()
    keys.faults = faults
    mapping = content.mapping or BEGINNINGS.get(content.kind, Mapped())
    faults["name"] = name_faults(content.name) or _storable(content.name)
    if content.kind not in set(SourceKind):
        faults["kind"] = [_("Please choose one of the choices.")]
    elif content.kind != SourceKind.ALERTMANAGER:
        faults.update(mapping_faults(mapping))
    if not Person.objects.filter(pk=content.reporter_id, is_active=True).exists():
        faults["reporter"] = [_("Please say for whom incidents are opened.")]
    if not 1 <= content.storm_threshold <= 1_000:
        faults["storm_threshold"] = [_("This must be from 1 to 1,000.")]
    if not timedelta(0) <= content.reopen_within <= LONGEST_REOPEN:
        faults["reopen_within"] = [
            _("At most %(count)d days are possible.") % {"count": LONGEST_REOPEN.days}
        ]
    source.default_service_id = keys.service(content.default_service, "default_service")
    source.team_id = keys.team(content.team, "team")
    wrong = {name: texts for name, texts in faults.items() if texts}
    if wrong:
        raise Invalid(wrong)
    source.name, source.kind = content.name.strip(), content.kind
    is_mapped = content.kind != SourceKind.ALERTMANAGER
    source.mapping = mapping.plain() if is_mapped else {}
    source.reporter_id = content.reporter_id
    source.storm_threshold = content.storm_threshold
    source.reopen_within, source.is_active = content.reopen_within, content.is_active


def _fill_rule(
    row: AlertRule, content: RuleContent, place: int, source: AlertSource, keys: _Keys
) -> None:
    faults = {
        "name": name_faults(content.name) or _storable(content.name),
        "impact": _level_faults(content.impact),
        "urgency": _level_faults(content.urgency),
        "wait": _wait_faults(content.wait),
        "group_by": _label_faults(content.group_by),
        "on_clear": _choice_faults(content.on_clear, OnClear),
        "clear_code": _choice_faults(
            content.clear_code, set(ResolutionCode) - {ResolutionCode.CONFIRMED}
        ),
    }
    keys.faults.update({f"{place}.{name}": texts for name, texts in faults.items() if texts})
    row.service_id = keys.service(content.service, f"{place}.service")
    row.team_id = keys.team(content.team, f"{place}.team")
    if not content.service and source.default_service_id is None:
        keys.faults[f"{place}.service"] = [
            _("Please choose a service: the source has none of its own.")
        ]
    row.position, row.name = place, content.name.strip()
    row.conditions = [each.plain() for each in content.conditions]
    row.impact, row.urgency = content.impact, content.urgency
    row.group_by, row.wait = list(content.group_by), content.wait
    row.opens_incident, row.is_active = content.opens_incident, content.is_active
    row.on_clear, row.clear_code = str(content.on_clear), str(content.clear_code)


def _level_faults(level: int | None) -> list[Text]:
    return [] if level in (None, 1, 2, 3) else [_("Please choose one of the choices.")]


def _choice_faults(chosen: str, choices: Iterable[str]) -> list[Text]:
    return [] if chosen in set(choices) else [_("Please choose one of the choices.")]


def _wait_faults(wait: timedelta) -> list[Text]:
    if timedelta(0) <= wait <= LONGEST_WAIT:
        return []
    return [_("Please wait for a day at most.")]


def _label_faults(labels: Sequence[str]) -> list[Text]:
    if len(labels) > MOST_LABELS or any(len(each) > 200 for each in labels):
        return [_("At most %(count)d labels are possible.") % {"count": MOST_LABELS}]
    return [] if all(map(is_storable, labels)) else _storable("\0")


def _storable(text: str) -> list[Text]:
    return [] if is_storable(text) else [_("This holds characters that cannot be stored.")]


def _keys() -> _Keys:
    live = Service.objects.filter(life_cycle=LifeCycle.LIVE)
    return _Keys(
        services=dict(live.values_list("code", "pk")),
        teams=dict(Team.objects.filter(is_active=True).values_list("code", "pk")),
    )


def _new_token(source: AlertSource, *, actor: Actor, at: datetime) -> str:
    secret = PREFIX + secrets.token_urlsafe(32)
    before = {"token": source.token_prefix}
    source.digest, source.token_prefix = token_digest(secret), secret[:10]
    source.token_made_at = at
    source.save(update_fields=["digest", "token_prefix", "token_made_at"])
    after = {"token": source.token_prefix}
    _journal(source, "alert_source.token_made", before, after, actor=actor, at=at)
    return secret


def _plain(source: AlertSource) -> dict[str, Any]:
    return {
        "name": source.name,
        "kind": str(source.kind),
        "mapping": source.mapping,
        "reporter": source.reporter_id,
        "default_service": source.default_service_id,
        "team": source.team_id,
        "storm_threshold": source.storm_threshold,
        "reopen_within": source.reopen_within.total_seconds(),
        "is_active": source.is_active,
    }


def _plain_rule(row: AlertRule) -> dict[str, Any]:
    return {
        "position": row.position,
        "name": row.name,
        "conditions": row.conditions,
        "service": row.service_id,
        "team": row.team_id,
        "impact": row.impact,
        "urgency": row.urgency,
        "group_by": list(row.group_by),
        "wait": row.wait.total_seconds(),
        "opens_incident": row.opens_incident,
        "on_clear": str(row.on_clear),
        "clear_code": str(row.clear_code),
        "is_active": row.is_active,
    }


def _journal(
    source: AlertSource,
    verb: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    changes = {
        name: (before.get(name), value)
        for name, value in after.items()
        if before.get(name) != value
    }
    record(
        verb,
        subject_kind=SUBJECT,
        subject_id=source.pk,
        changes=changes,
        actor=actor,
        at=at,
    )
