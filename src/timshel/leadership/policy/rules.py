"""Pure decisions about promises: what one says, what is wrong with it, to whom it is made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import CustomerCategory
from timshel.kernel.errors import Text
from timshel.kernel.text import is_storable
from timshel.leadership.policy.states import WITH_CODE, AudienceKind, Bound, PeriodLength

Translations = Mapping[str, Mapping[str, str]]

LONGEST = {"title": 200, "detail": 1_000, "remedy": 1_000}
LONGEST_SUBJECT = 40
LARGEST = Decimal(10) ** 8
PLACES = Decimal("0.001")
HIGHEST_POSITION = 9_999


@dataclass(frozen=True, slots=True)
class PromiseContent:
    """What a promise says, to whom, and by which figure it is measured.

    Args:
        title: the promise in a sentence.
        measure: the code of a measure.
        bound: whether at least or at most the target keeps it.
        target: in the unit of the measure; minutes for times.
        detail: what stands behind it, in plain words.
        remedy: what is done when it is missed.
        audience: to whom it is made.
        audience_code: of a unit or a category of customers, else empty.
        subject_kind: whose figure: ``everything``, ``service``, ``team``, ``unit``, ``customer``.
        subject_code: its code; empty for everything.
        period: for how long it is measured at a time.
        zone: the IANA name of the zone whose days the periods have.
        position: where it stands in the charter; smaller numbers come first.
        valid_from: the first day on which it holds.
        valid_until: the last day on which it holds, or None.
        owner: the code of the person who answers for it, or nothing.
        translations: ``title``, ``detail`` and ``remedy`` in other languages.
    """

    title: str
    measure: str
    bound: Bound
    target: Decimal
    valid_from: date
    detail: str = ""
    remedy: str = ""
    audience: AudienceKind = AudienceKind.EVERYBODY
    audience_code: str = ""
    subject_kind: str = "everything"
    subject_code: str = ""
    period: PeriodLength = PeriodLength.MONTH
    zone: str = "UTC"
    position: int = 0
    valid_until: date | None = None
    owner: str = ""
    translations: Translations = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """What decides which promises are made to somebody.

    Args:
        category: of the customer whose contact they are; empty for staff.
        units: the codes of their unit and of those above it; none for customers.
    """

    category: str = ""
    units: frozenset[str] = frozenset()

    @property
    def is_customer(self) -> bool:
        """Whether they belong to an outside organisation."""
        return bool(self.category)


EVERYBODY = Reader()


def is_made_to(reader: Reader, audience: AudienceKind, code: str) -> bool:
    """Tell whether a promise to an audience is made to a reader.

    Args:
        reader: who reads.
        audience: to whom it is made.
        code: of the unit or category.
    """
    match audience:
        case AudienceKind.EVERYBODY:
            return True
        case AudienceKind.STAFF:
            return not reader.is_customer
        case AudienceKind.CUSTOMERS:
            return reader.is_customer
        case AudienceKind.CATEGORY:
            return reader.category == code
        case _:
            return code in reader.units


def is_kept(value: Decimal, *, bound: Bound, target: Decimal) -> bool:
    """Tell whether a figure keeps a promise; the target itself does."""
    return value >= target if bound is Bound.AT_LEAST else value <= target


def content_faults(content: PromiseContent, *, languages: Collection[str]) -> dict[str, list[Text]]:
    """Return what is wrong with a promise by itself, by field.

    Args:
        content: as given.
        languages: the codes of the languages in which there may be words.
    """
    return {
        "title": _title_faults(content),
        "detail": _length_faults(content.detail, "detail"),
        "remedy": _length_faults(content.remedy, "remedy"),
        "translations": _translation_faults(content.translations, languages),
        "target": _target_faults(content.target),
        "audience_code": _audience_faults(content),
        "subject_code": _subject_faults(content),
        "position": _position_faults(content.position),
        "valid_until": _day_faults(content),
    }


def _title_faults(content: PromiseContent) -> list[Text]:
    if not content.title.strip():
        return [_("Say in a sentence what is promised.")]
    return _length_faults(content.title, "title")


def _length_faults(text: str, name: str) -> list[Text]:
    if len(text) > LONGEST[name]:
        return [_("At most %(count)d characters are possible.") % {"count": LONGEST[name]}]
    return [] if is_storable(text) else [_("This holds characters that cannot be stored.")]


def _translation_faults(translations: Translations, languages: Collection[str]) -> list[Text]:
    faults: list[Text] = []
    for language, texts in translations.items():
        if language not in languages:
            faults.append(_("There is no language %(code)s.") % {"code": language})
        for name, text in texts.items():
            if name not in LONGEST:
                faults.append(_("“%(name)s” is not known here.") % {"name": name})
            else:
                faults += _length_faults(text, name)
    return faults


def _target_faults(target: Decimal) -> list[Text]:
    if not target.is_finite() or not 0 <= target < LARGEST or target != target.quantize(PLACES):
        return [_("Give a number that is not negative, with at most three decimals.")]
    return []


def _audience_faults(content: PromiseContent) -> list[Text]:
    if content.audience in WITH_CODE and not content.audience_code:
        return [_("Say which one.")]
    if content.audience not in WITH_CODE and content.audience_code:
        return [_("This audience needs no code.")]
    is_category = content.audience is AudienceKind.CATEGORY
    if is_category and content.audience_code not in CustomerCategory.values:
        return [_("There is no such category.")]
    return []


def _subject_faults(content: PromiseContent) -> list[Text]:
    code = content.subject_code
    if len(code) > LONGEST_SUBJECT or not is_storable(code):
        return [_("At most %(count)d characters are possible.") % {"count": LONGEST_SUBJECT}]
    if (content.subject_kind == "everything") == bool(code):
        return [_("Say whose figure it is, or choose everything.")]
    return []


def _position_faults(position: int) -> list[Text]:
    if not 0 <= position <= HIGHEST_POSITION:
        return [_("Give a number from 0 to %(most)d.") % {"most": HIGHEST_POSITION}]
    return []


def _day_faults(content: PromiseContent) -> list[Text]:
    if content.valid_until is not None and content.valid_until < content.valid_from:
        return [_("The last day lies before the first.")]
    return []
