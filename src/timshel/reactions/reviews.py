"""Management reviews: what the parts of the product put into the pack of a review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timshel.context.interested_parties.reviewing import needs_reviewed
from timshel.context.issue.reviewing import issues_reviewed
from timshel.context.scope.reviewing import scope_reviewed
from timshel.improvement.initiative.reviewing import improvements_reviewed
from timshel.improvement.nonconformity.reviewing import (
    nonconformities_reviewed,
    recommendations_reviewed,
)
from timshel.kernel import due
from timshel.kernel.looking_back import Seen
from timshel.operation.rating.reviewing import ratings_reviewed
from timshel.performance_evaluation.internal_audit.due import due_audits
from timshel.performance_evaluation.internal_audit.reviewing import audits_reviewed
from timshel.performance_evaluation.management_review import sources
from timshel.performance_evaluation.management_review.due import due_reviews
from timshel.performance_evaluation.management_review.queries import decisions_of
from timshel.performance_evaluation.management_review.sources import Drawn, Line, Reviewed
from timshel.performance_evaluation.management_review.states import Section
from timshel.performance_evaluation.measurement.queries import (
    Selection,
    everything,
    figures,
    promise_list,
)
from timshel.performance_evaluation.measurement.rules.periods import Period, PeriodKind
from timshel.performance_evaluation.measurement.states import What
from timshel.performance_evaluation.reporting import wording
from timshel.planning.objective.reviewing import objectives_reviewed
from timshel.planning.planned_action.queries import ActionRow, actions_about
from timshel.planning.planned_action.states import STATE_NAMES, ActionState
from timshel.planning.risk.reviewing import risks_reviewed
from timshel.reactions.review_rows import NOTHING, day_told, lines_of, short, span_of
from timshel.reactions.reviews_people import capabilities, resources

MEASURES = ("opened", "resolved", "backlog", "attainment", "resolve_median", "reopening_rate")


def register() -> None:
    """Say what the sections are drawn from, and when audits and reviews are due."""
    for section, source in READINGS.items():
        sources.register(section, source)
    due.register("audit", due_audits)
    due.register("management_review", due_reviews)


def earlier(asked: Reviewed, /) -> Drawn:
    """Return what earlier reviews decided, and where their actions stand; three queries."""
    decided, count = decisions_of(asked.meetings, actor=asked.actor, most=asked.most)
    found = actions_about("meeting", asked.meetings, at=asked.until)
    actions = [row for each in asked.meetings for row in found.get(each, ())]
    actions = [row for row in actions if row.planned_at < asked.until]
    still_open = [row for row in actions if not _was_ended(row, asked)]
    late = sum(row.due_date < asked.until.date() for row in still_open)
    ordered = sorted(actions, key=lambda row: (_was_ended(row, asked), row.due_date, row.number))
    lines = [
        Line(
            (
                row.title,
                _("Action"),
                row.owner_name,
                day_told(row.due_date),
                _action_state(row, asked),
            ),
            "planned_action",
            row.number,
        )
        for row in ordered[: asked.most]
    ]
    lines += [
        Line(
            (short(row.text), _("Decision"), NOTHING, day_told(row.starts_at.date()), row.title),
            "meeting",
            row.meeting,
        )
        for row in decided[: asked.most - len(lines)]
    ]
    sentence = _(
        "Actions of earlier reviews: %(all)d, of which %(open)d open and %(late)d overdue."
    ) % {"all": len(actions), "open": len(still_open), "late": late}
    return Drawn(
        sentence,
        (
            (_("Decisions"), str(count)),
            (_("Actions"), str(len(actions))),
            (pgettext("several actions or improvements", "Open"), str(len(still_open))),
            (_("Overdue"), str(late)),
        ),
        (_("What"), _("Kind"), _("Who"), _("Until or on"), _("Standing")),
        tuple(lines),
        len(actions) + count,
    )


def changes(asked: Reviewed, /) -> Drawn:
    """Return what changed around the management system; six queries."""
    span = span_of(asked)
    issues, needs, scope = issues_reviewed(span), needs_reviewed(span), scope_reviewed(span)
    lines = [
        *lines_of(
            issues, "context_issue", lambda row: (_("Issue"), row.title, row.owner, str(row.state))
        ),
        *lines_of(
            needs, "interested_party", lambda row: (_("Need"), row.title, row.owner, str(row.state))
        ),
        *lines_of(
            scope,
            "",
            lambda row: (
                _("Scope, version %(number)s") % {"number": row.code},
                row.title,
                row.owner,
                str(row.state),
            ),
        ),
    ]
    total = issues.total + needs.total + scope.total
    sentence = _("Changes around the system: %(count)d. Open issues: %(open)d.") % {
        "count": total,
        "open": issues.counts["open"],
    }
    counted = (
        (_("Open issues"), str(issues.counts["open"])),
        (_("New issues"), str(issues.counts["new"])),
        (_("Needs that changed"), str(needs.counts["changed"])),
        (_("Needs not met in full"), str(needs.counts["not_met"])),
        (_("Versions of the scope"), str(scope.counts["versions"])),
    )
    columns = (_("Kind"), _("What"), _("Who"), _("Standing"))
    return Drawn(sentence, counted, columns, tuple(lines[: asked.most]), total)


def feedback(asked: Reviewed, /) -> Drawn:
    """Return what requesters said; two queries."""
    found, mean = ratings_reviewed(span_of(asked))
    counts = found.counts
    told = number_format(mean, 1) if mean is not None else NOTHING
    sentence = _("Ratings: %(count)d, %(mean)s of 5 on average, %(poor)d poor.") % {
        "count": counts["ratings"],
        "mean": told,
        "poor": counts["poor"],
    }
    lines = []
    for row in found.rows:
        kind, comment = row.note.split("\n", 1)
        cells = (row.code, row.title, row.state, short(comment) or NOTHING, day_told(row.day))
        lines.append(Line(tuple(map(str, cells)), kind, row.code))
    return Drawn(
        sentence,
        (
            (_("Ratings"), str(counts["ratings"])),
            (_("On average"), told),
            (_("Poor"), str(counts["poor"])),
            (_("Poor and not answered"), str(counts["unanswered"])),
        ),
        (_("Number"), _("About"), _("Rating"), _("Comment"), _("Day")),
        tuple(lines),
        found.total,
    )


def performance(asked: Reviewed, /) -> Drawn:
    """Return what was measured, and the promises that were broken; a fixed number of queries."""
    zone = ZoneInfo(asked.actor.time_zone)
    first, last = (each.astimezone(zone).date() for each in (asked.since, asked.until))
    period = Period(PeriodKind.DAYS, first, max(first, last), asked.actor.time_zone)
    measured = figures(everything(), [period], actor=asked.actor, at=asked.until)[0]
    shown = [measured.figures[code] for code in MEASURES if code in measured.figures]
    decided = sum(each.decided for each in measured.attainments)
    broken = sum(each.broken for each in measured.attainments)
    chosen = Selection(everything(), period, What.BROKEN)
    page = promise_list(chosen, actor=asked.actor, at=asked.until, size=asked.most)
    lines = [
        Line(
            (row.number, row.title, row.service or NOTHING, row.agreement),
            row.work_kind,
            row.number,
        )
        for row in page.items
    ]
    missed = sum(each.is_reached is False for each in measured.attainments)
    sentence = _("Promises decided: %(count)d, of which %(broken)d broken.") % {
        "count": decided,
        "broken": broken,
    }
    return Drawn(
        sentence,
        (
            *((str(each.measure.name), str(wording.value(each))) for each in shown),
            (_("Promises broken"), str(broken)),
            (_("Goals of agreements missed"), str(missed)),
        ),
        (_("Number"), _("Case"), _("Service"), _("Agreement")),
        tuple(lines),
        broken,
    )


def objectives(asked: Reviewed, /) -> Drawn:
    """Return the objectives with where their readings went; two queries."""
    found = objectives_reviewed(span_of(asked))
    counts = found.counts
    sentence = _(
        "Objectives that run: %(count)d; met in the period: %(met)d, missed: %(missed)d."
    ) % {"count": counts["running"], "met": counts["met"], "missed": counts["missed"]}

    def cells(row: Seen) -> tuple[str, ...]:
        first, last, target, _direction = row.note.split("\n")
        trend = f"{first} → {last}" if first else NOTHING
        return (row.title, row.owner, trend, target or NOTHING, day_told(row.day), str(row.state))

    return Drawn(
        sentence,
        (
            (_("Running"), str(counts["running"])),
            (_("Overdue"), str(counts["overdue"])),
            (_("Met"), str(counts["met"])),
            (_("Missed"), str(counts["missed"])),
        ),
        (_("Objective"), _("Owner"), _("In the period"), _("Target"), _("Until"), _("Standing")),
        lines_of(found, "objective", cells),
        found.total,
    )


def risks(asked: Reviewed, /) -> Drawn:
    """Return the open risks and opportunities, the highest first; two queries."""
    found = risks_reviewed(span_of(asked))
    counts = found.counts
    sentence = _(
        "Open risks: %(risks)d; open opportunities: %(opportunities)d; new: %(new)d; "
        "with an overdue review: %(overdue)d."
    ) % dict(counts)
    return Drawn(
        sentence,
        (
            (_("Open risks"), str(counts["risks"])),
            (_("Open opportunities"), str(counts["opportunities"])),
            (pgettext("management review", "New"), str(counts["new"])),
            (_("Accepted"), str(counts["accepted"])),
            (_("Came about"), str(counts["occurred"])),
            (_("Review overdue"), str(counts["overdue"])),
        ),
        (_("Risk or opportunity"), _("Owner"), _("Score"), _("Review"), _("Standing")),
        lines_of(
            found,
            "risk",
            lambda row: (
                row.title,
                row.owner,
                row.note or NOTHING,
                day_told(row.day),
                str(row.state),
            ),
        ),
        found.total,
    )


def audits(asked: Reviewed, /) -> Drawn:
    """Return findings of audits and what became of them; three queries."""
    found = audits_reviewed(span_of(asked))
    counts = found.counts
    sentence = _("Audits reported: %(count)d. Findings still open: %(open)d.") % {
        "count": counts["audits"],
        "open": counts["open"],
    }
    return Drawn(
        sentence,
        (
            (_("Audits reported"), str(counts["audits"])),
            (_("Major nonconformities"), str(counts["major"])),
            (_("Minor nonconformities"), str(counts["minor"])),
            (_("Observations"), str(counts["observations"])),
            (_("Findings open"), str(counts["open"])),
            (_("Answers overdue"), str(counts["late"])),
        ),
        (_("Finding"), _("Audit"), _("Grade"), _("Answer until"), _("Standing")),
        lines_of(
            found,
            "audit_finding",
            lambda row: (row.title, row.owner, row.note, day_told(row.day), str(row.state)),
        ),
        found.total,
    )


def advice(asked: Reviewed, /) -> Drawn:
    """Return recommendations from outside; two queries."""
    found = recommendations_reviewed(span_of(asked))
    counts = found.counts
    sentence = _("Open recommendations: %(count)d, of which %(overdue)d overdue.") % {
        "count": counts["open"],
        "overdue": counts["overdue"],
    }
    return Drawn(
        sentence,
        _figures(
            counts,
            open=pgettext("several actions or improvements", "Open"),
            new=pgettext("management review", "New"),
            closed=pgettext("several actions or improvements", "Closed"),
            overdue=_("Overdue"),
        ),
        (_("Recommendation"), _("Owner"), _("Priority"), _("Until"), _("Standing")),
        lines_of(found, "recommendation", _owned),
        found.total,
    )


def nonconformities(asked: Reviewed, /) -> Drawn:
    """Return nonconformities and where their correction stands; two queries."""
    found = nonconformities_reviewed(span_of(asked))
    counts = found.counts
    sentence = _(
        "Open nonconformities: %(count)d, of which %(overdue)d overdue; "
        "raised in the period: %(raised)d."
    ) % {"count": counts["open"], "raised": counts["raised"], "overdue": counts["overdue"]}
    return Drawn(
        sentence,
        _figures(
            counts,
            open=pgettext("several actions or improvements", "Open"),
            major=_("Major"),
            raised=_("Raised"),
            ended=_("Ended"),
            overdue=_("Overdue"),
        ),
        (_("Nonconformity"), _("Owner"), _("Severity"), _("Until"), _("Standing")),
        lines_of(found, "nonconformity", _owned),
        found.total,
    )


def improvements(asked: Reviewed, /) -> Drawn:
    """Return improvements with what was promised and what was measured; two queries."""
    found = improvements_reviewed(span_of(asked))
    counts = found.counts
    sentence = _("Improvements on their way: %(count)d; with a measured benefit: %(measured)d.") % {
        "count": counts["on_the_way"],
        "measured": counts["measured"],
    }

    def cells(row: Seen) -> tuple[str, ...]:
        promised, measured = row.note.split("\n")
        return (
            row.title,
            row.owner or NOTHING,
            short(promised) or NOTHING,
            measured or NOTHING,
            str(row.state),
        )

    return Drawn(
        sentence,
        _figures(
            counts,
            suggested=_("Suggested"),
            on_the_way=_("On their way"),
            measured=_("Measured"),
            declined=_("Declined"),
        ),
        (
            _("Improvement"),
            _("Owner"),
            pgettext("improvement", "Promised"),
            _("Measured"),
            _("Standing"),
        ),
        lines_of(found, "improvement", cells),
        found.total,
    )


READINGS: dict[Section, sources.Source] = {
    Section.EARLIER: earlier,
    Section.CHANGES: changes,
    Section.FEEDBACK: feedback,
    Section.PERFORMANCE: performance,
    Section.OBJECTIVES: objectives,
    Section.RESOURCES: resources,
    Section.CAPABILITIES: capabilities,
    Section.RISKS: risks,
    Section.AUDITS: audits,
    Section.ADVICE: advice,
    Section.NONCONFORMITIES: nonconformities,
    Section.IMPROVEMENTS: improvements,
}


def _was_ended(row: ActionRow, asked: Reviewed) -> bool:
    return row.ended_at is not None and row.ended_at < asked.until


def _action_state(row: ActionRow, asked: Reviewed) -> str:
    state = row.state if _was_ended(row, asked) else ActionState.OPEN
    return str(STATE_NAMES[state])


def _owned(row: Seen) -> Sequence[str]:
    return (row.title, row.owner, row.note, day_told(row.day), str(row.state))


def _figures(counts: Mapping[str, int], **labels: str) -> tuple[tuple[str, str], ...]:
    return tuple((label, str(counts[name])) for name, label in labels.items())
