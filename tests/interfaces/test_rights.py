"""Every route × every role: one table says what each is answered, and refusals change nothing.

A route that is not in ``rights.csv`` fails. The answers are statuses, or ``sign-in`` where a
stranger is asked to sign in first.

``RENEW_RIGHTS=new`` with ``-k says`` fills in the rows that are missing, in seconds, and leaves
away those of routes that are gone; a row whose answers shall change is deleted before.
``RENEW_RIGHTS=1`` writes the whole table anew. Both only write: read the difference line by line
before it is committed, then run the test without.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import cast as people
from tests.agreements import content, line, publish
from tests.alerts import CODE, delivery, fired, made_source, rule, told, with_rules
from tests.approvals import asked
from tests.brought import bring, held_for, reference, write
from tests.calls import answered_call, template
from tests.calls import line as telephone_line
from tests.interfaces import rooms
from tests.mailboxes import mailbox
from tests.mailed import bounced, trouble_at
from tests.ordered import offer_laptop, ordered, simple_diagram, tasks_of
from tests.processes import loan, tried_loan
from tests.push import Browser
from timshel.context.organization.queries import keys_by_code
from timshel.context.people.actions import plan_shift
from timshel.design_transition.maintenance.actions import plan_work
from timshel.design_transition.maintenance.rules import Plan
from timshel.interfaces.web.mails.views import SALT
from timshel.interfaces.web.portal.guest import case_secret
from timshel.interfaces.web.portal.rating import rating_secret
from timshel.kernel.actor import Actor
from timshel.kernel.journal.models import Entry
from timshel.kernel.progress.actions import begin_errand, fail_errand
from timshel.kernel.search.actions import save_search
from timshel.leadership.approval.actions import Absence, delegate, issue_link
from timshel.leadership.approval.queries import approval
from timshel.leadership.authority.access import PERMISSIONS
from timshel.leadership.authority.actions import AccountContent, create_service_account
from timshel.leadership.authority.models import Token
from timshel.leadership.policy import actions as policy
from timshel.leadership.policy.rules import PromiseContent
from timshel.leadership.policy.states import Bound
from timshel.leadership.responsibility import actions as responsibility
from timshel.leadership.responsibility.rules import ActivityContent, MatrixContent, MatrixKey
from timshel.leadership.responsibility.states import SubjectKind
from timshel.operation.bulk.actions import (
    Chosen,
    Wanted,
    choose_work,
    decide_run,
    do_items,
    run_over,
)
from timshel.operation.call.actions import CallBackPromise, promise_call_back
from timshel.operation.macro import actions as macros
from timshel.operation.process.models import ProcessStep
from timshel.operation.rating.actions import rate_work
from timshel.operation.task.actions import Completion, complete_task, wait_task
from timshel.operation.teamwork import actions as teamwork
from timshel.operation.teamwork.models import ShiftNote, Tag, WorkLink
from timshel.operation.view.actions import save_view
from timshel.operation.view.rules import ViewContent
from timshel.operation.view.states import Audience as ViewAudience
from timshel.operation.work.deeds import read_deeds
from timshel.operation.work.files import Upload
from timshel.operation.work.models import Attachment, WorkItem
from timshel.performance_evaluation.reporting.actions import Subscription, subscribe
from timshel.relationship_agreement.service_level import actions as service_level
from timshel.relationship_agreement.service_level.queries.calendars import calendar_content
from timshel.resolution_fulfilment.alert.models import Alert, RefusedPayload
from timshel.resolution_fulfilment.guest.actions import make_guest_link
from timshel.resolution_fulfilment.guest.models import GuestLink
from timshel.resolution_fulfilment.incident import actions
from timshel.resolution_fulfilment.intake.actions import judge_sender
from timshel.resolution_fulfilment.intake.models import MailEntry, MailPicture
from timshel.resolution_fulfilment.outage.actions import declare_outage
from timshel.resolution_fulfilment.outage.rules import OutageWords
from timshel.resolution_fulfilment.service_request import actions as requests
from timshel.resolution_fulfilment.status.actions import subscribe_status
from timshel.resolution_fulfilment.status.models import Subscriber
from timshel.service_portfolio.catalogue import actions as catalogue
from timshel.support.notification import actions as notifications
from timshel.support.notification.queries import notice_list
from timshel.support.webhook import actions as webhooks

TABLE = Path(__file__).with_name("rights.csv")
ROLES = (
    "anonymous",
    "other_requester",
    "requester",
    "agent",
    "facilities_agent",
    "lead",
    "service_owner",
    "process_owner",
    "manager",
    "auditor",
    "administrator",
)
REFUSED = {"sign-in", "401", "403", "404"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

AGREEMENT_FORM = {
    "do": "save",
    "name": "Laptops",
    "kind": "service",
    "calendar": "office-hours",
    "services": "laptop",
    "targets-count": "1",
    "targets-0-kind": "resolve",
    "targets-0-amount": "8",
    "targets-0-unit": "hours",
}
PROMISE_FORM = {
    "title": "You hear from us in time.",
    "audience": "everybody",
    "measure": "attainment",
    "subject": "everything",
    "bound": "at_least",
    "target": "90",
    "period": "month",
    "position": "10",
    "valid_from": "2026-01-01",
}
CATALOGUE_PAGE = {
    "name": "A laptop",
    "summary": "To carry along.",
    "text": "We bring it.",
    "purpose": "order",
}
PLANNED_WORK = {
    "title": "Mail moves",
    "services": ["mail"],
    "starts_at": "2099-01-01T20:00:00Z",
    "ends_at": "2099-01-01T22:00:00Z",
}
ALERT_SOURCE = {
    "name": "Prometheus",
    "kind": "alertmanager",
    "reporter": "adaeze.thornquist@aldermoor.example",
    "storm_threshold": "10",
    "reopen_minutes": "60",
}
ALERT_RULE = {
    "name": "Laptops",
    "service": "laptop",
    "wait_minutes": "0",
    "on_clear": "note",
    "clear_code": "fixed",
}
TELEPHONE_LINE = {
    "name": "Desk",
    "channel": "phone",
    "answer_within": "20",
    "short_abandon": "5",
}
MAILBOX = {"name": "Desk", "address": "desk@x.example", "way": "delivered"}
CALL_TEMPLATE = {"name": "Mail", "title": "No mail", "impact": "3", "urgency": "3", "position": "0"}
SERVICE_ACCOUNT = {
    "name": "Gate",
    "purpose": "It counts.",
    "owner": "imre.castellane",
    "scopes": "cases:read",
}
FORM = {
    "title": "A laptop kit",
    "steps": [
        {
            "key": "what",
            "title": "What",
            "fields": [{"key": "size", "type": "text", "label": "Which size?"}],
        }
    ],
}
WEBHOOK = {
    "name": "Chat",
    "address": "https://chat.example/hook",
    "kinds": ["incident.opened"],
}
# What is sent along, by route; every body is one that a person with the right may send.
MACRO_STEP = {"step-0-do": "note", "step-0-text_en": "Seen."}
BODIES: dict[str, dict[str, Any]] = {
    "token-list": {"name": "Script", "scopes": "cases:read", "days": "30"},
    "service-accounts": {**SERVICE_ACCOUNT, "code": "gate"},
    "service-account": SERVICE_ACCOUNT,
    "service-account-token": {"name": "At the gate", "days": "30"},
    "api-list_tokens": {"name": "Script", "scopes": ["cases:read"]},
    "api-list_service_accounts": {**SERVICE_ACCOUNT, "scopes": ["cases:read"], "code": "gate"},
    "api-read_service_account": {**SERVICE_ACCOUNT, "scopes": ["cases:read"]},
    "api-issue_service_token": {"name": "At the gate"},
    "api-read_preferences": {"language": "fr"},
    "api-read_arrangement": {"value": None},
    "api-read_draft": {"text": "We look"},
    "api-list_report_subscriptions": {"kind": "service", "code": "laptop"},
    "api-rename_tag": {"name": "display"},
    "api-hand_over_shift": {"text": "Look."},
    "api-list_guest_links": {"label": "Lecture hall 3"},
    "sign-in": {"username": "nobody", "password": "wrong"},
    "preferences": {"language": "en", "time_zone": "UTC", "theme": "auto"},
    "search-save": {"q": "screen", "name": "Black screens"},
    "webhook-new": WEBHOOK,
    "webhook-change": WEBHOOK,
    "webhook-check": {"condition": "data.priority <= 2"},
    "api-list_webhooks": WEBHOOK,
    "api-read_webhook": {"name": "Chat"},
    "api-replay_failed_webhook_deliveries": {"since": "2026-01-01T00:00:00Z"},
    "status-settings": {"service": "laptop", "public": "laptop"},
    "status-subscribe": {"address": "someone@elsewhere.example"},
    "api-set_status": {"is_shown": True, "is_public": True},
    "api-list_status_subscriptions": {"service": "laptop"},
    "api-read_status_setting": {"is_shown": True, "is_public": True},
    "api-save_search": {"text": "screen", "name": "Black screens"},
    "display": {"theme": "dark", "next": "/"},
    "report-incident": {
        "title": "It hums",
        "service": "laptop",
        "impact": "3",
        "urgency": "3",
        "once": "report",
    },
    "case-reply": {"text": "It still hums.", "once": "reply"},
    "case-withdraw": {"reason": "Solved itself.", "once": "withdraw"},
    "case-reopen": {"reason": "It hums again.", "once": "reopen"},
    "case-confirm": {"once": "confirm"},
    "incident-new": {
        "title": "It hums",
        "requester": "",
        "requester_id": "",
        "channel": "phone",
        "impact": "3",
        "urgency": "3",
    },
    "incident-take": {},
    "key-preferences": {"do": "reset"},
    "incident-assign": {"team": "service-desk", "assignee": "", "seen_version": "1"},
    "incident-escalate": {"reason": "Needs a soldering iron."},
    "incident-reply": {"text": "We look at it."},
    "incident-note": {"text": "Third one this week."},
    "incident-wait": {"reason": "supplier"},
    "incident-resolve": {"code": "fixed", "text": "Replaced."},
    "incident-reopen": {"reason": "Not yet."},
    "incident-cancel": {"reason": "Not ours."},
    "incident-change": {
        "title": "It hums loudly",
        "service": "laptop",
        "impact": "3",
        "urgency": "3",
        "requester": "",
        "seen_version": "2",
    },
    "supplier-new": {"code": "quillon", "name": "Quillon Software"},
    "supplier-change": {"name": "Northmere", "is_active": "on"},
    "process-new": {"code": "visit", "name": "A visit", "variant": "full", "begin": "simple"},
    "process-variants": {"category": "", "variant": "light"},
    "process-own": {"owner": ""},
    "process-trial": {"do": "begin"},
    "api-check_process": {"xml": loan()},
    "api-own_process": {"owner_id": None},
    "api-list_process_variants": {"category": "", "variant": "light"},
    "api-note_remediation": {"text": "We call them."},
    "api-save_process_draft": {"xml": loan("simple")},
    "incident-link": {"parent": "", "seen_version": "1"},
    "calendar-new": {
        "code": "station",
        "name": "Station",
        "time_zone": "Europe/London",
        "working_day": "8:00",
        "monday": "8-12, 13-17",
    },
    "calendar-change": {
        "name": "Office",
        "time_zone": "Europe/London",
        "working_day": "8:00",
        "monday": "8-12, 13-17",
    },
    "calendar-import": {"days": "none"},
    "calendar-use": {"whose": "channel:phone"},
    "waiting": {"resolve.supplier": "pauses"},
    "escalations": {
        "do": "save",
        "escalations-0-moment": "90",
        "escalations-0-moment_kind": "percent",
        "escalations-0-recipient": "lead",
    },
    "on-call-team": {"person": "0"},
    "api-list_escalation_rules": {"items": [{"recipient": "lead", "percent": 90}]},
    "api-plan_shift": {
        "person_id": 1,
        "starts_at": "2030-03-01T08:00:00Z",
        "ends_at": "2030-03-01T18:00:00Z",
    },
    "agreement-new": {**AGREEMENT_FORM, "code": "laptops-too"},
    "agreement-draft": {**AGREEMENT_FORM, "seen_revision": "1"},
    "agreement-publish": {"when": "now"},
    "agreement-end": {"valid_until": ""},
    "agreement-level": {"do": "unset"},
    "agreement-preview-begin": {"opened_from": "2026-01-01", "opened_until": "2026-03-31"},
    "api-save_draft": {
        "kind": "service",
        "name": "Laptops",
        "calendar": "office-hours",
        "services": ["laptop"],
        "targets": [{"kind": "resolve", "amount": 8, "unit": "hours"}],
    },
    "api-begin_preview": {
        "opened_from": "2026-01-01T00:00:00Z",
        "opened_until": "2026-04-01T00:00:00Z",
    },
    "api-list_calendars": {
        "code": "station",
        "name": "Station",
        "time_zone": "Europe/London",
        "week": {"monday": [["08:00", "12:00"]]},
    },
    "api-read_calendar": {"name": "Office"},
    "api-import_calendar_file": {"content": "BEGIN:VCALENDAR\nEND:VCALENDAR\n"},
    "api-list_calendar_uses": {"kind": "channel", "whose": "phone", "calendar": "office-hours"},
    "api-list_waiting_rules": {"clock": "resolve", "reason": "supplier", "pauses": True},
    "api-list_incidents": {"title": "It hums", "service": "laptop"},
    "api-read_incident": {"title": "It hums loudly"},
    "api-assign_incident": {"team": "service-desk"},
    "api-escalate_incident": {"reason": "Needs a soldering iron."},
    "api-wait_incident": {"reason": "supplier"},
    "api-resolve_incident": {"code": "fixed", "text": "Replaced."},
    "api-reopen_incident": {"reason": "Not yet."},
    "api-cancel_incident": {"reason": "Not ours."},
    "api-withdraw_incident": {"reason": "Solved itself."},
    "api-reply_to_incident": {"text": "We look at it."},
    "api-list_suppliers": {"code": "quillon", "name": "Quillon Software"},
    "api-read_supplier": {"name": "Northmere"},
    "api-note_on_incident": {"text": "Third one this week."},
    "approval-decide": {"decision": "approved", "comment": "As agreed."},
    "approval-hand-over": {"person": "petra.wolmar@aldermoor.example", "reason": "Closer to it."},
    "delegation-list": {
        "person": "kieran.ashdown@aldermoor.example",
        "from_date": "2030-03-01",
        "until_date": "2030-03-05",
    },
    "approve": {"decision": "approved"},
    "api-decide_approval": {"decision": "approved", "comment": "As agreed."},
    "api-hand_over_seat": {"reason": "Closer to it."},
    "api-read_notifications": {},
    "api-change_notification_preferences": {"rhythm": "hourly"},
    "notification-preferences": {"rhythm": "hourly", "digest_hour": "7"},
    "api-list_delegations": {"from_date": "2030-03-01", "until_date": "2030-03-05"},
    "report-card-subscribe": {"period": "month", "file_format": "pdf"},
    "held-add-to-case": {"number": "INC0000000"},
    "mail-rule": {"unknown_senders": "hold", "automatic_mail": "ignore"},
    "mail-sender": {"pattern": "@other.example", "verdict": "blocked"},
    "api-open_case_of_held_mail": {},
    "api-add_held_mail_to_case": {"number": "INC0000000"},
    "api-trust_sender_of_held_mail": {},
    "api-list_known_senders": {"pattern": "@other.example", "verdict": "blocked"},
    "api-set_mail_rule": {"unknown_senders": "hold"},
    "charter-new": {**PROMISE_FORM, "code": "solved"},
    "charter-change": PROMISE_FORM,
    "api-save_charter_draft": {
        "title": "You hear from us in time.",
        "measure": "attainment",
        "target": 90,
        "valid_from": "2026-01-01",
    },
    "responsibility-new": {"kind": "service", "code": "mail", "name": "Mail", "like": ""},
    "responsibility-change": {"name": "Laptop", "seen_revision": "1", "columns": "0", "rows": "0"},
    "responsibility-role-new": {"code": "board", "name": "Board", "source": "assigned"},
    "responsibility-role-change": {"name": "Owner", "source": "assigned"},
    "responsibility-role": {"person": "imre", "team": "", "where": "", "valid_from": "2026-01-01"},
    "api-read_process_role": {"name": "Owner"},
    "api-assign_process_role": {"person": "imre.castellane", "valid_from": "2026-01-01"},
    "api-end_process_role": {"last_day": "2030-01-01"},
    "api-read_matrix": {"name": "Laptop", "roles": ["owner"]},
    "request-take": {},
    "request-assign": {"team": "service-desk", "assignee": ""},
    "request-reply": {"text": "On its way."},
    "request-note": {"text": "Stock is low."},
    "request-wait": {"reason": "appointment"},
    "request-fulfil": {"text": "Here it is."},
    "request-reopen": {"reason": "The wrong one."},
    "request-cancel": {"reason": "Ordered twice."},
    "request-skip": {"reason": "In stock."},
    "request-repeat": {"element": "start", "reason": "Broken."},
    "request-move": {"element": "end", "reason": "Works after all."},
    "task-assign": {"team": "service-desk", "assignee": ""},
    "task-wait": {"reason": "appointment"},
    "task-ask": {"text": "Which keyboard?"},
    "task-note": {"text": "Found one."},
    "task-tick": {"position": "0", "done": "1"},
    "task-complete": {"outcome": "impossible", "comment": "Sold out."},
    "api-assign_task": {"team": "service-desk"},
    "api-tick_task": {"done": True},
    "api-wait_task": {"reason": "appointment"},
    "api-ask_requester": {"text": "Which keyboard?"},
    "api-note_on_task": {"text": "Found one."},
    "api-complete_task": {"outcome": "impossible", "comment": "Sold out."},
    "form-new": {"title": "Keys", "code": "keys"},
    "form-draft": {"part": "|", "title": "A laptop kit"},
    "api-put_form_draft": {"design": FORM, "revision": 1},
    "catalogue-edit": {**CATALOGUE_PAGE, "revision": "1"},
    "catalogue-entitlements": {"audience-0": "staff"},
    "catalogue-count": {"audience-0": "staff"},
    "api-put_page_draft": {"content": CATALOGUE_PAGE, "revision": 1},
    "api-read_entitlements": {"rows": [{"audience": "staff"}]},
    "case-rate": {"rating": "4", "once": "1"},
    "rate": {"rating": "4"},
    "rating-answer": {"text": "We keep spare screens now."},
    "arrange": {"do": "reset"},
    "team": {"text": "The screen is on its way."},
    "planned-work-new": PLANNED_WORK,
    "api-list_planned_work": PLANNED_WORK,
    "api-read_planned_work": PLANNED_WORK,
    "api-list_alert_rules": {"items": [{"name": "All", "service": "laptop"}]},
    "planned-work-change": PLANNED_WORK,
    "alert-source-new": {**ALERT_SOURCE, "code": "another"},
    "alert-source": ALERT_SOURCE,
    "alert-rule-new": {**ALERT_RULE, "name": "Another"},
    "alert-rule": ALERT_RULE,
    "alert-rule-move": {"do": "up"},
    "alert-payload": {"do": "dismiss"},
    "incident-outage": {"title": "Screens stay black"},
    "report-helped": {"help": "answer", "target": "laptop-standard", "text": "screen"},
    "guest-report": {
        "title": "The tap drips",
        "name": "Ottilie Marsh",
        "email": "ottilie@marsh.example",
        "once": "1",
    },
    "guest-case": {"text": "It still drips.", "once": "1"},
    "guest-links": {"label": "Lecture hall 2", "days": "30"},
    "api-declare_outage": {"title": "Screens stay black"},
    "api-rate_work": {"rating": 4},
    "api-answer_rating": {"text": "We keep spare screens now."},
    "case-change": {"model": "16"},
    "order": {"once": "1"},
    "api-order": {"offering": "laptop-dock", "answers": {"model": "14"}},
    "api-change_request": {"answers": {"model": "16"}},
    "api-reply": {"text": "On its way."},
    "api-note": {"text": "Stock is low."},
    "api-assign": {"team": "service-desk"},
    "api-wait": {"reason": "appointment"},
    "api-fulfil": {"text": "Here it is."},
    "api-reopen": {"reason": "The wrong one."},
    "api-cancel": {"reason": "Ordered twice."},
    "api-rate": {"rating": 4},
    "api-repeat": {"element": "start", "reason": "Broken."},
    "api-move": {"element": "end", "reason": "Works."},
    "api-send_event": {"name": "parcel"},
    "queue-move": {"state": "shape=board&by=team", "to": "workplace"},
    "view-save": {"name": "Laptops", "audience": "personal"},
    "reply-new": {"name": "Thanks", "audience": "personal", "text_en": "Thank you."},
    "reply-change": {"name": "Thanks", "audience": "everyone", "text_en": "Thank you."},
    "module-new": {"name": "Bye", "audience": "personal", "keyword": "bye", "text_en": "Bye."},
    "module-change": {"name": "Bye", "audience": "everyone", "keyword": "so", "text_en": "So."},
    "macro-new": {"name": "Look", "audience": "personal", **MACRO_STEP},
    "macro-change": {"name": "Look", "audience": "everyone", **MACRO_STEP},
    "api-list_macros": {"name": "Look", "steps": [{"do": "note", "text": "Seen."}]},
    "api-read_macro": {
        "name": "Look",
        "audience": "everyone",
        "steps": [{"do": "note", "text": "Seen."}],
    },
    "api-list_replies": {"name": "Thanks", "texts": {"en": "Thank you."}},
    "api-replace_reply": {
        "name": "Thanks",
        "audience": "everyone",
        "texts": {"en": "Thank you."},
    },
    "api-list_modules": {"name": "Bye", "keyword": "bye", "texts": {"en": "Bye."}},
    "api-replace_module": {
        "name": "Bye",
        "audience": "everyone",
        "keyword": "so",
        "texts": {"en": "So."},
    },
    "view-settings": {"name": "Laptops", "audience": "personal"},
    "api-list_views": {"name": "Laptops"},
    "api-read_view": {"name": "Laptops"},
    "call-log": {"channel": "phone", "about": "new", "title": "It hums", "service": "laptop"},
    "api-list_calls": {"outcome": "nothing", "name": "Somebody"},
    "api-list_call_backs": {
        "due_at": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
        "reason": "The screen",
        "name": "Somebody",
        "number": "4711",
    },
    "api-move_call_back": {"due_at": (datetime.now(UTC) + timedelta(days=2)).isoformat()},
    "api-keep_line": {"name": "Service desk"},
    "api-keep_call_template": {"name": "Password", "title": "The password does not work"},
    "work-draft": {"box": "note", "text": "We"},
    "work-tags": {"tags": "screen"},
    "work-time": {"minutes": "5", "day": datetime.now(UTC).date().isoformat()},
    "work-checks": {"text": "Call back"},
    "work-watchers": {"person": "me"},
    "incident-split": {"title": "The mail", "text": "It is slow."},
    "case-share": {"person": "maelle.tessonneau"},
    "api-tag_work": {"tags": ["screen"]},
    "tag-change": {"name": "Screens"},
    "message-template": {"subject": "Ours", "text": "Ours", "do": "force"},
    "api-read_message_template": {"subject": "Ours", "text": "Ours"},
    "api-preview_message_template": {"subject": "Ours", "text": "Ours"},
    "message-sender": {"name": "Desk", "address": "desk@x.example"},
    "api-keep_message_sender": {"name": "Desk", "address": "desk@x.example"},
    "mailbox-new": {**MAILBOX, "code": "another", "address": "another@x.example"},
    "mailbox": MAILBOX,
    "api-read_mailbox": MAILBOX,
    "line-new": {**TELEPHONE_LINE, "code": "another"},
    "line-change": TELEPHONE_LINE,
    "call-template-new": {**CALL_TEMPLATE, "code": "another"},
    "call-template-change": CALL_TEMPLATE,
    "tag-merge": {"into": "monitor"},
    "api-spend_time": {"minutes": 5, "day": datetime.now(UTC).date().isoformat()},
    "api-correct_time": {"minutes": 6, "day": datetime.now(UTC).date().isoformat()},
    "api-add_checks": {"lines": ["Call back"]},
    "api-tick_work_check": {"is_done": True},
    "api-split_incident": {"title": "The mail", "text": "It is slow."},
    "bulk-choose": {"view": "all"},
    "bulk-decide": {"note": "Seen."},
    "api-list_runs": {"deeds": [{"do": "note", "text": "Seen."}]},
    "promise-remediation": {"text": "We keep a spare one from now on.", "next": "/governance/"},
    "api-record_measured_value": {
        "measure": "satisfaction",
        "service": "laptop",
        "first_day": "2026-02-01",
        "last_day": "2026-02-28",
        "value": "91.5",
        "source": "Survey",
    },
}
# The stage in which a route's verb is possible, where that is not a new incident.
STAGES = {
    "case-reopen": "resolved",
    "incident-reopen": "resolved",
    "incident-close": "resolved",
    "incident-resume": "waiting",
    "api-reopen_incident": "resolved",
    "incident-unmerge": "merged",
    "api-unmerge_incident": "merged",
    "api-resume": "request waiting",
    "api-fulfil": "request by hand",
    "api-reopen": "request delivered",
    "api-close": "request delivered",
    "api-confirm": "request delivered",
    "api-rate": "request delivered",
    "api-resume_task": "task waiting",
    "api-post_page_return": "page in review",
    "api-close_incident": "resolved",
    "api-resume_incident": "waiting",
}
# Made where they are asked for.
MADE_THERE = {("POST", "api-read_alert_source")}
# Whose number an address holds that is no incident's.
OF_REQUESTS = ("/desk/requests/", "/desk/work/", "/desk/troubles/", "/api/v1/requests/")
OF_CASES = ("/change", "/diagram", "/again")  # what only requests have
OF_VIEWS = ("/desk/views/", "/api/v1/views/")
OF_TASKS = ("/desk/tasks/", "/api/v1/tasks/")
# The thing that is looked at, by a part of the address.
NAMED = {
    "on-call": "service-desk",
    "mailboxes": "desk",
    "suppliers": "northmere",
    "call-lines": "desk",
    "call-templates": "password",
    "telephone/lines": "desk",
    "telephone/templates": "password",
    "calendars/": "office-hours",
    "charter/promises": "heard-in-time",
    "forms/": "laptop-kit",
    "/catalogue/": "laptop-standard",
    "/order/": "laptop-standard",
    "catalogue/<str:code>": "computer",
    "responsibilities/roles": "owner",
    "responsibilities/people": "imre.castellane",
    "desk/team/": "service-desk",
}
QUERIES = {
    "api-list_due": "?until=2099-01-01",
    "api-summarise_nonconformities": "?since=2026-01-01",
    "governance-cases": "?kind=service&code=laptop&what=opened",
    "api-compare_agreement": "?before=1&after=2",
    "api-compare_form": "?before=1&after=2",
    "api-list_applicable": "?priority=1&service=laptop",
    "api-list_without_agreement": "?opened_from=2026-01-01T00:00:00Z"
    "&opened_until=2026-04-01T00:00:00Z",
    "desk-people": "?person=imre",
    "call-log-found": "?person=imre",
    "call-log-needed": "?title=laptop",
    "search": "?q=screen",
    "search-suggest": "?q=scre",
    "report-help": "?title=screen&service=laptop",
    "api-read_help": "?text=screen",
    "api-search_everything": "?text=screen",
    "api-list_tags": "?text=screen",
    "api-find_people": "?text=imre",
}


@cache
def routes() -> dict[str, str]:
    """Every route of the product: its name, and its address as a pattern."""
    return dict(_walk(get_resolver().url_patterns, "/"))


def _walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{address} has no name"
            yield pattern.name, address


def table() -> list[dict[str, str]]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Scene:
    """The cast, an incident with a public file and an internal one, and a client for each role."""

    def __init__(self) -> None:  # noqa: PLR0915 - a line for each kind of thing
        self.cast = people.build_cast()
        self.tokens: dict[str, str] = {}
        self.sessions: dict[str, str] = {}
        for role in ROLES[1:]:
            actor: Actor = getattr(self.cast, role)
            client = Client()
            client.force_login(people.account(actor, username=role))
            self.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
            self.tokens[role] = people.token(actor, PERMISSIONS)
        self.at = datetime.now(UTC) - timedelta(minutes=10)
        self.number = people.opened(self.cast.requester, at=self.at)
        note = Upload("plan.txt", "text/plain", io.BytesIO(b"internal"), 8)
        actions.note_on_incident(
            self.number, text="Seen", files=(note,), actor=self.cast.agent, at=self.at
        )
        self.file = Attachment.objects.get().pk
        self.job = self._failed_job()
        self.bounced = bounced(self.cast.requester.person_id, at=self.at)
        self.held = held_for(self.cast, at=self.at)
        self.sender = judge_sender(
            "@known.example", verdict="trusted", actor=people.SYSTEM, at=self.at
        )
        self.trouble = trouble_at()
        self.shift = self._shift()
        self.preview = self._agreement()
        self.subscription = self._subscription()
        subscribe_status(actor=self.cast.requester, at=self.at)
        self.hearing = Subscriber.objects.get().pk
        tried_loan(self.cast.process_owner, self.cast.administrator, at=self.at)
        self._catalogue()
        self._form()
        self.assignment = self._charter_and_duties()
        self.approval, self.seat, self.secret = self._approval()
        self.delegation = self._delegation()
        self.notice, self.device = self._told()
        self.request, self.task = self._order()
        self.call, self.call_back = self._calls()
        self.runs = self._runs()
        self.macro, self.reply, self.module = self._macros()
        self.other, self.around = self._teamwork()
        teamwork.save_draft(self.number, box="note", text="We", actor=self.cast.agent, at=self.at)
        self.tag, self.kept_tag = self._tags()
        self.told_of, self.rated = self._outage(), self._rated()
        self.shift_note = self._shift_note()
        self.webhook, self.event = self._webhook()
        self.token = self._tokens()
        self.alert, self.planned, self.unread = self._monitoring()
        self.guest_link, self.guest_secret = self._guests()
        team_view = ViewContent("Ours", audience=ViewAudience.TEAM, team="service-desk")
        self.view = save_view(team_view, actor=self.cast.agent, at=self.at)
        kept: dict[str, Any] = {"asked": {}, "actor": self.cast.lead, "at": self.at}
        self.search = save_search("screen", name="Screens", **kept)
        self.mail, self.picture = self._mail()
        self.rooms = rooms.stage(self.cast, at=self.at)

    def _mail(self) -> tuple[int, int]:
        """The requester's mail in the case, as HTML with a picture."""
        mail = write(self.cast.requester, in_reply_to=reference(self.number))
        mail.add_alternative('<p>Look<img src="cid:p@x.example"></p>', subtype="html")
        mail.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<p@x.example>")
        bring(mail, at=self.at)
        return MailEntry.objects.get().pk, MailPicture.objects.get().pk

    def _monitoring(self) -> tuple[int, int, int]:
        """An alert of laptops, planned work on mail, and something that could not be read."""
        made_source(self.cast)
        with_rules(rule("Laptops", service="laptop"))
        told(fired(), at=self.at)
        told({**fired(), "status": "odd"}, at=self.at)
        plan = Plan("Mail moves", ("mail",), self.at, self.at + timedelta(days=1))
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        planned = plan_work(plan=plan, **by).planned_work_id
        return Alert.objects.get().pk, planned, RefusedPayload.objects.get().pk

    def _teamwork(self) -> tuple[str, dict[str, str]]:
        """Another incident, and the keys of a link, a line of time and one of a checklist."""
        other = people.opened(self.cast.requester, at=self.at)
        by: dict[str, Any] = {"actor": self.cast.agent, "at": self.at}
        teamwork.link_work(self.number, to=other, kind="related", **by)
        spent = teamwork.Spent(5, self.at.date())
        line = teamwork.spend_time(self.number, spent=spent, **by)
        (check,) = teamwork.add_checks(self.number, lines=["Ask"], **by)
        keys = {"link": WorkLink.objects.get().pk, "time": line, "check": check}
        return other, {name: str(key) for name, key in keys.items()}

    def _tags(self) -> tuple[int, int]:
        """The key of a tag that can be merged into another, and that of the other."""
        tags = ["screen", "monitor"]
        teamwork.tag_work(self.other, tags=tags, actor=self.cast.agent, at=self.at)
        return Tag.objects.get(name="screen").pk, Tag.objects.get(name="monitor").pk

    def _outage(self) -> str:
        """An incident of the requester's that everybody is told of."""
        number = people.opened(self.cast.requester, at=self.at)
        words = OutageWords("Screens stay black")
        declare_outage(number, words=words, actor=people.SYSTEM, at=self.at)
        return number

    def _rated(self) -> str:
        """An incident of the requester's who was not content with its end."""
        number = people.opened(self.cast.requester, at=self.at)
        by: dict[str, Any] = {"actor": self.cast.agent, "at": self.at}
        actions.resolve_incident(number, code="fixed", text="Done", **by)
        rate_work(number, rating=2, actor=self.cast.requester, at=self.at)
        return number

    def _webhook(self) -> tuple[int, str]:
        """A webhook of the administrator's, and an event on its way to it."""
        wanted = webhooks.WebhookWanted("Chat", WEBHOOK["address"], ("incident.opened",))
        by: dict[str, Any] = {"actor": self.cast.administrator, "at": self.at}
        made = webhooks.create_webhook(wanted, **by)
        return made.id, webhooks.try_webhook(made.id, **by)

    def _tokens(self) -> int:
        """A service account of the owner's, and the key of a token of the agent's."""
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        content = AccountContent("Door", "It counts.", "imre.castellane", ("cases:read",))
        create_service_account("door", content=content, **by)
        return Token.objects.get(person_id=self.cast.agent.person_id).pk

    def _shift_note(self) -> int:
        """What the agent left for whoever comes next at the service desk."""
        teamwork.hand_over("service-desk", text="Look.", actor=self.cast.agent, at=self.at)
        return ShiftNote.objects.get().pk

    def _guests(self) -> tuple[int, str]:
        """A link by which guests report: its key, and what its address holds."""
        secret = make_guest_link("Lecture hall 2", days=30, actor=people.SYSTEM, at=self.at)
        return GuestLink.objects.get().pk, secret

    def _macros(self) -> tuple[int, int, int]:
        """A macro, a saved reply and a text module that everybody at the desk finds."""
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        shared = {"name": "Look", "audience": "everyone"}
        steps = ({"do": "note", "text": "Seen."},)
        texts = {"en": "Seen."}
        return (
            macros.create_macro(macros.MacroGiven(**shared, steps=steps), **by),
            macros.create_reply(macros.ReplyGiven(**shared, texts=texts), **by),
            macros.create_module(macros.ModuleGiven(**shared, keyword="look", texts=texts), **by),
        )

    def _runs(self) -> dict[str, int]:
        """Runs of the agent's by what can be done with them; the one without a name has ended."""
        by: dict[str, Any] = {"actor": self.cast.agent, "at": self.at}
        deeds = read_deeds([{"do": "change", "title": "It hums loudly"}])
        prepared = choose_work(Chosen([self.number]), **by)
        decide_run(prepared, deeds=deeds, **by)
        queued = run_over(Wanted([self.number], deeds), **by)
        other = people.opened(self.cast.requester, at=self.at)
        ended = run_over(Wanted([other, "INC9999999"], deeds), **by)
        do_items(ended, at=self.at)
        unbegun = dict.fromkeys(("decide", "look", "begin"), prepared)
        return {"": ended, "stop": queued, **unbegun}

    def _calls(self) -> tuple[int, int]:
        """A call of the service desk, and a promise of its agent to call back."""
        mailbox()
        telephone_line()
        template()
        key = answered_call(at=self.at)
        promise = CallBackPromise(
            self.at + timedelta(days=1), "The screen", name="Somebody", number="4711"
        )
        made = promise_call_back(promise, actor=self.cast.agent, at=self.at)
        return key, made.call_back_id

    def _order(self) -> tuple[str, str]:
        """A request of the requester's and its task of the service desk, by their numbers."""
        whole = content(unit=None, services=(), targets=(line("fulfil", 8),))
        publish("orders", whole)
        docks = {"process": "simple_laptop", "offering": "laptop-dock"}
        said = {"outcomes": "done,impossible", "target": "4", "unit": "hours"}
        diagram = simple_diagram(checks=("Charged",), **said)
        offer_laptop(self.cast, diagram=diagram, **docks)
        number = ordered(self.cast.requester, at=self.at, offering="laptop-dock")
        (task,) = tasks_of(number)
        return number, task.number

    def _shift(self) -> int:
        """Somebody of the service desk who is on call from tomorrow on."""
        starts_at = datetime.now(UTC) + timedelta(days=1)
        assert self.cast.agent.person_id is not None
        return plan_shift(
            "service-desk",
            person_id=self.cast.agent.person_id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(days=1),
            actor=people.SYSTEM,
            at=self.at,
        ).shift_id

    def _charter_and_duties(self) -> int:
        """A promise with a draft, a matrix of laptops, and the key of who holds its role."""
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        promise = PromiseContent(
            title="You hear from us in time.",
            measure="attainment",
            bound=Bound.AT_LEAST,
            target=Decimal(90),
            valid_from=self.at.date(),
        )
        policy.save_draft("heard-in-time", content=promise, **by)
        policy.publish_draft("heard-in-time", **by)
        policy.save_draft("heard-in-time", content=promise, **by)
        responsibility.define_role("owner", name="Owner", **by)
        key = MatrixKey(SubjectKind.SERVICE, "laptop")
        rows = (ActivityContent("Decide", {"owner": "RA"}),)
        written = MatrixContent("Laptop", ("owner",), rows)
        responsibility.save_matrix(key, content=written, **by)
        wanted = responsibility.NewAssignment(
            "owner", valid_from=self.at.date(), person="imre.castellane"
        )
        return responsibility.assign(wanted, **by)

    def _catalogue(self) -> None:
        """A page that climate researchers and agents may see, and the draft of its next version."""
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        for code in ("first", "next"):
            content = {**CATALOGUE_PAGE, "keywords": code}
            catalogue.save_page_draft("laptop-standard", content=content, seen_revision=0, **by)
            if code == "first":
                catalogue.publish_page("laptop-standard", **by)
        rows = [{"unit": "climate"}, {"role": "agent"}]
        catalogue.set_entitlements("laptop-standard", rows=rows, **by)

    def _form(self) -> None:
        """A form that is in force, and the draft of its next version."""
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        catalogue.save_form_draft("laptop-kit", content=FORM, seen_revision=0, **by)
        catalogue.publish_form("laptop-kit", **by)
        catalogue.save_form_draft("laptop-kit", content=FORM, seen_revision=0, **by)

    def _subscription(self) -> int:
        wanted = Subscription("service", "laptop", "month", "pdf", "en", "UTC")
        return subscribe(wanted, actor=self.cast.process_owner, at=self.at)

    def _approval(self) -> tuple[int, int, str]:
        """What the requester's manager is asked: its key, that of the seat, and the mail's link."""
        work = WorkItem.objects.get(number=self.number).pk
        key = asked(self.cast.manager, by=self.cast.requester, work_item_id=work, at=self.at)
        seat = approval(key, actor=people.SYSTEM, at=self.at).seats[0]
        assert seat.person_id is not None
        return key, seat.id, issue_link(seat.id, person_id=seat.person_id, at=self.at)

    def _told(self) -> tuple[int, int]:
        """Tell the agent something; returns the notice, and a device of theirs."""
        by: dict[str, Any] = {"actor": self.cast.agent, "at": self.at}
        notifications.try_out(**by)
        browser = Browser()
        device = notifications.add_device(
            "https://push.example/send/rights",
            public_key=browser.public_key,
            secret=browser.secret,
            name="Firefox",
            **by,
        )
        page = notice_list(**by)
        return page.items[0].id, device

    def _delegation(self) -> int:
        """The lead answers for the manager around today."""
        manager, lead = self.cast.manager.person_id, self.cast.lead.person_id
        assert manager is not None
        assert lead is not None
        days = (self.at.date() - timedelta(days=1), self.at.date() + timedelta(days=2))
        absence = Absence(manager, lead, *days)
        return delegate(absence, actor=self.cast.manager, at=self.at).delegation_id

    def _failed_job(self) -> int:
        """Long work of the system's own that failed."""
        job = begin_errand("clocks.rebuild", title="Reading", actor=people.SYSTEM, at=self.at)
        while fail_errand(job, error="No space.", at=self.at):
            pass
        return job

    def _agreement(self) -> int:
        """An agreement about laptops with a document and a draft, and the key of its trial."""
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        publish("laptops", content(unit=None, is_option=True))
        document = Upload("signed.pdf", "application/pdf", io.BytesIO(b"%PDF"), 4)
        service_level.attach_document("laptops", number=1, upload=document, **by)
        service_level.save_draft("laptops", content=content(unit=None, is_option=True), **by)
        period = {"opened_from": people.FOUNDED, "opened_until": self.at}
        return service_level.begin_preview("laptops", **period, **by)

    def to_stage(self, stage: str) -> None:
        """Bring the incident to the stage in which a verb is possible."""
        by, at = self.cast.lead, self.at + timedelta(minutes=1)
        if stage == "waiting":
            actions.wait_incident(self.number, reason="supplier", actor=by, at=at)
        if stage == "resolved":
            actions.resolve_incident(self.number, code="fixed", text="Done", actor=by, at=at)
        if stage == "merged":
            actions.merge_incidents(self.other, numbers=[self.number], actor=by, at=at)
        if stage == "request waiting":
            requests.wait_request(self.request, reason="appointment", actor=by, at=at)
        if stage in {"request delivered", "request by hand"}:
            done = Completion(outcome="impossible", comment="Sold out.")
            complete_task(self.task, completion=done, actor=by, at=at)
        if stage == "request by hand":
            requests.reopen_request(self.request, reason="The wrong one.", actor=by, at=at)
        if stage == "task waiting":
            wait_task(self.task, reason="appointment", actor=by, at=at)
        if stage == "page in review":
            owner = self.cast.service_owner
            catalogue.send_page_to_review("laptop-standard", actor=owner, at=at)

    def place(self, method: str, route: str) -> str:
        """Return the address at which something is asked; one that is made anew has another."""
        address = self.address(routes()[route])
        if (method, route) == ("POST", "api-read_alert"):
            return f"/api/v1/alerts/{CODE}"
        return address.replace(CODE, "another") if (method, route) in MADE_THERE else address

    def address(self, pattern: str) -> str:  # noqa: C901, PLR0912, PLR0915 - a line for each kind
        values = {
            "<str:number>": self.number,
            "<number>": self.number,
            "<str:code>": "laptop",
            "<str:view>": "all",
            "<str:kind>": "service",
            "<kind>": "service",
            "<int:approval_id>": str(self.approval),
            "<approval_id>": str(self.approval),
            "<int:seat_id>": str(self.seat),
            "<seat_id>": str(self.seat),
            "<int:notice_id>": str(self.notice),
            "<notice_id>": str(self.notice),
            "<int:device_id>": str(self.device),
            "<int:delegation_id>": str(self.delegation),
            "<delegation_id>": str(self.delegation),
            "<str:secret>": self.secret,
            "<int:search_id>": str(self.search),
            "<search_id>": str(self.search),
            "<str:page>": "desk",
            "<int:note_id>": str(self.shift_note),
            "<int:link_id>": str(self.guest_link),
            "<str:clock>": "respond",
            "<int:lap>": "1",
            "<lap>": "1",
            "<customer_id>": str(keys_by_code().customers["brackwater"]),
            "<int:pk>": str(self.file),
            "<path:name>": "plan.txt",
            "<int:job_id>": str(self.job),
            "<errand_id>": str(self.job),
            "<int:shift_id>": str(self.shift),
            "<shift_id>": str(self.shift),
            "<attachment_id>": str(self.file),
            "<int:call_id>": str(self.call),
            "<call_id>": str(self.call),
            "<int:call_back_id>": str(self.call_back),
            "<call_back_id>": str(self.call_back),
            "<str:deed>": "finish",
            "<int:macro_id>": str(self.macro),
            "<macro_id>": str(self.macro),
            "<reply_id>": str(self.reply),
            "<module_id>": str(self.module),
            "<person_id>": str(self.cast.requester.person_id),
            "<code>": "service-desk" if "teams" in pattern else "laptop",
            "<page>": "desk",
            "<box>": "note",
            "<tag>": "screen",
            "<tag_id>": str(self.tag),
            "<note_id>": str(self.shift_note),
            "<int:token_id>": str(self.token),
            "<token_id>": str(self.token),
            "<subscription_id>": str(self.subscription),
            "<int:tag_id>": str(self.tag),
            "<link_id>": self.around["link"],
            "<line_id>": self.around["check" if "checklist" in pattern else "time"],
        }
        for part, key in (("macros", self.macro), ("replies", self.reply), ("texts", self.module)):
            if pattern.startswith(f"/desk/{part}/"):
                values |= {"<int:key>": str(key)}
        if pattern.startswith(OF_VIEWS) or pattern.endswith("/update"):
            values |= {"<str:view>": str(self.view), "<key>": str(self.view)}
        if "/bulk/" in pattern:
            run = str(self.runs.get(pattern.rpartition("/")[2], self.runs[""]))
            values |= {"<int:run_id>": run, "<run_id>": run}
        if "agreement" in pattern:
            values |= {"<str:code>": "laptops", "<code>": "laptops", "<int:number>": "1"}
            values |= {"<number>": "1"}
            values |= {"<int:errand_id>": str(self.preview), "<preview_id>": str(self.preview)}
        if "catalogue/" in pattern:
            keeper = self.cast.service_owner if "health" in pattern else self.cast.requester
            values |= {"<int:person_id>": str(keeper.person_id), "<int:number>": "1"}
        if "processes/" in pattern:
            values |= {"<slug:code>": "loan", "<slug:variant>": "full", "<int:number>": "1"}
            values |= {"<code>": "loan", "<variant>": "full", "<number>": "1"}
        if "service-accounts/" in pattern:
            values |= {"<slug:code>": "door", "<code>": "door"}
        if "guest-links/" in pattern:
            values |= {"<link_id>": str(self.guest_link)}
        if "subscriptions/" in pattern:
            values |= {"<int:pk>": str(self.subscription)}
        if "status-subscriptions/" in pattern:
            values |= {"<subscription_id>": str(self.hearing)}
        if "/breaches/" in pattern:
            values |= {"<kind>": "respond"}
        if "/clocks/" in pattern:
            values |= {"<str:kind>": "resolve", "<kind>": "resolve"}
        if pattern.startswith(OF_REQUESTS):
            values |= {"<str:number>": self.request, "<str:kind>": "fulfil"}
            values |= {"<number>": self.request}
        if pattern.startswith("/cases/") and pattern.endswith(OF_CASES):
            values |= {"<str:number>": self.request}
        if pattern.startswith(OF_TASKS):
            values |= {"<str:number>": self.task, "<number>": self.task}
            values |= {"<str:kind>": "fulfil", "<position>": "0"}
        for part, code in NAMED.items():
            if part in pattern:
                values |= {"<str:code>": code, "<path:code>": code, "<code>": code}
        if "assignments/" in pattern:
            values |= {"<int:pk>": str(self.assignment), "<assignment_id>": str(self.assignment)}
        values |= self._own(pattern) | self._of_mail(pattern)
        # The longest first: a place may name what stands around it.
        for name in sorted(self.rooms, key=len, reverse=True):
            pattern = pattern.replace(name, self.rooms[name])
        for name, value in values.items():
            pattern = pattern.replace(name, value)
        assert "<" not in pattern, pattern
        return f"{pattern}?number={self.number}" if pattern.endswith("/filled") else pattern

    def _own(self, pattern: str) -> dict[str, str]:
        """What the addresses of outages, ratings and guests hold."""
        if "outage" in pattern:
            return {"<str:number>": self.told_of, "<number>": self.told_of}
        if "alert" in pattern or "planned-work" in pattern:
            return self._of_monitoring(pattern)
        if "/ratings/" in pattern or pattern == "/cases/<str:number>/rate":
            return {"<str:number>": self.rated, "<number>": self.rated}
        if "webhooks/" in pattern:
            return {
                "<int:key>": str(self.webhook),
                "<webhook_id>": str(self.webhook),
                "<slug:event_id>": self.event,
                "<event_id>": self.event,
                "<slug:verb>": "pause",
                "<name>": "incident.opened",
            }
        if "/status" in pattern:
            return {"<slug:code>": "laptop", "<code>": "laptop", "<slug:token>": "unknown"}
        requester = self.cast.requester.person_id or 0
        if pattern.startswith("/rate/"):
            return {"<str:secret>": rating_secret(self.rated, requester)}
        if "/message" in pattern or "/address-troubles" in pattern:
            return self._messages(pattern)
        if pattern.startswith("/guest/"):
            return {"<str:secret>": self.guest_secret}
        if pattern.startswith("/guest-case/"):
            return {"<str:secret>": case_secret(self.number, requester)}
        return {}

    def _of_monitoring(self, pattern: str) -> dict[str, str]:
        """What the addresses of alerts, their sources and planned work hold."""
        key = self.planned if "planned-work" in pattern else self.alert
        return {
            "<str:code>": CODE,
            "<code>": CODE,
            "<int:place>": "1",
            "<int:payload_id>": str(self.unread),
            "<int:alert_id>": str(self.alert),
            "<int:planned_work_id>": str(self.planned),
            "<key>": str(key),
        }

    def _of_mail(self, pattern: str) -> dict[str, str]:
        """What the addresses of mail that arrived hold."""
        if not ("/held" in pattern or "/mail/" in pattern or "mail-rules" in pattern):
            return {}
        is_rule = pattern.endswith("mail-rules/<key>")
        is_sender = pattern.endswith("senders/<key>")
        return {
            "<int:message_id>": str(self.held),
            "<int:entry_id>": str(self.mail),
            "<str:token>": "unknown",
            "<int:sender_id>": str(self.sender),
            "<slug:mailbox>": "others",
            "<key>": "0" if is_rule else str(self.sender if is_sender else self.held),
        }

    def _messages(self, pattern: str) -> dict[str, str]:
        """What the addresses of messages hold: one that came back, and its address."""
        team = {"<str:code>": "service-desk", "<team>": "service-desk"}
        words = {"<str:kind>": "incident.opened", "<kind>": "incident.opened"}
        language = {"<str:language>": "en", "<language>": "en"}
        keys = {
            f"<{kind}{name}_id>": str(key)
            for name, key in (("message", self.bounced), ("trouble", self.trouble))
            for kind in ("int:", "")
        }
        return {**(team if "senders" in pattern else {}), **words, **language, **keys}

    def ask(self, method: str, route: str, role: str) -> str:
        """Ask one route in one role, undo what it did, and return how it was answered."""
        with transaction.atomic():
            self.to_stage(STAGES.get(route, "new"))
            before = Entry.objects.count()
            answer = self._answer(method, route, role)
            if answer in REFUSED:
                assert Entry.objects.count() == before, f"{method} {route} changed something"
            transaction.set_rollback(True)
        return answer

    def _answer(self, method: str, route: str, role: str) -> str:
        address = self.place(method, route) + QUERIES.get(route, "")
        if route == "mail-picture" and role != "anonymous":
            # The frame that shows a mail signs the addresses of its pictures for its reader.
            signed = signing.dumps([self.picture, getattr(self.cast, role).person_id], salt=SALT)
            address = reverse(route, args=[signed])
        client = Client(raise_request_exception=False)
        options = {} if method == "GET" else self.sent(method, route)
        if role != "anonymous" and route.startswith("api-"):
            options.setdefault("headers", {})["Authorization"] = f"Bearer {self.tokens[role]}"
        elif role != "anonymous":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        send: Callable[..., Any] = getattr(client, method.lower())
        response = send(address, **options)
        for close_file in response._resource_closers:
            close_file()
        wants_sign_in = response.get("Location", "").startswith("/sign-in?")
        return "sign-in" if wants_sign_in else str(response.status_code)

    def _named(self, route: str) -> dict[str, Any]:
        """Whom a body names by their key."""
        cast, moment = self.cast, self.at.isoformat()
        return {
            "api-hand_over_seat": {"person_id": cast.facilities_agent.person_id},
            "api-list_delegations": {"substitute_id": cast.engineer.person_id},
            "call": {"work": self.number},
            "api-run_macro": {"number": self.number},
            "bulk-choose": {"number": self.number},
            "api-list_runs": {"numbers": [self.number]},
            "api-merge_tags": {"into_id": self.kept_tag},
            "held-add-to-case": {"number": self.number},
            "api-add_held_mail_to_case": {"number": self.number},
            "api-read_alert": json.loads(delivery([fired()])),
            "api-read_alert_source": {
                "name": "Prometheus",
                "kind": "alertmanager",
                "reporter_id": cast.service_owner.person_id,
            },
            "work-text-used": {"use": f"reply:{self.reply}"},
            "api-link_call": {"work": self.number},
            "api-plan_shift": {"person_id": cast.agent.person_id},
            "work-links": {"to": self.other, "kind": "caused_by"},
            "api-link_work": {"to": self.other, "kind": "caused_by"},
            "api-add_watcher": {"person_id": cast.manager.person_id},
            "incident-merge": {"numbers": self.other},
            "api-merge_incidents": {"numbers": [self.other]},
            "api-list_calls": {"began_at": moment},
            "api-tell_of_calls": {
                "source": "pbx",
                "events": [{"call": "c-9", "kind": "queued", "at": moment}],
            },
        }.get(route, {})

    def sent(  # noqa: C901, PLR0912 - a line for each
        self, method: str, route: str
    ) -> dict[str, Any]:
        """What is sent with a method that changes something."""
        body = {**BODIES.get(route, {}), **rooms.bodies().get(route, {}), **self._named(route)}
        if route == "api-skip":
            body |= {"step_id": ProcessStep.objects.get().pk, "reason": "In stock."}
        if route == "request-skip":
            body["step"] = str(ProcessStep.objects.get().pk)
        if route == "queue-move":
            body["number"] = self.number
        if route in {"incident-new", "call-log"}:
            body["requester"] = str(self.cast.requester.person_id)
        if route == "api-attach_to_incident":
            file = SimpleUploadedFile("a.txt", b"text", "text/plain")
            return {"data": {"audience": "public", "files": file}}
        if route == "api-attach_signed_agreement":
            return {"data": {"file": SimpleUploadedFile("a.pdf", b"%PDF", "application/pdf")}}
        if route == "file-keep":
            return {"data": {"files": SimpleUploadedFile("a.txt", b"text", "text/plain")}}
        if route == "agreement-sign":
            return {"data": {"files": SimpleUploadedFile("a.pdf", b"%PDF", "application/pdf")}}
        if route in {"process-save", "process-check"}:
            return {"data": {"xml": loan(), "seen_revision": 2}, "content_type": "application/json"}
        if route == "process-import":
            return {"data": {"file": SimpleUploadedFile("a.bpmn", loan().encode())}}
        if route == "agreement-level":
            body["customer"] = str(keys_by_code().customers["brackwater"])
        if route == "calendar-change":
            body["seen_version"] = str(calendar_content("office-hours", actor=people.SYSTEM)[1])
        if not route.startswith("api-"):
            return {"data": body}
        version = WorkItem.objects.get(number=self.number).version
        headers = {"If-Match": f'"{version}"'} if route == "api-read_incident" else {}
        if route == "api-read_calendar":
            headers = {"If-Match": f'"{calendar_content("office-hours", actor=people.SYSTEM)[1]}"'}
        return {"data": body, "content_type": "application/json", "headers": headers}


