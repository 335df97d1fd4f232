"""The forms in which interested parties and their needs are described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from timshel.context.interested_parties.queries import NeedRow, PartyRow
from timshel.context.interested_parties.rules import (
    LONGEST_CODE,
    LONGEST_LINK,
    LONGEST_NAME,
    MOST_LINKS,
    NeedContent,
    NeedLink,
    PartyContent,
)
from timshel.context.interested_parties.states import (
    BASIS_NAMES,
    LINK_NAMES,
    PARTY_NAMES,
    STANDING_NAMES,
    Basis,
    LinkKind,
    PartyKind,
    Standing,
)
from timshel.context.issue.rules import LONGEST_TEXT, MOST_MONTHS
from timshel.interfaces.web.governance.issues.saving import (
    NEEDED,
    SeenForm,
    day_control,
    text_control,
)

INFLUENCES = [
    ("3", pgettext_lazy("influence", "Large")),
    ("2", pgettext_lazy("influence", "Middling")),
    ("1", pgettext_lazy("influence", "Small")),
]
INTERESTS = [
    ("3", pgettext_lazy("interest", "Large")),
    ("2", pgettext_lazy("interest", "Middling")),
    ("1", pgettext_lazy("interest", "Small")),
]
LINK_CHOICES = [("", "–"), *((kind.value, name) for kind, name in LINK_NAMES.items())]
EMPTY_LINKS = 2


class PartyForm(SeenForm):
    """Who an interested party is, and what it weighs."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=LONGEST_NAME, error_messages=NEEDED
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What they are to us"),
        choices=[(kind.value, name) for kind, name in PARTY_NAMES.items()],
    )
    spoken_for_by = forms.CharField(
        label=gettext_lazy("Who speaks for them"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("A person, an office or a body."),
    )
    influence = forms.ChoiceField(
        label=gettext_lazy("Their influence"), choices=INFLUENCES, initial="2"
    )
    interest = forms.ChoiceField(
        label=gettext_lazy("Their interest"), choices=INTERESTS, initial="2"
    )
    review_months = forms.IntegerField(
        label=gettext_lazy("Looked at again every so many months"),
        min_value=1,
        max_value=MOST_MONTHS,
        initial=12,
        error_messages=NEEDED,
    )
    review_date = forms.DateField(
        label=gettext_lazy("Next review"),
        required=False,
        widget=day_control(),
        help_text=gettext_lazy("Empty: counted from today."),
    )

    def content(self) -> PartyContent:
        """Return what was written."""
        given = self.cleaned_data
        return PartyContent(
            name=given["name"],
            kind=PartyKind(given["kind"]),
            spoken_for_by=given["spoken_for_by"],
            influence=int(given["influence"]),
            interest=int(given["interest"]),
            review_months=given["review_months"],
            review_date=given["review_date"],
        )


class NewPartyForm(PartyForm):
    """A party that is written down for the first time."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=LONGEST_CODE,
        help_text=gettext_lazy("Small letters, digits and hyphens; it cannot be changed later."),
        error_messages=NEEDED,
    )
    field_order = ("code",)


class PartyReviewForm(SeenForm):
    """What was found when a party was looked at again."""

    finding = forms.CharField(
        label=gettext_lazy("What was found?"),
        max_length=LONGEST_TEXT,
        widget=text_control(3),
        error_messages=NEEDED,
    )
    review_date = forms.DateField(
        label=gettext_lazy("Next review"),
        required=False,
        widget=day_control(),
        help_text=gettext_lazy("Empty: counted from today."),
    )

    def __init__(self, row: PartyRow, given: Any = None) -> None:
        super().__init__(given, auto_id="review-%s", initial={"revision": row.revision})


class NeedForm(SeenForm):
    """What a party needs, how far it is met, and by what."""

    text = forms.CharField(
        label=gettext_lazy("What do they need or expect?"),
        max_length=LONGEST_TEXT,
        widget=text_control(3),
        error_messages=NEEDED,
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Is it required?"),
        choices=[(basis.value, name) for basis, name in BASIS_NAMES.items()],
    )
    standing = forms.ChoiceField(
        label=gettext_lazy("How far is it met?"),
        choices=[(standing.value, name) for standing, name in STANDING_NAMES.items()],
        initial=Standing.NOT_MET.value,
    )

    def __init__(self, given: Any = None, *, row: NeedRow | None = None) -> None:
        super().__init__(given, initial=_begun(row))
        links = row.links if row else ()
        self.places = range(1, min(MOST_LINKS, max(MOST_LINKS // 2, len(links) + EMPTY_LINKS)) + 1)
        for place in self.places:
            number = {"number": place}
            self.fields[f"kind_{place}"] = forms.ChoiceField(
                label=_("Met by %(number)d") % number, choices=LINK_CHOICES, required=False
            )
            self.fields[f"code_{place}"] = forms.CharField(
                label=_("Code or number of %(number)d") % number,
                required=False,
                max_length=LONGEST_LINK,
            )

    def links(self) -> Iterator[tuple[BoundField, BoundField]]:
        """Yield the fields of what meets the need, in pairs."""
        return ((self[f"kind_{place}"], self[f"code_{place}"]) for place in self.places)

    def clean(self) -> dict[str, Any]:
        """Say where only half of what meets the need is given."""
        cleaned: dict[str, Any] = super().clean() or {}
        for place in self.places:
            kind, code = cleaned.get(f"kind_{place}", ""), cleaned.get(f"code_{place}", "")
            if bool(kind) != bool(code):
                missing = "code" if kind else "kind"
                self.add_error(f"{missing}_{place}", _("Please give both: what it is, and which."))
        return cleaned

    def content(self) -> NeedContent:
        """Return what was written."""
        given = self.cleaned_data
        return NeedContent(
            text=given["text"],
            basis=Basis(given["basis"]),
            standing=Standing(given["standing"]),
            links=tuple(
                NeedLink(LinkKind(given[f"kind_{place}"]), given[f"code_{place}"])
                for place in self.places
                if given[f"kind_{place}"]
            ),
        )


def _begun(row: NeedRow | None) -> dict[str, Any]:
    if row is None:
        return {}
    begun: dict[str, Any] = {
        "text": row.text,
        "basis": row.basis.value,
        "standing": row.standing.value,
        "revision": row.revision,
    }
    for place, link in enumerate(row.links, start=1):
        begun |= {f"kind_{place}": link.kind.value, f"code_{place}": link.code}
    return begun


def written(row: PartyRow) -> dict[str, Any]:
    """Return a party as its form begins."""
    return {
        "name": row.name,
        "kind": row.kind.value,
        "spoken_for_by": row.spoken_for_by,
        "influence": str(row.influence),
        "interest": str(row.interest),
        "review_months": row.review_months,
        "review_date": row.review_date,
        "revision": row.revision,
    }
