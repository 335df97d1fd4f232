"""Deleting who called and gave up, when the time for which that may be kept is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from timshel.operation.call.models import Call, CallEvent
from timshel.operation.call.states import CallBackState

BATCH = 500


@transaction.atomic
def forget_call_numbers(*, at: datetime, limit: int = BATCH) -> int:
    """Delete numbers and names of callers who gave up so many days ago; returns how many.

    What somebody wrote down, tied to a case, or promised to call back about is kept: then the
    number is needed for that. ``settings.CALL_NUMBER_DAYS`` says how many days.

    Args:
        at: now.
        limit: at most so many at once.
    """
    until = at - timedelta(days=settings.CALL_NUMBER_DAYS)
    over = (
        Call.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(
            abandoned_at__lt=until,
            number_forgotten_at__isnull=True,
            work_item__isnull=True,
            logged_at__isnull=True,
        )
        .exclude(caller_number="", caller_name="")
        .exclude(call_backs__state=CallBackState.DUE)
        .order_by("abandoned_at", "pk")
    )
    keys = list(over.values_list("pk", flat=True)[:limit])
    CallEvent.objects.filter(call_id__in=keys).update(number="", name="")
    forgotten = {"caller_number": "", "caller_name": "", "number_forgotten_at": at}
    return Call.objects.filter(pk__in=keys).update(**forgotten, caller=None)
