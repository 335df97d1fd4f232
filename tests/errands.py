"""Doing the errands that wait as the worker does, but at once and in the test's transaction."""

from __future__ import annotations

from datetime import datetime

from timshel.interfaces.worker.clocks import HANDLERS
from timshel.kernel.progress.models import Errand


def run_errands(*, at: datetime) -> list[str]:
    """Do all errands that wait, oldest first; returns their kinds.

    Args:
        at: the moment at which they are done.
    """
    done = []
    while errand := Errand.objects.filter(finished_at__isnull=True).order_by("pk").first():
        asked = errand

        def step(count: int, cursor: int, row: Errand = asked) -> None:
            row.done += count
            row.cursor = cursor

        errand.started_at = at
        errand.result = HANDLERS[errand.kind](errand, step, at=at)
        errand.moved_at = errand.finished_at = at
        errand.save()
        done.append(errand.kind)
    return done
