"""The forms of management reviews."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.kernel.text import labelled
from timshel.performance_evaluation.management_review.queries import DecisionLine
from timshel.performance_evaluation.management_review.rules import LONGEST_COMMENT


class ReviewForm(RefusableForm):
    """Which meeting is a review."""

    meeting = forms.ChoiceField(
        label=_("Meeting"),
        help_text=_("Meetings of boards for management reviews that are no review yet."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        choices: Iterable[tuple[str, str, datetime]],
        *args: Any,
        zone: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["meeting"]
        field.choices = [
            (number, labelled(date_format(starts_at.astimezone(ZoneInfo(zone)).date()), title))
            for number, title, starts_at in choices
        ]


class CommentForm(RefusableForm):
    """What the manager says about a section."""

    text = forms.CharField(
        label=_("Comment"),
        max_length=LONGEST_COMMENT,
        required=False,
        widget=text_area(6),
        help_text=_("Frozen together with the section. Empty takes it back."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class OutputForm(RefusableForm):
    """Which decisions answer what a review has to decide."""

    decisions = forms.TypedMultipleChoiceField(
        label=_("Decisions of the meeting"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("That nothing is to be changed is a decision as well; the minutes say it."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, decisions: Iterable[DecisionLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["decisions"]
        field.choices = [(each.id, each.text) for each in decisions]
