"""What a management review asks of the needs of interested parties."""

from __future__ import annotations

from django.db.models import Q

from timshel.context.interested_parties import access
from timshel.context.interested_parties.models import Need
from timshel.context.interested_parties.states import STANDING_NAMES, Standing
from timshel.kernel.looking_back import LookedBack, Seen, Span, look_back


def needs_reviewed(span: Span) -> LookedBack:
    """Return the needs that were written or judged anew in a time; two queries."""
    rows = Need.objects.select_related("party")
    if not access.may_see(span.actor):
        rows = rows.none()
    known = span.before_end("changed_at")
    return look_back(
        rows,
        span,
        counts={
            "needs": known,
            "not_met": known & ~Q(standing=Standing.MET),
            "changed": span.within("changed_at"),
        },
        listed=span.within("changed_at"),
        order=("-changed_at", "pk"),
        shown=lambda row: Seen(
            row.party.code, row.text, STANDING_NAMES[Standing(row.standing)], row.party.name
        ),
    )
