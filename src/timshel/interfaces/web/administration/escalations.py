"""Who hears when the time of a clock runs out: the rules of all agreements, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.administration.agreement_forms import EscalationForm
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.queries import role_list
from timshel.relationship_agreement.service_level.access import CONFIGURE, require_configure
from timshel.relationship_agreement.service_level.actions import set_escalation_rules
from timshel.relationship_agreement.service_level.queries.escalations import escalation_rules
from timshel.relationship_agreement.service_level.rules.contents import EscalationContent
from timshel.relationship_agreement.service_level.rules.phrases import Names, escalation_words
from timshel.relationship_agreement.service_level.states import Recipient

MINUTE = timedelta(minutes=1)
MOST_RULES = 50
FIRST: Mapping[str, Any] = {
    "moment": 75,
    "moment_kind": "percent",
    "recipient": Recipient.ASSIGNEE.value,
}


@require_http_methods(["GET", "HEAD", "POST"])
def escalations(request: TimshelRequest) -> HttpResponse:
    """Show the rules, add and take away rows, say them in words, and save them."""
    actor = request.actor
    current = escalation_rules(actor=actor)
    may_change = actor.scope(CONFIGURE).everywhere
    roles = role_list(language=actor.language)
    if request.method != "POST":
        return _page(request, _rows(map(_initial, current), roles), roles, may_change=may_change)
    require_configure(actor)
    deed, _colon, position = request.POST.get("do", "save").partition(":")
    rows = _posted(request.POST, roles)
    if deed == "drop":
        rows = _rows((_typed(row) for row in rows if str(row.position) != position), roles)
    elif deed == "add":
        rows = _rows([*map(_typed, rows), FIRST][:MOST_RULES], roles)
    elif _are_sound(rows) and deed == "save" and _saved(request, rows):
        messages.success(
            request, _("The rules are saved. The clocks of open work are being read again.")
        )
        return redirect("escalations")
    status = 422 if deed == "save" else 200
    return _page(request, rows, roles, may_change=may_change, status=status)


def _are_sound(rows: Sequence[EscalationForm]) -> bool:
    """Look at every row, so that each shows what is wrong with it."""
    return not [row for row in rows if not row.is_valid()]


def _saved(request: TimshelRequest, rows: Sequence[EscalationForm]) -> bool:
    """Save the rules; where one of them is refused, say so in its row and return False."""
    rules = [_content(row) for row in rows]
    try:
        set_escalation_rules(rules, actor=request.actor, at=request.at)
    except Invalid as refusal:
        for name, texts in refusal.fields.items():
            position = name.rpartition(".")[2]
            rows[int(position)].faults += [str(text) for text in texts]
        return False
    return True


def _page(
    request: TimshelRequest,
    rows: Sequence[EscalationForm],
    roles: Sequence[tuple[str, str]],
    *,
    may_change: bool,
    status: int = 200,
) -> HttpResponse:
    names = Names(roles=dict(roles))
    context = {
        "rows": [(row, _words(row, names)) for row in rows],
        "may_change": may_change,
        "has_faults": any(row.shown_faults for row in rows if row.is_bound),
        "is_full": len(rows) >= MOST_RULES,
    }
    return render(request, "administration/escalations.html", context, status=status)


def _words(row: EscalationForm, names: Names) -> str:
    """Return what a row says in a sentence, or nothing while it says nothing sound."""
    told = row if row.is_bound else _form(row.initial, row.position, list(names.roles.items()))
    if not told.is_valid():
        return ""
    rule = _content(told)
    if (rule.recipient is Recipient.ROLE) != bool(rule.role_code):
        return ""
    return escalation_words(rule, names)


def _rows(
    values: Iterable[Mapping[str, Any]], roles: Sequence[tuple[str, str]]
) -> list[EscalationForm]:
    options = _options(roles)
    return [
        EscalationForm(None, position, options=options, initial=initial)
        for position, initial in enumerate(values)
    ]


def _form(
    values: Mapping[str, Any], position: int, roles: Sequence[tuple[str, str]]
) -> EscalationForm:
    """Return a row as if these values had been posted."""
    given = QueryDict(mutable=True)
    for name, value in values.items():
        if value not in (None, "", False):
            given[f"{EscalationForm.group}-{position}-{name}"] = str(value)
    return EscalationForm(given, position, options=_options(roles))


def _posted(given: QueryDict, roles: Sequence[tuple[str, str]]) -> list[EscalationForm]:
    options = _options(roles)
    positions = range(MOST_RULES)
    return [
        EscalationForm(given, position, options=options)
        for position in positions
        if f"{EscalationForm.group}-{position}-moment_kind" in given
    ]


def _options(roles: Sequence[tuple[str, str]]) -> Mapping[str, Sequence[tuple[str, str]]]:
    return {"role": [("", "–"), *roles]}


def _typed(row: EscalationForm) -> dict[str, Any]:
    return {name: row[name].value() for name in row.fields}


def _initial(rule: EscalationContent) -> dict[str, Any]:
    moment, kind = (
        (rule.percent, "percent") if rule.before is None else (rule.before // MINUTE, "minutes")
    )
    return {
        "clock": rule.clock_kind,
        "moment": moment,
        "moment_kind": kind,
        "recipient": rule.recipient.value,
        "role": rule.role_code,
        "at_night": rule.at_night,
    }


def _content(row: EscalationForm) -> EscalationContent:
    said = row.cleaned_data
    is_share = said["moment_kind"] == "percent"
    recipient = Recipient(said["recipient"])
    return EscalationContent(
        recipient=recipient,
        percent=said["moment"] if is_share else None,
        before=None if is_share else said["moment"] * MINUTE,
        clock_kind=said["clock"],
        role_code=said["role"] if recipient is Recipient.ROLE else "",
        at_night=said["at_night"],
    )
