"""How many queries each page and each answer of the API takes: exactly, however much there is.

The numbers are in ``query_counts.json``. ``UPDATE_QUERY_COUNTS=1`` writes them anew; read the
difference before it is committed: a number that grew needs a reason.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast as people
from tests.agreements import content, line, publish
from tests.alerts import fired, made_source, rule, with_rules
from tests.alerts import told as told_of
from tests.approvals import asked
from tests.brought import DESK, bring, reference, write
from tests.calls import answered_call, template
from tests.calls import line as telephone_line
from tests.interfaces import rooms
from tests.mailboxes import mailbox
from tests.mailed import bounced
from tests.ordered import offer_laptop, ordered, simple_diagram, tasks_of
from tests.processes import published_loan, tried_loan
from timshel.context.organization import actions as organization
from timshel.context.organization.queries import keys_by_code as organization_keys
from timshel.context.people import actions as persons
from timshel.design_transition.maintenance.actions import plan_work
from timshel.design_transition.maintenance.models import PlannedWork
from timshel.design_transition.maintenance.rules import Plan
from timshel.interfaces.mail.transports import ConsoleTransport
from timshel.interfaces.web.desk.call_backs import count_address as call_back_address
from timshel.interfaces.web.live import watch
from timshel.interfaces.web.portal.approval_counts import count_address
from timshel.interfaces.web.portal.guest import case_secret
from timshel.interfaces.web.portal.rating import rating_secret
from timshel.kernel import live
from timshel.kernel.letters import Wording
from timshel.kernel.progress.actions import begin_errand
from timshel.kernel.progress.models import Errand
from timshel.leadership.approval.actions import Absence, delegate, issue_link
from timshel.leadership.approval.queries import approval
from timshel.leadership.authority.access import PERMISSIONS
from timshel.leadership.authority.actions import (
    AccountContent,
    create_service_account,
    issue_service_token,
    issue_token,
)
from timshel.leadership.policy import actions as policy
from timshel.leadership.policy.rules import PromiseContent
from timshel.leadership.policy.states import AudienceKind, Bound
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
from timshel.operation.call.actions import (
    CallBackPromise,
    CallLog,
    link_call,
    log_call,
    promise_call_back,
)
from timshel.operation.call.models import Call
from timshel.operation.macro import actions as macros
from timshel.operation.macro.models import Macro, SavedReply, TextModule
from timshel.operation.process.models import ProcessRun
from timshel.operation.rating.actions import rate_work
from timshel.operation.task import actions as tasks
from timshel.operation.teamwork import actions as teamwork
from timshel.operation.teamwork.actions import save_draft
from timshel.operation.teamwork.models import Tag
from timshel.operation.view.actions import save_view
from timshel.operation.view.rules import ViewContent
from timshel.operation.view.states import Audience as ViewAudience
from timshel.operation.work.deeds import read_deeds
from timshel.operation.work.files import Upload
from timshel.operation.work.models import Attachment, WorkItem
from timshel.performance_evaluation.measurement.actions import read_due_promises
from timshel.relationship_agreement.service_level import actions as service_level
from timshel.relationship_agreement.service_level.models import Clock, Forecast
from timshel.relationship_agreement.service_level.rules.contents import EscalationContent
from timshel.relationship_agreement.service_level.states import Recipient
from timshel.resolution_fulfilment.alert.actions import receive_alerts
from timshel.resolution_fulfilment.alert.models import Alert
from timshel.resolution_fulfilment.guest.actions import make_guest_link
from timshel.resolution_fulfilment.incident import actions
from timshel.resolution_fulfilment.intake.actions import judge_sender
from timshel.resolution_fulfilment.intake.models import MailEntry
from timshel.resolution_fulfilment.outage.actions import declare_outage, join_outage
from timshel.resolution_fulfilment.outage.rules import OutageWords
from timshel.resolution_fulfilment.service_request import actions as requests
from timshel.resolution_fulfilment.status.actions import (
    PastTrouble,
    recall_trouble,
    subscribe_status,
)
from timshel.resolution_fulfilment.status.states import ServiceHealth
from timshel.service_portfolio.catalogue import actions as catalogue
from timshel.service_portfolio.catalogue.actions import publish_form, save_form_draft
from timshel.service_portfolio.catalogue.queries import form_list
from timshel.service_portfolio.service import actions as services
from timshel.support.communication import actions as communication
from timshel.support.communication.actions import Message, queue_message, send_message
from timshel.support.communication.models import Mailbox
from timshel.support.notification.actions import News, notify
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic
from timshel.support.webhook import actions as webhooks

HERE = Path(__file__).parent
COUNTS = HERE / "query_counts.json"
FEW, MANY = 2, 30
TAGS = 25  # a piece of work has no more than a few
BEHIND_A_FIGURE = "kind=service&code=laptop&what=opened&period=this_year"
DOCK = "laptop-dock"
# Routes that answer with no page of their own, as do the steps that only a button takes.
APART = {"health-live", "health-ready", "api-unknown", "api-tell_of_calls", "ask"}
APART |= {f"request-{verb}" for verb in ("resume", "fulfil", "close", "reopen", "retry")}
APART |= {"task-resume", "notification-open"}
APART |= {"mcp"}  # nothing is got there
# Nobody of the cast follows the cases of a whole unit.
APART |= {"unit-cases"}
# These lead on to another page.
APART |= {"queue-arrange", "team-list", "status-subscribe"}
APART |= {f"ask-{purpose}" for purpose in ("idea", "complaint", "compliment", "question")}
APART |= {f"incident-{verb}" for verb in ("start", "resume", "close", "reopen", "cancel")}
# Steps that are open in another state of the record, or to somebody who is not among the roles.
APART |= {f"nonconformity-{step}" for step in ("analyse", "plan", "implement", "measure", "judge")}
APART |= {"risk-reopen", "audit-sample", "finding-new", "finding-answer", "document-approve"}
APART |= {"mandate-end", "audit-fieldwork", "audit-note", "audit-note-new", "audit-photo"}
APART |= {"audit-photo-remove", "api-list_audit_fieldwork", "api-read_audit_photo"}
APART |= {"api-answer_audit_finding", "api-approve_document", "api-read_own_suggestion"}
# They send a file, and the document has none.
APART |= {"document-file", "api-read_document_file"}
# No worker makes the export.
APART |= {"conformity-export-file", "api-read_conformity_export_file"}


QUEUES = {f"queue-{each}" for each in ("mine", "teams", "unassigned", "all", "board", "calendar")}


class Scene:
    """The cast with so many of everything that a page can list."""

    def __init__(self) -> None:
        self.cast = people.build_cast()
        self.at = datetime.now(UTC) - timedelta(hours=1)
        self.number = people.opened(self.cast.requester, at=self.at)
        self.size = 0
        self.webhook, self.event = 0, ""
        self.agreement = content(is_option=True, unit=None, owner_id=self.cast.manager.person_id)
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        publish("laptops", self.agreement)
        document = Upload("signed.pdf", "application/pdf", io.BytesIO(b"%PDF"), 4)
        service_level.attach_document("laptops", number=1, upload=document, **by)
        service_level.save_draft("laptops", content=self.agreement, **by)
        self.preview = service_level.begin_preview(
            "laptops",
            opened_from=people.FOUNDED,
            opened_until=self.at,
            actor=self.cast.administrator,
            at=self.at,
        )
        tried_loan(self.cast.administrator, at=self.at)
        docks = {"process": "simple_laptop", "offering": DOCK}
        said = {"outcomes": "done,impossible", "target": "4", "unit": "hours"}
        offer_laptop(self.cast, diagram=simple_diagram(form="serial", **said), **docks)
        publish("orders", content(unit=None, services=(), targets=(line("fulfil", 8),)))
        self.request = ordered(self.cast.requester, at=self.at, offering=DOCK)
        self.task = tasks_of(self.request)[0].number
        team_view = ViewContent("Ours", audience=ViewAudience.TEAM, team="service-desk")
        self.view = save_view(team_view, actor=self.cast.agent, at=self.at)
        self._clients: dict[str, Client] = {"": Client()}
        for role in ("requester", "agent", "lead", "process_owner", "manager", "administrator"):
            client = Client()
            client.force_login(people.account(getattr(self.cast, role), username=role))
            self._clients[role] = client
        self._tokens = {
            "api": people.token(self.cast.agent, PERMISSIONS),
            "api-process_owner": people.token(self.cast.process_owner, PERMISSIONS),
            "api-administrator": people.token(self.cast.administrator, PERMISSIONS),
            "api-lead": people.token(self.cast.lead, PERMISSIONS),
        }

    def grow_to(self, size: int) -> None:
        """Add as many of everything as are missing."""
        # Kind by kind: what is read into memory once stays good until its own kind grows.
        kinds: tuple[Callable[[str, int], None], ...] = (
            self._add_calls,
            self._add_directory,
            self._add_incidents,
            self._add_to_record,
            self._add_long_work,
            self._add_notice,
            self._add_shift,
            self._add_approvals,
            self._add_orders,
            self._add_catalogue,
            self._add_forms,
            self._add_processes,
            self._add_promises,
            self._add_duties,
            self._add_calendars,
            self._add_agreements,
            self._add_teamwork,
            self._add_outages,
            self._add_monitoring,
            self._add_texts,
            self._add_messages,
            self._add_mail,
            self._add_programs,
            self._add_rooms,
        )
        for add in kinds:
            for position in range(self.size, size):
                add(f"more-{position}", position)
        self._foretell()
        self.size = size

    def _add_rooms(self, _code: str, position: int) -> None:
        rooms.grow(self.cast, position, at=self.at)

    def _add_messages(self, code: str, position: int) -> None:
        """Add a message that came back, words of our own, and the sender of a team."""
        self.message = bounced(self.cast.requester.person_id, at=self.at)
        by: dict[str, Any] = {"actor": self.cast.administrator, "at": self.at}
        kind = ("incident.opened", "incident.replied", "incident.resolved")[position % 3]
        wording = Wording(f"Ours {position}", "{{ text }}" if position % 3 else "Ours")
        communication.word_template(kind, language="en", wording=wording, as_draft=False, **by)
        team = ("service-desk", "workplace", "facilities-desk")[position % 3]
        sender = communication.SenderGiven(f"Desk {position}", "desk@x.example")
        communication.keep_sender(team, given=sender, **by)

    def _messages(self) -> dict[str, tuple[str, str]]:
        words = "message-templates/incident.opened/en"
        pages = {
            "list": "messages",
            "": f"messages/{self.message}",
            "addresses": "message-addresses",
            "templates": "message-templates",
            "template": words,
            "senders": "message-senders",
            "sender": "message-senders/service-desk",
        }
        routes = {
            "list_messages": "messages",
            "read_message": f"messages/{self.message}",
            "list_address_troubles": "address-troubles",
            "list_message_templates": "message-templates",
            "read_message_template": words,
            "list_message_senders": "message-senders",
        }
        return {
            **{
                f"message-{name}".rstrip("-"): ("administrator", f"/administration/{path}")
                for name, path in pages.items()
            },
            **{
                f"api-{name}": ("api-administrator", f"/api/v1/{path}")
                for name, path in routes.items()
            },
        }

    def _add_teamwork(self, code: str, position: int) -> None:
        """Add to the record all that can stand around it, a hand-over, and where one was named."""
        by: dict[str, Any] = {"actor": self.cast.lead, "at": self.at}
        if position < TAGS:
            teamwork.tag_work(self.number, tags=[f"screen-{code}"], **by)
            self.tag = Tag.objects.get(name=f"screen-{code}").pk
        other = people.opened(self.cast.requester, at=self.at)
        teamwork.link_work(self.number, to=other, kind="related", **by)
        teamwork.spend_time(self.number, spent=teamwork.Spent(5, self.at.date()), **by)
        teamwork.add_checks(self.number, lines=[code], **by)
        teamwork.add_watcher(self.number, person_id=people.person_id(code), **by)
        teamwork.hand_over("service-desk", text=code, numbers=[self.number], **by)
        actions.note_on_incident(other, text="@jonas.okereke please look.", **by)

    def _add_outages(self, code: str, position: int) -> None:
        """Tell everybody of one more incident, and have one more requester say how it was."""
        by: dict[str, Any] = {"actor": self.cast.lead, "at": self.at}
        words = OutageWords(f"Screen {code}")
        self.outage = people.opened(self.cast.requester, at=self.at, title="Screen stays black")
        declare_outage(self.outage, words=words, **by)
        join_outage(self.outage, actor=self.cast.requester, at=self.at)
        self.rated = people.opened(self.cast.requester, at=self.at, title="Screen stays black")
        actions.resolve_incident(self.rated, code="fixed", text="Done", **by)
        rate_work(self.rated, rating=2, actor=self.cast.requester, at=self.at)
        keeper = {"actor": people.SYSTEM, "at": self.at}
        self.guest_secret = make_guest_link(code, service="laptop", days=30, **keeper)

    def _add_monitoring(self, code: str, position: int) -> None:
        """Add a source with a rule, an alert of it, what could not be read, and planned work."""
        made_source(self.cast, code)
        with_rules(rule("Laptops", service="laptop"), code=code)
        odd = {**fired(), "status": "odd"}
        told_of(fired(instance=f"srv{position}"), odd, at=self.at, code=code)
        receive_alerts("more-0", body=code.encode(), actor=people.SYSTEM, at=self.at)
        plan = Plan(code, ("mail", "laptop"), self.at, self.at + timedelta(days=1))
        plan_work(plan=plan, actor=people.SYSTEM, at=self.at)

    def _monitoring(self) -> dict[str, tuple[str, str]]:
        """The pages of alerts, of their sources and of planned work."""
        alert = Alert.objects.order_by("pk")[0].pk
        planned = PlannedWork.objects.order_by("pk")[0].pk
        api, one = "/api/v1", "/administration/alert-sources/more-0"
        kept = {
            "alert-sources": "/administration/alert-sources",
            "alert-source-new": "/administration/new-alert-source",
            "alert-source": one,
            "alert-rule-new": f"{one}/rules/new",
            "alert-rule": f"{one}/rules/1",
            "planned-work-new": "/desk/planned-work/new",
            "planned-work-change": f"/desk/planned-work/{planned}/change",
        }
        sources = {
            "api-list_alert_sources": f"{api}/alert-sources",
            "api-read_alert_source": f"{api}/alert-sources/more-0",
            "api-list_alert_rules": f"{api}/alert-sources/more-0/rules",
        }
        return {
            **{name: ("administrator", address) for name, address in kept.items()},
            **{name: ("api-administrator", address) for name, address in sources.items()},
            "alert-list": ("agent", "/desk/alerts"),
            "alert": ("agent", f"/desk/alerts/{alert}"),
            "planned-work-list": ("agent", "/desk/planned-work"),
            "planned-work": ("agent", f"/desk/planned-work/{planned}"),
            "api-list_alerts": ("api", f"{api}/alerts"),
            "api-read_alert": ("api", f"{api}/alerts/{alert}"),
            "api-list_planned_work": ("api", f"{api}/planned-work"),
            "api-read_planned_work": ("api", f"{api}/planned-work/{planned}"),
        }

    def _add_texts(self, code: str, _position: int) -> None:
        """Add a macro, a saved reply and a text module."""
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        shared: dict[str, Any] = {"name": code, "audience": "everyone"}
        texts = {"en": "Seen."}
        steps = ({"do": "note", "text": "Seen."},)
        macros.create_macro(macros.MacroGiven(**shared, steps=steps), **by)
        macros.create_reply(macros.ReplyGiven(**shared, texts=texts), **by)
        macros.create_module(macros.ModuleGiven(**shared, keyword=code, texts=texts), **by)

    def _foretell(self) -> None:
        """Let every open promise be likely to be broken, whatever the hour of the test."""
        clocks = Clock.objects.filter(stopped_at__isnull=True, forecast__isnull=True)
        Forecast.objects.bulk_create(
            Forecast(clock=clock, chance=0.9, is_learnt=True, made_at=self.at) for clock in clocks
        )

    def _add_shift(self, code: str, position: int) -> None:
        """Have somebody on call who is so now, and again later."""
        for starts_at in (self.at, self.at + timedelta(days=1 + position % 20)):
            persons.plan_shift(
                "service-desk",
                person_id=people.person_id(code),
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=8),
                actor=people.SYSTEM,
                at=self.at,
            )
        rule = EscalationContent(recipient=Recipient.LEAD, percent=10 + position)
        rules = [rule] * min(3, position + 1)
        service_level.set_escalation_rules(rules, actor=people.SYSTEM, at=self.at)

    def _add_promises(self, code: str, position: int) -> None:
        """Add a promise of the charter, and to the one looked at a version; read their figures."""
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        promise = PromiseContent(
            title=code,
            measure="resolved",
            bound=Bound.AT_LEAST,
            target=Decimal(position + 1),
            valid_from=self.at.date(),
            subject_kind="service",
            subject_code="laptop",
            audience=AudienceKind.UNIT,
            audience_code="climate",
            owner="imre.castellane",
        )
        for each in (code, "heard-in-time"):
            policy.save_draft(each, content=promise, **by)
            policy.publish_draft(each, **by)
        read_due_promises(at=self.at)

    def _add_duties(self, code: str, position: int) -> None:
        """Add a role that somebody holds and a matrix; a row and a column to the one looked at."""
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        responsibility.define_role(code, name=code, permission="incident.work", **by)
        for role in (code, "owner"):
            if position == 0 and role == "owner":
                responsibility.define_role("owner", name="Owner", **by)
            for person in (code, "jonas.okereke"):
                wanted = responsibility.NewAssignment(role, self.at.date(), person=person)
                responsibility.assign(wanted, **by)
        codes = ("owner", *(f"more-{each}" for each in range(min(position, 19) + 1)))
        rows = tuple(ActivityContent(each, dict.fromkeys(codes, "RACI")) for each in codes)
        written = MatrixContent(code, codes, rows)
        for about in (code, "laptop"):
            key = MatrixKey(SubjectKind.SERVICE, about)
            responsibility.save_matrix(key, content=written, **by)

    def _add_agreements(self, code: str, position: int) -> None:
        """Add an agreement, and to the one looked at a version, a customer and a finding."""
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        service_level.discard_draft("laptops", **by)
        publish("laptops", self.agreement, at=self.at + timedelta(seconds=position))
        service_level.save_draft("laptops", content=self.agreement, **by)
        publish(code, replace(self.agreement, name=code, services=(code,), is_option=False))
        organization.create_customer(code=code, name=f"Customer {code}", **by)
        customer = organization_keys().customers[code]
        service_level.choose_level("laptops", customer_id=customer, **by)

    def _add_calendars(self, code: str, position: int) -> None:
        """Add a calendar that is used and promised on, and a version of the one looked at."""
        at = self.at + timedelta(seconds=position)
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": at}
        hours = service_level.CalendarHours(
            "UTC", {"monday": [["08:00", f"{9 + position % 9:02}:00"]]}
        )
        service_level.create_calendar(code, name=f"Calendar {code}", hours=hours, **by)
        service_level.use_calendar("office-hours", service=code, **by)
        service_level.use_calendar(code, team=code, **by)
        days = {str(at.date() + timedelta(days=position)): {"hours": [], "name": code}}
        service_level.import_days("office-hours", days=days, **by)

    def _add_orders(self, _code: str, position: int) -> None:
        """Add a request with a task, and to those that are looked at what was said and noted."""
        by: dict[str, Any] = {"actor": self.cast.agent, "at": self.at}
        number = ordered(self.cast.requester, at=self.at, offering=DOCK)
        requests.reply_to_request(self.request, text=f"Nearly {position}.", **by)
        requests.note_on_request(self.request, text=f"Note {position}.", **by)
        tasks.note_on_task(self.task, text=f"Note {position}.", **by)
        if position % 2:
            ProcessRun.objects.filter(pk=tasks_of(number)[0].parent_id).update(state="stuck")

    def _add_catalogue(self, code: str, _position: int) -> None:
        """Publish one more page, and write one more version of the one that is looked at."""
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        content = {"name": f"Screen {code}", "summary": "A screen.", "text": "A screen."}
        catalogue.save_page_draft(f"laptop-{code}", content=content, seen_revision=0, **by)
        catalogue.publish_page(f"laptop-{code}", **by)
        catalogue.set_entitlements(f"laptop-{code}", rows=[{"audience": "staff"}], **by)
        rows = [{"audience": "everybody"}]
        catalogue.set_entitlements("laptop-standard", rows=rows, **by)
        more = {**content, "parts": [{"offering": f"laptop-{code}"}], "related": ["laptop-dock"]}
        catalogue.save_page_draft("laptop-standard", content=more, seen_revision=0, **by)
        catalogue.publish_page("laptop-standard", **by)

    def _catalogue(self) -> dict[str, tuple[str, str]]:
        """Return the pages of the catalogue, on the portal and in the administration."""
        root = "/administration/catalogue"
        one, api = f"{root}/offerings/laptop-standard", "/api/v1/catalogue"
        kept = {
            "catalogue-tree": root,
            "catalogue-health": f"{root}/health",
            "catalogue-health-owner": f"{root}/health/{self.cast.service_owner.person_id}",
            "catalogue-functions": f"{root}/functions",
            "catalogue-people": f"{root}/people?q=imre",
            "catalogue-person": f"{root}/people/{self.cast.requester.person_id}",
            "catalogue-page": one,
            "catalogue-edit": f"{one}/edit",
            "catalogue-preview": f"{one}/preview",
            "catalogue-version": f"{one}/versions/1",
            "catalogue-entitlements": f"{one}/entitlements",
        }
        return {
            "catalogue": ("requester", "/catalogue"),
            "catalogue-suggest": ("requester", "/catalogue/suggest?q=screen"),
            "catalogue-area": ("requester", "/catalogue/computer"),
            "offering": ("requester", "/catalogue/offerings/laptop-standard"),
            **{name: ("administrator", address) for name, address in kept.items()},
            "api-list_catalogue_areas": ("api", f"{api}/areas"),
            "api-list_offerings": ("api", f"{api}/offerings"),
            "api-read_offering": ("api", f"{api}/offerings/laptop-standard"),
            "api-read_catalogue_health": ("api-administrator", f"{api}/health"),
            "api-read_page": ("api-administrator", f"{api}/pages/laptop-standard"),
            "api-read_entitlements": (
                "api-administrator",
                f"{api}/pages/laptop-standard/entitlements",
            ),
        }

    def _add_processes(self, code: str, _position: int) -> None:
        published_loan(f"process-{code}", actor=people.SYSTEM, at=self.at)

    def _add_forms(self, code: str, position: int) -> None:
        """Add a form, and to another one a version that asks for one more of everything."""
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        kinds = ("person", "unit", "site", "service")
        asked = [
            {"key": f"{kind}_{number}", "type": kind, "label": "Which?"}
            for number in range(position + 1)
            for kind in kinds
        ]
        only = {"key": "only", "title": "Only", "fields": asked}
        kit = {"title": "A kit", "steps": [only]}
        save_form_draft(f"form-{code}", content=kit, seen_revision=0, **by)
        draft = form_list(actor=people.SYSTEM)
        if any(each.code == "kit" and each.draft for each in draft):
            publish_form("kit", **by)
        save_form_draft("kit", content=kit, seen_revision=0, **by)

    def _add_approvals(self, code: str, position: int) -> None:
        """Ask the manager and all who came before, and have one more stand in for the agent."""
        work = WorkItem.objects.get(number=self.number).pk
        others = [people.person_id(f"more-{each}") for each in range(position + 1)]
        self.approval = asked(
            self.cast.manager,
            self.cast.agent,
            *others,
            by=self.cast.requester,
            step=code,
            work_item_id=work,
            at=self.at,
        )
        key, manager = people.person_id(code), self.cast.manager.person_id
        assert manager is not None
        days = (self.at.date() - timedelta(days=1), self.at.date() + timedelta(days=2))
        delegate(Absence(key, manager, *days), actor=self.cast.administrator, at=self.at)

    def _add_directory(self, code: str, _position: int) -> None:
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        organization.create_team(code=code, unit="it", name=f"Screen team {code}", **by)
        services.create_area(code=code, name=f"Area {code}", **by)
        services.create_service(code=code, area=code, name=f"Screen {code}", **by)
        services.create_offering(code=f"laptop-{code}", service="laptop", name=code, **by)
        services.relate(f"laptop-{code}", function="device-management", relation="lead", **by)
        persons.create_person(code=code, name=f"Imre {code}", unit="it", **by)
        persons.add_member("service-desk", person=code, **by)
        people.account(people.actor(code), username=code)

    def _add_incidents(self, _code: str, position: int) -> None:
        """Add one to each queue: taken, only in the team, and in every other state there is."""
        cast = self.cast
        requester = (cast.requester, cast.french_requester, cast.customer)[position % 3]
        for service in ("laptop", "mail"):
            taken = people.opened(requester, service=service, at=self.at)
            actions.take_incident(taken, actor=cast.agent, at=self.at)
            own = people.opened(cast.requester, service=service, at=self.at)
            if position % 2:
                actions.resolve_incident(
                    own, code="fixed", text="Done", actor=cast.agent, at=self.at
                )
            people.opened(requester, service=service, at=self.at, title="Screen torn")

    def _add_to_record(self, _code: str, position: int) -> None:
        by: dict[str, Any] = {"actor": self.cast.agent, "at": self.at}
        text = f"{position}"
        for add in (actions.reply_to_incident, actions.note_on_incident):
            file = Upload(f"{position}.txt", "text/plain", io.BytesIO(b"text"), 4)
            add(self.number, text=text, files=(file,), **by)
        answer = {"actor": self.cast.requester, "at": self.at}
        actions.reply_to_incident(self.number, text=text, **answer)
        child = people.opened(self.cast.other_requester, at=self.at)
        changes = {"parent": self.number}
        actions.change_incident(child, changes=changes, seen_version=1, **by)

    def _add_notice(self, code: str, _position: int) -> None:
        assert self.cast.agent.person_id is not None
        news = News(
            topic=Topic.ANSWERED,
            key=code,
            people=[self.cast.agent.person_id],
            about=About("incident", self.number),
            parts={"number": self.number, "title": "Screen", "by": "Imre"},
        )
        notify(news, at=self.at)

    def _add_mail(self, code: str, position: int) -> None:
        """Another mail that waits, another blocked sender; first one with a picture in the case."""
        if not position:
            self.box = Mailbox.objects.create(
                code="in", name="In", address=DESK, team_id=self.cast.teams["service-desk"]
            ).pk
            mail = write(self.cast.requester, in_reply_to=reference(self.number))
            mail.add_alternative('<p>Look<img src="cid:p@x.example"></p>', subtype="html")
            html = mail.get_body(("html",))
            assert html is not None
            html.add_related(b"\x89PNG", "image", "png", cid="<p@x.example>")
            bring(mail, mailbox_id=self.box, at=self.at)
        held = write(f"{code}@unknown.example")
        self.held = bring(held, mailbox_id=self.box, at=self.at).id
        by: dict[str, Any] = {"actor": self.cast.administrator, "at": self.at}
        judge_sender(f"{code}@blocked.example", verdict="blocked", **by)

    def _mail(self) -> dict[str, tuple[str, str]]:
        """The pages of mail that arrived."""
        entry = MailEntry.objects.get(work_item__number=self.number).pk
        raw, held = f"/mail/messages/{self.held}/raw", f"/api/v1/held-mail/{self.held}"
        frame = self._clients["agent"].get(f"/mail/{entry}/original").content.decode()
        picture = re.search(r'src="([^"]+)"', frame)
        assert picture is not None
        return {
            "held-mail": ("administrator", "/desk/held"),
            "held-message": ("administrator", f"/desk/held/{self.held}"),
            "mail-original": ("agent", f"/mail/{entry}/original"),
            "mail-picture": ("", picture[1]),
            "mail-raw": ("administrator", raw),
            "mail-rules": ("administrator", "/administration/mail-rules"),
            "api-list_held_mail": ("api-administrator", "/api/v1/held-mail"),
            "api-read_held_mail": ("api-administrator", held),
            "api-read_raw_mail": ("api-administrator", f"{held}/raw"),
            "api-list_mail_rules": ("api-administrator", "/api/v1/mail-rules"),
            "api-list_known_senders": ("api-administrator", "/api/v1/mail-rules/senders"),
        }

    def _add_programs(self, code: str, _position: int) -> None:
        """Another program with an account, and another token of the agent's."""
        by: dict[str, Any] = {"actor": self.cast.administrator, "at": self.at}
        account = AccountContent(code, "It counts.", "imre.castellane", ("cases:read",))
        create_service_account(code, content=account, **by)
        issue_service_token("more-0", name=code, expires_at=None, **by)
        save_draft(self.number, box="note", text=code, actor=self.cast.agent, at=self.at)
        agent = self.cast.agent.person_id
        assert agent is not None
        own: dict[str, Any] = {"actor": self.cast.agent, "at": self.at}
        issue_token(agent, name=code, scopes=["cases:read"], expires_at=None, **own)

    def _programs(self) -> dict[str, tuple[str, str]]:
        """What programs may do, and what one has for oneself by a program."""
        accounts = "/administration/service-accounts"
        own = {
            "list_scopes": "/tokens/scopes",
            "list_tokens": "/tokens",
            "list_drafts": "/drafts",
            "read_draft": f"/drafts/{self.number}/note",
            "read_preferences": "/preferences",
            "read_arrangement": "/preferences/pages/desk",
            "list_report_subscriptions": "/report-subscriptions",
            "list_status_subscriptions": "/status-subscriptions",
            "list_holiday_regions": "/holiday-regions",
        }
        kept = {
            "list_service_accounts": "/service-accounts",
            "read_service_account": "/service-accounts/more-0",
            "list_kept_tags": "/tags/kept",
            "list_guest_links": "/guest-links",
            "list_troubles": "/troubles",
            "export_work": "/exports/work",
            "export_people": "/exports/people",
            "export_journal": "/exports/journal",
        }
        return {
            "token-list": ("agent", "/preferences/tokens"),
            "service-accounts": ("administrator", accounts),
            "service-account": ("administrator", f"{accounts}/more-0"),
            **{f"api-{name}": ("api", f"/api/v1{path}") for name, path in own.items()},
            **{
                f"api-{name}": ("api-administrator", f"/api/v1{path}")
                for name, path in kept.items()
            },
        }

    def _add_webhooks(self, code: str, position: int) -> None:
        """A further webhook, a further event on its way, and a further trouble of a service."""
        by: dict[str, Any] = {"actor": self.cast.administrator, "at": self.at}
        wanted = webhooks.WebhookWanted(code, "https://chat.example/hook", ("incident.opened",))
        made = webhooks.create_webhook(wanted, **by)
        if not self.webhook:
            self.webhook = made.id
        self.event = webhooks.try_webhook(self.webhook, **by)
        began_at = self.at - timedelta(hours=position + 2)
        past = PastTrouble("mail", ServiceHealth.DOWN, code, began_at, self.at)
        recall_trouble(past, **by)
        service = ("", "mail", "laptop")[position % 3]
        subscribe_status(service=service, actor=self.cast.agent, at=self.at)

    def _webhooks(self) -> dict[str, tuple[str, str]]:
        one, api = f"/administration/webhooks/{self.webhook}", f"/api/v1/webhooks/{self.webhook}"
        asked = {
            "webhooks": "/administration/webhooks",
            "webhook-events": "/administration/webhooks/events",
            "webhook-new": "/administration/webhooks/new",
            "webhook": one,
            "webhook-change": f"{one}/change",
            "webhook-delivery": f"{one}/events/{self.event}",
            "status-settings": "/administration/status",
            "status": "/status",
            "status-service": "/status/mail",
            "api-list_webhooks": "/api/v1/webhooks",
            "api-list_webhook_kinds": "/api/v1/webhooks/kinds",
            "api-read_webhook_schema": "/api/v1/webhooks/kinds/incident.opened/schema",
            "api-read_webhook": api,
            "api-list_webhook_deliveries": f"{api}/deliveries",
            "api-read_webhook_delivery": f"{api}/deliveries/{self.event}",
            "api-list_status": "/api/v1/status",
            "api-read_status": "/api/v1/status/mail",
            "api-set_status": "/api/v1/status/mail/setting",
        }
        feeds = {
            "status-atom": "/status/feed.atom",
            "status-planned": "/status/planned.ics",
            "status-service-atom": "/status/mail/feed.atom",
            "status-service-planned": "/status/mail/planned.ics",
            "status-confirm": "/status-mail/confirm/unknown",
            "status-end": "/status-mail/end/unknown",
        }
        return {
            **{
                name: ("api-administrator" if name.startswith("api-") else "administrator", path)
                for name, path in asked.items()
            },
            **{name: ("requester", path) for name, path in feeds.items()},
        }

    def _bell(self) -> str:
        page = self._clients["agent"].get("/preferences").content.decode()
        found = re.search(r'id="bell-count" hx-get="([^"]+)"', page)
        assert found is not None
        return found[1]

    def _add_long_work(self, code: str, _position: int) -> None:
        """Add a job, and a message that could not be sent."""
        begin_errand("clocks.rebuild", title=code, actor=people.SYSTEM, at=self.at)
        assert self.cast.requester.person_id is not None
        message = Message(code, "x", "x", self.cast.requester.person_id, "no address", "x", "x")
        message_id = queue_message(message, at=self.at)
        assert message_id is not None
        send_message(message_id, transport=ConsoleTransport(), at=self.at)

    def _add_calls(self, code: str, position: int) -> None:
        """Another call about the incident, one that is called back, a line and a template."""
        mailbox(code)
        self._add_webhooks(code, position)
        telephone_line(code)
        template(code)
        key = answered_call(call=code, at=self.at + timedelta(seconds=position))
        link_call(key, work=self.number, actor=self.cast.agent, at=self.at)
        due_at = datetime.now(UTC) + timedelta(days=1)
        requester = self.cast.requester.person_id
        promise = CallBackPromise(
            due_at, "The screen", person_id=requester, number="4711", work=self.number
        )
        promise_call_back(promise, actor=self.cast.agent, at=self.at)
        log = CallLog(self.at - timedelta(hours=1), "nothing", person_id=requester)
        log_call(log, actor=self.cast.agent, at=self.at)

    def _calls(self) -> dict[str, tuple[str, str]]:
        """The pages of calls."""
        person = self.cast.requester.person_id
        key = Call.objects.order_by("pk")[0].pk
        return {
            "call-log": ("agent", f"/desk/log?person={person}"),
            "call-log-found": ("agent", "/desk/log/callers?person=imre"),
            "call-log-known": ("agent", f"/desk/log/caller?requester={person}"),
            "call-log-needed": ("agent", "/desk/log/offerings?title=laptop"),
            "call-list": ("agent", "/desk/calls"),
            "call": ("agent", f"/desk/calls/{key}"),
            "call-measures": ("lead", "/desk/calls/measures"),
            "call-backs": ("agent", "/desk/call-backs?view=team"),
            "call-back-count": ("", call_back_address(self.cast.agent)),
            "api-list_calls": ("api", "/api/v1/calls"),
            "api-search_everything": ("api", "/api/v1/search?text=screen"),
            "api-list_kept_searches": ("api", "/api/v1/search/kept"),
            "api-read_call": ("api", f"/api/v1/calls/{key}"),
            "api-read_call_figures": ("api-lead", "/api/v1/calls/figures"),
            "api-list_call_backs": ("api", "/api/v1/call-backs"),
            "api-list_lines": ("api", "/api/v1/call-lines"),
            "api-list_call_templates": ("api", "/api/v1/call-templates"),
        }

    def pages(self) -> dict[str, tuple[str, str]]:
        """Return for each page who asks for it, and its address."""
        record = f"/desk/incidents/{self.number}"
        file = Attachment.objects.order_by("pk")[0]
        views = ("mine", "teams", "unassigned", "all")
        steps = ("take", "resolve", "wait", "assign", "escalate")
        steps += ("reply", "note", "change", "link")
        news = watch(["work"], live.token())
        return {
            "sign-in": ("", "/sign-in"),
            "live": ("", f"/live?watch={news}"),
            "preferences": ("requester", "/preferences"),
            "portal-home": ("requester", "/"),
            **rooms.pages(self.cast),
            **self._calls(),
            **self._runs(),
            **self._around(),
            **self._texts(),
            **self._told(),
            **self._monitoring(),
            "report-choose": ("requester", "/report"),
            "report-incident": ("requester", "/report/incident?service=laptop"),
            "service": ("requester", "/services/laptop"),
            "case-list": ("requester", "/cases?show=all"),
            "case": ("requester", f"/cases/{self.number}"),
            "search": ("requester", "/search?q=screen"),
            "search-suggest": ("agent", "/search/suggest?q=scre"),
            "approval-list": ("manager", "/approvals?show=waiting"),
            "approval-count": ("", count_address(self.cast.manager)),
            "approval": ("manager", f"/approvals/{self.approval}"),
            "delegation-list": ("manager", "/approvals/away"),
            "notification-list": ("agent", "/notifications"),
            "notification-panel": ("agent", "/notifications/panel"),
            "notification-count": ("", self._bell()),
            "notification-worker": ("", "/notifications/worker.js"),
            "notification-preferences": ("agent", "/preferences/notifications"),
            "approve": ("", f"/approve/{self._link()}"),
            "attachment": ("agent", f"/files/{file.pk}/{file.name}"),
            **{f"queue-{view}": ("agent", f"/desk/queues/{view}") for view in views},
            "queue-count": ("agent", "/desk/queues/all/count"),
            "queue-board": ("agent", "/desk/queues/all?shape=board&by=assignee"),
            "queue-calendar": ("agent", "/desk/queues/all?shape=calendar"),
            "queue-conditions": ("agent", "/desk/queues/unassigned/conditions"),
            "queue-people": ("agent", "/desk/queues/people?row=0&text-0=imre"),
            "view-save": ("agent", "/desk/queues/all/save"),
            "view-list": ("agent", "/desk/views"),
            "view-settings": ("agent", f"/desk/views/{self.view}"),
            "api-list_views": ("api", "/api/v1/views"),
            "api-list_view_fields": ("api", "/api/v1/views/fields"),
            "api-read_view": ("api", f"/api/v1/views/{self.view}"),
            "breaches": ("agent", "/desk/breaches?when=likely&group=service"),
            **self._orders(),
            "forecast": ("administrator", "/administration/forecast"),
            "desk-people": ("agent", "/desk/people?q=imre"),
            "desk-members": ("agent", "/desk/members?team=service-desk"),
            "desk-offerings": ("agent", "/desk/offerings?service=laptop"),
            "incident-new": ("agent", "/desk/incidents/new"),
            "incident": ("agent", record),
            "incident-chain": ("agent", f"{record}/chain"),
            "incident-clock": ("agent", f"{record}/clocks/resolve"),
            "case-promise": ("requester", f"/cases/{self.number}/promise"),
            "suppliers": ("administrator", "/administration/suppliers"),
            "supplier-new": ("administrator", "/administration/suppliers/new"),
            "supplier-change": ("administrator", "/administration/suppliers/northmere/change"),
            **self._webhooks(),
            "mailboxes": ("administrator", "/administration/mailboxes"),
            "mailbox": ("administrator", "/administration/mailboxes/more-0"),
            "mailbox-new": ("administrator", "/administration/new-mailbox"),
            "api-list_mailboxes": ("api-administrator", "/api/v1/mailboxes"),
            "api-read_mailbox": ("api-administrator", "/api/v1/mailboxes/more-0"),
            "telephone": ("administrator", "/administration/telephone"),
            "line-new": ("administrator", "/administration/telephone/lines/new"),
            "line-change": ("administrator", "/administration/telephone/lines/change/desk"),
            "call-template-new": ("administrator", "/administration/telephone/templates/new"),
            "call-template-change": (
                "administrator",
                "/administration/telephone/templates/change/more-0",
            ),
            "tags": ("administrator", "/administration/tags"),
            "tag-change": ("administrator", f"/administration/tags/{self.tag}"),
            **{f"incident-{verb}": ("agent", f"{record}/{verb}") for verb in steps},
            "administration": ("administrator", "/administration/"),
            "jobs": ("administrator", "/administration/jobs"),
            "calendars": ("administrator", "/administration/calendars"),
            "calendar-new": ("administrator", "/administration/new-calendar"),
            "calendar-regions": ("administrator", "/administration/calendar-regions"),
            "calendar": ("administrator", "/administration/calendars/office-hours"),
            "calendar-file": ("administrator", "/administration/calendars/office-hours.ics"),
            "calendar-change": (
                "administrator",
                "/administration/calendars/office-hours/change",
            ),
            "calendar-import": ("administrator", "/administration/calendars/office-hours/file"),
            "waiting": ("administrator", "/administration/waiting"),
            "promises": ("requester", "/promises"),
            "finder": ("manager", "/governance/finder?period=this_year"),
            "agreements": ("administrator", "/administration/agreements"),
            "agreement-new": ("administrator", "/administration/agreements/new"),
            "agreement": ("administrator", "/administration/agreements/laptops"),
            "agreement-history": ("administrator", "/administration/agreements/laptops/versions"),
            "agreement-document": (
                "administrator",
                "/administration/agreements/laptops/versions/1/document",
            ),
            "agreement-draft": ("administrator", "/administration/agreements/laptops/draft"),
            "agreement-publish": ("administrator", "/administration/agreements/laptops/publish"),
            "agreement-preview": (
                "administrator",
                f"/administration/agreements/tried/{self.preview}",
            ),
            "escalations": ("administrator", "/administration/escalations"),
            "on-call": ("agent", "/administration/on-call"),
            "on-call-team": ("agent", "/administration/on-call/service-desk"),
            "governance": ("manager", "/governance/"),
            "measures": ("manager", "/governance/measures"),
            "governance-cases": ("manager", f"/governance/cases?{BEHIND_A_FIGURE}"),
            "report-card": ("manager", "/governance/report-cards/service/laptop"),
            "report-card-pdf": ("manager", "/governance/report-cards/service/laptop/pdf"),
            "report-card-xlsx": ("manager", "/governance/report-cards/service/laptop/xlsx"),
            **self._charter_and_duties(),
            **self._forms(),
            **self._processes(),
            **self._catalogue(),
            **self._answers(),
            **self._messages(),
            **self._mail(),
            **self._programs(),
        }

    def _charter_and_duties(self) -> dict[str, tuple[str, str]]:
        charter = "/governance/charter"
        duties = "/governance/responsibilities"
        matrix = f"{duties}/matrices/service/laptop"
        kept = {
            "charter-list": charter,
            "charter-new": f"{charter}/new",
            "charter-preview": f"{charter}/preview?audience=unit:climate",
            "charter-preview-pdf": f"{charter}/preview/pdf?audience=unit:climate",
            "charter-promise": f"{charter}/promises/heard-in-time",
            "charter-change": f"{charter}/promises/heard-in-time/change",
            "responsibilities": duties,
            "responsibility-new": f"{duties}/new",
            "responsibilities-xlsx": f"{duties}/xlsx",
            "responsibility-matrix": matrix,
            "responsibility-change": f"{matrix}/change",
            "responsibility-pdf": f"{matrix}/pdf",
            "responsibility-xlsx": f"{matrix}/xlsx",
            "responsibility-roles": f"{duties}/roles",
            "responsibility-role-new": f"{duties}/roles/new",
            "responsibility-role": f"{duties}/roles/owner",
            "responsibility-role-change": f"{duties}/roles/owner/change",
            "responsibility-person": f"{duties}/people/jonas.okereke",
        }
        return {
            "charter": ("requester", "/charter"),
            "charter-pdf": ("requester", "/charter/pdf"),
            "responsibility-mine": ("agent", f"{duties}/mine"),
            **{name: ("administrator", address) for name, address in kept.items()},
        }

    def _around(self) -> dict[str, tuple[str, str]]:
        """What stands around the record, and what its boxes offer."""
        work, record = f"/desk/work/{self.number}", f"/desk/incidents/{self.number}"
        api = "/api/v1"
        return {
            "desk-home": ("agent", "/desk/"),
            "arrange": ("agent", "/arrange/desk"),
            "team": ("agent", "/desk/team/service-desk"),
            "work-draft": ("agent", f"{work}/draft?box=note"),
            "work-mentions": ("agent", f"{work}/mentions?q=imre"),
            "work-others": ("agent", f"{work}/others?to=screen"),
            "tag-options": ("agent", "/desk/tags?tags=screen"),
            "person-options": ("agent", "/desk/colleagues?person=imre"),
            "case-colleagues": ("requester", "/colleagues?person=imre"),
            "incident-merge": ("agent", f"{record}/merge"),
            "incident-split": ("agent", f"{record}/split"),
            "incident-matches": ("agent", f"{record}/matches"),
            "attachment-preview": ("agent", f"/files/{self._file()}/look"),
            "api-read_mergers": ("api", f"{api}/incidents/{self.number}/mergers"),
            "api-read_around_work": ("api", f"{api}/work/{self.number}/around"),
            "api-list_tags": ("api", f"{api}/tags?text=screen"),
            "api-list_mentions": ("api", f"{api}/mentions"),
            "api-list_matches": ("api", f"{api}/incidents/{self.number}/matches"),
            "key-preferences": ("agent", "/preferences/keys"),
            "keys-map": ("agent", "/keys/map"),
            "keys-sheet": ("agent", "/keys/sheet"),
        }

    def _file(self) -> int:
        return Attachment.objects.filter(media_type="text/plain").order_by("pk")[0].pk

    def _told(self) -> dict[str, tuple[str, str]]:
        """The pages of outages, ratings and guests."""
        requester, api = self.cast.requester.person_id or 0, "/api/v1"
        return {
            "incident-outage": ("lead", f"/desk/incidents/{self.outage}/outage"),
            "report-help": ("requester", "/report/help?title=screen&service=laptop"),
            "rating-list": ("lead", "/desk/ratings"),
            "rate": ("", f"/rate/{rating_secret(self.rated, requester)}"),
            "guest-links": ("administrator", "/administration/guests"),
            "guest-report": ("", f"/guest/{self.guest_secret}"),
            "guest-case": ("", f"/guest-case/{case_secret(self.number, requester)}"),
            "api-list_outages": ("api", f"{api}/outages"),
            "api-read_help": ("api", f"{api}/outages/help?text=screen&service=laptop"),
            "api-list_ratings": ("api", f"{api}/ratings"),
        }

    def _texts(self) -> dict[str, tuple[str, str]]:
        """The pages of macros, saved replies and text modules, and what a record offers of them."""
        work, desk, api = f"/desk/work/{self.number}", "/desk", "/api/v1"
        macro, reply, module = (
            model.objects.order_by("pk")[0].pk for model in (Macro, SavedReply, TextModule)
        )
        kept = {
            "macro-list": f"{desk}/macros",
            "macro-new": f"{desk}/macros/new",
            "macro-change": f"{desk}/macros/{macro}",
            "reply-list": f"{desk}/replies",
            "reply-new": f"{desk}/replies/new",
            "reply-change": f"{desk}/replies/{reply}",
            "module-list": f"{desk}/texts",
            "module-new": f"{desk}/texts/new",
            "module-change": f"{desk}/texts/{module}",
        }
        return {
            **{name: ("administrator", address) for name, address in kept.items()},
            "work-macros": ("agent", f"{work}/macros"),
            "work-macro": ("agent", f"{work}/macros/{macro}"),
            "work-replies": ("agent", f"{work}/replies"),
            "work-suggestions": ("agent", f"{work}/suggestions?begins=more"),
            "api-list_macros": ("api", f"{api}/macros"),
            "api-read_macro": ("api", f"{api}/macros/{macro}"),
            "api-list_replies": ("api", f"{api}/saved-replies"),
            "api-fill_reply": ("api", f"{api}/saved-replies/{reply}/filled?number={self.number}"),
            "api-list_modules": ("api", f"{api}/text-modules"),
        }

    def _runs(self) -> dict[str, tuple[str, str]]:
        """Two runs of the agent's: one is to be begun, one has ended."""
        by: dict[str, Any] = {"actor": self.cast.agent, "at": self.at}
        deeds = read_deeds([{"do": "note", "text": "Seen."}])
        prepared = choose_work(Chosen([self.number]), **by)
        decide_run(prepared, deeds=deeds, **by)
        ended = run_over(Wanted([self.number, "INC9999999"], deeds), **by)
        do_items(ended, at=self.at)
        return {
            "bulk-runs": ("agent", "/desk/bulk"),
            "bulk-look": ("agent", f"/desk/bulk/{prepared}/look"),
            "bulk-run": ("agent", f"/desk/bulk/{ended}"),
            "api-list_runs": ("api", "/api/v1/bulk"),
            "api-read_run": ("api", f"/api/v1/bulk/{ended}"),
            "api-list_run_items": ("api", f"/api/v1/bulk/{ended}/items"),
        }

    def _orders(self) -> dict[str, tuple[str, str]]:
        """The records of a request and a task; a lead may do all that can be done there."""
        request, task = f"/desk/requests/{self.request}", f"/desk/tasks/{self.task}"
        steps = ("take", "wait", "assign", "cancel", "reply", "note", "skip", "repeat", "move")
        doing = ("take", "wait", "assign", "ask", "note", "complete")
        asked = {
            "request-record": request,
            "request-clock": f"{request}/clocks/fulfil",
            **{f"request-{step}": f"{request}/{step}" for step in steps},
            "task-record": task,
            "task-clock": f"{task}/clocks/fulfil",
            **{f"task-{step}": f"{task}/{step}" for step in doing},
            "work-diagram": f"/desk/work/{self.task}/diagram",
            "troubles": "/desk/troubles",
        }
        own = f"/cases/{self.request}"
        mine = {
            "order": f"/order/{DOCK}",
            "request-case": own,
            "case-change": f"{own}/change",
            "case-diagram": f"{own}/diagram",
        }
        told = f"/api/v1/requests/{self.request}"
        return {
            **{name: ("lead", address) for name, address in asked.items()},
            **{name: ("requester", address) for name, address in mine.items()},
            "api-read_request": ("api", told),
            "api-read_diagram": ("api", f"{told}/diagram"),
        }

    def _processes(self) -> dict[str, tuple[str, str]]:
        one = "/administration/processes/loan"
        asked = {
            "processes": "/administration/processes",
            "process-new": "/administration/new-process",
            "process": one,
            "process-xml": f"{one}/full/versions/1.bpmn",
            "process-edit": f"{one}/full/edit",
            "process-publish": f"{one}/full/publish",
            "process-trial": f"{one}/full/trial?explore=1",
            "process-trial-xml": f"{one}/full/trial.bpmn",
            "api-list_processes": "/api/v1/processes",
            "api-list_process_variants": "/api/v1/process-variants",
            "api-read_process": "/api/v1/processes/loan",
            "api-read_process_version": "/api/v1/processes/loan/versions/1",
        }
        return {
            name: ("api" if name.startswith("api-") else "administrator", address)
            for name, address in asked.items()
        }

    def _forms(self) -> dict[str, tuple[str, str]]:
        one, api = "/administration/forms/kit", "/api/v1/forms"
        asked = {
            "forms": "/administration/forms",
            "form-new": "/administration/forms/new",
            "form": one,
            "form-draft": f"{one}/draft",
            "form-preview": f"{one}/preview",
            "api-list_forms": api,
            "api-read_form": f"{api}/kit",
            "api-read_form_faults": f"{api}/kit/faults",
            "api-compare_form": f"{api}/kit/differences?before=1&after=2",
        }
        return {
            name: ("api-administrator" if name.startswith("api-") else "administrator", address)
            for name, address in asked.items()
        }

    def _link(self) -> str:
        seat = approval(self.approval, actor=people.SYSTEM, at=self.at).seats[0]
        assert seat.person_id is not None
        return issue_link(seat.id, person_id=seat.person_id, at=self.at)

    def _answers(self) -> dict[str, tuple[str, str]]:
        incident, person = f"/incidents/{self.number}", self.cast.requester.person_id
        file = Attachment.objects.order_by("pk")[0].pk
        addresses = {
            "document": "/openapi.json",
            "reference": "/docs",
            "list_incidents": "/incidents",
            "list_work": "/work",
            "read_task": f"/tasks/{self.task}",
            "read_incident": incident,
            "read_history": f"{incident}/history",
            "read_clocks": f"{incident}/clocks",
            "explain_clock": f"{incident}/clocks/resolve/explanation",
            "read_chain": f"{incident}/chain",
            "list_suppliers": "/suppliers",
            "read_supplier": "/suppliers/northmere",
            "read_conversation": f"{incident}/conversation",
            "read_attachment": f"/attachments/{file}",
            "read_me": "/people/me",
            "find_people": "/people?text=imre",
            "read_person": f"/people/{person}",
            "list_teams": "/teams",
            "read_team": "/teams/service-desk",
            "list_areas": "/areas",
            "list_approvals": "/approvals",
            "read_approval": f"/approvals/{self.approval}",
            "list_delegations": "/delegations",
            "list_notifications": "/notifications",
            "read_notification_preferences": "/notifications/preferences",
            "list_breaches": "/breaches?when=likely",
            "list_services": "/services",
            "read_service": "/services/laptop",
        }
        set_up = {
            "list_calendars": "/calendars",
            "read_calendar": "/calendars/office-hours",
            "list_calendar_versions": "/calendars/office-hours/versions",
            "read_calendar_file": "/calendars/office-hours/hours.ics",
            "list_calendar_uses": "/calendar-uses",
            "list_waiting_rules": "/waiting-rules",
            "list_measures": "/measures",
            "read_report_card": "/report-cards/service/laptop",
            "list_agreements": "/agreements",
            "read_agreement": "/agreements/laptops",
            "compare_agreement": "/agreements/laptops/differences?before=1&after=2",
            "read_findings": "/agreements/laptops/findings",
            "read_preview": f"/agreement-previews/{self.preview}",
            "list_applicable": "/service-levels/applicable?priority=1&service=laptop",
            "list_without_agreement": "/finder?opened_from=2026-01-01T00:00:00Z"
            "&opened_until=2030-01-01T00:00:00Z",
            "list_escalation_rules": "/escalation-rules",
            "list_on_call": "/on-call",
            "read_on_call": "/on-call/service-desk",
            "read_charter": "/charter",
            "list_charter_promises": "/charter/promises",
            "read_charter_promise": "/charter/promises/heard-in-time",
            "list_matrices": "/responsibilities",
            "read_own_duties": "/responsibilities/mine",
            "read_duties": "/responsibilities/people/jonas.okereke",
            "list_process_roles": "/responsibilities/roles",
            "read_process_role": "/responsibilities/roles/owner",
            "read_matrix": "/responsibilities/matrices/service/laptop",
            "read_errand": f"/errands/{Errand.objects.order_by('pk')[0].pk}",
        }
        return {
            **{f"api-{name}": ("api", f"/api/v1{path}") for name, path in addresses.items()},
            **{
                f"api-{name}": ("api-administrator", f"/api/v1{path}")
                for name, path in set_up.items()
            },
        }

    def queries_of_each(self, *, expected: Mapping[str, int]) -> dict[str, list[str]]:
        """Return the queries that each page takes, by its name.

        Args:
            expected: how many are recorded; a page that took another number is asked again, since
                the first time also reads what is kept in memory.
        """
        taken = {}
        for name, (who, address) in self.pages().items():
            queries = self._queries(who, address)
            if len(queries) != expected.get(name):
                queries = self._queries(who, address)
            taken[name] = queries
        return taken

    def _queries(self, who: str, address: str) -> list[str]:
        client = self._clients.get(who) or self._clients[""]
        token = self._tokens.get(who)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        connection.queries_log.clear()  # which holds so many at most, and warns when it is full
        with CaptureQueriesContext(connection) as taken:
            answer = client.get(address, headers=headers)
            for close_file in answer._resource_closers:
                close_file()
        assert answer.status_code in {200, 204}, f"{address}: {answer.status_code}"
        return [query["sql"] for query in taken]


