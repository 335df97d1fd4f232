"""The incident of a group of alerts: opened, opened again and ended by a named rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timshel.kernel import live
from timshel.kernel.actor import Actor, ActorKind, Channel, system_actor
from timshel.kernel.events import publish
from timshel.kernel.journal.models import Entry
from timshel.operation.teamwork.actions import link_work
from timshel.operation.work.actions import SUBJECT
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import OPEN_STAGES, Stage
from timshel.resolution_fulfilment.alert.events import AlertIncidentOpened
from timshel.resolution_fulfilment.alert.models import Alert, AlertGroup, AlertSource
from timshel.resolution_fulfilment.alert.rules.deciding import BY_SEVERITY
from timshel.resolution_fulfilment.alert.rules.reading import line
from timshel.resolution_fulfilment.alert.states import AlertState, OnClear
from timshel.resolution_fulfilment.incident.actions import (
    IncidentReport,
    assign_incident,
    note_on_incident,
    open_incident,
    reopen_incident,
    resolve_incident,
)
from timshel.resolution_fulfilment.incident.states import ResolutionCode
from timshel.service_portfolio.service.models import LifeCycle, Service

MOST_LISTED = 10
ENDED = (Stage.RESOLVED, Stage.CLOSED)


def robot(source: AlertSource, rule_name: str = "") -> Actor:
    """Return the actor that the journal names: the source, and the rule that decided."""
    name = f"{source.name}: {rule_name}" if rule_name else source.name
    return replace(system_actor(name, Channel.MONITORING), kind=ActorKind.ROBOT)


def open_for(group: AlertGroup, *, worst: int, firing: int, at: datetime) -> None:
    """Open the incident of a group.

    Args:
        group: locked; it has none yet.
        worst: the severity of the worst of its alerts.
        firing: how many of them fire.
        at: when.

    Raises:
        Refused: the person for whom the source reports has left, or the like.
    """
    source, rule = group.source, group.rule
    actor = robot(source, rule.name if rule else "")
    impact, urgency = BY_SEVERITY[worst]
    if rule is not None:
        impact, urgency = rule.impact or impact, rule.urgency or urgency
    service = _service_of(group)
    report = IncidentReport(
        title=_title(group, firing),
        description=_description(group, firing),
        service=service.code if service else None,
        impact=impact,
        urgency=urgency,
        requester_id=source.reporter_id,
        channel=Channel.MONITORING,
        team=source.team.code if source.team else None,
    )
    opened = open_incident(report, actor=actor, at=at)
    AlertGroup.objects.filter(pk=group.pk).update(
        incident_id=opened.work_item_id, incident_at=at, cleared_at=None
    )
    if rule is not None and rule.team is not None:
        assign_incident(opened.number, team=rule.team.code, actor=actor, at=at)
    _link_to_previous(group, opened.number, actor=actor, at=at)
    publish(
        AlertIncidentOpened(
            source_id=source.pk,
            group_id=group.pk,
            work_item_id=opened.work_item_id,
            number=opened.number,
            is_storm=group.is_storm,
            at=at,
        )
    )


def open_again(group: AlertGroup, *, at: datetime) -> None:
    """Open the incident of a group again, which fires anew; one that was cancelled stays so."""
    if group.incident is None or group.incident.work_item.stage not in ENDED:
        return
    actor = robot(group.source, group.rule.name if group.rule else "")
    reason = _("It fires again: %(title)s") % {"title": group.title}
    reopen_incident(group.incident.work_item.number, reason=reason, actor=actor, at=at)


def end(group: AlertGroup, *, at: datetime) -> None:
    """Note that all has cleared, and resolve the incident if the rule says so and nobody has it."""
    if group.incident is None or group.incident.work_item.stage not in OPEN_STAGES:
        return
    item, rule = group.incident.work_item, group.rule
    actor = robot(group.source, rule.name if rule else "")
    text = _("All alerts of this incident have cleared.")
    if _is_untouched(item) and (rule is None or rule.on_clear == OnClear.RESOLVE):
        code = rule.clear_code if rule else ResolutionCode.FIXED
        resolve_incident(item.number, code=code, text=text, actor=actor, at=at)
    else:
        note_on_incident(item.number, text=text, actor=actor, at=at)
    live.announce({f"work_item:{item.pk}"}, at=at)


def _is_untouched(item: WorkItem) -> bool:
    """Tell whether no person has done anything about an incident yet."""
    deeds = Entry.objects.filter(
        subject_kind=SUBJECT, subject_id=item.pk, actor_kind=ActorKind.PERSON
    )
    return item.assignee_id is None and not deeds.exists()


def _title(group: AlertGroup, firing: int) -> str:
    if not group.is_storm:
        return line(group.title)
    counted = ngettext(
        "%(count)d alert at once from %(source)s",
        "%(count)d alerts at once from %(source)s",
        firing,
    )
    return line(counted % {"count": firing, "source": group.source.name})


def _description(group: AlertGroup, firing: int) -> str:
    """Return what the incident says: the first alerts, and where the others are."""
    rows = Alert.objects.filter(
        Q(group=group) | Q(group__folded_into=group), state=AlertState.FIRING
    ).order_by("severity", "started_at", "pk")[:MOST_LISTED]
    lines = [f"- {_escaped(row.title)}" for row in rows]
    if firing > len(lines):
        lines.append("- " + _("and %(count)d more") % {"count": firing - len(lines)})
    return "\n".join([_("Monitoring reports:"), "", *lines])


def _escaped(text: str) -> str:
    """Return a text whose signs mean nothing in Markdown."""
    return "".join(f"\\{each}" if each in "\\`*_{}[]<>#|!" else each for each in text)


def _service_of(group: AlertGroup) -> Service | None:
    """Return the service of a group; of a storm, that of most of its alerts."""
    key = group.service_id
    if group.is_storm:
        most = (
            Alert.objects.filter(group__folded_into=group, service__isnull=False)
            .order_by()
            .values("service_id")
            .annotate(alerts=Count("pk"))
            .order_by("-alerts", "service_id")
            .first()
        )
        key = most["service_id"] if most else key
    return Service.objects.filter(pk=key, life_cycle=LifeCycle.LIVE).first() if key else None


def _link_to_previous(group: AlertGroup, number: str, *, actor: Actor, at: datetime) -> None:
    """Link the incident to that of the same alerts before."""
    if group.previous_id is None:
        return
    before = AlertGroup.objects.select_related(
        "incident__work_item", "folded_into__incident__work_item"
    ).get(pk=group.previous_id)
    incident = before.incident or (before.folded_into.incident if before.folded_into else None)
    if incident is not None:
        link_work(number, to=incident.work_item.number, kind="related", actor=actor, at=at)
