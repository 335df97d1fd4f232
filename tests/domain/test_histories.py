"""A conversation written as history leaves the rows that the actions leave."""

from __future__ import annotations

from typing import Any

from tests.cast import AT, Cast, later
from timshel.kernel.actor import Actor, Channel, system_actor
from timshel.kernel.journal.models import Entry
from timshel.operation.work.models import Comment, WorkItem
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.models import Clock
from timshel.resolution_fulfilment.incident import actions
from timshel.resolution_fulfilment.incident.bulk import write_histories
from timshel.resolution_fulfilment.incident.histories import (
    Assigned,
    Closed,
    Doer,
    Escalated,
    IncidentHistory,
    Noted,
    Reopened,
    Replied,
    Resolved,
    Resumed,
    Waited,
)
from timshel.resolution_fulfilment.incident.models import Incident

OF_CLOCKS = ("kind", "lap", "state", "elapsed", "due_at", "stopped_at", "team", "supplier")
REPORT = {"title": "Black screen", "service": "laptop", "offering": "laptop-dock", "urgency": 2}


def doer(actor: Actor) -> Doer:
    return Doer(actor.person_id, actor.name, actor.channel)


def by_actions(cast: Cast) -> str:
    report = actions.IncidentReport(**REPORT)
    number = actions.open_incident(report, actor=cast.requester, at=AT).number
    desk = {"actor": cast.agent}
    actions.take_incident(number, at=later(5), **desk)
    actions.reply_to_incident(
        number, text="Which screen?", wait_for_requester=True, at=later(9), **desk
    )
    actions.reply_to_incident(number, text="The left one.", actor=cast.requester, at=later(30))
    actions.note_on_incident(number, text="Third this week.", at=later(40), **desk)
    actions.escalate_incident(number, reason="Needs a look on site.", at=later(45), **desk)
    engineer = {"actor": cast.engineer}
    actions.take_incident(number, at=later(50), **engineer)
    actions.wait_incident(
        number,
        reason="supplier",
        note="Ordered.",
        supplier="northmere",
        at=later(55),
        **engineer,
    )
    actions.resume_incident(number, at=later(hours=3), **engineer)
    resolution = {"code": "fixed", "text": "New cable."}
    actions.resolve_incident(number, at=later(hours=4), **resolution, **engineer)
    actions.reopen_incident(number, reason="Black again.", actor=cast.requester, at=later(hours=5))
    actions.resolve_incident(number, at=later(hours=6), **resolution, **engineer)
    actions.confirm_incident(number, actor=cast.requester, at=later(hours=7))
    return number


def by_history(cast: Cast) -> str:
    me, agent, engineer = doer(cast.requester), doer(cast.agent), doer(cast.engineer)
    history = IncidentHistory(
        external_id="1",
        fingerprint="",
        report=actions.IncidentReport(**REPORT),
        opened_at=AT,
        opened_by=me,
        happenings=(
            Assigned(later(5), agent, assignee_id=agent.person_id),
            Replied(later(9), agent, "Which screen?", waits=True),
            Replied(later(30), me, "The left one.", by_requester=True),
            Noted(later(40), agent, "Third this week."),
            Escalated(later(45), agent, "workplace", "Needs a look on site."),
            Assigned(later(50), engineer, assignee_id=engineer.person_id),
            Waited(later(55), engineer, WaitingReason.SUPPLIER, "Ordered.", "northmere"),
            Resumed(later(hours=3), engineer),
            Resolved(later(hours=4), engineer, "fixed", "New cable."),
            Reopened(later(hours=5), me, "Black again."),
            Resolved(later(hours=6), engineer, "fixed", "New cable."),
            Closed(later(hours=7), me),
        ),
    )
    written = write_histories([history], source="test", actor=system_actor(), at=later(hours=7))
    return written["1"]


def rows_of(number: str) -> dict[str, Any]:
    item = WorkItem.objects.filter(number=number).values().get()
    key = item["id"]
    comments = list(Comment.objects.filter(work_item=key).order_by("id").values())
    entries = list(
        Entry.objects.filter(subject_kind="work_item", subject_id=key).order_by("id").values()
    )
    for row in (item, *comments, *entries):
        for name in ("id", "number", "search", "work_item_id", "subject_id"):
            row.pop(name, None)
    for entry in entries:
        entry["changes"].pop("comment", None)
        entry["changes"] = dict(sorted(entry["changes"].items()))
    clocks = Clock.objects.filter(work_item=key).order_by("kind", "lap")
    return {
        "item": item,
        "incident": Incident.objects.filter(pk=key).values("offering_id", "resolution_text").get(),
        "comments": comments,
        "entries": entries,
        "clocks": list(clocks.values(*OF_CLOCKS)),
    }


def test_both_ways_leave_the_same(cast: Cast) -> None:
    done, told = rows_of(by_actions(cast)), rows_of(by_history(cast))
    for part, rows in done.items():
        assert told[part] == rows, part


def test_the_system_acts_without_a_person(cast: Cast) -> None:
    robot = Doer(None, "Closing sweep", Channel.SYSTEM)
    history = IncidentHistory(
        external_id="1",
        fingerprint="",
        report=actions.IncidentReport(**REPORT),
        opened_at=AT,
        opened_by=doer(cast.requester),
        happenings=(
            Replied(later(5), doer(cast.agent), "Restart, please."),
            Resolved(later(9), doer(cast.agent), "instructed", "Restarted."),
            Closed(later(days=7), robot),
        ),
    )
    write_histories([history], source="test", actor=system_actor(), at=later(days=7))
    entry = Entry.objects.get(verb="incident.closed")
    assert (entry.actor_kind, entry.actor_id, entry.channel) == ("system", None, "system")
    assert Entry.objects.get(verb="incident.started").actor_id == cast.agent.person_id
