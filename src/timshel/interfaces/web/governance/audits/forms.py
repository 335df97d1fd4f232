"""The forms of programmes, audits, questions, samples and findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.kernel.actor import Actor
from timshel.performance_evaluation.internal_audit import queries
from timshel.performance_evaluation.internal_audit.actions import FindingReport
from timshel.performance_evaluation.internal_audit.rules import (
    LONGEST_TITLE,
    MOST_DRAWN,
    AuditPlan,
    ProgrammePlan,
    Scope,
    tidy,
)
from timshel.performance_evaluation.internal_audit.states import Grade, QuestionAnswer
from timshel.service_portfolio.service.queries import service_choices

LONGEST = 5_000
KINDS = (("incident", _("Incidents")), ("service_request", _("Service requests")))


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def _text(label: Any, lines: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST, widget=text_area(lines), **more)


def _revision() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, required=False)


def _choose(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so
    field.choices = list(choices)


class ProgrammeForm(RefusableForm):
    """A programme."""

    code = forms.CharField(
        label=_("Code"), help_text=_("By which it is known, such as audits-2026."), max_length=40
    )
    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))
    manager = forms.CharField(
        label=_("Who manages it"), help_text=_("A name, a mail address or a code."), max_length=200
    )
    objectives = _text(_("What its audits shall find out"), required=False)
    revision = _revision()

    def __init__(self, given: Any = None, *, is_new: bool = True, **more: Any) -> None:
        super().__init__(given, **more)
        if not is_new:
            del self.fields["code"]

    def plan(self, actor: Actor, code: str = "") -> ProgrammePlan:
        """Return what was written.

        Raises:
            Invalid: the manager is nobody that is known.
        """
        given = self.cleaned_data
        return ProgrammePlan(
            code=code or given["code"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            manager=found_person(given["manager"], field="manager", actor=actor),
            objectives=given["objectives"],
        )


class AuditForm(RefusableForm):
    """An audit."""

    programme = forms.ChoiceField(label=_("Programme"))
    title = forms.CharField(label=_("What is audited, in a few words"), max_length=LONGEST_TITLE)
    clauses = forms.CharField(
        label=_("Clauses of the standard"),
        help_text=_("With commas between them, such as 8.6.1, 9.2."),
        max_length=500,
        required=False,
    )
    processes = forms.MultipleChoiceField(
        label=_("Processes"), widget=forms.CheckboxSelectMultiple, required=False
    )
    services = forms.MultipleChoiceField(
        label=_("Services"), widget=forms.CheckboxSelectMultiple, required=False
    )
    criteria = _text(_("Against what it is held"), required=False)
    lead = forms.CharField(
        label=_("Lead auditor"),
        help_text=_("Somebody who neither owns nor does what is audited."),
        max_length=200,
    )
    auditors = _text(
        _("Further auditors"), 2, required=False, help_text=_("One to a line: a name or a code.")
    )
    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))
    revision = _revision()

    def __init__(
        self, actor: Actor, given: Any = None, *, is_new: bool = True, **more: Any
    ) -> None:
        super().__init__(given, **more)
        if is_new:
            codes = queries.open_programmes(actor=actor)
            _choose(self, "programme", [(code, code) for code in codes])
        else:
            del self.fields["programme"]
        _choose(self, "processes", queries.process_choices(language=actor.language))
        _choose(self, "services", service_choices(language=actor.language))

    def plan(self, actor: Actor) -> AuditPlan:
        """Return what was written.

        Raises:
            Invalid: an auditor is nobody that is known.
        """
        given = self.cleaned_data
        names = [line for line in given["auditors"].splitlines() if line.strip()]
        return AuditPlan(
            title=given["title"],
            scope=Scope(
                tidy(given["clauses"].split(",")),
                tuple(given["processes"]),
                tuple(given["services"]),
            ),
            lead=found_person(given["lead"], field="lead", actor=actor),
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            criteria=given["criteria"],
            auditors=tuple(found_person(each, field="auditors", actor=actor) for each in names),
        )


class QuestionForm(RefusableForm):
    """The answer to a question of the checklist."""

    answer = forms.ChoiceField(
        label=pgettext_lazy("noun", "Answer"),
        choices=QuestionAnswer.choices,
        widget=forms.RadioSelect,
    )
    notes = _text(_("Notes"), required=False)
    evidence = _text(_("Evidence"), required=False)
    revision = _revision()


class SampleForm(RefusableForm):
    """What to draw at random."""

    kind = forms.ChoiceField(label=_("Draw from"), choices=KINDS)
    from_day = _day(_("Opened from"))
    until_day = _day(_("Opened until"))
    size = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST_DRAWN)
    seed = forms.CharField(
        label=_("Seed"),
        help_text=_("Only to repeat an earlier draw."),
        max_length=40,
        required=False,
    )

    def between(self, zone: str) -> tuple[datetime, datetime]:
        """Return the first moment of the days, and the first after them, in a zone."""
        given = self.cleaned_data
        return midnight(given["from_day"], zone), midnight(
            given["until_day"] + timedelta(days=1), zone
        )


def midnight(day: date, zone: str) -> datetime:
    """Return the first moment of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


class FindingForm(RefusableForm):
    """A finding."""

    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices)
    text = _text(_("What was found"))
    evidence = _text(_("Evidence"), required=False)
    clause = forms.CharField(label=_("Clause"), max_length=12, required=False)
    process = forms.ChoiceField(label=_("Process"), required=False)
    service = forms.ChoiceField(label=_("Service"), required=False)
    answer_due = _day(
        _("To be answered until"), required=False, help_text=_("Nonconformities need it.")
    )

    def __init__(self, actor: Actor, given: Any = None, **more: Any) -> None:
        super().__init__(given, **more)
        nothing: Sequence[tuple[str, Any]] = [("", "–")]
        _choose(self, "process", [*nothing, *queries.process_choices(language=actor.language)])
        _choose(self, "service", [*nothing, *service_choices(language=actor.language)])

    def report(self) -> FindingReport:
        """Return what was written."""
        return FindingReport(**self.cleaned_data)


class ConclusionForm(RefusableForm):
    """The conclusion of a report."""

    conclusion = _text(_("Conclusion"), 6)


class AnswerForm(RefusableForm):
    """The answer to a finding."""

    answer = _text(_("Why it came about, and what is done"), 5)
    revision = _revision()


class JudgeForm(RefusableForm):
    """What an auditor saw of the answer."""

    note = _text(_("What was seen"), required=False)
    revision = _revision()


class FollowUpForm(RefusableForm):
    """When an audit is followed up."""

    programme = forms.ChoiceField(label=_("Programme"))
    title = forms.CharField(label=_("What is audited, in a few words"), max_length=LONGEST_TITLE)
    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))

    def __init__(self, actor: Actor, given: Any = None, **more: Any) -> None:
        super().__init__(given, **more)
        _choose(self, "programme", [(code, code) for code in queries.open_programmes(actor=actor)])
