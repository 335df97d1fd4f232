"""The forms in which an issue is described and looked at again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from timshel.context.issue.queries import IssueView
from timshel.context.issue.rules import LONGEST_TEXT, LONGEST_TITLE, MOST_MONTHS, IssueContent
from timshel.context.issue.states import (
    EFFECT_NAMES,
    KIND_NAMES,
    KINDS_OF,
    ORIGIN_NAMES,
    Effect,
    IssueKind,
    IssueTrigger,
)
from timshel.interfaces.web.governance.issues.saving import (
    NEEDED,
    SeenForm,
    day_control,
    offer,
    text_control,
)
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.kernel.actor import Actor

KIND_CHOICES = [
    (ORIGIN_NAMES[origin], [(kind.value, KIND_NAMES[kind]) for kind in kinds])
    for origin, kinds in KINDS_OF.items()
]
EFFECT_CHOICES = [(effect.value, name) for effect, name in EFFECT_NAMES.items()]
STAYS = gettext_lazy("It stays as it is")
TRIGGER_NAMES = {
    IssueTrigger.WATCH: gettext_lazy("It is only watched from now on"),
    IssueTrigger.CLOSE: gettext_lazy("It matters no more: close it"),
    IssueTrigger.REOPEN: gettext_lazy("It matters again: take it up"),
}


class IssueForm(SeenForm):
    """What an issue is, and who watches it."""

    title = forms.CharField(
        label=gettext_lazy("The issue"),
        help_text=gettext_lazy("In a few words."),
        max_length=LONGEST_TITLE,
        error_messages=NEEDED,
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it is about"), choices=KIND_CHOICES)
    effect = forms.ChoiceField(
        label=gettext_lazy("What it does to the services"), choices=EFFECT_CHOICES
    )
    meaning = forms.CharField(
        label=gettext_lazy("What it means for the services"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=text_control(4),
    )
    owner = forms.CharField(
        label=gettext_lazy("Who watches it"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Name, mail address or code."),
    )
    review_months = forms.IntegerField(
        label=gettext_lazy("Looked at again every so many months"),
        min_value=1,
        max_value=MOST_MONTHS,
        initial=6,
        error_messages=NEEDED,
    )
    review_date = forms.DateField(
        label=gettext_lazy("Next review"),
        required=False,
        widget=day_control(),
        help_text=gettext_lazy("Empty: counted from today."),
    )

    def content(self, actor: Actor) -> IssueContent:
        """Return what was written.

        Raises:
            Invalid: nobody, or more than one, is found as its owner.
        """
        given = self.cleaned_data
        return IssueContent(
            title=given["title"],
            kind=IssueKind(given["kind"]),
            effect=Effect(given["effect"]),
            meaning=given["meaning"],
            owner=found_person(given["owner"], field="owner", actor=actor),
            review_months=given["review_months"],
            review_date=given["review_date"],
        )


class IssueReviewForm(SeenForm):
    """What was found when an issue was looked at again, and what follows from it."""

    finding = forms.CharField(
        label=gettext_lazy("What was found?"),
        max_length=LONGEST_TEXT,
        widget=text_control(3),
        error_messages=NEEDED,
    )
    trigger = forms.ChoiceField(label=gettext_lazy("What follows from it?"), required=False)
    review_date = forms.DateField(
        label=gettext_lazy("Next review"),
        required=False,
        widget=day_control(),
        help_text=gettext_lazy("Empty: counted from today."),
    )

    def __init__(self, view: IssueView, given: Any = None) -> None:
        super().__init__(given, auto_id="review-%s", initial={"revision": view.row.revision})
        steps: list[tuple[str, Any]] = [
            (trigger.value, TRIGGER_NAMES[trigger]) for trigger in view.triggers
        ]
        offer(self, "trigger", [("", STAYS), *steps] if view.row.closed_at is None else steps)

    @property
    def step(self) -> IssueTrigger | None:
        """What follows, or None where the issue stays as it is."""
        chosen = self.cleaned_data["trigger"]
        return IssueTrigger(chosen) if chosen else None


def written(view: IssueView) -> dict[str, Any]:
    """Return an issue as its form begins."""
    row = view.row
    return {
        "title": row.title,
        "kind": row.kind.value,
        "effect": row.effect.value,
        "meaning": row.meaning,
        "owner": row.owner_code,
        "review_months": row.review_months,
        "review_date": row.review_date,
        "revision": row.revision,
    }
