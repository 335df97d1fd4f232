"""Trying a process with a pretended request: it walks through the diagram and does nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from timshel.context.people.queries import people_matching, person_card
from timshel.interfaces.web.administration.process_changes import kind_name, who
from timshel.interfaces.web.administration.process_words import service_name
from timshel.interfaces.web.administration.processes import (
    diagram_response,
    names_for,
)
from timshel.interfaces.web.diagrams import DiagramStep, StepMark, diagram
from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.diagram import (
    ApprovalSpec,
    CallSpec,
    Diagram,
    ErrorSpec,
    Kind,
    MessageSpec,
    TaskSpec,
)
from timshel.kernel.bpmn.exploring import Choice as Pretended
from timshel.kernel.bpmn.reading import read_diagram
from timshel.kernel.bpmn.records import WaitingStep
from timshel.kernel.bpmn.translating import translated_xml
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from timshel.kernel.text import is_plain
from timshel.operation.process.access import DESIGN
from timshel.operation.process.actions.trials import Play, begin_trial, play_trial
from timshel.operation.process.queries import (
    VersionView,
    check_diagram,
    process_version,
    process_versions,
)
from timshel.operation.process.queries.trials import (
    TrialStep,
    TrialView,
    explored,
    trial_view,
)
from timshel.operation.process.states import STEP_KIND_NAMES, VARIANT_NAMES

ANSWER = re.compile(r"\banswers\.([A-Za-z_]\w*)")
OUTCOMES: Mapping[str, Promise] = {
    "done": gettext_lazy("Done"),
    "impossible": gettext_lazy("Not possible"),
    "approved": gettext_lazy("Approved"),
    "refused": gettext_lazy("Refused"),
    "expired": gettext_lazy("Expired"),
    "skipped": gettext_lazy("Skipped"),
    "fired": gettext_lazy("The time came"),
    "received": gettext_lazy("It arrived"),
    "error": gettext_lazy("Failed"),
}
# What is a word of its own in the list of steps; the rest only steers.
LISTED = frozenset(
    {Kind.START, Kind.USER_TASK, Kind.SERVICE_TASK, Kind.CATCH, Kind.BOUNDARY, Kind.CALL}
    | {Kind.SUB_PROCESS, Kind.END}
)


class TrialForm(RefusableForm):
    """The pretended request."""

    requester = forms.CharField(
        label=gettext_lazy("Who asks"),
        help_text=gettext_lazy("Name or e-mail address; empty is yourself."),
        required=False,
        max_length=200,
    )
    price = forms.DecimalField(
        label=gettext_lazy("Price"), required=False, min_value=0, max_digits=12, decimal_places=2
    )
    for_other = forms.BooleanField(
        label=gettext_lazy("Ordered on behalf of somebody else"), required=False
    )
    further = forms.CharField(
        label=gettext_lazy("Further facts as JSON"),
        help_text='{"answers": {"model": "14"}, "requester": {"is_customer": true}}',
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "process-code"}),
    )

    def __init__(self, *args: Any, keys: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = tuple(keys)
        for key in self.keys:
            self.fields[f"answer-{key}"] = forms.CharField(
                label=key, required=False, max_length=2_000
            )

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        """The fields for the answers that the diagram asks for."""
        return [self[f"answer-{key}"] for key in self.keys]

    def clean_further(self) -> dict[str, Any]:
        """Read the JSON."""
        text = self.cleaned_data["further"].strip()
        try:
            given = json.loads(text or "{}")
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("This is not JSON.")) from error
        if not isinstance(given, dict):
            raise forms.ValidationError(_("This is not an object in JSON."))
        if not is_plain(given):
            raise forms.ValidationError(_("This holds characters that cannot be stored."))
        return given


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it lets happen, and its words."""

    value: str
    words: str
    is_usual: bool = False


@dataclass(frozen=True, slots=True)
class ShownWaiting:
    """A step that waits, with everything that can happen to it."""

    step: WaitingStep
    name: str
    kind: str
    who: str
    values: tuple[tuple[str, str], ...]
    choices: tuple[Choice, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: TimshelRequest, code: str, variant: str) -> HttpResponse:
    """Show one's own trial of a process, begin one, and let things happen in it."""
    if not request.actor.may_somewhere(DESIGN):
        raise NotAllowed
    view = _version(request, code, variant)
    read = read_diagram(view.xml)
    form = TrialForm(keys=asked_answers(view.xml), initial={"price": "0"})
    status = 200
    if request.method == "POST":
        if request.POST.get("do") == "begin":
            form = TrialForm(request.POST, keys=asked_answers(view.xml))
            done = _begin(request, view, form)
        else:
            done = _play(request, view)
        if done:
            return redirect("process-trial", code=code, variant=variant)
        status = 422
    found = trial_view(view.row.id, actor=request.actor)
    context = {
        "process": view.row,
        "variant_name": VARIANT_NAMES[view.row.variant],
        "form": form,
        "trial": found,
        "keys": form.keys,
        **(_shown(request, view, found) if found else {}),
        "ways": _ways(request, view, read) if "explore" in request.GET else None,
    }
    return render(request, "administration/process_trial.html", context, status=status)


