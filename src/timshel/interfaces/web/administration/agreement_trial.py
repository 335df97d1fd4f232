"""Which agreement would apply: a made-up case, tried on the page of the agreements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.context.people import queries as people
from timshel.interfaces.web.forms import RefusableForm
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.relationship_agreement.service_level.queries.applicable import (
    Applicable,
    Question,
    applicable,
    customer_list,
    offering_list,
    unit_list,
)
from timshel.relationship_agreement.service_level.states import KIND_NAMES
from timshel.resolution_fulfilment.incident.states import PRIORITY_NAMES
from timshel.service_portfolio.service import queries as services

PREFIX = "try"


class TrialForm(RefusableForm):
    """A made-up case."""

    who = forms.CharField(
        label=gettext_lazy("Who asks"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("A name or an e-mail address; or choose a unit or customer."),
    )
    party = forms.ChoiceField(label=gettext_lazy("Unit or customer"), required=False)
    about = forms.ChoiceField(label=gettext_lazy("About what"), required=False)
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"), coerce=int, choices=PRIORITY_NAMES.items()
    )
    tried = forms.BooleanField(required=False, widget=forms.HiddenInput)


class Trial:
    """The form of a made-up case, and what would apply to it once it is sent.

    Args:
        given: what the address holds.
        actor: who asks.
        at: when the case would be opened.
    """

    def __init__(self, given: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
        self.is_sent = f"{PREFIX}-tried" in given
        self._actor = actor
        self.form = TrialForm(
            given if self.is_sent else None,
            auto_id="case-%s",
            prefix=PREFIX,
            initial={"priority": 3, "tried": True},
        )
        for name, choices in self._lists().items():
            field = self.form.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
        self.found: list[tuple[str, Applicable]] = []
        if self.is_sent and self.form.is_valid():
            self._ask(at)

    def _ask(self, at: datetime) -> None:
        try:
            found = applicable(self._question(), actor=self._actor, at=at)
        except Invalid as refusal:
            self.form.refuse(refusal)
            return
        self.found = [
            (str(KIND_NAMES[each.kind]), each) for each in found if each.first is not None
        ]

    def _question(self) -> Question:
        given = self.form.cleaned_data
        party, _colon, code = given["party"].partition(":")
        about, _colon, thing = given["about"].partition(":")
        return Question(
            priority=given["priority"],
            requester_id=self._requester(given["who"].strip()),
            unit=code if party == "unit" else None,
            customer=code if party == "customer" else None,
            service=thing if about == "service" else None,
            offering=thing if about == "offering" else None,
        )

    def _requester(self, text: str) -> int | None:
        if not text:
            return None
        found = people.people_matching(text, actor=self._actor, limit=10)
        exact = [row for row in found if text.casefold() == row.email.casefold()]
        candidates = exact or list(found)
        if not candidates:
            raise Invalid({"who": [_("There is no such person, or you may not see them.")]})
        if len(candidates) > 1:
            sentence = _("More than one person is meant; please give the e-mail address.")
            raise Invalid({"who": [sentence]})
        return candidates[0].id

    def _lists(self) -> dict[str, list[Any]]:
        language = self._actor.language
        areas = services.service_list(language=language)
        live = [(f"service:{row.code}", row.name) for area in areas for row in area.services]
        offered = [
            (f"offering:{code}", name) for code, name, _service in offering_list(language=language)
        ]
        units = [(f"unit:{code}", name) for code, name in unit_list(language=language)]
        customers = [
            (f"customer:{code}", name) for _key, code, name in customer_list(language=language)
        ]
        return {
            "party": [
                ("", _("As the person above")),
                (_("Units"), units),
                (_("Customers"), customers),
            ],
            "about": [
                ("", _("Nothing in particular")),
                (_("Services"), live),
                (_("Offerings"), offered),
            ],
        }
