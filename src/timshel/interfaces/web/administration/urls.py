"""The addresses of the administration, each behind the permissions that open it."""

from __future__ import annotations

from timshel.interfaces.web.administration import (
    agreement_steps,
    agreements,
    calendar_editing,
    calendar_import,
    calendars,
    forecast,
    guests,
    index,
    jobs,
    process_editor,
    process_trial,
    processes,
    service_accounts,
    suppliers,
    tags,
    telephone,
    waiting,
)
from timshel.interfaces.web.administration.alert_source_urls import ALERT_PATHS
from timshel.interfaces.web.administration.catalogue_urls import CATALOGUE_PATHS
from timshel.interfaces.web.administration.escalations import escalations
from timshel.interfaces.web.administration.form_builder_urls import FORM_PATHS
from timshel.interfaces.web.administration.mail_rule_urls import MAIL_RULE_PATHS
from timshel.interfaces.web.administration.mailbox_urls import MAILBOX_PATHS
from timshel.interfaces.web.administration.message_urls import MESSAGE_PATHS
from timshel.interfaces.web.administration.on_call import drop_on_call, on_call, team_on_call
from timshel.interfaces.web.administration.status import status_setting
from timshel.interfaces.web.administration.webhook_urls import WEBHOOK_PATHS
from timshel.interfaces.web.entrance import guarded_path as path
from timshel.leadership.authority.access import MANAGE as RIGHTS_MANAGE
from timshel.operation.call.access import MANAGE as LINES
from timshel.operation.process.access import DESIGN
from timshel.operation.teamwork.access import KEEP
from timshel.relationship_agreement.service_level.access import CONFIGURE, VIEW
from timshel.resolution_fulfilment.guest.access import MANAGE as GUESTS
from timshel.support.communication.access import MANAGE

PROCESSES, DRAW = processes.VIEW, (DESIGN,)
ONE_PROCESS = "processes/<slug:code>/<slug:variant>"
SEE, SET = agreements.VIEW, agreement_steps.CONFIGURE

RIGHTS = (RIGHTS_MANAGE,)

