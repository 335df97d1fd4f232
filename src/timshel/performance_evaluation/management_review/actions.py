"""Planning, preparing, freezing, holding and closing management reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.performance_evaluation.management_review import access
from timshel.performance_evaluation.management_review.events import ReviewMoved
from timshel.performance_evaluation.management_review.models import (
    ManagementReview,
    OutputDecision,
)
from timshel.performance_evaluation.management_review.rules import (
    comment_faults,
    digest_of,
    period_start,
    with_comments,
)
from timshel.performance_evaluation.management_review.sources import Reviewed, draw_pack
from timshel.performance_evaluation.management_review.states import (
    OPEN,
    REVIEW,
    TOOK_PLACE,
    Output,
    ReviewState,
    ReviewTrigger,
    Section,
)
from timshel.support.meeting.access import known as known_meeting
from timshel.support.meeting.models import Decision, Meeting
from timshel.support.meeting.states import TOOK_PLACE as MEETING_TOOK_PLACE
from timshel.support.meeting.states import BoardKind, MeetingState

__all__ = [
    "REGION",
    "SUBJECT",
    "answer_output",
    "change_review",
    "close_review",
    "comment_section",
    "draw_review",
    "freeze_review",
    "hold_review",
    "plan_review",
]

SUBJECT = "management_review"
REGION = "management_reviews"
MOST_EARLIER = 10
Changes = Mapping[str, tuple[Any, Any]]


@transaction.atomic
def plan_review(*, meeting: str, actor: Actor, at: datetime) -> str:
    """Make a meeting of a board a management review; returns the number of the review.

    Args:
        meeting: its number.
        actor: who manages reviews, and sees the meeting.
        at: when.

    Raises:
        Invalid: the meeting cannot be a review, or is one already.
        NotAllowed, NotFound: as they say.
    """
    access.require_manage(actor)
    row = ManagementReview(meeting=_usable(meeting, actor=actor), planned_at=at)
    row.save()
    _write_down(row, "planned", {"meeting": (None, row.meeting.number)}, actor=actor, at=at)
    _publish(row, actor=actor, at=at)
    return row.number


@transaction.atomic
def change_review(
    number: str, *, meeting: str, revision: int | None = None, actor: Actor, at: datetime
) -> None:
    """Review in another meeting, before the pack is frozen; the same again does nothing.

    Args:
        number: which.
        meeting: the number of the other meeting.
        revision: that was read, to refuse where somebody changed it since; None for any.
        actor: who manages reviews.
        at: when.

    Raises:
        Invalid: the meeting cannot be a review, or is one already.
        WrongState: the pack is frozen, or somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.review_to_manage(number, actor=actor)
    if row.meeting.number == meeting:
        return
    _require_open(row)
    _require_revision(row, revision)
    before = row.meeting.number
    row.meeting = _usable(meeting, actor=actor)
    _save(row, "meeting")
    _write_down(row, "changed", {"meeting": (before, meeting)}, actor=actor, at=at)


@transaction.atomic
def draw_review(
    number: str, *, cut_off: datetime | None = None, actor: Actor, at: datetime
) -> None:
    """Draw the pack from records, with the rights of who draws; again, it is drawn anew.

    Args:
        number: which.
        cut_off: until when it looks; None for now.
        actor: who manages reviews.
        at: when.

    Raises:
        Invalid: the cut-off lies ahead.
        WrongState: the pack is frozen.
        NotAllowed, NotFound: as they say.
    """
    row = access.review_to_manage(number, actor=actor)
    target = REVIEW.target(ReviewState(row.state), ReviewTrigger.DRAW)
    until = cut_off or at
    if until > at:
        raise Invalid({"cut_off": [_("The cut-off cannot lie ahead.")]})
    row.pack = draw_pack(_asked(row, until=until, actor=actor))
    changes = {
        "state": (row.state, target.value),
        "cut_off": (row.cut_off.isoformat() if row.cut_off else None, until.isoformat()),
    }
    row.cut_off, row.drawn_at, row.state = until, at, target
    _save(row, "pack", "cut_off", "drawn_at", "state")
    _write_down(row, "drawn", changes, actor=actor, at=at)
    _publish(row, actor=actor, at=at)


