"""The form in which the next version of the scope statement is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.context.scope.rules import (
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_STATEMENT,
    CoveredItem,
    Exclusion,
    Records,
    ScopeContent,
)
from timshel.context.scope.states import ITEM_NAMES, RECORDED, ItemKind
from timshel.interfaces.web.governance.issues.saving import (
    NEEDED,
    SeenForm,
    offer,
    text_control,
)

EMPTY_ROWS = 3
MOST_ROWS = 60
FIELDS: Mapping[ItemKind, str] = {
    ItemKind.SERVICE: "services",
    ItemKind.UNIT: "units",
    ItemKind.SITE: "sites",
    ItemKind.CUSTOMER: "customers",
}
Choices = list[tuple[str, Any]]


def _covering(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class ScopeForm(SeenForm):
    """What the management system covers, and what it leaves out.

    Args:
        records: what there is now, by kind and code.
        begun: what the form begins with.
        revision: of the draft that is changed, or None where there is none.
        given: what was posted, or None.
    """

    statement = forms.CharField(
        label=gettext_lazy("What the management system is for"),
        max_length=LONGEST_STATEMENT,
        widget=text_control(3),
        help_text=gettext_lazy("Which services, for whom, provided by whom, from where."),
        error_messages=NEEDED,
    )
    technology = forms.CharField(
        label=gettext_lazy("Technology used to provide the services"),
        max_length=LONGEST_STATEMENT,
        required=False,
        widget=text_control(3),
    )
    services = _covering(gettext_lazy("Services"))
    units = _covering(
        gettext_lazy("Units"), gettext_lazy("A unit takes everything below it along.")
    )
    sites = _covering(gettext_lazy("Sites"))
    customers = _covering(gettext_lazy("Customers"))

    def __init__(
        self,
        records: Records,
        begun: ScopeContent,
        *,
        revision: int | None,
        given: Any = None,
    ) -> None:
        initial: dict[str, Any] = {
            "statement": begun.statement,
            "technology": begun.technology,
            "revision": revision,
        }
        for kind, name in FIELDS.items():
            initial[name] = [each.code for each in begun.items if each.kind is kind]
        for row, each in enumerate(begun.exclusions, start=1):
            initial[f"out_{row}"] = f"{each.kind.value}:{each.code}"
            initial[f"out_name_{row}"] = each.name if each.kind is ItemKind.OTHER else ""
            initial[f"out_reason_{row}"] = each.reason
        super().__init__(given, initial=initial)
        self.known = _known(records, begun)
        choices: Choices = [("", "–")]
        for kind, name in FIELDS.items():
            offer(self, name, self.known[kind])
            group = [(f"{kind.value}:{code}", label) for code, label in self.known[kind]]
            if group:
                choices.append((ITEM_NAMES[kind], group))  # type: ignore[arg-type]
        choices.append((f"{ItemKind.OTHER.value}:", _("Something else, named beside")))
        self.rows = range(1, min(MOST_ROWS, len(begun.exclusions) + EMPTY_ROWS) + 1)
        for row in self.rows:
            self._add_row(row, choices)

    def _add_row(self, row: int, choices: Choices) -> None:
        number = {"number": row}
        self.fields[f"out_{row}"] = forms.ChoiceField(
            label=_("Left out, %(number)d") % number, choices=choices, required=False
        )
        self.fields[f"out_name_{row}"] = forms.CharField(
            label=_("Its name, if it is something else"), max_length=LONGEST_NAME, required=False
        )
        self.fields[f"out_reason_{row}"] = forms.CharField(
            label=_("Why it is left out"), max_length=LONGEST_REASON, required=False
        )

    def exclusion_rows(self) -> Iterator[tuple[BoundField, BoundField, BoundField]]:
        """Yield the fields of what is left out, row by row."""
        names = ("out", "out_name", "out_reason")
        for row in self.rows:
            first, second, third = (self[f"{name}_{row}"] for name in names)
            yield first, second, third

    @property
    def seen_draft(self) -> int | None:
        """The revision of the draft that was seen, or None where there was none."""
        revision: int | None = self.cleaned_data["revision"]
        return revision

    def clean(self) -> dict[str, Any]:
        """Say where only half of what is left out is given."""
        cleaned: dict[str, Any] = super().clean() or {}
        for row in self.rows:
            what, reason = cleaned.get(f"out_{row}", ""), cleaned.get(f"out_reason_{row}", "")
            if what and not reason:
                self.add_error(f"out_reason_{row}", _("Say why it is left out."))
            if not what and (reason or cleaned.get(f"out_name_{row}")):
                self.add_error(f"out_{row}", _("Say what is left out."))
        return cleaned

    def content(self) -> ScopeContent:
        """Return what was written."""
        given = self.cleaned_data
        names = {kind: dict(choices) for kind, choices in self.known.items()}
        exclusions = []
        for row in self.rows:
            kind, _colon, code = given[f"out_{row}"].partition(":")
            if kind:
                name = names.get(ItemKind(kind), {}).get(code, given[f"out_name_{row}"])
                reason = given[f"out_reason_{row}"]
                exclusions.append(Exclusion(ItemKind(kind), code, name, reason))
        return ScopeContent(
            given["statement"],
            given["technology"],
            tuple(
                CoveredItem(kind, code, names[kind][code])
                for kind, name in FIELDS.items()
                for code in given[name]
            ),
            tuple(exclusions),
        )


def _known(records: Records, begun: ScopeContent) -> dict[ItemKind, Choices]:
    """Return what can be chosen: what there is, and what the statement names that is gone."""
    found: dict[ItemKind, Choices] = {}
    for kind in RECORDED:
        there = {code: each.name for code, each in records[kind].items()}
        named = {
            each.code: each.name
            for each in begun.named
            if each.kind is kind and each.code not in there
        }
        found[kind] = sorted(
            {**there, **named}.items(), key=lambda each: (each[1].casefold(), each[0])
        )
    return found