@pytest.fixture
def scene(db: None, settings: Any, tmp_path: Path) -> Scene:
    settings.DATA_DIRECTORY = tmp_path
    return Scene()


def test_every_route_is_in_the_table() -> None:
    assert {row["route"] for row in table()} == set(routes())


def test_every_route_is_answered_as_the_table_says(scene: Scene) -> None:
    """One test over all rows, since the scene takes longer to build than a route to ask."""
    wanted = os.environ.get("RENEW_RIGHTS", "")
    if wanted:
        renew(scene, kept=table() if wanted == "new" else [])
        return
    wrong = []
    for row in table():
        for role in ROLES:
            answer = scene.ask(row["method"], row["route"], role)
            if answer != row[role]:
                wrong.append(f"{row['method']} {row['route']} as {role}: {answer}, not {row[role]}")
    assert not wrong, "\n".join(wrong)


def test_methods_that_are_not_in_the_table_are_refused(scene: Scene) -> None:
    listed = {(row["method"], row["route"]) for row in table()}
    wrong = []
    for route in routes():
        for method in METHODS:
            if (method, route) not in listed:
                answer = scene.ask(method, route, "administrator")
                if answer not in REFUSED | {"405"}:
                    wrong.append(f"{method} {route}: {answer}")
    assert not wrong, "\n".join(wrong)


