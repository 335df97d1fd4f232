"""The words in which the desk shows values, fields, deeds and doors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from timshel.interfaces.web.stretches import duration_words
from timshel.interfaces.web.wording import short_moment
from timshel.operation.view import states as shown_as
from timshel.operation.work.states import STAGE_NAMES, WAITING_NAMES, Stage, WaitingReason
from timshel.relationship_agreement.service_level.states import KIND_NAMES
from timshel.resolution_fulfilment.incident.states import (
    PRIORITY_NAMES,
    RESOLUTION_NAMES,
    SERVICE_STATE_NAMES,
)

Words = Mapping[str, Promise]

IMPACT_NAMES, URGENCY_NAMES = shown_as.IMPACT_NAMES, shown_as.URGENCY_NAMES
TRAIT_NAMES, CHANNEL_NAMES = shown_as.TRAIT_NAMES, shown_as.CHANNEL_NAMES

FIELD_NAMES: Words = {
    "title": gettext_lazy("Title"),
    "description": gettext_lazy("Description"),
    "service": gettext_lazy("Service"),
    "service_id": gettext_lazy("Service"),
    "offering": gettext_lazy("Offering"),
    "impact": gettext_lazy("Impact"),
    "urgency": gettext_lazy("Urgency"),
    "priority": gettext_lazy("Priority"),
    "priority_reason": gettext_lazy("Reason for the priority"),
    "service_state": gettext_lazy("State of the service"),
    "symptom": gettext_lazy("Symptom"),
    "requester": gettext_lazy("Requester"),
    "requester_id": gettext_lazy("Requester"),
    "team": gettext_lazy("Team"),
    "assignee": gettext_lazy("Person"),
    "assignee_id": gettext_lazy("Person"),
    "parent": gettext_lazy("Parent"),
    "stage": gettext_lazy("Stage"),
    "waiting_reason": gettext_lazy("Why it waits"),
    "supplier": gettext_lazy("Supplier"),
    "unit": gettext_lazy("Unit"),
    "customer": gettext_lazy("Customer"),
    "resolution_code": gettext_lazy("How it was resolved"),
    "resolution_text": gettext_lazy("What was done"),
    "channel": gettext_lazy("Came in by"),
    "reason": gettext_lazy("Reason"),
    "note": gettext_lazy("Note"),
    "files": gettext_lazy("Files"),
    "opened_by": gettext_lazy("Opened by"),
    "outcome": gettext_lazy("Outcome"),
    "outcome_text": gettext_lazy("What was said about it"),
    "price": gettext_lazy("Price"),
    "purpose": gettext_lazy("Purpose"),
    "step": gettext_lazy("Step"),
    "answers": gettext_lazy("Changed answers"),
    "line": gettext_lazy("Line"),
    "check": gettext_lazy("Ticked off"),
    "rating": gettext_lazy("Rating"),
    "rating_comment": gettext_lazy("Comment"),
    "rating_answer": gettext_lazy("What came of it"),
    "outage": gettext_lazy("Outage"),
    "outage_message": gettext_lazy("What everybody is told"),
    "target": gettext_lazy("Target of the step"),
    "macro": gettext_lazy("Macro"),
    "clock": pgettext_lazy("clock", "Target"),
    "due_at": gettext_lazy("Due"),
    "breached_at": gettext_lazy("Late since"),
    "watcher": gettext_lazy("Watcher"),
    "tags": gettext_lazy("Tags"),
    "link": gettext_lazy("Link"),
    "time": gettext_lazy("Time spent"),
    "merged_into": gettext_lazy("Goes on in"),
    "merged": gettext_lazy("Merged cases"),
    "split_off": gettext_lazy("New case"),
}
DEEDS: Words = {
    "incident.opened": gettext_lazy("reported it"),
    "incident.taken": gettext_lazy("took it"),
    "incident.assigned": gettext_lazy("assigned it"),
    "incident.escalated": gettext_lazy("passed it to the next level"),
    "incident.started": gettext_lazy("started work"),
    "incident.replied": gettext_lazy("replied"),
    "incident.noted": gettext_lazy("added an internal note"),
    "incident.waited": gettext_lazy("set it to wait"),
    "incident.resumed": gettext_lazy("went on with it"),
    "incident.resolved": gettext_lazy("resolved it"),
    "incident.reopened": gettext_lazy("reopened it"),
    "incident.closed": gettext_lazy("closed it"),
    "incident.cancelled": gettext_lazy("cancelled it"),
    "incident.withdrawn": gettext_lazy("withdrew it"),
    "incident.confirmed": gettext_lazy("confirmed that it works"),
    "incident.changed": gettext_lazy("changed it"),
    "incident.attached": gettext_lazy("added files"),
    "incident.taken_back": gettext_lazy("put it back as it was"),
    "service_request.opened": gettext_lazy("asked for it"),
    "service_request.taken": gettext_lazy("took it"),
    "service_request.assigned": gettext_lazy("assigned it"),
    "service_request.started": gettext_lazy("moved it on"),
    "service_request.replied": gettext_lazy("replied"),
    "service_request.noted": gettext_lazy("added an internal note"),
    "service_request.waited": gettext_lazy("set it to wait"),
    "service_request.resumed": gettext_lazy("went on with it"),
    "service_request.fulfilled": gettext_lazy("delivered it"),
    "service_request.closed": gettext_lazy("closed it"),
    "service_request.reopened": gettext_lazy("reopened it"),
    "service_request.cancelled": gettext_lazy("cancelled it"),
    "service_request.withdrawn": gettext_lazy("withdrew it"),
    "service_request.confirmed": gettext_lazy("confirmed that it arrived"),
    "service_request.changed": gettext_lazy("changed it"),
    "service_request.rated": gettext_lazy("rated it"),
    "service_request.told": gettext_lazy("told the requester"),
    "service_request.taken_back": gettext_lazy("put it back as it was"),
    "service_request.field_set": gettext_lazy("noted a value"),
    "service_request.moved": gettext_lazy("sent the process elsewhere"),
    "service_request.step_skipped": gettext_lazy("skipped a step"),
    "service_request.step_repeated": gettext_lazy("had a step repeated"),
    "task.opened": gettext_lazy("led to this task"),
    "task.taken": gettext_lazy("took it"),
    "task.assigned": gettext_lazy("assigned it"),
    "task.checked": gettext_lazy("worked on the checklist"),
    "task.waited": gettext_lazy("set it to wait"),
    "task.resumed": gettext_lazy("went on with it"),
    "task.noted": gettext_lazy("added an internal note"),
    "task.completed": gettext_lazy("finished it"),
    "task.cancelled": gettext_lazy("took it back"),
    "task.taken_back": gettext_lazy("put it back as it was"),
    "incident.merged": gettext_lazy("merged it into another case"),
    "incident.unmerged": gettext_lazy("undid the merger"),
    "incident.took_in": gettext_lazy("merged other cases into it"),
    "incident.gave_back": gettext_lazy("undid a merger into it"),
    "incident.rated": gettext_lazy("rated it"),
    "incident.rating_answered": gettext_lazy("said what came of the rating"),
    "service_request.rating_answered": gettext_lazy("said what came of the rating"),
    "outage.declared": gettext_lazy("told everybody of an outage"),
    "outage.changed": gettext_lazy("changed what everybody is told"),
    "outage.ended": gettext_lazy("ended the outage"),
    "incident.split": gettext_lazy("made a case of its own of a part"),
    "work.watched": gettext_lazy("added a watcher"),
    "work.unwatched": gettext_lazy("removed a watcher"),
    "work.tagged": gettext_lazy("added tags"),
    "work.untagged": gettext_lazy("took tags off"),
    "work.linked": gettext_lazy("linked it"),
    "work.unlinked": gettext_lazy("took a link away"),
    "work.time_spent": gettext_lazy("wrote down time"),
    "work.time_corrected": gettext_lazy("corrected a line of time"),
    "work.checked": gettext_lazy("worked on the checklist"),
    "work.macro_ran": gettext_lazy("ran a macro"),
    "service_level.warned": gettext_lazy("warned that a deadline is near"),
    "service_level.breached": gettext_lazy("noted that a deadline has passed"),
}

PEOPLE = frozenset({"assignee", "requester", "opened_by"})
MOMENTS = frozenset({"due_at", "breached_at"})
_NAMES_OF: Mapping[str, Mapping[Any, Promise]] = {
    "impact": IMPACT_NAMES,
    "urgency": URGENCY_NAMES,
    "service_state": SERVICE_STATE_NAMES,
    "resolution_code": RESOLUTION_NAMES,
    "channel": CHANNEL_NAMES,
    "stage": STAGE_NAMES,
    "waiting_reason": WAITING_NAMES,
    "clock": KIND_NAMES,
}


@dataclass(frozen=True, slots=True)
class Trait:
    """What a helper should know about a person."""

    code: str
    name: Promise | str


def traits(codes: Iterable[str]) -> list[Trait]:
    """Return the traits of a person in words."""
    return [Trait(code, TRAIT_NAMES.get(code, code)) for code in codes]


def field_name(field: str) -> str:
    """Return the name of a field; its own where we have no better."""
    name = FIELD_NAMES.get(field)
    return str(name) if name is not None else field.replace("_", " ").capitalize()


def deed(verb: str) -> str:
    """Return what somebody did, as in "took it"."""
    known = DEEDS.get(verb)
    return str(known) if known is not None else verb.rpartition(".")[2].replace("_", " ")


def channel_name(channel: str) -> str:
    """Return the name of the door through which something came."""
    return str(CHANNEL_NAMES.get(channel, channel))


def value_text(field: str, value: Any) -> str:
    """Return a value of a field in words.

    Args:
        field: the field's name in the journal.
        value: plain, or a reference with its key and its name at that moment.
    """
    if value is None or value in ("", []):
        return _("nobody") if field in PEOPLE else _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field == "target" and isinstance(value, Mapping):
        return duration_words(value["amount"], value["unit"])
    if isinstance(value, Mapping) and "minutes" in value:
        return _time_text(value)
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    if isinstance(value, list | tuple):
        return ", ".join(value_text(field, each) for each in value)
    if field == "priority":
        return f"P{value} {PRIORITY_NAMES.get(value, '')}".strip()
    if field in MOMENTS:
        return short_moment(datetime.fromisoformat(value))
    return str(_NAMES_OF.get(field, {}).get(value, value))


def _time_text(line: Mapping[str, Any]) -> str:
    """Return a line of time in words: how long, on which day and for what."""
    minutes = ngettext("%(count)d minute", "%(count)d minutes", line["minutes"])
    parts = (minutes % {"count": line["minutes"]}, line["day"], line["note"])
    return ", ".join(part for part in parts if part)


def standing(
    stage: str, waiting_reason: str | None, assignee: str | None, supplier: str = ""
) -> str:
    """Return in one sentence where an incident stands, as seen by those who work on it."""
    if stage == Stage.WAITING and supplier:
        return _("Waiting for %(supplier)s.") % {"supplier": supplier}
    if stage == Stage.WAITING and waiting_reason:
        return f"{WAITING_NAMES[WaitingReason(waiting_reason)]}."
    sentences = {
        Stage.RESOLVED: _("Resolved; the requester may still say otherwise."),
        Stage.CLOSED: _("Closed."),
        Stage.CANCELLED: _("Cancelled."),
    }
    if Stage(stage) in sentences:
        return sentences[Stage(stage)]
    if assignee:
        return _("%(name)s has it.") % {"name": assignee}
    return _("Nobody has taken it yet.")
