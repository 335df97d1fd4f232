"""The forms in which processes are described, linked, reviewed, and tied to each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy, pgettext_lazy

from timshel.interfaces.web.governance.issues.saving import (
    NEEDED,
    SeenForm,
    day_control,
    offer,
    text_control,
)
from timshel.interfaces.web.wording import language_name
from timshel.kernel.actor import Actor
from timshel.leadership.process_profile.actions import FlowContent, ProfileContent
from timshel.leadership.process_profile.queries import (
    ProfileView,
    diagram_choices,
    machine_list,
    process_choices,
)
from timshel.leadership.process_profile.rules import (
    FLOW_TEXTS,
    LONGEST_CODE,
    LONGEST_FOUND,
    LONGEST_NAME,
    LONGEST_OUTSIDE,
    LONGEST_TEXT,
    LONGEST_WHAT,
    TEXTS,
)
from timshel.leadership.process_profile.states import Direction

NONE = pgettext_lazy("process", "None of them")
STEPS = gettext_lazy("One step a line.")


class TranslatedForm(SeenForm):
    """A form with some of its texts in other languages as well."""

    other_languages: list[tuple[str, str, list[str]]]

    def translate(self, names: Any) -> None:
        """Add the fields of some texts in all other languages."""
        self.other_languages = [
            (code, language_name(code), [self._add(name, code) for name in names])
            for code, _name in settings.LANGUAGES
            if code != settings.LANGUAGE_CODE
        ]

    def languages(self) -> list[tuple[str, list[Any]]]:
        """Return the fields of other languages, by the name of each."""
        return [
            (name, [self[field] for field in fields])
            for _code, name, fields in self.other_languages
        ]

    def translations(self) -> dict[str, dict[str, str]]:
        """Return what was typed in other languages, by text."""
        return {
            code: {each.removesuffix(f"_{code}"): self.cleaned_data[each] for each in fields}
            for code, _name, fields in self.other_languages
        }

    def first_fields(self) -> list[Any]:
        """Return the visible fields of the first language and of what has none."""
        others = {field for _code, _name, fields in self.other_languages for field in fields}
        return [each for each in self.visible_fields() if each.name not in others]

    def _add(self, name: str, language: str) -> str:
        first = self.fields[name]
        own = f"{name}_{language}"
        control = type(first.widget)(attrs={**first.widget.attrs, "lang": language})
        self.fields[own] = forms.CharField(
            label=first.label,
            max_length=getattr(first, "max_length", None),
            required=False,
            widget=control,
        )
        return own


def _text(label: Any, help_text: Any = "", *, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST_TEXT,
        widget=text_control(rows),
    )


class ProfileForm(TranslatedForm):
    """What is said of a process.

    Args:
        given: what was posted, or None.
        content: what is said now; None for a new process.
        revision: of the process as it stands.
    """

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=LONGEST_CODE,
        help_text=gettext_lazy("The same as that of its matrix of responsibilities; it stays."),
        error_messages=NEEDED,
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=LONGEST_NAME, error_messages=NEEDED
    )
    purpose = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=LONGEST_TEXT,
        widget=text_control(3),
        error_messages=NEEDED,
    )
    scope = _text(
        gettext_lazy("What belongs to it"),
        gettext_lazy("What starts it, what is part of it, and what is not."),
    )
    customers = _text(gettext_lazy("Who has something of it"), rows=2)
    full_when = _text(gettext_lazy("Full variant: when it is used"), rows=2)
    full_steps = _text(gettext_lazy("Full variant: steps"), STEPS, rows=6)
    light_when = _text(
        gettext_lazy("Light variant: when it is used"),
        gettext_lazy("Leave it empty where there is no light variant."),
        rows=2,
    )
    light_steps = _text(gettext_lazy("Light variant: steps"), STEPS, rows=4)
    review_date = forms.DateField(
        label=gettext_lazy("To be looked at again by"), required=False, widget=day_control()
    )

    def __init__(
        self, given: Any = None, *, content: ProfileContent | None = None, revision: int = 0
    ) -> None:
        super().__init__(given, initial=_initial(content, revision) if content else {})
        if content is not None:
            del self.fields["code"]
        self.translate(TEXTS)

    def content(self) -> ProfileContent:
        """Return what was written."""
        texts = {name: self.cleaned_data[name] for name in TEXTS}
        return ProfileContent(
            **texts,
            review_date=self.cleaned_data["review_date"],
            translations=self.translations(),
        )


class LinksForm(SeenForm):
    """What a process runs on.

    Args:
        given: what was posted, or None.
        view: the process.
        actor: who chooses.
    """

    machines = forms.MultipleChoiceField(
        label=gettext_lazy("Records that go through stages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    diagrams = forms.MultipleChoiceField(
        label=gettext_lazy("Processes that are drawn and run"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, given: Any = None, *, view: ProfileView, actor: Actor) -> None:
        chosen = [*(each.code for each in view.machines), *view.lost_machines]
        drawn = [each.code for each in view.diagrams]
        initial = {"machines": chosen, "diagrams": drawn, "revision": view.row.revision}
        super().__init__(given, initial=initial)
        named = sorted((str(each.name), each.code) for each in machine_list())
        lost = [(code, code) for code in view.lost_machines]
        offer(self, "machines", [*((code, name) for name, code in named), *lost])
        known = diagram_choices(language=actor.language)
        gone = [(each.code, each.code) for each in view.diagrams if not each.name]
        offer(self, "diagrams", [*known, *gone])


class ReviewForm(SeenForm):
    """That what is said of a process still holds, and when it is looked at next."""

    found = forms.CharField(
        label=gettext_lazy("What did you look at?"),
        max_length=LONGEST_FOUND,
        widget=text_control(3),
        error_messages=NEEDED,
    )
    review_date = forms.DateField(
        label=gettext_lazy("To be looked at again by"),
        widget=day_control(),
        error_messages=NEEDED,
    )


class FlowForm(TranslatedForm):
    """What comes into a process or goes out of it.

    Args:
        given: what was posted, or None.
        code: of the process.
        direction: with which the form begins.
        actor: who writes.
        at: now.
    """

    direction = forms.ChoiceField(label=gettext_lazy("Which way"), choices=Direction.choices)
    what = forms.CharField(
        label=gettext_lazy("What passes?"), max_length=LONGEST_WHAT, error_messages=NEEDED
    )
    process = forms.ChoiceField(label=gettext_lazy("From or to which process"), required=False)
    outside = forms.CharField(
        label=gettext_lazy("Or from or to whom else"),
        help_text=gettext_lazy("Such as the requester or a supplier."),
        max_length=LONGEST_OUTSIDE,
        required=False,
    )

    def __init__(
        self, given: Any = None, *, code: str, direction: str, actor: Actor, at: datetime
    ) -> None:
        super().__init__(given, initial={"direction": direction})
        offer(self, "process", [("", NONE), *process_choices(actor=actor, at=at, but=code)])
        self.translate(FLOW_TEXTS)

    def content(self) -> FlowContent:
        """Return what was written."""
        said = self.cleaned_data
        return FlowContent(
            direction=Direction(said["direction"]),
            what=said["what"],
            process=said["process"],
            outside=said["outside"],
            translations=self.translations(),
        )


def _initial(content: ProfileContent, revision: int) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(content, name) for name in TEXTS}
    for language, texts in content.translations.items():
        found.update({f"{name}_{language}": text for name, text in texts.items()})
    return {**found, "review_date": content.review_date, "revision": revision}
