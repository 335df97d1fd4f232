"""The cards of auditors: audits, findings and how far each clause is met."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from timshel.improvement.conformity.states import Status
from timshel.interfaces.web.governance.home.cards import Card, Entry, Line
from timshel.interfaces.web.governance.home.reading import SHOWN, Reading
from timshel.performance_evaluation.internal_audit.queries import (
    audit_list,
    audit_summary,
    finding_list,
)
from timshel.performance_evaluation.internal_audit.states import AuditState, FindingState, Grade


def audits(reading: Reading) -> Card:
    """Return the audits that run now, and those that come next; five queries."""
    page = audit_list(actor=reading.actor, state=AuditState.RUNNING, size=SHOWN)
    running = tuple(
        Entry(
            row.title,
            reverse("audit", args=[row.number]),
            row.lead.name,
            row.ends_on,
            is_late=row.ends_on < reading.today,
        )
        for row in page.items
    )
    shown = {row.number for row in page.items}
    coming = [each for each in reading.next_of("audit") if each.code not in shown]
    return Card(
        _("Audits now"),
        "clipboard-list",
        reverse("audit-list"),
        entries=(*running, *reading.entries(coming))[:SHOWN],
        empty=_("No audit runs or is planned within a year."),
    )


def findings(reading: Reading) -> Card:
    """Return the findings that are not closed by their weight; six queries."""
    found = audit_summary(at=reading.at)
    return Card(
        _("Open findings"),
        "alert-triangle",
        reverse("finding-list"),
        (
            *(
                Line(each.label, found.open_findings.get(each.value, 0))
                for each in Grade
                if each is not Grade.STRENGTH
            ),
            Line(_("Answer overdue"), found.overdue, is_late=True),
        ),
    )


def follow_ups(reading: Reading) -> Card:
    """Return the findings that were answered and wait to be followed up; two queries."""
    page = finding_list(actor=reading.actor, at=reading.at, state=FindingState.ANSWERED, size=SHOWN)
    return Card(
        _("To be followed up"),
        "checks",
        f"{reverse('finding-list')}?state={FindingState.ANSWERED.value}",
        entries=tuple(
            Entry(
                row.text[:80],
                reverse("finding", args=[row.number]),
                " · ".join(filter(None, (str(Grade(row.grade).label), row.audit_title))),
            )
            for row in page.items
        ),
        empty=_("No answered finding waits for you."),
    )


def clauses(reading: Reading) -> Card:
    """Return for each main clause how many questions evidence answers; five queries."""
    found = reading.conformity
    rows = [each for each in found.clauses if each.depth == 1 and each.total] if found else []
    return Card(
        _("Conformity by clause"),
        "shield-check",
        reverse("conformity"),
        tuple(
            Line(
                f"{each.number} {each.title}",
                f"{each.counts.get(Status.MET, 0)} / {each.total}",
                reverse("conformity-clause", args=[each.key]),
                note=_missing(each.counts.get(Status.MISSING, 0)),
            )
            for each in rows
        ),
        empty=_("No standard was taken over yet."),
    )


def _missing(count: int) -> str:
    words = ngettext("%(count)d without evidence", "%(count)d without evidence", count)
    return words % {"count": count} if count else ""


def archive(_reading: Reading) -> Card:
    """Return the way to the archives of evidence; no query."""
    return Card(
        _("Archives of evidence"),
        "archive",
        reverse("conformity-exports"),
        empty=_("All that a certification audit asks for, in one archive that can be verified."),
    )


CARDS: tuple[tuple[str, Callable[[Reading], Card]], ...] = (
    ("internal_audit.view", audits),
    ("internal_audit.view", findings),
    ("internal_audit.view", follow_ups),
    ("conformity.view", clauses),
    ("conformity.judge", archive),
)
"""With the permission that each takes, held everywhere."""
