"""How indicators are found by whoever may see them."""

from __future__ import annotations

from timshel.kernel.search.registers import Register
from timshel.performance_evaluation.indicator.models import Indicator
from timshel.performance_evaluation.indicator.rules import PREFIX

INDICATORS = Register("indicator", Indicator, PREFIX, "title", "why")
