"""Issues of the context on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from timshel.context.issue.actions import open_issue, review_issue
from timshel.context.issue.models import Issue
from timshel.context.issue.rules import IssueContent
from timshel.context.issue.states import Effect, IssueKind

ISSUE = {"title": "Funding ends", "kind": "economic", "effect": "hinders", "review_months": 6}
REVIEW = {"finding": "Still so.", "revision": 1}
BODIES: dict[str, dict[str, Any]] = {
    "issue-new": ISSUE,
    "issue-change": {**ISSUE, "revision": 1},
    "issue-review": {**REVIEW, "trigger": ""},
    "api-list_context_issues": ISSUE,
    "api-read_context_issue": {**ISSUE, "revision": 1},
    "api-review_context_issue": REVIEW,
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Write an issue down."""
    number = _issue("Energy costs more", at=at)
    return {"<str:issue>": number, "<issue>": number}


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Write one more issue down, with an owner, and look at the first again."""
    _issue(f"Issue {position}", owner="imre.castellane", at=at)
    first = Issue.objects.order_by("pk")[0]
    review_issue(
        first.number, finding="Still so.", revision=first.revision, actor=cast.process_owner, at=at
    )


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages of issues."""
    number = Issue.objects.order_by("pk")[0].number
    context = "/governance/context/issues"
    return {
        "issue-list": ("process_owner", context),
        "issue-new": ("process_owner", f"{context}/new"),
        "issue-xlsx": ("process_owner", f"{context}/xlsx"),
        "issue": ("process_owner", f"{context}/{number}"),
        "issue-change": ("process_owner", f"{context}/{number}/change"),
        "api-list_context_issues": ("api-process_owner", "/api/v1/context-issues"),
        "api-read_context_issue": ("api-process_owner", f"/api/v1/context-issues/{number}"),
    }


def _issue(title: str, *, owner: str = "", at: datetime) -> str:
    content = IssueContent(title, IssueKind.ECONOMIC, Effect.HINDERS, owner=owner)
    return open_issue(content=content, actor=SYSTEM, at=at)