@require_safe
def trial_xml(request: TimshelRequest, code: str, variant: str) -> HttpResponse:
    """Send the diagram of one's own trial, in the reader's language."""
    if not request.actor.may_somewhere(DESIGN):
        raise NotAllowed
    view = _version(request, code, variant)
    found = trial_view(view.row.id, actor=request.actor)
    if found is None:
        raise NotFound
    return diagram_response(translated_xml(found.xml, request.actor.language))


def _ways(request: TimshelRequest, view: VersionView, read: Diagram) -> dict[str, Any]:
    """Return which ends can be reached, each with the choices that lead there."""
    if any(each.is_error for each in check_diagram(view.xml)):
        return {"is_faulty": True}
    found = explored(view.xml, variant=view.row.variant, actor=request.actor)
    language = request.actor.language
    ends = [each for each in read.elements if each.kind is Kind.END and not each.parent]
    return {
        "ends": [
            (
                each.name_in(language) or each.id,
                each.id in found.ends,
                [_choice(step, read, language) for step in found.ends.get(each.id, ())],
            )
            for each in ends
        ],
        "missed": [
            _name(read, element_id, language)
            for element_id in found.missed
            if element_id not in found.missed_ends
        ],
        "stuck": [
            (_name(read, element_id, language), reason)
            for element_id, (reason, _way) in found.stuck.items()
        ],
        "is_complete": found.is_complete,
    }


def _choice(step: Pretended, read: Diagram, language: str) -> str:
    """Return in words what has to happen at a step on the way to an end."""
    flow = read.flow_by_id.get(step.element_id)
    if flow is not None:
        label = flow.condition or flow.label
    else:
        label = _name(read, step.element_id, language)
    what, _colon, code = step.what.partition(":")
    words = {
        "fired": _("the time comes"),
        "received": _("the message arrives"),
        "error": _("it fails (%(code)s)") % {"code": code},
        "holds": _("it holds"),
        "holds not": _("it does not hold"),
    }
    return _("%(step)s: %(what)s") % {"step": label, "what": words.get(what) or _outcome(what)}


def asked_answers(xml: str) -> tuple[str, ...]:
    """Return the keys of the answers that the conditions of a diagram speak of."""
    return tuple(dict.fromkeys(ANSWER.findall(xml)))


def _version(request: TimshelRequest, code: str, variant: str) -> VersionView:
    """Return the draft, or what is published where there is none."""
    rows = process_versions(code, variant=variant, actor=request.actor)
    by_state = {row.state: row for row in reversed(rows)}
    row = by_state.get("draft") or by_state.get("published") or rows[0]
    return process_version(row.id, actor=request.actor)


def _begin(request: TimshelRequest, view: VersionView, form: TrialForm) -> bool:
    if not form.is_valid():
        return False
    try:
        facts = _facts(request.actor, view, form)
        begin_trial(view.row.id, facts=facts, actor=request.actor, at=request.at)
    except Invalid as refusal:
        form.refuse(refusal)
        return False
    return True


def _facts(actor: Actor, view: VersionView, form: TrialForm) -> dict[str, Any]:
    given = form.cleaned_data
    facts: dict[str, Any] = {
        "answers": {
            key: _read(given[f"answer-{key}"]) for key in form.keys if given[f"answer-{key}"]
        },
        "requester": _requester(actor, given["requester"]),
        "request": {
            "number": "REQ0000000",
            "offering": "",
            "service": "",
            "variant": view.row.variant,
            "purpose": "order",
            "price": float(given["price"] or 0),
            "for_other": given["for_other"],
        },
        "parts": [],
    }
    for name, value in given["further"].items():
        former = facts.get(name)
        both = isinstance(former, dict) and isinstance(value, dict)
        facts[name] = {**former, **value} if both else value  # type: ignore[dict-item]
    return facts


