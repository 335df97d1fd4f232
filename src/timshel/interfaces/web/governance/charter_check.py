"""What is wrong with the charter: promises that nobody measures, owns or can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from timshel.interfaces.web.wording import language_name
from timshel.leadership.policy.queries import KeptPromise, PromiseRow
from timshel.performance_evaluation.measurement.queries import Readings

FIRST_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend, and where."""

    code: str
    title: str
    sentence: str


def findings(
    kept: Sequence[KeptPromise],
    readings: Mapping[int, Readings],
    subjects: Mapping[tuple[str, str], str],
    translations: Mapping[int, frozenset[str]],
    *,
    today: date,
) -> list[Finding]:
    """Return what is to be mended in the promises that are made or written.

    Args:
        kept: all promises.
        readings: what is known of the figures, by version.
        subjects: the names of what is measured on, by kind and code.
        translations: the languages in which a version has a sentence, beside the first.
        today: the reader's day.
    """
    found: list[Finding] = []
    for each in kept:
        row = each.current or each.coming or each.draft
        if row is None:
            continue
        sentences = _sentences(row, each, readings, subjects, translations, today)
        found += [Finding(each.code, row.title, sentence) for sentence in sentences]
    return found


def _sentences(
    row: PromiseRow,
    kept: KeptPromise,
    readings: Mapping[int, Readings],
    subjects: Mapping[tuple[str, str], str],
    translations: Mapping[int, frozenset[str]],
    today: date,
) -> Iterator[str]:
    yield from _figure_sentences(row, kept, readings, subjects)
    if not row.owner:
        yield _("Nobody answers for it.")
    elif not row.is_owner_active:
        yield _("%(name)s, who answers for it, has left.") % {"name": row.owner}
    if not row.remedy:
        yield _("It does not say what happens when it is missed.")
    if row.valid_until is not None and row.valid_until < today:
        yield _("Its last day is over; nobody sees it any more.")
    for code, _name in settings.LANGUAGES:
        if code != FIRST_LANGUAGE and code not in translations.get(row.id, frozenset()):
            yield _("It is not written in: %(language)s.") % {"language": language_name(code)}


def _figure_sentences(
    row: PromiseRow,
    kept: KeptPromise,
    readings: Mapping[int, Readings],
    subjects: Mapping[tuple[str, str], str],
) -> Iterator[str]:
    reading = readings.get(row.id)
    if reading is None:
        yield _("There is no measure “%(code)s”.") % {"code": row.measure}
    elif (row.subject_kind, row.subject_code) not in subjects:
        yield _("What it is counted on does not exist: %(code)s.") % {"code": row.subject_code}
    elif kept.current is not None and reading.read_at is None:
        yield _("Its figure was not read yet.")
    elif kept.current is not None and not reading.has_data:
        yield _("Its measure has had no data in the last periods.")
