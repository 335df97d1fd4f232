"""Doing what a form of a record asks: one action, then the page again; or with what is wrong.

A record says which steps there are, how its page is drawn and where it lies; the rest is the same
for incidents, requests and tasks. What a page shows of a step is a :class:`~.panels.Panel`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from timshel.interfaces.web.desk.forms import StepForm
from timshel.interfaces.web.desk.panels import Attempt, Panel
from timshel.interfaces.web.desk.steps import Step
from timshel.interfaces.web.forms import FilesGiven, form_owner
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Conflict, Invalid, NotAllowed, WrongState
from timshel.kernel.idempotency.actions import once
from timshel.operation.teamwork.actions import discard_draft
from timshel.operation.teamwork.queries import DraftView


class DrawPage(Protocol):
    """Draws the page of a record, with the form of a step open where one is named."""

    def __call__(
        self,
        request: TimshelRequest,
        number: str,
        *,
        attempt: Attempt | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Return the page."""
        ...


class Differs(Protocol):
    """Tells what somebody can choose between whose change met that of another."""

    def __call__(
        self, request: TimshelRequest, number: str, verb: str, form: StepForm, refusal: Conflict, /
    ) -> Mapping[str, Any]:
        """Return what the page of a conflict shows."""
        ...


@dataclass(frozen=True, slots=True)
class Record:
    """What is said about the steps of one kind of record.

    Args:
        steps: by their names.
        draw: the page.
        address: the name of its address; those of its steps begin with ``prefix``.
        prefix: such as ``task``.
        offers: fills the lists of forms, by step.
        differs: tells what to choose between where two people changed the same; None where that
            cannot be.
    """

    steps: Mapping[str, Step]
    draw: DrawPage
    address: str
    prefix: str
    offers: Mapping[str, Callable[[TimshelRequest, StepForm], None]]
    differs: Differs | None = None


@dataclass(frozen=True, slots=True)
class Writing:
    """The composers of a page, and what they need.

    Args:
        panel: the step whose form is open, if any.
        possible: what the reader may do now.
        initial: what fresh forms begin with.
        unfolds: whether the first composer is open where none was tried.
        drafts: what the reader typed earlier, by step; the page adds them.
    """

    panel: Panel | None
    possible: Collection[str]
    initial: Mapping[str, Any]
    unfolds: bool = True
    drafts: Mapping[str, DraftView] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Button:
    """A step as the bar shows it."""

    step: Step
    address: str
    is_next: bool


def do(request: TimshelRequest, number: str, verb: str, record: Record) -> HttpResponse:
    """Open the form of a step, or carry the step out.

    Args:
        request: of a helper.
        number: of the work.
        verb: the step.
        record: what is said about it.
    """
    step = record.steps[verb]
    if request.method != "POST":
        return record.draw(request, number, attempt=Attempt(verb))
    form = step.form(verb, request.POST)
    if "show" in request.POST:
        return record.draw(request, number, attempt=Attempt(verb, form, is_judged=False))
    files = FilesGiven(request, request.actor)
    if not form.is_valid():
        attempt = Attempt(verb, form, files=files, is_judged=False)
        return record.draw(request, number, attempt=attempt, status=422)
    try:
        _carry_out(request, number, verb, step, form, files)
    except Invalid as refusal:
        form.refuse(refusal)
        return record.draw(request, number, attempt=Attempt(verb, form, files=files), status=422)
    except (WrongState, Conflict) as refusal:
        attempt = Attempt(verb, form, files=files)
        if record.differs and isinstance(refusal, Conflict) and refusal.differences:
            choices = record.differs(request, number, verb, form, refusal)
            attempt = replace(attempt, conflict=choices)
        else:
            form.add_error(None, str(refusal.message))
        return record.draw(request, number, attempt=attempt, status=409)
    finally:
        files.release()
    if step.place == "composer":
        discard_draft(number, box=verb, actor=request.actor, at=request.at)
    messages.success(request, str(step.done))
    anchor = "#conversation" if step.place == "composer" else ""
    return redirect(reverse(record.address, args=[number]) + way(request) + anchor)


def way(request: TimshelRequest) -> str:
    """Return what an address of a record carries on: the list that the record was opened from."""
    view = request.GET.get("view", "")
    return f"?{urlencode({'view': view})}" if view else ""


