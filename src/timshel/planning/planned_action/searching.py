"""How planned actions are found by whoever may see them."""

from __future__ import annotations

from timshel.kernel.search.registers import Register
from timshel.planning.planned_action.models import PlannedAction
from timshel.planning.planned_action.rules import PREFIX

ACTIONS = Register("planned_action", PlannedAction, PREFIX, "title", "detail")
