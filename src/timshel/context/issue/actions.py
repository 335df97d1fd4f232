"""Writing down what helps and what hinders, and looking at it again (clause 4.1)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.issue import access
from timshel.context.issue.events import IssueFact, IssueOpened, IssueReviewed
from timshel.context.issue.models import Issue, IssueReview
from timshel.context.issue.rules import (
    IssueContent,
    content_faults,
    day_of,
    months_later,
    needed_faults,
)
from timshel.context.issue.states import ISSUES, IssueState, IssueTrigger
from timshel.context.organization.rules import refuse
from timshel.context.people.models import Person
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record

SUBJECT = "context_issue"
REGION = "context"
PLAIN = ("title", "kind", "effect", "meaning", "review_months")
OUTDATED = _(
    "Somebody else changed this in the meantime. Nothing of yours was saved yet: look at what "
    "stands now, then save again."
)


@transaction.atomic
def open_issue(*, content: IssueContent, actor: Actor, at: datetime) -> str:
    """Write an issue down; returns its number.

    Args:
        content: what it is.
        actor: who keeps the context.
        at: when.

    Raises:
        NotAllowed: without the right.
        Invalid: what is wrong, by field.
    """
    access.require_manage(actor)
    owner = _checked(content)
    issue = Issue(opened_at=at, changed_at=at)
    changes = _fill(issue, content, owner, at=at)
    issue.save(force_insert=True)
    _note("context.issue_opened", issue, changes, actor=actor, at=at)
    publish(_fact(IssueOpened, issue, actor=actor, at=at))
    return issue.number


@transaction.atomic
def change_issue(
    number: str, *, content: IssueContent, revision: int, actor: Actor, at: datetime
) -> None:
    """Describe an issue otherwise; the same again does nothing.

    Args:
        number: which.
        content: all of it, as it shall be from now on.
        revision: that the writer saw.
        actor: who keeps the context.
        at: when.

    Raises:
        NotFound, NotAllowed: as they say.
        Invalid: what is wrong, by field.
        WrongState: somebody else changed it meanwhile.
    """
    issue = access.issue_to_change(number, actor=actor)
    owner = _checked(content)
    _require_seen(issue, revision)
    changes = _fill(issue, content, owner, at=at)
    if not changes:
        return
    issue.revision, issue.changed_at = issue.revision + 1, at
    issue.save()
    _note("context.issue_changed", issue, changes, actor=actor, at=at)


@transaction.atomic
def review_issue(
    number: str,
    *,
    finding: str,
    revision: int,
    trigger: IssueTrigger | None = None,
    review_date: date | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep what was found when it was looked at again, and move it where that says so.

    Args:
        number: which.
        finding: what was found.
        revision: that the writer saw; the same review twice is refused by it.
        trigger: what it leads to; None leaves the issue where it stands.
        review_date: the day of the next review; None counts its months from today.
        actor: who keeps the context, or the owner of the issue.
        at: when.

    Raises:
        NotFound, NotAllowed: as they say.
        Invalid: nothing was found, or the next day lies before today.
        WrongState: the step is not possible, or somebody else changed it meanwhile.
    """
    issue = access.issue_to_review(number, actor=actor)
    refuse(
        {
            "finding": needed_faults(finding, missing=_("Say what was found.")),
            "review_date": _day_faults(review_date, at=at),
        }
    )
    _require_seen(issue, revision)
    before = IssueState(issue.state)
    after = _target(before, trigger)
    previous, following = (
        issue.review_date,
        review_date or months_later(day_of(at), issue.review_months),
    )
    issue.state, issue.review_date = after, following
    issue.closed_at = (issue.closed_at or at) if after is IssueState.CLOSED else None
    issue.revision, issue.changed_at = issue.revision + 1, at
    issue.save()
    text = finding.strip()
    IssueReview.objects.create(
        issue=issue, reviewed_at=at, reviewed_by_id=actor.person_id, finding=text, state=after
    )
    changes: dict[str, tuple[Any, Any]] = {"finding": (None, text)}
    if after is not before:
        changes["state"] = (before.value, after.value)
    if previous != following:
        changes["review_date"] = (previous.isoformat(), following.isoformat())
    _note("context.issue_reviewed", issue, changes, actor=actor, at=at)
    publish(_fact(IssueReviewed, issue, actor=actor, at=at))


def _target(state: IssueState, trigger: IssueTrigger | None) -> IssueState:
    if trigger is None:
        if state is IssueState.CLOSED:
            raise WrongState(_("This issue is closed. Take it up again, or leave it."))
        return state
    if not ISSUES.allows(state, trigger):
        raise WrongState(_("The issue stands where this is not possible."))
    return ISSUES.target(state, trigger)


def _require_seen(issue: Issue, revision: int) -> None:
    if issue.revision != revision:
        raise WrongState(OUTDATED)


def _day_faults(review_date: date | None, *, at: datetime) -> list[Text]:
    if review_date is not None and review_date < day_of(at):
        return [_("This day lies in the past.")]
    return []


def _checked(content: IssueContent) -> Person | None:
    """Return the owner of a sound issue."""
    faults = content_faults(content)
    owner = None
    if content.owner:
        people = Person.objects.filter(code=content.owner, is_active=True, customer__isnull=True)
        owner = people.first()
        if owner is None:
            faults["owner"] = [
                _("There is no person %(code)s of our own.") % {"code": content.owner}
            ]
    refuse(faults)
    return owner


def _fill(
    issue: Issue, content: IssueContent, owner: Person | None, *, at: datetime
) -> dict[str, tuple[Any, Any]]:
    """Write the content into an issue; returns what is different."""
    day = content.review_date or (
        issue.review_date or months_later(day_of(at), content.review_months)
    )
    wanted: dict[str, Any] = {
        "title": content.title.strip(),
        "kind": content.kind.value,
        "effect": content.effect.value,
        "meaning": content.meaning.strip(),
        "review_months": content.review_months,
    }
    is_new = issue.pk is None
    changes = {
        name: (None if is_new else getattr(issue, name), value)
        for name, value in wanted.items()
        if is_new or getattr(issue, name) != value
    }
    if issue.review_date != day:
        changes["review_date"] = (
            issue.review_date.isoformat() if issue.review_date else None,
            day.isoformat(),
        )
    left = issue.owner.code if issue.owner else ""
    if left != content.owner:
        changes["owner"] = (left or None, content.owner or None)
    for name in PLAIN:
        setattr(issue, name, wanted[name])
    issue.review_date, issue.owner = day, owner
    return changes


def _fact(kind: type[IssueFact], issue: Issue, *, actor: Actor, at: datetime) -> IssueFact:
    return kind(issue.number, issue.state, at, actor.person_id)


def _note(
    verb: str, issue: Issue, changes: dict[str, tuple[Any, Any]], *, actor: Actor, at: datetime
) -> None:
    record(verb, subject_kind=SUBJECT, subject_id=issue.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
