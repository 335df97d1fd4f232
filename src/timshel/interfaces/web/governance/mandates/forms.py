"""The forms of mandates, and the question who may approve something."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.queries import unit_list
from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.queries import role_list as rights_roles
from timshel.leadership.mandate.queries import MandateView
from timshel.leadership.mandate.rules import (
    LONGEST_REASON,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Asked,
    MandateContent,
    Money,
)
from timshel.leadership.mandate.states import HolderKind, Subject
from timshel.leadership.responsibility.queries import role_list as work_roles
from timshel.leadership.responsibility.states import SubjectKind
from timshel.leadership.responsibility.subjects import facts

NAMES = {
    "limit": "amount",
    "cost": "amount",
    "holder": "held_by",
    "unit": "place",
    "service": "place",
}
"""Where pages ask for what the domain calls otherwise."""

Choices = list[tuple[Any, Any]]


def place_choices(actor: Actor, *, nothing: Any, kept: str = "") -> Choices:
    """Return everywhere, all units and all services as choices, with one that is kept."""
    units = [(f"unit:{each.code}", each.name) for each in unit_list(language=actor.language)]
    known = facts(SubjectKind.SERVICE, None, language=actor.language).values()
    named = sorted((each.name, each.code) for each in known)
    services = [(f"service:{code}", name) for name, code in named]
    more = []
    if kept and kept not in dict([*units, *services]):
        more.append((kept, kept.partition(":")[2]))
    return [("", nothing), *more, (_("Units"), units), (_("Services"), services)]


def holder_choices(actor: Actor) -> Choices:
    """Return a person, all roles in the work and all roles with rights as choices."""
    work = [
        (f"{HolderKind.PROCESS_ROLE}:{each.code}", each.name)
        for each in work_roles(language=actor.language)
    ]
    rights = [
        (f"{HolderKind.ROLE}:{code}", name) for code, name in rights_roles(language=actor.language)
    ]
    return [
        ("", _("A person, named below")),
        (_("Roles in the work"), work),
        (_("Roles with rights"), rights),
    ]


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    control = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=control, help_text=help_text)


class MandateDeedForm(RefusableForm):
    """What all forms about a mandate hold: the revision that was seen."""

    revision = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def refuse(self, refusal: Invalid) -> None:
        """Show a refusal at the fields of the page."""
        found: dict[str, Any] = {}
        for name, texts in refusal.fields.items():
            found.setdefault(NAMES.get(name, name), []).extend(texts)
        super().refuse(Invalid(found) if found else refusal)

    def _choose(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared below
        field.choices = choices

    def _money(self) -> Money | None:
        """Return the amount that was given, in its currency."""
        amount: Decimal | None = self.cleaned_data["amount"]
        currency = self.cleaned_data["currency"].strip().upper()
        if amount is None:
            return None
        return Money(amount, currency)

    def _place(self) -> dict[str, str]:
        kind, _colon, code = self.cleaned_data["place"].partition(":")
        return {kind: code} if kind else {}


class MandateForm(MandateDeedForm):
    """What a mandate says."""

    title = forms.CharField(label=_("In a few words"), max_length=LONGEST_TITLE)
    subject = forms.ChoiceField(label=_("What may be approved"), choices=Subject.choices)
    own_words = forms.CharField(
        label=_("What, where it is something else"), max_length=LONGEST_TITLE, required=False
    )
    held_by = forms.ChoiceField(label=_("Who holds it"), required=False)
    person = forms.CharField(
        label=_("Which person"),
        max_length=80,
        required=False,
        help_text=_("Name, mail address or code. Leave it empty where a role holds it."),
    )
    amount = forms.DecimalField(
        label=_("Up to how much"),
        required=False,
        help_text=_("Empty for no limit, and where nothing is paid."),
    )
    currency = forms.CharField(
        label=_("Currency"), max_length=3, required=False, help_text=_("Three letters, as in EUR.")
    )
    place = forms.ChoiceField(label=_("Where"), required=False)
    valid_from = _day(_("First day"))
    valid_until = _day(_("Last day"), required=False, help_text=_("Empty for no last day."))
    granted_by = forms.CharField(
        label=_("Who grants it"), max_length=80, help_text=_("Name, mail address or code.")
    )
    rests_on = forms.CharField(
        label=_("On what it rests"),
        max_length=LONGEST_TITLE,
        help_text=_("The number of a document, or the decision in words."),
    )
    conditions = forms.CharField(
        label=_("What else is to be kept to"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=text_area(4),
    )

    def __init__(self, actor: Actor, given: Any = None, *, view: MandateView | None = None) -> None:
        initial = _begun(view) if view else {}
        super().__init__(given, initial=initial)
        self._actor = actor
        self._choose("held_by", holder_choices(actor))
        kept = initial.get("place", "")
        self._choose("place", place_choices(actor, nothing=_("Everywhere"), kept=kept))

    def content(self) -> MandateContent:
        """Return what was written.

        Raises:
            Invalid: nobody or several people are meant, or a person and a role.
        """
        given = self.cleaned_data
        kind, holder = self._holder()
        return MandateContent(
            title=given["title"],
            subject=Subject(given["subject"]),
            holder_kind=kind,
            holder=holder,
            granted_by=found_person(given["granted_by"], field="granted_by", actor=self._actor),
            rests_on=given["rests_on"],
            valid_from=given["valid_from"],
            valid_until=given["valid_until"],
            own_words=given["own_words"],
            limit=self._money(),
            conditions=given["conditions"],
            **self._place(),
        )

    def _holder(self) -> tuple[HolderKind, str]:
        held_by, typed = self.cleaned_data["held_by"], self.cleaned_data["person"]
        if held_by and typed.strip():
            raise Invalid({"person": [_("Please name a person or choose a role, not both.")]})
        if held_by:
            kind, _colon, code = held_by.partition(":")
            return HolderKind(kind), code
        if not typed.strip():
            raise Invalid({"person": [_("Please name a person, or choose a role above.")]})
        return HolderKind.PERSON, found_person(typed, field="person", actor=self._actor)


def _begun(view: MandateView) -> dict[str, Any]:
    content = view.content
    is_person = content.holder_kind is HolderKind.PERSON
    place = f"unit:{content.unit}" if content.unit else ""
    return {
        "revision": view.revision,
        "title": content.title,
        "subject": content.subject,
        "own_words": content.own_words,
        "held_by": "" if is_person else f"{content.holder_kind}:{content.holder}",
        "person": content.holder if is_person else "",
        "amount": content.limit.amount if content.limit else None,
        "currency": content.limit.currency if content.limit else "",
        "place": f"service:{content.service}" if content.service else place,
        "valid_from": content.valid_from,
        "valid_until": content.valid_until,
        "granted_by": content.granted_by,
        "rests_on": content.rests_on,
        "conditions": content.conditions,
    }


class ReasonForm(MandateDeedForm):
    """Why a mandate ends."""

    reason = forms.CharField(label=_("Why?"), max_length=LONGEST_REASON, widget=text_area(3))


class WhoMayForm(MandateDeedForm):
    """What somebody wants to have approved."""

    subject = forms.ChoiceField(label=_("What is to be approved"), choices=Subject.choices)
    amount = forms.DecimalField(
        label=_("What it costs"),
        required=False,
        help_text=_("Empty where nothing is paid, or where that is not known."),
    )
    currency = forms.CharField(
        label=_("Currency"), max_length=3, required=False, help_text=_("Three letters, as in EUR.")
    )
    place = forms.ChoiceField(label=_("For which unit or service"), required=False)
    on = _day(_("On which day"), required=False, help_text=_("Empty for today."))

    def __init__(self, actor: Actor, given: Any = None) -> None:
        super().__init__(given)
        self._choose("place", place_choices(actor, nothing=_("None in particular")))

    def asked(self, *, today: date) -> Asked:
        """Return what was asked."""
        given = self.cleaned_data
        return Asked(
            subject=Subject(given["subject"]),
            on=given["on"] or today,
            cost=self._money(),
            **self._place(),
        )
