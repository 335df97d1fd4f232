"""The catalogue for those who keep it: the tree of what is offered, and that of the functions."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.service_portfolio.catalogue.queries.functions import FunctionView, function_tree
from timshel.service_portfolio.catalogue.queries.keeping import KeptArea, catalogue_tree
from timshel.service_portfolio.catalogue.states import VERSION_NAMES

RELATIONS: dict[str, Promise] = {
    "lead": _("leads"),
    "essential": _("cannot do without it"),
    "supporting": _("is helped by it"),
}
WIDTH, ROW, INDENT, LEFT = 960, 34, 22, 12
OFFERING_LEFT = 600


@require_safe
def tree(request: TimshelRequest) -> HttpResponse:
    """Show all services and offerings, and where the page of each stands."""
    areas = catalogue_tree(actor=request.actor)
    context = {
        "areas": areas,
        "state_names": VERSION_NAMES,
        "totals": _totals(areas),
    }
    return render(request, "administration/catalogue_tree.html", context)


def _totals(areas: tuple[KeptArea, ...]) -> dict[str, int]:
    offerings = [each for area in areas for service in area.services for each in service.offerings]
    return {
        "offerings": len(offerings),
        "published": sum(1 for each in offerings if each.published is not None),
        "review": sum(1 for each in offerings if each.open_state == "review"),
        "drafts": sum(1 for each in offerings if each.open_state == "draft"),
    }


@require_safe
def functions(request: TimshelRequest) -> HttpResponse:
    """Show the second tree: functions, their teams, and what rests on them, drawn and in words."""
    found = function_tree(actor=request.actor)
    picture = _picture(found)
    context = {
        "functions": [
            (each, [(tie, RELATIONS[tie.relation]) for tie in each.ties]) for each in found
        ],
        "relations": RELATIONS,
        "picture": picture,
    }
    return render(request, "administration/catalogue_functions.html", context)


def _picture(found: tuple[FunctionView, ...]) -> dict[str, object]:
    """Return where everything stands in the drawing: functions left, offerings right."""
    codes = {tie.code: tie.name for each in found for tie in each.ties}
    order = list(codes)
    height = ROW * (max(len(found), len(order)) + 1)
    offering_at = {code: ROW * (place + 1) for place, code in enumerate(order)}
    nodes, lines = [], []
    for place, each in enumerate(found):
        y = ROW * (place + 1)
        x = LEFT + each.depth * INDENT
        nodes.append({"x": x, "y": y, "name": each.name, "code": each.code})
        lines += [
            {
                "relation": tie.relation,
                "path": _curve(x + 260, y, OFFERING_LEFT - 10, offering_at[tie.code]),
            }
            for tie in each.ties
        ]
    return {
        "width": WIDTH,
        "height": height,
        "nodes": nodes,
        "lines": lines,
        "offerings": [
            {"x": OFFERING_LEFT, "y": offering_at[code], "name": name}
            for code, name in codes.items()
        ],
    }


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    middle = (x + to_x) // 2
    return f"M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}"