@pytest.fixture
def scene(db: None, settings: Any, tmp_path: Path) -> Scene:
    settings.DATA_DIRECTORY = tmp_path
    return Scene()


def recorded() -> dict[str, int]:
    """Return the numbers as they are recorded."""
    counts: dict[str, int] = json.loads(COUNTS.read_text(encoding="utf-8"))
    return counts


def test_every_page_that_can_be_read_is_counted() -> None:
    with (HERE / "rights.csv").open(newline="", encoding="utf-8") as file:
        routes = {row["route"] for row in csv.DictReader(file) if row["method"] == "GET"}
    views = {"request-case": "case"}  # one address shows reports and requests
    counted = {"queue" if name in QUEUES else views.get(name, name) for name in recorded()}
    assert counted == routes - APART


def test_every_page_takes_as_many_queries_as_recorded_however_much_there_is(scene: Scene) -> None:
    """One test over all pages, since the scene takes longer to build than a page to ask for."""
    is_renewal = bool(os.environ.get("UPDATE_QUERY_COUNTS"))
    expected = {} if is_renewal else recorded()
    scene.grow_to(FEW)
    few = scene.queries_of_each(expected=expected)
    scene.grow_to(MANY)
    many = scene.queries_of_each(expected=expected)
    if is_renewal:
        counts = {name: len(queries) for name, queries in sorted(few.items())}
        COUNTS.write_text(json.dumps(counts, indent=2) + "\n", encoding="utf-8")
    expected = recorded()
    assert set(few) == set(expected)
    wrong = [
        told(f"{name} with {size} of everything", queries, expected[name])
        for size, taken in ((FEW, few), (MANY, many))
        for name, queries in taken.items()
        if len(queries) != expected[name]
    ]
    assert not wrong, "\n\n".join(wrong)


def told(what: str, queries: list[str], expected: int) -> str:
    """Return a difference with the SQL behind it."""
    lines = (f"{position:3}. {sql}" for position, sql in enumerate(queries, 1))
    return "\n".join([f"{what}: {len(queries)} queries, not {expected}", *lines])
