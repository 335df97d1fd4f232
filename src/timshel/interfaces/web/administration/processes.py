"""Processes: the list, one with its picture, versions and uses, and who gets which variant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from timshel.context.organization.queries import team_list
from timshel.context.people.queries import people_matching
from timshel.interfaces.web.administration.agreements import STRICT_POLICY
from timshel.interfaces.web.administration.process_changes import Names, differences, steps_of
from timshel.interfaces.web.diagrams import diagram
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.reading import read_diagram
from timshel.kernel.bpmn.translating import translated_xml
from timshel.kernel.bpmn.vocabulary import Finding
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.leadership.authority.queries import role_list
from timshel.operation.process import actions
from timshel.operation.process.access import DESIGN
from timshel.operation.process.access import VIEW as VIEW_PERMISSION
from timshel.operation.process.queries import (
    ProcessRow,
    VersionRow,
    check_diagram,
    process_list,
    process_version,
    process_versions,
    variant_choices,
)
from timshel.operation.process.queries.uses import open_runs, process_findings
from timshel.operation.process.states import RUN_NAMES, VARIANT_NAMES, VERSION_NAMES, Variant
from timshel.relationship_agreement.service_level.rules.phrases import CATEGORY_NAMES
from timshel.service_portfolio.catalogue.queries.forms import form_titles
from timshel.service_portfolio.catalogue.queries.processes import offerings_using
from timshel.service_portfolio.service.queries import function_list

VIEW = (VIEW_PERMISSION, DESIGN)
XML = "application/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class ShownProcess:
    """A process as the list shows it: its variants, each with what is wrong with it."""

    code: str
    name: str
    owner: str
    variants: tuple[tuple[ProcessRow, str, int, int], ...]


@require_safe
def processes(request: TimshelRequest) -> HttpResponse:
    """Show all processes, and which variant holds for whom."""
    actor = request.actor
    text = request.GET.get("q", "").strip()[:100]
    rows = process_list(actor=actor)
    found = process_findings(actor=actor)
    chosen = variant_choices()
    context = {
        "rows": _shown(_matching(rows, text), found),
        "text": text,
        "may_design": actor.may_somewhere(DESIGN),
        "categories": [
            (code, name, chosen.get(code, Variant.FULL.value))
            for code, name in (("", _("Staff")), *CATEGORY_NAMES.items())
        ],
        "variants": VARIANT_NAMES,
    }
    return render(request, "administration/processes.html", context)


@require_safe
def show(request: TimshelRequest, code: str) -> HttpResponse:
    """Show a version of a process: the published one unless the address names another."""
    actor = request.actor
    variant = _variant(request.GET.get("variant", ""))
    rows = process_versions(code, variant=variant, actor=actor)
    shown = _asked(request, "version", rows) or _standing(rows)
    view = process_version(shown.id, actor=actor)
    names = names_for(actor)
    read = read_diagram(view.xml)
    variants = [row for row in process_list(actor=actor) if row.code == code]
    context = {
        "process": view.row,
        "document": read.documentation_in(actor.language),
        "rows": rows,
        "draft": next((row for row in rows if row.state == "draft"), None),
        "published": next((row for row in rows if row.state == "published"), None),
        "diagram": diagram(
            address(view.row),
            title=view.row.name,
            steps=steps_of(read, names, actor.language),
            at=request.at,
        ),
        "variants": variants,
        "variant_name": VARIANT_NAMES[variant],
        "findings": check_diagram(view.xml) if view.row.state != "retired" else (),
        "offerings": offerings_using(code, language=actor.language),
        "runs": open_runs(code, variant=variant, actor=actor, cursor=request.GET.get("cursor")),
        "may_design": actor.may_somewhere(DESIGN),
        "version_names": VERSION_NAMES,
        "run_names": RUN_NAMES,
        **_compared(request, rows, names),
    }
    return render(request, "administration/process.html", context)


@require_safe
def xml(request: TimshelRequest, code: str, variant: str, number: int) -> HttpResponse:
    """Send the diagram of a version: in the reader's language, or as it is with ``raw``."""
    rows = process_versions(code, variant=_variant(variant), actor=request.actor)
    row = next((each for each in rows if each.number == number), None)
    if row is None:
        raise NotFound
    view = process_version(row.id, actor=request.actor)
    if "raw" in request.GET or "download" in request.GET:
        return diagram_response(view.xml, name=file_name(row) if "download" in request.GET else "")
    return diagram_response(translated_xml(view.xml, request.actor.language))


@require_POST
def choose_variant(request: TimshelRequest) -> HttpResponse:
    """Say which variant holds for a category of customers."""
    actions.choose_variant(
        request.POST.get("category", ""),
        variant=request.POST.get("variant", ""),
        actor=request.actor,
        at=request.at,
    )
    messages.success(request, _("What begins from now on runs in this variant."))
    return redirect("processes")


