"""Asking for long work, doing it step by step, and saying what came of it.

A worker holds the errand it does by a lock of its database session: two never do one at once, no
transaction stays open for hours, and a worker that is killed lets go in that moment. What it has
done stays done; the next one goes on from the last cursor.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, SmallIntegerField, Value, When
from django.utils.translation import gettext_lazy as _

from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.advisory_lock import held_alone
from timshel.kernel.errors import WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.progress import rules
from timshel.kernel.progress.access import require
from timshel.kernel.progress.events import ErrandBegun, ErrandEnded
from timshel.kernel.progress.models import Errand

REGION = "errands"
SUBJECT_KIND = "errand"
HOLDING_LOCKS = 7_302_003 << 32  # a range of advisory locks, one for each errand
LONGEST_TITLE = 200
LONGEST_NAME = 200
LONGEST_ERROR = 1_000


@dataclass(frozen=True, slots=True)
class ErrandToDo:
    """An errand as the worker that holds it reads it, at the moment in which it was taken up.

    Args:
        id: its key.
        kind: which handler does it.
        arguments: what was asked for, as plain JSON.
        cursor: after what to go on, as the handler noted it; None at the beginning.
        done: steps done so far.
        total: steps that there are, where that is known.
        person_id: who asked for it; None for the system itself.
    """

    id: int
    kind: str
    arguments: Mapping[str, Any]
    cursor: Any
    done: int
    total: int | None
    person_id: int | None


@transaction.atomic
def begin_errand(
    kind: str,
    *,
    title: str,
    arguments: Mapping[str, Any] | None = None,
    total: int | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Ask for long work; a worker takes it up once this is kept.

    Args:
        kind: which handler does it.
        title: for people, in the first language; translated when shown.
        arguments: what the handler needs, as plain JSON.
        total: how many steps there are, where that is known.
        actor: who asks; whether they may is for the caller to know.
        at: when.

    Returns:
        The key of the errand.
    """
    errand = Errand.objects.create(
        kind=kind,
        title=title[:LONGEST_TITLE],
        arguments=dict(arguments or {}),
        total=total,
        person_id=actor.person_id,
        requested_by=actor.name[:LONGEST_NAME],
        created_at=at,
    )
    _record("errand.begun", errand, {"kind": (None, kind)}, actor=actor, at=at)
    _announce(errand.pk, errand.person_id, at=at)
    publish(ErrandBegun(errand_id=errand.pk, kind=kind, at=at))
    return errand.pk


@contextmanager
def take_up_errand(errand_id: int, *, at: datetime) -> Iterator[ErrandToDo | None]:
    """Hold an errand while it is done: ``with take_up_errand(key, at=at) as errand``.

    Must not run inside a transaction, or nobody sees that it moves.

    Args:
        errand_id: its key.
        at: now; one that waits for its next attempt is left alone until then.

    Yields:
        The errand; None if it is finished, waits, or is held by another worker.
    """
    with held_alone(HOLDING_LOCKS, errand_id) as is_ours:
        yield _taken_up(errand_id, at=at) if is_ours else None


@transaction.atomic
def advance_errand(
    errand_id: int, *, done: int, cursor: Any, total: int | None = None, at: datetime
) -> None:
    """Note how far an errand is; called by whoever holds it.

    Called in the transaction of the step itself, the step is never done twice.

    Args:
        errand_id: its key.
        done: steps done since its beginning, not since the last call.
        cursor: after what to go on, as plain JSON.
        total: steps that there are, if that is known by now; None leaves it as it is.
        at: now.

    Raises:
        WrongState: it is finished; whoever goes on with it has lost it.
    """
    has_moved = When(done__lt=done, then=Value(0))
    changes: dict[str, Any] = {
        "done": done,
        "cursor": cursor,
        "moved_at": at,
        # Failures count anew once it is further than ever, so that a long way may hold many.
        "attempts": Case(has_moved, default=F("attempts"), output_field=SmallIntegerField()),
    }
    if total is not None:
        changes["total"] = total
    if not Errand.objects.filter(pk=errand_id, finished_at__isnull=True).update(**changes):
        raise WrongState(_("This job has ended already."))
    live.announce(_regions(errand_id), at=at)


@transaction.atomic
def finish_errand(errand_id: int, *, result: Mapping[str, Any], at: datetime) -> None:
    """Note that an errand is done, and what came of it; called by whoever holds it.

    Args:
        errand_id: its key.
        result: plain JSON; a sentence for people under ``note`` is shown.
        at: now.

    Raises:
        WrongState: it is finished already.
    """
    errand = _unfinished(errand_id)
    errand.finished_at = errand.moved_at = at
    errand.result = dict(result)
    errand.error, errand.due_at = "", None
    errand.save(update_fields=["finished_at", "moved_at", "result", "error", "due_at"])
    _announce(errand.pk, errand.person_id, at=at)
    _tell_end(errand, at=at)


