"""The rules of evidence: what in the live records answers which question of the standard."""

from __future__ import annotations

from collections.abc import Mapping

from timshel.improvement.conformity.evidence import (
    agreement,
    competence,
    context,
    evaluation,
    improvement,
    indicator,
    leadership,
    management_review,
    plan,
    planning,
    portfolio,
    resolution,
    support,
)
from timshel.improvement.conformity.evidence.rule import Evidence, Rule

__all__ = ["RULES", "Evidence", "Rule"]

_MODULES = (
    *(context, leadership, planning, plan, support, competence, portfolio),
    *(agreement, resolution, evaluation, indicator, management_review, improvement),
)

# By their codes; each module holds those of some clauses.
RULES: Mapping[str, Rule] = {rule.code: rule for module in _MODULES for rule in module.RULES}
