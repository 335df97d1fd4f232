"""Saving what a queue shows as a view, and keeping one's views: name, audience, place, pins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.context.organization import queries as organization
from timshel.interfaces.web.desk.queue_state import QueueState, read_state
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, Refused
from timshel.operation.view import actions
from timshel.operation.view.queries import (
    ViewRow,
    given_views,
    saved_views,
    view_of,
    words_of,
)
from timshel.operation.view.rules import LONGEST_NAME, SHARE, Look, ViewContent, may_share
from timshel.operation.view.states import AUDIENCE_NAMES, SHAPE_NAMES, Audience

TEAM = "team:"
DEEDS = ("pin", "unpin", "copy", "delete")


class ViewForm(forms.Form):
    """Name and audience of a view."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    position = forms.IntegerField(
        label=gettext_lazy("Place among your views"),
        required=False,
        min_value=1,
        max_value=1_000,
        help_text=gettext_lazy("1 is the first."),
    )

    def __init__(self, *args: Any, audiences: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"] = forms.ChoiceField(
            label=gettext_lazy("Who sees it"), choices=audiences
        )
        self.order_fields(("name", "audience", "position"))

    def content(self, look: Look) -> ViewContent:
        """Return the view that was asked for."""
        audience = self.cleaned_data["audience"]
        if audience.startswith(TEAM):
            return ViewContent(
                self.cleaned_data["name"], look, Audience.TEAM, audience.removeprefix(TEAM)
            )
        return ViewContent(self.cleaned_data["name"], look, Audience(audience))

    def refuse(self, refused: Refused) -> None:
        """Show what the domain said at the fields it said it of."""
        if not isinstance(refused, Invalid) or not refused.fields:
            self.add_error(None, str(refused.message))
            return
        for name, sentences in refused.fields.items():
            where = name if name in self.fields else None
            for sentence in sentences:
                self.add_error(where, str(sentence))


def audiences(actor: Actor, *, kept: ViewRow | None = None) -> list[tuple[str, str]]:
    """Return whom the actor may share a view with, as values of a select with their names."""
    found = [(Audience.PERSONAL.value, str(AUDIENCE_NAMES[Audience.PERSONAL]))]
    scope = actor.scope(SHARE)
    if actor.team_ids or scope:
        found += [
            (f"{TEAM}{team.code}", team.name)
            for team in organization.team_list(language=actor.language)
            if may_share(actor, Audience.TEAM, team_id=team.id)
            or (kept is not None and kept.team_code == team.code)
        ]
    is_kept = kept is not None and kept.audience is Audience.EVERYONE
    if is_kept or may_share(actor, Audience.EVERYONE, team_id=None):
        found.append((Audience.EVERYONE.value, str(AUDIENCE_NAMES[Audience.EVERYONE])))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def save(request: TimshelRequest, view: str) -> HttpResponse:
    """Save what a queue shows as a new view; asks for its name and audience first."""
    query = request.POST if request.method == "POST" else request.GET
    told = QueryDict(query.get("state", "")) if request.method == "POST" else request.GET
    state = read_state(view, told, actor=request.actor)
    form = ViewForm(
        request.POST if request.method == "POST" else None,
        audiences=audiences(request.actor),
        initial={"name": "" if state.view.is_given else state.view.name},
    )
    if request.method == "POST" and form.is_valid():
        look = _whole(state)
        try:
            key = actions.save_view(form.content(look), actor=request.actor, at=request.at)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The view is saved."))
            return redirect("queue", view=key)
    context = _form_context(request, state, form)
    return render(request, "desk/view_form.html", context)


def _whole(state: QueueState) -> Look:
    """Return the look with the words of the search box among its conditions."""
    whole = state.with_look(filter=state.wanted)
    return whole.look


def _form_context(request: TimshelRequest, state: QueueState, form: ViewForm) -> dict[str, Any]:
    return {
        "state": state,
        "view": state.view,
        "form": form,
        "words": words_of(state.wanted, actor=request.actor, at=request.at),
        "state_query": state.packed().partition("?")[2],
    }


@require_POST
def update(request: TimshelRequest, view: str) -> HttpResponse:
    """Save the changes of a queue into the view they were made to."""
    state = read_state(view, QueryDict(request.POST.get("state", "")), actor=request.actor)
    kept = state.view
    if kept.is_given:
        raise NotFound
    content = ViewContent(kept.name, _whole(state), kept.audience, kept.team_code)
    actions.change_view(int(kept.key), content=content, actor=request.actor, at=request.at)
    messages.success(request, _("The view is saved."))
    return redirect("queue", view=kept.key)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: TimshelRequest, view: str) -> HttpResponse:
    """Change name, audience and place of a saved view."""
    kept = _saved(view, request.actor)
    state = QueueState(kept, kept.look)
    audience = f"{TEAM}{kept.team_code}" if kept.team_code else kept.audience.value
    form = ViewForm(
        request.POST if request.method == "POST" else None,
        audiences=audiences(request.actor, kept=kept),
        initial={"name": kept.name, "audience": audience, "position": kept.position + 1},
    )
    if request.method == "POST" and form.is_valid():
        try:
            _change(kept, form, request)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The view is saved."))
            return redirect("queue", view=kept.key)
    context = {**_form_context(request, state, form), "is_saved": True}
    return render(request, "desk/view_form.html", context)


def _change(kept: ViewRow, form: ViewForm, request: TimshelRequest) -> None:
    who: Any = {"actor": request.actor, "at": request.at}
    actions.change_view(int(kept.key), content=form.content(kept.look), **who)
    position = form.cleaned_data["position"]
    if position and position - 1 != kept.position:
        actions.move_view(int(kept.key), position=position - 1, **who)


def _saved(view: str, actor: Actor) -> ViewRow:
    """Return a view that was saved.

    Raises:
        NotFound: there is none, or it is one that everybody has.
    """
    kept = view_of(view, actor=actor)
    if kept.is_given:
        raise NotFound
    return kept


@require_POST
def act(request: TimshelRequest, view: str, deed: str) -> HttpResponse:
    """Pin, unpin, copy or delete a view."""
    key = int(_saved(view, request.actor).key)
    who: Any = {"actor": request.actor, "at": request.at}
    match deed:
        case "pin":
            actions.pin_view(key, **who)
        case "unpin":
            actions.unpin_view(key, **who)
        case "copy":
            key = actions.copy_view(key, **who)
            messages.success(request, _("This copy is yours."))
        case _:
            actions.delete_view(key, **who)
            messages.success(request, _("The view is deleted. The work it showed is as it was."))
            return redirect("view-list")
    return redirect("queue", view=key)


@require_safe
def views(request: TimshelRequest) -> HttpResponse:
    """Show all views that the reader may see."""
    rows = saved_views(actor=request.actor)
    context: dict[str, Any] = {
        "given": given_views(actor=request.actor),
        "rows": [(row, SHAPE_NAMES[row.look.shape]) for row in rows],
    }
    return render(request, "desk/view_list.html", context)
