"""Planning work on services, and what happens when its time comes (clause 8.5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Site
from timshel.design_transition.maintenance import access
from timshel.design_transition.maintenance.events import (
    PlannedWorkBegun,
    PlannedWorkCancelled,
    PlannedWorkChanged,
    PlannedWorkEnded,
    PlannedWorkFact,
    WorkPlanned,
)
from timshel.design_transition.maintenance.models import (
    PlannedService,
    PlannedSite,
    PlannedWork,
)
from timshel.design_transition.maintenance.rules import Plan, plan_faults
from timshel.design_transition.maintenance.states import PlannedState
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.service_portfolio.service.models import Service

SUBJECT = "planned_work"
REGION = "maintenance"
OPEN = (PlannedState.PLANNED, PlannedState.RUNNING)


@transaction.atomic
def plan_work(*, plan: Plan, actor: Actor, at: datetime) -> PlannedWorkFact:
    """Plan work on services.

    Args:
        plan: what is planned; it may have begun already, but not be over.
        actor: who may plan for all of its services.
        at: when.

    Raises:
        Invalid: what is wrong with the plan, by field.
        NotAllowed: the right is missing for one of the services.
    """
    services, sites = _checked(plan, actor=actor, at=at)
    work = PlannedWork(planned_by_id=actor.person_id, planned_at=at)
    _write(work, plan, services, sites, at=at)
    changes = {name: (None, value) for name, value in _plain(plan).items() if value}
    return _journal(work, "planned_work.planned", changes, WorkPlanned, actor=actor, at=at)


@transaction.atomic
def change_planned_work(planned_work_id: int, *, plan: Plan, actor: Actor, at: datetime) -> None:
    """Plan it otherwise; the same again does nothing.

    What runs already keeps its beginning.

    Args:
        planned_work_id: which.
        plan: all of it, as it shall be from now on.
        actor: who may plan for all services, before and after.
        at: when.

    Raises:
        Invalid: what is wrong with the plan, by field.
        WrongState: it is over.
        NotAllowed, NotFound: as they say.
    """
    work = access.work_to_change(planned_work_id, actor=actor)
    _require_open(work, at)
    services, sites = _checked(plan, actor=actor, at=at)
    if work.begun_told and plan.starts_at != work.starts_at:
        raise Invalid({"starts_at": [_("It runs already; its beginning cannot be moved.")]})
    before, after = _plain(_standing(work)), _plain(plan)
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changes:
        return
    left = _service_ids(work)
    _write(work, plan, services, sites, at=at)
    _journal(
        work, "planned_work.changed", changes, PlannedWorkChanged, actor=actor, at=at, also=left
    )


@transaction.atomic
def cancel_planned_work(planned_work_id: int, *, actor: Actor, at: datetime) -> None:
    """Call it off; what was called off before stays so.

    Raises:
        WrongState: it is done.
        NotAllowed, NotFound: as they say.
    """
    work = access.work_to_change(planned_work_id, actor=actor)
    if work.cancelled_at is not None:
        return
    _require_open(work, at)
    work.cancelled_at = work.changed_at = at
    work.save(update_fields=["cancelled_at", "changed_at"])
    changes = {"cancelled_at": (None, at.isoformat())}
    _journal(work, "planned_work.cancelled", changes, PlannedWorkCancelled, actor=actor, at=at)


@transaction.atomic
def finish_planned_work(planned_work_id: int, *, actor: Actor, at: datetime) -> None:
    """Say that running work is done before its time; what is done stays so.

    Raises:
        WrongState: it has not begun, or was called off.
        NotAllowed, NotFound: as they say.
    """
    work = access.work_to_change(planned_work_id, actor=actor)
    state = work.state(at)
    if state is PlannedState.DONE:
        return
    if state is not PlannedState.RUNNING:
        raise WrongState(_("Only work that runs can be finished."))
    work.finished_at = work.changed_at = at
    work.begun_told = work.ended_told = True
    work.save(update_fields=["finished_at", "changed_at", "begun_told", "ended_told"])
    changes = {"finished_at": (None, at.isoformat())}
    _journal(work, "planned_work.finished", changes, PlannedWorkEnded, actor=actor, at=at)


@transaction.atomic
def begin_and_end_due(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Publish what began and what ended by the clock, each once; what ended meanwhile as both.

    Args:
        actor: the sweep.
        at: now.
        limit: how many pieces of planned work at most.

    Returns:
        How many were found; as many as the limit means that there may be more.
    """
    due = Q(begun_told=False, starts_at__lte=at) | Q(ended_told=False, ends_at__lte=at)
    found = list(
        PlannedWork.objects.select_for_update(skip_locked=True)
        .filter(due, cancelled_at__isnull=True, ended_told=False)
        .order_by("ends_at", "pk")[:limit]
    )
    for work in found:
        if not work.begun_told:
            work.begun_told = True
            _by_the_clock(work, "planned_work.begun", PlannedWorkBegun, actor=actor, at=at)
        if work.ends_at <= at:
            work.ended_told = True
            _by_the_clock(work, "planned_work.ended", PlannedWorkEnded, actor=actor, at=at)
        work.save(update_fields=["begun_told", "ended_told"])
    return len(found)


