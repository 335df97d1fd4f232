"""The pages on which people write saved replies and text modules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.desk.texts.keeping_forms import ModuleForm, ReplyForm, TextForm
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from timshel.operation.macro import actions, queries
from timshel.operation.macro.queries import FilledText, ModuleView, ReplyView
from timshel.operation.macro.rules import VARIABLES

TextView = ReplyView | ModuleView


@dataclass(frozen=True, slots=True)
class Kept:
    """Which of the two the pages are about, and their words."""

    title: Promise
    lead: Promise
    new: Promise
    nothing: Promise
    list_name: str
    new_name: str
    change_name: str
    icon: str
    form: type[TextForm]
    rows: Callable[..., tuple[TextView, ...]]
    row: Callable[..., TextView]


REPLIES = Kept(
    title=gettext_lazy("Saved replies"),
    lead=gettext_lazy("Replies to begin with, in the language of whoever asked."),
    new=gettext_lazy("New saved reply"),
    nothing=gettext_lazy("Save what you write often; then it is two clicks away."),
    list_name="reply-list",
    new_name="reply-new",
    change_name="reply-change",
    icon="message-2",
    form=ReplyForm,
    rows=queries.reply_list,
    row=queries.reply,
)
MODULES = Kept(
    title=gettext_lazy("Text modules"),
    lead=gettext_lazy("Pieces of text that a keyword brings: type :: and the keyword."),
    new=gettext_lazy("New text module"),
    nothing=gettext_lazy("Give a sentence that you write often a keyword."),
    list_name="module-list",
    new_name="module-new",
    change_name="module-change",
    icon="file-text",
    form=ModuleForm,
    rows=queries.module_list,
    row=queries.module,
)


@require_safe
def text_list(request: TimshelRequest, kept: Kept) -> HttpResponse:
    """List the saved replies or text modules that the reader finds."""
    context = {"kept": kept, "rows": kept.rows(actor=request.actor)}
    return render(request, "desk/texts/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_text(request: TimshelRequest, kept: Kept) -> HttpResponse:
    """Show the form for another one, or make it."""
    form = kept.form(request.actor, request.POST if request.method == "POST" else None)
    return _answer(request, kept, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change_text(request: TimshelRequest, kept: Kept, key: int) -> HttpResponse:
    """Show the form of one, or change it."""
    row = kept.row(key, actor=request.actor)
    if not row.may_change:
        raise NotAllowed
    given = request.POST if request.method == "POST" else None
    form = kept.form(request.actor, given, initial=_standing(row))
    return _answer(request, kept, form, row)


def _answer(
    request: TimshelRequest, kept: Kept, form: TextForm, row: TextView | None
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        if "preview" in request.POST:
            previews, trouble = _previews(request, form.texts())
            return _page(request, kept, form, row, previews=previews, trouble=trouble)
        try:
            _save(form, row, request)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(kept.list_name)
    return _page(request, kept, form, row, status=422 if form.is_bound else 200)


def _save(form: TextForm, row: TextView | None, request: TimshelRequest) -> None:
    by: dict[str, Any] = {"actor": request.actor, "at": request.at}
    shared, texts = form.shared(), form.texts()
    if isinstance(form, ModuleForm):
        module = actions.ModuleGiven(**shared, keyword=form.cleaned_data["keyword"], texts=texts)
        if row is None:
            actions.create_module(module, **by)
        else:
            actions.change_module(row.id, given=module, **by)
        return
    reply = actions.ReplyGiven(**shared, texts=texts)
    if row is None:
        actions.create_reply(reply, **by)
    else:
        actions.change_reply(row.id, given=reply, **by)


def _previews(request: TimshelRequest, texts: Mapping[str, str]) -> tuple[list[FilledText], str]:
    """Return each language's text as it would stand in the case that was named."""
    number = request.POST.get("number", "").strip().replace("\0", "")
    written = {language: text for language, text in texts.items() if text.strip()}
    try:
        return [
            queries.filled_text({language: text}, number=number, actor=request.actor, at=request.at)
            for language, text in written.items()
        ], ""
    except NotFound as refusal:
        return [], str(refusal.message) if number else _("Name a case to see it filled in.")
    except Refused as refusal:
        return [], str(refusal.message)


def _standing(row: TextView) -> dict[str, Any]:
    standing: dict[str, Any] = {
        "name": row.name,
        "audience": row.audience,
        "team": row.team_code,
        "is_active": row.is_active,
        **{f"text_{language}": text for language, text in row.texts.items()},
    }
    if isinstance(row, ModuleView):
        standing["keyword"] = row.keyword
    return standing


def _page(
    request: TimshelRequest,
    kept: Kept,
    form: TextForm,
    row: TextView | None,
    *,
    previews: list[FilledText] | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "kept": kept,
        "form": form,
        "row": row,
        "variables": VARIABLES.items(),
        "previews": previews or [],
        "trouble": trouble,
        "number": request.POST.get("number", ""),
    }
    return render(request, "desk/texts/form.html", context, status=status)
