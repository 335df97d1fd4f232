"""Management reviews: what they are told of people, what they can do, and who is missing."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from timshel.context.people.reviewing import staff_reviewed
from timshel.kernel.looking_back import Seen
from timshel.kernel.text import labelled
from timshel.leadership.responsibility.reviewing import roles_reviewed
from timshel.performance_evaluation.management_review.sources import Drawn, Reviewed
from timshel.reactions.review_rows import day_told, lines_of, span_of
from timshel.support.competence.reviewing import certificates_reviewed, skills_reviewed


def resources(asked: Reviewed, /) -> Drawn:
    """Return the people and teams; a fixed number of queries."""
    found = staff_reviewed(span_of(asked))
    counts = found.counts
    sentence = _("People: %(people)d. Teams: %(count)d, of which %(without)d without a lead.") % {
        "people": counts["people"],
        "count": counts["teams"],
        "without": counts["without_lead"],
    }
    return Drawn(
        sentence,
        (
            (_("People in teams"), str(counts["people"])),
            (_("Teams"), str(counts["teams"])),
            (_("Teams without a lead"), str(counts["without_lead"])),
        ),
        (_("Team"), _("Members"), _("Leads")),
        lines_of(found, "", lambda row: (row.title, str(row.state), row.note)),
        found.total,
    )


def capabilities(asked: Reviewed, /) -> Drawn:
    """Return what people cannot do: roles that nobody holds, skills that too few have,
    certificates that expire; a fixed number of queries.
    """
    span = span_of(asked)
    roles, skills = roles_reviewed(span), skills_reviewed(span)
    papers = certificates_reviewed(span)
    lines = [
        *lines_of(roles, "", lambda row: (row.title, _("Vacant role"), "", row.note)),
        *lines_of(skills, "skill", lambda row: (row.title, _("Skill"), row.owner, row.note)),
        *lines_of(papers, "certificate", _certificate),
    ]
    counts = {**roles.counts, **skills.counts, **papers.counts}
    sentences = (
        _("Roles: %(count)d, of which %(held)d held and %(vacant)d vacant.")
        % {"count": counts["roles"], "held": counts["held"], "vacant": counts["vacant"]},
        _("Skills that too few people hold: %(count)d; held by one person alone: %(alone)d.")
        % {"count": counts["lacking"], "alone": counts["alone"]},
        _("Certificates expired: %(count)d; expiring soon: %(soon)d.")
        % {"count": counts["expired"], "soon": counts["soon"]},
    )
    return Drawn(
        " ".join(sentences),
        (
            (_("Roles"), str(counts["roles"])),
            (_("Held"), str(counts["held"])),
            (_("Vacant"), str(counts["vacant"])),
            (_("Skills that too few hold"), str(counts["lacking"])),
            (_("Skills that one person alone holds"), str(counts["alone"])),
            (_("Certificates expired"), str(counts["expired"])),
            (_("Certificates that expire soon"), str(counts["soon"])),
        ),
        (_("What"), _("Kind"), _("Of whom"), _("What is missing")),
        tuple(lines[: asked.most]),
        roles.total + skills.total + papers.total,
    )


def _certificate(row: Seen) -> Sequence[str]:
    return (row.title, _("Certificate"), row.owner, labelled(row.state, day_told(row.day)))
