"""How objectives are found by whoever may see them."""

from __future__ import annotations

from timshel.kernel.search.registers import Register
from timshel.planning.objective.models import Objective
from timshel.planning.objective.rules.content import PREFIX

OBJECTIVES = Register("objective", Objective, PREFIX, "title", "why")
