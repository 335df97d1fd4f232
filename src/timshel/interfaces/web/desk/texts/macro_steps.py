"""The steps of a macro as its form shows and sends them: one small form for each deed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.queries import team_list
from timshel.interfaces.web.desk.forms import RESOLUTION_CHOICES
from timshel.interfaces.web.desk.texts.deed_words import ICONS, TRIGGERS
from timshel.interfaces.web.desk.texts.keeping_forms import LANGUAGES
from timshel.interfaces.web.desk.words import IMPACT_NAMES, URGENCY_NAMES
from timshel.interfaces.web.forms import text_area
from timshel.interfaces.web.wording import language_name
from timshel.kernel.actor import Actor
from timshel.operation.work.deeds import DEED_NAMES, MOST_DEEDS, DeedKind
from timshel.operation.work.states import BY_HAND, WAITING_NAMES, Trigger

# What a macro does to whatever case: linking and merging name another one, and are no habit.
OFFERED = (
    DeedKind.ASSIGN,
    DeedKind.REPLY,
    DeedKind.NOTE,
    DeedKind.CHANGE,
    DeedKind.TAG,
    DeedKind.UNTAG,
    DeedKind.WATCH,
    DeedKind.MOVE,
)
KEEP: tuple[str, Any] = ("", _("As it is"))
Plain = dict[str, Any]


def _numbered(names: Mapping[int, Any]) -> list[tuple[str, Any]]:
    return [KEEP, *((str(key), name) for key, name in names.items())]


class StepForm(forms.Form):
    """The form of one deed.

    Args:
        prefix: of the names of its controls.
        given: what was posted, or None.
        initial: what stands.
    """

    def plain(self) -> Plain:
        """Return the deed beyond its kind, as macros keep it."""
        return {}

    def _value(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), "")).replace("\0", "").strip()


class TextStep(StepForm):
    """A deed that says something, in each language."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for code in LANGUAGES:
            self.fields[f"text_{code}"] = forms.CharField(
                label=language_name(code), required=False, widget=text_area(4)
            )

    def plain(self) -> Plain:
        """Return the texts that were written."""
        texts = {code: self._value(f"text_{code}") for code in LANGUAGES}
        return {"texts": {code: text for code, text in texts.items() if text}}


class ReplyStep(TextStep):
    """A reply."""

    waits = forms.BooleanField(label=_("Then wait for the answer"), required=False)

    def plain(self) -> Plain:
        """Return the texts, and whether it waits."""
        return {**super().plain(), "waits": bool(self._value("waits"))}


class AssignStep(StepForm):
    """To whom it is given."""

    team = forms.CharField(label=_("Team"), required=False, widget=forms.Select)
    assignee = forms.ChoiceField(
        label=_("Person"),
        required=False,
        choices=[("me", _("Whoever runs it")), ("", _("Nobody yet"))],
    )

    def plain(self) -> Plain:
        """Return team and person."""
        return {"team": self._value("team") or None, "assignee": self._value("assignee") or None}


class ChangeStep(StepForm):
    """Properties that are set."""

    impact = forms.ChoiceField(label=_("Impact"), required=False, choices=_numbered(IMPACT_NAMES))
    urgency = forms.ChoiceField(
        label=_("Urgency"), required=False, choices=_numbered(URGENCY_NAMES)
    )
    priority = forms.ChoiceField(
        label=_("Priority"),
        required=False,
        choices=[KEEP, *((str(key), f"P{key}") for key in range(1, 6))],
    )
    priority_reason = forms.CharField(
        label=_("Reason for another priority"), required=False, max_length=500
    )

    def plain(self) -> Plain:
        """Return what is set; what stays is left out."""
        numbers = {
            name: int(value)
            for name in ("impact", "urgency", "priority")
            if (value := self._value(name)).isdecimal() and value.isascii()
        }
        reason = self._value("priority_reason")
        return {**numbers, **({"priority_reason": reason} if reason else {})}


