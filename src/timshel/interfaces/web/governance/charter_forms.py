"""The form in which a promise of the charter is written, in all languages of the product."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.governance.charter_shown import CATEGORY_NAMES
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.interfaces.web.wording import language_name
from timshel.kernel.actor import Actor
from timshel.leadership.policy.queries import unit_choices
from timshel.leadership.policy.rules import PromiseContent
from timshel.leadership.policy.states import (
    AUDIENCE_NAMES,
    BOUND_NAMES,
    LENGTH_NAMES,
    WITH_CODE,
    AudienceKind,
    Bound,
    PeriodLength,
)
from timshel.performance_evaluation.measurement.queries import (
    PROMISED_MEASURES,
    amount_of,
    measure,
    subject_choices,
)
from timshel.performance_evaluation.measurement.states import (
    SUBJECT_NAMES,
    UNIT_NAMES,
    MeasureUnit,
    SubjectKind,
)

Choices = list[tuple[Any, Any]]

FIRST_LANGUAGE = "en"
NEEDED = {"required": gettext_lazy("Please fill this in.")}
TARGET = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*(%|min|h)?")
MINUTES_OF_AN_HOUR = 60
TRANSLATED = ("title", "detail", "remedy")


def audience_choices(*, language: str) -> Choices:
    """Return all audiences as a form names them; one query."""
    whole = [(kind.value, AUDIENCE_NAMES[kind]) for kind in AudienceKind if kind not in WITH_CODE]
    category, unit = AudienceKind.CATEGORY.value, AudienceKind.UNIT.value
    categories = [(f"{category}:{value}", str(name)) for value, name in CATEGORY_NAMES.items()]
    units = [(f"{unit}:{code}", name) for code, name in unit_choices(language=language)]
    return [
        *whole,
        (AUDIENCE_NAMES[AudienceKind.CATEGORY], categories),
        (AUDIENCE_NAMES[AudienceKind.UNIT], units),
    ]


def named_audience(text: str) -> tuple[AudienceKind, str]:
    """Return an audience and its code as a form names them; everybody where it is none."""
    kind, _colon, code = text.partition(":")
    if kind not in frozenset(AudienceKind):
        return AudienceKind.EVERYBODY, ""
    return AudienceKind(kind), code


def _subjects(language: str) -> Choices:
    everything = SubjectKind.EVERYTHING
    groups = subject_choices(language=language)
    return [
        (everything.value, SUBJECT_NAMES[everything]),
        *(
            (SUBJECT_NAMES[kind], [(f"{kind.value}:{code}", name) for code, name in rows])
            for kind, rows in groups.items()
            if rows
        ),
    ]


def _measures() -> Choices:
    return [(each.code, f"{each.name} ({UNIT_NAMES[each.unit]})") for each in PROMISED_MEASURES]


class PromiseForm(RefusableForm):
    """What is promised, to whom, and by which figure it is measured."""

    title = forms.CharField(
        label=gettext_lazy("The promise"),
        max_length=200,
        help_text=gettext_lazy("One sentence that everybody understands."),
        error_messages=NEEDED,
    )
    detail = forms.CharField(
        label=gettext_lazy("What stands behind it"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    remedy = forms.CharField(
        label=gettext_lazy("What we do when we miss it"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    audience = forms.ChoiceField(label=gettext_lazy("To whom"))
    measure = forms.ChoiceField(label=gettext_lazy("Measure"))
    subject = forms.ChoiceField(label=gettext_lazy("Counted on"))
    bound = forms.ChoiceField(label=gettext_lazy("Target"), choices=list(BOUND_NAMES.items()))
    target = forms.CharField(
        label=gettext_lazy("Value"),
        max_length=20,
        help_text=gettext_lazy("In the unit of the measure; times as “30 min” or “4 h”."),
        error_messages=NEEDED,
    )
    period = forms.ChoiceField(label=gettext_lazy("For each"), choices=list(LENGTH_NAMES.items()))
    position = forms.IntegerField(
        label=gettext_lazy("Place in the charter"),
        initial=10,
        help_text=gettext_lazy("Smaller numbers come first."),
        error_messages=NEEDED,
    )
    valid_from = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=NEEDED,
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("The last day; empty until it is retired."),
    )
    owner = forms.CharField(
        label=gettext_lazy("Who answers for it"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Name, mail address or code."),
    )

    def __init__(
        self, data: Any = None, *, actor: Actor, at: datetime, content: PromiseContent | None = None
    ) -> None:
        self._actor = actor
        self._zone = content.zone if content else actor.time_zone
        today = actor.day_at(at)
        initial = _initial(content) if content else {"valid_from": today, "period": "month"}
        super().__init__(data, initial=initial)
        self.choose("audience", audience_choices(language=actor.language))
        self.choose("measure", _measures())
        self.choose("subject", _subjects(actor.language))
        self.other_languages: list[tuple[str, list[str]]] = []
        for code, _name in settings.LANGUAGES:
            if code != FIRST_LANGUAGE:
                names = [self._add(name, code) for name in TRANSLATED]
                self.other_languages.append((language_name(code), names))

    def choose(self, name: str, choices: Choices) -> None:
        """Set the choices of a field."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _add(self, name: str, language: str) -> str:
        """Add the field of a text in another language; returns its name."""
        first = self.fields[name]
        own = f"{name}_{language}"
        self.fields[own] = forms.CharField(
            label=first.label,
            max_length=200 if name == "title" else 1_000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2, "lang": language})
            if name != "title"
            else forms.TextInput(attrs={"lang": language}),
        )
        return own

    def languages(self) -> list[tuple[str, list[Any]]]:
        """Return the fields of other languages, by the name of each."""
        return [(name, [self[field] for field in fields]) for name, fields in self.other_languages]

    def clean(self) -> dict[str, Any]:
        """Read the target in the unit of the measure."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "target" in cleaned and "measure" in cleaned:
            unit = measure(cleaned["measure"]).unit
            try:
                cleaned["number"] = read_target(cleaned["target"], unit)
            except ValidationError as error:
                self.add_error("target", error)
        return cleaned

    def content(self) -> PromiseContent:
        """Return what the form says; only of one that is valid.

        Raises:
            Invalid: nobody, or more than one, is found as who answers for it.
        """
        given = self.cleaned_data
        audience, audience_code = named_audience(given["audience"])
        subject_kind, _colon, subject_code = given["subject"].partition(":")
        translations: dict[str, dict[str, str]] = {}
        for code, _name in settings.LANGUAGES:
            texts = {name: given.get(f"{name}_{code}", "").strip() for name in TRANSLATED}
            filled = {name: text for name, text in texts.items() if text}
            if filled:
                translations[code] = filled
        return PromiseContent(
            title=given["title"].strip(),
            detail=given["detail"].strip(),
            remedy=given["remedy"].strip(),
            audience=audience,
            audience_code=audience_code,
            measure=given["measure"],
            subject_kind=subject_kind,
            subject_code=subject_code,
            period=PeriodLength(given["period"]),
            zone=self._zone,
            bound=Bound(given["bound"]),
            target=given["number"],
            position=given["position"],
            valid_from=given["valid_from"],
            valid_until=given["valid_until"],
            owner=found_person(given["owner"], field="owner", actor=self._actor),
            translations=translations,
        )


class AudienceForm(forms.Form):
    """As whom the charter is looked at."""

    audience = forms.ChoiceField(label=gettext_lazy("Audience"))

    def __init__(self, actor: Actor, chosen: str) -> None:
        super().__init__(initial={"audience": chosen})
        field = self.fields["audience"]
        if isinstance(field, forms.ChoiceField):
            field.choices = audience_choices(language=actor.language)


class NewPromiseForm(PromiseForm):
    """A promise that is made for the first time."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Small letters, digits and hyphens; it cannot be changed later."),
        error_messages=NEEDED,
    )


