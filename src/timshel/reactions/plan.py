"""The service management plan: which records stand behind its twelve parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from timshel.context.interested_parties.queries import need_list, party_list
from timshel.context.interested_parties.states import Basis
from timshel.context.issue.queries import IssueFilter, issue_list
from timshel.context.organization.queries import site_list, team_list
from timshel.context.people.queries import members_of
from timshel.context.scope.queries import scope_in_state
from timshel.context.scope.states import ScopeState
from timshel.design_transition.maintenance.queries import planned_between
from timshel.kernel import due
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, Text
from timshel.kernel.text import labelled
from timshel.leadership.responsibility.queries import matrix_names
from timshel.operation.call.queries import line_list
from timshel.operation.process.queries import process_list
from timshel.performance_evaluation.measurement.queries import PROMISED_MEASURES
from timshel.planning.objective.queries import ObjectiveFilter, objective_list
from timshel.planning.objective.states import ObjectiveState
from timshel.planning.plan import sources
from timshel.planning.plan.due import due_parts
from timshel.planning.plan.queries import PART_SUBJECT
from timshel.planning.plan.sources import MOST_LINES, Drawn, Line, drawn_of
from timshel.planning.plan.states import Part
from timshel.planning.planned_action.queries import Wanted as WantedActions
from timshel.planning.planned_action.queries import planned_action_list
from timshel.planning.risk.queries import risk_list
from timshel.reactions.plan_evaluation import (
    audits,
    boards,
    certificates,
    improvements,
    indicators,
    nonconformities,
    reviews,
    skills,
)
from timshel.relationship_agreement.service_level.queries.agreements import (
    AgreementFilters,
    Standing,
    agreement_list,
)
from timshel.relationship_agreement.service_level.rules.validity import BEGINNING
from timshel.resolution_fulfilment.alert.queries import source_list
from timshel.service_portfolio.parties.queries import supplier_list
from timshel.service_portfolio.service.answering import service_facts
from timshel.support.communication.queries import mailbox_list
from timshel.support.documentation.queries import DocumentFilter, DocumentRow, document_list
from timshel.support.documentation.states import DocumentKind
from timshel.support.webhook.queries import webhook_list

BACK, AHEAD = timedelta(days=365), timedelta(days=62)
CONTEXT = ("context.view", "context.manage")
DOCUMENTS = ("documentation.view", "documentation.manage")


@dataclass(frozen=True, slots=True)
class Guarded:
    """A list that is read by those who may open its register alone.

    Args:
        read: reads it.
        permissions: one of them, held somewhere, opens it; none for everybody.
    """

    read: sources.Source
    permissions: tuple[str, ...]

    def __call__(self, *, actor: Actor, at: datetime) -> Drawn:
        """Return what of the list the actor may see.

        Raises:
            NotAllowed: the list is not for the actor.
        """
        if self.permissions and not any(map(actor.may_somewhere, self.permissions)):
            raise NotAllowed
        return self.read(actor=actor, at=at)


def register() -> None:
    """Say which lists stand behind the parts, and that the parts have days of review."""
    due.register(PART_SUBJECT, due_parts)
    for part, name, title, read, permissions in _lists():
        sources.register(part, name, title=title, source=Guarded(read, permissions))


def _lists() -> Iterable[tuple[Part, str, Text, sources.Source, tuple[str, ...]]]:
    agreements = ("service_level.view",)
    return (
        (Part.OBJECTIVES, "objectives", _("Objectives that run"), objectives, ("objective.view",)),
        (
            Part.OBJECTIVES,
            "planned_actions",
            _("Planned actions that are open"),
            planned_actions,
            ("planned_action.view",),
        ),
        (Part.SERVICES, "services", _("Services that are offered"), services, ()),
        (Part.SERVICES, "scope", _("Scope that is approved"), scope, CONTEXT),
        (Part.LIMITATIONS, "risks", _("Risks and opportunities"), risks, ("risk.view",)),
        (Part.LIMITATIONS, "issues", _("Issues of the context"), issues, CONTEXT),
        (
            Part.OBLIGATIONS,
            "policies",
            _("Policies in effect"),
            documents(DocumentFilter(kind=DocumentKind.POLICY)),
            DOCUMENTS,
        ),
        (Part.OBLIGATIONS, "duties", _("Needs by law and contract"), needs, CONTEXT),
        (Part.OBLIGATIONS, "agreements", _("Agreements in force"), agreed, agreements),
        (
            Part.AUTHORITIES,
            "responsibilities",
            _("Who answers for what"),
            responsibilities,
            ("process.view", "service_level.view", "responsibility.manage"),
        ),
        (Part.AUTHORITIES, "processes", _("Processes"), processes, ("process.view",)),
        (Part.PEOPLE, "teams", _("Teams"), teams, ()),
        (
            Part.PEOPLE,
            "competence_documents",
            _("Documents on competence (7.2)"),
            documents(DocumentFilter(clause="7.2")),
            DOCUMENTS,
        ),
        (Part.PEOPLE, "skills", _("Skills"), skills, ("competence.view",)),
        (
            Part.PEOPLE,
            "certificates",
            _("Certificates and trainings in force or expired"),
            certificates,
            ("competence.view",),
        ),
        (Part.TECHNICAL, "sites", _("Sites"), sites, ()),
        (
            Part.TECHNICAL,
            "planned_work",
            _("Planned work, a year back and two months ahead"),
            planned_work,
            ("work.view", "maintenance.plan"),
        ),
        (
            Part.INFORMATION,
            "documents",
            _("Documents in effect"),
            documents(DocumentFilter()),
            DOCUMENTS,
        ),
        (
            Part.FINANCE,
            "budget_documents",
            _("Documents on budgets and accounting (8.4.1)"),
            documents(DocumentFilter(clause="8.4.1")),
            DOCUMENTS,
        ),
        (
            Part.PARTIES,
            "suppliers",
            _("Suppliers"),
            suppliers,
            ("service.manage", "service_level.view"),
        ),
        (Part.PARTIES, "parties", _("Interested parties"), parties, CONTEXT),
        (Part.TECHNOLOGY, "lines", _("Telephone lines and counters"), lines, ()),
        (Part.TECHNOLOGY, "mailboxes", _("Mailboxes"), mailboxes, ()),
        (Part.TECHNOLOGY, "alert_sources", _("Sources of alerts"), alert_sources, ()),
        (Part.TECHNOLOGY, "webhooks", _("Webhooks"), webhooks, ()),
        (Part.EVALUATION, "measures", _("Measures"), measures, agreements),
        (
            Part.EVALUATION,
            "indicators",
            _("Indicators that are read"),
            indicators,
            ("indicator.view",),
        ),
        (Part.EVALUATION, "audits", _("Internal audits"), audits, ("internal_audit.view",)),
        (
            Part.EVALUATION,
            "boards",
            _("Boards that meet"),
            boards,
            ("meeting.view", "meeting.manage"),
        ),
        (
            Part.EVALUATION,
            "reviews",
            _("Management reviews"),
            reviews,
            ("management_review.view", "management_review.manage"),
        ),
        (
            Part.EVALUATION,
            "nonconformities",
            _("Nonconformities"),
            nonconformities,
            ("nonconformity.view", "nonconformity.manage"),
        ),
        (
            Part.EVALUATION,
            "improvements",
            _("Improvements"),
            improvements,
            ("initiative.view", "initiative.manage", "initiative.authorise"),
        ),
    )


def objectives(*, actor: Actor, at: datetime) -> Drawn:
    """Return the objectives that are agreed; those after their last day want judging."""
    wanted = ObjectiveFilter(state=ObjectiveState.AGREED)
    page = objective_list(actor=actor, at=at, wanted=wanted, size=MOST_LINES)
    return drawn_of(
        (Line("objective", row.number, row.content.title) for row in page.items),
        is_more=bool(page.next_cursor),
        stale=sum(row.is_overdue for row in page.items),
        latest=max((row.last_day for row in page.items if row.last_day), default=None),
    )


def planned_actions(*, actor: Actor, at: datetime) -> Drawn:
    """Return the planned actions that are open."""
    page = planned_action_list(actor=actor, at=at, wanted=WantedActions(), size=MOST_LINES)
    return drawn_of(
        (Line("planned_action", row.number, row.title) for row in page.items),
        is_more=bool(page.next_cursor),
        stale=sum(row.is_overdue for row in page.items),
        latest=max((row.planned_at.date() for row in page.items), default=None),
    )


def services(*, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG001
    """Return the services that are offered; those that nobody owns want looking at."""
    found = sorted(
        service_facts(None, language=actor.language).values(), key=lambda row: row.name.casefold()
    )
    return drawn_of(
        (Line("service", row.code, row.name) for row in found),
        stale=sum(row.owner_id is None for row in found),
    )


def scope(*, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG001
    """Return the version of the scope that holds."""
    view = scope_in_state(ScopeState.APPROVED, actor=actor)
    if view is None or view.row.approved_at is None:
        return Drawn()
    line = Line("scope", str(view.row.version), view.content.statement[:200])
    return drawn_of((line,), latest=view.row.approved_at.date())


def risks(*, actor: Actor, at: datetime) -> Drawn:
    """Return the risks and opportunities that are open."""
    page = risk_list(actor=actor, at=at, size=MOST_LINES)
    return drawn_of(
        (Line("risk", row.number, row.title) for row in page.items),
        is_more=bool(page.next_cursor),
        stale=sum(row.is_overdue for row in page.items),
        latest=max((row.changed_at.date() for row in page.items), default=None),
    )


def issues(*, actor: Actor, at: datetime) -> Drawn:
    """Return the issues that are not closed."""
    page = issue_list(actor=actor, at=at, asked=IssueFilter(standing=True), size=MOST_LINES)
    return drawn_of(
        (Line("context_issue", row.number, row.title) for row in page.items),
        is_more=bool(page.next_cursor),
        stale=sum(row.is_due for row in page.items),
        latest=max((row.changed_at.date() for row in page.items), default=None),
    )


def documents(narrowed: DocumentFilter) -> sources.Source:
    """Return what reads the documents in effect of a kind or a clause."""

    def read(*, actor: Actor, at: datetime) -> Drawn:
        page = document_list(actor=actor, at=at, narrowed=narrowed, size=MOST_LINES)
        kept: list[DocumentRow] = [
            row for row in page.items if row.current_number is not None and not row.is_withdrawn
        ]
        return drawn_of(
            (Line("document", row.number, row.title) for row in kept),
            is_more=bool(page.next_cursor),
            stale=sum(row.is_overdue for row in kept),
            latest=max((row.effective_date for row in kept if row.effective_date), default=None),
        )

    return read


def needs(*, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG001
    """Return what law and contracts ask of us; what nothing meets wants looking at."""
    pages = [
        need_list(actor=actor, basis=basis, size=MOST_LINES)
        for basis in (Basis.LAW, Basis.CONTRACT)
    ]
    found = [row for page in pages for row in page.items]
    return drawn_of(
        (Line("need", row.number, labelled(row.party, row.text[:150])) for row in found),
        is_more=any(page.next_cursor for page in pages),
        stale=sum(not row.is_traced for row in found),
        latest=max((row.changed_at.date() for row in found), default=None),
    )


def agreed(*, actor: Actor, at: datetime) -> Drawn:
    """Return the agreements in force."""
    today = actor.day_at(at)
    wanted = AgreementFilters(standing=Standing.IN_FORCE)
    found = agreement_list(wanted, today=today, actor=actor, at=at)
    # One that holds since ever began on no day that anybody would know.
    begun = (row.valid_from.date() for row in found if row.valid_from > BEGINNING)
    return drawn_of(
        (Line("agreement", row.code, row.name) for row in found),
        stale=sum(row.is_review_due for row in found),
        latest=max(begun, default=None),
    )


def responsibilities(*, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG001
    """Return the matrices of responsibilities."""
    return drawn_of(
        Line("responsibilities", f"{key.kind}:{key.code}", name)
        for key, name in matrix_names(actor=actor)
    )


def processes(*, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG001
    """Return the processes that are published; those that nobody owns want looking at."""
    found = [row for row in process_list(actor=actor) if row.published is not None]
    return drawn_of(
        (Line("process", row.code, row.name) for row in found),
        stale=sum(not row.owner for row in found),
    )


def teams(*, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG001
    """Return the teams; those without members want looking at."""
    found = team_list(language=actor.language)
    manned = {row.team_id for row in members_of(row.id for row in found)}
    return drawn_of(
        (Line("team", row.code, row.name) for row in found),
        stale=sum(row.id not in manned for row in found),
    )


def sites(*, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG001
    """Return the sites."""
    return drawn_of(Line("site", row.code, row.name) for row in site_list(language=actor.language))


def planned_work(*, actor: Actor, at: datetime) -> Drawn:
    """Return the work on services that was or is planned."""
    found = planned_between(actor=actor, start=at - BACK, end=at + AHEAD, at=at, limit=MOST_LINES)
    return drawn_of(Line("planned_work", str(row.id), row.title) for row in found)


def suppliers(*, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG001
    """Return the suppliers that we work with."""
    found = supplier_list(language=actor.language, active_only=True)
    return drawn_of(Line("supplier", row.code, row.name) for row in found)


def parties(*, actor: Actor, at: datetime) -> Drawn:
    """Return the interested parties."""
    page = party_list(actor=actor, at=at, size=MOST_LINES)
    return drawn_of(
        (Line("interested_party", row.code, row.name) for row in page.items),
        is_more=bool(page.next_cursor),
        stale=sum(row.is_due for row in page.items),
    )


def lines(*, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG001
    """Return the ways by which people reach a desk in person or by telephone."""
    found = line_list(language=actor.language)
    return drawn_of(Line("line", row.code, row.name) for row in found)


def mailboxes(*, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG001
    """Return the mailboxes from which mail is taken; those in trouble want looking at."""
    found = [row for row in mailbox_list(actor=actor) if row.is_active]
    return drawn_of(
        (Line("mailbox", row.code, row.name) for row in found),
        stale=sum(bool(row.trouble) for row in found),
    )


def alert_sources(*, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG001
    """Return the systems that tell of alerts; those in trouble want looking at."""
    found = [row for row in source_list(actor=actor) if row.is_active]
    return drawn_of(
        (Line("alert_source", row.code, row.name) for row in found),
        stale=sum(bool(row.trouble) for row in found),
        latest=max((row.heard_at.date() for row in found if row.heard_at), default=None),
    )


def webhooks(*, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG001
    """Return the programs that are told of what happens; those that fail want looking at."""
    page = webhook_list(actor=actor, size=MOST_LINES)
    return drawn_of(
        (Line("webhook", str(row.id), row.name) for row in page.items),
        is_more=bool(page.next_cursor),
        stale=sum(row.failing_since is not None for row in page.items),
        latest=max(
            (row.delivered_at.date() for row in page.items if row.delivered_at), default=None
        ),
    )


def measures(*, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG001
    """Return what is measured of all work."""
    return drawn_of(Line("measure", each.code, str(each.name)) for each in PROMISED_MEASURES)
