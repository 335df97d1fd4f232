"""The rights that tasks ask for."""

from __future__ import annotations

from timshel.operation.work.states import Stage

WORK = "request.work"
ASSIGN = "request.assign"

OPEN = frozenset({Stage.NEW, Stage.IN_PROGRESS, Stage.WAITING})
