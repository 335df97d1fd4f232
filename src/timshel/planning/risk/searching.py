"""How risks and opportunities are found by whoever may see them."""

from __future__ import annotations

from timshel.kernel.search.registers import Register
from timshel.planning.risk.models import Risk
from timshel.planning.risk.rules import PREFIX

RISKS = Register("risk", Risk, PREFIX, "title", "event")
