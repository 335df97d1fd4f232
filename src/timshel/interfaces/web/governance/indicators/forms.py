"""The forms in which indicators are chosen and scorecards are put together."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.kernel.actor import Actor
from timshel.performance_evaluation.indicator.queries import (
    IndicatorRow,
    ScorecardRow,
    indicator_choices,
    process_choices,
)
from timshel.performance_evaluation.indicator.rules import (
    LONGEST_CLAUSE,
    MOST_INDICATORS,
    IndicatorContent,
    ScorecardContent,
)
from timshel.performance_evaluation.indicator.states import Audience, Direction, Frequency
from timshel.performance_evaluation.measurement.queries import PROMISED_MEASURES, subject_choices
from timshel.performance_evaluation.measurement.states import (
    SUBJECT_NAMES,
    UNIT_NAMES,
    SubjectKind,
)
from timshel.planning.objective.rules.content import LONGEST_TEXT, LONGEST_TITLE

NEEDED = {"required": gettext_lazy("Please fill this in.")}
NOT_A_NUMBER = {"invalid": gettext_lazy("Give a number with at most three decimals.")}
NONE = gettext_lazy("None")
DIGITS, DECIMALS = 15, 3
FEWEST_PLACES, MORE_PLACES = 8, 4
PLACE = re.compile(r"indicator_([0-9]{1,2})", flags=re.ASCII)

Choices = list[tuple[Any, Any]]


def _number(label: Any, help_text: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        max_digits=DIGITS,
        decimal_places=DECIMALS,
        widget=forms.NumberInput(attrs={"step": "any"}),
        error_messages={**NOT_A_NUMBER, **NEEDED},
    )


def _owner() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Who answers for it"),
        max_length=80,
        help_text=gettext_lazy("Name, mail address or code."),
        error_messages=NEEDED,
    )


class IndicatorForm(RefusableForm):
    """What is followed, why, and when it stands well."""

    title = forms.CharField(
        label=gettext_lazy("What does it tell?"),
        max_length=LONGEST_TITLE,
        error_messages=NEEDED,
    )
    why = forms.CharField(
        label=gettext_lazy("Why is it measured?"),
        max_length=LONGEST_TEXT,
        widget=text_area(3),
        error_messages=NEEDED,
    )
    owner = _owner()
    measure = forms.ChoiceField(label=gettext_lazy("Measure"))
    subject = forms.ChoiceField(label=gettext_lazy("Counted on"))
    frequency = forms.ChoiceField(
        label=gettext_lazy("How often it is read"),
        choices=Frequency.choices,
        initial=Frequency.MONTH,
    )
    direction = forms.ChoiceField(label=gettext_lazy("Direction"), choices=Direction.choices)
    target = _number(gettext_lazy("Target"), gettext_lazy("What we aim at."))
    warning = _number(gettext_lazy("Warning"), gettext_lazy("What is worse than this warns."))
    critical = _number(
        gettext_lazy("Critical value"), gettext_lazy("What is worse than this is bad.")
    )
    process_code = forms.ChoiceField(label=gettext_lazy("Process"), required=False)
    clause = forms.CharField(
        label=gettext_lazy("Clause of the standard"),
        help_text=gettext_lazy("Such as 9.1 or 8.6.1; may be left empty."),
        max_length=LONGEST_CLAUSE,
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, actor: Actor, row: IndicatorRow | None = None, **more: Any
    ) -> None:
        if row:
            more["initial"] = _initial(row)
        super().__init__(data, **more)
        self._actor, self._row = actor, row
        processes: Choices = [("", NONE), *process_choices(language=actor.language)]
        if row and row.content.process_code not in dict(processes):
            processes.append((row.content.process_code, row.content.process_code))
        _choose(self, "process_code", processes)
        if row:
            for name in ("measure", "subject", "frequency"):
                del self.fields[name]
        else:
            _choose(self, "measure", _measures())
            _choose(self, "subject", _subjects(subject_choices(language=actor.language)))

    def content(self) -> IndicatorContent:
        """Return what the form says; only of one that is valid.

        Raises:
            Invalid: nobody, or more than one, is found as who answers for it.
        """
        given = self.cleaned_data
        if self._row:
            before = self._row.content
            measure, frequency = before.measure, before.frequency
            kind, code = before.subject_kind, before.subject_code
        else:
            measure, frequency = given["measure"], Frequency(given["frequency"])
            kind, _colon, code = given["subject"].partition(":")
        return IndicatorContent(
            title=given["title"],
            owner=found_person(given["owner"], field="owner", actor=self._actor),
            measure=measure,
            target=given["target"],
            warning=given["warning"],
            critical=given["critical"],
            direction=Direction(given["direction"]),
            frequency=frequency,
            subject_kind=kind,
            subject_code=code,
            why=given["why"],
            clause=given["clause"],
            process_code=given["process_code"],
        )


class RetiringForm(RefusableForm):
    """Why it is read no more."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it no longer followed?"),
        max_length=LONGEST_TEXT,
        widget=text_area(3),
        error_messages=NEEDED,
    )


