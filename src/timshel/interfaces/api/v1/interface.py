"""The whole of version 1: its routers, what it says of itself, and how it answers faults."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from timshel.interfaces.api.answers import Renderer
from timshel.interfaces.api.authentication import TokenAuthentication
from timshel.interfaces.api.problems import answer_to
from timshel.interfaces.api.v1 import (
    agreements,
    applicable,
    approvals,
    breaches,
    calendars,
    catalogue,
    catalogue_pages,
    charter,
    delegations,
    errands,
    escalations,
    forms,
    incident_clocks,
    incident_conversation,
    incident_stages,
    incidents,
    measures,
    on_call,
    people,
    processes,
    report_cards,
    request_steering,
    requests,
    responsibilities,
    services,
    suppliers,
    tasks,
    teams,
    waiting_rules,
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
    {"name": "Conversation", "description": "What is said about an incident, and its files."},
    {"name": "Work", "description": "All kinds of work in one list."},
    {"name": "Requests", "description": "Asking for things, and following them."},
    {"name": "Tasks", "description": "What a process asks of a team."},
    {"name": "Promises", "description": "Until when, why, and who used up the time."},
    {"name": "People", "description": "Who is asking, and who there is."},
    {"name": "Teams", "description": "To whom incidents are assigned."},
    {"name": "Services", "description": "What the organisation provides."},
    {"name": "Report cards", "description": "What was promised and how it was kept."},
    {"name": "Catalogue", "description": "What can be asked for, by whom, and its pages."},
    {"name": "Forms", "description": "What people are asked, in versions."},
    {"name": "Processes", "description": "Diagrams by which work runs, in versions."},
    {"name": "Suppliers", "description": "Firms that take over a part of the work."},
    {"name": "Escalations", "description": "Who hears when the time of a clock runs out."},
    {"name": "On call", "description": "Who can be reached in each team."},
    {"name": "Calendars", "description": "When work counts, and whose hours these are."},
    {"name": "Waiting rules", "description": "What waiting does to clocks."},
    {"name": "Agreements", "description": "What is promised to whom, and what it would come to."},
    {"name": "Approvals", "description": "What one is asked to approve, and who stands in."},
    {"name": "Charter", "description": "What is promised to whom, and how it is kept."},
    {"name": "Responsibilities", "description": "Who answers for which part of the work."},
    {"name": "Jobs", "description": "How far long work is."},
]


def _answer_to(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return answer_to(request, error if isinstance(error, Exception) else error())


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
        openapi_extra={"tags": TAGS},
    )
    # ninja has answers of its own for these, which are no problem documents.
    for kind in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, _answer_to)
    api.add_router("/incidents", incidents.router)
    api.add_router("/incidents", incident_stages.router)
    api.add_router("/incidents", incident_conversation.router)
    api.add_router("/incidents", incident_clocks.router)
    api.add_router("/attachments", incident_conversation.files_router)
    api.add_router("/work", work.router)
    api.add_router("/tasks", tasks.router)
    api.add_router("/requests", requests.router)
    api.add_router("/requests", request_steering.router)
    api.add_router("/people", people.router)
    api.add_router("/teams", teams.router)
    api.add_router("/areas", services.areas)
    api.add_router("/services", services.router)
    api.add_router("/catalogue", catalogue.router)
    api.add_router("/catalogue", catalogue_pages.router)
    api.add_router("/forms", forms.router)
    api.add_router("/processes", processes.router)
    api.add_router("/suppliers", suppliers.router)
    api.add_router("/escalation-rules", escalations.router)
    api.add_router("/on-call", on_call.router)
    api.add_router("/breaches", breaches.router)
    api.add_router("/errands", errands.router)
    api.add_router("/calendars", calendars.router)
    api.add_router("/calendar-uses", calendars.uses_router)
    api.add_router("/waiting-rules", waiting_rules.router)
    api.add_router("/measures", measures.router)
    api.add_router("/report-cards", report_cards.router)
    api.add_router("/charter", charter.router)
    api.add_router("/responsibilities", responsibilities.router)
    api.add_router("/agreements", agreements.router)
    api.add_router("/agreement-previews", agreements.previews)
    api.add_router("/service-levels", applicable.router)
    api.add_router("/finder", applicable.finder_router)
    api.add_router("/approvals", approvals.router)
    api.add_router("/delegations", delegations.router)
    return api
