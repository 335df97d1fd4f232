"""The addresses of the desk."""

from __future__ import annotations

from functools import partial

from timshel.interfaces.web.addresses import REQUEST
from timshel.interfaces.web.desk import (
    breaches,
    call_urls,
    chain,
    explanations,
    held,
    home,
    matches,
    outage,
    people,
    queue_board,
    queue_conditions,
    queue_saving,
    queues,
    ratings,
    records,
    report,
    request_record,
    runs,
    task_record,
    team,
    troubles,
)
from timshel.interfaces.web.desk.bulk_urls import urlpatterns as bulk_urls
from timshel.interfaces.web.desk.monitoring import urls as monitoring
from timshel.interfaces.web.desk.request_steps import STEPS as REQUEST_STEPS
from timshel.interfaces.web.desk.steps import STEPS
from timshel.interfaces.web.desk.task_steps import STEPS as TASK_STEPS
from timshel.interfaces.web.desk.teamwork import urls as teamwork
from timshel.interfaces.web.desk.texts import urls as texts
from timshel.interfaces.web.entrance import guarded_path
from timshel.operation.work.rules import TASK, VIEW
from timshel.resolution_fulfilment.intake.access import HANDLE

# For those who may see others' work somewhere; who only asks for help has the portal.
path = partial(guarded_path, permissions=(VIEW,))
handling = partial(guarded_path, permissions=(HANDLE,))

urlpatterns = [
    path("", home.home, name="desk-home"),
    path("ratings", ratings.ratings, name="rating-list"),
    path("ratings/<str:number>/answer", ratings.answer, name="rating-answer"),
    path("team", team.teams, name="team-list"),
    path("team/<str:code>", team.team, name="team"),
    path("shift-notes/<int:note_id>/read", team.read, name="shift-read"),
    path("queues/people", queue_conditions.people_found, name="queue-people"),
    path("queues/<str:view>", queues.queue, name="queue"),
    path("queues/<str:view>/count", queues.count, name="queue-count"),
    path("queues/<str:view>/arrange", queues.arrange, name="queue-arrange"),
    path("queues/<str:view>/conditions", queue_conditions.conditions, name="queue-conditions"),
    path("queues/<str:view>/move", queue_board.move, name="queue-move"),
    path("queues/<str:view>/save", queue_saving.save, name="view-save"),
    path("queues/<str:view>/update", queue_saving.update, name="view-update"),
    path("views", queue_saving.views, name="view-list"),
    path("views/<str:view>", queue_saving.settings, name="view-settings"),
    *(
        path(f"views/<str:view>/{deed}", queue_saving.act, name=f"view-{deed}", deed=deed)
        for deed in queue_saving.DEEDS
    ),
    path("breaches", breaches.breaches, name="breaches"),
    path("people", people.found, name="desk-people"),
    path("members", people.members, name="desk-members"),
    path("offerings", people.offerings, name="desk-offerings"),
    path("incidents/new", report.new, name="incident-new"),
    path("incidents/<str:number>", records.record, name="incident"),
    path("incidents/<str:number>/chain", chain.chain, name="incident-chain"),
    path("incidents/<str:number>/matches", matches.matches, name="incident-matches"),
    path("incidents/<str:number>/outage", outage.outage, name="incident-outage"),
    path(
        "incidents/<str:number>/clocks/<str:kind>", explanations.explanation, name="incident-clock"
    ),
    path("requests/<str:number>", request_record.record, name="request-record"),
    path(
        "requests/<str:number>/clocks/<str:kind>",
        explanations.explanation,
        name="request-clock",
        work=REQUEST,
    ),
    path("tasks/<str:number>", task_record.record, name="task-record"),
    path(
        "tasks/<str:number>/clocks/<str:kind>",
        explanations.explanation,
        name="task-clock",
        work=TASK,
    ),
    *(
        path(f"requests/<str:number>/{verb}", request_record.act, name=f"request-{verb}", verb=verb)
        for verb in REQUEST_STEPS
    ),
    path("tasks/<str:number>/tick", task_record.tick, name="task-tick"),
    path("tasks/<str:number>/complete", task_record.complete, name="task-complete"),
    *(
        path(f"tasks/<str:number>/{verb}", task_record.act, name=f"task-{verb}", verb=verb)
        for verb in TASK_STEPS
    ),
    path("work/<str:number>/diagram", runs.work_diagram, name="work-diagram"),
    path("troubles", troubles.troubles, name="troubles"),
    path("troubles/<str:number>/retry", troubles.retry, name="trouble-retry"),
    *(
        path(f"incidents/<str:number>/{verb}", records.act, name=f"incident-{verb}", verb=verb)
        for verb in STEPS
    ),
    handling("held", held.held, name="held-mail"),
    handling("held/ignore", held.ignore, name="held-ignore"),
    handling("held/<int:message_id>", held.message, name="held-message"),
    handling("held/<int:message_id>/open-case", held.open_case, name="held-open-case"),
    handling("held/<int:message_id>/add-to-case", held.add_to_case, name="held-add-to-case"),
    handling("held/<int:message_id>/trust", held.trust, name="held-trust"),
    *bulk_urls,
    *monitoring.urlpatterns,
    *teamwork.urlpatterns,
    *call_urls.urlpatterns,
    *texts.urlpatterns,
]
