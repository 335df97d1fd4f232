"""Doing the errands that wait as the worker does, but at once and in the test's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import timshel.interfaces.worker.tasks  # noqa: F401 - importing registers the handlers
from timshel.interfaces.worker.errands import HANDLERS
from timshel.kernel.progress.actions import advance_errand, finish_errand, take_up_errand
from timshel.kernel.progress.models import Errand


def run_errands(*, at: datetime) -> list[str]:
    """Do all errands that wait, oldest first; returns their kinds.

    Args:
        at: the moment at which they are done.
    """
    done = []
    while key := _next():
        with take_up_errand(key, at=at) as errand:
            assert errand is not None
            came = errand.done

            def step(
                count: int, cursor: Any, *, total: int | None = None, of: int = errand.id
            ) -> None:
                nonlocal came
                came += count
                advance_errand(of, done=came, cursor=cursor, total=total, at=at)

            result = HANDLERS[errand.kind](errand, step, at=at)
            finish_errand(errand.id, result=result, at=at)
            done.append(errand.kind)
    return done


def _next() -> int | None:
    waiting = Errand.objects.filter(finished_at__isnull=True).order_by("pk")
    return waiting.values_list("pk", flat=True).first()
