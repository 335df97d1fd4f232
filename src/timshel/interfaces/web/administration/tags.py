"""The tags that helpers stick on work: how often each is used, its name, and which are one."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid
from timshel.operation.teamwork import actions, queries
from timshel.operation.teamwork.queries import TagRow
from timshel.operation.teamwork.rules import LONGEST_TAG

NEEDED = {"required": gettext_lazy("Please fill this in.")}


class NameForm(RefusableForm):
    """How a tag is called."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_TAG,
        help_text=gettext_lazy(
            "All work that has this tag has it under the new name. Where that is a tag already, "
            "the two become one."
        ),
        error_messages=NEEDED,
    )

    def refuse(self, refusal: Invalid) -> None:
        """Show at the name what is wrong with it."""
        texts = [text for each in refusal.fields.values() for text in each]
        super().refuse(Invalid({"name": texts}, refusal.message))


class MergeForm(RefusableForm):
    """Which tag takes the place of another."""

    into = forms.CharField(
        label=gettext_lazy("Use this tag instead"),
        max_length=LONGEST_TAG,
        help_text=gettext_lazy("The tag that stays; type its name."),
        error_messages=NEEDED,
    )


@require_safe
def tags(request: TimshelRequest) -> HttpResponse:
    """List the tags by name, with how much work has each."""
    text = request.GET.get("q", "")[:LONGEST_TAG]
    page = queries.tag_list(text, actor=request.actor, cursor=request.GET.get("cursor"))
    return render(request, "administration/tags.html", {"page": page, "text": text})


@require_http_methods(["GET", "HEAD", "POST"])
def change_tag(request: TimshelRequest, tag_id: int) -> HttpResponse:
    """Show what can be done with a tag, or give it another name."""
    row = queries.tag(tag_id, actor=request.actor)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        other = queries.tag_named(name, actor=request.actor)
        done = _done(
            form,
            lambda: actions.rename_tag(tag_id, name=name, actor=request.actor, at=request.at),
        )
        if done and (other is None or other.id == tag_id):
            messages.success(request, _("Saved."))
        elif done:
            _say_merged(request, row, other)
        if done:
            return redirect("tags")
    return _page(request, row, form, MergeForm())


@require_POST
def merge_tag(request: TimshelRequest, tag_id: int) -> HttpResponse:
    """Have another tag take the place of this one."""
    row = queries.tag(tag_id, actor=request.actor)
    form = MergeForm(request.POST)
    if form.is_valid():
        into = queries.tag_named(form.cleaned_data["into"], actor=request.actor)
        if into is None:
            form.add_error("into", _("There is no such tag."))
        elif into.id == tag_id:
            form.add_error("into", _("This is the same tag."))
        else:
            actions.merge_tags(tag_id, into_id=into.id, actor=request.actor, at=request.at)
            _say_merged(request, row, into)
            return redirect("tags")
    return _page(request, row, NameForm(initial={"name": row.name}), form)


@require_POST
def delete_tag(request: TimshelRequest, tag_id: int) -> HttpResponse:
    """Take a tag off all work, and out of what is offered."""
    actions.delete_tag(tag_id, actor=request.actor, at=request.at)
    messages.success(request, _("The tag is gone."))
    return redirect("tags")


def _done(form: RefusableForm, do: Callable[[], None]) -> bool:
    """Do something; tell whether the domain took it, and show in the form why not."""

    def act() -> bool:
        do()
        return True

    return bool(refusing(form, act))


def _say_merged(request: TimshelRequest, gone: TagRow, into: TagRow | None) -> None:
    said = _("What was tagged “%(gone)s” is tagged “%(name)s” now.")
    names = {"gone": gone.name, "name": into.name if into else ""}
    messages.success(request, said % names)


def _page(request: TimshelRequest, row: TagRow, form: NameForm, merging: MergeForm) -> HttpResponse:
    status = 422 if form.is_bound or merging.is_bound else 200
    context = {"tag": row, "form": form, "merging": merging}
    return render(request, "administration/tag.html", context, status=status)
