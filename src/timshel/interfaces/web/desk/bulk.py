"""One deed for many: the set, what is to be done, what it will come to, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.addresses import record_addresses
from timshel.interfaces.web.desk.bulk_form import SECTIONS, BulkForm
from timshel.interfaces.web.desk.bulk_words import shown_deeds
from timshel.interfaces.web.desk.queue_state import unpacked
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.paging import LARGEST_NUMBER
from timshel.operation.bulk import actions, queries, rules
from timshel.operation.bulk.queries import ItemRow, RunRow, RunView
from timshel.operation.bulk.states import RUN_NAMES, UNDER_WAY, ItemState, RunState
from timshel.operation.view.states import KIND_NAMES
from timshel.relationship_agreement.service_level.queries.worklist import work_numbers

PAGE_SIZE = 50
LOOKS: Mapping[RunState, tuple[str, str]] = {
    RunState.PREPARED: ("pencil", "queued"),
    RunState.QUEUED: ("hourglass", "queued"),
    RunState.RUNNING: ("progress", "running"),
    RunState.STOPPING: ("progress", "delayed"),
    RunState.STOPPED: ("player-pause", "delayed"),
    RunState.BROKEN: ("alert-circle", "failed"),
    RunState.DONE: ("circle-check", "done"),
}
SHOWN: Mapping[str, tuple[Promise, tuple[ItemState, ...]]] = {
    "failed": (gettext_lazy("Not done"), (ItemState.FAILED,)),
    "done": (gettext_lazy("Done"), (ItemState.DONE, ItemState.UNDONE)),
    "waiting": (gettext_lazy("Not reached"), (ItemState.WAITING,)),
}
SECTION_NAMES: Mapping[str, Promise] = {
    "macro": gettext_lazy("A macro"),
    "assign": gettext_lazy("Who has it"),
    "change": gettext_lazy("Properties of incidents"),
    "tags": gettext_lazy("Tags"),
    "people": gettext_lazy("Watching"),
    "link": gettext_lazy("Links"),
    "say": gettext_lazy("Reply and note"),
    "move": gettext_lazy("Stage"),
}


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run as a list draws it: its row, the word of its state, icon and tone."""

    row: RunRow
    word: Promise
    icon: str
    tone: str

    @property
    def is_moving(self) -> bool:
        """Tell whether a bar says how far it is."""
        return self.row.state in UNDER_WAY


@require_safe
def runs(request: TimshelRequest) -> HttpResponse:
    """Show the reader's runs, newest first."""
    token = live.token()
    page = queries.run_list(
        actor=request.actor, cursor=request.GET.get("cursor") or None, size=PAGE_SIZE
    )
    context = {
        "page": page.map(shown_run),
        "live_token": token,
        "live_regions": [f"run:{row.id}" for row in page.items if row.state in UNDER_WAY],
    }
    return render(request, "desk/bulk_runs.html", context)


@require_POST
def choose(request: TimshelRequest) -> HttpResponse:
    """Fix the set that a queue's form sent: those that are ticked, or all that the view finds."""
    try:
        chosen = actions.Chosen(_numbers(request))
        run_id = actions.choose_work(chosen, actor=request.actor, at=request.at)
    except Invalid as refusal:
        for texts in refusal.fields.values() or ([refusal.message],):
            messages.error(request, " ".join(map(str, texts)))
        return redirect(_way_back(request))
    return redirect("bulk-run", run_id=run_id)


@require_safe
def run(request: TimshelRequest, run_id: int) -> HttpResponse:
    """Show a run: what to do, as long as it is not begun; then how far it is."""
    key = min(run_id, LARGEST_NUMBER)
    token = live.token()
    view = queries.run(key, actor=request.actor)
    if view.row.state is RunState.PREPARED:
        return _form_page(request, view, BulkForm(request))
    return _run_page(request, view, token)


@require_POST
def decide(request: TimshelRequest, run_id: int) -> HttpResponse:
    """Keep what is to be done, and show what it will come to."""
    key = min(run_id, LARGEST_NUMBER)
    view = queries.run(key, actor=request.actor)
    form = BulkForm(request, request.POST)
    if not form.is_valid():
        return _form_page(request, view, form, status=422)
    try:
        deeds = form.deeds()
    except Invalid as refusal:
        form.refuse(refusal)
        return _form_page(request, view, form, status=422)
    if form.errors:
        return _form_page(request, view, form, status=422)
    try:
        actions.decide_run(
            key,
            deeds=deeds,
            title=form.macro_name,
            macro_id=form.macro_id,
            actor=request.actor,
            at=request.at,
        )
    except WrongState:
        return redirect("bulk-run", run_id=key)
    return redirect("bulk-look", run_id=key)


