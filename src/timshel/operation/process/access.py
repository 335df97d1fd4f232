"""The rights that processes ask for."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.leadership.authority.access import require
from timshel.operation.process.models import ProcessRun

VIEW = "process.view"
DESIGN = "process.design"


def require_view(actor: Actor) -> None:
    """Refuse unless the actor may read processes.

    Raises:
        NotAllowed: no grant opens them.
    """
    if not actor.may_somewhere(VIEW) and not actor.may_somewhere(DESIGN):
        raise NotAllowed


def require_design(actor: Actor) -> None:
    """Refuse unless the actor may draw processes and publish them.

    Raises:
        NotAllowed: the right is missing.
    """
    require(actor, DESIGN)


def hold_run(work_item_id: int) -> ProcessRun | None:
    """Return the run of a piece of work, locked; None where it has none."""
    return (
        ProcessRun.objects.select_for_update(of=("self",))
        .select_related("process", "work_item")
        .defer("process__xml", "work_item__search")
        .filter(pk=work_item_id)
        .first()
    )
