"""The fields of events that leave, as their schemas show them; none ever changes its meaning."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.support.webhook.kinds import Field

TEXT: dict[str, Any] = {"type": "string"}
TEXT_OR_NONE: dict[str, Any] = {"type": ["string", "null"]}
NUMBER: dict[str, Any] = {"type": "integer"}
MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
MOMENT_OR_NONE: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
NUMBER_OR_NONE: dict[str, Any] = {"type": ["integer", "null"]}
YES_OR_NO: dict[str, Any] = {"type": "boolean"}


EARLIER, LATER = "2026-03-02T08:14:09.120000+00:00", "2026-03-02T09:30:00+00:00"


def list_of(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a list."""
    return {"type": "array", "items": schema}


def object_of(*names: str, can_be_none: bool = False, **schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object of texts, and of what else is named with its schema."""
    return {
        "type": ["object", "null"] if can_be_none else "object",
        "properties": {**dict.fromkeys(names, TEXT), **schemas},
        "required": [*names, *schemas],
    }


def _fields(*rows: tuple[str, dict[str, Any], Text, Any]) -> tuple[Field, ...]:
    return tuple(Field(*row) for row in rows)


WORK = _fields(
    ("number", TEXT, _("By which everybody names it."), "INC0000012"),
    (
        "kind",
        TEXT,
        _("Which kind of work it is: incident, service_request or task."),
        "incident",
    ),
    (
        "title",
        TEXT,
        _("In the words of whoever reported or wrote it."),
        "The printer on the second floor prints nothing",
    ),
    (
        "stage",
        TEXT,
        _("Where it stands: new, in_progress, waiting, resolved, closed, cancelled."),
        "in_progress",
    ),
    ("waiting_reason", TEXT_OR_NONE, _("What it waits for, if it waits."), None),
    ("impact", NUMBER, _("From 1, high, to 3, low."), 3),
    ("urgency", NUMBER, _("From 1, high, to 3, low."), 2),
    ("priority", NUMBER, _("From 1, first, to 5, last."), 4),
    ("channel", TEXT, _("The way it came in."), "portal"),
    ("service", TEXT_OR_NONE, _("The code of its service."), "printing"),
    ("team", TEXT_OR_NONE, _("The code of the team that has it."), "service-desk"),
    (
        "assignee",
        object_of("name", id=NUMBER, can_be_none=True),
        _("The person who has it."),
        {"name": "A. Helper", "id": 31},
    ),
    (
        "requester",
        object_of("name", id=NUMBER),
        _("The person who asked."),
        {"name": "R. Asker", "id": 7},
    ),
    ("opened_at", MOMENT, _("When it was opened."), EARLIER),
    ("updated_at", MOMENT, _("When it last changed."), LATER),
    ("resolved_at", MOMENT_OR_NONE, _("When it was resolved."), None),
    ("closed_at", MOMENT_OR_NONE, _("When it was closed."), None),
    (
        "next_due_at",
        MOMENT_OR_NONE,
        _("The next deadline that still runs."),
        "2026-03-02T16:00:00+00:00",
    ),
    ("version", NUMBER, _("Grows with every change."), 4),
)
REPLY = Field(
    "reply",
    object_of("author", "text", by_requester=YES_OR_NO, at=MOMENT),
    _("What was said. Internal notes are never sent."),
    {
        "author": "A. Helper",
        "text": "A technician comes at ten.",
        "by_requester": False,
        "at": LATER,
    },
)
CHANGED = Field(
    "changed", list_of(TEXT), _("The names of what was changed."), ["urgency", "priority"]
)
MERGED = Field(
    "target",
    TEXT_OR_NONE,
    _("The number of the other work; null where the owner may not see it."),
    "INC0000009",
)
OUTCOME = Field("outcome", TEXT, _("To which end it came."), "done")
APPROVAL = _fields(
    ("approval_id", NUMBER, _("The key of the approval."), 18),
    (
        "outcome",
        TEXT_OR_NONE,
        _("What came of it: approved, refused, expired, withdrawn; null while it is asked."),
        "approved",
    ),
)
CLOCK = _fields(
    ("clock", TEXT, _("What is measured."), "resolve"),
    ("lap", NUMBER, _("Which run of this kind of clock, from 1."), 1),
    (
        "due_at",
        MOMENT_OR_NONE,
        _("When the time runs out, where it is warned of."),
        "2026-03-02T16:00:00+00:00",
    ),
    ("breached_at", MOMENT_OR_NONE, _("The exact moment at which it was exceeded."), None),
)
OUTAGE = _fields(
    ("number", TEXT, _("Of its incident."), "INC0000012"),
    (
        "title",
        TEXT,
        _("What is out of order, in a few plain words."),
        "Mail arrives late",
    ),
    ("message", TEXT, _("Markdown; may be empty."), "We know the cause and work on it."),
    ("service", TEXT_OR_NONE, _("The code of the service."), "mail"),
    ("declared_at", MOMENT, _("Since when everybody is told."), EARLIER),
    ("changed_at", MOMENT, _("When the words were last changed."), LATER),
    ("ended_at", MOMENT_OR_NONE, _("Since when everybody is told no longer."), None),
)
RATING = Field(
    "rating",
    object_of("comment", "answer", score=NUMBER),
    _("From 1 to 5, and why."),
    {"comment": "It took two days.", "answer": "", "score": 2},
)
CATALOGUE = _fields(
    ("offering", TEXT, _("The code of the offering."), "laptop"),
    ("name", TEXT, _("How it is called."), "Laptop"),
    ("service", TEXT, _("The code of the service."), "workplace"),
)
STATUS = _fields(
    ("service", TEXT, _("The code of the service."), "mail"),
    ("name", TEXT, _("How it is called."), "Mail"),
    ("before", TEXT, _("How it did: works, planned, degraded or down."), "works"),
    ("after", TEXT, _("How it did when the event was made."), "degraded"),
    ("state", TEXT, _("How it does when it is told."), "degraded"),
    ("titles", list_of(TEXT), _("What everybody is told of it."), ["Mail arrives late"]),
)
TRIAL_FIELDS = _fields(
    ("webhook_id", NUMBER, _("The key of the webhook that is tried."), 5),
    ("owner", TEXT, _("Whose rights decide what it is sent."), "O. Keeper"),
    ("at", MOMENT, _("When it was composed."), LATER),
)
ALERT_SCHEMA = object_of(
    "title",
    "severity",
    "state",
    id=NUMBER,
    service=TEXT_OR_NONE,
    incident=TEXT_OR_NONE,
    started_at=MOMENT,
    ended_at=MOMENT_OR_NONE,
)
ALERTS = _fields(
    ("source", TEXT, _("The code of what said so."), "prometheus"),
    ("source_name", TEXT, _("How it is called."), "Prometheus"),
    (
        "alerts",
        list_of(ALERT_SCHEMA),
        _("Those of one delivery that the owner may see, at most a hundred, as they stand."),
        [
            {
                "id": 4711,
                "title": "The disk of srv1 is full",
                "severity": "critical",
                "state": "firing",
                "service": "mail",
                "incident": None,
                "started_at": EARLIER,
                "ended_at": None,
            }
        ],
    ),
    (
        "more",
        NUMBER_OR_NONE,
        _("How many of the delivery are not named; null for who does not see all of them."),
        0,
    ),
)
ALERT_INCIDENT = _fields(
    ("source", TEXT_OR_NONE, _("The code of what said so."), "prometheus"),
    ("source_name", TEXT, _("How it is called."), "Prometheus"),
    ("is_storm", YES_OR_NO, _("Whether it stands for many groups of alerts at once."), False),
)
CODE_AND_NAME = list_of(object_of("code", "name"))
PLANNED_WORK = _fields(
    ("id", NUMBER, _("Its key."), 14),
    ("title", TEXT, _("In a few words, in the language of the owner."), "The mail server moves"),
    ("message", TEXT, _("Markdown; may be empty."), "Mail arrives up to an hour late."),
    ("state", TEXT, _("Where it stands: planned, running, done or cancelled."), "planned"),
    ("starts_at", MOMENT, _("Its first moment."), "2026-03-07T20:00:00+00:00"),
    ("ends_at", MOMENT, _("The first moment after it, as planned."), "2026-03-07T23:00:00+00:00"),
    (
        "over_at",
        MOMENT,
        _("When it was or will be over: earlier where it was finished or called off."),
        "2026-03-07T23:00:00+00:00",
    ),
    (
        "services",
        CODE_AND_NAME,
        _("What it is about."),
        [{"code": "mail", "name": "Mail"}],
    ),
    ("sites", CODE_AND_NAME, _("Where it is noticed; none for everywhere."), []),
)
HELD_MAIL = _fields(
    ("message_id", NUMBER, _("The key of the mail."), 902),
    ("mailbox", TEXT_OR_NONE, _("The code of the mailbox that it came to."), "help"),
    ("sender", TEXT, _("Who sent it, as far as it could be read."), "someone@example.org"),
    ("subject", TEXT, _("As far as it could be read."), "A question"),
    ("state", TEXT, _("How it stands when it is told: held, taken or ignored."), "held"),
    ("reason", TEXT, _("Why it waits for a person, as a code."), "unknown_sender"),
    ("said", TEXT, _("The same in a sentence."), "Nobody with this address is known."),
    ("received_at", MOMENT, _("When it came."), EARLIER),
    ("size", NUMBER, _("Of the whole, in bytes."), 5120),
)
UNSENT_MAIL = _fields(
    ("message_id", NUMBER, _("The key of the message."), 3313),
    ("kind", TEXT, _("What it tells, as a code."), "incident.acknowledged"),
    ("thread", TEXT, _("What it belongs to; may be empty."), "incident.INC0000012"),
    ("address", TEXT, _("For whom it was."), "someone@example.org"),
    ("state", TEXT, _("Where it stands: failed or bounced."), "failed"),
    ("failure", TEXT, _("Why, as a code."), "refused"),
    ("attempts", NUMBER, _("How often it was tried."), 1),
    ("said", TEXT, _("What the mail server said last."), "550 5.1.1 No such user"),
    ("created_at", MOMENT, _("When it was written."), EARLIER),
)
ADDRESS = _fields(
    ("address", TEXT, _("Which, in lower case."), "someone@example.org"),
    ("since", MOMENT, _("Of the first report."), EARLIER),
    ("last_at", MOMENT, _("Of the last report."), LATER),
    ("count", NUMBER, _("How many reports there were."), 1),
    ("status", TEXT, _("The code of RFC 3463; may be empty."), "5.1.1"),
    ("said", TEXT, _("The words of the mail server."), "No such user"),
    ("is_hard", YES_OR_NO, _("Whether nothing is sent there any more."), True),
)
MAILBOX = _fields(
    ("mailbox", TEXT, _("The code of the mailbox."), "help"),
    ("name", TEXT, _("How it is called."), "Help"),
    ("address", TEXT, _("To which people write."), "help@example.org"),
    ("team", TEXT_OR_NONE, _("The code of the team that looks after it."), "service-desk"),
    ("trouble", TEXT, _("What is wrong, as a code."), "sign_in"),
    ("failures", NUMBER, _("How often in a row nothing could be fetched."), 3),
    (
        "last_success_at",
        MOMENT_OR_NONE,
        _("When it last could be."),
        EARLIER,
    ),
)
