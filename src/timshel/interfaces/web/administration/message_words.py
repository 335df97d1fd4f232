"""The words of messages: worded otherwise than they are shipped, tried, and taken back."""

from __future__ import annotations

from django import forms
from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.context.organization.queries import team_list
from timshel.interfaces.web.forms import RefusableForm, refusing, text_area
from timshel.interfaces.web.requests import TimshelRequest
from timshel.interfaces.web.wording import language_name
from timshel.kernel.errors import NotFound
from timshel.kernel.letters import Wording, faults
from timshel.support.communication import actions, queries
from timshel.support.communication.actions import SenderGiven
from timshel.support.communication.queries import TemplateView

NEEDED = {"required": gettext_lazy("Please fill this in.")}
PREVIEW, DRAFT, FORCE = "preview", "draft", "force"
LONGEST_SUBJECT, LONGEST_TEXT = 300, 20_000


class WordsForm(RefusableForm):
    """The words of a kind of message in one language."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=LONGEST_SUBJECT, error_messages=NEEDED
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=LONGEST_TEXT,
        widget=text_area(18),
        help_text=gettext_lazy(
            "A line with a value for which there is nothing to say is left out whole."
        ),
        error_messages=NEEDED,
    )

    def wording(self) -> Wording:
        """Return what was written."""
        return Wording(self.cleaned_data["subject"], self.cleaned_data["text"])


class SenderForm(RefusableForm):
    """In whose name the mail of a team leaves."""

    name = forms.CharField(
        label=gettext_lazy("Name that is shown"), max_length=100, error_messages=NEEDED
    )
    address = forms.EmailField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Your mail server must be allowed to send in its name."),
        error_messages=NEEDED,
    )
    mailbox = forms.ChoiceField(
        label=gettext_lazy("Answers come to"),
        required=False,
        help_text=gettext_lazy("A mailbox that we read, so that answers find their case."),
    )

    def __init__(self, request: TimshelRequest, *, initial: dict[str, str]) -> None:
        super().__init__(request.POST if request.method == "POST" else None, initial=initial)
        boxes = queries.reply_mailboxes(actor=request.actor)
        field = self.fields["mailbox"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("The team’s own mailbox, or that of all")), *boxes]


@require_safe
def templates(request: TimshelRequest) -> HttpResponse:
    """List all kinds of messages."""
    rows = [
        (
            row,
            [language_name(code) for code in row.own],
            [language_name(code) for code in row.drafts],
        )
        for row in queries.template_list(actor=request.actor)
    ]
    language = request.actor.language
    context = {"rows": rows, "language": language}
    return render(request, "administration/message_templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: TimshelRequest, kind: str, language: str) -> HttpResponse:
    """Show the words of a kind of message; try others, keep a draft, or put them into force."""
    view = queries.template(kind, language=language, actor=request.actor)
    standing = view.draft or view.own or view.shipped
    given = request.POST if request.method == "POST" else None
    initial = {"subject": standing.subject, "text": standing.text}
    form = WordsForm(given, initial=initial)
    shown = Wording(standing.subject, standing.text)
    if given is not None and form.is_valid():
        shown = form.wording()
        if given.get("do") in {DRAFT, FORCE}:
            if _kept(request, form, view, as_draft=given.get("do") == DRAFT):
                return redirect("message-template", kind=kind, language=language)
        else:
            _show_faults(form, view)
    context = {
        "view": view,
        "form": form,
        "language_name": language_name(language),
        "languages": [(code, language_name(code)) for code in queries.template_languages()],
        "preview": queries.preview(kind, language=language, wording=shown, actor=request.actor),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "administration/message_template.html", context, status=status)


@require_POST
def restore(request: TimshelRequest, kind: str, language: str) -> HttpResponse:
    """Go back to the words that are shipped, or drop the draft."""
    draft_only = request.POST.get("do") == DRAFT
    actions.restore_template(
        kind, language=language, draft_only=draft_only, actor=request.actor, at=request.at
    )
    notices.success(
        request, _("The draft is gone.") if draft_only else _("The shipped words hold again.")
    )
    return redirect("message-template", kind=kind, language=language)


@require_safe
def senders(request: TimshelRequest) -> HttpResponse:
    """List all teams with the sender of their mail."""
    own = {row.team_code: row for row in queries.sender_list(actor=request.actor)}
    teams = team_list(language=request.actor.language)
    context = {
        "teams": [(team, own.get(team.code)) for team in teams],
        "default": queries.default_sender(),
    }
    return render(request, "administration/message_senders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sender(request: TimshelRequest, code: str) -> HttpResponse:
    """Show in whose name the mail of a team leaves, or say it otherwise."""
    rows = queries.sender_list(actor=request.actor)
    team = next((t for t in team_list(language=request.actor.language) if t.code == code), None)
    if team is None:
        raise NotFound
    own = next((row for row in rows if row.team_code == code), None)
    initial = (
        {"name": own.name, "address": own.address, "mailbox": own.mailbox}
        if own
        else {"name": team.name}
    )
    form = SenderForm(request, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = SenderGiven(
            form.cleaned_data["name"], form.cleaned_data["address"], form.cleaned_data["mailbox"]
        )

        def keep() -> bool:
            actions.keep_sender(code, given=given, actor=request.actor, at=request.at)
            return True

        if refusing(form, keep):
            notices.success(request, _("Saved."))
            return redirect("message-senders")
    context = {"form": form, "team": team, "own": own}
    status = 422 if form.is_bound else 200
    return render(request, "administration/message_sender.html", context, status=status)


@require_POST
def drop_sender(request: TimshelRequest, code: str) -> HttpResponse:
    """Have the mail of a team leave in the name of the installation again."""
    actions.drop_sender(code, actor=request.actor, at=request.at)
    notices.success(request, _("The mail of this team leaves in the name of all again."))
    return redirect("message-senders")


def _kept(request: TimshelRequest, form: WordsForm, view: TemplateView, *, as_draft: bool) -> bool:
    def keep() -> bool:
        actions.word_template(
            view.kind,
            language=view.language,
            wording=form.wording(),
            as_draft=as_draft,
            actor=request.actor,
            at=request.at,
        )
        return True

    if not refusing(form, keep):
        return False
    said = _("The draft is kept.") if as_draft else _("These words are in force now.")
    notices.success(request, said)
    return True


def _show_faults(form: WordsForm, view: TemplateView) -> None:
    names = {value.name for value in view.values}
    for name in ("subject", "text"):
        for fault in faults(form.cleaned_data.get(name, ""), names=names):
            form.add_error(name, fault)