def _by_the_clock(
    work: PlannedWork, verb: str, fact: type[PlannedWorkFact], *, actor: Actor, at: datetime
) -> None:
    _journal(work, verb, {}, fact, actor=actor, at=at)


def _require_open(work: PlannedWork, at: datetime) -> None:
    if work.state(at) not in OPEN:
        raise WrongState(_("This planned work is over."))


def _checked(plan: Plan, *, actor: Actor, at: datetime) -> tuple[list[int], list[int]]:
    """Return the keys of the services and sites of a sound plan."""
    faults: dict[str, list[Any]] = dict(plan_faults(plan))
    services = dict(Service.objects.filter(code__in=plan.services).values_list("code", "pk"))
    sites = dict(Site.objects.filter(code__in=plan.sites).values_list("code", "pk"))
    for field, codes, known in (
        ("services", plan.services, services),
        ("sites", plan.sites, sites),
    ):
        if unknown := sorted(set(codes) - set(known)):
            faults.setdefault(field, []).append(
                _("There is no %(code)s.") % {"code": ", ".join(unknown)}
            )
    if plan.ends_at <= at:
        faults.setdefault("ends_at", []).append(_("This is over already."))
    if services:
        access.require_plan(services.values(), actor=actor)
    elif not actor.may_somewhere(access.PLAN):
        access.require_plan((), actor=actor)
    if faults:
        raise Invalid(faults)
    return sorted(services.values()), sorted(sites.values())


def _write(
    work: PlannedWork, plan: Plan, services: list[int], sites: list[int], *, at: datetime
) -> None:
    work.title, work.message = plan.title.strip(), plan.message.strip()
    work.translations = {code: dict(texts) for code, texts in plan.translations.items()}
    work.starts_at, work.ends_at, work.changed_at = plan.starts_at, plan.ends_at, at
    work.save()
    PlannedService.objects.filter(planned_work=work).exclude(service_id__in=services).delete()
    PlannedSite.objects.filter(planned_work=work).exclude(site_id__in=sites).delete()
    PlannedService.objects.bulk_create(
        [PlannedService(planned_work=work, service_id=key) for key in services],
        ignore_conflicts=True,
    )
    PlannedSite.objects.bulk_create(
        [PlannedSite(planned_work=work, site_id=key) for key in sites], ignore_conflicts=True
    )


def _standing(work: PlannedWork) -> Plan:
    services = work.services.values_list("service__code", flat=True)
    sites = work.sites.values_list("site__code", flat=True)
    return Plan(
        work.title,
        tuple(services),
        work.starts_at,
        work.ends_at,
        work.message,
        tuple(sites),
        work.translations,
    )


def _plain(plan: Plan) -> dict[str, Any]:
    """Return a plan as the journal keeps it; equal plans give equal values."""
    return {
        "title": plan.title.strip(),
        "message": plan.message.strip(),
        "services": sorted(set(plan.services)),
        "sites": sorted(set(plan.sites)),
        "starts_at": plan.starts_at.astimezone(UTC).isoformat(),
        "ends_at": plan.ends_at.astimezone(UTC).isoformat(),
        "translations": {code: dict(texts) for code, texts in plan.translations.items()},
    }


def _service_ids(work: PlannedWork) -> tuple[int, ...]:
    return tuple(work.services.order_by("service_id").values_list("service_id", flat=True))


def _journal(
    work: PlannedWork,
    verb: str,
    changes: dict[str, tuple[Any, Any]],
    fact: type[PlannedWorkFact],
    *,
    actor: Actor,
    at: datetime,
    also: Iterable[int] = (),
) -> PlannedWorkFact:
    """Write it down, have pages drawn anew and publish the fact; returns the fact."""
    record(verb, subject_kind=SUBJECT, subject_id=work.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
    services = tuple(sorted({*_service_ids(work), *also}))
    happened = fact(work.pk, services, at, actor.person_id)
    publish(happened)
    return happened
