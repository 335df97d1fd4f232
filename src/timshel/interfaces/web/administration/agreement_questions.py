"""What is asked before something is done with an agreement: from when, until when, over what."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.interfaces.web.forms import RefusableForm

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
MONTHS_A_QUARTER = 3
WHEN_CHOICES = (
    ("now", gettext_lazy("At once")),
    ("later", gettext_lazy("From a moment that I give")),
    ("ever", gettext_lazy("For all the past, too, so that what was can be measured by it")),
)


class PublishForm(RefusableForm):
    """From when on a draft is to hold."""

    when = forms.ChoiceField(
        label=gettext_lazy("From when on?"),
        choices=WHEN_CHOICES,
        widget=forms.RadioSelect,
        initial="now",
    )
    valid_from = forms.DateTimeField(
        label=gettext_lazy("The moment"), required=False, widget=MOMENT
    )

    def __init__(self, given: Any = None, *, is_first: bool) -> None:
        super().__init__(given, auto_id="publish-%s")
        field = self.fields["when"]
        if isinstance(field, forms.ChoiceField) and not is_first:
            field.choices = WHEN_CHOICES[:2]

    def clean(self) -> dict[str, Any]:
        """Ask for the moment where one is wanted."""
        given = super().clean() or {}
        if given.get("when") == "later" and not given.get("valid_from") and not self.errors:
            self.add_error("valid_from", _("Please give the moment."))
        return given


class EndForm(RefusableForm):
    """Until when an agreement is to hold."""

    valid_until = forms.DateTimeField(
        label=gettext_lazy("Until"),
        required=False,
        widget=MOMENT,
        help_text=gettext_lazy("Without a moment it ends at once."),
    )


class PreviewForm(RefusableForm):
    """The cases that a draft is tried over."""

    opened_from = forms.DateField(
        label=gettext_lazy("Opened from"), widget=forms.DateInput(attrs={"type": "date"})
    )
    opened_until = forms.DateField(
        label=gettext_lazy("Opened until"), widget=forms.DateInput(attrs={"type": "date"})
    )

    @classmethod
    def of_last_quarter(cls, today: date) -> PreviewForm:
        """Return the form for the last whole quarter of a year."""
        since, until = last_quarter(today)
        initial = {"opened_from": since.isoformat(), "opened_until": until.isoformat()}
        return cls(auto_id="preview-%s", initial=initial)


def last_quarter(today: date) -> tuple[date, date]:
    """Return the first and the last day of the last whole quarter of a year."""
    first_month = (today.month - 1) // MONTHS_A_QUARTER * MONTHS_A_QUARTER + 1
    until = date(today.year, first_month, 1)
    year, month = (until.year, until.month - MONTHS_A_QUARTER)
    since = date(year, month, 1) if month > 0 else date(year - 1, month + 12, 1)
    return since, date.fromordinal(until.toordinal() - 1)
