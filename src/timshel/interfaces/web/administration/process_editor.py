"""Drawing a process: the editor, its draft, files in and out, publishing and discarding."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.administration.process_changes import Names, differences
from timshel.interfaces.web.administration.process_starts import START_CHOICES, start_xml
from timshel.interfaces.web.administration.process_words import editor_words, service_name
from timshel.interfaces.web.administration.processes import (
    address,
    file_name,
    names_for,
)
from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.bpmn.identity import as_process
from timshel.kernel.bpmn.reading import MAXIMUM_BYTES, read_diagram
from timshel.kernel.bpmn.vocabulary import SERVICES, Finding
from timshel.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, WrongState
from timshel.kernel.text import is_plain
from timshel.operation.process import actions
from timshel.operation.process.access import DESIGN
from timshel.operation.process.queries import (
    VersionRow,
    check_diagram,
    process_draft,
    process_list,
    process_version,
    process_versions,
)
from timshel.operation.process.states import VARIANT_NAMES, Variant

CODE = RegexValidator(
    r"^[a-z][a-z0-9-]{1,58}[a-z0-9]$",
    gettext_lazy("Small letters, digits and hyphens, beginning with a letter."),
)
STATUS: dict[type[Refused], int] = {
    NotAllowed: 403,
    NotFound: 404,
    WrongState: 409,
    Conflict: 409,
    Invalid: 422,
}


class DiagramField(forms.FileField):
    """A file that holds a diagram, as text."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the text of the file, or None where none was chosen."""
        file: UploadedFile[Any] | None = super().clean(data, initial)
        if not file:
            return None
        if (file.size or 0) > MAXIMUM_BYTES:
            raise ValidationError(_("The file is too large for a diagram."))
        try:
            return str(file.read(), "utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(_("The file is not written in UTF-8.")) from error


class FileForm(RefusableForm):
    """A diagram from a file."""

    file = DiagramField(label=gettext_lazy("Diagram (.bpmn)"))
    note = forms.CharField(label=gettext_lazy("What is different"), required=False, max_length=500)


class NewForm(RefusableForm):
    """What a new process begins with."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Small letters, digits and hyphens; it stays."),
        max_length=60,
        validators=[CODE],
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    variant = forms.ChoiceField(
        label=gettext_lazy("Variant"), choices=list(VARIANT_NAMES.items()), initial=Variant.FULL
    )
    begin = forms.ChoiceField(label=gettext_lazy("Begin with"), initial="simple")
    file = DiagramField(
        label=gettext_lazy("Diagram (.bpmn)"),
        help_text=gettext_lazy("Only to begin with a file."),
        required=False,
    )

    def __init__(self, *args: Any, copies: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["begin"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                *START_CHOICES,
                ("file", _("A file")),
                (_("A copy of"), list(copies)),
            ]

    def clean(self) -> dict[str, Any]:
        """Ask for the file where one is to be the beginning."""
        given = super().clean() or {}
        if given.get("begin") == "file" and not given.get("file") and "file" not in self.errors:
            self.add_error("file", _("Please choose a file."))
        return given


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest) -> HttpResponse:
    """Begin a new process, or the other variant of one."""
    if not request.actor.may_somewhere(DESIGN):
        raise NotAllowed
    rows = process_list(actor=request.actor)
    copies = [
        (f"copy:{row.version_id}", f"{row.name} ({VARIANT_NAMES[row.variant]})") for row in rows
    ]
    copied = next((row for row in rows if row.code == request.GET.get("copy", "")), None)
    initial = {"begin": "simple"}
    if copied:
        initial = {
            "code": copied.code,
            "name": copied.name,
            "variant": request.GET.get("variant", Variant.FULL),
            "begin": f"copy:{copied.version_id}",
        }
    form = NewForm(request.POST or None, request.FILES or None, copies=copies, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = refusing(form, lambda: _begun(request, form.cleaned_data))
        if made is not None:
            return redirect("process-edit", code=made[0], variant=made[1])
    return render(
        request,
        "administration/process_new.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


@require_safe
def edit(request: TimshelRequest, code: str, variant: str) -> HttpResponse:
    """Show the editor with the draft, or with what a draft would begin with."""
    if not request.actor.may_somewhere(DESIGN):
        raise NotAllowed
    return _edit_page(request, code, variant, FileForm())


@require_POST
def save(request: TimshelRequest, code: str, variant: str) -> JsonResponse:
    """Save what was drawn as the draft; answers with what is wrong with it."""
    try:
        given = _posted(request)
        draft = actions.save_process_draft(
            str(given.get("xml", "")),
            seen_revision=_seen_revision(given),
            code=code,
            variant=variant,
            actor=request.actor,
            at=request.at,
        )
        found = check_diagram(str(given["xml"]))
    except Refused as refusal:
        return _refused(request, refusal, code, variant)
    saved_at = timezone.localtime(request.at).strftime("%H:%M")
    return JsonResponse(
        {
            "revision": draft.revision,
            "saved": _("Saved at %(time)s") % {"time": saved_at},
            "findings": findings_json(found),
        }
    )


@require_POST
def check(request: TimshelRequest, code: str, variant: str) -> JsonResponse:
    """Answer what is wrong with a diagram, without saving it."""
    if not request.actor.may_somewhere(DESIGN):
        raise NotAllowed
    try:
        found = check_diagram(str(_posted(request).get("xml", "")))
    except Refused as refusal:
        return _refused(request, refusal, code, variant)
    return JsonResponse({"findings": findings_json(found)})


@require_POST
def take_file(request: TimshelRequest, code: str, variant: str) -> HttpResponse:
    """Make a file the draft."""
    if not request.actor.may_somewhere(DESIGN):
        raise NotAllowed
    form = FileForm(request.POST, request.FILES)
    done = form.is_valid() and refusing(
        form,
        lambda: actions.save_process_draft(
            as_process(form.cleaned_data["file"], code=code, variant=variant),
            note=form.cleaned_data["note"],
            code=code,
            variant=variant,
            actor=request.actor,
            at=request.at,
        ),
    )
    if not done:
        return _edit_page(request, code, variant, form, status=422)
    messages.success(request, _("The file is the draft now."))
    return redirect("process-edit", code=code, variant=variant)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: TimshelRequest, code: str, variant: str) -> HttpResponse:
    """Publish a draft, after showing what changes and what is wrong."""
    if not request.actor.may_somewhere(DESIGN):
        raise NotAllowed
    form = RefusableForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = refusing(
            form,
            lambda: actions.publish_process(
                code, variant=variant, actor=request.actor, at=request.at
            ),
        )
        if done:
            messages.success(request, _("The process is published."))
            return redirect(f"{reverse('process', args=[code])}?variant={variant}")
    draft = process_draft(code, variant=variant, actor=request.actor)
    if draft is None:
        raise NotFound
    rows = process_versions(code, variant=variant, actor=request.actor)
    before = next((row for row in rows if row.state == "published"), None)
    found = check_diagram(draft.xml)
    context = {
        "process": draft.row,
        "before": before,
        "form": form,
        "findings": found,
        "is_blocked": any(each.is_error for each in found),
        "changes": _changes(request, before, draft.xml, names_for(request.actor)),
        "variant_name": VARIANT_NAMES[draft.row.variant],
    }
    status = 422 if form.is_bound else 200
    return render(request, "administration/process_publish.html", context, status=status)


@require_POST
def discard(request: TimshelRequest, code: str, variant: str) -> HttpResponse:
    """Throw a draft away."""
    actions.discard_process_draft(code, variant=variant, actor=request.actor, at=request.at)
    messages.success(request, _("The draft is gone; what was in force stays."))
    if any(row.code == code for row in process_list(actor=request.actor)):
        return redirect("process", code=code)
    return redirect("processes")


def findings_json(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as the scripts of the editor read them."""
    return [
        {"element": each.element_id, "sentence": str(each.sentence), "is_error": each.is_error}
        for each in found
    ]


def _begun(request: TimshelRequest, given: dict[str, Any]) -> tuple[str, str]:
    """Save what a new process begins with; an existing draft is never written over."""
    kind, _colon, rest = given["begin"].partition(":")
    if kind == "file":
        xml = given["file"]
    elif kind == "copy":
        xml = process_version(int(rest), actor=request.actor).xml
    else:
        xml = start_xml(kind)
    name = "" if kind == "copy" and given["name"] == read_diagram(xml).name else given["name"]
    draft = actions.save_process_draft(
        as_process(xml, code=given["code"], variant=given["variant"], name=name),
        seen_revision=0,
        actor=request.actor,
        at=request.at,
    )
    return draft.code, draft.variant


def _edit_page(
    request: TimshelRequest, code: str, variant: str, form: FileForm, *, status: int = 200
) -> HttpResponse:
    rows = process_versions(code, variant=variant, actor=request.actor)
    by_state: dict[str, VersionRow] = {row.state: row for row in reversed(rows)}
    draft, published = by_state.get("draft"), by_state.get("published")
    shown = draft or published or rows[0]
    found = check_diagram(process_version(shown.id, actor=request.actor).xml)
    names = names_for(request.actor)
    arguments = [code, variant]
    context = {
        "process": {
            "code": code,
            "variant": variant,
            "name": shown.name,
            "draft": draft,
            "published": published,
        },
        "variant_name": VARIANT_NAMES[shown.variant],
        "addresses": {
            "xml": address(shown, raw=True),
            "file": f"{address(shown)}?download=1",
            "save": reverse("process-save", args=arguments),
            "check": reverse("process-check", args=arguments),
        },
        "revision": draft.revision if draft else 0,
        "file_name": file_name(shown),
        "words": json.dumps(editor_words()),
        "findings": found,
        "findings_json": json.dumps(findings_json(found)),
        "examples": {"condition": "steps.approve.outcome == 'approved'"},
        "languages": [
            (code, get_language_info(code)["name_translated"])
            for code, _name in settings.LANGUAGES
            if code != "en"
        ],
        "lists": _lists(names),
        "form": form,
        "may_design": True,
    }
    return render(request, "administration/process_edit.html", context, status=status)


def _lists(names: Names) -> dict[str, Any]:
    services = [
        {
            "code": code,
            "name": service_name(code),
            "takes": " ".join(
                name if value.is_required else f"{name}?" for name, value in each.values.items()
            ),
        }
        for code, each in SERVICES.items()
    ]
    return {
        "teams": list(names.teams.items()),
        "functions": list(names.functions.items()),
        "forms": list(names.forms.items()),
        "roles": list(names.roles.items()),
        "processes": list(names.processes.items()),
        "services": services,
    }


def _changes(
    request: TimshelRequest, before: VersionRow | None, xml: str, names: Names
) -> tuple[Any, ...] | None:
    if before is None:
        return None
    former = read_diagram(process_version(before.id, actor=request.actor).xml)
    return differences(former, read_diagram(xml), names)


def _posted(request: HttpRequest) -> dict[str, Any]:
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Invalid(message=_("The message could not be read.")) from error
    if not isinstance(given, dict) or not is_plain(given):
        raise Invalid(message=_("The message could not be read."))
    return given


def _seen_revision(given: dict[str, Any]) -> int:
    revision = given.get("seen_revision", 0)
    if not isinstance(revision, int):
        raise Invalid(message=_("The message could not be read."))
    return revision


def _refused(request: TimshelRequest, refusal: Refused, code: str, variant: str) -> JsonResponse:
    """Answer a refusal so that the editor can say it, with the revision that stands now."""
    message = str(refusal)
    if isinstance(refusal, Invalid):
        sentences = [str(text) for texts in refusal.fields.values() for text in texts]
        message = " ".join(sentences) or message
    body: dict[str, Any] = {"message": message}
    if isinstance(refusal, Conflict):
        draft = process_draft(code, variant=variant, actor=request.actor)
        body["revision"] = draft.row.revision if draft else 0
        if draft is not None and draft.row.edited_by:
            body["message"] = _("%(message)s It was %(person)s.") % {
                "message": message,
                "person": draft.row.edited_by,
            }
    return JsonResponse(body, status=STATUS.get(type(refusal), 400))
