"""The forms of lines that people call, and of what they often call about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.queries import team_list
from timshel.interfaces.web.desk.words import CHANNEL_NAMES, IMPACT_NAMES, URGENCY_NAMES
from timshel.interfaces.web.filters import service_choices
from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.wording import language_name
from timshel.kernel.actor import Actor
from timshel.operation.call.actions import LineContent, TemplateContent
from timshel.operation.call.queries import LineKept, TemplateKept
from timshel.operation.call.states import CHANNELS
from timshel.service_portfolio.service.queries import service_list

NEEDED = {"required": _("Please fill this in.")}
OTHERS = tuple(code for code, _name in settings.LANGUAGES)[1:]
LONGEST_SPAN = 3_600
"""Seconds; what the domain takes as well."""


class KeptForm(RefusableForm):
    """What is kept under a code, with a field beside each text for each other language.

    Args:
        actor: who writes.
        given: what was posted, or None.
        standing: what is changed; None asks for the code of something new, too.
    """

    texts: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, actor: Actor, given: Any = None, *, standing: LineKept | TemplateKept | None = None
    ) -> None:
        super().__init__(given, initial=begun(standing, self.texts))
        self.standing = standing
        if standing is None:
            self.fields["code"] = forms.CharField(
                label=_("Code"), max_length=40, help_text=self.code_help(), error_messages=NEEDED
            )
        self._offer(actor)
        order = ["code"]
        for name, field in list(self.fields.items()):
            if name != "code":
                order.append(name)
            if name in self.texts:
                for language in OTHERS:
                    order.append(f"{name}_{language}")
                    self.fields[order[-1]] = forms.CharField(
                        label=f"{field.label} ({language_name(language)})",
                        required=False,
                        max_length=getattr(field, "max_length", None),
                        widget=type(field.widget)(attrs={**field.widget.attrs, "lang": language}),
                    )
        self.order_fields(order)

    def code_help(self) -> Any:
        """Say what the code is for."""
        return _("A short word; it cannot be changed later.")

    def translations(self) -> dict[str, dict[str, str]]:
        """Return what was translated; languages that are not offered here stay as they are."""
        kept = self.standing.translations if self.standing else {}
        found = {each: dict(words) for each, words in kept.items() if each not in OTHERS}
        for language in OTHERS:
            words = {name: self.cleaned_data[f"{name}_{language}"].strip() for name in self.texts}
            if any(words.values()):
                found[language] = {name: text for name, text in words.items() if text}
        return found

    def _offer(self, actor: Actor) -> None:
        """Fill the lists to choose from."""


def begun(standing: LineKept | TemplateKept | None, texts: tuple[str, ...]) -> dict[str, Any]:
    """Return what a form begins with."""
    if standing is None:
        return {}
    found = {name: getattr(standing, name) for name in type(standing).__dataclass_fields__}
    for name, value in found.items():
        if isinstance(value, timedelta):
            found[name] = int(value.total_seconds())
    translations: Mapping[str, Mapping[str, str]] = found.pop("translations")
    for language in OTHERS:
        for name in texts:
            found[f"{name}_{language}"] = translations.get(language, {}).get(name, "")
    return found


def _with(standing: str, choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return choices with what stands, which may not be chosen anew: it is not lost by saving."""
    if not standing or standing in dict(choices):
        return choices
    return [*choices, (standing, standing)]


class LineForm(KeptForm):
    """A number that people call, or a counter they come to."""

    texts = ("name",)

    name = forms.CharField(label=_("Name"), max_length=200, error_messages=NEEDED)
    channel = forms.ChoiceField(
        label=_("How people turn to it"),
        choices=[(each.value, CHANNEL_NAMES[each]) for each in CHANNELS],
    )
    team = forms.ChoiceField(label=_("Team"), required=False)
    number = forms.CharField(
        label=_("Number, or where the counter is"),
        required=False,
        max_length=40,
        help_text=_("People are told it on the portal; leave it empty to tell nobody."),
    )
    answer_within = forms.IntegerField(
        label=_("Answered in time within so many seconds"),
        min_value=1,
        max_value=LONGEST_SPAN,
        initial=20,
    )
    short_abandon = forms.IntegerField(
        label=_("Not counted when given up within so many seconds"),
        min_value=0,
        max_value=LONGEST_SPAN,
        initial=5,
    )
    is_active = forms.BooleanField(label=_("It is in use"), required=False, initial=True)

    def code_help(self) -> Any:
        """Say what the code is for."""
        return _("As the telephone system calls the queue; it cannot be changed later.")

    def content(self) -> LineContent:
        """Return what was given, as the action takes it."""
        given = self.cleaned_data
        return LineContent(
            name=given["name"],
            channel=given["channel"],
            team=given["team"] or None,
            number=given["number"],
            answer_within=timedelta(seconds=given["answer_within"]),
            short_abandon=timedelta(seconds=given["short_abandon"]),
            translations=self.translations(),
            is_active=given["is_active"],
        )

    def _offer(self, actor: Actor) -> None:
        teams = [(row.code, row.name) for row in team_list(language=actor.language)]
        team = self.fields["team"]
        if isinstance(team, forms.ChoiceField):
            standing = self.standing.team if isinstance(self.standing, LineKept) else ""
            team.choices = [("", "–"), *_with(standing, teams)]


class TemplateForm(KeptForm):
    """What people often call about."""

    texts = ("name", "title", "description", "solution")

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("A few words, as on a button."),
        error_messages=NEEDED,
    )
    title = forms.CharField(label=_("Title of the case"), max_length=250, error_messages=NEEDED)
    description = forms.CharField(
        label=_("What the case says"), required=False, max_length=10_000, widget=text_area(3)
    )
    solution = forms.CharField(
        label=_("What is usually done at once"),
        required=False,
        max_length=10_000,
        widget=text_area(3),
    )
    service = forms.ChoiceField(label=_("Service"), required=False)
    impact = forms.TypedChoiceField(
        label=_("Impact"), coerce=int, initial=3, choices=list(IMPACT_NAMES.items())
    )
    urgency = forms.TypedChoiceField(
        label=_("Urgency"), coerce=int, initial=3, choices=list(URGENCY_NAMES.items())
    )
    position = forms.IntegerField(
        label=_("Place among the others"), min_value=0, max_value=10_000, initial=0
    )
    is_active = forms.BooleanField(label=_("It is offered"), required=False, initial=True)

    def content(self) -> TemplateContent:
        """Return what was given, as the action takes it."""
        given = {name: self.cleaned_data[name] for name in type(self).base_fields}
        return TemplateContent(**given, translations=self.translations())

    def _offer(self, actor: Actor) -> None:
        areas = service_list(language=actor.language)
        offered = {each.code for area in areas for each in area.services}
        standing = self.standing.service if isinstance(self.standing, TemplateKept) else ""
        gone = [] if standing in offered else _with(standing, [])
        service = self.fields["service"]
        if isinstance(service, forms.ChoiceField):
            service.choices = [("", _("Not known")), *service_choices(areas), *gone]
