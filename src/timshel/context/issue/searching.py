"""How issues of the context are found by whoever may see them."""

from __future__ import annotations

from timshel.context.issue.models import Issue
from timshel.context.issue.rules import PREFIX
from timshel.kernel.search.registers import Register

ISSUES = Register("context_issue", Issue, PREFIX, "title", "meaning")
