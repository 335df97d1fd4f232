"""The forms of nonconformities: what was found, and each step of the way to its end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.context.people.queries import colleagues_by_code, colleagues_matching
from timshel.improvement.nonconformity.queries import COUNTED_MEASURES
from timshel.improvement.nonconformity.rules import (
    LONGEST_CODE,
    LONGEST_DAYS,
    LONGEST_KIND,
    LONGEST_LINE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_UNIT,
    MOST_WHYS,
    SHORTEST_DAYS,
    Advice,
    Analysis,
    EffectQuestion,
    Report,
)
from timshel.improvement.nonconformity.states import (
    Branch,
    Direction,
    Method,
    Priority,
    Response,
    Severity,
    SourceKind,
    Verdict,
)
from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.governance.process_names import ProcessNames
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.kernel.text import is_storable
from timshel.performance_evaluation.measurement.queries import subject_choices
from timshel.performance_evaluation.measurement.states import (
    SUBJECT_NAMES,
    UNIT_NAMES,
    Better,
    SubjectKind,
)
from timshel.planning.planned_action.actions import ActionPlan
from timshel.planning.planned_action.states import ActionKind
from timshel.service_portfolio.service.queries import service_choices

SHOWN = 6
USUAL_DAYS = 30
NAMED = gettext_lazy("A name, a part of it, or the code of a person.")


def found_colleague(text: str, *, field: str, actor: Actor) -> str:
    """Return the code of the one colleague whom a text means.

    Raises:
        Invalid: nobody is found, or several.
    """
    typed = text.strip()
    if not is_storable(typed):
        raise Invalid({field: [_("This holds characters that cannot be stored.")]})
    if typed in colleagues_by_code([typed], actor=actor):
        return typed
    rows = colleagues_matching(typed, actor=actor, limit=SHOWN)
    exact = [row for row in rows if typed.casefold() in (row.code, row.name.casefold())]
    chosen = exact if len(exact) == 1 else rows
    if not chosen:
        raise Invalid({field: [_("Nobody was found for “%(text)s”.") % {"text": typed}]})
    if len(chosen) > 1:
        names = ", ".join(f"{row.name} ({row.code})" for row in chosen)
        sentence = _("Several people were found: %(names)s. Write more of the name, or the code.")
        raise Invalid({field: [sentence % {"names": names}]})
    return chosen[0].code


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day_control() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _long(label: Any, *, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_TEXT, widget=_area(rows), **more)


def _line(label: Any, **more: Any) -> forms.CharField:
    more.setdefault("max_length", LONGEST_TITLE)
    return forms.CharField(label=label, **more)


class ReportForm(RefusableForm):
    """What is not as it must be, and who answers for it until when."""

    title = _line(gettext_lazy("What is not as it must be?"))
    finding = _long(gettext_lazy("What was found?"))
    severity = forms.ChoiceField(
        label=gettext_lazy("Weight"),
        choices=Severity.choices,
        help_text=gettext_lazy("Major where a requirement is not met at all, or again and again."),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Where was it noticed?"), choices=SourceKind.choices
    )
    requirement = _line(
        gettext_lazy("Which requirement is not met?"),
        required=False,
        max_length=LONGEST_LINE,
        help_text=gettext_lazy("A clause such as 8.6.1, or the words of an agreement."),
    )
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    process = _line(gettext_lazy("Process"), required=False, max_length=LONGEST_CODE)
    owner = _line(gettext_lazy("Who answers for it?"), help_text=NAMED)
    due_date = forms.DateField(
        label=gettext_lazy("To be ended by"), widget=_day_control(), input_formats=["%Y-%m-%d"]
    )
    about_kind = forms.CharField(required=False, max_length=LONGEST_KIND, widget=forms.HiddenInput)
    about_code = forms.CharField(required=False, max_length=LONGEST_CODE, widget=forms.HiddenInput)
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, actor: Actor, given: Any = None, *, processes: ProcessNames, **more: Any
    ) -> None:
        super().__init__(given, **more)
        self._actor, self._processes = actor, processes
        service = self.fields["service"]
        assert isinstance(service, forms.ChoiceField)  # noqa: S101 - declared above
        service.choices = [("", _("None")), *service_choices(language=actor.language)]

    def report(self) -> Report:
        """Return what was written.

        Raises:
            Invalid: the owner is nobody, or several.
        """
        given = self.cleaned_data
        return Report(
            title=given["title"],
            finding=given["finding"],
            owner=found_colleague(given["owner"], field="owner", actor=self._actor),
            due_date=given["due_date"],
            severity=Severity(given["severity"]),
            source=SourceKind(given["source"]),
            requirement=given["requirement"],
            process=self._processes.code(given["process"]),
            service=given["service"],
            about_kind=given["about_kind"],
            about_code=given["about_code"],
        )


class CorrectionForm(RefusableForm):
    """What was done at once."""

    correction = _long(
        gettext_lazy("What was done at once to put it right?"),
        help_text=gettext_lazy("Where nothing could be done at once, say why."),
    )


class AnalysisForm(RefusableForm):
    """Why it came about, by five whys or along a fishbone diagram."""

    method = forms.ChoiceField(
        label=gettext_lazy("How was the cause looked for?"), choices=Method.choices
    )
    cause = _line(
        gettext_lazy("The cause, in a sentence"), max_length=LONGEST_LINE, widget=_area(2)
    )
    has_similar = forms.ChoiceField(
        label=gettext_lazy("Are there similar ones, or could there be?"),
        choices=[
            ("", gettext_lazy("Not looked for yet")),
            ("yes", gettext_lazy("Yes")),
            ("no", gettext_lazy("No")),
        ],
        required=False,
    )
    similar = _long(gettext_lazy("Where was looked, and what was found?"), rows=3, required=False)
    seen_revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, given: Any = None, **more: Any) -> None:
        super().__init__(given, **more)
        for position in range(1, MOST_WHYS + 1):
            label = _("Why? (%(number)d)") % {"number": position}
            self.fields[f"why_{position}"] = _line(label, required=False, max_length=LONGEST_LINE)
        for branch in Branch:
            self.fields[f"branch_{branch.value}"] = _line(
                branch.label, required=False, max_length=LONGEST_LINE
            )

    @property
    def heads(self) -> list[forms.BoundField]:
        """The fields before the answers."""
        return [self["method"]]

    @property
    def whys(self) -> list[forms.BoundField]:
        """The answers of five whys."""
        return [self[name] for name in self.fields if name.startswith("why_")]

    @property
    def bones(self) -> list[forms.BoundField]:
        """The bones of a fishbone diagram."""
        return [self[name] for name in self.fields if name.startswith("branch_")]

    @property
    def tails(self) -> list[forms.BoundField]:
        """The fields after the answers."""
        return [self["cause"], self["has_similar"], self["similar"]]

    def analysis(self) -> Analysis:
        """Return what was written."""
        given = self.cleaned_data
        branches = {branch.value: given[f"branch_{branch.value}"] for branch in Branch}
        return Analysis(
            method=Method(given["method"]),
            cause=given["cause"],
            whys=tuple(given[f"why_{position}"] for position in range(1, MOST_WHYS + 1)),
            branches={name: text for name, text in branches.items() if text},
            has_similar={"yes": True, "no": False}.get(given["has_similar"]),
            similar=given["similar"],
        )


class PlanForm(RefusableForm):
    """What will be done, with the first action where there is none yet."""

    plan = _long(gettext_lazy("What will be done so that it does not happen again?"))

    def __init__(self, actor: Actor, *, needs_action: bool, given: Any = None, **more: Any) -> None:
        super().__init__(given, **more)
        self._actor = actor
        self._needs_action = needs_action
        if needs_action:
            self.fields["title"] = _line(
                _("First corrective action"),
                required=False,
                help_text=_("What stands above, where nothing is written here."),
            )
            self.fields["owner"] = _line(_("Who does it?"), help_text=NAMED)
            self.fields["due_date"] = forms.DateField(
                label=_("Until"), widget=_day_control(), input_formats=["%Y-%m-%d"]
            )

    def first(self) -> ActionPlan | None:
        """Return the first action; None where there is one already.

        Raises:
            Invalid: who does it is nobody, or several.
        """
        if not self._needs_action:
            return None
        given = self.cleaned_data
        return ActionPlan(
            kind=ActionKind.CORRECTIVE,
            title=given["title"] or Truncator(" ".join(given["plan"].split())).chars(LONGEST_TITLE),
            owner=found_colleague(given["owner"], field="owner", actor=self._actor),
            due_date=given["due_date"],
        )


class ImplementationForm(RefusableForm):
    """What was done."""

    implementation = _long(gettext_lazy("What was done?"))


class ReasonForm(RefusableForm):
    """Why."""

    reason = _long(gettext_lazy("Why?"))


class MeasureForm(RefusableForm):
    """By which figure the effect is looked for."""

    days = forms.IntegerField(
        label=gettext_lazy("Days before and after"),
        min_value=SHORTEST_DAYS,
        max_value=LONGEST_DAYS,
        initial=USUAL_DAYS,
        help_text=gettext_lazy("Equally many on both sides of the day of the implementation."),
    )
    better = forms.ChoiceField(label=gettext_lazy("Direction"), choices=Direction.choices)
    measure = forms.ChoiceField(
        label=gettext_lazy("Measure"),
        required=False,
        help_text=gettext_lazy("Its values are read from the records themselves."),
    )
    subject = forms.ChoiceField(label=gettext_lazy("Counted on"), required=False)
    figure = _line(gettext_lazy("What was counted by hand?"), required=False)
    unit = _line(gettext_lazy("Unit"), required=False, max_length=LONGEST_UNIT)
    before = forms.DecimalField(label=gettext_lazy("Value before"), required=False)
    after = forms.DecimalField(label=gettext_lazy("Value after"), required=False)

    def __init__(self, actor: Actor, given: Any = None, **more: Any) -> None:
        super().__init__(given, **more)
        measure, subject = self.fields["measure"], self.fields["subject"]
        assert isinstance(measure, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(subject, forms.ChoiceField)  # noqa: S101 - declared above
        measure.choices = [
            ("", _("None: the figures are counted by hand")),
            *((each.code, _measure_name(each)) for each in COUNTED_MEASURES),
        ]
        groups = subject_choices(language=actor.language)
        everything = SubjectKind.EVERYTHING
        subject.choices = [
            (everything.value, SUBJECT_NAMES[everything]),
            *(
                (SUBJECT_NAMES[kind], [(f"{kind.value}:{code}", name) for code, name in rows])
                for kind, rows in groups.items()
                if rows
            ),
        ]

    def question(self) -> EffectQuestion:
        """Return what was asked."""
        given = self.cleaned_data
        kind, _colon, code = (given["subject"] or "everything").partition(":")
        return EffectQuestion(
            better=Direction(given["better"]),
            days=given["days"],
            measure=given["measure"],
            subject_kind=kind if given["measure"] else "",
            subject_code=code if given["measure"] else "",
            figure=given["figure"],
            unit=given["unit"],
            before=given["before"],
            after=given["after"],
        )


class VerdictForm(RefusableForm):
    """What somebody found of the effect."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Verdict"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    comment = _long(gettext_lazy("Why?"))


