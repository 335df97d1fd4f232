"""What a management review asks of competence."""

from __future__ import annotations

from datetime import UTC

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.looking_back import LookedBack, Seen, Span, look_back
from timshel.support.competence import access
from timshel.support.competence.models import Certificate
from timshel.support.competence.queries import Cell, Group, skills_matrix
from timshel.support.competence.rules import GAP_NAMES, SOON, Gap
from timshel.support.competence.states import CertificateState


def skills_reviewed(span: Span) -> LookedBack:
    """Return the skills that too few people of a team or a role hold; a fixed number of queries.

    A reader who may not see everybody's skills is told of none.
    """
    found: tuple[tuple[Group, Cell], ...] = ()
    if access.may_view(span.actor):
        found = skills_matrix(actor=span.actor, at=span.until).gaps
    return LookedBack(
        {
            "lacking": sum(bool({Gap.NOBODY, Gap.TOO_FEW} & set(cell.gaps)) for _of, cell in found),
            "alone": sum(Gap.ONE_ONLY in cell.gaps for _of, cell in found),
        },
        tuple(_gap(group, cell) for group, cell in found[: span.most]),
        len(found),
    )


def certificates_reviewed(span: Span) -> LookedBack:
    """Return the certificates that had expired when a time ended, or soon will; two queries.

    Those of leavers count as little as those that a later one for the same skill replaces.
    """
    day = span.until.astimezone(UTC).date()
    later = Certificate.objects.filter(
        Q(expires_on__isnull=True) | Q(expires_on__gt=OuterRef("expires_on")),
        person=OuterRef("person"),
        skill=OuterRef("skill"),
        state=CertificateState.CHECKED,
    )
    rows = (
        Certificate.objects.visible_to(span.actor)
        .filter(
            ~Exists(later),
            state=CertificateState.CHECKED,
            person__is_active=True,
            expires_on__lte=day + SOON,
            issued_on__lte=day,
        )
        .select_related("person")
    )
    expired = pgettext_lazy("certificate", "Expired")
    soon = pgettext_lazy("certificate", "Expires")
    return look_back(
        rows,
        span,
        counts={"expired": Q(expires_on__lt=day), "soon": Q(expires_on__gte=day)},
        listed=Q(),
        order=("expires_on", "pk"),
        shown=lambda row: Seen(
            row.number,
            row.title,
            expired if row.expires_on < day else soon,
            row.person.name,
            row.expires_on,
        ),
    )


def _gap(group: Group, cell: Cell) -> Seen:
    missing = ", ".join(str(GAP_NAMES[each]) for each in cell.gaps)
    wanted = _("level %(level)s, %(people)s wanted") % {"level": cell.level, "people": cell.people}
    return Seen(cell.skill_code, cell.skill_name, missing, group.name, note=f"{missing} ({wanted})")
