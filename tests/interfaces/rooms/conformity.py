"""Conformity on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from timshel.improvement.conformity import actions
from timshel.improvement.conformity.models import Export
from timshel.improvement.conformity.rules import VerdictContent
from timshel.improvement.conformity.states import Judgement

QUESTION = "iso-20000-1-2018:4.1-1"
CLAUSE = "iso-20000-1-2018:4.1"
VERDICT = {"judgement": "does_not", "note": "Nothing was shown."}
BODIES: dict[str, dict[str, Any]] = {
    "conformity-judge": VERDICT,
    "api-judge_conformity_question": VERDICT,
    "api-take_conformity_look": {},
    "api-list_conformity_looks": {},
    "api-list_conformity_exports": {},
    "api-ask_conformity_export": {},
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Look once, judge a question, and ask for an export that no worker makes yet."""
    actions.take_look(actor=SYSTEM, at=at)
    _judge(cast, "Nothing was shown.", at=at)
    export = actions.ask_export(actor=cast.auditor, at=at)
    return {
        "<str:conformity_question>": QUESTION,
        "<conformity_question>": QUESTION,
        "<str:conformity_clause>": CLAUSE,
        "<conformity_clause>": CLAUSE,
        "<str:conformity_export>": export,
        "<conformity_export>": export,
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Look once more, judge once more, and ask for one more export."""
    actions.take_look(actor=SYSTEM, at=at)
    _judge(cast, f"Look {position}: nothing was shown.", at=at)
    Export.objects.update(errand_id=None)
    actions.ask_export(actor=cast.auditor, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about conformity."""
    whole, api = "/governance/conformity", "/api/v1/conformity"
    question = f"{whole}/questions/{QUESTION}"
    export = Export.objects.order_by("pk")[0].number
    return {
        "conformity": ("process_owner", whole),
        "conformity-looks": ("process_owner", f"{whole}/looks"),
        "conformity-xlsx": ("process_owner", f"{whole}/xlsx"),
        "conformity-question-list": ("process_owner", f"{whole}/questions"),
        "conformity-question": ("process_owner", question),
        "conformity-judge": ("process_owner", f"{question}/judge"),
        "conformity-clause": ("process_owner", f"{whole}/clauses/{CLAUSE}"),
        "conformity-crosswalk": ("process_owner", f"{whole}/crosswalk"),
        "conformity-exports": ("process_owner", f"{whole}/exports"),
        "api-read_conformity": ("api-process_owner", api),
        "api-list_conformity_models": ("api-process_owner", f"{api}/models"),
        "api-list_conformity_questions": ("api-process_owner", f"{api}/questions"),
        "api-read_conformity_question": ("api-process_owner", f"{api}/questions/{QUESTION}"),
        "api-read_conformity_clause": ("api-process_owner", f"{api}/clauses/{CLAUSE}"),
        "api-list_conformity_looks": ("api-process_owner", f"{api}/looks"),
        "api-read_conformity_crosswalk": ("api-process_owner", f"{api}/crosswalk"),
        "api-list_conformity_exports": ("api-process_owner", f"{api}/exports"),
        "api-read_conformity_export": ("api-process_owner", f"{api}/exports/{export}"),
    }


def _judge(cast: Cast, note: str, *, at: datetime) -> None:
    content = VerdictContent(Judgement.DOES_NOT, note)
    actions.judge_question(QUESTION, content=content, actor=cast.auditor, at=at)
