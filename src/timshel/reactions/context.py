"""The context: what is done about an issue is planned as actions."""

from __future__ import annotations

from timshel.context.issue import access
from timshel.context.issue.actions import SUBJECT
from timshel.context.issue.due import due_issues
from timshel.kernel import due
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.planning.planned_action import hosting


def register() -> None:
    """Say which records of the context actions can follow from."""
    hosting.register(SUBJECT, Issues())
    due.register("context_issue", due_issues)


class Issues:
    """Issues answer for the actions that follow from them."""

    def title(self, code: str, /, *, actor: Actor) -> str:
        """Return what an issue is called.

        Raises:
            NotFound: there is none, or the actor may not see it.
        """
        return access.title_of(code, actor=actor)

    def may_plan(self, code: str, /, *, actor: Actor) -> bool:
        """Tell whether the actor may plan actions: who keeps the context, and the owner."""
        try:
            return access.may_review_numbered(code, actor=actor)
        except NotFound:
            return False