def read_target(text: str, unit: MeasureUnit) -> Decimal:
    """Return a target as the charter keeps it: minutes for times.

    Args:
        text: as typed, such as ``95``, ``30 min`` or ``4 h``.
        unit: of the measure.

    Raises:
        ValidationError: it is no number, or has another unit.
    """
    match = TARGET.fullmatch(text.strip())
    if match is None:
        raise ValidationError(_("Write a number, and for times “30 min” or “4 h”."))
    number, given = Decimal(match[1].replace(",", ".")), match[2] or ""
    is_time = unit is MeasureUnit.DURATION
    if is_time != (given in ("min", "h")):
        sentence = (
            _("This measure is a time: write “30 min” or “4 h”.")
            if is_time
            else _("This measure is no time: write a number alone.")
        )
        raise ValidationError(sentence)
    return number * MINUTES_OF_AN_HOUR if given == "h" else number


def _initial(content: PromiseContent) -> dict[str, Any]:
    coded = {
        "audience": (content.audience.value, content.audience_code),
        "subject": (content.subject_kind, content.subject_code),
    }
    found: dict[str, Any] = {
        name: f"{kind}:{code}" if code else kind for name, (kind, code) in coded.items()
    }
    for name in (*TRANSLATED, "measure", "position", "valid_from", "valid_until", "owner"):
        found[name] = getattr(content, name)
    for language, texts in content.translations.items():
        found.update({f"{name}_{language}": text for name, text in texts.items()})
    found["period"], found["bound"] = content.period.value, content.bound.value
    found["target"] = _typed_target(content)
    return found


def _typed_target(content: PromiseContent) -> str:
    known = {each.code: each for each in PROMISED_MEASURES}
    found = known.get(content.measure)
    if found is None:
        return f"{content.target.normalize():f}"
    value = amount_of(found, content.target)
    if not isinstance(value, timedelta):
        return str(value)
    minutes = f"{content.target.normalize():f}"
    if content.target % MINUTES_OF_AN_HOUR:
        return f"{minutes} min"
    return f"{(content.target / MINUTES_OF_AN_HOUR).normalize():f} h"
