"""How planned communications are found by whoever may see them."""

from __future__ import annotations

from timshel.kernel.search.registers import Register
from timshel.support.communication_plan.models import PlannedCommunication
from timshel.support.communication_plan.rules import PREFIX

COMMUNICATIONS = Register(
    "planned_communication", PlannedCommunication, PREFIX, "subject", "message"
)
