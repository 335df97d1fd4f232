"""The forms in which communications are planned, told and answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.kernel.actor import Actor
from timshel.service_portfolio.service.queries import service_choices
from timshel.support.communication_plan.rules import (
    EMPTY,
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_REACHED,
    PlanContent,
)
from timshel.support.communication_plan.states import Medium, Rhythm

NEEDED = {"required": EMPTY}


def _line(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_LINE, error_messages=NEEDED, **more)


def _text(label: Any) -> forms.CharField:
    widget = text_area(3)
    return forms.CharField(
        label=label, max_length=LONGEST_TEXT, widget=widget, error_messages=NEEDED
    )


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=NEEDED)


class PlanForm(RefusableForm):
    """What is told to whom, by which way, when and how often."""

    subject = _line(_("Subject"))
    message = _text(_("What is said, and why"))
    stakeholders = _line(_("Whom it is for"))
    owner = _line(_("Who sees to it"), help_text=_("Name, mail address or code."))
    due_date = _day(_("To be told by"))
    medium = forms.ChoiceField(label=_("By which way"), choices=Medium.choices)
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices)
    service_code = forms.ChoiceField(label=_("Service"), required=False)
    is_open = forms.BooleanField(
        label=_("Everybody may read and answer it, people of customers too"), required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, actor: Actor, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        choices: list[tuple[str, Any]] = list(service_choices(language=actor.language))
        kept = (initial or {}).get("service_code", "")
        if kept and kept not in dict(choices):
            choices.append((kept, kept))
        field = self.fields["service_code"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("None")), *choices]

    def content(self, *, actor: Actor) -> PlanContent:
        """Return what the form says; only of one that is valid.

        Raises:
            Invalid: nobody, or more than one, is found as who sees to it.
        """
        given = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        given["owner"] = found_person(given["owner"], field="owner", actor=actor)
        given["medium"], given["rhythm"] = Medium(given["medium"]), Rhythm(given["rhythm"])
        return PlanContent(**given)


class TellForm(RefusableForm):
    """What was told on a day."""

    day = _day(_("Day"))
    said = _text(_("What was said"))
    reached = forms.IntegerField(
        label=_("How many it reached"), min_value=0, max_value=MOST_REACHED, required=False
    )
    evidence = _line(_("Where that can be seen"), required=False)


class CancelForm(RefusableForm):
    """Why it is told no more."""

    reason = _text(_("Why is it told no more?"))


class FeedbackForm(RefusableForm):
    """What somebody said to it."""

    outsider = _line(_("Who said it"))
    received_on = _day(_("Day"))
    text = _text(_("What was said"))


class OwnFeedbackForm(RefusableForm):
    """What the reader says to it."""

    text = _text(_("What do you say to it?"))


class SettleForm(RefusableForm):
    """What is answered, or why nothing is."""

    answer = _text(_("Answer, or why there is none"))
    is_answered = forms.BooleanField(label=_("This is an answer"), required=False, initial=True)
