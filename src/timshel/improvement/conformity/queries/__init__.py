"""What people and programs read of conformity."""

from timshel.improvement.conformity.queries.crosswalk import crosswalk
from timshel.improvement.conformity.queries.exports import export_list, export_view
from timshel.improvement.conformity.queries.reading import looking, model_list
from timshel.improvement.conformity.queries.shapes import (
    ClauseRow,
    ClauseView,
    CrossClause,
    CrossRow,
    ExportRow,
    Looking,
    LookRow,
    ModelRow,
    Overview,
    QuestionFilter,
    QuestionRow,
    QuestionView,
    RuleRow,
    VerdictRow,
)
from timshel.improvement.conformity.queries.standing import (
    clause_view,
    look_list,
    overview,
    question_list,
    question_page,
    question_view,
)

__all__ = [
    "ClauseRow",
    "ClauseView",
    "CrossClause",
    "CrossRow",
    "ExportRow",
    "LookRow",
    "Looking",
    "ModelRow",
    "Overview",
    "QuestionFilter",
    "QuestionRow",
    "QuestionView",
    "RuleRow",
    "VerdictRow",
    "clause_view",
    "crosswalk",
    "export_list",
    "export_view",
    "look_list",
    "looking",
    "model_list",
    "overview",
    "question_list",
    "question_page",
    "question_view",
]