@transaction.atomic
def fail_errand(errand_id: int, *, error: str, at: datetime) -> bool:
    """Note that an attempt went wrong; called by whoever holds it.

    Args:
        errand_id: its key.
        error: what went wrong, in words.
        at: now.

    Returns:
        Whether it will be tried again. If not, it has failed, and people are to look at it.

    Raises:
        WrongState: it is finished already.
    """
    errand = _unfinished(errand_id)
    errand.attempts += 1
    errand.error = error[:LONGEST_ERROR] or "?"
    errand.moved_at = at
    wait = rules.wait_after(errand.attempts)
    if wait is None:
        errand.finished_at, errand.due_at = at, None
    else:
        errand.due_at = at + wait
    errand.save(update_fields=["attempts", "error", "moved_at", "finished_at", "due_at"])
    _announce(errand.pk, errand.person_id, at=at)
    if wait is None:
        _tell_end(errand, at=at)
    return wait is not None


@transaction.atomic
def retry_errand(
    errand_id: int,
    *,
    seen_with: Collection[str] = (),
    allowed_with: Collection[str] = (),
    actor: Actor,
    at: datetime,
) -> None:
    """Have an errand tried again that failed; it goes on where it was left.

    Args:
        errand_id: its key.
        seen_with: permissions that open everybody's errands.
        allowed_with: permissions that let one have them tried again; one's own always may be.
        actor: who asks.
        at: now.

    Raises:
        NotFound, NotAllowed: as they say.
        WrongState: it did not fail.
    """
    errand = require(errand_id, seen_with=seen_with, allowed_with=allowed_with, actor=actor)
    if errand.finished_at is None or not errand.error:
        raise WrongState(_("Only a job that failed can be tried again."))
    old = errand.error
    errand.finished_at = errand.started_at = errand.due_at = None
    errand.attempts, errand.error, errand.moved_at = 0, "", at
    errand.save(
        update_fields=["finished_at", "started_at", "due_at", "attempts", "error", "moved_at"]
    )
    _record("errand.retried", errand, {"error": (old, "")}, actor=actor, at=at)
    _announce(errand.pk, errand.person_id, at=at)
    publish(ErrandBegun(errand_id=errand.pk, kind=errand.kind, at=at))


def forget_errands(*, at: datetime) -> int:
    """Remove what ended long ago, well or not; returns how many."""
    return Errand.objects.filter(finished_at__lt=at - rules.KEPT).delete()[0]


@transaction.atomic
def _taken_up(errand_id: int, *, at: datetime) -> ErrandToDo | None:
    errand = (
        Errand.objects.select_for_update().filter(pk=errand_id, finished_at__isnull=True).first()
    )
    if errand is None or (errand.due_at is not None and errand.due_at > at):
        return None
    errand.started_at = errand.started_at or at
    errand.moved_at, errand.due_at = at, None
    errand.save(update_fields=["started_at", "moved_at", "due_at"])
    _announce(errand.pk, errand.person_id, at=at)
    return ErrandToDo(
        id=errand.pk,
        kind=errand.kind,
        arguments=errand.arguments,
        cursor=errand.cursor,
        done=errand.done,
        total=errand.total,
        person_id=errand.person_id,
    )


def _unfinished(errand_id: int) -> Errand:
    errand = (
        Errand.objects.select_for_update().filter(pk=errand_id, finished_at__isnull=True).first()
    )
    if errand is None:
        raise WrongState(_("This job has ended already."))
    return errand


def _regions(errand_id: int) -> list[str]:
    return [REGION, f"errand:{errand_id}"]


def _announce(errand_id: int, person_id: int | None, *, at: datetime) -> None:
    """Tell those who look on; who asked for it is told of its turns, not of each step."""
    own = [] if person_id is None else [f"person:{person_id}"]
    live.announce([*_regions(errand_id), *own], at=at)


def _tell_end(errand: Errand, *, at: datetime) -> None:
    if errand.person_id is not None:
        publish(
            ErrandEnded(
                errand_id=errand.pk,
                kind=errand.kind,
                person_id=errand.person_id,
                title=errand.title,
                has_failed=bool(errand.error),
                took=at - errand.created_at,
                at=at,
            )
        )


def _record(
    verb: str, errand: Errand, changes: Mapping[str, tuple[Any, Any]], *, actor: Actor, at: datetime
) -> None:
    record(
        verb, subject_kind=SUBJECT_KIND, subject_id=errand.pk, changes=changes, actor=actor, at=at
    )
