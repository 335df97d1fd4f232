"""Pure decisions about matrices: which letters there are, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import is_storable
from timshel.leadership.responsibility.states import GapKind, HolderSource, Letter, SubjectKind

Translations = Mapping[str, Mapping[str, str]]

LONGEST_NAME = 200
MOST_ACTIVITIES = 100
MOST_ROLES = 30
ORDER = "".join(Letter)


@dataclass(frozen=True, slots=True)
class MatrixKey:
    """What a matrix is about.

    Args:
        kind: service or process.
        code: of the service or process.
    """

    kind: SubjectKind
    code: str


@dataclass(frozen=True, slots=True)
class ActivityContent:
    """A row of a matrix as it is written.

    Args:
        name: what is to be done.
        letters: for roles by their codes, some of R, A, C and I.
        id: of the row as it was read; None for a new one.
        translations: ``name`` in other languages.
    """

    name: str
    letters: Mapping[str, str] = field(default_factory=dict)
    id: int | None = None
    translations: Translations = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MatrixContent:
    """What a matrix says.

    Args:
        name: of what it is about, where nothing else names it.
        roles: the codes of its columns, from left to right.
        activities: its rows, from top to bottom.
        translations: ``name`` in other languages.
    """

    name: str
    roles: tuple[str, ...] = ()
    activities: tuple[ActivityContent, ...] = ()
    translations: Translations = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Holder:
    """A person or a team that holds a role.

    Args:
        id: of the person or team.
        code: of the person or team.
        name: of the person or team.
        is_team: whether it is a team.
        is_active: whether they are still here.
        source: where this is known from.
        assignment_id: of what was said here; None for what is known from elsewhere.
        matrix_id: for which matrix alone; None for all.
        valid_from: the first day, or None.
        valid_until: the last day, or None.
        note: about the assignment.
        has_right: whether they have the right that the role needs; None where none is needed or
            it cannot be told, as of a team.
    """

    id: int
    code: str
    name: str
    is_team: bool
    is_active: bool
    source: HolderSource
    assignment_id: int | None = None
    matrix_id: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    note: str = ""
    has_right: bool | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing or wrong in a matrix.

    Args:
        kind: what.
        activity: in which row, or empty.
        role: in which column, or empty.
        names: who is concerned.
    """

    kind: GapKind
    activity: str = ""
    role: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleInMatrix:
    """A column as gaps are found in it.

    Args:
        code: of the role.
        name: of the role.
        holders: who holds it for this matrix today.
        is_open: whether its holders differ from case to case, so that nobody is missing.
    """

    code: str
    name: str
    holders: tuple[Holder, ...]
    is_open: bool = False


def letters_of(text: str) -> str:
    """Return letters in the order R, A, C, I, each once, however they were typed.

    Raises:
        ValueError: there is another letter.
    """
    given = {each for each in text.upper() if not (each.isspace() or each in ",/;+")}
    if given - set(ORDER):
        raise ValueError(text)
    return "".join(each for each in ORDER if each in given)


def is_valid_on(day: date, valid_from: date | None, valid_until: date | None) -> bool:
    """Tell whether days hold a day; the last one belongs to them."""
    begun = valid_from is None or valid_from <= day
    return begun and (valid_until is None or day <= valid_until)


def gaps_of(
    activities: Sequence[tuple[str, Mapping[str, str]]], roles: Sequence[RoleInMatrix]
) -> tuple[Gap, ...]:
    """Return what is missing or wrong in a matrix, row by row, then column by column.

    Args:
        activities: the name of each and its letters by the codes of roles.
        roles: the columns.
    """
    if not activities:
        return (Gap(GapKind.EMPTY),)
    by_code = {role.code: role for role in roles}
    found: list[Gap] = []
    for name, letters in activities:
        found += _gaps_of_activity(name, letters, by_code)
    used = {code for _name, letters in activities for code, text in letters.items() if text}
    for role in roles:
        if role.code in used:
            found += _gaps_of_role(role)
    return tuple(found)


