"""Choosing a set, saying what is to be done to it, and beginning, stopping, undoing the run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.copying import copy_in
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.journal.actions import record
from timshel.kernel.progress.actions import begin_errand
from timshel.kernel.progress.models import Errand
from timshel.kernel.text import is_storable
from timshel.operation.bulk import rules
from timshel.operation.bulk.access import require_bulk, require_run
from timshel.operation.bulk.models import Run, RunItem
from timshel.operation.bulk.queries import title_of
from timshel.operation.bulk.states import ENDED, ItemState, RunState
from timshel.operation.work.access import MAXIMUM_NUMBER
from timshel.operation.work.deeds import Deed, read_deeds
from timshel.operation.work.models import WorkItem

KIND = "bulk.run"
SUBJECT_KIND = "run"
DOING = gettext_noop("One deed for many pieces of work")
UNDOING = gettext_noop("Taking back what was done to many pieces of work")
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """A set of pieces of work.

    Args:
        numbers: in the order in which they are done; those that are named twice are done once.
    """

    numbers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A set and what is to be done to it, as programs and macros ask for both at once.

    Args:
        numbers: in the order in which they are done.
        deeds: done to each in their order, all or none.
        title: what the run is called, such as the name of a macro; may be empty.
        macro_id: the macro of which the deeds are, which says them to each in its own words.
    """

    numbers: Sequence[str]
    deeds: Sequence[Deed]
    title: str = ""
    macro_id: int | None = None


@transaction.atomic
def choose_work(chosen: Chosen, *, actor: Actor, at: datetime) -> int:
    """Fix a set of pieces of work, to say next what is to be done to them.

    Args:
        chosen: the set; a number that the actor sees no work of is named among the failures.
        actor: who chooses.
        at: when.

    Returns:
        The key of the run, which is not begun.

    Raises:
        Invalid: there is none, more than a run takes, or what cannot be a number.
        NotAllowed: the right is missing.
    """
    person_id = require_bulk(actor)
    numbers = _numbers(chosen.numbers)
    run = Run.objects.create(
        person_id=person_id,
        channel=actor.channel,
        language=actor.language,
        permissions=sorted(actor.scopes),
        total=len(numbers),
        created_at=at,
    )
    found = WorkItem.objects.visible_to(actor).filter(number__in=numbers)
    keys = dict(found.values_list("number", "pk"))
    _add(run, [(number, keys.get(number)) for number in numbers])
    return run.pk


