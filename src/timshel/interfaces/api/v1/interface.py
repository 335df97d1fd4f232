"""The whole of version 1: its routers, what it says of itself, and how it answers faults."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError

from timshel.interfaces.api.answers import Renderer
from timshel.interfaces.api.authentication import TokenAuthentication
from timshel.interfaces.api.problems import answer_to
from timshel.interfaces.api.reading import Reader
from timshel.interfaces.api.v1 import (
    agreements,
    alert_sources,
    alerts,
    applicable,
    approvals,
    audit_fieldwork,
    audit_programmes,
    audits,
    breaches,
    bulk,
    calendars,
    calls,
    catalogue,
    catalogue_pages,
    charter,
    communication_plan,
    competences,
    conformity,
    context_issues,
    delegations,
    document_versions,
    documents,
    due,
    errands,
    escalations,
    exports,
    forms,
    held_mail,
    holidays,
    improvements,
    incident_clocks,
    incident_conversation,
    incident_merging,
    incident_stages,
    incidents,
    indicators,
    interested_parties,
    keeping,
    macros,
    mailboxes,
    maintenance,
    management_reviews,
    mandates,
    measures,
    meetings,
    message_templates,
    messages,
    nonconformities,
    notifications,
    objectives,
    on_call,
    outages,
    own,
    people,
    planned_actions,
    process_profiles,
    processes,
    ratings,
    recommendations,
    report_cards,
    request_steering,
    requests,
    resources,
    responsibilities,
    risks,
    scope,
    scorecards,
    search,
    service_management_plan,
    services,
    status,
    status_subscriptions,
    suppliers,
    tasks,
    teams,
    teamwork,
    tokens,
    views,
    waiting_rules,
    webhooks,
    work,
)

DESCRIPTION = """
Everything that the pages can do with incidents, for other programs.

**Tokens.** Every request carries `Authorization: Bearer <token>`. A token belongs to a person,
is limited to some permissions, and never does more than its person may. It is shown once when it
is made and kept as a hash only.

**Doing things once.** Requests that do something take an `Idempotency-Key`: sent again with the
same key, for instance after a lost connection, nothing is done twice, and the first answer comes
again with the header `Idempotent-Replayed: true`.

**Not overwriting others.** An incident has a `version`, which is also its `ETag`. A change names
the version that was seen. In the body as `version`, fields that others changed meanwhile are left
alone, and only a change to the same field is refused (409). As the header `If-Match`, any change
in between is refused (412). Both refusals list the differences.

**Lists** come in pages. `links.next` and `links.previous` are the addresses of the pages beside;
follow them as they are. `?total=true` counts all records as well.

**Problems** are told as RFC 9457 says, as `application/problem+json`; `code` is for programs,
`title` and `detail` for people.

**Times** are in UTC, as in `2026-03-02T09:15:00Z`; spans are in seconds. Names come in the
language of `Accept-Language`, or else in that of the token's person.

