"""The tree of objectives, one with its readings, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.objectives.forms import JudgingForm, ReadingForm
from timshel.interfaces.web.governance.objectives.shown import (
    control_words,
    counted_by,
    picture,
    reading_rows,
    shown,
    unit_words,
    value_words,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import Invalid, NotFound
from timshel.performance_evaluation.measurement.queries import subject_choices
from timshel.performance_evaluation.measurement.states import SUBJECT_NAMES, SubjectKind
from timshel.planning.objective import actions, queries
from timshel.planning.objective.access import may_manage
from timshel.planning.objective.rules.content import ObjectiveContent
from timshel.planning.objective.states import OBJECTIVES, OPEN, Level, Trigger
from timshel.planning.planned_action.queries import actions_about

WHENS: Mapping[str, Promise] = {
    "open": gettext_lazy("Drafts and running"),
    "ended": gettext_lazy("Ended"),
    "all": gettext_lazy("All"),
}
DEEDS: Mapping[Trigger, tuple[Callable[..., None], Promise, Promise]] = {
    Trigger.MEET: (
        actions.meet_objective,
        gettext_lazy("It was met"),
        gettext_lazy("It is judged as met."),
    ),
    Trigger.MISS: (
        actions.miss_objective,
        gettext_lazy("It was missed"),
        gettext_lazy("It is judged as missed."),
    ),
    Trigger.DROP: (actions.drop_objective, gettext_lazy("Drop it"), gettext_lazy("It is dropped.")),
    Trigger.REVISE: (
        actions.revise_objective,
        gettext_lazy("Back to a draft"),
        gettext_lazy("It is a draft again."),
    ),
    Trigger.REOPEN: (
        actions.reopen_objective,
        gettext_lazy("Open it again"),
        gettext_lazy("It runs again."),
    ),
}


@require_safe
def tree(request: TimshelRequest) -> HttpResponse:
    """Show goals, results and objectives as a tree."""
    token = live.token()
    when = request.GET.get("when", "")
    when = when if when in WHENS else "open"
    rows = queries.objective_tree(actor=request.actor, at=request.at, when=when)
    context = {
        "rows": [shown(each) for each in rows],
        "when": when,
        "whens": WHENS.items(),
        "may_manage": may_manage(request.actor),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/objectives/tree.html", context)


@require_safe
def one(request: TimshelRequest, objective: str) -> HttpResponse:
    """Show one with its readings."""
    return _page(request, objective)


@require_POST
def agree(request: TimshelRequest, objective: str) -> HttpResponse:
    """Agree what is to be reached."""
    try:
        actions.agree_objective(objective, actor=request.actor, at=request.at)
    except Invalid as refusal:
        missing = [str(text) for texts in refusal.fields.values() for text in texts]
        return _page(request, objective, missing=missing)
    messages.success(request, _("It is agreed."))
    return redirect("objective", objective)


@require_POST
def judge(request: TimshelRequest, objective: str) -> HttpResponse:
    """Say how it ended, or take it back."""
    wanted = request.POST.get("deed", "")
    if wanted not in {each.value for each in DEEDS}:
        raise NotFound
    deed, _label, sentence = DEEDS[Trigger(wanted)]
    form = JudgingForm(request.POST)

    def do() -> bool:
        outcome = form.cleaned_data["outcome"]
        deed(objective, outcome=outcome, actor=request.actor, at=request.at)
        return True

    if form.is_valid() and refusing(form, do):
        messages.success(request, str(sentence))
        return redirect("objective", objective)
    return _page(request, objective, judging=form)


@require_POST
def reading(request: TimshelRequest, objective: str) -> HttpResponse:
    """Record what was read."""
    form = ReadingForm(request.POST, actor=request.actor, at=request.at)

    def do() -> bool:
        actions.record_reading(
            objective, reading=form.reading(), actor=request.actor, at=request.at
        )
        return True

    if form.is_valid() and refusing(form, do):
        messages.success(request, _("It is recorded."))
        return redirect("objective", objective)
    return _page(request, objective, reading_form=form)


@require_POST
def remove(request: TimshelRequest, objective: str) -> HttpResponse:
    """Take a reading away."""
    try:
        day = parse_date(request.POST.get("day", ""))
    except ValueError:
        day = None
    if day is None:
        raise NotFound
    actions.remove_reading(objective, day=day, actor=request.actor, at=request.at)
    messages.success(request, _("It is taken away."))
    return redirect("objective", objective)


@require_POST
def count(request: TimshelRequest, objective: str) -> HttpResponse:
    """Count the figures now."""
    found = actions.read_objective(objective, actor=request.actor, at=request.at)
    if found:
        messages.success(request, _("The figures are counted."))
    else:
        messages.info(request, _("Nothing new was counted."))
    return redirect("objective", objective)


def _page(
    request: TimshelRequest,
    number: str,
    *,
    missing: Sequence[str] = (),
    judging: JudgingForm | None = None,
    reading_form: ReadingForm | None = None,
) -> HttpResponse:
    view = queries.objective(number, actor=request.actor, at=request.at)
    row, content = view.row, view.row.content
    is_open = row.state in OPEN
    is_measured = content.level == Level.OBJECTIVE
    context: dict[str, Any] = {
        "each": shown(row),
        "row": row,
        "parent": view.parent,
        "children": [shown(child) for child in view.children],
        "actions": actions_about(actions.SUBJECT, [row.number], at=request.at).get(row.number, ()),
        "about": f"{actions.SUBJECT}:{row.number}" if row.may_read and is_open else "",
        "missing": missing,
        "facts": _facts(content, request.actor.language),
        "is_measured": is_measured,
        "is_counted": bool(content.measure),
        "is_open": is_open,
        "picture": picture(view),
        "control": control_words(content, view.control) if view.control else None,
        "readings": reading_rows(view),
        "unit": unit_words(content),
        "may_record": row.may_read and is_measured and is_open,
        "reading_form": reading_form or ReadingForm(actor=request.actor, at=request.at),
        "judging": judging or JudgingForm(),
        "deeds": [
            (trigger.value, DEEDS[trigger][1])
            for trigger in OBJECTIVES.triggers(row.state)
            if trigger in DEEDS
        ]
        if row.may_manage
        else [],
        "may_agree": row.may_manage and OBJECTIVES.allows(row.state, Trigger.AGREE),
        "may_add": row.may_manage and not is_measured and is_open,
    }
    is_refused = bool(missing) or judging is not None or reading_form is not None
    status = 422 if is_refused else 200
    return render(request, "governance/objectives/one.html", context, status=status)


def _facts(content: ObjectiveContent, language: str) -> list[tuple[str, str]]:
    """Return what an objective is about and how it is measured, by name."""
    names: dict[tuple[str, str], str] = {}
    if content.service_code or content.customer_code or content.subject_code:
        groups = subject_choices(language=language)
        names = {(kind.value, code): name for kind, rows in groups.items() for code, name in rows}
    found: list[tuple[str, str]] = []
    for kind, label in (("service", _("Service")), ("customer", _("Customer"))):
        if code := getattr(content, f"{kind}_code"):
            found.append((label, names.get((kind, code), code)))
    counted = counted_by(content)
    if counted is not None:
        code = content.subject_code
        whose = names.get((content.subject_kind, code), code)
        whose = whose or str(SUBJECT_NAMES[SubjectKind.EVERYTHING])
        found.append((_("Measure"), f"{counted.name} – {whose}"))
    elif content.unit:
        found.append((_("Measure"), _("Recorded by hand, in %(unit)s") % {"unit": content.unit}))
    if content.baseline is not None:
        found.append((_("Where we start from"), value_words(content, content.baseline)))
    return found
