"""How improvements are found by whoever may see them."""

from __future__ import annotations

from timshel.improvement.initiative.models import Improvement
from timshel.improvement.initiative.rules import PREFIX
from timshel.kernel.search.registers import Register

IMPROVEMENTS = Register("improvement", Improvement, PREFIX, "title", "detail")
