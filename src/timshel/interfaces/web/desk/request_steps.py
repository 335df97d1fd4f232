"""What can be done to a request: for each step its words, its form and the action it calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django import forms as controls
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.desk import forms
from timshel.interfaces.web.desk.forms import StepForm
from timshel.interfaces.web.desk.steps import Given, Step
from timshel.interfaces.web.forms import text_area
from timshel.kernel.actor import Actor
from timshel.operation.process import actions as process
from timshel.operation.work.states import BY_HAND, WAITING_NAMES, WaitingReason
from timshel.resolution_fulfilment.service_request import actions


class WaitForm(StepForm):
    """What is waited for."""

    reason = controls.ChoiceField(
        label=_("Waiting for"),
        choices=[
            (str(key), WAITING_NAMES[key]) for key in BY_HAND if key is not WaitingReason.SUPPLIER
        ],
        initial=WaitingReason.REQUESTER,
    )
    note = controls.CharField(
        label=_("Internal note"),
        required=False,
        widget=text_area(2),
        help_text=_("Only those who work on this see it."),
    )


class FulfilForm(StepForm):
    """What was delivered."""

    text = controls.CharField(
        label=_("What was delivered"),
        widget=text_area(4),
        help_text=_("The requester reads this."),
    )


class ElementForm(StepForm):
    """Another place in the process, and why."""

    element = controls.CharField(label=_("Step"), max_length=200, widget=controls.Select)
    reason = controls.CharField(label=_("Reason"), widget=text_area(2))


class SkipForm(StepForm):
    """A step that waits, and why nobody has to take it."""

    step = controls.CharField(label=_("Step"), max_length=20, widget=controls.Select)
    reason = controls.CharField(label=_("Reason"), widget=text_area(2))

    def clean_step(self) -> int:
        """Return the key of the step."""
        text = str(self.cleaned_data["step"])
        if not (text.isascii() and text.isdigit()):
            raise controls.ValidationError(_("Please choose one of the choices."))
        return int(text)


def _take(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.take_request(number, seen_version=given["seen_version"], actor=actor, at=at)


def _assign(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.assign_request(
        number,
        team=given["team"],
        assignee_id=given["assignee"],
        seen_version=given["seen_version"],
        actor=actor,
        at=at,
    )


def _reply(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.reply_to_request(
        number,
        text=given["text"],
        files=given["files"],
        wait_for_requester=given["wait_for_requester"],
        actor=actor,
        at=at,
    )


def _note(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.note_on_request(
        number, text=given["text"], files=given["files"], actor=actor, at=at
    )


def _wait(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.wait_request(
        number, reason=given["reason"], note=given["note"], actor=actor, at=at
    )


def _resume(number: str, _given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.resume_request(number, actor=actor, at=at)


def _fulfil(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.fulfil_request(number, text=given["text"], actor=actor, at=at)


def _reopen(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.reopen_request(number, reason=given["reason"], actor=actor, at=at)


def _close(number: str, _given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.close_request(number, actor=actor, at=at)


def _cancel(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.cancel_request(number, reason=given["reason"], actor=actor, at=at)


def _skip(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    process.skip_step(number, step_id=given["step"], reason=given["reason"], actor=actor, at=at)
    return None


def _repeat(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    process.repeat_step(
        number, element=given["element"], reason=given["reason"], actor=actor, at=at
    )
    return None


def _move(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    process.move_run(number, element=given["element"], reason=given["reason"], actor=actor, at=at)
    return None


def _retry(number: str, _given: Given, *, actor: Actor, at: datetime) -> object:
    process.retry_run(number, actor=actor, at=at)
    return None


# In the order in which the bar shows them.
STEPS: Mapping[str, Step] = {
    "take": Step(_("Take it"), "hand-stop", _("You have it now."), _take),
    "resume": Step(_("Go on"), "player-play", _("It goes on."), _resume),
    "fulfil": Step(
        _("Deliver"),
        "circle-check",
        _("Delivered. The requester is told."),
        _fulfil,
        FulfilForm,
        question=_("What was delivered?"),
        right="deliver",
    ),
    "close": Step(_("Close"), "lock", _("Closed."), _close),
    "wait": Step(
        _("Wait"),
        "player-pause",
        _("It waits; the clocks follow the reason’s rule."),
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
        question=_("Who shall answer for the whole?"),
        help=_("Its tasks have teams and people of their own."),
    ),
    "reopen": Step(
        _("Reopen"),
        "rotate-2",
        _("Open again."),
        _reopen,
        forms.ReasonForm,
        question=_("Why is it opened again?"),
    ),
    "cancel": Step(
        _("Cancel it"),
        "circle-x",
        _("Cancelled."),
        _cancel,
        forms.ReasonForm,
        question=_("Why does nobody need this any more?"),
        help=_("The requester is told. A cancelled request cannot be opened again."),
        tone="danger",
    ),
    "reply": Step(
        _("Reply"), "send", _("Your reply was sent."), _reply, forms.ReplyForm, place="composer"
    ),
    "note": Step(
        _("Internal note"),
        "lock",
        _("Your note was kept. The requester cannot see it."),
        _note,
        forms.NoteForm,
        place="composer",
    ),
    "retry": Step(
        _("Try again"),
        "refresh",
        _("What failed is tried again."),
        _retry,
        place="process",
        right="retry",
    ),
    "skip": Step(
        _("Skip a step"),
        "player-skip-forward",
        _("The process went on without that step."),
        _skip,
        SkipForm,
        question=_("Which step shall be left out?"),
        help=_("The process goes on as if it were done, without its result."),
        place="process",
        right="steer",
    ),
    "repeat": Step(
        _("Repeat a step"),
        "rotate",
        _("The process went back."),
        _repeat,
        ElementForm,
        question=_("Which step shall be done again?"),
        help=_("All that came after it is done again, too."),
        place="process",
        right="steer",
    ),
    "move": Step(
        _("Go on elsewhere"),
        "arrow-up-right",
        _("The process goes on at that step."),
        _move,
        ElementForm,
        question=_("Where shall it go on?"),
        help=_("Everything that waits now is taken back."),
        place="process",
        right="steer",
        tone="danger",
    ),
}
