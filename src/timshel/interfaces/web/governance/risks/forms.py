"""The forms of risks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.kernel.actor import Actor
from timshel.planning.risk import subjects
from timshel.planning.risk.queries import LevelRow, RiskView, area_list
from timshel.planning.risk.rules import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    Analysis,
    Level,
    Link,
    Occurrence,
    Review,
    RiskContent,
    Treatment,
)
from timshel.planning.risk.states import LinkKind, options

KINDS = (("", _("A risk: it is feared")), ("yes", _("An opportunity: it is hoped for")))


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    control = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=control)


def _text(label: Any, *, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LONGEST_TEXT, widget=text_area(rows)
    )


class RiskDeedForm(RefusableForm):
    """What all forms about a risk hold: the revision that was seen."""

    revision = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class RiskForm(RiskDeedForm):
    """What is said of a risk or an opportunity."""

    title = forms.CharField(label=_("In a few words"), max_length=LONGEST_TITLE)
    is_opportunity = forms.ChoiceField(label=_("What it is"), choices=KINDS, required=False)
    event = _text(_("What may happen?"))
    cause = _text(_("Why may it happen?"), required=False)
    consequence = _text(_("What would it mean?"), required=False)
    area = forms.ChoiceField(label=_("Area"))
    owner = forms.CharField(
        label=_("Who answers for it"), max_length=80, help_text=_("Name, mail address or code.")
    )
    services = forms.MultipleChoiceField(
        label=_("Services"), required=False, widget=forms.CheckboxSelectMultiple
    )
    suppliers = forms.MultipleChoiceField(
        label=_("Suppliers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    processes = forms.MultipleChoiceField(
        label=_("Processes"), required=False, widget=forms.CheckboxSelectMultiple
    )

    ABOUT = (
        ("services", LinkKind.SERVICE),
        ("suppliers", LinkKind.SUPPLIER),
        ("processes", LinkKind.PROCESS),
    )

    def __init__(
        self, actor: Actor, given: Any = None, *, view: RiskView | None = None, **more: Any
    ) -> None:
        super().__init__(given, initial=_begun(view) if view else None, **more)
        self._actor = actor
        self._choose("area", [(row.code, row.name) for row in area_list(language=actor.language)])
        for name, kind in self.ABOUT:
            known = subjects.choices(kind, language=actor.language)
            kept = [
                (each.code, each.name or each.code)
                for each in (view.links if view else ())
                if each.kind == kind and each.code not in dict(known)
            ]
            self._choose(name, [*known, *kept])
            if not known and not kept:
                del self.fields[name]

    def content(self) -> RiskContent:
        """Return what was written.

        Raises:
            Invalid: nobody or several people are meant.
        """
        given = self.cleaned_data
        return RiskContent(
            title=given["title"],
            area=given["area"],
            owner=found_person(given["owner"], field="owner", actor=self._actor),
            is_opportunity=bool(given["is_opportunity"]),
            event=given["event"],
            cause=given["cause"],
            consequence=given["consequence"],
            links=tuple(
                Link(kind.value, code) for name, kind in self.ABOUT for code in given.get(name, ())
            ),
        )

    def _choose(self, name: str, rows: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = list(rows)


def _begun(view: RiskView) -> dict[str, Any]:
    row = view.row
    return {
        "title": row.title,
        "is_opportunity": "yes" if row.is_opportunity else "",
        "event": view.event,
        "cause": view.cause,
        "consequence": view.consequence,
        "area": row.area_code,
        "owner": row.owner_code,
        "revision": view.revision,
        **{
            name: [each.code for each in view.links if each.kind == kind]
            for name, kind in RiskForm.ABOUT
        },
    }


def _level(label: Any, words: Sequence[LevelRow], *, required: bool) -> forms.TypedChoiceField:
    shown = [
        (each.level, f"{each.level} {each.name}" + (f": {each.meaning}" if each.meaning else ""))
        for each in words
    ]
    return forms.TypedChoiceField(
        label=label,
        choices=[("", "–"), *shown],
        coerce=int,
        empty_value=None,
        required=required,
    )


def _given_level(form: forms.Form, prefix: str) -> Level | None:
    """Return a level as it was given; None where none of it was."""
    likelihood = form.cleaned_data[f"{prefix}likelihood"]
    impact = form.cleaned_data[f"{prefix}impact"]
    if likelihood is None and impact is None:
        return None
    return Level(likelihood or 0, impact or 0)


class AnalyseForm(RiskDeedForm):
    """How a risk is judged."""

    def __init__(self, view: RiskView, given: Any = None) -> None:
        row = view.row
        initial: dict[str, Any] = {"revision": view.revision}
        for prefix, level in (("", row.inherent), ("residual_", row.residual)):
            initial[f"{prefix}likelihood"] = level.likelihood if level else None
            initial[f"{prefix}impact"] = level.impact if level else None
        super().__init__(given, initial=initial)
        words = view.criteria
        self.fields |= {
            "likelihood": _level(
                _("Likelihood without treatment"), words.likelihood, required=True
            ),
            "impact": _level(_("Impact without treatment"), words.impact, required=True),
            "residual_likelihood": _level(
                _("Likelihood that remains"), words.likelihood, required=False
            ),
            "residual_impact": _level(_("Impact that remains"), words.impact, required=False),
            "reason": _text(_("Why do you judge it so?")),
        }

    def analysis(self) -> Analysis:
        """Return what was chosen."""
        given = self.cleaned_data
        return Analysis(
            Level(given["likelihood"], given["impact"]),
            _given_level(self, "residual_"),
            given["reason"],
        )


class TreatForm(RiskDeedForm):
    """What is done about a risk."""

    def __init__(self, view: RiskView, given: Any = None) -> None:
        row = view.row
        initial = {
            "revision": view.revision,
            "option": row.treatment,
            "plan": view.treatment_plan,
            "review_date": row.review_date,
            "residual_likelihood": row.residual.likelihood if row.residual else None,
            "residual_impact": row.residual.impact if row.residual else None,
        }
        super().__init__(given, initial=initial)
        words = view.criteria
        chosen = [(each.value, each.label) for each in options(is_opportunity=row.is_opportunity)]
        self.fields |= {
            "option": forms.ChoiceField(
                label=_("What shall be done"), choices=chosen, widget=forms.RadioSelect
            ),
            "plan": _text(_("How?"), required=False, rows=4),
            "residual_likelihood": _level(
                _("Likelihood that shall remain"), words.likelihood, required=False
            ),
            "residual_impact": _level(_("Impact that shall remain"), words.impact, required=False),
            "review_date": _day(_("Look at it again on"), required=False),
        }

    def treatment(self) -> Treatment:
        """Return what was chosen."""
        given = self.cleaned_data
        return Treatment(
            given["option"], given["plan"], _given_level(self, "residual_"), given["review_date"]
        )


class ReviewForm(RiskDeedForm):
    """What a review found."""

    found = _text(_("What did the review find?"))
    next_date = _day(_("Look at it again on"))

    def review(self) -> Review:
        """Return what was written."""
        return Review(self.cleaned_data["found"], self.cleaned_data["next_date"])


class OccurForm(RiskDeedForm):
    """When a risk came true, and what happened."""

    on = _day(_("On which day?"))
    what = _text(_("What happened?"))

    def occurrence(self) -> Occurrence:
        """Return what was written."""
        return Occurrence(self.cleaned_data["on"], self.cleaned_data["what"])


class ReasonForm(RiskDeedForm):
    """Why something is done."""

    reason = _text(_("Why?"))
