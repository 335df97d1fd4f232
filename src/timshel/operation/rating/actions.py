"""Saying how work was, and what came of that."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.events import publish
from timshel.operation.rating.access import require_answer
from timshel.operation.rating.events import RatingAnswered, WorkRated
from timshel.operation.rating.models import Rating
from timshel.operation.rating.rules import LONGEST_COMMENT, SCORES, can_be_rated
from timshel.operation.work.access import require_own
from timshel.operation.work.actions import change_work_item, check_text


@transaction.atomic
def rate_work(
    number: str, *, rating: int, comment: str = "", actor: Actor, at: datetime
) -> WorkRated:
    """Say how work was; a later word replaces an earlier one, and what was answered to it.

    Args:
        number: the work.
        rating: from 1, poor, to 5, very good.
        comment: in the requester's own words.
        actor: the requester, or who asked for them.
        at: when.

    Raises:
        Invalid: that is no rating, or the comment is too long.
        WrongState: it is not done, or was done too long ago.
        NotAllowed, NotFound: it is somebody else's, or not there.
    """
    item = require_own(number, actor=actor)
    if rating not in SCORES:
        raise Invalid({"rating": [_("Please choose one of the choices.")]})
    check_text(comment, field="comment", longest=LONGEST_COMMENT)
    if not can_be_rated(item.kind, stage=item.stage, resolved_at=item.resolved_at, at=at):
        raise WrongState
    said = comment.strip()
    before = Rating.objects.filter(work_item=item).first()
    event = WorkRated(item.pk, item.number, at, actor.person_id, rating)
    if before is not None and (before.score, before.comment) == (rating, said):
        return event
    Rating.objects.update_or_create(
        work_item=item,
        defaults={
            "score": rating,
            "comment": said,
            "at": at,
            "answer": "",
            "answered_by": None,
            "answered_by_name": "",
            "answered_at": None,
        },
    )
    also = {
        "rating": (before and before.score, rating),
        "rating_comment": (before.comment if before else "", said),
    }
    verb = f"{item.kind}.rated"
    change_work_item(item, verb=verb, values={}, also=also, actor=actor, at=at)
    publish(event)
    return event


@transaction.atomic
def answer_rating(number: str, *, text: str, actor: Actor, at: datetime) -> RatingAnswered:
    """Tell the requester what came of their rating; a later answer replaces an earlier one.

    Args:
        number: the work.
        text: what the requester reads.
        actor: who may answer.
        at: when.

    Raises:
        Invalid: nothing was said, or too much.
        NotAllowed, NotFound: as they say.
    """
    item, rating = require_answer(number, actor=actor)
    if not text.strip():
        raise Invalid({"text": [_("Please write something.")]})
    check_text(text, field="text", longest=LONGEST_COMMENT)
    also = {"rating_answer": (rating.answer, text.strip())}
    rating.answer, rating.answered_at = text.strip(), at
    rating.answered_by_id, rating.answered_by_name = actor.person_id, actor.name[:200]
    rating.save()
    verb = f"{item.kind}.rating_answered"
    change_work_item(item, verb=verb, values={}, also=also, actor=actor, at=at)
    event = RatingAnswered(item.pk, item.number, at, actor.person_id)
    publish(event)
    return event
