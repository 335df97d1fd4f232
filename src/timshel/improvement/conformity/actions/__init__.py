"""What is done about conformity: taking over content, looking, judging, exporting."""

from timshel.improvement.conformity.actions.content import load_crosswalk, load_model
from timshel.improvement.conformity.actions.exporting import (
    EXPORT,
    ExportFile,
    ask_export,
    fetch_export,
    make_export,
)
from timshel.improvement.conformity.actions.judging import judge_question
from timshel.improvement.conformity.actions.keeping import EXPORT_REGION, REGION, SUBJECT
from timshel.improvement.conformity.actions.looking import ask_look, look_due, take_look

__all__ = [
    "EXPORT",
    "EXPORT_REGION",
    "REGION",
    "SUBJECT",
    "ExportFile",
    "ask_export",
    "ask_look",
    "fetch_export",
    "judge_question",
    "load_crosswalk",
    "load_model",
    "look_due",
    "make_export",
    "take_look",
]
