"""How audits are found by whoever may see them."""

from __future__ import annotations

from timshel.kernel.search.registers import Register
from timshel.performance_evaluation.internal_audit.models import Audit
from timshel.performance_evaluation.internal_audit.rules import AUDIT_PREFIX

AUDITS = Register("audit", Audit, AUDIT_PREFIX, "title", "criteria")
