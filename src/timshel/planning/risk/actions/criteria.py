"""Keeping the criteria: the areas, the words of the scales, the bands and who accepts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.planning.risk.access import require_criteria
from timshel.planning.risk.actions.writing import REGION
from timshel.planning.risk.models import RiskArea, RiskBand, RiskScale
from timshel.planning.risk.rules import (
    BandContent,
    Criteria,
    LevelWords,
    criteria_faults,
    only_faults,
    words_faults,
)
from timshel.planning.risk.states import Dimension

SUBJECT = "risk_criteria"
AREA_SUBJECT = "risk_area"
LONGEST_CODE = 40


@transaction.atomic
def define_area(
    code: str,
    *,
    name: str,
    translations: Mapping[str, Mapping[str, str]],
    actor: Actor,
    at: datetime,
    position: int = 0,
) -> None:
    """Define an area in which risks are looked for, or rename it; the same again does nothing.

    Args:
        code: its name for programs.
        name: for people.
        translations: the name in other languages.
        actor: who manages all risks.
        at: when.
        position: where it stands among the others.

    Raises:
        Invalid: what is wrong, by field.
        NotAllowed: the right is missing.
    """
    require_criteria(actor)
    faults = {"name": words_faults([name], [translations])}
    if not code.strip() or len(code) > LONGEST_CODE or not is_storable(code):
        faults["code"] = [_("Please give a code of at most 40 characters.")]
    if found := only_faults(faults):
        raise Invalid(found)
    area = RiskArea.objects.select_for_update().filter(code=code).first() or RiskArea(code=code)
    values: dict[str, Any] = {
        "name": name.strip(),
        "translations": {language: dict(words) for language, words in translations.items()},
        "position": position,
    }
    changes = {
        field: (getattr(area, field) if area.pk else None, value)
        for field, value in values.items()
        if not area.pk or getattr(area, field) != value
    }
    if not changes:
        return
    for field, value in values.items():
        setattr(area, field, value)
    area.save()
    record(
        "risk.area_defined",
        subject_kind=AREA_SUBJECT,
        subject_id=area.pk,
        changes={"code": (None, code), **changes},
        actor=actor,
        at=at,
    )
    live.announce({REGION}, at=at)


@transaction.atomic
def set_criteria(criteria: Criteria, *, actor: Actor, at: datetime) -> None:
    """Set the words of both scales and the bands; the same again does nothing.

    Args:
        criteria: all of them.
        actor: who manages all risks.
        at: when.

    Raises:
        Invalid: what is wrong, by field.
        NotAllowed: the right is missing.
    """
    require_criteria(actor)
    if faults := criteria_faults(criteria):
        raise Invalid(faults)
    scales = list(RiskScale.objects.select_for_update().order_by("dimension", "level"))
    bands = list(RiskBand.objects.select_for_update().order_by("lowest"))
    before = {
        **{
            side.value: [_scale(each) for each in scales if each.dimension == side]
            for side in Dimension
        },
        "bands": [_band(each) for each in bands],
    }
    after = {
        **{
            side.value: [_scale(each) for each in sorted(getattr(criteria, side.value), key=_level)]
            for side in Dimension
        },
        "bands": [_band(each) for each in sorted(criteria.bands, key=_lowest)],
    }
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changes:
        return
    _write(after)
    record(
        "risk.criteria_set",
        subject_kind=SUBJECT,
        subject_id=1,
        changes=changes,
        actor=actor,
        at=at,
    )
    live.announce({REGION}, at=at)


def _write(criteria: Mapping[str, list[dict[str, Any]]]) -> None:
    RiskScale.objects.all().delete()
    RiskBand.objects.all().delete()
    RiskScale.objects.bulk_create(
        [RiskScale(dimension=side, **each) for side in Dimension for each in criteria[side.value]]
    )
    RiskBand.objects.bulk_create([RiskBand(**each) for each in criteria["bands"]])


def _level(words: LevelWords) -> int:
    return words.level


def _lowest(band: BandContent) -> int:
    return band.lowest


def _scale(words: LevelWords | RiskScale) -> dict[str, Any]:
    return {
        "level": words.level,
        "name": words.name.strip(),
        "meaning": words.meaning.strip(),
        "translations": {language: dict(each) for language, each in words.translations.items()},
    }


def _band(band: BandContent | RiskBand) -> dict[str, Any]:
    return {
        "code": band.code,
        "name": band.name.strip(),
        "lowest": band.lowest,
        "colour": str(band.colour),
        "acceptance": str(band.acceptance),
        "translations": {language: dict(each) for language, each in band.translations.items()},
    }