class ScorecardForm(RefusableForm):
    """For whom a scorecard is, and which indicators stand on it in which order."""

    title = forms.CharField(
        label=gettext_lazy("Name"), max_length=LONGEST_TITLE, error_messages=NEEDED
    )
    purpose = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=LONGEST_TEXT,
        widget=text_area(3),
        required=False,
    )
    owner = _owner()
    audience = forms.ChoiceField(label=gettext_lazy("For whom it is"))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, actor: Actor, row: ScorecardRow | None = None, **more: Any
    ) -> None:
        super().__init__(data, initial=_card_initial(row) if row else None, **more)
        self._actor = actor
        there = row.content.indicators if row else ()
        count = max(FEWEST_PLACES, len(there) + MORE_PLACES, _places(data))
        offered = indicator_choices(actor=actor, also=there)
        choices: Choices = [("", NONE), *((code, f"{title} ({code})") for code, title in offered)]
        _choose(self, "audience", _audiences(actor.language))
        for position in range(1, min(count, MOST_INDICATORS) + 1):
            self.fields[f"indicator_{position}"] = forms.ChoiceField(
                label=_("Place %(number)s") % {"number": position},
                choices=choices,
                required=False,
            )

    @property
    def places(self) -> list[Any]:
        """The places of the scorecard, in order."""
        return [self[name] for name in self.fields if PLACE.fullmatch(name)]

    def content(self) -> ScorecardContent:
        """Return what the form says; only of one that is valid.

        Raises:
            Invalid: nobody, or more than one, is found as who answers for it.
        """
        given = self.cleaned_data
        kind, _colon, code = given["audience"].partition(":")
        chosen = [given[name] for name in self.fields if PLACE.fullmatch(name)]
        return ScorecardContent(
            title=given["title"],
            owner=found_person(given["owner"], field="owner", actor=self._actor),
            indicators=tuple(each for each in chosen if each),
            audience=Audience(kind),
            audience_code=code,
            purpose=given["purpose"],
        )


def _choose(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


def _initial(row: IndicatorRow) -> dict[str, Any]:
    content = row.content
    found: dict[str, Any] = {name: getattr(content, name) for name in content.__slots__}
    for name in ("target", "warning", "critical"):
        found[name] = f"{getattr(content, name).normalize():f}"
    return {**found, "revision": row.revision}


def _card_initial(row: ScorecardRow) -> dict[str, Any]:
    content = row.content
    code = content.audience_code
    chosen = {
        f"indicator_{position}": number
        for position, number in enumerate(content.indicators, start=1)
    }
    return {
        "title": content.title,
        "purpose": content.purpose,
        "owner": content.owner,
        "audience": f"{content.audience.value}:{code}" if code else content.audience.value,
        "revision": row.revision,
        **chosen,
    }


def _places(data: Any) -> int:
    """Return how many places were sent."""
    found = [PLACE.fullmatch(name) for name in data or ()]
    return max((int(each[1]) for each in found if each), default=0)


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


def _audiences(language: str) -> Choices:
    services = subject_choices(language=language)[SubjectKind.SERVICE]
    groups = {Audience.PROCESS: process_choices(language=language), Audience.SERVICE: services}
    return [
        (Audience.SYSTEM.value, Audience.SYSTEM.label),
        *(
            (kind.label, [(f"{kind.value}:{code}", name) for code, name in rows])
            for kind, rows in groups.items()
            if rows
        ),
    ]