class MoveStep(StepForm):
    """The stage to which it goes."""

    trigger = forms.ChoiceField(label=_("What to do"), choices=list(TRIGGERS.items()))
    waiting = forms.ChoiceField(
        label=_("Waiting for"),
        required=False,
        choices=[("", "–"), *((str(key), WAITING_NAMES[key]) for key in BY_HAND)],
        help_text=_("Only to let it wait."),
    )
    code = forms.ChoiceField(
        label=_("How it was resolved"),
        required=False,
        choices=[("", "–"), *RESOLUTION_CHOICES],
        help_text=_("Only to resolve an incident."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=1000,
        help_text=_("Only to reopen or to cancel."),
    )
    text = forms.CharField(
        label=_("What was done"),
        required=False,
        widget=text_area(3),
        help_text=_("Only to resolve or deliver; the requester reads it."),
    )

    def plain(self) -> Plain:
        """Return the move with what it needs."""
        trigger = self._value("trigger")
        found = {"trigger": trigger, "code": self._value("code"), "text": self._value("text")}
        waits = trigger == Trigger.WAIT
        found["reason"] = self._value("waiting" if waits else "reason")
        return found


class TagStep(StepForm):
    """Tags that are put on or taken off."""

    tags = forms.CharField(label=_("Tags"), help_text=_("Several are divided by commas."))

    def plain(self) -> Plain:
        """Return the tags."""
        return {"tags": [each.strip() for each in self._value("tags").split(",") if each.strip()]}


class WatchStep(StepForm):
    """Whoever runs it watches it from then on."""

    def plain(self) -> Plain:
        """Return who watches."""
        return {"person": "me"}


FORMS: Mapping[str, type[StepForm]] = {
    DeedKind.REPLY: ReplyStep,
    DeedKind.NOTE: TextStep,
    DeedKind.ASSIGN: AssignStep,
    DeedKind.CHANGE: ChangeStep,
    DeedKind.MOVE: MoveStep,
    DeedKind.TAG: TagStep,
    DeedKind.UNTAG: TagStep,
    DeedKind.WATCH: WatchStep,
}


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as the page draws it: its place from 0, its deed, the name and icon of that."""

    place: int
    do: str
    name: Any
    icon: str
    form: StepForm


def shown_steps(steps: Sequence[Mapping[str, Any]], actor: Actor) -> list[ShownStep]:
    """Return the small forms of some steps; those of deeds without one are left out."""
    teams = [(row.code, row.name) for row in team_list(language=actor.language)]
    found = []
    for place, step in enumerate(steps):
        kind = DeedKind(step["do"])
        form = FORMS[kind](prefix=f"step-{place}", initial=_initial(step))
        if "team" in form.fields:
            widget = form.fields["team"].widget
            if isinstance(widget, forms.Select):
                widget.choices = [("", _("The team that has it")), *teams]
        found.append(ShownStep(place, kind.value, DEED_NAMES[kind], ICONS[kind], form))
    return found


def posted_steps(given: QueryDict) -> list[Plain]:
    """Return the steps that were posted, with what one of the buttons asked for done to them."""
    steps: list[Plain] = []
    for place in range(MOST_DEEDS):
        kind = given.get(f"step-{place}-do", "")
        if kind not in FORMS:
            break
        form = FORMS[kind](given, prefix=f"step-{place}")
        steps.append({"do": kind, **form.plain()})
    button, _colon, rest = given.get("edit", "").partition(":")
    if button in _EDITS:
        _EDITS[button](steps, rest)
    return steps


def _place(steps: list[Plain], rest: str) -> int | None:
    known = rest.isascii() and rest.isdecimal() and len(rest) < len("100")
    return int(rest) if known and int(rest) < len(steps) else None


def _remove(steps: list[Plain], rest: str) -> None:
    place = _place(steps, rest)
    if place is not None:
        steps.pop(place)


def _up(steps: list[Plain], rest: str) -> None:
    place = _place(steps, rest)
    if place:
        steps[place - 1], steps[place] = steps[place], steps[place - 1]


def _new(steps: list[Plain], rest: str) -> None:
    if rest in FORMS and len(steps) < MOST_DEEDS:
        steps.append({"do": rest})


_EDITS: Mapping[str, Callable[[list[Plain], str], None]] = {
    "remove": _remove,
    "up": _up,
    "add": _new,
}


def _initial(step: Mapping[str, Any]) -> Plain:
    texts = step.get("texts") or ({LANGUAGES[0]: step["text"]} if step.get("text") else {})
    tags = step.get("tags")
    return {
        **step,
        **{f"text_{code}": text for code, text in texts.items()},
        "tags": ", ".join(tags) if tags else "",
        "waiting": step.get("reason"),
    }
