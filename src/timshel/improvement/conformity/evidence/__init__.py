"""The rules of evidence: what in the live records answers which question of the standard."""

from __future__ import annotations

from collections.abc import Mapping

from timshel.improvement.conformity.evidence.rule import Evidence, Rule

__all__ = ["RULES", "Evidence", "Rule"]

# By their codes; each module below holds those of some clauses.
RULES: Mapping[str, Rule] = {}
