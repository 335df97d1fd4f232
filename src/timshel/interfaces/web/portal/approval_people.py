"""Naming a person on a form: whoever may see people finds them, others give a mail address."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.context.people import queries as people
from timshel.context.people.access import VIEW
from timshel.interfaces.web.forms import RefusableForm
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound

SHOWN = 8


class PersonForm(RefusableForm):
    """Who: typed as a name or a mail address, or chosen from what that found.

    ``found`` are the people to choose from, when the text fits several.
    """

    person = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=100)
    requester = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    found: tuple[people.PersonRow, ...] = ()

    def chosen(self, actor: Actor) -> int | None:
        """Return the key of the person meant, or None after saying on the form what is missing.

        Args:
            actor: who asks; only people they may see can be found by name.
        """
        text = str(self.cleaned_data.get("person") or "").replace("\0", "").strip()
        key = self.cleaned_data.get("requester")
        if key is not None and _may_see(key, actor):
            return int(key)
        if "@" in text:
            found = people.person_by_address(text)
            if found is None:
                self.add_error("person", _("Nobody here has this mail address."))
            return found
        return self._by_name(text, actor)

    def _by_name(self, text: str, actor: Actor) -> int | None:
        if not actor.may_somewhere(VIEW):
            self.add_error("person", _("Please enter the mail address of this person."))
            return None
        self.found = people.people_matching(text, actor=actor, limit=SHOWN) if text else ()
        if len(self.found) == 1:
            return self.found[0].id
        if self.found:
            self.add_error("person", _("Several people fit. Please choose one."))
        elif text:
            self.add_error("person", _("Nobody was found. Try the mail address."))
        else:
            self.add_error("person", _("Please say who."))
        return None


def _may_see(key: int, actor: Actor) -> bool:
    try:
        return people.person_card(key, actor=actor).is_active
    except NotFound:
        return False