class AdviceForm(RefusableForm):
    """What an outside auditor recommends."""

    title = _line(gettext_lazy("Title"))
    text = _long(gettext_lazy("What is recommended?"))
    auditor = _line(gettext_lazy("Who recommends it?"))
    report = _line(gettext_lazy("In which report?"))
    received_on = forms.DateField(
        label=gettext_lazy("Received on"), widget=_day_control(), input_formats=["%Y-%m-%d"]
    )
    priority = forms.ChoiceField(
        label=gettext_lazy("Weight"), choices=Priority.choices, initial=Priority.MEDIUM
    )
    owner = _line(gettext_lazy("Who answers for it?"), help_text=NAMED)
    deadline = forms.DateField(
        label=gettext_lazy("Deadline"), widget=_day_control(), input_formats=["%Y-%m-%d"]
    )
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: Actor, given: Any = None, **more: Any) -> None:
        super().__init__(given, **more)
        self._actor = actor

    def advice(self) -> Advice:
        """Return what was written.

        Raises:
            Invalid: the owner is nobody, or several.
        """
        given = self.cleaned_data
        names = ("title", "text", "auditor", "report", "received_on", "deadline")
        return Advice(
            **{name: given[name] for name in names},
            owner=found_colleague(given["owner"], field="owner", actor=self._actor),
            priority=Priority(given["priority"]),
        )


class ResponseForm(RefusableForm):
    """What the management says to a recommendation."""

    response = forms.ChoiceField(
        label=gettext_lazy("Answer of the management"),
        choices=Response.choices,
        widget=forms.RadioSelect,
    )
    text = _long(gettext_lazy("What will be done, or why not?"))
    seen_revision = forms.IntegerField(widget=forms.HiddenInput)


class EvidenceForm(RefusableForm):
    """What shows that a recommendation is implemented."""

    evidence = _long(gettext_lazy("What shows that it is implemented?"))


def _measure_name(each: Any) -> str:
    better = {Better.HIGHER: "↑", Better.LOWER: "↓"}.get(each.better, "")
    return f"{each.name} ({UNIT_NAMES[each.unit]}) {better}".strip()
