"""The pages of every way in and out: mail, monitoring, webhooks and the status page."""

from __future__ import annotations

import json

from tests.journeys.browser import Visitor, answered
from tests.journeys.openers import STRANGER, SUBMIT, PageCase, at, of_first, sent

WEBHOOKS = "/administration/webhooks"
MAILBOXES = "/administration/mailboxes"
PROMETHEUS = "/administration/alert-sources/prometheus"
ACCOUNTS = "/administration/service-accounts"
UNKNOWN_SENDER = "table.held tr:has-text('ottilie@') th a"
SEALED = "table.held tr:has-text('legal@') th a"
PLANNED = "#planned-list h2 a"
OPERATORS = "tbody th a:has-text('operators')"
HEAR = ".status-hear button"
SAMPLE = json.dumps(
    {
        "groupKey": "{}:{alertname='DiskFull'}",
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "DiskFull", "job": "mail", "severity": "critical"},
                "annotations": {"summary": "A disk is nearly full"},
                "startsAt": "2026-03-01T08:00:00Z",
            }
        ],
    }
)


def mail_unfolded(visitor: Visitor) -> object:
    """Open a record whose reporter wrote by mail, with all that was folded away of the mail."""
    rows = "[data-row]:has-text('Colours are wrong')"
    address = of_first("/desk/queues/all?kind=incident&open=all", rows)(visitor)
    for fold in visitor.page.locator(".mail-fold > summary").all():
        fold.click()
    return address


def webhook_made(visitor: Visitor) -> None:
    """Set a webhook up; its secret is shown, and nothing is sent before something happens."""
    visitor.open(f"{WEBHOOKS}/new")
    form = visitor.page.locator("form:has([name=kinds])")
    form.locator("[name=name]").fill("The lights of the control room")
    form.locator("[name=address]").fill("https://lights.example/events")
    form.locator("[name=kinds][value='outage.declared']").check()
    with answered(visitor.page):
        form.locator(SUBMIT).click()


def webhook_delivered(visitor: Visitor) -> object:
    """Open what was sent of the first event of a webhook."""
    of_first(WEBHOOKS, OPERATORS)(visitor)
    address = visitor.page.locator("tbody th a").first.get_attribute("href") or ""
    visitor.open(address)
    return address


def token_made(visitor: Visitor) -> None:
    """Make a token of one's own."""
    visitor.open("/preferences/tokens")
    form = visitor.page.locator("form:has([name=scopes])")
    form.locator("[name=name]").fill("Figures for the monthly letter")
    form.locator("[name=scopes]").first.check()
    with answered(visitor.page):
        form.locator(SUBMIT).click()


