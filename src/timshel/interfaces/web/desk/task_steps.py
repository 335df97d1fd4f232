"""What can be done to a task: for each step its words, its form and the action it calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django import forms as controls
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.desk import forms
from timshel.interfaces.web.desk.request_steps import WaitForm
from timshel.interfaces.web.desk.steps import Given, Step
from timshel.interfaces.web.forms import text_area
from timshel.kernel.actor import Actor
from timshel.operation.task import actions
from timshel.resolution_fulfilment.service_request.actions import ask_from_task


class AskForm(forms.WritingForm):
    """A question to the requester."""

    text = controls.CharField(label=_("Your question"), widget=text_area(4), required=False)


def _take(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.take_task(number, seen_version=given["seen_version"], actor=actor, at=at)


def _assign(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.assign_task(
        number,
        team=given["team"],
        assignee_id=given["assignee"],
        seen_version=given["seen_version"],
        actor=actor,
        at=at,
    )


def _wait(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.wait_task(number, reason=given["reason"], note=given["note"], actor=actor, at=at)


def _resume(number: str, _given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.resume_task(number, actor=actor, at=at)


def _ask(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return ask_from_task(number, text=given["text"], files=given["files"], actor=actor, at=at)


def _note(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.note_on_task(
        number, text=given["text"], files=given["files"], actor=actor, at=at
    )


# In the order in which the bar shows them.
STEPS: Mapping[str, Step] = {
    "take": Step(_("Take it"), "hand-stop", _("You have it now."), _take),
    "resume": Step(_("Go on"), "player-play", _("It goes on."), _resume),
    "wait": Step(
        _("Wait"),
        "player-pause",
        _("It waits; the clock follows the reason’s rule."),
        _wait,
        WaitForm,
        question=_("What does it wait for?"),
    ),
    "assign": Step(
        _("Assign"),
        "user-plus",
        _("Assigned."),
        _assign,
        forms.AssignForm,
        question=_("Who shall have it?"),
        help=_("Its clock goes on: handing a task on does not win time."),
    ),
    "ask": Step(
        _("Ask the requester"),
        "help",
        _("Your question was sent. The task waits for the answer."),
        _ask,
        AskForm,
        place="composer",
    ),
    "note": Step(
        _("Internal note"),
        "lock",
        _("Your note was kept. The requester cannot see it."),
        _note,
        forms.NoteForm,
        place="composer",
    ),
}
