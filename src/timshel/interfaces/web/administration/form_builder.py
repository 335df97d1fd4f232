"""The form builder: one part of a draft at a time, beside the outline and what people will see.

Every button keeps what was typed before it does anything else, so that nothing is lost by going
from one part to another. Others may work on the same draft: what they changed elsewhere stays.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.administration import form_builder_parts as parts
from timshel.interfaces.web.administration.form_builder_outline import faults_by_part, outline_of
from timshel.interfaces.web.administration.form_builder_preview import preview_of
from timshel.interfaces.web.administration.form_builder_reading import (
    OTHER_LANGUAGES,
    better_key,
    change_choices,
    read_part,
)
from timshel.interfaces.web.administration.form_builder_view import (
    TYPE_CHOICES,
    editor_of,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Conflict, Invalid, WrongState
from timshel.kernel.forms import faults, form_from
from timshel.service_portfolio.catalogue.actions import save_form_draft
from timshel.service_portfolio.catalogue.queries import FormVersionRow, form_versions
from timshel.service_portfolio.catalogue.states import VersionState

CHOICE_DEEDS = frozenset({"add-choice", "drop-choice", "choice-up", "choice-down"})


@dataclass(slots=True)
class Work:
    """What one post does to a design.

    Args:
        design: the draft, changed as the post says.
        path: the part that is shown.
        errors: what could not be kept as it was typed, by the name of its input.
        is_kept: whether the change is to be stored.
        theirs: the part as somebody else left it meanwhile, or None.
    """

    design: parts.Part
    path: str
    errors: dict[str, list[str]] = field(default_factory=dict)
    is_kept: bool = False
    theirs: parts.Part | None = None

    @property
    def status(self) -> int:
        """The status to answer with, where the page is shown again."""
        if self.theirs is not None:
            return 409
        return 422 if self.errors else 200


@require_http_methods(["GET", "HEAD", "POST"])
def form_draft(request: TimshelRequest, code: str) -> HttpResponse:
    """Write on the draft of a form."""
    draft = draft_of(request, code)
    if draft is None:
        return redirect("form", code=code)
    design = deepcopy(dict(draft.content))
    if request.method != "POST":
        path = request.GET.get("part", "steps.0")
        return _page(request, draft, Work(design, path if parts.find(design, path) else ""))
    path_written = parts.resolve(design, request.POST.get("part", ""))
    if path_written is None:
        messages.error(request, _("Somebody else removed this part meanwhile."))
        return _shown(code, "")
    work = _worked(request, design, path_written)
    return _saved(request, draft, work) if work.is_kept else _page(request, draft, work)


def draft_of(request: TimshelRequest, code: str) -> FormVersionRow | None:
    """Return the draft of a form, or None where nobody writes on one.

    Raises:
        NotFound: there is no such form.
    """
    versions = form_versions(code, actor=request.actor)
    return next((each for each in versions if each.state == VersionState.DRAFT), None)


def _worked(request: TimshelRequest, design: parts.Part, path: str) -> Work:
    """Write what was typed about a part into the design, then do what the button says."""
    part = parts.find(design, path)
    assert part is not None  # noqa: S101 - it was just found
    was = deepcopy(part)
    typed, errors = read_part(
        request.POST.dict(), was, parts.kind_of(path), language=request.actor.language
    )
    taken = parts.taken_keys(design, path)
    better_key(typed, was, taken)
    if typed.get("key") in taken:
        errors["key"] = [_("Another one has this key already. Please choose another key.")]
    part.clear()
    part.update(typed)
    work = Work(design, path, errors)
    theirs_differs = parts.digest(was) != request.POST.get("digest", "")
    if theirs_differs and parts.digest(was) != parts.digest(_plain_part(typed)):
        work.theirs = was
        return work
    deed = request.POST.get("do", "save")
    if deed.partition(":")[0] in CHOICE_DEEDS:
        change_choices(part, deed)
    work.is_kept = deed != "try" and not errors
    if work.is_kept:
        work.path = _done(design, path, deed, request.POST.get("new_type", ""))
    return work


def _plain_part(typed: parts.Part) -> parts.Part:
    """Return a part without what says nothing, as drafts are stored."""
    return {key: value for key, value in typed.items() if value not in (None, "", [], {}, False)}


def _done(design: parts.Part, path: str, deed: str, new_type: str) -> str:
    """Change the order of parts as a button says, and return the path to show then."""
    verb, _colon, address = deed.partition(":")
    target = parts.resolve(design, address) if address else path
    if target is None:
        return path
    if verb == "go":
        return target
    if verb in ("up", "down"):
        return parts.move(design, target, -1 if verb == "up" else 1)
    if verb == "remove":
        return parts.remove(design, target)
    if verb == "copy":
        return parts.copy(design, target)
    if verb == "add-step":
        return parts.add_step(design, ".".join(path.split(".")[:2]) if path else "")
    if verb == "add-field":
        return parts.add_field(design, ".".join(path.split(".")[:4]), new_type)
    return parts.add_column(design, path) if verb == "add-column" else path


def _saved(request: TimshelRequest, draft: FormVersionRow, work: Work) -> HttpResponse:
    """Store the design and show the part that comes next."""
    try:
        save_form_draft(
            draft.code,
            content=work.design,
            seen_revision=draft.revision,
            actor=request.actor,
            at=request.at,
        )
    except Invalid as refusal:
        work.errors = {
            name: [str(text) for text in texts] for name, texts in refusal.fields.items()
        }
        return _page(request, draft, work)
    except (Conflict, WrongState):
        text = _("Somebody else saved at the same moment. Please save again.")
        work.errors = {"": [text]}
        return _page(request, draft, work)
    return _shown(draft.code, work.path)


def _shown(code: str, path: str) -> HttpResponse:
    address = reverse("form-draft", args=[code])
    return HttpResponseRedirect(f"{address}?{urlencode({'part': path})}#part")


def _page(request: TimshelRequest, draft: FormVersionRow, work: Work) -> HttpResponse:
    """Show the outline, the part and what people will see of it."""
    form = form_from(work.design)
    found = faults(form, languages=OTHER_LANGUAGES)
    part = parts.find(work.design, work.path) or work.design
    stored = parts.find(dict(draft.content), work.path)
    seen = work.theirs if work.theirs is not None else (stored or part)
    step_key = _step_key(work.design, work.path)
    context: dict[str, Any] = {
        "form": form,
        "draft": draft,
        "editor": editor_of(work.design, work.path, found, work.errors),
        "outline": outline_of(work.design, work.path, found),
        "address": parts.address_of(work.design, work.path),
        "digest": parts.digest(seen),
        "wrong": faults_by_part(work.design, found),
        "warnings": sum(each.is_warning for each in found),
        "theirs": work.theirs,
        "general": work.errors.get("", []),
        "types": TYPE_CHOICES,
        "preview": preview_of(request, form, step_key) if step_key is not None else None,
        "step_number": int(work.path.split(".")[1]) + 1 if work.path else 1,
    }
    return render(request, "administration/form_builder.html", context, status=work.status)


def _step_key(design: parts.Part, path: str) -> str | None:
    steps = design.get("steps", [])
    number = int(path.split(".")[1]) if path else 0
    return str(steps[number].get("key", "")) if number < len(steps) else None
