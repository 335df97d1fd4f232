"""The rights to see and keep the context, and finding an issue with them in one call."""

from __future__ import annotations

from timshel.context.issue.models import Issue
from timshel.context.issue.rules import MANAGE, PREFIX, VIEW
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of

__all__ = [
    "MANAGE",
    "VIEW",
    "issue_to_change",
    "issue_to_review",
    "known",
    "may_manage",
    "may_review",
    "may_review_numbered",
    "may_see",
    "require_manage",
    "title_of",
]


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor keeps the context."""
    return actor.may(MANAGE)


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor keeps the context.

    Raises:
        NotAllowed: the right is missing, or holds in a part only.
    """
    if not may_manage(actor):
        raise NotAllowed


def may_see(issue: Issue, *, actor: Actor) -> bool:
    """Tell whether the actor may see an issue; the twin of ``visible_to``."""
    if actor.may_somewhere(VIEW) or actor.may_somewhere(MANAGE):
        return True
    return actor.person_id is not None and issue.owner_id == actor.person_id


def may_review(issue: Issue, *, actor: Actor) -> bool:
    """Tell whether the actor may say what a review found: who keeps the context, and its owner."""
    owns = actor.person_id is not None and issue.owner_id == actor.person_id
    return owns or may_manage(actor)


def title_of(number: str, *, actor: Actor) -> str:
    """Return what an issue is called.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    return known(number, actor=actor).title


def may_review_numbered(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor may review the issue of a number, as ``may_review`` does.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    return may_review(known(number, actor=actor), actor=actor)


def known(number: str, *, actor: Actor) -> Issue:
    """Return an issue that the actor may see, with its owner.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Issue.objects.visible_to(actor).select_related("owner")
    found = rows.filter(pk=key_of(PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def issue_to_change(number: str, *, actor: Actor) -> Issue:
    """Return an issue, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: the actor does not keep the context.
    """
    issue = _locked(number, actor=actor)
    require_manage(actor)
    return issue


def issue_to_review(number: str, *, actor: Actor) -> Issue:
    """Return an issue, locked, of which the actor may say what a review found.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: it is somebody else's, and the actor does not keep the context.
    """
    issue = _locked(number, actor=actor)
    if not may_review(issue, actor=actor):
        raise NotAllowed
    return issue


def _locked(number: str, *, actor: Actor) -> Issue:
    found = known(number, actor=actor)
    rows = Issue.objects.select_for_update(of=("self",)).select_related("owner")
    return rows.get(pk=found.pk)
