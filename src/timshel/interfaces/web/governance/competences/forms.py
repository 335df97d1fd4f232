"""The forms of skills, levels, needs, certificates and learning paths."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.governance.process_names import ProcessNames
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.kernel.actor import Actor
from timshel.service_portfolio.service.queries import service_choices
from timshel.support.competence.actions import (
    CertificateContent,
    PathContent,
    SkillContent,
    StepContent,
)
from timshel.support.competence.queries import role_choices, skill_choices, team_choices
from timshel.support.competence.rules import (
    HIGHEST,
    LEVEL_NAMES,
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_TEXT,
)
from timshel.support.competence.states import CertificateKind

NONE = gettext_lazy("None")
PERSON_HELP = gettext_lazy("Name, mail address or code.")
Choices = list[tuple[Any, Any]]


def _levels(*, lowest: int = 0) -> Choices:
    return [(level, _Level(level)) for level in LEVEL_NAMES if level >= lowest]


class _Level:
    """A level with its name, in the language of whoever reads the form."""

    def __init__(self, level: int) -> None:
        self._level = level

    def __str__(self) -> str:
        return f"{self._level} – {LEVEL_NAMES[self._level]}"


def _line(label: Any, longest: int, help_text: Any = "", *, required: bool = True) -> Any:
    return forms.CharField(label=label, max_length=longest, help_text=help_text, required=required)


def _text(label: Any, longest: int, help_text: Any = "", rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        help_text=help_text,
        required=False,
        widget=text_area(rows),
    )


def _day(label: Any, *, required: bool, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


def _choose(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


class SkillForm(RefusableForm):
    """A skill, what its levels mean and what it is for."""

    code = _line(gettext_lazy("Code"), LONGEST_CODE, gettext_lazy("Such as linux-servers."))
    name = _line(gettext_lazy("Name"), LONGEST_NAME)
    summary = _text(gettext_lazy("What it is about"), LONGEST_NOTE)
    level_1 = _text(gettext_lazy("Level 1 means"), LONGEST_NOTE)
    level_2 = _text(gettext_lazy("Level 2 means"), LONGEST_NOTE)
    level_3 = _text(gettext_lazy("Level 3 means"), LONGEST_NOTE)
    level_4 = _text(gettext_lazy("Level 4 means"), LONGEST_NOTE)
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Services it is for"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    processes = _line(
        gettext_lazy("Processes it is for"),
        LONGEST_NOTE,
        gettext_lazy("Their names or codes, separated by commas."),
        required=False,
    )
    needs_certificate = forms.BooleanField(
        label=gettext_lazy("A level counts only beside a certificate in force"), required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        actor: Actor,
        processes: ProcessNames,
        content: SkillContent | None = None,
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        self._content, self._processes = content, processes
        choices: Choices = list(service_choices(language=actor.language))
        known = {code for code, _name in choices}
        kept = content.services if content else ()
        _choose(self, "services", choices + [(code, code) for code in kept if code not in known])
        if content:
            del self.fields["code"]

    def content(self) -> SkillContent:
        """Return what the form says; only of one that is valid."""
        given = self.cleaned_data
        return SkillContent(
            code=self._content.code if self._content else given["code"],
            name=given["name"],
            summary=given["summary"],
            levels=tuple(given[f"level_{level}"] for level in range(1, HIGHEST + 1)),
            services=tuple(given["services"]),
            processes=self._processes.codes(given["processes"]),
            needs_certificate=given["needs_certificate"],
        )


def initial_of_skill(
    content: SkillContent, revision: int, processes: ProcessNames
) -> dict[str, Any]:
    """Return what the form of a skill begins with."""
    levels = {f"level_{place}": text for place, text in enumerate(content.levels, start=1)}
    return {
        "name": content.name,
        "summary": content.summary,
        "services": list(content.services),
        "processes": processes.listed(content.processes),
        "needs_certificate": content.needs_certificate,
        "revision": revision,
        **levels,
    }


class NeedForm(RefusableForm):
    """Who needs a skill, at what level, and how many of them."""

    who = forms.ChoiceField(label=gettext_lazy("Team or role"))
    level = forms.TypedChoiceField(
        label=gettext_lazy("Lowest level that will do"), coerce=int, initial=3
    )
    people = forms.IntegerField(
        label=gettext_lazy("How many people"), min_value=1, max_value=1000, initial=2
    )

    def __init__(self, data: Any = None, *, actor: Actor, **more: Any) -> None:
        super().__init__(data, **more)
        _choose(self, "level", _levels(lowest=1))
        groups: Choices = [
            (
                gettext_lazy("Teams"),
                [(f"team:{code}", name) for code, name in team_choices(language=actor.language)],
            ),
            (
                gettext_lazy("Roles"),
                [(f"role:{code}", name) for code, name in role_choices(language=actor.language)],
            ),
        ]
        _choose(self, "who", groups)

    def whose(self) -> tuple[str, str]:
        """Return kind and code of who needs it; only of a form that is valid."""
        kind, _colon, code = self.cleaned_data["who"].partition(":")
        return kind, code


class LevelForm(RefusableForm):
    """At what level somebody holds a skill."""

    skill = forms.ChoiceField(label=gettext_lazy("Skill"))
    level = forms.TypedChoiceField(label=gettext_lazy("Level"), coerce=int, initial=2)
    note = _text(gettext_lazy("What that is based on"), LONGEST_NOTE)

    def __init__(self, data: Any = None, *, actor: Actor, **more: Any) -> None:
        super().__init__(data, **more)
        _choose(self, "skill", list(skill_choices(actor=actor)))
        _choose(self, "level", _levels())


class CertificateForm(RefusableForm):
    """A certificate or a training of somebody."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=CertificateKind.choices)
    title = _line(gettext_lazy("Title"), LONGEST_NAME)
    issuer = _line(gettext_lazy("Issued by"), LONGEST_NAME)
    issued_on = _day(gettext_lazy("Issued on"), required=True)
    expires_on = _day(
        gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Leave it empty where it does not expire."),
    )
    skill = forms.ChoiceField(
        label=gettext_lazy("Skill it is evidence for"), required=False, choices=()
    )
    reference = _line(gettext_lazy("Where the paper or the file is"), LONGEST_NAME, required=False)
    link = _line(gettext_lazy("Web address"), LONGEST_NOTE, required=False)

    def __init__(self, data: Any = None, *, actor: Actor, **more: Any) -> None:
        super().__init__(data, **more)
        _choose(self, "skill", [("", NONE), *skill_choices(actor=actor)])

    def content(self, person: str) -> CertificateContent:
        """Return what the form says of somebody; only of one that is valid."""
        return CertificateContent(person=person, **self.cleaned_data)


