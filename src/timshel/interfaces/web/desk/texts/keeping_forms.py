"""The forms of saved replies, text modules and macros."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.queries import team_list
from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.wording import language_name
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.operation.macro.access import MANAGE

NEEDED = {"required": _("Please fill this in.")}
AUDIENCES = (
    ("personal", _("Only me")),
    ("team", _("A team")),
    ("everyone", _("Everybody at the desk")),
)
KINDS = (
    ("incident", _("Incidents")),
    ("service_request", _("Requests")),
    ("task", _("Tasks")),
)
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


class SharedForm(RefusableForm):
    """What is asked of all three: the name, for whom it is, and whether it is offered.

    Args:
        actor: who writes; they are offered those for whom they may keep something.
        given: what was posted, or None.
        initial: what stands.
    """

    name = forms.CharField(label=_("Name"), max_length=120, error_messages=NEEDED)
    audience = forms.ChoiceField(label=_("Who finds it"), choices=AUDIENCES, initial="personal")
    team = forms.CharField(
        label=_("Which team"),
        required=False,
        max_length=40,
        widget=forms.Select,
        help_text=_("Only where it is for a team."),
    )
    is_active = forms.BooleanField(
        label=_("It is offered"),
        required=False,
        initial=True,
        help_text=_("Take the tick away to keep it without offering it."),
    )

    def __init__(
        self, actor: Actor, given: Any = None, *, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(given, initial=dict(initial or {}))
        self._offer_audiences(actor)

    def _offer_audiences(self, actor: Actor) -> None:
        scope = actor.scope(MANAGE)
        teams = [
            (row.code, row.name)
            for row in team_list(language=actor.language)
            if scope.covers(team=row.id)
        ]
        audience = self.fields["audience"]
        offered = {"personal", *(("team",) if teams else ())}
        offered |= {"everyone"} if scope.everywhere else set()
        if isinstance(audience, forms.ChoiceField):
            audience.choices = [each for each in AUDIENCES if each[0] in offered]
        if "team" in offered:
            widget = self.fields["team"].widget
            if isinstance(widget, forms.Select):
                widget.choices = [("", "–"), *teams]
        else:
            del self.fields["team"]

    def shared(self) -> dict[str, Any]:
        """Return what was given of it, as the actions take it."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "audience": given["audience"],
            "team": given.get("team", ""),
            "is_active": given["is_active"],
        }


class TextForm(SharedForm):
    """A text in each language."""

    def __init__(
        self, actor: Actor, given: Any = None, *, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(actor, given, initial=initial)
        for code in LANGUAGES:
            self.fields[f"text_{code}"] = forms.CharField(
                label=language_name(code),
                required=False,
                max_length=20_000,
                widget=text_area(7),
            )
        self.order_fields(["keyword", "name", *(f"text_{code}" for code in LANGUAGES)])

    def refuse(self, refusal: Invalid) -> None:
        """Show what is wrong with the texts at the first of them."""
        fields = dict(refusal.fields)
        if "texts" in fields:
            fields[f"text_{LANGUAGES[0]}"] = fields.pop("texts")
        super().refuse(Invalid(fields, refusal.message))

    def texts(self) -> dict[str, str]:
        """Return what was written, by language."""
        return {code: self.cleaned_data[f"text_{code}"] for code in LANGUAGES}


class ReplyForm(TextForm):
    """A saved reply."""


class ModuleForm(TextForm):
    """A text module."""

    keyword = forms.CharField(
        label=_("Keyword"),
        max_length=30,
        error_messages=NEEDED,
        help_text=_("What is typed after ::, such as thanks."),
    )


class MacroForm(SharedForm):
    """A macro, but for its steps."""

    description = forms.CharField(
        label=_("What it is for"), max_length=300, required=False, widget=text_area(2)
    )
    kinds = forms.MultipleChoiceField(
        label=_("Meant for"),
        choices=KINDS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked means all of them."),
    )
    field_order = ("name", "description", "kinds", "audience", "team", "is_active")
