"""Who answers for what: all matrices, one of them, a person's page, a role's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.responsibilities_words import (
    LEGEND,
    gap_count,
    gap_sentences,
    letters,
    matrix_address,
    matrix_title,
    shown_columns,
    shown_entries,
    shown_holder,
    shown_rows,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound
from timshel.leadership.authority.access import PERMISSIONS
from timshel.leadership.responsibility import queries
from timshel.leadership.responsibility.access import MANAGE, may_manage, may_view
from timshel.leadership.responsibility.queries import Duty, MatrixView, Overview, PersonView
from timshel.leadership.responsibility.rules import MatrixKey
from timshel.leadership.responsibility.states import SOURCE_NAMES, SUBJECT_NAMES, SubjectKind

HISTORY = 20


def key_of(kind: str, code: str) -> MatrixKey:
    """Return the key that an address names.

    Raises:
        NotFound: there is no such kind.
    """
    if kind not in frozenset(SubjectKind):
        raise NotFound
    return MatrixKey(SubjectKind(kind), code)


@require_safe
def matrices(request: TimshelRequest) -> HttpResponse:
    """Show all matrices with what is missing, and what has none."""
    found = queries.overview(actor=request.actor, at=request.at)
    only_gaps = request.GET.get("show") == "gaps"
    context = {
        "groups": [_group(kind, found, only_gaps=only_gaps) for kind in SubjectKind],
        "only_gaps": only_gaps,
        "with_gaps": sum(bool(view.gaps) for view in found.matrices),
        "count": len(found.matrices),
        "may_manage": request.actor.may_somewhere(MANAGE),
    }
    return render(request, "governance/responsibilities.html", context)


def _group(kind: SubjectKind, found: Overview, *, only_gaps: bool) -> dict[str, Any]:
    views = [view for view in found.matrices if view.key.kind is kind]
    shown = [view for view in views if view.gaps or not only_gaps]
    return {
        "kind": kind.value,
        "name": SUBJECT_NAMES[kind],
        "rows": [
            {
                "view": view,
                "address": matrix_address(view.key),
                "gaps": gap_sentences(view.gaps),
                "count": gap_count(len(gap_sentences(view.gaps))),
            }
            for view in shown
        ],
        "without": [each for each_kind, each in found.without if each_kind is kind],
    }


@require_safe
def matrix(request: TimshelRequest, kind: str, code: str) -> HttpResponse:
    """Show a matrix: activities and roles, who holds them, what is missing, what happened."""
    key = key_of(kind, code)
    view = queries.matrix(key, actor=request.actor, at=request.at)
    history = queries.matrix_history(view)
    context = {
        "view": view,
        "title": matrix_title(view),
        "columns": shown_columns(view),
        "rows": shown_rows(view),
        "gaps": gap_sentences(view.gaps),
        "legend": LEGEND,
        "history": shown_entries(history[:HISTORY]),
        "may_manage": may_manage(key, actor=request.actor),
        "service_address": key.kind is SubjectKind.SERVICE and view.is_known,
    }
    return render(request, "governance/responsibilities_matrix.html", context)


@require_safe
def mine(request: TimshelRequest) -> HttpResponse:
    """Show everybody what they answer for."""
    return _person(request, queries.own_view(actor=request.actor, at=request.at))


@require_safe
def person(request: TimshelRequest, code: str) -> HttpResponse:
    """Show what somebody answers for."""
    return _person(request, queries.person_view(code, actor=request.actor, at=request.at))


def _person(request: TimshelRequest, view: PersonView) -> HttpResponse:
    can_open = may_view(request.actor)
    own = [_duty(each, can_open=can_open) for each in view.duties if not each.team]
    context = {
        "person": view,
        "is_own": view.id == request.actor.person_id,
        "may_view": can_open,
        "own": own,
        "through_teams": [_duty(each, can_open=can_open) for each in view.duties if each.team],
        "legend": LEGEND,
    }
    return render(request, "governance/responsibilities_person.html", context)


def _duty(duty: Duty, *, can_open: bool) -> dict[str, Any]:
    return {
        "title": matrix_title(duty.matrix),
        "address": matrix_address(duty.matrix.key) if can_open else "",
        "role": duty.column.role,
        "team": duty.team,
        "holder": shown_holder(duty.holder),
        "others": [
            each.name
            for each in duty.column.holders
            if (each.is_team, each.id) != (duty.holder.is_team, duty.holder.id)
        ],
        "activities": [(name, letters(text)) for name, text in duty.activities],
    }


@require_safe
def roles(request: TimshelRequest) -> HttpResponse:
    """Show all roles, who holds them, and where they have a part."""
    actor, at = request.actor, request.at
    found = queries.overview(actor=actor, at=at)
    held = _held(found)
    context = {
        "roles": [
            {
                "role": role,
                "source": SOURCE_NAMES[role.source],
                "holders": sorted(held.get(role.code, {}).values()),
                "matrices": _matrices_of(role.code, found),
            }
            for role in queries.role_list(language=actor.language)
        ],
        "may_manage": may_manage(None, actor=actor),
    }
    return render(request, "governance/responsibilities_roles.html", context)


def _held(found: Overview) -> dict[str, dict[tuple[bool, int], str]]:
    held: dict[str, dict[tuple[bool, int], str]] = {}
    for view in found.matrices:
        for column in view.columns:
            names = held.setdefault(column.role.code, {})
            for each in column.holders:
                names[each.is_team, each.id] = each.name
    return held


def _matrices_of(code: str, found: Overview) -> list[MatrixView]:
    return [view for view in found.matrices if any(each.role.code == code for each in view.columns)]


def role_context(request: TimshelRequest, code: str) -> dict[str, Any]:
    """Return what the page of a role shows, beside the form of an assignment."""
    view = queries.role_view(code, actor=request.actor, at=request.at)
    names = {each.key: each.name for each, _column in view.matrices}
    return {
        "role": view.role,
        "source": SOURCE_NAMES[view.role.source],
        "is_assigned": view.role.source.value == "assigned",
        "permission": PERMISSIONS.get(view.role.permission, view.role.permission),
        "assignments": [
            {
                "shown": shown_holder(holder),
                "where": names.get(key, key.code) if key else "",
                "holds": holds,
            }
            for holder, key, holds in view.assignments
        ],
        "matrices": [
            {
                "title": matrix_title(each),
                "address": matrix_address(each.key),
                "holders": [shown_holder(holder) for holder in column.holders],
                "is_open": column.is_open,
                "activities": [
                    (row.name, letters(row.letters[code]))
                    for row in each.activities
                    if row.letters.get(code)
                ],
            }
            for each, column in view.matrices
        ],
        "history": shown_entries(queries.role_history(view)[:HISTORY]),
        "may_manage": may_manage(None, actor=request.actor),
        "keys": [each.key for each, _column in view.matrices],
        "matrix_names": [(each.key, matrix_title(each)) for each, _column in view.matrices],
    }
