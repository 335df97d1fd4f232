"""The plan as its pages show it: words, colours, and where the records are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.interfaces.web.governance.addresses import record_address
from timshel.kernel.actor import Actor
from timshel.kernel.journal.queries import JournalEntry
from timshel.operation.call.access import MANAGE as LINES
from timshel.planning.plan.documents.document import count_words
from timshel.planning.plan.queries import LivePart, PartDifference, PartView, VersionRow
from timshel.planning.plan.sources import Line, Reading
from timshel.planning.plan.states import (
    PART_QUESTIONS,
    PART_STATES,
    PART_TITLES,
    PLAN_STATES,
    PartState,
    PlanState,
)

MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Register:
    """Where a list of records is.

    Args:
        page: the name of its address.
        query: what narrows it.
        permission: that opens it, where reading the list takes less.
    """

    page: str
    query: Mapping[str, str] | None = None
    permission: str = ""


REGISTERS: Mapping[str, Register] = {
    "objectives": Register("objective-list"),
    "planned_actions": Register("action-list", {"whose": "all"}),
    "services": Register("catalogue"),
    "scope": Register("scope"),
    "risks": Register("risk-list"),
    "issues": Register("issue-list"),
    "policies": Register("document-list", {"kind": "policy"}),
    "duties": Register("need-list"),
    "agreements": Register("agreements"),
    "responsibilities": Register("responsibilities"),
    "processes": Register("processes"),
    "teams": Register("team-list", permission="work.view"),
    "competence_documents": Register("document-list", {"clause": "7.2"}),
    "skills": Register("competence-matrix"),
    "certificates": Register("certificate-list"),
    "planned_work": Register("planned-work-list"),
    "documents": Register("document-list", {"state": "effective"}),
    "budget_documents": Register("document-list", {"clause": "8.4.1"}),
    "suppliers": Register("suppliers"),
    "parties": Register("party-list"),
    "lines": Register("telephone", permission=LINES),
    "mailboxes": Register("mailboxes"),
    "alert_sources": Register("alert-sources"),
    "webhooks": Register("webhooks"),
    "measures": Register("measures"),
    "indicators": Register("indicator-list"),
    "audits": Register("audit-list"),
    "boards": Register("board-list"),
    "reviews": Register("review-list"),
    "nonconformities": Register("nonconformity-list", {"when": "all"}),
    "improvements": Register("improvement-list", {"when": "all"}),
}
PAGES: Mapping[str, str] = {
    "agreement": "agreement",
    "process": "process",
    "scope": "scope-version",
    "board": "board",
}
LOOKS: Mapping[PartState, tuple[str, str]] = {
    PartState.COMPLETE: ("stage-resolved", "circle-check"),
    PartState.THIN: ("stage-waiting", "circle-dashed"),
    PartState.STALE: ("stage-waiting", "clock-exclamation"),
    PartState.MISSING: ("clock-late", "alert-triangle"),
}
VERSION_LOOKS: Mapping[PlanState, str] = {
    PlanState.DRAFT: "stage-in-progress",
    PlanState.PROPOSED: "stage-waiting",
    PlanState.APPROVED: "stage-resolved",
    PlanState.SUPERSEDED: "stage-closed",
}
VERBS: Mapping[str, Promise] = {
    "plan.part_written": gettext_lazy("wrote it"),
    "plan.part_reviewed": gettext_lazy("looked at it: it still holds"),
}


def shown_part(view: PartView, *, actor: Actor) -> dict[str, Any]:
    """Return a part with its words and its lists."""
    look, icon = LOOKS[view.state]
    return {
        "view": view,
        "title": PART_TITLES[view.part],
        "question": PART_QUESTIONS[view.part],
        "state": PART_STATES[view.state],
        "look": look,
        "icon": icon,
        "lists": [shown_list(each, actor=actor) for each in view.readings],
    }


def shown_live(part: LivePart, *, actor: Actor) -> dict[str, Any]:
    """Return a part as it stands, with what the reader may do."""
    return {"live": part, **shown_part(part.view, actor=actor)}


def shown_list(reading: Reading, *, actor: Actor) -> dict[str, Any]:
    """Return a list with its address and the first of its records."""
    drawn = reading.drawn
    lines = drawn.lines if drawn else ()
    return {
        "title": reading.title,
        "drawn": drawn,
        "count": count_words(drawn) if drawn else "",
        "address": register_address(reading.name, actor=actor) if drawn else "",
        "lines": [
            {"name": line.name, "address": line_address(line)} for line in lines[:MOST_NAMED]
        ],
        "more": drawn.count - MOST_NAMED if drawn and drawn.count > MOST_NAMED else 0,
    }


def register_address(name: str, *, actor: Actor) -> str:
    """Return where a list is; empty where it has no page, or none that the reader may open."""
    found = REGISTERS.get(name)
    if found is None or (found.permission and not actor.may_somewhere(found.permission)):
        return ""
    address = reverse(found.page)
    return f"{address}?{urlencode(found.query)}" if found.query else address


def line_address(line: Line) -> str:
    """Return where the page of a record is; empty for what has none."""
    if line.kind in PAGES:
        return reverse(PAGES[line.kind], args=[line.code])
    return record_address(line.kind, line.code)


def shown_version(row: VersionRow) -> dict[str, Any]:
    """Return a version with its words."""
    return {"row": row, "state": PLAN_STATES[row.state], "look": VERSION_LOOKS[row.state]}


def shown_difference(found: PartDifference) -> dict[str, Any]:
    """Return what differs in a part, with its words."""
    return {
        "part": found,
        "title": PART_TITLES[found.part],
        "before": PART_STATES[found.before],
        "after": PART_STATES[found.after],
        "lists": [
            {
                "title": each.title,
                "before": "–" if each.before is None else each.before,
                "after": "–" if each.after is None else each.after,
                "came": [line.name for line in each.came[:MOST_NAMED]],
                "went": [line.name for line in each.went[:MOST_NAMED]],
            }
            for each in found.lists
        ],
    }


def happened(entry: JournalEntry) -> dict[str, Any]:
    """Return what happened to a part in words."""
    return {
        "entry": entry,
        "sentence": VERBS.get(entry.verb, entry.verb),
        "reason": entry.new("found") or "",
    }


def standing(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return how many parts stand how, the worst first."""
    counted = [(state, sum(each["view"].state is state for each in parts)) for state in PartState]
    return [
        {
            "state": PART_STATES[state],
            "look": LOOKS[state][0],
            "icon": LOOKS[state][1],
            "words": _("%(count)d of %(all)d") % {"count": count, "all": len(parts)},
        }
        for state, count in reversed(counted)
        if count
    ]
