"""What can be done to a record: for each step its words, its form and the action it calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.desk import forms
from timshel.kernel.actor import Actor
from timshel.operation.work.states import WaitingReason
from timshel.resolution_fulfilment.incident import actions

Given = Mapping[str, Any]


class Perform(Protocol):
    """Carries a step out with what its form gave."""

    def __call__(self, number: str, given: Given, /, *, actor: Actor, at: datetime) -> object:
        """Call the action that the step stands for."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can be done to a record.

    Args:
        label: what its button says.
        icon: its icon.
        done: what is said once it is done.
        perform: the call.
        form: what it asks for; nothing but the version seen where the plain form stands.
        question: the heading of its form.
        help: what doing it means.
        place: "bar" among the next steps, or another place on the page that draws it itself.
        tone: "danger" where it ends something for good.
        right: the verb that must be possible, where it is not the step's own name.
        submit: what the button of its form says, where it is not the label.
    """

    label: Promise
    icon: str
    done: Promise
    perform: Perform
    form: type[forms.StepForm] = forms.StepForm
    question: Promise | str = ""
    help: Promise | str = ""
    place: str = "bar"
    tone: str = ""
    right: str = ""
    submit: Promise | str = ""

    def heading(self) -> Promise | str:
        """Return the heading of the step's form."""
        return self.question or self.label

    def button(self) -> Promise | str:
        """Return what the button of the step's form says."""
        return self.submit or self.label

    def asks(self) -> bool:
        """Tell whether the step needs more than a press of its button."""
        return self.form is not forms.StepForm


def _take(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.take_incident(number, seen_version=given["seen_version"], actor=actor, at=at)


def _assign(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.assign_incident(
        number,
        team=given["team"],
        assignee_id=given["assignee"],
        seen_version=given["seen_version"],
        actor=actor,
        at=at,
    )


def _escalate(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.escalate_incident(number, reason=given["reason"], actor=actor, at=at)


def _start(number: str, _given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.start_incident(number, actor=actor, at=at)


def _wait(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.wait_incident(
        number,
        reason=WaitingReason(given["reason"]),
        note=given["note"],
        supplier=given["supplier"] or None,
        actor=actor,
        at=at,
    )


def _resume(number: str, _given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.resume_incident(number, actor=actor, at=at)


def _resolve(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.resolve_incident(
        number, code=given["code"], text=given["text"], actor=actor, at=at
    )


def _reopen(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.reopen_incident(number, reason=given["reason"], actor=actor, at=at)


def _close(number: str, _given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.close_incident(number, actor=actor, at=at)


def _cancel(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.cancel_incident(number, reason=given["reason"], actor=actor, at=at)


def _reply(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.reply_to_incident(
        number,
        text=given["text"],
        files=given["files"],
        wait_for_requester=given["wait_for_requester"],
        actor=actor,
        at=at,
    )


def _note(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    return actions.note_on_incident(
        number, text=given["text"], files=given["files"], actor=actor, at=at
    )


def _change(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    wanted: dict[str, Any] = {name: given[name] for name in ("title", "impact", "urgency")}
    for name in ("service", "offering", "service_state"):
        wanted[name] = given[name] or None
    # A priority that the writer left alone must not undo what somebody else set meanwhile.
    if (given["priority"], given["priority_reason"]) != (
        given["seen_priority"],
        given["seen_reason"],
    ):
        wanted |= {"priority": given["priority"], "priority_reason": given["priority_reason"]}
    return actions.change_incident(
        number, changes=wanted, seen_version=given["seen_version"], actor=actor, at=at
    )


def _link(number: str, given: Given, *, actor: Actor, at: datetime) -> object:
    # What is offered stands in the field with its title behind the number.
    parent = next(iter(given["parent"].split()), "").upper()
    return actions.change_incident(
        number,
        changes={"parent": parent or None},
        seen_version=given["seen_version"],
        actor=actor,
        at=at,
    )


# In the order in which the bar shows them.
STEPS: Mapping[str, Step] = {
    "take": Step(_("Take it"), "hand-stop", _("You have it now."), _take),
    "start": Step(_("Start work"), "player-play", _("Work has started."), _start),
    "resume": Step(_("Go on"), "player-play", _("It goes on."), _resume),
    "resolve": Step(
        _("Resolve"),
        "circle-check",
        _("Resolved. The requester is told."),
        _resolve,
        forms.ResolveForm,
        question=_("How was it resolved?"),
    ),
    "close": Step(_("Close"), "lock", _("Closed."), _close),
    "wait": Step(
        _("Wait"),
        "player-pause",
        _("It waits; the clocks follow the reason’s rule."),
        _wait,
        forms.WaitForm,
        question=_("What does it wait for?"),
    ),
    "assign": Step(
        _("Assign"),
        "user-plus",
        _("Assigned."),
        _assign,
        forms.AssignForm,
        question=_("Who shall have it?"),
    ),
    "escalate": Step(
        _("Next level"),
        "arrow-up",
        _("Passed to the next level of support."),
        _escalate,
        forms.ReasonForm,
        question=_("Why does it go to the next level of support?"),
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
        help=_("The requester is told. A cancelled incident cannot be opened again."),
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
    "change": Step(
        _("Change"),
        "pencil",
        _("Saved."),
        _change,
        forms.ChangeForm,
        question=_("Change the properties"),
        place="properties",
        submit=_("Save"),
    ),
    "link": Step(
        _("Link"),
        "link",
        _("Saved."),
        _link,
        forms.LinkForm,
        question=_("What is it a part of?"),
        place="family",
        right="change",
        submit=_("Save"),
    ),
}