@transaction.atomic
def decide_run(
    run_id: int,
    *,
    deeds: Sequence[Deed],
    title: str = "",
    macro_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Say what is to be done to a set that was chosen; it is kept until the run is begun.

    Args:
        run_id: the run.
        deeds: done to each in their order, all or none.
        title: what the run is called; may be empty.
        macro_id: the macro of which the deeds are, which says them to each in its own words.
        actor: whose run it is.
        at: when.

    Raises:
        Invalid: nothing is to be done.
        WrongState: it was begun already.
        NotAllowed, NotFound: as they say.
    """
    del at  # nothing is done yet
    run = require_run(run_id, actor=actor)
    if run.begun_at is not None:
        raise WrongState(_("This was begun already."))
    run.deeds = [deed.plain() for deed in read_deeds([deed.plain() for deed in deeds])]
    run.title = title.strip()[:LONGEST_TITLE]
    run.macro_id = macro_id
    run.save(update_fields=["deeds", "title", "macro_id"])


@transaction.atomic
def begin_run(run_id: int, *, actor: Actor, at: datetime) -> int:
    """Begin a run for which was said what is to be done; beginning it again changes nothing.

    Returns:
        The key of its errand.

    Raises:
        WrongState: nobody said what is to be done.
        NotAllowed, NotFound: as they say.
    """
    run = require_run(run_id, actor=actor)
    if run.begun_at is not None and run.errand_id is not None:
        return run.errand_id
    if not run.deeds:
        raise WrongState(_("Please say first what is to be done."))
    _journal("run.begun", run, {"deeds": (None, run.deeds)}, actor=actor, at=at)
    return _start(run, actor=actor, at=at)


@transaction.atomic
def run_over(wanted: Wanted, *, actor: Actor, at: datetime) -> int:
    """Choose, decide and begin in one call; returns the key of the run.

    Raises:
        Invalid, NotAllowed: as they say.
    """
    run_id = choose_work(Chosen(wanted.numbers), actor=actor, at=at)
    decide_run(
        run_id,
        deeds=wanted.deeds,
        title=wanted.title,
        macro_id=wanted.macro_id,
        actor=actor,
        at=at,
    )
    begin_run(run_id, actor=actor, at=at)
    return run_id


@transaction.atomic
def stop_run(run_id: int, *, actor: Actor, at: datetime) -> None:
    """Ask a run to stop; what is done stays done. Asking again changes nothing.

    Raises:
        WrongState: it is not under way.
        NotAllowed, NotFound: as they say.
    """
    run = require_run(run_id, actor=actor)
    if state_of(run) is RunState.STOPPING:
        return
    if state_of(run) not in (RunState.QUEUED, RunState.RUNNING):
        raise WrongState(_("This is not under way."))
    run.stop_asked_at = at
    run.save(update_fields=["stop_asked_at"])
    _journal("run.stopped", run, {}, actor=actor, at=at)
    live.announce([region(run.pk)], at=at)


@transaction.atomic
def retry_run(run_id: int, *, actor: Actor, at: datetime) -> int:
    """Try those again that failed, and go on with those that were not reached.

    Returns:
        The key of the new errand.

    Raises:
        WrongState: it is under way, or nothing is left to be done.
        NotAllowed, NotFound: as they say.
    """
    run = require_run(run_id, actor=actor)
    _require_ended(run)
    left = run.items.filter(state__in=[ItemState.FAILED, ItemState.WAITING])
    count = left.update(state=ItemState.WAITING, said="", code="", at=None)
    if not count:
        raise WrongState(_("Nothing of this is left to be done."))
    run.stop_asked_at = run.ended_at = None
    run.failed = 0
    # The rights are those of whoever comes now: a program's token may be a narrower one.
    run.permissions = sorted(set(run.permissions) & set(actor.scopes))
    run.save(update_fields=["stop_asked_at", "ended_at", "failed", "permissions"])
    _journal("run.retried", run, {"left": (None, count)}, actor=actor, at=at)
    return _start(run, actor=actor, at=at)


@transaction.atomic
def undo_run(run_id: int, *, actor: Actor, at: datetime) -> int:
    """Take back what a run has done, as far as it still stands; a run of its own.

    Args:
        run_id: of the run that is taken back.
        actor: whose run it was.
        at: when.

    Returns:
        The key of the new run.

    Raises:
        WrongState: it is under way, is being taken back already, or nothing of it can be.
        NotAllowed, NotFound: as they say.
    """
    run = require_run(run_id, actor=actor)
    _require_ended(run)
    if run.undoes_id is not None or not rules.can_be_undone(read_deeds(run.deeds)):
        raise WrongState(_("Nothing of this can be taken back."))
    if any(state_of(each) not in ENDED for each in run.undone_by.all()):
        raise WrongState(_("This is being taken back already."))
    done = run.items.filter(state=ItemState.DONE).order_by("-position")
    rows = list(done.values_list("number", "work_item_id"))
    if not rows:
        raise WrongState(_("Nothing of this can be taken back."))
    undoing = Run.objects.create(
        person_id=run.person_id,
        channel=actor.channel,
        language=actor.language,
        permissions=sorted(actor.scopes),
        title=title_of(run)[:LONGEST_TITLE],
        undoes=run,
        total=len(rows),
        created_at=at,
    )
    _add(undoing, rows)
    _journal("run.undone", run, {"by_run": (None, undoing.pk)}, actor=actor, at=at)
    _start(undoing, actor=actor, at=at)
    return undoing.pk


def forget_runs_due(*, at: datetime) -> int:
    """Remove sets that were chosen and never begun, and runs that ended long ago.

    Returns:
        How many were removed.
    """
    unbegun = Run.objects.filter(begun_at__isnull=True, created_at__lt=at - rules.FORGOTTEN_AFTER)
    ended = Run.objects.filter(ended_at__lt=at - rules.KEPT, undone_by__isnull=True)
    return unbegun.delete()[1].get("bulk.Run", 0) + ended.delete()[1].get("bulk.Run", 0)


def region(run_id: int) -> str:
    """Return the live region of a run."""
    return f"run:{run_id}"


def state_of(run: Run) -> RunState:
    """Return where a run stands; one query where it is under way."""
    errand = None
    if run.errand_id is not None and run.ended_at is None:
        errand = Errand.objects.filter(pk=run.errand_id).first()
    return rules.run_state(
        run,
        is_taken_up=errand is not None and errand.started_at is not None,
        is_broken=run.begun_at is not None and (errand is None or errand.finished_at is not None),
    )


def _require_ended(run: Run) -> None:
    state = state_of(run)
    if state is RunState.PREPARED:
        raise WrongState(_("This was not begun yet."))
    if state not in ENDED:
        raise WrongState(_("This is still under way."))


def _start(run: Run, *, actor: Actor, at: datetime) -> int:
    run.begun_at = run.begun_at or at
    run.errand_id = begin_errand(
        KIND,
        title=UNDOING if run.undoes_id else DOING,
        arguments={"run": run.pk},
        total=run.total,
        actor=actor,
        at=at,
    )
    run.save(update_fields=["begun_at", "errand_id"])
    live.announce([region(run.pk)], at=at)
    return run.errand_id


def _numbers(given: Iterable[str]) -> list[str]:
    numbers = list(dict.fromkeys(each.strip().upper() for each in given))
    if not numbers:
        raise Invalid({"numbers": [_("Please choose at least one.")]})
    if len(numbers) > rules.MOST:
        message = _("These are more than %(count)d. Please choose fewer.") % {"count": rules.MOST}
        raise Invalid({"numbers": [message]})
    if any(not each or len(each) > MAXIMUM_NUMBER or not is_storable(each) for each in numbers):
        raise Invalid({"numbers": [_("Please name each by its number.")]})
    return numbers


def _add(run: Run, rows: Iterable[tuple[str, int | None]]) -> None:
    copy_in(
        [
            RunItem(run=run, position=position, number=number, work_item_id=key)
            for position, (number, key) in enumerate(rows, start=1)
        ]
    )


def _journal(
    verb: str, run: Run, changes: dict[str, tuple[Any, Any]], *, actor: Actor, at: datetime
) -> None:
    record(
        verb,
        subject_kind=SUBJECT_KIND,
        subject_id=run.pk,
        changes={"total": (None, run.total), **changes},
        actor=actor,
        at=at,
    )