@transaction.atomic
def comment_section(
    number: str,
    *,
    section: str,
    text: str,
    revision: int | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Say something about a section of the pack, or take it back with an empty text.

    Args:
        number: which review.
        section: the code of the section.
        text: plain text.
        revision: that was read, to refuse where somebody changed it since; None for any.
        actor: who manages reviews.
        at: when.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: the pack is not drawn yet or is frozen, or somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.review_to_manage(number, actor=actor)
    if row.state != ReviewState.PREPARED:
        raise WrongState(_("Comments are written once the pack is drawn, until it is frozen."))
    _require_revision(row, revision)
    faults: dict[str, Any] = {}
    if section not in Section.values:
        faults["section"] = [_("There is no such section.")]
    if wrong := comment_faults(text):
        faults["text"] = wrong
    if faults:
        raise Invalid(faults)
    before, after = row.comments.get(section, ""), text.strip()
    if before == after:
        return
    row.comments = {key: value for key, value in row.comments.items() if key != section}
    if after:
        row.comments[section] = after
    _save(row, "comments")
    _write_down(row, "commented", {section: (before or None, after)}, actor=actor, at=at)


@transaction.atomic
def freeze_review(number: str, *, actor: Actor, at: datetime) -> None:
    """Make the pack, with its comments, a record that never changes.

    Raises:
        WrongState: the pack is not drawn, or is frozen already.
        NotAllowed, NotFound: as they say.
    """
    row = access.review_to_manage(number, actor=actor)
    target = REVIEW.target(ReviewState(row.state), ReviewTrigger.FREEZE)
    row.pack = with_comments(row.pack or {}, row.comments)
    row.digest, row.frozen_at = digest_of(row.pack), at
    changes = {"state": (row.state, target.value), "digest": (None, row.digest)}
    row.state = target
    _save(row, "pack", "digest", "frozen_at", "state")
    _write_down(row, "frozen", changes, actor=actor, at=at)
    _publish(row, actor=actor, at=at)


@transaction.atomic
def hold_review(number: str, *, actor: Actor, at: datetime) -> None:
    """Say that the review took place, once its meeting did.

    Raises:
        WrongState: the pack is not frozen, or the meeting did not take place.
        NotAllowed, NotFound: as they say.
    """
    row = access.review_to_manage(number, actor=actor)
    target = REVIEW.target(ReviewState(row.state), ReviewTrigger.HOLD)
    if row.meeting.state not in MEETING_TOOK_PLACE:
        raise WrongState(_("The meeting has not taken place yet."))
    changes = {"state": (row.state, target.value)}
    row.state, row.held_at = target, at
    _save(row, "state", "held_at")
    _write_down(row, "held", changes, actor=actor, at=at)
    _publish(row, actor=actor, at=at)


@transaction.atomic
def answer_output(
    number: str,
    *,
    output: str,
    decisions: Sequence[int],
    revision: int | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Say which decisions of the meeting answer what a review has to decide.

    Args:
        number: which review.
        output: what it has to decide about.
        decisions: the keys of all decisions that do; none takes the answer back.
        revision: that was read, to refuse where somebody changed it since; None for any.
        actor: who manages reviews.
        at: when.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: the review was not held or is closed, or somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.review_to_manage(number, actor=actor)
    if row.state != ReviewState.HELD:
        raise WrongState(_("This is said of a review that was held and is not closed."))
    _require_revision(row, revision)
    wanted = set(decisions)
    known = set(Decision.objects.filter(meeting=row.meeting_id).values_list("pk", flat=True))
    faults: dict[str, Any] = {}
    if output not in Output.values:
        faults["output"] = [_("A review does not have to decide about this.")]
    if wanted - known:
        faults["decisions"] = [_("The meeting did not decide this.")]
    if faults:
        raise Invalid(faults)
    present = OutputDecision.objects.filter(review=row, output=output)
    before = sorted(present.values_list("decision_id", flat=True))
    if before == sorted(wanted):
        return
    present.delete()
    OutputDecision.objects.bulk_create(
        [OutputDecision(review=row, output=output, decision_id=key) for key in sorted(wanted)]
    )
    _save(row)
    _write_down(row, "answered", {output: (before, sorted(wanted))}, actor=actor, at=at)


@transaction.atomic
def close_review(number: str, *, actor: Actor, at: datetime) -> None:
    """Close a review: its minutes are approved, and all that it had to decide is decided.

    Raises:
        WrongState: it was not held, or something is missing.
        NotAllowed, NotFound: as they say.
    """
    row = access.review_to_manage(number, actor=actor)
    target = REVIEW.target(ReviewState(row.state), ReviewTrigger.CLOSE)
    if row.meeting.state != MeetingState.MINUTED:
        raise WrongState(_("The minutes of the meeting are not approved yet."))
    answered = set(row.answers.values_list("output", flat=True))
    missing = [str(each.label) for each in Output if each.value not in answered]
    if missing:
        raise WrongState(
            _("No decision is named yet for: %(missing)s.") % {"missing": ", ".join(missing)}
        )
    changes = {"state": (row.state, target.value)}
    row.state, row.closed_at = target, at
    _save(row, "state", "closed_at")
    _write_down(row, "closed", changes, actor=actor, at=at)
    _publish(row, actor=actor, at=at)


def _usable(number: str, *, actor: Actor) -> Meeting:
    """Return a meeting that can become a review."""
    meeting = known_meeting(number, actor=actor)
    fault = None
    if meeting.board is None or meeting.board.kind != BoardKind.MANAGEMENT_REVIEW:
        fault = _("Only meetings of a board for management reviews can be one.")
    elif meeting.state == MeetingState.CANCELLED:
        fault = _("This meeting was called off.")
    elif ManagementReview.objects.filter(meeting=meeting).exists():
        fault = _("This meeting is a management review already.")
    if fault is not None:
        raise Invalid({"meeting": [fault]})
    return meeting


def _asked(row: ManagementReview, *, until: datetime, actor: Actor) -> Reviewed:
    """Return what sources are asked; one query."""
    held = ManagementReview.objects.filter(state__in=TOOK_PLACE, cut_off__lt=until)
    held = held.exclude(pk=row.pk).defer("pack").select_related("meeting")
    earlier = list(held.order_by("-cut_off", "-pk")[:MOST_EARLIER])
    return Reviewed(
        since=period_start(earlier[0].cut_off if earlier else None, cut_off=until),
        until=until,
        actor=actor,
        meetings=tuple(each.meeting.number for each in earlier),
    )


def _require_open(row: ManagementReview) -> None:
    if row.state not in OPEN:
        raise WrongState(_("The pack of this review is frozen."))


def _require_revision(row: ManagementReview, revision: int | None) -> None:
    if revision is not None and row.revision != revision:
        raise WrongState(
            _("Somebody changed this meanwhile. Please look at it anew before you save.")
        )


def _save(row: ManagementReview, *fields: str) -> None:
    row.revision += 1
    row.save(update_fields=[*fields, "revision"])


def _write_down(
    row: ManagementReview, verb: str, changes: Changes, *, actor: Actor, at: datetime
) -> None:
    record(
        f"{SUBJECT}.{verb}",
        subject_kind=SUBJECT,
        subject_id=row.pk,
        changes=changes,
        actor=actor,
        at=at,
    )
    live.announce({REGION}, at=at)


def _publish(row: ManagementReview, *, actor: Actor, at: datetime) -> None:
    publish(ReviewMoved(row.number, str(row.state), at, actor.person_id))
