"""Keeping the lines that people call, and what they often call about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.access import by_code
from timshel.context.organization.models import Team
from timshel.context.organization.rules import name_faults, refuse
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.operation.call import access
from timshel.operation.call.models import ANSWER_WITHIN, SHORT_ABANDON, CallTemplate, Line
from timshel.operation.call.states import CHANNELS

LONGEST_CODE = 80
LONGEST_TEMPLATE_CODE = 40
LONGEST_NUMBER = 40
LONGEST_TITLE = 250
LONGEST_WAIT = timedelta(hours=1)
LEVELS = range(1, 4)
Translations = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class LineContent:
    """What a line is.

    Args:
        name: for people.
        channel: ``phone`` or ``walk_in``.
        team: the code of the team whose line it is.
        number: what people dial, as it is written on paper.
        answer_within: within this a call is answered in time.
        short_abandon: who gives up before it is not counted.
        translations: of the name.
        is_active: whether it is in use.
    """

    name: str
    channel: str = Channel.PHONE
    team: str | None = None
    number: str = ""
    answer_within: timedelta = ANSWER_WITHIN
    short_abandon: timedelta = SHORT_ABANDON
    translations: Translations = field(default_factory=dict)
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class TemplateContent:
    """What people often call about.

    Args:
        name: a few words, as on a button.
        title: of the case.
        description: of the case.
        solution: what is usually done about it at once.
        service: the code of a service.
        impact: 1 high, 2 medium, 3 low.
        urgency: 1 high, 2 medium, 3 low.
        position: among the others.
        translations: of all texts.
        is_active: whether it is offered.
    """

    name: str
    title: str
    description: str = ""
    solution: str = ""
    service: str = ""
    impact: int = 3
    urgency: int = 3
    position: int = 0
    translations: Translations = field(default_factory=dict)
    is_active: bool = True


@transaction.atomic
def keep_line(code: str, *, content: LineContent, actor: Actor, at: datetime) -> int:
    """Make a line, or change it; the same again changes nothing. Returns its key.

    Args:
        code: as telephone systems say it.
        content: all that it is.
        actor: who keeps the organisation.
        at: when.

    Raises:
        NotAllowed: without the right to keep the organisation.
        Invalid: what is wrong, by field.
    """
    access.require_manage(actor)
    refuse({"code": _code_faults(code, LONGEST_CODE), "name": name_faults(content.name)})
    if content.channel not in CHANNELS:
        raise Invalid({"channel": [_("Please choose one of the choices.")]})
    if not timedelta(0) < content.answer_within <= LONGEST_WAIT:
        raise Invalid({"answer_within": [_("Please say within how many seconds, up to an hour.")]})
    if not timedelta(0) <= content.short_abandon <= LONGEST_WAIT:
        raise Invalid({"short_abandon": [_("Please say how many seconds, up to an hour.")]})
    if len(content.number) > LONGEST_NUMBER or not is_storable(content.number):
        raise Invalid({"number": [_("This is no number.")]})
    team = None
    if content.team:
        missing = _("There is no team %(code)s.")
        team = by_code(Team.objects.all(), content.team, field="team", missing=missing)
    values: dict[str, Any] = {
        "name": content.name.strip(),
        "channel": str(content.channel),
        "team_id": team.pk if team else None,
        "number": content.number.strip(),
        "answer_within": content.answer_within,
        "short_abandon": content.short_abandon,
        "translations": _plain(content.translations),
        "is_active": content.is_active,
    }
    return _keep(Line, code, values, kind="line", actor=actor, at=at)


@transaction.atomic
def keep_template(code: str, *, content: TemplateContent, actor: Actor, at: datetime) -> int:
    """Make a template, or change it; the same again changes nothing. Returns its key.

    Args:
        code: its name for files and programs.
        content: all that it is.
        actor: who keeps the organisation.
        at: when.

    Raises:
        NotAllowed: without the right to keep the organisation.
        Invalid: what is wrong, by field.
    """
    access.require_manage(actor)
    refuse({"code": _code_faults(code, LONGEST_TEMPLATE_CODE), "name": name_faults(content.name)})
    if not content.title.strip() or len(content.title) > LONGEST_TITLE:
        raise Invalid({"title": [_("Please say in a few words what is broken.")]})
    for name in ("name", "title", "description", "solution", "service"):
        if not is_storable(getattr(content, name)):
            raise Invalid({name: [_("This holds characters that cannot be stored.")]})
    for name in ("impact", "urgency"):
        if getattr(content, name) not in LEVELS:
            raise Invalid({name: [_("Please choose one of the choices.")]})
    values: dict[str, Any] = {
        "name": content.name.strip()[:80],
        "title": content.title.strip(),
        "description": content.description.strip(),
        "solution": content.solution.strip(),
        "service": content.service.strip(),
        "impact": content.impact,
        "urgency": content.urgency,
        "position": content.position,
        "translations": _plain(content.translations),
        "is_active": content.is_active,
    }
    return _keep(CallTemplate, code, values, kind="template", actor=actor, at=at)


def _keep(
    table: type[Line] | type[CallTemplate],
    code: str,
    values: Mapping[str, Any],
    *,
    kind: str,
    actor: Actor,
    at: datetime,
) -> int:
    rows: Any = table.objects
    row, is_new = rows.select_for_update().get_or_create(code=code, defaults=dict(values))
    changes: dict[str, tuple[Any, Any]] = {}
    for name, value in values.items():
        old = None if is_new else getattr(row, name)
        if old != value:
            changes[name] = (_written(old), _written(value))
            setattr(row, name, value)
    if changes:
        row.save()
        record(
            f"call.{kind}_kept",
            subject_kind=f"call_{kind}",
            subject_id=row.pk,
            changes=changes,
            actor=actor,
            at=at,
        )
    return int(row.pk)


def _code_faults(code: str, longest: int) -> list[Any]:
    is_good = 0 < len(code) <= longest and code == code.strip() and is_storable(code)
    return [] if is_good else [_("Please give a shorter code.")]


def _plain(translations: Translations) -> dict[str, dict[str, str]]:
    return {language: dict(words) for language, words in translations.items()}


def _written(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value
