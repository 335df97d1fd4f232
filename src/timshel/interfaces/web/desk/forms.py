"""What the forms of the record hold, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.desk.words import IMPACT_NAMES, URGENCY_NAMES
from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.kernel.errors import Text
from timshel.operation.work.states import BY_HAND, WAITING_NAMES, WaitingReason
from timshel.resolution_fulfilment.incident.states import (
    PRIORITY_NAMES,
    RESOLUTION_NAMES,
    SERVICE_STATE_NAMES,
    ResolutionCode,
)

RESOLUTION_CHOICES = [
    (str(code), name) for code, name in RESOLUTION_NAMES.items() if code != ResolutionCode.CONFIRMED
]


def fetching(url_name: str, target: str) -> forms.Select:
    """Return a select whose choice fills another one.

    Args:
        url_name: where the entries of the other select come from.
        target: the other select.
    """
    return forms.Select(attrs={"hx-get": reverse_lazy(url_name), "hx-target": target})


class StepForm(RefusableForm):
    """The form of a step, with the version of the record that its writer saw.

    Args:
        verb: the step; the controls' ids begin with it, since a page holds several forms.
        given: what was posted, or None.
        initial: values to begin with.
    """

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        verb: str,
        given: Any = None,
        *,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(given, auto_id=f"{verb}-%s", initial=dict(initial or {}))
        for field in self.fields.values():
            field.error_messages["required"] = _("Please fill this in.")

    def without(self, *names: str) -> None:
        """Leave out fields that the writer may not use; what they hold is sent along unseen."""
        for name in names:
            self.fields[name].widget = forms.HiddenInput()

    def offer(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        """Fill the list of a select whose entries come from the records."""
        widget = self.fields[name].widget
        if isinstance(widget, forms.Select):
            widget.choices = choices


class AssignForm(StepForm):
    """To whom an incident is given."""

    team = forms.CharField(
        label=_("Team"), max_length=40, widget=fetching("desk-members", "#assign-assignee")
    )
    assignee = forms.IntegerField(label=_("Person"), required=False, widget=forms.Select)


class ReasonForm(StepForm):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), widget=text_area(3))


class WaitForm(StepForm):
    """What is waited for."""

    reason = forms.ChoiceField(
        label=_("Waiting for"),
        choices=[(str(key), WAITING_NAMES[key]) for key in BY_HAND],
        initial=WaitingReason.REQUESTER,
    )
    supplier = forms.CharField(
        label=_("Which supplier"),
        required=False,
        max_length=40,
        widget=forms.Select,
        help_text=_("Only where it waits for a supplier. The requester does not learn which."),
    )
    note = forms.CharField(
        label=_("Internal note"),
        required=False,
        widget=text_area(2),
        help_text=_("Only those who work on this see it."),
    )


class ResolveForm(StepForm):
    """How an incident came to its end."""

    code = forms.ChoiceField(label=_("How it was resolved"), choices=RESOLUTION_CHOICES)
    text = forms.CharField(
        label=_("What was done"),
        widget=text_area(4),
        help_text=_("The requester reads this."),
    )


class WritingForm(StepForm):
    """Something said; ``once`` keeps a form that is sent twice from being said twice."""

    once = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)


class ReplyForm(WritingForm):
    """A public reply."""

    text = forms.CharField(label=_("Your reply"), widget=text_area(4), required=False)
    wait_for_requester = forms.BooleanField(required=False, widget=forms.HiddenInput)


class NoteForm(WritingForm):
    """An internal note."""

    text = forms.CharField(label=_("Your internal note"), widget=text_area(4), required=False)


class LinkForm(StepForm):
    """The parent of an incident."""

    parent = forms.CharField(
        label=_("The parent, by number or title"),
        required=False,
        max_length=250,
        help_text=_("Leave it empty to take this incident away from its parent."),
    )


def _numbered(names: Mapping[int, Any]) -> list[tuple[int, Text]]:
    return list(names.items())


class ChangeForm(StepForm):
    """The properties of an incident. What the requester wrote is not among them."""

    title = forms.CharField(label=_("Title"), max_length=250)
    service = forms.CharField(
        label=_("Service"),
        required=False,
        max_length=40,
        widget=fetching("desk-offerings", "#change-offering"),
    )
    offering = forms.CharField(
        label=_("Offering"), required=False, max_length=60, widget=forms.Select
    )
    impact = forms.TypedChoiceField(label=_("Impact"), coerce=int, choices=_numbered(IMPACT_NAMES))
    urgency = forms.TypedChoiceField(
        label=_("Urgency"), coerce=int, choices=_numbered(URGENCY_NAMES)
    )
    service_state = forms.ChoiceField(
        label=_("State of the service"),
        required=False,
        choices=[("", _("Not stated")), *SERVICE_STATE_NAMES.items()],
        help_text=_("Where it is stated, the impact follows from it."),
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("From impact and urgency")),
            *((key, f"P{key}") for key in PRIORITY_NAMES),
        ],
    )
    priority_reason = forms.CharField(
        label=_("Reason for another priority"), required=False, max_length=500
    )
    seen_priority = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_reason = forms.CharField(required=False, widget=forms.HiddenInput)
