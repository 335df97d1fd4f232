"""The forms of improvements and of cycles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from timshel.improvement.initiative.queries import (
    CycleRow,
    ImprovementRow,
    cycle_choices,
    measure_choices,
)
from timshel.improvement.initiative.rules import (
    BENEFIT_WORDS,
    COST_WORDS,
    EFFORT_WORDS,
    LONGEST_NAME,
    LONGEST_PAGE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_UNIT,
    RISK_WORDS,
    Area,
    Assessment,
    CycleContent,
    ImprovementContent,
    Promised,
    Suggestion,
)
from timshel.improvement.initiative.states import Urgency
from timshel.interfaces.web.forms import RefusableForm, refusing, text_area
from timshel.interfaces.web.governance.improvements.words import area_choices, area_of, area_value
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text, WrongState

WORDS: Mapping[str, Mapping[int, Any]] = {
    "benefit": BENEFIT_WORDS,
    "cost": COST_WORDS,
    "effort": EFFORT_WORDS,
    "risk": RISK_WORDS,
}
TOLD = _("Whoever suggested it is told so.")


def _bands(name: str) -> list[tuple[str, Text]]:
    return [("", _("Please choose")), *((str(key), text) for key, text in WORDS[name].items())]


def _band(name: str, label: Text) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=str(label), choices=_bands(name), coerce=int)


def _choices(form: forms.Form, name: str, choices: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared below
    field.choices = choices


def _said(label: Text, *, is_needed: bool) -> forms.CharField:
    return forms.CharField(
        label=str(label),
        help_text=str(TOLD),
        required=is_needed,
        max_length=LONGEST_TEXT,
        widget=text_area(3),
    )


def kept(form: RefusableForm, do: Callable[[], Any]) -> Any:
    """Do something as ``refusing`` does; where somebody else was faster, what was typed stays."""
    try:
        return refusing(form, do)
    except WrongState as refusal:
        form.add_error(None, str(refusal.message))
        return None


class SuggestForm(RefusableForm):
    """What would be better: two fields."""

    title = forms.CharField(label=_("What would be better?"), max_length=LONGEST_TITLE)
    detail = forms.CharField(
        label=_("What is in the way today?"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=text_area(5),
    )
    page = forms.CharField(required=False, max_length=LONGEST_PAGE, widget=forms.HiddenInput)

    def suggestion(self) -> Suggestion:
        """Return what was written."""
        given = self.cleaned_data
        return Suggestion(title=given["title"], detail=given["detail"], page=given["page"])


class ContentForm(RefusableForm):
    """What an improvement is about, who answers for it and until when."""

    title = forms.CharField(label=_("What would be better?"), max_length=LONGEST_TITLE)
    detail = forms.CharField(
        label=_("More about it"), required=False, max_length=LONGEST_TEXT, widget=text_area(5)
    )
    area = forms.ChoiceField(label=_("What it is about"), required=False)
    urgency = forms.ChoiceField(label=_("Priority"), choices=Urgency.choices)
    owner = forms.CharField(
        label=_("Who answers for it"),
        required=False,
        max_length=80,
        help_text=_("Name, mail address or code."),
    )
    due_date = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    cycle = forms.TypedChoiceField(label=_("Cycle"), required=False, coerce=int, empty_value=None)
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: Actor, row: ImprovementRow, given: Any = None) -> None:
        super().__init__(given, initial=_content(row))
        _choices(self, "area", area_choices(actor.language, also=row.area))
        cycles = cycle_choices(actor=actor)
        if row.cycle_id is not None and row.cycle_id not in dict(cycles):
            cycles.append((row.cycle_id, row.cycle_name))
        _choices(self, "cycle", [("", _("None")), *cycles])

    def content(self, actor: Actor) -> ImprovementContent:
        """Return what was written.

        Raises:
            Invalid: nobody or several people are meant.
        """
        given = self.cleaned_data
        return ImprovementContent(
            title=given["title"],
            detail=given["detail"],
            area=area_of(given["area"]),
            urgency=Urgency(int(given["urgency"])),
            owner=found_person(given["owner"], field="owner", actor=actor),
            due_date=given["due_date"],
            cycle=given["cycle"],
        )


class AssessForm(RefusableForm):
    """What an improvement would bring and cost, and what is promised."""

    benefit = _band("benefit", _("Benefit"))
    cost = _band("cost", _("Cost"))
    effort = _band("effort", _("Effort"))
    risk = _band("risk", _("Risk"))
    expected_benefit = forms.CharField(
        label=_("What it is to bring"), max_length=LONGEST_TEXT, widget=text_area(3)
    )
    measure = forms.ChoiceField(
        label=_("Measured by"),
        required=False,
        help_text=_("A measure of the report cards; it is read for the last whole month."),
    )
    measured_area = forms.ChoiceField(label=_("Measured of"), required=False)
    unit = forms.CharField(
        label=_("Unit"),
        required=False,
        max_length=LONGEST_UNIT,
        help_text=_("Of a figure that you measure by hand, such as minutes."),
    )
    value_before = forms.DecimalField(
        label=_("Figure today"),
        required=False,
        help_text=_("Left empty, it is read from the measure; times are in minutes."),
    )
    value_expected = forms.DecimalField(label=_("Figure that is promised"), required=False)
    said = _said(_("What you say about it"), is_needed=False)

    def __init__(self, actor: Actor, row: ImprovementRow, given: Any = None) -> None:
        super().__init__(given, initial=_assessed(row))
        _choices(self, "measure", [("", _("By hand")), *measure_choices()])
        areas = area_choices(actor.language, also=row.measured_area)
        _choices(self, "measured_area", areas)

    def assessment(self) -> Assessment:
        """Return what was written."""
        given = self.cleaned_data
        promised = Promised(
            text=given["expected_benefit"],
            measure=given["measure"],
            area=area_of(given["measured_area"]) if given["measure"] else Area(),
            unit=given["unit"],
            before=given["value_before"],
            expected=given["value_expected"],
        )
        bands = {name: given[name] for name in WORDS}
        return Assessment(**bands, promised=promised)


class SayForm(RefusableForm):
    """What is said with a step."""

    said = _said(_("What you say about it"), is_needed=False)


class NeededSayForm(RefusableForm):
    """What is said with a step that needs words."""

    said = _said(_("What you say about it"), is_needed=True)


class PlanForm(RefusableForm):
    """Who does it until when."""

    owner = forms.CharField(
        label=_("Who answers for it"), max_length=80, help_text=_("Name, mail address or code.")
    )
    due_date = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    said = _said(_("What you say about it"), is_needed=False)


class MeasureForm(RefusableForm):
    """What it brought."""

    value_reached = forms.DecimalField(
        label=_("Figure that was reached"),
        required=False,
        help_text=_("Left empty, it is read from the measure; times are in minutes."),
    )
    said = _said(_("What it brought"), is_needed=True)


class CycleForm(RefusableForm):
    """A cycle with what is written at each step."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    area = forms.ChoiceField(label=_("What it is about"), required=False)
    plan = forms.CharField(
        label=_("Plan: what is to be reached, and how"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=text_area(4),
    )
    do = forms.CharField(
        label=_("Do: what was done"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=text_area(4),
    )
    check = forms.CharField(
        label=_("Check: what it brought"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=text_area(4),
    )
    act = forms.CharField(
        label=_("Act: what follows from it, and goes into the next cycle"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=text_area(4),
    )
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: Actor, row: CycleRow | None, given: Any = None) -> None:
        super().__init__(given, initial=_written(row) if row else None)
        if row is None:
            _choices(self, "area", area_choices(actor.language))
        else:
            del self.fields["area"]

    def content(self) -> CycleContent:
        """Return what was written."""
        given = self.cleaned_data
        return CycleContent(
            name=given["name"],
            area=area_of(given.get("area", "")),
            plan=given["plan"],
            do=given["do"],
            check=given["check"],
            act=given["act"],
        )


def _content(row: ImprovementRow) -> dict[str, Any]:
    return {
        "title": row.title,
        "detail": row.detail,
        "area": area_value(row.area),
        "urgency": row.urgency.value,
        "owner": row.owner_code,
        "due_date": row.due_date.isoformat() if row.due_date else "",
        "cycle": row.cycle_id,
        "seen_revision": row.revision,
    }


def _assessed(row: ImprovementRow) -> dict[str, Any]:
    figures = {
        name: format(value.normalize(), "f") if value is not None else ""
        for name, value in (
            ("value_before", row.value_before),
            ("value_expected", row.value_expected),
        )
    }
    return {
        **{name: getattr(row, name) for name in WORDS},
        "expected_benefit": row.expected_benefit,
        "measure": row.measure,
        "measured_area": area_value(row.measured_area),
        "unit": row.unit,
        **figures,
    }


def _written(row: CycleRow) -> dict[str, Any]:
    names = ("name", "plan", "do", "check", "act")
    return {**{name: getattr(row, name) for name in names}, "seen_revision": row.revision}
