"""Doing a run piece by piece: each in a transaction of its own that also notes what came of it.

So a worker that is killed loses nothing, and the next one does nothing twice. The rights are those
that the person has while it is done.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from django.db import OperationalError, transaction
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _

from timshel.kernel import live
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Refused
from timshel.kernel.events import publish, summing_up
from timshel.leadership.authority.queries import actor_for
from timshel.operation.bulk import rules
from timshel.operation.bulk.access import BULK
from timshel.operation.bulk.actions.running import region
from timshel.operation.bulk.events import RunEnded
from timshel.operation.bulk.models import Run, RunItem
from timshel.operation.bulk.planning import planned
from timshel.operation.bulk.states import ItemState
from timshel.operation.work.deeds import Deed, read_deeds
from timshel.operation.work.handling import perform_all
from timshel.operation.work.undoing import take_back

logger = logging.getLogger("timshel.bulk")

FAULT = "fault"
DEADLOCKS = frozenset({"40P01", "40001"})
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class RunGoes:
    """How far a run is.

    Args:
        settled: how many are done or have failed.
        goes_on: whether there is more to do and nobody asked it to stop.
    """

    settled: int
    goes_on: bool


def do_items(run_id: int, *, at: datetime, limit: int = 25) -> RunGoes:
    """Do the next pieces of work of a run, under the rights that its person has now.

    Must not run inside a transaction, or a fault takes back more than its own piece.

    Args:
        run_id: the run.
        at: now.
        limit: how many at most.

    Returns:
        How far the run is; one that does not go on has ended.
    """
    run = Run.objects.get(pk=run_id)
    actor = _actor(run)
    if run.stop_asked_at is None and run.ended_at is None and actor is not None:
        deeds = read_deeds(run.deeds) if run.deeds else ()
        waiting = run.items.filter(state=ItemState.WAITING).order_by("position")
        with translation.override(run.language):
            for key in list(waiting.values_list("pk", flat=True)[:limit]):
                _do(run, key, deeds, actor=actor, at=at)
    goes = _count(run_id, is_possible=actor is not None, at=at)
    if not goes.goes_on:
        _end(run_id, at=at)
    return goes


def _count(run_id: int, *, is_possible: bool, at: datetime) -> RunGoes:
    """Count how far a run is, and note it for its page."""
    settled = Q(state__in=[ItemState.DONE, ItemState.UNDONE])
    counts = RunItem.objects.filter(run=run_id).aggregate(
        done=Count("pk", filter=settled), failed=Count("pk", filter=Q(state=ItemState.FAILED))
    )
    Run.objects.filter(pk=run_id).update(**counts)
    run = Run.objects.get(pk=run_id)
    live.announce([region(run_id)], at=at)
    came = run.done + run.failed
    return RunGoes(came, came < run.total and run.stop_asked_at is None and is_possible)


@transaction.atomic
def _end(run_id: int, *, at: datetime) -> None:
    """Note that a run is over; ending it again changes nothing."""
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.ended_at is not None:
        return
    run.ended_at = at
    run.save(update_fields=["ended_at"])
    live.announce([region(run_id)], at=at)
    publish(RunEnded(run_id, run.person_id, at))


def _actor(run: Run) -> Actor | None:
    """Return the person as they are now, limited to the rights with which they came."""
    origin = rules.origin_of(run.pk)
    actor = actor_for(run.person_id, channel=Channel(run.channel), origin=origin)
    if actor is None or not actor.may_somewhere(BULK):
        return None
    allowed = {name: actor.scopes[name] for name in run.permissions if name in actor.scopes}
    return replace(actor, language=run.language, scopes=MappingProxyType(allowed))


def _do(run: Run, key: int, deeds: tuple[Deed, ...], *, actor: Actor, at: datetime) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _perform(run, key, deeds, actor=actor, at=at)
        except Refused as refusal:
            _fail(key, said=rules.in_words(refusal), code=refusal.code, at=at)
        except OperationalError as fault:
            # Two that lock each other out may both go on one after the other.
            is_deadlock = getattr(fault.__cause__, "sqlstate", "") in DEADLOCKS
            if not is_deadlock or attempt == ATTEMPTS:
                raise
            continue
        except Exception:
            # A fault of ours at one piece must not keep all others from being done.
            logger.exception("Run %s, item %s", run.pk, key)
            _fail(key, said=_("Something went wrong here. Nothing was changed."), code=FAULT, at=at)
        return


@transaction.atomic
def _perform(run: Run, key: int, deeds: tuple[Deed, ...], *, actor: Actor, at: datetime) -> None:
    """Do one piece that waits, unless somebody else does; all of it or nothing."""
    waiting = RunItem.objects.select_for_update(skip_locked=True)
    item = waiting.filter(pk=key, state=ItemState.WAITING).first()
    if item is None:
        return
    with summing_up() as facts:
        if run.undoes_id is None:
            if run.macro_id is not None:
                deeds = planned(run.macro_id, number=item.number, actor=actor, at=at)
            perform_all(item.number, deeds, actor=actor, at=at)
        else:
            origin = rules.origin_of(run.undoes_id)
            take_back(item.number, origin=origin, actor=actor, at=at)
            undone = RunItem.objects.filter(run=run.undoes_id, number=item.number)
            undone.update(state=ItemState.UNDONE)
    item.state, item.at, item.said, item.code = ItemState.DONE, at, "", ""
    given = [getattr(each, "assignee_id", None) for each in facts]
    item.given_to = given[-1] if given else None
    item.save(update_fields=["state", "at", "said", "code", "given_to"])


def _fail(key: int, *, said: str, code: str, at: datetime) -> None:
    RunItem.objects.filter(pk=key, state=ItemState.WAITING).update(
        state=ItemState.FAILED, said=said, code=code, at=at
    )
