"""The forms in which matrices, roles and assignments are written; they work without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.wording import language_name
from timshel.leadership.authority.access import PERMISSIONS
from timshel.leadership.responsibility.queries import RoleRow
from timshel.leadership.responsibility.rules import (
    MOST_ACTIVITIES,
    MOST_ROLES,
    ActivityContent,
    MatrixContent,
    MatrixKey,
)
from timshel.leadership.responsibility.states import SOURCE_NAMES, SUBJECT_NAMES, SubjectKind

FIRST_LANGUAGE = "en"
NEEDED = {"required": gettext_lazy("Please fill this in.")}
SOURCES = [(source.value, name) for source, name in SOURCE_NAMES.items()]
STEP = 10
NEW_ROWS = 3
NEW_COLUMNS = 1
LONGEST_NUMBER = 19


def other_languages() -> list[tuple[str, str]]:
    """Return code and name of the languages beside the first."""
    return [
        (code, language_name(code)) for code, _name in settings.LANGUAGES if code != FIRST_LANGUAGE
    ]


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row of the editor as it was typed.

    Args:
        id: of the activity, or empty.
        place: by which rows are put in order.
        name: in the first language.
        others: code and name of further languages, with the name in each.
        letters: for each column.
    """

    id: str
    place: str
    name: str
    others: list[tuple[str, str, str]]
    letters: list[str]


@dataclass(frozen=True, slots=True)
class TypedMatrix:
    """A matrix as it was typed, mistakes and all.

    Args:
        name: of what it is about.
        revision: that was seen.
        columns: codes of roles; empty ones are still to be chosen.
        rows: the activities; those without a name are still to be filled in.
    """

    name: str
    revision: str
    columns: list[str]
    rows: list[TypedRow]

    def content(self, standing: MatrixContent) -> MatrixContent:
        """Return what is meant: without empty rows and columns, in the order of the places."""
        columns = [(place, code) for place, code in enumerate(self.columns) if code]
        filled = [row for row in self.rows if row.name.strip()]
        ordered = sorted(filled, key=lambda row: _number(row.place))
        known = {each.id: each for each in standing.activities}
        return MatrixContent(
            name=self.name,
            roles=tuple(code for _place, code in columns),
            activities=tuple(
                ActivityContent(
                    name=row.name.strip(),
                    letters={
                        code: row.letters[place] for place, code in columns if row.letters[place]
                    },
                    id=row_id if (row_id := number_of(row.id)) in known else None,
                    translations={
                        code: {"name": text.strip()}
                        for code, _name, text in row.others
                        if text.strip()
                    },
                )
                for row in ordered
            ),
            translations=standing.translations,
        )


def typed_from(content: MatrixContent, revision: int) -> TypedMatrix:
    """Return a matrix as its form shows it, with room for more rows and a column."""
    columns = [*content.roles, *[""] * NEW_COLUMNS]
    rows = [
        TypedRow(
            id=str(each.id or ""),
            place=str((number + 1) * STEP),
            name=each.name,
            others=[
                (code, name, each.translations.get(code, {}).get("name", ""))
                for code, name in other_languages()
            ],
            letters=[each.letters.get(code, "") for code in columns],
        )
        for number, each in enumerate(content.activities)
    ]
    return TypedMatrix(content.name, str(revision), columns, [*rows, *_empty(len(rows), columns)])


def typed_of(given: Mapping[str, str]) -> TypedMatrix:
    """Return a matrix as a form sent it."""
    columns = [given.get(f"role-{place}", "") for place in range(_count(given, "columns"))]
    rows = [
        TypedRow(
            id=given.get(f"activity-{number}-id", ""),
            place=given.get(f"activity-{number}-place", ""),
            name=given.get(f"activity-{number}-name", ""),
            others=[
                (code, name, given.get(f"activity-{number}-name_{code}", ""))
                for code, name in other_languages()
            ],
            letters=[
                given.get(f"cell-{number}-{place}", "").strip() for place in range(len(columns))
            ],
        )
        for number in range(_count(given, "rows"))
    ]
    return TypedMatrix(given.get("name", ""), given.get("seen_revision", ""), columns, rows)


def with_room(typed: TypedMatrix) -> TypedMatrix:
    """Return what was typed with room for more rows and a column."""
    columns = [*typed.columns, *[""] * NEW_COLUMNS]
    rows = [
        TypedRow(row.id, row.place, row.name, row.others, [*row.letters, *[""] * NEW_COLUMNS])
        for row in typed.rows
    ]
    more = _empty(len(rows), columns)
    return TypedMatrix(typed.name, typed.revision, columns, [*rows, *more])


