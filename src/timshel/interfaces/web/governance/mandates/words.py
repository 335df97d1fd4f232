"""How pages call what a mandate says, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.kernel.journal.queries import JournalEntry
from timshel.leadership.mandate.queries import Approver, MandateRow
from timshel.leadership.mandate.states import VACANCY_NAMES, WITH_MONEY, Vacancy

VERBS: Mapping[str, Promise] = {
    "mandate.drafted": gettext_lazy("wrote it down"),
    "mandate.changed": gettext_lazy("changed what it says"),
    "mandate.put_in_force": gettext_lazy("put it into force"),
    "mandate.ended": gettext_lazy("ended it"),
    "mandate.withdrawn": gettext_lazy("withdrew it"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A mandate with its words.

    Args:
        row: the mandate.
        subject: what may be approved.
        limit: up to how much.
        place: where.
        names: of the people who hold it today.
        vacancy: why nobody can use it; may be empty.
    """

    row: MandateRow
    subject: str
    limit: str
    place: str
    names: str
    vacancy: Promise | str


@dataclass(frozen=True, slots=True)
class ShownApprover:
    """Somebody who may approve, with the words of the mandate."""

    approver: Approver
    shown: Shown


@dataclass(frozen=True, slots=True)
class Happened:
    """What somebody did with a mandate."""

    entry: JournalEntry
    sentence: Promise | str
    reason: str


def shown(row: MandateRow) -> Shown:
    """Return a mandate with its words."""
    vacancy = VACANCY_NAMES[row.vacancy] if row.vacancy is not Vacancy.NONE else ""
    return Shown(
        row=row,
        subject=row.own_words or str(row.subject.label),
        limit=limit_words(row),
        place=row.unit_name or row.service_name or _("Everywhere"),
        names=", ".join(each.name for each in row.holders),
        vacancy=vacancy,
    )


def shown_approver(approver: Approver) -> ShownApprover:
    """Return somebody who may approve with the words of the mandate."""
    return ShownApprover(approver, shown(approver.mandate))


def limit_words(row: MandateRow) -> str:
    """Return up to how much; empty where nothing is paid."""
    if row.limit is not None:
        return _("up to %(amount)s") % {"amount": row.limit.words()}
    return _("without a limit") if row.subject in WITH_MONEY else ""


def happened(history: tuple[JournalEntry, ...]) -> Iterator[Happened]:
    """Yield what happened in words, with what was said for it."""
    for entry in history:
        yield Happened(entry, VERBS.get(entry.verb, entry.verb), entry.new("reason") or "")
