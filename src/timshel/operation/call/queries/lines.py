"""Lines that people call, and what they often call about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from timshel.context.people.models import Membership
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.operation.call.access import LOG, require_manage
from timshel.operation.call.models import CallTemplate, Line


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line; names are in the reader's language."""

    id: int
    code: str
    name: str
    channel: str
    team_code: str
    team: str
    number: str
    answer_within: timedelta
    short_abandon: timedelta
    is_active: bool


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """What people often call about; texts are in the reader's language."""

    code: str
    name: str
    title: str
    description: str
    solution: str
    service: str
    impact: int
    urgency: int
    position: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class LineKept:
    """A line as whoever keeps it writes it: the name as it is, with its translations."""

    code: str
    name: str
    channel: str
    team: str
    number: str
    answer_within: timedelta
    short_abandon: timedelta
    translations: Mapping[str, Mapping[str, str]]
    is_active: bool


@dataclass(frozen=True, slots=True)
class TemplateKept:
    """A template as whoever keeps it writes it: its texts as they are, with their translations."""

    code: str
    name: str
    title: str
    description: str
    solution: str
    service: str
    impact: int
    urgency: int
    position: int
    translations: Mapping[str, Mapping[str, str]]
    is_active: bool


def line_list(*, language: str, active_only: bool = True) -> tuple[LineRow, ...]:
    """Return the lines by name, in one query."""
    rows = Line.objects.select_related("team")
    if active_only:
        rows = rows.filter(is_active=True)
    return tuple(sorted((_line(row, language) for row in rows), key=lambda each: each.name))


def shown_numbers(*, language: str) -> tuple[LineRow, ...]:
    """Return the lines whose number or place people are told, by name, in one query."""
    rows = Line.objects.filter(is_active=True).exclude(number="")
    return tuple(
        sorted(
            (_line(row, language) for row in rows.select_related("team")),
            key=lambda each: each.name,
        )
    )


def template_list(*, language: str, active_only: bool = True) -> tuple[TemplateRow, ...]:
    """Return what people often call about, in the order in which it is offered; one query."""
    rows = CallTemplate.objects.order_by("position", "name", "pk")
    if active_only:
        rows = rows.filter(is_active=True)
    return tuple(_template(row, language) for row in rows)


def template(code: str, *, language: str) -> TemplateRow | None:
    """Return a template that is offered, or None."""
    row = CallTemplate.objects.filter(code=code.replace("\0", ""), is_active=True).first()
    return None if row is None else _template(row, language)


def line_kept(code: str, *, actor: Actor) -> LineKept:
    """Return a line as it is written, in one query.

    Raises:
        NotAllowed: the actor does not keep lines.
        NotFound: there is none of this code.
    """
    require_manage(actor)
    row = Line.objects.filter(code=code.replace("\0", "")).select_related("team").first()
    if row is None:
        raise NotFound
    return LineKept(
        code=row.code,
        name=row.name,
        channel=row.channel,
        team=row.team.code if row.team else "",
        number=row.number,
        answer_within=row.answer_within,
        short_abandon=row.short_abandon,
        translations=row.translations,
        is_active=row.is_active,
    )


def template_kept(code: str, *, actor: Actor) -> TemplateKept:
    """Return a template as it is written, in one query.

    Raises:
        NotAllowed: the actor does not keep templates.
        NotFound: there is none of this code.
    """
    require_manage(actor)
    row = CallTemplate.objects.filter(code=code.replace("\0", "")).first()
    if row is None:
        raise NotFound
    return TemplateKept(
        code=row.code,
        name=row.name,
        title=row.title,
        description=row.description,
        solution=row.solution,
        service=row.service,
        impact=row.impact,
        urgency=row.urgency,
        position=row.position,
        translations=row.translations,
        is_active=row.is_active,
    )


def own_team(*, actor: Actor) -> str | None:
    """Return the code of the team in whose name somebody takes calls, or None; one query.

    The first of their teams in which they write down calls.
    """
    scope = actor.scope(LOG)
    teams = Membership.objects.filter(person_id=actor.person_id or 0, team__is_active=True)
    if not scope.everywhere:
        held = Q(team_id__in=scope.keys("team")) | Q(team__unit_id__in=scope.keys("unit"))
        teams = teams.filter(held)
    return teams.order_by("pk").values_list("team__code", flat=True).first()


def _line(row: Line, language: str) -> LineRow:
    return LineRow(
        id=row.pk,
        code=row.code,
        name=row.text("name", language),
        channel=row.channel,
        team_code=row.team.code if row.team else "",
        team=row.team.text("name", language) if row.team else "",
        number=row.number,
        answer_within=row.answer_within,
        short_abandon=row.short_abandon,
        is_active=row.is_active,
    )


def _template(row: CallTemplate, language: str) -> TemplateRow:
    return TemplateRow(
        code=row.code,
        name=row.text("name", language),
        title=row.text("title", language),
        description=row.text("description", language),
        solution=row.text("solution", language),
        service=row.service,
        impact=row.impact,
        urgency=row.urgency,
        position=row.position,
        is_active=row.is_active,
    )