def _read(text: str) -> Any:
    """Read an answer: yes, no, a number or a list where it is one in JSON, else the text."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return found if is_plain(found) else text


def _requester(actor: Actor, text: str) -> dict[str, Any]:
    """Return what conditions know of the person who asks.

    Raises:
        Invalid: nobody, or more than one person, is meant.
    """
    person_id = actor.person_id
    if text.strip():
        wanted = text.strip().casefold()
        rows = people_matching(text, actor=actor, limit=10)
        exact = [row for row in rows if wanted in (row.email.casefold(), row.name.casefold())]
        candidates = exact or list(rows)
        if len(candidates) != 1:
            sentence = (
                _("More than one person is meant; please give the e-mail address.")
                if candidates
                else _("There is no such person, or you may not see them.")
            )
            raise Invalid({"requester": [sentence]})
        person_id = candidates[0].id
    if person_id is None:
        raise Invalid({"requester": [_("Only a person can ask for something.")]})
    card = person_card(person_id, actor=actor)
    return {
        "name": card.name,
        "email": card.email,
        "unit": card.unit,
        "site": card.site,
        "customer_category": "",
        "language": card.language,
        "is_customer": bool(card.customer),
    }


def _play(request: TimshelRequest, view: VersionView) -> bool:
    move, _colon, rest = request.POST.get("play", "").partition(":")
    step, _colon, word = rest.partition(":")
    answers = _read(request.POST.get("answers", "").strip() or "{}")
    if not isinstance(answers, dict):
        messages.error(request, _("The answers are not an object in JSON."))
        return False
    play = Play(move, step=step, outcome=word, name=word, answers=answers)
    try:
        play_trial(view.row.id, play=play, actor=request.actor, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _shown(request: TimshelRequest, view: VersionView, found: TrialView) -> dict[str, Any]:
    read = read_diagram(found.xml)
    language = request.actor.language
    names = names_for(request.actor)
    waiting = []
    for step, element in found.waiting:
        waiting.append(
            ShownWaiting(
                step,
                element.name_in(language) or kind_name(element),
                str(STEP_KIND_NAMES[step.kind]),
                who(element, names),
                _values(step),
                tuple(choices(step, read)),
            )
        )
    return {
        "waiting": waiting,
        "diagram": diagram(
            reverse("process-trial-xml", args=[view.row.code, view.row.variant]),
            title=view.row.name,
            steps=_steps(found, language),
            flows=found.flows,
            at=found.clock,
        ),
        "facts": json.dumps(found.facts, indent=2, ensure_ascii=False, default=str),
        "outcomes": [
            (element, _outcome(str(step.get("outcome", ""))), step)
            for element, step in found.outcomes.items()
        ],
        "fields": json.dumps(found.fields, indent=2, ensure_ascii=False, default=str)
        if found.fields
        else "",
        "endings": [(_name(read, each.element_id, language), each) for each in found.endings],
    }


def _name(read: Diagram, element_id: str, language: str) -> str:
    element = read.by_id.get(element_id)
    return (element.name_in(language) if element else "") or element_id


def _steps(found: TrialView, language: str) -> list[DiagramStep]:
    stuck = {(each.path, each.element_id): each.reason for each in found.obstacles}
    return [
        _step(each, stuck.get((each.passed.path, each.passed.element_id), ""), language)
        for each in found.steps
        if each.element.kind in LISTED or (each.passed.path, each.passed.element_id) in stuck
    ]


def _step(step: TrialStep, trouble: str, language: str) -> DiagramStep:
    passed = step.passed
    mark = StepMark.FAILED if trouble else StepMark(passed.state.value)
    # What happens within a called process is told, but is not in this picture.
    element = passed.path[0] if passed.path else passed.element_id
    return DiagramStep(
        element=element,
        name=step.element.name_in(language) or kind_name(step.element),
        kind=kind_name(step.element),
        mark=mark,
        outcome=_outcome(passed.outcome),
        began_at=passed.entered_at,
        ended_at=passed.left_at,
        note=trouble,
    )


def _outcome(outcome: str) -> str:
    return str(OUTCOMES.get(outcome, outcome))


def _values(step: WaitingStep) -> tuple[tuple[str, str], ...]:
    found = [(name, str(value)) for name, value in step.values.items()]
    if isinstance(step.spec, CallSpec):
        found.insert(0, (_("What is done"), service_name(step.spec.service)))
    return tuple(found)


def choices(step: WaitingStep, read: Diagram) -> Iterable[Choice]:
    """Return what can happen to a step that waits, as buttons."""
    spec = step.spec
    if isinstance(spec, TaskSpec | ApprovalSpec):
        for place, outcome in enumerate(spec.outcomes):
            value = f"complete:{step.id}:{outcome}"
            yield Choice(value, _outcome(outcome), is_usual=place == 0)
    elif isinstance(spec, CallSpec):
        yield Choice(f"complete:{step.id}:", _("It is done"), is_usual=True)
    elif isinstance(spec, MessageSpec):
        yield Choice(f"message::{spec.name}", _("The message arrives"), is_usual=True)
        return
    else:
        yield Choice("wait", _("Let the time pass"), is_usual=True)
        return
    for code in sorted(_errors(step, read)):
        words = _("It fails: %(code)s") % {"code": code} if code else _("It fails")
        yield Choice(f"error:{step.id}:{code}", words)
    yield Choice(f"skip:{step.id}:", _("Skip it"))


def _errors(step: WaitingStep, read: Diagram) -> set[str]:
    """Return the codes of errors that events on the edge of a step catch."""
    if step.path:
        return set()
    return {
        event.spec.code
        for event in read.boundary(step.element_id)
        if isinstance(event.spec, ErrorSpec)
    }
