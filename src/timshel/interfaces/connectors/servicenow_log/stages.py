"""Which of our verbs lead from one stage to another."""

from __future__ import annotations

from timshel.operation.work.states import Stage, Trigger, WaitingReason

Place = tuple[Stage, WaitingReason | None]

OVER = frozenset({Stage.RESOLVED, Stage.CLOSED})


def way(here: Place, there: Place) -> tuple[Trigger, ...] | None:
    """Return the triggers that lead from a stage to another, or None if no way leads there.

    Args:
        here: the stage, and for waiting what is waited for.
        there: the same.
    """
    if here == there:
        return ()
    stage, target = here[0], there[0]
    if stage is Stage.CANCELLED or (stage in OVER and target is Stage.NEW):
        return None
    if stage is Stage.CLOSED or (stage is Stage.RESOLVED and target is not Stage.CLOSED):
        onwards = way((Stage.IN_PROGRESS, None), there)
        return None if onwards is None else (Trigger.REOPEN, *onwards)
    return _from_open(stage, target)


def _from_open(stage: Stage, target: Stage) -> tuple[Trigger, ...] | None:
    match target:
        case Stage.NEW:
            return None
        case Stage.IN_PROGRESS:
            return (Trigger.RESUME if stage is Stage.WAITING else Trigger.START,)
        case Stage.WAITING:
            return (Trigger.RESUME, Trigger.WAIT) if stage is Stage.WAITING else (Trigger.WAIT,)
        case Stage.RESOLVED:
            return (Trigger.RESOLVE,)
        case Stage.CLOSED:
            return (Trigger.CLOSE,) if stage is Stage.RESOLVED else (Trigger.RESOLVE, Trigger.CLOSE)
        case _:
            return (Trigger.CANCEL,)