class ReasonForm(RefusableForm):
    """Why a certificate counts no more."""

    reason = forms.CharField(
        label=gettext_lazy("Why does it count no more?"),
        max_length=LONGEST_NOTE,
        widget=text_area(2),
    )


class PathForm(RefusableForm):
    """A learning path."""

    name = _line(gettext_lazy("Name"), LONGEST_NAME)
    role = forms.ChoiceField(label=gettext_lazy("Role it prepares for"), required=False, choices=())
    summary = _text(
        gettext_lazy("For whom and what for"),
        LONGEST_TEXT,
        gettext_lazy("Markdown is possible."),
        rows=4,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, actor: Actor, **more: Any) -> None:
        super().__init__(data, **more)
        _choose(self, "role", [("", NONE), *role_choices(language=actor.language)])

    def content(self) -> PathContent:
        """Return what the form says; only of one that is valid."""
        given = self.cleaned_data
        return PathContent(given["name"], given["summary"], given["role"])


class StepForm(RefusableForm):
    """A step of a learning path."""

    title = _line(gettext_lazy("What is to be learnt?"), LONGEST_NAME)
    text = _text(
        gettext_lazy("Material"), LONGEST_TEXT, gettext_lazy("Markdown is possible."), rows=6
    )
    document = _line(
        gettext_lazy("Number of a document"),
        LONGEST_CODE,
        gettext_lazy("Such as DOC0000012."),
        required=False,
    )
    link = _line(gettext_lazy("Web address"), LONGEST_NOTE, required=False)
    position = forms.IntegerField(
        label=gettext_lazy("Position among the steps"), min_value=1, max_value=1000
    )

    def content(self) -> StepContent:
        """Return what the form says; only of one that is valid."""
        return StepContent(**self.cleaned_data)


class EnrolForm(RefusableForm):
    """Who is put on a path, and who signs off."""

    person = _line(gettext_lazy("Who learns"), 80, PERSON_HELP)
    confirmer = _line(gettext_lazy("Who signs off"), 80, PERSON_HELP)
    due_date = _day(gettext_lazy("Until"), required=False)

    def people(self, actor: Actor) -> tuple[str, str]:
        """Return the codes of both; only of a form that is valid.

        Raises:
            Invalid: nobody, or more than one, is found.
        """
        given = self.cleaned_data
        return (
            found_person(given["person"], field="person", actor=actor),
            found_person(given["confirmer"], field="confirmer", actor=actor),
        )
