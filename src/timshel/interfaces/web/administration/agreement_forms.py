"""The forms of a draft of an agreement: its head and the rows that one can add and take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.forms import RefusableForm
from timshel.relationship_agreement.service_level.rules.phrases import CATEGORY_NAMES
from timshel.relationship_agreement.service_level.states import (
    AGREEMENT_NAMES,
    GOAL_NAMES,
    KIND_NAMES,
    RECIPIENT_NAMES,
    UNIT_NAMES,
)
from timshel.resolution_fulfilment.incident.states import PRIORITY_NAMES

Choices = Sequence[tuple[Any, Any]]
LARGEST_AMOUNT = 10_000_000

PERIOD_CHOICES: Choices = (
    ("", _("in all")),
    ("month", _("a month")),
    ("year", _("a year")),
)
CATEGORY_CHOICES: Choices = [(f"category:{code}", name) for code, name in CATEGORY_NAMES.items()]
PRIORITY_CHOICES: Choices = (("", _("Each priority")), *PRIORITY_NAMES.items())
DIRECTION_CHOICES: Choices = (("least", _("at least")), ("most", _("at most")))
MOMENT_CHOICES: Choices = (
    ("percent", _("per cent of the time is used")),
    ("minutes", _("minutes of working time are left")),
)


def _named(names: Mapping[Any, Promise]) -> Choices:
    return [(key.value, name) for key, name in names.items()]


class HeadForm(RefusableForm):
    """What an agreement says once, and with whom it is made.

    Args:
        given: what was posted, or None.
        options: the customers, units, teams, suppliers and calendars to choose from.
        is_new: whether the agreement needs a code.
        initial: values to begin with.
    """

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Small letters, digits and hyphens, as in “climate-premium”. It stays."),
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=_named(AGREEMENT_NAMES))
    party = forms.ChoiceField(
        label=_("Made with"),
        required=False,
        help_text=_("Of a service level agreement: one customer, unit or category, or everybody."),
    )
    provider = forms.ChoiceField(
        label=_("Promised by"),
        required=False,
        help_text=_("The team of an operational level agreement, or the supplier of a contract."),
    )
    recipient = forms.ChoiceField(
        label=_("Promised to the team"),
        required=False,
        help_text=_("Of an operational level agreement; every team if none is named."),
    )
    calendar = forms.ChoiceField(
        label=_("Calendar"), help_text=_("The hours in which time is counted.")
    )
    text = forms.CharField(
        label=_("In the customer’s words"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What it is for and what to expect. Markdown may be used."),
    )
    restarts_on_reopening = forms.BooleanField(
        label=_("Work that is opened again gets the whole time again"), required=False
    )
    owner = forms.CharField(
        label=_("Owner"),
        required=False,
        max_length=200,
        help_text=_("Who answers for it: a name or an e-mail address."),
    )
    review_date = forms.DateField(
        label=_("Review"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    is_option = forms.BooleanField(
        label=_("A level that customers choose; it applies to those alone who did"),
        required=False,
    )
    price = forms.DecimalField(label=_("Price"), required=False, max_digits=12, decimal_places=2)
    currency = forms.CharField(label=_("Currency"), required=False, max_length=3)
    price_period = forms.ChoiceField(label=_("For"), required=False, choices=PERIOD_CHOICES)
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        given: Any,
        *,
        options: Mapping[str, Choices],
        is_new: bool,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(given, auto_id="agreement-%s", initial=dict(initial or {}))
        for name in ("party", "provider", "recipient", "calendar"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = options[name]
        if not is_new:
            del self.fields["code"]


class RowForm(forms.Form):
    """One row of a table of the draft; its controls are named by the column.

    Args:
        given: what was posted, or None.
        position: of the row.
        options: the choices of its lists.
        initial: values to begin with.
    """

    group = ""

    def __init__(
        self,
        given: Any,
        position: int,
        *,
        options: Mapping[str, Choices],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            given,
            prefix=f"{self.group}-{position}",
            auto_id="row-%s",
            initial=dict(initial or {}),
        )
        self.position = position
        self.faults: list[str] = []
        for name, field in self.fields.items():
            if name in options and isinstance(field, forms.ChoiceField):
                field.choices = options[name]

    @property
    def shown_faults(self) -> list[str]:
        """What is wrong with the row, for the line beneath it; nothing where it is left blank."""
        if self.is_blank:
            return []
        found = [str(text) for texts in self.errors.values() for text in texts]
        return [*self.faults, *found]

    @property
    def is_blank(self) -> bool:
        """Whether nobody wrote anything into it."""
        return not any(self[name].value() for name in self.telling)

    telling: tuple[str, ...] = ()


class TargetForm(RowForm):
    """A target."""

    group = "targets"
    telling = ("amount", "attainment")

    kind = forms.ChoiceField(label=_("Clock"), choices=_named(KIND_NAMES))
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        required=False,
        choices=PRIORITY_CHOICES,
        coerce=int,
        empty_value=None,
    )
    amount = forms.IntegerField(label=_("Amount"), min_value=1, max_value=LARGEST_AMOUNT)
    unit = forms.ChoiceField(label=_("Unit"), choices=_named(UNIT_NAMES), initial="hours")
    scope = forms.ChoiceField(label=_("For"), required=False)
    calendar = forms.ChoiceField(label=_("Counted in"), required=False)
    attainment = forms.DecimalField(
        label=_("Per cent in time"), required=False, max_digits=5, decimal_places=2
    )


class GoalForm(RowForm):
    """A goal."""

    group = "goals"
    telling = ("value", "name")

    measure = forms.ChoiceField(label=_("Measure"), choices=_named(GOAL_NAMES))
    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    direction = forms.ChoiceField(label=_("Direction"), choices=DIRECTION_CHOICES)
    value = forms.DecimalField(label=_("Value"), max_digits=16, decimal_places=4)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40)


class EscalationForm(RowForm):
    """Who hears when."""

    group = "escalations"
    telling = ("moment",)

    clock = forms.ChoiceField(
        label=_("Clock"),
        required=False,
        choices=(("", _("Each clock")), *_named(KIND_NAMES)),
    )
    moment = forms.IntegerField(label=_("When"), min_value=1, max_value=LARGEST_AMOUNT)
    moment_kind = forms.ChoiceField(label=_("Of what"), choices=MOMENT_CHOICES)
    recipient = forms.ChoiceField(label=_("Who hears"), choices=_named(RECIPIENT_NAMES))
    role = forms.ChoiceField(label=_("Role"), required=False)
    at_night = forms.BooleanField(label=_("Also at night"), required=False)


ROW_FORMS: Mapping[str, Callable[..., RowForm]] = {
    "targets": TargetForm,
    "goals": GoalForm,
    "escalations": EscalationForm,
}
MOST_ROWS = 200
