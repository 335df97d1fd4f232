"""Who may do one deed to many, and whose runs are whose: each sees their own.

What is done to each piece of work is under the rights that the person has when it is done.
"""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.operation.bulk.models import Run

BULK = "work.bulk"


def require_bulk(actor: Actor) -> int:
    """Return the key of a person who may do one deed to many.

    Raises:
        NotAllowed: the right is missing, or it is no person.
    """
    if actor.person_id is None or not actor.may_somewhere(BULK):
        raise NotAllowed
    return actor.person_id


def find_run(run_id: int, *, actor: Actor) -> Run:
    """Return a run of the actor's.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    run = Run.objects.filter(pk=run_id, person_id=actor.person_id or 0).first()
    if run is None:
        raise NotFound
    return run


def require_run(run_id: int, *, actor: Actor) -> Run:
    """Return a run of the actor's, locked for writing.

    Raises:
        NotFound: there is none, or it is somebody else's.
        NotAllowed: the actor may not do this to many any more.
    """
    runs = Run.objects.select_for_update().filter(pk=run_id, person_id=actor.person_id or 0)
    run = runs.first()
    if run is None:
        raise NotFound
    require_bulk(actor)
    return run
