"""What can be done with runs: choose, begin, stop, go on, take back; and doing them."""

from __future__ import annotations

from timshel.operation.bulk.actions.doing import RunGoes, do_items
from timshel.operation.bulk.actions.running import (
    KIND,
    Chosen,
    Wanted,
    begin_run,
    choose_work,
    decide_run,
    forget_runs_due,
    retry_run,
    run_over,
    stop_run,
    undo_run,
)

__all__ = [
    "KIND",
    "Chosen",
    "RunGoes",
    "Wanted",
    "begin_run",
    "choose_work",
    "decide_run",
    "do_items",
    "forget_runs_due",
    "retry_run",
    "run_over",
    "stop_run",
    "undo_run",
]