def _gaps_of_activity(
    name: str, letters: Mapping[str, str], roles: Mapping[str, RoleInMatrix]
) -> Iterator[Gap]:
    accountable = _with(Letter.ACCOUNTABLE, letters, roles)
    if not accountable:
        yield Gap(GapKind.NOBODY_ACCOUNTABLE, activity=name)
    elif len(accountable) > 1:
        yield Gap(
            GapKind.SEVERAL_ACCOUNTABLE,
            activity=name,
            names=tuple(role.name for role in accountable),
        )
    else:
        yield from _shared_account(name, accountable[0])
    if not _with(Letter.RESPONSIBLE, letters, roles):
        yield Gap(GapKind.NOBODY_RESPONSIBLE, activity=name)


def _shared_account(name: str, role: RoleInMatrix) -> Iterator[Gap]:
    """Yield a gap where one role is accountable, but several hold it at the same time."""
    here = [each.name for each in role.holders if each.is_active]
    if len(here) > 1 and not role.is_open:
        yield Gap(
            GapKind.SEVERAL_ACCOUNTABLE, activity=name, role=role.name, names=tuple(sorted(here))
        )


def _with(
    letter: Letter, letters: Mapping[str, str], roles: Mapping[str, RoleInMatrix]
) -> list[RoleInMatrix]:
    return [role for code, role in roles.items() if letter in letters.get(code, "")]


def _gaps_of_role(role: RoleInMatrix) -> Iterator[Gap]:
    if role.is_open:
        return
    here = [each for each in role.holders if each.is_active]
    gone = [each for each in role.holders if not each.is_active]
    if gone:
        yield Gap(GapKind.LEFT, role=role.name, names=_names(gone))
    if not here:
        yield Gap(GapKind.VACANT, role=role.name)
    without = [each for each in here if each.has_right is False]
    if without:
        yield Gap(GapKind.WITHOUT_RIGHT, role=role.name, names=_names(without))


def _names(holders: Iterable[Holder]) -> tuple[str, ...]:
    return tuple(sorted({each.name for each in holders}))


def content_faults(content: MatrixContent, *, known_roles: frozenset[str]) -> dict[str, list[Text]]:
    """Return what is wrong with a matrix by itself, by field.

    Args:
        content: as given.
        known_roles: the codes of all roles.
    """
    strange = sorted({*content.roles, *_lettered(content)} - known_roles)
    roles: list[Text] = [_("There is no role %(code)s.") % {"code": code} for code in strange]
    if len(set(content.roles)) != len(content.roles):
        roles.append(_("A role stands in the matrix once."))
    if len(content.roles) > MOST_ROLES:
        roles.append(_("At most %(count)d roles are possible.") % {"count": MOST_ROLES})
    return {
        "name": _name_faults(content.name),
        "roles": roles,
        "activities": list(_activity_faults(content)),
    }


def _lettered(content: MatrixContent) -> set[str]:
    return {code for each in content.activities for code, text in each.letters.items() if text}


def _activity_faults(content: MatrixContent) -> Iterator[Text]:
    if len(content.activities) > MOST_ACTIVITIES:
        yield _("At most %(count)d activities are possible.") % {"count": MOST_ACTIVITIES}
    names = [each.name.strip().casefold() for each in content.activities]
    if len(set(names)) != len(names):
        yield _("Two activities have the same name.")
    for each in content.activities:
        yield from _name_faults(each.name)
        for texts in each.translations.values():
            yield from _length_faults(texts.get("name", ""))
        for text in each.letters.values():
            if not _is_lettered(text):
                yield _("“%(text)s”: only the letters R, A, C and I are known.") % {"text": text}


def _is_lettered(text: str) -> bool:
    try:
        letters_of(text)
    except ValueError:
        return False
    return True


def _name_faults(name: str) -> list[Text]:
    return _length_faults(name) if name.strip() else [_("Please give a name.")]


def _length_faults(name: str) -> list[Text]:
    if len(name) > LONGEST_NAME:
        return [_("At most %(count)d characters are possible.") % {"count": LONGEST_NAME}]
    return [] if is_storable(name) else [_("This holds characters that cannot be stored.")]
