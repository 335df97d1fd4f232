"""What earlier clauses ask later ones: hosts, handlers of deeds and sources, registered here."""

from __future__ import annotations

from timshel.context.people import searching as people_search
from timshel.interfaces.mail.routing import read_content
from timshel.interfaces.worker import (
    text_values,
)
from timshel.kernel import letters
from timshel.kernel.search import actions as search_words
from timshel.kernel.search import sources as search
from timshel.leadership.approval import letters as approval_letters
from timshel.operation.bulk import letters as bulk_letters
from timshel.operation.bulk import planning
from timshel.operation.macro import values
from timshel.operation.macro.queries import planned_deeds
from timshel.operation.task.access import WORK as TASK_WORK
from timshel.operation.task.deeds import TaskDeeds
from timshel.operation.task.undoing import TaskUndoing
from timshel.operation.teamwork import access as helping
from timshel.operation.teamwork import deeds as teamwork_deeds
from timshel.operation.teamwork import undoing as teamwork_undoing
from timshel.operation.work import handling, undoing
from timshel.operation.work import searching as work_search
from timshel.operation.work.rules import TASK
from timshel.performance_evaluation.reporting import letters as reporting_letters
from timshel.resolution_fulfilment.incident import letters as incident_letters
from timshel.resolution_fulfilment.incident.access import WORK as INCIDENT_WORK
from timshel.resolution_fulfilment.incident.access import may_merge
from timshel.resolution_fulfilment.incident.actions.merging import put_back_merger
from timshel.resolution_fulfilment.incident.deeds import IncidentDeeds
from timshel.resolution_fulfilment.incident.states import KIND as INCIDENT
from timshel.resolution_fulfilment.incident.undoing import IncidentUndoing
from timshel.resolution_fulfilment.intake import reading as mail_reading
from timshel.resolution_fulfilment.service_request import letters as request_letters
from timshel.resolution_fulfilment.service_request.access import KIND as SERVICE_REQUEST
from timshel.resolution_fulfilment.service_request.deeds import RequestDeeds
from timshel.resolution_fulfilment.service_request.undoing import RequestUndoing
from timshel.resolution_fulfilment.status import letters as status_letters
from timshel.service_portfolio.catalogue import letters as catalogue_letters
from timshel.service_portfolio.catalogue import searching as catalogue_search
from timshel.service_portfolio.catalogue.queries.references import references_for
from timshel.support.notification import letters as notification_letters


def register_reader() -> None:
    """Say who reads mail: the door knows how, and what becomes of it is decided below."""
    mail_reading.register(read_content)


def register_texts() -> None:
    """Name what saved replies can put in besides what stands in the record."""
    values.register("service", text_values.service)
    values.register("promised", text_values.promised)
    values.register("link", text_values.link)


def register_letters() -> None:
    """Name all kinds of letters, so that each can be worded otherwise."""
    for kinds in (
        approval_letters.KINDS,
        notification_letters.KINDS,
        bulk_letters.KINDS,
        catalogue_letters.KINDS,
        incident_letters.KINDS,
        request_letters.KINDS,
        reporting_letters.KINDS,
        status_letters.KINDS,
    ):
        letters.declare(kinds)


def register_search() -> None:
    """Name what the one search asks, and whose words it learns to tell typing errors."""
    work_search.know_numbers({"INC": INCIDENT, "REQ": SERVICE_REQUEST, "TSK": TASK})
    search.register(work_search.WorkSource())
    search.register(catalogue_search.CatalogueSource())
    search.register(people_search.PeopleSource())
    search_words.register_reader("work", work_search.words_after)
    search_words.register_reader("comments", work_search.comment_words_after)
    search_words.register_reader("people", people_search.words_after)
    search_words.register_reader("catalogue", catalogue_search.words_after)


def register_deeds() -> None:
    """Say who does to each kind of work what is done to any, and who takes it back."""
    helping.register(INCIDENT, INCIDENT_WORK)
    helping.register(SERVICE_REQUEST, TASK_WORK)
    helping.register(TASK, TASK_WORK)
    handling.register(INCIDENT, IncidentDeeds())
    handling.register(SERVICE_REQUEST, RequestDeeds())
    handling.register(TASK, TaskDeeds(references_for))
    handling.register_common(teamwork_deeds.DONE, teamwork_deeds.TeamworkDeeds())
    undoing.register_around(
        teamwork_undoing.FIELDS, verbs=teamwork_undoing.VERBS, may=helping.may_help
    )
    planning.register(planned_deeds)
    undoing.register(INCIDENT, IncidentUndoing())
    undoing.register_around(
        {"merged_into": put_back_merger}, verbs={"incident.merged"}, may=may_merge
    )
    undoing.register(SERVICE_REQUEST, RequestUndoing())
    undoing.register(TASK, TaskUndoing())