def renew(scene: Scene, *, kept: list[dict[str, str]]) -> None:
    """Write the table from what the product answers now, for a person to read and judge.

    Args:
        scene: in which it is asked.
        kept: the rows that stay as they are; only what they do not say is asked.
    """
    rows = []
    for route in routes():
        known = {row["method"]: row for row in kept if row["route"] == route}
        found = [
            known.get(method) or answers(scene, method, route, quick=bool(known))
            for method in METHODS
        ]
        said = [row for row in found if row["method"] in known or tells(row)]
        rows += said or found[:1]
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["method", "route", *ROLES], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def answers(scene: Scene, method: str, route: str, *, quick: bool) -> dict[str, str]:
    """Return the row of one method of a route.

    Args:
        scene: in which it is asked.
        method: such as GET.
        route: its name.
        quick: ask nobody else where the administrator hears that there is no such method.
    """
    row = {"method": method, "route": route}
    if quick and scene.ask(method, route, "administrator") == "405":
        return row | dict.fromkeys(ROLES, "405")
    return row | {role: scene.ask(method, route, role) for role in ROLES}


def tells(row: dict[str, str]) -> bool:
    """Tell whether somebody is answered anything but a refusal."""
    return not {row[role] for role in ROLES} <= REFUSED | {"405"}