def _carry_out(
    request: TimshelRequest, number: str, verb: str, step: Step, form: StepForm, files: FilesGiven
) -> None:
    """Call the action; what is said is said once, however often its form is sent."""
    given = {**form.cleaned_data, "files": files.uploads()}

    def perform() -> str:
        step.perform(number, given, actor=request.actor, at=request.at)
        return number

    key = given.get("once")
    if not key:
        perform()
        return
    content = json.dumps([number, verb, given["text"], files.fingerprint()]).encode()
    once(key, perform, owner=form_owner(request), content=content, at=request.at)


def panel_of(
    request: TimshelRequest, record: Record, attempt: Attempt, initial: Mapping[str, Any]
) -> Panel:
    """Return the panel of a step, filled with what was typed or with what stands.

    Args:
        request: of a helper.
        record: what is said about it.
        attempt: the step, with what was typed.
        initial: what a fresh form begins with.
    """
    step = record.steps[attempt.verb]
    form = attempt.form or step.form(attempt.verb, initial=initial)
    if attempt.verb in record.offers:
        record.offers[attempt.verb](request, form)
    panel = Panel(attempt.verb, step, form, address=f"{record.prefix}-{attempt.verb}")
    panel.is_open = attempt.form is not None
    if attempt.files is not None:
        panel.kept = attempt.files.keep()
        panel.file_errors = [*attempt.files.errors, *form.errors.get("files", ())]
    return panel


def require_possible(
    attempt: Attempt, record: Record, possible: Collection[str], *, is_too_late: bool = False
) -> bool:
    """Tell whether the form of a step is shown; refuse whoever tried what they may not.

    Args:
        attempt: the step.
        record: what is said about it.
        possible: what the reader may do now.
        is_too_late: nobody can take the step any more; who tried it keeps what they typed.

    Raises:
        NotAllowed: the form of a step was sent by somebody who cannot take it.
    """
    if (record.steps[attempt.verb].right or attempt.verb) in possible:
        return True
    if attempt.form is not None and not attempt.is_judged and not is_too_late:
        raise NotAllowed
    return attempt.form is not None


def is_refresh(request: TimshelRequest) -> bool:
    """Tell whether an open page asks for its regions anew: its form may be possible no more."""
    return "Timshel-Live" in request.headers


def without_taking(
    possible: Collection[str], *, assignee_id: int | None, person_id: int | None
) -> frozenset[str]:
    """Return what the reader may do now; nobody takes what they have.

    Args:
        possible: what their rights and the stage allow.
        assignee_id: who has it.
        person_id: the reader.
    """
    has_it = assignee_id is not None and assignee_id == person_id
    return frozenset(possible) - ({"take"} if has_it else set())


def buttons_of(
    record: Record, number: str, possible: Collection[str], likely: Collection[str]
) -> list[Button]:
    """Return the steps that the bar offers, the likeliest first.

    Args:
        record: what is said about them.
        number: of the work.
        possible: what the reader may do now.
        likely: of these, what comes next; the first one that is possible is the main button.
    """
    offered = [
        verb
        for verb, step in record.steps.items()
        if step.place == "bar" and (step.right or verb) in possible
    ]
    first = [verb for verb in likely if verb in offered][:1]
    return [
        Button(record.steps[verb], reverse(f"{record.prefix}-{verb}", args=[number]), verb in first)
        for verb in [*first, *(verb for verb in offered if verb not in first)]
    ]


def composers_of(request: TimshelRequest, record: Record, writing: Writing) -> list[Panel]:
    """Return the forms for writing, as far as they are possible.

    What the reader typed earlier stands in them again, and unfolds the one in which it stands.

    Args:
        request: of a helper.
        record: what is said about its steps.
        writing: what stands in them.
    """
    found = []
    for verb, step in record.steps.items():
        if step.place != "composer":
            continue
        if writing.panel is not None and writing.panel.verb == verb:
            found.append(writing.panel)
        elif (step.right or verb) in writing.possible:
            found.append(_composer(request, record, verb, writing))
    if writing.unfolds and found and not any(each.is_open for each in found):
        found[0].is_open = True
    return found


def _composer(request: TimshelRequest, record: Record, verb: str, writing: Writing) -> Panel:
    draft = writing.drafts.get(verb)
    begun = {**writing.initial, "text": draft.text} if draft else writing.initial
    panel = panel_of(request, record, Attempt(verb), begun)
    if draft:
        panel.draft_saved_at = draft.saved_at
        panel.is_open = writing.panel is None
    return panel
