"""What a management review asks of responsibilities."""

from __future__ import annotations

from datetime import UTC

from django.db.models import Exists, OuterRef, Q

from timshel.kernel.looking_back import LookedBack, Seen, Span, look_back
from timshel.leadership.responsibility.models import Assignment, ProcessRole


def roles_reviewed(span: Span) -> LookedBack:
    """Return the roles that nobody held when a time ended; two queries."""
    day = span.until.astimezone(UTC).date()
    valid = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    held = Assignment.objects.filter(valid, role=OuterRef("pk"), valid_from__lte=day)
    rows = ProcessRole.objects.annotate(is_held=Exists(held))
    return look_back(
        rows,
        span,
        counts={"roles": Q(), "held": Q(is_held=True), "vacant": Q(is_held=False)},
        listed=Q(is_held=False),
        order=("name", "pk"),
        shown=lambda row: Seen(
            row.code,
            row.text("name", span.actor.language),
            "",
            note=row.text("summary", span.actor.language),
        ),
    )
