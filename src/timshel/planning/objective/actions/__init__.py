"""What can be done with objectives."""

from __future__ import annotations

from timshel.planning.objective.actions.reading import (
    ReadingGiven,
    read_due,
    read_objective,
    record_reading,
    remove_reading,
)
from timshel.planning.objective.actions.setting import (
    REGION,
    SUBJECT,
    agree_objective,
    change_objective,
    drop_objective,
    meet_objective,
    miss_objective,
    reopen_objective,
    revise_objective,
    set_objective,
)
from timshel.planning.objective.rules.content import ObjectiveContent

__all__ = [
    "REGION",
    "SUBJECT",
    "ObjectiveContent",
    "ReadingGiven",
    "agree_objective",
    "change_objective",
    "drop_objective",
    "meet_objective",
    "miss_objective",
    "read_due",
    "read_objective",
    "record_reading",
    "remove_reading",
    "reopen_objective",
    "revise_objective",
    "set_objective",
]
