"""The forms in which resources and their figures are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy, pgettext_lazy

from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.governance.resources.shown import plain, quarter_name
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.kernel.actor import Actor
from timshel.service_portfolio.service.queries import service_choices
from timshel.support.competence.queries import role_choices, team_choices
from timshel.support.resource.actions import Figures, ResourceContent
from timshel.support.resource.queries import ResourceRow
from timshel.support.resource.rules.content import (
    AMOUNTS,
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_UNIT,
    figure_field,
)
from timshel.support.resource.states import ResourceKind

NEEDED = {"required": gettext_lazy("Please fill this in.")}
NOT_AN_AMOUNT = dict.fromkeys(
    ("invalid", "min_value", "max_digits", "max_decimal_places", "max_whole_digits"),
    gettext_lazy("Give a number from 0, with at most four decimals."),
)
NONE = gettext_lazy("None")
DIGITS, DECIMALS = 16, 4
LABELS = {
    "available": gettext_lazy("Available"),
    "needed": gettext_lazy("Needed"),
    "used": pgettext_lazy("resource", "Used"),
}

Choices = list[tuple[Any, Any]]


class ResourceForm(RefusableForm):
    """What a resource is, in what it is counted and who answers for it."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=ResourceKind.choices)
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=LONGEST_NAME, error_messages=NEEDED
    )
    unit = forms.CharField(
        label=gettext_lazy("Counted in"),
        help_text=gettext_lazy("Such as full-time posts, TB, licences or EUR."),
        max_length=LONGEST_UNIT,
        error_messages=NEEDED,
    )
    owner = forms.CharField(
        label=gettext_lazy("Who answers for it"),
        max_length=80,
        help_text=gettext_lazy("Name, mail address or code."),
        error_messages=NEEDED,
    )
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    service_code = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("Responsibility role"),
        help_text=gettext_lazy("Where it provides for one, such as that of incident managers."),
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=text_area(4),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, actor: Actor, row: ResourceRow | None = None, **more: Any
    ) -> None:
        super().__init__(data, **more)
        self._actor = actor
        content = row.content if row else None
        offered: dict[str, Choices] = {
            "team": list(team_choices(language=actor.language)),
            "service_code": list(service_choices(language=actor.language)),
            "role": list(role_choices(language=actor.language)),
        }
        for name, choices in offered.items():
            kept = getattr(content, name) if content else ""
            if kept and kept not in dict(choices):
                choices.append((kept, kept))
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", NONE), *choices]

    def content(self) -> ResourceContent:
        """Return what the form says; only of one that is valid.

        Raises:
            Invalid: nobody, or more than one, is found as who answers for it.
        """
        given = self.cleaned_data
        return ResourceContent(
            kind=ResourceKind(given["kind"]),
            name=given["name"],
            unit=given["unit"],
            owner=found_person(given["owner"], field="owner", actor=self._actor),
            team=given["team"],
            role=given["role"],
            service_code=given["service_code"],
            note=given["note"],
        )


def initial_of(row: ResourceRow) -> dict[str, Any]:
    """Return what the form of a resource begins with."""
    content = row.content
    found = {name: getattr(content, name) for name in content.__slots__}
    return {**found, "revision": row.revision}


class FiguresForm(RefusableForm):
    """The figures of a resource over quarters; what was used only of those that are over."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        quarters: Sequence[date],
        now: date,
        known: Mapping[date, Figures],
        revision: int,
    ) -> None:
        initial: dict[str, Any] = {"revision": revision}
        for quarter in quarters:
            for name in AMOUNTS:
                value = getattr(known.get(quarter), name, None)
                initial[figure_field(name, quarter)] = "" if value is None else f"{plain(value):f}"
        super().__init__(data, initial=initial)
        self._quarters, self._now = tuple(quarters), now
        for quarter in quarters:
            for name in AMOUNTS:
                if name != "used" or quarter < now:
                    self.fields[figure_field(name, quarter)] = forms.DecimalField(
                        label=LABELS[name],
                        required=False,
                        min_value=0,
                        max_digits=DIGITS,
                        decimal_places=DECIMALS,
                        widget=forms.NumberInput(attrs={"step": "any", "min": "0"}),
                        error_messages=NOT_AN_AMOUNT,
                    )

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """Return the fields of each quarter below its name, the newest first."""
        return [
            (
                quarter_name(quarter),
                [
                    self[figure_field(name, quarter)]
                    for name in AMOUNTS
                    if figure_field(name, quarter) in self.fields
                ],
            )
            for quarter in reversed(self._quarters)
        ]

    def figures(self) -> list[Figures]:
        """Return what the form says; only of one that is valid."""
        given = self.cleaned_data
        return [
            Figures(
                quarter,
                **{name: given.get(figure_field(name, quarter)) for name in AMOUNTS},
            )
            for quarter in self._quarters
        ]