@require_POST
def own(request: TimshelRequest, code: str, variant: str) -> HttpResponse:
    """Say who answers for a process."""
    text = request.POST.get("owner", "").strip()
    found = people_matching(text, actor=request.actor, limit=10) if text else ()
    exact = [row for row in found if text.casefold() in (row.email.casefold(), row.name.casefold())]
    candidates = exact or list(found)
    if text and len(candidates) != 1:
        messages.error(
            request,
            _("More than one person is meant; please give the e-mail address.")
            if candidates
            else _("There is no such person, or you may not see them."),
        )
    else:
        actions.own_process(
            code,
            owner_id=candidates[0].id if candidates else None,
            variant=_variant(variant),
            actor=request.actor,
            at=request.at,
        )
        messages.success(request, _("The owner is set."))
    return redirect(f"{reverse('process', args=[code])}?variant={_variant(variant)}")


@require_POST
def retire(request: TimshelRequest, code: str, variant: str) -> HttpResponse:
    """Take a published process out of use."""
    try:
        actions.retire_process(code, variant=_variant(variant), actor=request.actor, at=request.at)
        messages.success(request, _("The process is retired; what runs by it goes on."))
    except WrongState as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('process', args=[code])}?variant={_variant(variant)}")


def address(row: VersionRow, *, raw: bool = False) -> str:
    """Return where the diagram of a version comes from."""
    found = reverse("process-xml", args=[row.code, row.variant, row.number])
    return f"{found}?raw=1" if raw else found


def file_name(row: VersionRow) -> str:
    """Return the name of a version's file, as in the packs."""
    light = ".light" if row.variant == Variant.LIGHT else ""
    return f"{row.code}{light}.bpmn"


def diagram_response(text: str, *, name: str = "") -> HttpResponse:
    """Return a diagram; with a name as a download."""
    headers = {"Content-Security-Policy": STRICT_POLICY}
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return HttpResponse(text, content_type=XML, headers=headers)


def names_for(actor: Actor) -> Names:
    """Return what the codes in diagrams are called, in a fixed number of queries."""
    language = actor.language
    return Names(
        teams={row.code: row.name for row in team_list(language=language)},
        functions=dict(function_list(language=language)),
        forms=dict(form_titles(language=language)),
        roles=dict(role_list(language=language)),
        processes={row.code: row.name for row in process_list(actor=actor)},
    )


def _variant(text: str) -> str:
    return Variant.LIGHT.value if text == Variant.LIGHT else Variant.FULL.value


def _matching(rows: Iterable[ProcessRow], text: str) -> list[ProcessRow]:
    wanted = text.casefold()
    return [row for row in rows if wanted in row.name.casefold() or wanted in row.code.casefold()]


def _shown(rows: Iterable[ProcessRow], found: dict[int, tuple[Finding, ...]]) -> list[ShownProcess]:
    by_code: dict[str, list[ProcessRow]] = defaultdict(list)
    for row in rows:
        by_code[row.code].append(row)
    return [
        ShownProcess(
            code,
            each[0].name,
            next((row.owner for row in each if row.owner), ""),
            tuple(
                (
                    row,
                    str(VARIANT_NAMES[row.variant]),
                    sum(finding.is_error for finding in found.get(row.version_id, ())),
                    sum(not finding.is_error for finding in found.get(row.version_id, ())),
                )
                for row in each
            ),
        )
        for code, each in by_code.items()
    ]


def _asked(request: TimshelRequest, name: str, rows: tuple[VersionRow, ...]) -> VersionRow | None:
    """Return the version that a parameter names, or None where there is none."""
    text = request.GET.get(name, "")
    return next((row for row in rows if str(row.number) == text), None)


def _standing(rows: tuple[VersionRow, ...]) -> VersionRow:
    """Return the published version, else the draft, else the last one."""
    by_state = {row.state: row for row in reversed(rows)}
    return by_state.get("published") or by_state.get("draft") or rows[0]


def _compared(
    request: TimshelRequest, rows: tuple[VersionRow, ...], names: Names
) -> dict[str, Any]:
    """Return what differs between two versions: the last two unless the address names others."""
    after = _asked(request, "after", rows) or rows[0]
    earlier = [row for row in rows if row.number < after.number]
    before = _asked(request, "before", rows) or (earlier[0] if earlier else None)
    if before is None or before == after:
        return {"before": before, "after": after, "changes": None}
    try:
        former, later = (
            read_diagram(process_version(row.id, actor=request.actor).xml)
            for row in (before, after)
        )
    except Invalid:  # a version from before the rules that hold now
        return {"before": before, "after": after, "changes": None}
    return {"before": before, "after": after, "changes": differences(former, later, names)}