**What may change.** Fields, parameters and addresses may be added to this version at any time.
Nothing in it goes away or changes its meaning.
""".strip()

TAGS = [
    {"name": "Incidents", "description": "Reading, reporting and changing incidents."},
    {"name": "Stages", "description": "Moving an incident on, and handing it over."},
    {"name": "Outages", "description": "What is known to be out of order, and what is alike."},
    {"name": "Alerts", "description": "What monitoring tells, and what becomes of it."},
    {"name": "Planned work", "description": "Work on services that is told beforehand."},
    {"name": "Conversation", "description": "What is said about an incident, and its files."},
    {"name": "Work", "description": "All kinds of work in one list."},
    {"name": "Macros", "description": "Several deeds with one name, done together or not at all."},
    {"name": "Saved replies", "description": "Replies to begin with, in several languages."},
    {"name": "Text modules", "description": "Pieces of text that a keyword brings."},
    {"name": "Teamwork", "description": "Tags, links, time, checklists, watchers, mentions."},
    {"name": "Views", "description": "Ways of looking at work, saved and shared."},
    {"name": "Search", "description": "Everything that the token may see, in one box."},
    {"name": "Bulk", "description": "One deed for many pieces of work, and taking it back."},
    {"name": "Requests", "description": "Asking for things, and following them."},
    {"name": "Tasks", "description": "What a process asks of a team."},
    {"name": "Promises", "description": "Until when, why, and who used up the time."},
    {"name": "Ratings", "description": "How it was, and what came of that."},
    {"name": "People", "description": "Who is asking, and who there is."},
    {"name": "Teams", "description": "To whom incidents are assigned."},
    {"name": "Services", "description": "What the organisation provides."},
    {"name": "Report cards", "description": "What was promised and how it was kept."},
    {"name": "Catalogue", "description": "What can be asked for, by whom, and its pages."},
    {"name": "Forms", "description": "What people are asked, in versions."},
    {"name": "Processes", "description": "Diagrams by which work runs, in versions."},
    {"name": "Suppliers", "description": "Firms that take over a part of the work."},
    {"name": "Escalations", "description": "Who hears when the time of a clock runs out."},
    {"name": "Calls", "description": "Calls and visits, call-backs, lines and their figures."},
    {"name": "On call", "description": "Who can be reached in each team."},
    {"name": "Calendars", "description": "When work counts, and whose hours these are."},
    {"name": "Waiting rules", "description": "What waiting does to clocks."},
    {"name": "Agreements", "description": "What is promised to whom, and what it would come to."},
    {"name": "Approvals", "description": "What one is asked to approve, and who stands in."},
    {"name": "Notifications", "description": "What one is told, and what one chose to be told."},
    {"name": "Charter", "description": "What is promised to whom, and how it is kept."},
    {"name": "Responsibilities", "description": "Who answers for which part of the work."},
    {"name": "Mail", "description": "Messages that leave, and in which words."},
    {"name": "Preferences", "description": "What is one's own: words, pages, drafts."},
    {"name": "Administration", "description": "Links for guests, and what is stuck."},
    {"name": "Exports", "description": "Whole lists, without a cap."},
    {"name": "Journal", "description": "Who did what, when and through which door."},
    {"name": "Tokens", "description": "One's keys to this interface, and what they open."},
    {"name": "Service accounts", "description": "Programs that act in their own name."},
    {"name": "Jobs", "description": "How far long work is."},
    {"name": "Mailboxes", "description": "Addresses at which mail is taken."},
    {"name": "Webhooks", "description": "Telling other systems at once what happens."},
    {"name": "Status", "description": "How services do, and who may know it."},
    {
        "name": "Planned actions",
        "description": "What was decided to be done, by whom and until when.",
    },
    {"name": "Risks", "description": "Risks and opportunities: analysed, treated, reviewed."},
    {"name": "Objectives", "description": "What is to be reached, from where, until when."},
    {"name": "Documents", "description": "Controlled documents, their versions and who read them."},
    {"name": "Meetings", "description": "Boards, meetings, their agendas, minutes and decisions."},
    {"name": "Internal audits", "description": "Programme, audits, findings and reports."},
    {
        "name": "Conformity",
        "description": "Questions of the standard, their evidence and verdicts.",
    },
    {
        "name": "Management reviews",
        "description": "What was put before top management, and what it decided.",
    },
    {
        "name": "Indicators",
        "description": "What is measured, its target, and how it behaves over time.",
    },
    {"name": "Competences", "description": "Skills, certificates, gaps and learning paths."},
    {"name": "Mandates", "description": "Who may approve what, up to how much."},
    {
        "name": "Process profiles",
        "description": "What each process is for, and its inputs and outputs.",
    },
    {
        "name": "Resources",
        "description": "What there is and what is needed, now and to come.",
    },
    {"name": "Communication plan", "description": "What is told to whom, and what they answer."},
    {
        "name": "Service management plan",
        "description": "The plan's parts, their state, and its versions.",
    },
    {
        "name": "Nonconformities",
        "description": "What was not as it must be, why, and whether what was done helped.",
    },
    {
        "name": "Improvements",
        "description": "Suggestions, what came of them, and what they brought.",
    },
    {
        "name": "Issues of the context",
        "description": "Internal and external issues that matter to the services.",
    },
    {"name": "Interested parties", "description": "Who has needs, and what meets them."},
    {"name": "Scope", "description": "What the management system covers, and leaves out."},
]


def _answer_to(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return answer_to(request, error if isinstance(error, Exception) else error())


# In the order in which addresses are tried.
ROUTERS: tuple[tuple[str, Router], ...] = (
    ("/incidents", incidents.router),
    ("/incidents", incident_stages.router),
    ("/incidents", incident_conversation.router),
    ("/incidents", incident_clocks.router),
    ("/incidents", incident_merging.router),
    ("/incidents", outages.of_incidents),
    ("/outages", outages.router),
    ("/alerts", alerts.router),
    ("/alert-sources", alert_sources.router),
    ("/planned-work", maintenance.router),
    ("/held-mail", held_mail.router),
    ("/mail-rules", held_mail.rules_router),
    ("/attachments", incident_conversation.files_router),
    ("/work", work.router),
    ("/work", teamwork.router),
    ("/tags", teamwork.tags_router),
    ("/mentions", teamwork.mentions_router),
    ("/bulk", bulk.router),
    ("/views", views.router),
    ("/search", search.router),
    ("/ratings", ratings.router),
    ("/tasks", tasks.router),
    ("/requests", requests.router),
    ("/requests", request_steering.router),
    ("/people", people.router),
    ("/teams", teams.router),
    ("/areas", services.areas),
    ("/services", services.router),
    ("/catalogue", catalogue.router),
    ("/catalogue", catalogue_pages.router),
    ("/forms", forms.router),
    ("/processes", processes.router),
    ("/process-variants", processes.variants),
    ("/suppliers", suppliers.router),
    ("/escalation-rules", escalations.router),
    ("/on-call", on_call.router),
    ("/calls", calls.router),
    ("/call-backs", calls.backs_router),
    ("/call-lines", calls.lines_router),
    ("/call-templates", calls.templates_router),
    ("/breaches", breaches.router),
    ("/errands", errands.router),
    ("/calendars", calendars.router),
    ("/calendar-uses", calendars.uses_router),
    ("/holiday-regions", holidays.router),
    ("/waiting-rules", waiting_rules.router),
    ("/measures", measures.router),
    ("/report-cards", report_cards.router),
    ("/charter", charter.router),
    ("/responsibilities", responsibilities.router),
    ("/agreements", agreements.router),
    ("/agreement-previews", agreements.previews),
    ("/service-levels", applicable.router),
    ("/finder", applicable.finder_router),
    ("/approvals", approvals.router),
    ("/delegations", delegations.router),
    ("/notifications", notifications.router),
    ("/preferences", own.router),
    ("/drafts", own.drafts),
    ("/report-subscriptions", own.subscriptions),
    ("/tags", keeping.tags),
    ("/search", keeping.recent),
    ("/teams", keeping.shifts),
    ("/guest-links", keeping.guests),
    ("/troubles", keeping.troubles),
    ("/exports", exports.router),
    ("/exports", exports.journal),
    ("/tokens", tokens.router),
    ("/service-accounts", tokens.accounts),
    ("/macros", macros.macros),
    ("/saved-replies", macros.replies),
    ("/text-modules", macros.modules),
    ("/messages", messages.router),
    ("/address-troubles", messages.addresses_router),
    ("/message-templates", message_templates.router),
    ("/message-senders", message_templates.senders_router),
    ("/webhooks", webhooks.router),
    ("/status", status.router),
    ("/status-subscriptions", status_subscriptions.router),
    ("/mailboxes", mailboxes.router),
    ("/planned-actions", planned_actions.router),
    ("/due", due.router),
    ("/risks", risks.router),
    ("/objectives", objectives.router),
    ("/documents", document_versions.router),
    ("/documents", documents.router),
    ("/meetings", meetings.router),
    ("/audits", audit_programmes.router),
    ("/audits", audit_fieldwork.router),
    ("/audits", audits.router),
    ("/nonconformities", nonconformities.router),
    ("/recommendations", recommendations.router),
    ("/improvements", improvements.router),
    ("/context-issues", context_issues.router),
    ("/interested-parties", interested_parties.router),
    ("/scope", scope.router),
    ("/conformity", conformity.router),
    ("/management-reviews", management_reviews.router),
    ("/indicators", indicators.router),
    ("/scorecards", scorecards.router),
    ("/competences", competences.router),
    ("/mandates", mandates.router),
    ("/process-profiles", process_profiles.router),
    ("/resources", resources.router),
    ("/planned-communications", communication_plan.router),
    ("/service-management-plan", service_management_plan.router),
)


def interface() -> NinjaAPI:
    """Return version 1, ready to be tied to addresses."""
    api = NinjaAPI(
        title="Timshel API",
        version="1",
        description=DESCRIPTION,
        urls_namespace="api-v1",
        openapi_url=None,
        docs_url=None,
        servers=[{"url": "/", "description": "This server."}],
        auth=TokenAuthentication(),
        renderer=Renderer(),
        parser=Reader(),
        openapi_extra={"tags": TAGS},
    )
    # ninja has answers of its own for these, which are no problem documents.
    for kind in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, _answer_to)
    for prefix, router in ROUTERS:
        api.add_router(prefix, router)
    return api
