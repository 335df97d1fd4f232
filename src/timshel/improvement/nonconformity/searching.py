"""How nonconformities and recommendations are found by whoever may see them."""

from __future__ import annotations

from timshel.improvement.nonconformity.models import Nonconformity, Recommendation
from timshel.improvement.nonconformity.rules import ADVICE_PREFIX, PREFIX
from timshel.kernel.search.registers import Register

NONCONFORMITIES = Register("nonconformity", Nonconformity, PREFIX, "title", "finding")
RECOMMENDATIONS = Register("recommendation", Recommendation, ADVICE_PREFIX, "title", "text")
