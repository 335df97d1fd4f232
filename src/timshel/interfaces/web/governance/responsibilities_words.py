"""Who answers for what in the reader's words: gaps as sentences, letters with their meaning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timshel.kernel.journal.queries import JournalEntry
from timshel.leadership.responsibility.queries import ColumnView, MatrixView
from timshel.leadership.responsibility.rules import Gap, Holder, MatrixKey
from timshel.leadership.responsibility.states import (
    LETTER_NAMES,
    LETTER_TEXTS,
    SOURCE_NAMES,
    SUBJECT_NAMES,
    GapKind,
    HolderSource,
    Letter,
)
from timshel.performance_evaluation.reporting.wording import day

LEGEND = [(letter.value, LETTER_NAMES[letter], LETTER_TEXTS[letter]) for letter in Letter]


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """A letter with its meaning."""

    letter: str
    name: str


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of a matrix: a role's part in an activity."""

    column: ColumnView
    letters: list[ShownLetter]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a matrix."""

    name: str
    cells: list[ShownCell]


@dataclass(frozen=True, slots=True)
class ShownHolder:
    """Who holds a role, in words."""

    holder: Holder
    address: str
    days: str
    source: str


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A role of a matrix with who holds it."""

    column: ColumnView
    address: str
    holders: list[ShownHolder]


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """Something that happened, in words."""

    entry: JournalEntry
    sentence: str
    lines: list[str]


def letters(text: str) -> list[ShownLetter]:
    """Return letters with their meaning."""
    return [ShownLetter(each, str(LETTER_NAMES[Letter(each)])) for each in text]


def shown_rows(view: MatrixView) -> list[ShownRow]:
    """Return the rows of a matrix with a cell for each role."""
    return [
        ShownRow(
            row.name,
            [
                ShownCell(column, letters(row.letters.get(column.role.code, "")))
                for column in view.columns
            ],
        )
        for row in view.activities
    ]


def shown_columns(view: MatrixView) -> list[ShownColumn]:
    """Return the roles of a matrix with who holds them."""
    return [
        ShownColumn(
            column,
            reverse("responsibility-role", args=[column.role.code]),
            [shown_holder(each) for each in column.holders],
        )
        for column in view.columns
    ]


def shown_holder(holder: Holder) -> ShownHolder:
    """Return a holder in words."""
    address = "" if holder.is_team else reverse("responsibility-person", args=[holder.code])
    is_said = holder.source is HolderSource.ASSIGNED
    return ShownHolder(
        holder=holder,
        address=address,
        days=days(holder.valid_from, holder.valid_until),
        source="" if is_said else str(SOURCE_NAMES[holder.source]),
    )


def days(first: date | None, last: date | None) -> str:
    """Return from when until when, as days."""
    if first and last:
        return _("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}
    return _("since %(first)s") % {"first": day(first)} if first else ""


def gap_sentence(gap: Gap) -> str:
    """Return what is missing in a sentence."""
    told = {"activity": gap.activity, "role": gap.role, "names": ", ".join(gap.names)}
    match gap.kind:
        case GapKind.NOBODY_ACCOUNTABLE:
            return _("“%(activity)s”: nobody is accountable.") % told
        case GapKind.NOBODY_RESPONSIBLE:
            return _("“%(activity)s”: nobody is responsible.") % told
        case GapKind.SEVERAL_ACCOUNTABLE if not gap.role:
            return _("“%(activity)s”: more than one role is accountable: %(names)s.") % told
        case GapKind.SEVERAL_ACCOUNTABLE:
            sentence = _("“%(activity)s”: %(role)s is accountable, which several hold: %(names)s.")
            return sentence % told
        case GapKind.VACANT:
            return _("%(role)s: nobody holds the role.") % told
        case GapKind.LEFT:
            sentence = ngettext(
                "%(role)s: %(names)s has left.", "%(role)s: %(names)s have left.", len(gap.names)
            )
            return sentence % told
        case GapKind.WITHOUT_RIGHT:
            return _("%(role)s: without the right that the role needs: %(names)s.") % told
        case _:
            return _("No activity is filled in.")


def gap_sentences(gaps: Sequence[Gap]) -> list[str]:
    """Return what is missing in sentences, each once."""
    return list(dict.fromkeys(gap_sentence(gap) for gap in gaps))


def gap_count(number: int) -> str:
    """Return how much is missing."""
    return ngettext("%(count)d gap", "%(count)d gaps", number) % {"count": number}


def matrix_title(view: MatrixView) -> str:
    """Return what a matrix is about."""
    told = {"kind": SUBJECT_NAMES[view.key.kind], "name": view.name}
    return _("%(kind)s: %(name)s") % told


def matrix_address(key: MatrixKey, name: str = "responsibility-matrix") -> str:
    """Return the address of a matrix, or of something that is done with it."""
    return reverse(name, args=[key.kind.value, key.code])


def shown_entries(entries: Iterable[JournalEntry]) -> list[ShownEntry]:
    """Return what happened in words, in the same order."""
    return [ShownEntry(each, _verb(each.verb), _lines(each)) for each in entries]


def _verb(verb: str) -> str:
    return {
        "responsibility.matrix_created": _("wrote the matrix"),
        "responsibility.matrix_changed": _("changed the matrix"),
        "responsibility.matrix_removed": _("removed the matrix"),
        "responsibility.role_defined": _("added the role"),
        "responsibility.role_changed": _("changed the role"),
        "responsibility.assigned": _("assigned the role"),
        "responsibility.ended": _("ended an assignment"),
        "responsibility.unassigned": _("took an assignment back"),
    }.get(verb, verb)


def _lines(entry: JournalEntry) -> list[str]:
    found = []
    for field, (old, new) in entry.changes.items():
        told = {"field": _field(field), "old": _value(old), "new": _value(new)}
        if old in (None, "", {}):
            found.append(_("%(field)s: %(new)s") % told)
        elif new in (None, "", {}):
            found.append(_("%(field)s: %(old)s, taken away") % told)
        else:
            found.append(_("%(field)s: %(old)s → %(new)s") % told)
    return found


def _field(name: str) -> str:
    return {
        "name": _("Name"),
        "roles": _("Roles"),
        "order": _("Order"),
        "who": _("Who"),
        "matrix": _("For"),
        "valid_from": _("From"),
        "valid_until": _("Until"),
        "note": _("Note"),
        "summary": _("What its holders do"),
        "source": _("Who holds it"),
        "permission": _("Right that its holders need"),
        "translations": _("Translations"),
    }.get(name, name.removeprefix("activity "))


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {text}" for name, text in value.items()) or "–"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return str(value) if value not in (None, "") else "–"
