"""The cards of the management office: what is late anywhere, what ends soon, what is not whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity.states import Judgement, Status
from timshel.interfaces.web.governance.addresses import record_address
from timshel.interfaces.web.governance.home.cards import CARDS as OF_PARTS
from timshel.interfaces.web.governance.home.cards import Card, Entry, Line
from timshel.interfaces.web.governance.home.reading import SHOWN, Reading
from timshel.planning.plan.queries import written_parts
from timshel.planning.plan.states import Part


def overdue(reading: Reading) -> Card:
    """Return what is overdue of all parts, the oldest first; nothing that was not read."""
    late = [each for each in reading.everything if each.day < reading.today]
    counts = Counter(str(each.what) for each in late)
    return Card(
        _("Overdue in all parts"),
        "clock-exclamation",
        reverse("due-list"),
        tuple(Line(what, count, is_late=True) for what, count in counts.most_common()),
        reading.entries(late),
        _("Nothing is overdue."),
    )


def expiring(reading: Reading) -> Card:
    """Return the documents and certificates whose day comes within a month."""
    soon = [each for each in reading.everything if each.day >= reading.today]
    documents = [each for each in soon if each.kind == "document"]
    certificates = [each for each in soon if each.kind == "certificate"]
    return Card(
        _("About to expire"),
        "hourglass",
        reverse("due-list"),
        (
            Line(_("Documents to be reviewed within a month"), len(documents)),
            Line(_("Certificates that expire within a month"), len(certificates)),
        ),
        reading.entries(sorted([*documents, *certificates], key=lambda each: each.day)),
    )


def next_dates(reading: Reading) -> Card:
    """Return the next audits, reviews and meetings; three queries."""
    found = reading.next_of("audit", "management_review", "meeting")
    return Card(
        _("Next audit, review and meeting"),
        "calendar",
        reverse("due-list"),
        entries=reading.entries(found),
        empty=_("Nothing is arranged within a year."),
    )


def plan(reading: Reading) -> Card:
    """Return how far the service management plan is written; one query."""
    written = written_parts(actor=reading.actor)
    late = [each for each in reading.everything if each.kind == "plan_part"]
    late = [each for each in late if each.day < reading.today]
    return Card(
        _("Service management plan"),
        "book",
        reverse("plan"),
        (
            Line(_("Parts in which something is written"), f"{len(written)} / {len(Part)}"),
            Line(_("Parts not written yet"), len(Part) - len(written)),
            Line(_("Review overdue"), len(late), is_late=True),
        ),
    )


def verdicts(reading: Reading) -> Card:
    """Return how the requirements were judged, and which evidence turned stale; five queries."""
    address = reverse("conformity")
    found = reading.conformity
    if found is None:
        return Card(
            _("Verdicts"), "shield-check", address, empty=_("No standard was taken over yet.")
        )
    stale = [each for each in found.most_wanted if each.status == Status.STALE]
    return Card(
        _("Verdicts"),
        "shield-check",
        address,
        (
            *(Line(each.label, found.judgements[each.value]) for each in Judgement),
            Line(_("Not judged yet"), found.total - found.judged),
            Line(_("Outdated, the evidence turned"), found.outdated),
            Line(_("Evidence turned stale"), found.counts.get(Status.STALE, 0)),
        ),
        tuple(
            Entry(
                each.title or each.words,
                record_address("conformity_question", each.key),
                each.clause,
            )
            for each in stale[:SHOWN]
        ),
    )


def _of_part(make: Callable[..., Card], reading: Reading) -> Card:
    return make(reading.actor, reading.at)


CARDS: tuple[tuple[str, Callable[[Reading], Card]], ...] = (
    ("", overdue),
    ("", expiring),
    ("", next_dates),
    ("plan.view", plan),
    ("conformity.view", verdicts),
    *((permission, partial(_of_part, make)) for permission, make in OF_PARTS.items()),
)
"""With the permission that each takes, held everywhere; none where it shows what one may see."""
