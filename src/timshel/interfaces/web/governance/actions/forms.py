"""The forms of planned actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.kernel.actor import Actor
from timshel.planning.planned_action.queries import ActionRow
from timshel.planning.planned_action.rules import LONGEST_TEXT, LONGEST_TITLE, ActionPlan
from timshel.planning.planned_action.states import ActionKind


class ActionForm(RefusableForm):
    """Who does what until when."""

    title = forms.CharField(label=_("What is to be done?"), max_length=LONGEST_TITLE)
    detail = forms.CharField(
        label=_("More about it"), required=False, max_length=LONGEST_TEXT, widget=text_area(4)
    )
    kind = forms.ChoiceField(label=_("Why it is done"), choices=ActionKind.choices)
    owner = forms.CharField(
        label=_("Who does it"), max_length=80, help_text=_("Name, mail address or code.")
    )
    due_date = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def plan(self, actor: Actor) -> ActionPlan:
        """Return what was written.

        Raises:
            Invalid: nobody or several people are meant.
        """
        given = self.cleaned_data
        return ActionPlan(
            kind=ActionKind(given["kind"]),
            title=given["title"],
            detail=given["detail"],
            owner=found_person(given["owner"], field="owner", actor=actor),
            due_date=given["due_date"],
        )


class EndForm(RefusableForm):
    """What came of an action, or why it is dropped."""

    outcome = forms.CharField(
        label=_("What came of it, or why it is dropped"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=text_area(3),
    )


def begun(row: ActionRow) -> dict[str, Any]:
    """Return what the form of an action shows at first."""
    return {
        "title": row.title,
        "detail": row.detail,
        "kind": row.kind,
        "owner": row.owner_code,
        "due_date": row.due_date.isoformat(),
        "seen_revision": row.revision,
    }
