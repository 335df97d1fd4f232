"""What is asked of whoever answers the telephone or the door, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.interfaces.web.desk.forms import RESOLUTION_CHOICES, StepForm
from timshel.interfaces.web.desk.words import CHANNEL_NAMES
from timshel.interfaces.web.forms import text_area
from timshel.operation.call.states import CHANNELS
from timshel.resolution_fulfilment.incident.states import ResolutionCode

NEW, QUESTION, OFFERING, NOTHING = "new", "question", "offering", "nothing"
CASE = "case:"
"""What a call is about; an open case is named by its number behind the colon."""

ABOUT = {
    NEW: gettext_lazy("Something is broken"),
    QUESTION: gettext_lazy("A question"),
    OFFERING: gettext_lazy("They need something"),
    NOTHING: gettext_lazy("Nothing to keep: only the call"),
}
MOMENT = "%Y-%m-%dT%H:%M"


class LogForm(StepForm):
    """A call or a visit: who it is, what it is about, and what comes of it."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How do they turn to us?"),
        choices=[(str(each), CHANNEL_NAMES[each]) for each in CHANNELS],
        widget=forms.RadioSelect,
        initial=str(CHANNELS[0]),
    )
    person = forms.CharField(label=gettext_lazy("Who is it?"), required=False, max_length=100)
    requester = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=200)
    number = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=60)
    email = forms.CharField(label=gettext_lazy("E-mail"), required=False, max_length=200)
    about = forms.CharField(max_length=40, initial=NEW, widget=forms.HiddenInput)
    template = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("In a few words"), required=False, max_length=250)
    text = forms.CharField(label=gettext_lazy("What they say"), required=False, widget=text_area(4))
    service = forms.CharField(
        label=gettext_lazy("Service"), required=False, max_length=40, widget=forms.Select
    )
    offering = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    solution = forms.CharField(
        label=gettext_lazy("What you did about it"),
        required=False,
        widget=text_area(2),
        help_text=gettext_lazy("Only where it is solved now. The requester reads this."),
    )
    code = forms.ChoiceField(
        label=gettext_lazy("How it was resolved"),
        choices=RESOLUTION_CHOICES,
        initial=str(ResolutionCode.FIXED),
        required=False,
    )
    back_at = forms.DateTimeField(
        label=gettext_lazy("When"),
        required=False,
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )
    back_number = forms.CharField(
        label=gettext_lazy("At which number"), required=False, max_length=60
    )
    back_reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=500)
    once = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    began = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    call = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, given: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__("log", given, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Ask who it is, what it is about, and when to call back where a reason is given."""
        given = super().clean() or self.cleaned_data
        if not given.get("requester") and not (given.get("name") or given.get("number")):
            self.add_error("person", _("Find the person, or write down name and number."))
        about = given.get("about", NEW)
        if about not in ABOUT and not about.startswith(CASE):
            self.add_error("about", _("Please say what it is about."))
        if about in (NEW, QUESTION) and not (given.get("title") or given.get("template")):
            self.add_error("title", _("Please say in a few words what it is about."))
        if about == OFFERING and not given.get("offering"):
            self.add_error("title", _("Find what they need, and choose it from the list."))
        if given.get("back_reason") and not given.get("back_at") and "back_at" not in self.errors:
            self.add_error("back_at", _("Please say when they will be called back."))
        return given
