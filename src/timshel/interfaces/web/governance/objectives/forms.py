"""The forms in which objectives are written, judged and read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.kernel.actor import Actor
from timshel.performance_evaluation.measurement.queries import PROMISED_MEASURES, subject_choices
from timshel.performance_evaluation.measurement.states import (
    SUBJECT_NAMES,
    UNIT_NAMES,
    SubjectKind,
)
from timshel.planning.objective.actions import ObjectiveContent, ReadingGiven
from timshel.planning.objective.queries import parent_choices
from timshel.planning.objective.rules.content import (
    LONGEST_NOTE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_UNIT,
)
from timshel.planning.objective.states import Direction, Level

NEEDED = {"required": gettext_lazy("Please fill this in.")}
NOT_A_NUMBER = {"invalid": gettext_lazy("Give a number with at most three decimals.")}
BY_HAND = gettext_lazy("None: somebody records what is read")
NONE = gettext_lazy("None")
DIGITS, DECIMALS = 15, 3

Choices = list[tuple[Any, Any]]


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST_TEXT,
        widget=text_area(3),
    )


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


def _number(label: Any, *, required: bool = False) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=DIGITS,
        decimal_places=DECIMALS,
        widget=forms.NumberInput(attrs={"step": "any"}),
        error_messages={**NOT_A_NUMBER, **NEEDED},
    )


class ObjectiveForm(RefusableForm):
    """What is to be reached, by whom, until when, and how that is told."""

    level = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Level.choices)
    parent = forms.ChoiceField(
        label=gettext_lazy("What it serves"),
        help_text=gettext_lazy("A result serves a goal, an objective a result or a goal."),
        required=False,
    )
    title = forms.CharField(
        label=gettext_lazy("What is to be reached?"),
        max_length=LONGEST_TITLE,
        error_messages=NEEDED,
    )
    why = _text(gettext_lazy("Why?"))
    owner = forms.CharField(
        label=gettext_lazy("Who answers for it"),
        max_length=80,
        help_text=gettext_lazy("Name, mail address or code."),
        error_messages=NEEDED,
    )
    service_code = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    customer_code = forms.ChoiceField(label=gettext_lazy("Customer"), required=False)
    start_date = _day(gettext_lazy("From"))
    due_date = _day(gettext_lazy("To be reached by"))
    measure = forms.ChoiceField(
        label=gettext_lazy("Measure"),
        help_text=gettext_lazy("Its figures are counted once a month is over."),
        required=False,
    )
    subject = forms.ChoiceField(label=gettext_lazy("Counted on"), required=False)
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Of what is read by hand, such as “days” or “%”."),
        max_length=LONGEST_UNIT,
        required=False,
    )
    baseline = _number(gettext_lazy("Where we start from"))
    baseline_date = _day(gettext_lazy("Read on"))
    direction = forms.ChoiceField(label=gettext_lazy("Target"), choices=Direction.choices)
    target = _number(gettext_lazy("Value"))
    unmeasured_because = _text(
        gettext_lazy("Why it cannot be measured"),
        gettext_lazy("Only where there is no measure, no unit and no target."),
    )
    plan = _text(gettext_lazy("What is done to reach it"))
    resources = _text(gettext_lazy("What that takes"), gettext_lazy("People, money, tools, time."))
    judged_by = _text(gettext_lazy("How we judge whether it was reached"))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        actor: Actor,
        content: ObjectiveContent | None = None,
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        self._actor, self._content = actor, content
        groups = subject_choices(language=actor.language)
        offered = parent_choices(actor=actor, level=Level.OBJECTIVE)
        parents: Choices = [("", NONE), *((code, f"{code} {title}") for code, title in offered)]
        if content and content.parent and content.parent not in dict(parents):
            parents.append((content.parent, content.parent))
        self._choose("parent", parents)
        self._choose("measure", [("", BY_HAND), *_measures()])
        self._choose("subject", _subjects(groups))
        self._choose("service_code", [("", NONE), *groups[SubjectKind.SERVICE]])
        self._choose("customer_code", [("", NONE), *groups[SubjectKind.CUSTOMER]])
        if content:
            del self.fields["level"]

    def _choose(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def content(self) -> ObjectiveContent:
        """Return what the form says; only of one that is valid.

        Raises:
            Invalid: nobody, or more than one, is found as who answers for it.
        """
        given = self.cleaned_data
        kind, _colon, code = given["subject"].partition(":")
        is_counted = bool(given["measure"])
        return ObjectiveContent(
            level=self._content.level if self._content else Level(given["level"]),
            title=given["title"],
            owner=found_person(given["owner"], field="owner", actor=self._actor),
            parent=given["parent"],
            why=given["why"],
            service_code=given["service_code"],
            customer_code=given["customer_code"],
            start_date=given["start_date"],
            due_date=given["due_date"],
            measure=given["measure"],
            subject_kind=(kind or SubjectKind.EVERYTHING.value) if is_counted else "",
            subject_code=code if is_counted else "",
            unit=given["unit"],
            direction=Direction(given["direction"]),
            baseline=given["baseline"],
            baseline_date=given["baseline_date"],
            target=given["target"],
            unmeasured_because=given["unmeasured_because"],
            plan=given["plan"],
            resources=given["resources"],
            judged_by=given["judged_by"],
        )


def initial_of(content: ObjectiveContent, revision: int) -> dict[str, Any]:
    """Return what a form begins with."""
    found = {name: getattr(content, name) for name in content.__slots__}
    code = content.subject_code
    found["subject"] = f"{content.subject_kind}:{code}" if code else content.subject_kind
    for name in ("baseline", "target"):
        number = getattr(content, name)
        found[name] = None if number is None else f"{number.normalize():f}"
    return {**found, "revision": revision}


class JudgingForm(RefusableForm):
    """Why it is moved, and how that was judged."""

    outcome = forms.CharField(
        label=gettext_lazy("In a few words: how do you judge it, and why?"),
        max_length=LONGEST_TEXT,
        widget=text_area(3),
        error_messages=NEEDED,
    )


class ReadingForm(RefusableForm):
    """What was read on a day."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=NEEDED,
    )
    value = _number(gettext_lazy("Value"), required=True)
    note = forms.CharField(
        label=gettext_lazy("What is to be known of it"), max_length=LONGEST_NOTE, required=False
    )

    def __init__(self, data: Any = None, *, actor: Actor, at: datetime, **more: Any) -> None:
        today = actor.day_at(at)
        super().__init__(data, initial={"day": today}, **more)

    def reading(self) -> ReadingGiven:
        """Return what was read; only of a form that is valid."""
        given = self.cleaned_data
        return ReadingGiven(given["day"], given["value"], given["note"])


def _measures() -> Choices:
    return [(each.code, f"{each.name} ({UNIT_NAMES[each.unit]})") for each in PROMISED_MEASURES]


def _subjects(groups: Any) -> Choices:
    everything = SubjectKind.EVERYTHING
    return [
        (everything.value, SUBJECT_NAMES[everything]),
        *(
            (SUBJECT_NAMES[kind], [(f"{kind.value}:{code}", name) for code, name in rows])
            for kind, rows in groups.items()
            if rows
        ),
    ]
