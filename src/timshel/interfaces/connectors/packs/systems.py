"""Other systems that the demonstration lives with: a webhook, a program's account, known senders.

The webhook is paused, and what answered it is told, so that nobody is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from timshel.context.people.queries import person_by_code
from timshel.kernel.actor import Actor, Channel
from timshel.leadership.authority.actions import (
    AccountContent,
    create_service_account,
    issue_service_token,
    issue_token,
)
from timshel.leadership.authority.queries import actor_for, service_account_list
from timshel.resolution_fulfilment.intake.actions import judge_sender
from timshel.support.webhook.actions import (
    Heard,
    WebhookWanted,
    create_webhook,
    deliver_due,
    pause_webhook,
    try_webhook,
)
from timshel.support.webhook.actions.sending import Posting
from timshel.support.webhook.queries import webhook_list

WANTED = WebhookWanted(
    name="Messages to the chat of the operators",
    address="https://chat.aldermoor.example/hooks/operations",
    kinds=("incident.opened", "incident.resolved", "outage.declared", "outage.ended"),
    condition="data.priority <= 2",
)
SILENCE = Heard(None, "", "Nobody answered within ten seconds.", "", timedelta(seconds=10))
BUSY = Heard(503, "The chat is being updated.", "", "120", timedelta(milliseconds=84))
TAKEN = Heard(200, "ok", "", "", timedelta(milliseconds=61))
# Hours after the webhook was set up: what was answered then; each but the last was tried again.
TRIALS = ((1, (SILENCE, BUSY, TAKEN)), (5, (TAKEN,)))
ACCOUNT = "night-report"
CONTENT = AccountContent(
    name="Night report",
    purpose="Reads the cases of the day and writes the report for the morning.",
    owner="",
    scopes=("cases:read", "directory:read"),
)
SENDERS = (
    ("@northmere.example", "trusted", "They look after the printers."),
    ("offers@bargains.example", "blocked", "Advertising."),
)
YEAR = timedelta(days=365)


def load_systems(owner: str, *, actor: Actor, at: datetime) -> int:
    """Set up what other systems use, looked after by somebody.

    Args:
        owner: the code of who looks after it.
        actor: who has all rights everywhere.
        at: now.

    Returns:
        How much was added; nothing where it was there before.
    """
    key = person_by_code(owner)
    keeper = None if key is None else actor_for(key, channel=Channel.DESK)
    if key is None or keeper is None:
        return 0
    known = {row.code for row in service_account_list(actor=actor, at=at)}
    if ACCOUNT in known or webhook_list(actor=keeper, size=1).items:
        return 0
    began_at = at - timedelta(days=1)
    _webhook(keeper, at=began_at)
    create_service_account(
        ACCOUNT, content=replace(CONTENT, owner=owner), actor=keeper, at=began_at
    )
    issue_service_token(
        ACCOUNT, name="The server of reports", expires_at=at + YEAR, actor=keeper, at=began_at
    )
    issue_token(
        key,
        name="Figures for the monthly letter",
        scopes=("cases:read",),
        expires_at=at + YEAR,
        actor=keeper,
        at=began_at,
    )
    for pattern, verdict, note in SENDERS:
        judge_sender(pattern, verdict=verdict, note=note, actor=keeper, at=began_at)
    return 3 + len(SENDERS)


def _webhook(owner: Actor, *, at: datetime) -> None:
    made = create_webhook(WANTED, actor=owner, at=at)
    for hours, answers in TRIALS:
        moment = at + timedelta(hours=hours)
        try_webhook(made.id, actor=owner, at=moment)
        for heard in answers:
            deliver_due(made.id, posting=_answering(heard), at=moment, within=timedelta(seconds=1))
            moment += timedelta(minutes=30)
    pause_webhook(made.id, actor=owner, at=at + timedelta(hours=6))


def _answering(heard: Heard) -> Posting:
    def posting(_address: str, /, *, headers: Mapping[str, str], body: bytes) -> Heard:  # noqa: ARG001
        return heard

    return posting
