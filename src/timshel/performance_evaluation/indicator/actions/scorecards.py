"""Putting indicators together for those who look at them together."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, Text, WrongState
from timshel.kernel.record_numbers import key_of
from timshel.performance_evaluation.indicator import access
from timshel.performance_evaluation.indicator.actions.writing import (
    CARD_SUBJECT,
    Changes,
    is_process,
    journal,
    owner_of,
)
from timshel.performance_evaluation.indicator.models import Indicator, Scorecard, ScorecardLine
from timshel.performance_evaluation.indicator.rules import (
    PREFIX,
    ScorecardContent,
    card_faults,
)
from timshel.performance_evaluation.indicator.states import Audience
from timshel.planning.objective import measuring

__all__ = ["CARD_SUBJECT", "add_scorecard", "change_scorecard", "remove_scorecard"]


@transaction.atomic
def add_scorecard(content: ScorecardContent, *, actor: Actor, at: datetime) -> str:
    """Put indicators together.

    Args:
        content: what it says, and its indicators in order.
        actor: who may make scorecards.
        at: when.

    Returns:
        Its number.

    Raises:
        Invalid: what is wrong with it, by field.
        NotAllowed: the right is missing.
    """
    access.require_manage(actor)
    owner, keys = _checked(content, None, actor=actor)
    row = Scorecard(made_at=at)
    _write(row, content, owner, keys)
    changes: Changes = {
        name: (None, value) for name, value in _said(content).items() if value != ""
    }
    journal("scorecard.added", changes, key=row.pk, actor=actor, at=at, kind=CARD_SUBJECT)
    return row.number


@transaction.atomic
def change_scorecard(
    number: str, *, content: ScorecardContent, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Say it otherwise, or choose other indicators; the same again does nothing.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.card_to_change(number, actor=actor)
    if row.revision != seen_revision:
        raise WrongState(
            _("Somebody else changed this scorecard meanwhile. Look at it again, then save.")
        )
    owner, keys = _checked(content, row, actor=actor)
    before, after = _said(_content(row)), _said(content)
    changes: Changes = {
        name: (before[name], after[name]) for name in after if before[name] != after[name]
    }
    if not changes:
        return
    row.revision += 1
    _write(row, content, owner, keys)
    journal("scorecard.changed", changes, key=row.pk, actor=actor, at=at, kind=CARD_SUBJECT)


@transaction.atomic
def remove_scorecard(number: str, *, actor: Actor, at: datetime) -> None:
    """Take a scorecard away; its indicators and their readings stay.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    row = access.card_to_change(number, actor=actor)
    key = row.pk
    changes: Changes = {name: (value, None) for name, value in _said(_content(row)).items()}
    row.delete()
    journal("scorecard.removed", changes, key=key, actor=actor, at=at, kind=CARD_SUBJECT)


def _content(row: Scorecard) -> ScorecardContent:
    lines = row.lines.select_related("indicator")
    return ScorecardContent(
        title=row.title,
        owner=row.owner.code,
        indicators=tuple(each.indicator.number for each in lines),
        audience=Audience(row.audience),
        audience_code=row.audience_code,
        purpose=row.purpose,
    )


def _said(content: ScorecardContent) -> dict[str, str]:
    return {
        "title": content.title.strip(),
        "owner": content.owner,
        "audience": content.audience.value,
        "audience_code": content.audience_code,
        "purpose": content.purpose.strip(),
        "indicators": ", ".join(each.upper() for each in content.indicators),
    }


def _write(row: Scorecard, content: ScorecardContent, owner: Person, keys: list[int]) -> None:
    row.title, row.purpose = content.title.strip(), content.purpose.strip()
    row.owner, row.audience = owner, content.audience
    row.audience_code = content.audience_code
    row.save()
    row.lines.all().delete()
    ScorecardLine.objects.bulk_create(
        ScorecardLine(scorecard=row, indicator_id=key, position=position)
        for position, key in enumerate(keys)
    )


def _checked(
    content: ScorecardContent, row: Scorecard | None, *, actor: Actor
) -> tuple[Person, list[int]]:
    """Return whose it is and the keys of its indicators, of what is sound."""
    faults = card_faults(content)
    owner, owner_faults = owner_of(content.owner, before=row.owner if row else None)
    if owner_faults:
        faults["owner"] = owner_faults
    for name, texts in _audience_faults(content).items():
        faults.setdefault(name, texts)
    keys, missing = _keys(content.indicators, actor=actor)
    if missing:
        sentence = _("There is no indicator %(number)s.") % {"number": ", ".join(missing)[:200]}
        faults.setdefault("indicators", []).append(sentence)
    elif len(set(keys)) < len(keys):
        faults.setdefault("indicators", []).append(_("Each indicator can stand there once."))
    if faults or owner is None:
        raise Invalid(faults)
    return owner, keys


def _audience_faults(content: ScorecardContent) -> dict[str, list[Text]]:
    code = content.audience_code
    if content.audience is Audience.SYSTEM:
        if not code:
            return {}
        return {"audience_code": [_("The whole system has no code.")]}
    if content.audience is Audience.PROCESS:
        is_known = is_process(code)
    else:
        source = measuring.source()
        is_known = source is not None and source.has(Audience.SERVICE.value, code)
    return {} if is_known else {"audience_code": [_("There is none with this code.")]}


def _keys(numbers: tuple[str, ...], *, actor: Actor) -> tuple[list[int], list[str]]:
    """Return the keys of indicators in order, and the numbers of which there is none."""
    wanted: list[tuple[str, int]] = []
    for number in numbers:
        try:
            wanted.append((number, key_of(PREFIX, number)))
        except NotFound:
            wanted.append((number, 0))
    found = set(
        Indicator.objects.visible_to(actor)
        .filter(pk__in=[key for _number, key in wanted])
        .values_list("pk", flat=True)
    )
    return (
        [key for _number, key in wanted if key in found],
        [number for number, key in wanted if key not in found],
    )
