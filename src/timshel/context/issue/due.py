"""When issues of the context are to be looked at again."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from timshel.context.issue.models import Issue
from timshel.context.issue.rules import PREFIX
from timshel.context.issue.states import IssueState
from timshel.kernel.due import Asked, Dated, Due, Numbered, due_among

readable_issues = Numbered(Issue.objects.visible_to, PREFIX)


def due_issues(asked: Asked, /) -> Iterator[Due]:
    """Return the reviews of issues that are not closed; one query."""
    rows = Issue.objects.visible_to(asked.actor).exclude(state=IssueState.CLOSED)
    return due_among(rows, Dated("context_issue", "review_date", _("Review of an issue")), asked)
