"""Processes as their pages show them: words, addresses, and pictures of what they run on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.interfaces.web.diagrams import Diagram, DiagramStep, diagram
from timshel.interfaces.web.governance.addresses import record_address
from timshel.interfaces.web.governance.processes.drawing import drawing
from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.diagram import GATEWAYS, Kind
from timshel.kernel.bpmn.reading import read_diagram
from timshel.kernel.errors import NotFound
from timshel.kernel.journal.queries import JournalEntry
from timshel.leadership.process_profile.queries import (
    FlowRow,
    ProcessMap,
    ProfileRow,
    ProfileView,
)
from timshel.leadership.process_profile.running import Belonging, Machine
from timshel.leadership.process_profile.states import STATE_NAMES, ProfileState
from timshel.leadership.responsibility.access import may_view as may_view_matrices
from timshel.operation.process.access import DESIGN, VIEW
from timshel.operation.process.queries import process_version, process_versions
from timshel.operation.process.states import VersionState

VERBS: Mapping[str, Promise] = {
    "process_profile.written": _("wrote it down"),
    "process_profile.changed": _("changed what is said of it"),
    "process_profile.linked": _("changed what it runs on"),
    "process_profile.reviewed": pgettext_lazy("process", "looked at it: it still holds"),
    "process_profile.retired": _("took it out of use"),
    "process_profile.resumed": _("took it back into use"),
    "process_profile.flow_added": _("added what passes:"),
    "process_profile.flow_removed": _("took away what passes:"),
}

# Gateways and plain beginnings tell a reader nothing that the steps after them do not.
UNSAID = frozenset({*GATEWAYS, Kind.START, Kind.THROW})


def shown_row(row: ProfileRow) -> dict[str, Any]:
    """Return a process with the words of its row."""
    owner = row.owner
    return {
        "row": row,
        "state": STATE_NAMES[row.state],
        "is_retired": row.state is ProfileState.RETIRED,
        "role": owner.role_name if owner else "",
        "holders": ", ".join(each.name for each in owner.holders) if owner else "",
    }


def matrix_address(row: ProfileRow, *, actor: Actor) -> str:
    """Return where the matrix of a process is; empty where the reader cannot open one."""
    if row.owner is None or not may_view_matrices(actor):
        return ""
    return reverse("responsibility-matrix", args=["process", row.code])


def shown_machine(machine: Machine) -> dict[str, Any]:
    """Return a state machine as a picture, and as the table that says the same."""
    names = {stage.code: str(stage.name) for stage in machine.stages}
    leads = [(source, move.target) for move in machine.moves for source in move.sources]
    return {
        "code": machine.code,
        "name": machine.name,
        "drawing": drawing(names, leads, first=(machine.initial,)),
        "rows": [
            {
                "name": stage.name,
                "is_first": stage.code == machine.initial,
                "moves": [
                    (names[move.target], move.code.replace("_", " "))
                    for move in machine.moves
                    if stage.code in move.sources
                ],
            }
            for stage in machine.stages
        ],
    }


def shown_map(found: ProcessMap) -> dict[str, Any] | None:
    """Return what passes between processes as a picture; None where nothing does."""
    flowing = {code for source, target, _what in found.flows for code in (source, target)}
    if not flowing:
        return None
    names = {code: name for code, name in found.names.items() if code in flowing}
    leads = [(source, target) for source, target, _what in found.flows]
    return {
        "drawing": drawing(names, leads),
        "flows": [
            {
                "what": what,
                "source": found.names[source],
                "source_address": reverse("process-profile", args=[source]),
                "target": found.names[target],
                "target_address": reverse("process-profile", args=[target]),
            }
            for source, target, what in found.flows
        ],
    }


def shown_flow(row: FlowRow) -> dict[str, Any]:
    """Return what passes, with where the other process is."""
    return {"row": row, "address": reverse("process-profile", args=[row.code]) if row.code else ""}


def shown_record(found: Belonging) -> dict[str, Any]:
    """Return a record that belongs to a process, with where its page is."""
    return {"record": found, "address": record_address(found.kind, found.code)}


def may_see_diagrams(actor: Actor) -> bool:
    """Tell whether the reader may look at processes that are drawn."""
    return any(actor.may_somewhere(each) for each in (VIEW, DESIGN))


def drawn(view: ProfileView, asked: str, *, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """Return the picture of one process that is drawn; None where the reader may see none.

    Args:
        view: the process to which it belongs.
        asked: the code of the one that is asked for; else the first is shown.
        actor: who reads.
        at: now.
    """
    codes = [each.code for each in view.diagrams if each.name]
    if not codes or not may_see_diagrams(actor):
        return None
    code = asked if asked in codes else codes[0]
    found = _picture(code, actor=actor, at=at)
    return {"code": code, "diagram": found} if found else None


def _picture(code: str, *, actor: Actor, at: datetime) -> Diagram | None:
    try:
        rows = process_versions(code, actor=actor)
    except NotFound:
        return None  # what is published in the light variant alone
    row = next((each for each in rows if each.state == VersionState.PUBLISHED), None)
    if row is None:
        return None
    read = read_diagram(process_version(row.id, actor=actor).xml)
    steps = [
        DiagramStep(
            element=each.id,
            name=each.name_in(actor.language),
            text=each.documentation_in(actor.language),
        )
        for each in read.elements
        if each.kind not in UNSAID and each.name_in(actor.language)
    ]
    address = reverse("process-xml", args=[row.code, row.variant, row.number])
    return diagram(address, title=row.name, steps=steps, at=at)


def happened(entry: JournalEntry) -> dict[str, Any]:
    """Return what happened to a process in words."""
    said = entry.new("found") or ""
    if entry.verb.startswith("process_profile.flow"):
        said = entry.new("what") or entry.old("what") or ""
    return {"entry": entry, "sentence": VERBS.get(entry.verb, entry.verb), "said": said}