CHANNEL_PAGES: dict[str, PageCase] = {
    "held-mail": PageCase("process", at("/desk/held")),
    "held-message-sealed": PageCase("process", of_first("/desk/held", SEALED)),
    "held-message": PageCase("process", of_first("/desk/held", UNKNOWN_SENDER)),
    "held-message-refused": PageCase(
        "process", sent(of_first("/desk/held", UNKNOWN_SENDER), "#held-entry ~ form button")
    ),
    "record-with-mail": PageCase("agent", mail_unfolded),
    "held-mail-ignored": PageCase("process", at("/desk/held?show=ignored")),
    "mail-rules": PageCase("administrator", at("/administration/mail-rules")),
    "mail-rules-refused": PageCase(
        "administrator", sent(at("/administration/mail-rules"), "#senders ~ form button")
    ),
    "mailboxes": PageCase("administrator", at(MAILBOXES)),
    "mailbox": PageCase("administrator", at(f"{MAILBOXES}/service-desk")),
    "mailbox-new": PageCase("administrator", at("/administration/new-mailbox")),
    "mailbox-new-refused": PageCase(
        "administrator", sent(at("/administration/new-mailbox"), SUBMIT)
    ),
    "webhooks": PageCase("administrator", at(WEBHOOKS)),
    "webhook-events": PageCase("administrator", at(f"{WEBHOOKS}/events")),
    "webhook-new": PageCase("administrator", at(f"{WEBHOOKS}/new")),
    "webhook-new-refused": PageCase("administrator", sent(at(f"{WEBHOOKS}/new"), SUBMIT)),
    "webhook": PageCase("administrator", of_first(WEBHOOKS, OPERATORS)),
    "webhook-failed": PageCase("administrator", of_first(WEBHOOKS, OPERATORS, then="?show=failed")),
    "webhook-change": PageCase("administrator", of_first(WEBHOOKS, OPERATORS, then="/change")),
    "webhook-change-refused": PageCase(
        "administrator",
        sent(
            of_first(WEBHOOKS, OPERATORS, then="/change"),
            SUBMIT,
            address="chat",
            condition="priority <",
        ),
    ),
    "webhook-made": PageCase("administrator", webhook_made),
    "webhook-delivery": PageCase("administrator", webhook_delivered),
    "status": PageCase("requester", at("/status")),
    "status-stranger": PageCase(STRANGER, at("/status")),
    "status-service": PageCase("requester", at("/status/mail")),
    "status-service-quiet": PageCase("requester", at("/status/library")),
    "status-service-stranger": PageCase(STRANGER, at("/status/mail")),
    "status-asked": PageCase(STRANGER, sent(at("/status"), HEAR, address="tove@lind.example")),
    "status-asked-refused": PageCase(STRANGER, sent(at("/status"), HEAR, address="tove")),
    "status-confirm-over": PageCase(STRANGER, at("/status-mail/confirm/nothing")),
    "status-end-over": PageCase(STRANGER, at("/status-mail/end/nothing")),
    "status-settings": PageCase("administrator", at("/administration/status")),
    "messages": PageCase("administrator", at("/administration/messages")),
    "messages-sent": PageCase("administrator", at("/administration/messages?show=sent")),
    "message": PageCase("administrator", of_first("/administration/messages", ".job-title a")),
    "message-addresses": PageCase("administrator", at("/administration/message-addresses")),
    "message-templates": PageCase("administrator", at("/administration/message-templates")),
    "message-template": PageCase(
        "administrator", at("/administration/message-templates/incident.opened/en")
    ),
    "message-template-refused": PageCase(
        "administrator",
        sent(
            at("/administration/message-templates/incident.opened/en"),
            "button[value=preview]",
            subject="{{ nothing }}",
        ),
    ),
    "message-template-draft": PageCase(
        "administrator",
        sent(
            at("/administration/message-templates/incident.resolved/en"),
            "button[value=draft]",
            subject="[{{ number }}] It works again: {{ title }}",
        ),
    ),
    "message-senders": PageCase("administrator", at("/administration/message-senders")),
    "message-sender": PageCase(
        "administrator", of_first("/administration/message-senders", "tbody th a")
    ),
    "message-sender-refused": PageCase(
        "administrator",
        sent(of_first("/administration/message-senders", "tbody th a"), SUBMIT, address="desk"),
    ),
    "alerts": PageCase("lead", at("/desk/alerts")),
    "alerts-nobody": PageCase("lead", at("/desk/alerts?which=nobody")),
    "alerts-muted-none": PageCase("lead", at("/desk/alerts?which=muted")),
    "alerts-cleared": PageCase("agent", at("/desk/alerts?which=cleared")),
    "alerts-nothing-fits": PageCase("agent", at("/desk/alerts?text=zeppelin")),
    "alert": PageCase("process", of_first("/desk/alerts", "tbody td a.alert-title")),
    "alert-sources": PageCase("administrator", at("/administration/alert-sources")),
    "alert-source": PageCase("administrator", at(PROMETHEUS)),
    "alert-source-new": PageCase("administrator", at("/administration/new-alert-source")),
    "alert-source-new-refused": PageCase(
        "administrator", sent(at("/administration/new-alert-source"), SUBMIT)
    ),
    "alert-source-token": PageCase(
        "administrator", sent(at(PROMETHEUS), "form[action$='/token'] button")
    ),
    "alert-source-tried": PageCase(
        "administrator", sent(at(PROMETHEUS), "button[value=try]", sample=SAMPLE)
    ),
    "alert-source-tried-refused": PageCase(
        "administrator", sent(at(PROMETHEUS), "button[value=try]", sample="{")
    ),
    "alert-rule-new": PageCase("administrator", at(f"{PROMETHEUS}/rules/new")),
    "alert-rule-new-refused": PageCase(
        "administrator", sent(at(f"{PROMETHEUS}/rules/new"), SUBMIT, conditions="= mail")
    ),
    "alert-rule-tried": PageCase(
        "administrator", sent(at(f"{PROMETHEUS}/rules/1"), "button[value=try]")
    ),
    "alert-rule": PageCase("administrator", at(f"{PROMETHEUS}/rules/1")),
    "planned-work-list": PageCase("agent", at("/desk/planned-work")),
    "planned-work": PageCase("owner", of_first("/desk/planned-work", "#planned-list h2 a")),
    "planned-work-new": PageCase("owner", at("/desk/planned-work/new")),
    "planned-work-new-refused": PageCase("owner", sent(at("/desk/planned-work/new"), SUBMIT)),
    "planned-work-over": PageCase("agent", at("/desk/planned-work?when=over")),
    "planned-work-own": PageCase("administrator", of_first("/desk/planned-work", PLANNED)),
    "planned-work-change": PageCase(
        "administrator", of_first("/desk/planned-work", PLANNED, then="/change")
    ),
    "service-accounts": PageCase("administrator", at(ACCOUNTS)),
    "service-accounts-refused": PageCase("administrator", sent(at(ACCOUNTS), SUBMIT)),
    "service-account": PageCase("administrator", of_first(ACCOUNTS, "tbody th a")),
    "service-account-refused": PageCase(
        "administrator", sent(of_first(ACCOUNTS, "tbody th a"), "form[action$='/tokens'] button")
    ),
    "service-account-token": PageCase(
        "administrator",
        sent(
            of_first(ACCOUNTS, "tbody th a"),
            "form[action$='/tokens'] button",
            name="Night of tests",
        ),
    ),
    "tokens": PageCase("agent", at("/preferences/tokens")),
    "tokens-none": PageCase("auditor", at("/preferences/tokens")),
    "tokens-refused": PageCase("agent", sent(at("/preferences/tokens"), SUBMIT)),
    "tokens-made": PageCase("lead", token_made),
}
