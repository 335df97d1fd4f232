"""Doing what a form of a request or a task asks, and the page again with what is wrong.

A record says which steps there are, how its page is drawn and where it lies; the rest is the same
for both. What a page shows of a step is a :class:`~.panels.Panel`, as on an incident's record.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

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


@dataclass(frozen=True, slots=True)
class Record:
    """What is said about the steps of one kind of record.

    Args:
        steps: by their names.
        draw: the page.
        address: the name of its address; those of its steps begin with ``prefix``.
        prefix: such as ``task``.
        offers: fills the lists of forms, by step.
    """

    steps: Mapping[str, Step]
    draw: DrawPage
    address: str
    prefix: str
    offers: Mapping[str, Callable[[TimshelRequest, StepForm], None]]


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
        form.add_error(None, str(refusal.message))
        return record.draw(request, number, attempt=Attempt(verb, form, files=files), status=409)
    finally:
        files.release()
    messages.success(request, str(step.done))
    anchor = "#conversation" if step.place == "composer" else ""
    return redirect(reverse(record.address, args=[number]) + anchor)


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


def require_possible(attempt: Attempt, record: Record, possible: Collection[str]) -> bool:
    """Tell whether a step can be taken now; refuse whoever tried what they may not.

    Args:
        attempt: the step.
        record: what is said about it.
        possible: what the reader may do now.

    Raises:
        NotAllowed: the form of a step was sent by somebody who cannot take it.
    """
    if (record.steps[attempt.verb].right or attempt.verb) in possible:
        return True
    if attempt.form is not None and not attempt.is_judged:
        raise NotAllowed
    return attempt.form is not None


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


def composers_of(
    request: TimshelRequest,
    record: Record,
    panel: Panel | None,
    possible: Collection[str],
    initial: Mapping[str, Any],
    *,
    unfolds: bool,
) -> list[Panel]:
    """Return the forms for writing, as far as they are possible.

    Args:
        request: of a helper.
        record: what is said about its steps.
        panel: the step whose form is open, if any.
        possible: what the reader may do now.
        initial: what fresh forms begin with.
        unfolds: whether the first one is open where none was tried.
    """
    found = []
    for verb, step in record.steps.items():
        if step.place != "composer":
            continue
        if panel is not None and panel.verb == verb:
            found.append(panel)
        elif (step.right or verb) in possible:
            found.append(panel_of(request, record, Attempt(verb), initial))
    if unfolds and found and not any(each.is_open for each in found):
        found[0].is_open = True
    return found
