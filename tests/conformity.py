"""A small standard as tests need it, and rules that find what a test says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from tests.cast import SYSTEM
from timshel.improvement.conformity import actions, evidence
from timshel.improvement.conformity.evidence import Evidence, Rule
from timshel.improvement.conformity.rules import ClauseGiven, CrossGiven, ModelGiven, QuestionGiven
from timshel.support.documentation.models import Document

SMALL = ModelGiven(
    code="small",
    name="Small standard",
    edition="1",
    clauses=(
        ClauseGiven("1", "Beginning", {"fr": {"title": "Début"}}),
        ClauseGiven("1.1", "Documents"),
        ClauseGiven("1.2", "Records"),
        ClauseGiven("2", "End"),
    ),
    questions=(
        QuestionGiven("1.1-1", "1.1", "Is there a procedure?", "document", rules=("t.documents",)),
        QuestionGiven(
            "1.2-1", "1.2", "Are there records?", "record", rules=("t.one", "t.two"), age_days=100
        ),
        QuestionGiven("1.2-2", "1.2", "Do people know?", "interview", by_hand="Ask three people."),
        QuestionGiven("2-1", "2", "Did it end?", "minutes", rules=("t.gone",)),
    ),
)
OLD = ModelGiven("old", "Small standard", "0", (ClauseGiven("A", "All"), ClauseGiven("B", "Rest")))
CROSS = (
    CrossGiven("old", "A", "small", "1.1", note="The same."),
    CrossGiven("old", "A", "small", "1.2"),
    CrossGiven("small", "2", "old", "B"),
)


@dataclass
class Finder:
    """Finds what a test says, and counts how often it was asked."""

    evidence: dict[str, Evidence] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def rules(self) -> Mapping[str, Rule]:
        """Return the rules of the small standard."""
        known = ("t.one", "t.two", "t.three")
        return {
            "t.documents": Rule("t.documents", "documents in force", documents, "document-list"),
            **{code: Rule(code, f"records of {code}", self._find(code)) for code in known},
        }

    def _find(self, code: str):  # type: ignore[no-untyped-def]
        def find(_at: datetime) -> Evidence:
            self.asked.append(code)
            return self.evidence.get(code, Evidence(0))

        return find


def documents(_at: datetime) -> Evidence:
    """Count real documents: those in force, and those that were withdrawn."""
    there = Document.objects.filter(current__isnull=False)
    newest = there.order_by("-changed_at").values_list("changed_at", flat=True).first()
    gone = Document.objects.filter(withdrawn_at__isnull=False).count()
    return Evidence(there.count(), gone, newest)


def small(patch: pytest.MonkeyPatch, *, at: datetime) -> Finder:
    """Take over the small standard and its crosswalk, and have its rules asked."""
    finder = Finder()
    patch.setattr(evidence, "RULES", finder.rules())
    for model in (SMALL, OLD):
        actions.load_model(model, actor=SYSTEM, at=at)
    actions.load_crosswalk(CROSS, actor=SYSTEM, at=at)
    return finder
