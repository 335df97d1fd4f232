"""The skills matrix, as a page and as a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.competences.shown import gap_words, shown_cell
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.documents import XLSX, Column, ColumnKind, Sheet, spreadsheet
from timshel.support.competence.access import may_manage
from timshel.support.competence.actions import REGION
from timshel.support.competence.queries import SkillMatrix, skills_matrix


@require_safe
def matrix(request: TimshelRequest) -> HttpResponse:
    """Show teams and roles by skill, and what is missing."""
    token = live.token()
    found = skills_matrix(actor=request.actor, at=request.at)
    context = {
        "skills": found.skills,
        "groups": [(group, [shown_cell(cell) for cell in group.cells]) for group in found.groups],
        "gaps": [(group, cell, gap_words(cell)) for group, cell in found.gaps],
        "may_manage": may_manage(request.actor),
        "live_token": token,
        "live_regions": [REGION],
    }
    return render(request, "governance/competences/matrix.html", context)


@require_safe
def matrix_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the matrix and what is missing as XLSX."""
    found = skills_matrix(actor=request.actor, at=request.at)
    sheets = [_matrix_sheet(found), _gap_sheet(found)]
    content = spreadsheet(sheets, zone=request.actor.time_zone)
    headers = {"Content-Disposition": 'attachment; filename="skills.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _matrix_sheet(found: SkillMatrix) -> Sheet:
    columns = [
        Column(_("Team or role")),
        Column(_("People"), ColumnKind.NUMBER),
        *(Column(name) for _code, name in found.skills),
    ]
    rows: list[list[Any]] = [
        [group.name, group.members, *(shown_cell(cell).figure for cell in group.cells)]
        for group in found.groups
    ]
    return Sheet(_("Skills matrix"), columns, rows)


def _gap_sheet(found: SkillMatrix) -> Sheet:
    number = ColumnKind.NUMBER
    columns = [
        Column(_("Team or role")),
        Column(_("Skill")),
        Column(_("Level needed"), number),
        Column(_("People needed"), number),
        Column(_("People who hold it"), number),
        Column(_("Who holds it")),
        Column(_("Who has left")),
        Column(_("What is missing")),
    ]
    rows: list[list[Any]] = [
        [
            group.name,
            cell.skill_name,
            cell.level,
            cell.people,
            len(cell.holders),
            ", ".join(cell.holders),
            ", ".join(cell.left),
            gap_words(cell),
        ]
        for group, cell in found.gaps
    ]
    return Sheet(_("Gaps"), columns, rows)