@require_safe
def look(request: TimshelRequest, run_id: int) -> HttpResponse:
    """Show what will happen, and what cannot be taken back, before anything is done."""
    key = min(run_id, LARGEST_NUMBER)
    view = queries.run(key, actor=request.actor)
    if view.row.state is not RunState.PREPARED or not view.deeds:
        return redirect("bulk-run", run_id=key)
    deeds = shown_deeds(view.deeds, actor=request.actor)
    context = {
        "view": view,
        "facts": _facts(request, view),
        "deeds": deeds,
        "lasting": [deed for deed in deeds if deed.lasts],
        "can_undo": rules.can_be_undone(view.deeds),
    }
    return render(request, "desk/bulk_look.html", context)


@require_POST
def begin(request: TimshelRequest, run_id: int) -> HttpResponse:
    """Begin a run; begun twice, it is begun once."""
    key = min(run_id, LARGEST_NUMBER)
    try:
        actions.begin_run(key, actor=request.actor, at=request.at)
    except WrongState as refusal:
        messages.error(request, str(refusal))
    return redirect("bulk-run", run_id=key)


@require_POST
def act(request: TimshelRequest, run_id: int, verb: str) -> HttpResponse:
    """Stop a run, go on with it, or take it back; then show what came of that."""
    key = min(run_id, LARGEST_NUMBER)
    by: dict[str, Any] = {"actor": request.actor, "at": request.at}
    try:
        match verb:
            case "stop":
                actions.stop_run(key, **by)
                messages.success(request, _("It stops after those that are being done now."))
            case "retry":
                actions.retry_run(key, **by)
                messages.success(request, _("It goes on with those that are left."))
            case _:
                key = actions.undo_run(key, **by)
                messages.success(request, _("It is being taken back."))
    except WrongState as refusal:
        messages.error(request, str(refusal))
    return redirect("bulk-run", run_id=key)


def shown_run(row: RunRow) -> ShownRun:
    """Return a run as it is drawn."""
    icon, tone = LOOKS[row.state]
    if row.state is RunState.DONE and row.failed:
        icon, tone = "alert-triangle", "delayed"
    return ShownRun(row, RUN_NAMES[row.state], icon, tone)


def _numbers(request: TimshelRequest) -> tuple[str, ...]:
    if request.POST.get("whole") != "on":
        return tuple(request.POST.getlist("number")[: rules.MOST])
    state = unpacked(request.POST.get("view", ""), actor=request.actor)
    return work_numbers(
        state.filters,
        actor=request.actor,
        at=request.at,
        sort=state.look.sort,
        limit=rules.MOST + 1,
    )


def _way_back(request: TimshelRequest) -> str:
    return unpacked(request.POST.get("view") or "all", actor=request.actor).address()


def _form_page(
    request: TimshelRequest, view: RunView, form: BulkForm, *, status: int = 200
) -> HttpResponse:
    if view.row.state is not RunState.PREPARED:
        return redirect("bulk-run", run_id=view.row.id)
    sections = [
        {
            "key": key,
            "name": SECTION_NAMES[key],
            "fields": [form[name] for name in names],
            "is_open": any(form.errors.get(name) or form[name].data for name in names),
        }
        for key, names in SECTIONS.items()
    ]
    context = {
        "view": view,
        "form": form,
        "sections": sections,
        "facts": _facts(request, view),
    }
    return render(request, "desk/bulk_form.html", context, status=status)


def _facts(request: TimshelRequest, view: RunView) -> dict[str, Any]:
    facts = queries.set_facts(view.row.id, actor=request.actor)
    kinds = [(KIND_NAMES.get(kind, kind), count) for kind, count in facts.by_kind.items()]
    return {
        "kinds": kinds,
        "finished": facts.finished,
        "unseen": facts.unseen,
        "requesters": facts.requesters,
    }


def _run_page(request: TimshelRequest, view: RunView, token: str) -> HttpResponse:
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ("failed" if view.row.failed else "done")
    page = queries.run_items(
        view.row.id,
        states=SHOWN[show][1],
        actor=request.actor,
        cursor=request.GET.get("cursor") or None,
        size=PAGE_SIZE,
    )
    addresses = record_addresses()

    def with_address(row: ItemRow) -> tuple[ItemRow, str]:
        return row, addresses[row.kind] + row.number if row.kind in addresses else ""

    counts = {"failed": view.row.failed, "done": view.row.done, "waiting": view.waiting}
    context = {
        "view": view,
        "run": shown_run(view.row),
        "deeds": shown_deeds(view.deeds, actor=request.actor),
        "page": page.map(with_address),
        "show": show,
        "lists": [(code, name, counts[code]) for code, (name, _states) in SHOWN.items()],
        "done": view.row.done + view.row.failed,
        "live_token": token,
        "live_regions": [f"run:{view.row.id}"],
    }
    return render(request, "desk/bulk_run.html", context)