urlpatterns = [
    path("", index.index, name="administration", permissions=index.entrance()),
    path("forecast", forecast.forecast, name="forecast", permissions=(VIEW,)),
    path("forecast/learn", forecast.learn, name="forecast-learn", permissions=(CONFIGURE,)),
    path("jobs", jobs.jobs, name="jobs", permissions=index.JOBS),
    path("jobs/<int:job_id>/retry", jobs.retry_job, name="job-retry", permissions=index.JOBS),
    path("messages/retry", jobs.retry_messages, name="messages-retry", permissions=(MANAGE,)),
    path("guests", guests.guests, name="guest-links", permissions=(GUESTS,)),
    path(
        "guests/<int:link_id>/revoke",
        guests.revoke,
        name="guest-link-revoke",
        permissions=(GUESTS,),
    ),
    *MESSAGE_PATHS,
    *MAIL_RULE_PATHS,
    path(
        "service-accounts", service_accounts.accounts, name="service-accounts", permissions=RIGHTS
    ),
    path(
        "service-accounts/<slug:code>",
        service_accounts.account,
        name="service-account",
        permissions=RIGHTS,
    ),
    path(
        "service-accounts/<slug:code>/tokens",
        service_accounts.token,
        name="service-account-token",
        permissions=RIGHTS,
    ),
    path(
        "service-accounts/<slug:code>/end",
        service_accounts.end,
        name="service-account-end",
        permissions=RIGHTS,
    ),
    *CATALOGUE_PATHS,
    *ALERT_PATHS,
    *FORM_PATHS,
    *MAILBOX_PATHS,
    *WEBHOOK_PATHS,
    path("status", status_setting, name="status-settings", permissions=("service.manage",)),
    path("escalations", escalations, name="escalations", permissions=("service_level.view",)),
    path("on-call", on_call, name="on-call", permissions=("people.view",)),
    path("on-call/<str:code>", team_on_call, name="on-call-team", permissions=("people.view",)),
    path(
        "on-call/<str:code>/drop/<int:shift_id>",
        drop_on_call,
        name="on-call-drop",
        permissions=("people.view",),
    ),
    path("agreements", agreements.agreements, name="agreements", permissions=SEE),
    path("agreements/new", agreement_steps.new, name="agreement-new", permissions=SET),
    path(
        "agreements/tried/<int:errand_id>",
        agreement_steps.show_preview,
        name="agreement-preview",
        permissions=SEE,
    ),
    path("agreements/<str:code>", agreements.show, name="agreement", permissions=SEE),
    path(
        "agreements/<str:code>/versions",
        agreements.history,
        name="agreement-history",
        permissions=SEE,
    ),
    path(
        "agreements/<str:code>/versions/<int:number>/document",
        agreements.document,
        name="agreement-document",
        permissions=SEE,
    ),
    path(
        "agreements/<str:code>/versions/<int:number>/sign",
        agreement_steps.sign,
        name="agreement-sign",
        permissions=SET,
    ),
    *(
        path(
            f"agreements/<str:code>/{verb}",
            view,
            name=f"agreement-{verb}",
            permissions=SEE if verb == "preview-begin" else SET,
        )
        for verb, view in agreement_steps.STEPS.items()
    ),
    path("calendars", calendars.calendars, name="calendars", permissions=(VIEW,)),
    path(
        "new-calendar",
        calendar_editing.new_calendar,
        name="calendar-new",
        permissions=(CONFIGURE,),
    ),
    path(
        "calendar-regions",
        calendar_editing.calendar_regions,
        name="calendar-regions",
        permissions=(CONFIGURE,),
    ),
    path(
        "calendars/<str:code>.ics",
        calendars.calendar_file,
        name="calendar-file",
        permissions=(VIEW,),
    ),
    path("calendars/<str:code>", calendars.calendar, name="calendar", permissions=(VIEW,)),
    path(
        "calendars/<str:code>/change",
        calendar_editing.edit_calendar,
        name="calendar-change",
        permissions=(CONFIGURE,),
    ),
    path(
        "calendars/<str:code>/file",
        calendar_import.calendar_import,
        name="calendar-import",
        permissions=(CONFIGURE,),
    ),
    path(
        "calendars/<str:code>/uses",
        calendars.calendar_use,
        name="calendar-use",
        permissions=(CONFIGURE,),
    ),
    path("waiting", waiting.waiting, name="waiting", permissions=(VIEW,)),
    path("suppliers", suppliers.suppliers, name="suppliers", permissions=index.SUPPLIERS),
    path(
        "suppliers/new",
        suppliers.new_supplier,
        name="supplier-new",
        permissions=("service.manage",),
    ),
    path(
        "suppliers/<str:code>/change",
        suppliers.change_supplier,
        name="supplier-change",
        permissions=("service.manage",),
    ),
    path("tags", tags.tags, name="tags", permissions=(KEEP,)),
    path("tags/<int:tag_id>", tags.change_tag, name="tag-change", permissions=(KEEP,)),
    path("tags/<int:tag_id>/merge", tags.merge_tag, name="tag-merge", permissions=(KEEP,)),
    path("tags/<int:tag_id>/delete", tags.delete_tag, name="tag-delete", permissions=(KEEP,)),
    path("telephone", telephone.telephone, name="telephone", permissions=(LINES,)),
    path("telephone/lines/new", telephone.new_line, name="line-new", permissions=(LINES,)),
    # A telephone system may call its queues anything.
    path(
        "telephone/lines/change/<path:code>",
        telephone.change_line,
        name="line-change",
        permissions=(LINES,),
    ),
    path(
        "telephone/templates/new",
        telephone.new_template,
        name="call-template-new",
        permissions=(LINES,),
    ),
    path(
        "telephone/templates/change/<path:code>",
        telephone.change_template,
        name="call-template-change",
        permissions=(LINES,),
    ),
    path("processes", processes.processes, name="processes", permissions=PROCESSES),
    path("process-variants", processes.choose_variant, name="process-variants", permissions=DRAW),
    path("new-process", process_editor.new, name="process-new", permissions=DRAW),
    path("processes/<slug:code>", processes.show, name="process", permissions=PROCESSES),
    path(
        f"{ONE_PROCESS}/versions/<int:number>.bpmn",
        processes.xml,
        name="process-xml",
        permissions=PROCESSES,
    ),
    *(
        path(f"{ONE_PROCESS}/{verb}", view, name=f"process-{name}", permissions=DRAW)
        for verb, name, view in (
            ("edit", "edit", process_editor.edit),
            ("save", "save", process_editor.save),
            ("check", "check", process_editor.check),
            ("import", "import", process_editor.take_file),
            ("publish", "publish", process_editor.publish),
            ("discard", "discard", process_editor.discard),
            ("own", "own", processes.own),
            ("retire", "retire", processes.retire),
            ("trial", "trial", process_trial.trial),
            ("trial.bpmn", "trial-xml", process_trial.trial_xml),
        )
    ),
]