def _empty(count: int, columns: Sequence[str]) -> list[TypedRow]:
    others = [(code, name, "") for code, name in other_languages()]
    return [
        TypedRow("", str((count + number + 1) * STEP), "", others, [""] * len(columns))
        for number in range(NEW_ROWS)
    ]


def _count(given: Mapping[str, str], name: str) -> int:
    """Return how many were sent; as many as there may be where it cannot be read, to lose none."""
    most = MOST_ROLES + NEW_COLUMNS if name == "columns" else MOST_ACTIVITIES + NEW_ROWS
    said = number_of(given.get(name, ""))
    return most if said is None else min(said, most)


def number_of(text: str) -> int | None:
    """Return the whole number that a hidden field holds, or None where it holds none."""
    return int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER else None


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("inf")


class NewMatrixForm(RefusableForm):
    """What a new matrix is about, and what it begins with."""

    kind = forms.ChoiceField(
        label=gettext_lazy("About a"),
        choices=[(kind.value, SUBJECT_NAMES[kind]) for kind in SubjectKind],
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy("Of the service or process."),
        error_messages=NEEDED,
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        error_messages=NEEDED,
    )
    like = forms.ChoiceField(
        label=gettext_lazy("Begin with what stands in"),
        required=False,
        help_text=gettext_lazy("Activities, roles and letters are copied; you change them then."),
    )

    def __init__(
        self, data: Any, *, initial: Mapping[str, str], others: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(data, initial=dict(initial))
        field = self.fields["like"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", gettext_lazy("Nothing: an empty matrix")), *others]


class RoleForm(RefusableForm):
    """What a role is called and who holds it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, error_messages=NEEDED)
    summary = forms.CharField(
        label=gettext_lazy("What its holders do"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Who holds it"),
        choices=SOURCES,
    )
    permission = forms.ChoiceField(
        label=gettext_lazy("Right that its holders need"),
        required=False,
        choices=[("", gettext_lazy("None")), *PERMISSIONS.items()],
    )

    def __init__(self, data: Any = None, *, role: RoleRow | None = None) -> None:
        initial = (
            {
                "name": role.name,
                "summary": role.summary,
                "source": role.source.value,
                "permission": role.permission,
            }
            if role
            else {}
        )
        super().__init__(data, initial=initial)
        self.other_languages: list[tuple[str, list[str]]] = []
        for code, language in other_languages():
            names = []
            for name in ("name", "summary"):
                own = f"{name}_{code}"
                self.fields[own] = forms.CharField(
                    label=self.fields[name].label,
                    max_length=100 if name == "name" else 500,
                    required=False,
                    widget=forms.TextInput(attrs={"lang": code}),
                )
                names.append(own)
            self.other_languages.append((language, names))

    def languages(self) -> list[tuple[str, list[Any]]]:
        """Return the fields of other languages, by the name of each."""
        return [(name, [self[field] for field in fields]) for name, fields in self.other_languages]

    def translations(self) -> dict[str, dict[str, str]]:
        """Return the texts in other languages; only of a form that is valid."""
        found: dict[str, dict[str, str]] = {}
        for code, _language in other_languages():
            texts = {
                name: self.cleaned_data.get(f"{name}_{code}", "").strip()
                for name in ("name", "summary")
            }
            filled = {name: text for name, text in texts.items() if text}
            if filled:
                found[code] = filled
        return found


class NewRoleForm(RoleForm):
    """A role that does not exist yet."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Small letters, digits and hyphens; it cannot be changed later."),
        error_messages=NEEDED,
    )


class AssignmentForm(RefusableForm):
    """Who shall hold a role, where, and from when until when."""

    person = forms.CharField(
        label=gettext_lazy("Person"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Name, mail address or code; or choose a team instead."),
    )
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    where = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    valid_from = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=NEEDED,
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("The last day; empty where it is not known."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        teams: Sequence[tuple[str, str]],
        matrices: Sequence[tuple[MatrixKey, str]],
        initial: Mapping[str, Any],
        everywhere: bool,
    ) -> None:
        super().__init__(data, initial=dict(initial))
        whole = [("", gettext_lazy("All services and processes"))] if everywhere else []
        named = [(where_text(key), name) for key, name in matrices]
        for name, choices in (
            ("team", [("", gettext_lazy("No team")), *teams]),
            ("where", [*whole, *named]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


def where_text(key: MatrixKey) -> str:
    """Return a matrix as a form names it."""
    return f"{key.kind.value}:{key.code}"


def where_of(text: str) -> MatrixKey | None:
    """Return the matrix that a form names, or None for all."""
    kind, _colon, code = text.partition(":")
    return MatrixKey(SubjectKind(kind), code) if kind in frozenset(SubjectKind) else None
