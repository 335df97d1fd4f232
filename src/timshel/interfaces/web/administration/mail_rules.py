"""What becomes of mail: a rule for each mailbox, and senders that are trusted or blocked."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound
from timshel.resolution_fulfilment.intake import actions
from timshel.resolution_fulfilment.intake.queries import RuleRow, known_senders, mail_rules
from timshel.resolution_fulfilment.intake.rules import LONGEST_PATTERN
from timshel.resolution_fulfilment.intake.states import (
    AUTOMATIC_NAMES,
    UNKNOWN_SENDER_NAMES,
    VERDICT_NAMES,
)
from timshel.service_portfolio.service.queries import service_list

REST = "others"


class RuleForm(RefusableForm):
    """What becomes of the mail of one mailbox."""

    service = forms.ChoiceField(
        label=gettext_lazy("Service that its cases concern"),
        help_text=gettext_lazy("Without one, whoever takes the case up says which it is."),
        required=False,
    )
    unknown_senders = forms.ChoiceField(
        label=gettext_lazy("Mail of somebody unknown"),
        help_text=gettext_lazy("Of an address that belongs to nobody who is known here."),
        choices=list(UNKNOWN_SENDER_NAMES.items()),
    )
    automatic_mail = forms.ChoiceField(
        label=gettext_lazy("Mail of machines that belongs to no case"),
        help_text=gettext_lazy("Such as notes that somebody is away. It is never answered."),
        choices=list(AUTOMATIC_NAMES.items()),
    )


class SenderForm(RefusableForm):
    """A sender, and what is thought of them."""

    pattern = forms.CharField(
        label=gettext_lazy("Address or domain"),
        help_text=gettext_lazy("Such as ann@example.org, or @example.org for everybody there."),
        max_length=LONGEST_PATTERN,
    )
    verdict = forms.ChoiceField(
        label=gettext_lazy("Their mail"), choices=list(VERDICT_NAMES.items())
    )
    note = forms.CharField(label=gettext_lazy("Why?"), required=False, max_length=200)


@require_http_methods(["GET", "HEAD"])
def rules(request: TimshelRequest) -> HttpResponse:
    """Show the rules and the senders."""
    return _page(request, SenderForm(auto_id="sender_%s"), {})


@require_POST
def save(request: TimshelRequest, mailbox: str) -> HttpResponseBase:
    """Set the rule of a mailbox, or of mail to none."""
    if mailbox != REST and not mailbox.isdecimal():
        raise NotFound
    mailbox_id = None if mailbox == REST else int(mailbox)
    form = RuleForm(request.POST, auto_id=f"rule_{mailbox}_%s")
    form.fields["service"] = _services(request)

    def perform() -> bool:
        actions.set_mail_rule(mailbox_id, **form.cleaned_data, actor=request.actor, at=request.at)
        return True

    if form.is_valid() and refusing(form, perform):
        messages.success(request, _("The rule is kept."))
        return redirect("mail-rules")
    return _page(request, SenderForm(auto_id="sender_%s"), {mailbox: form}, status=422)


@require_POST
def judge(request: TimshelRequest) -> HttpResponseBase:
    """Trust or block a sender."""
    form = SenderForm(request.POST, auto_id="sender_%s")

    def perform() -> bool:
        given = form.cleaned_data
        actions.judge_sender(
            given["pattern"],
            verdict=given["verdict"],
            note=given["note"],
            actor=request.actor,
            at=request.at,
        )
        return True

    if form.is_valid() and refusing(form, perform):
        messages.success(request, _("The sender is noted."))
        return redirect("mail-rules")
    return _page(request, form, {}, status=422)


@require_POST
def forget(request: TimshelRequest, sender_id: int) -> HttpResponseBase:
    """Neither trust nor block a sender any more."""
    actions.forget_sender(sender_id, actor=request.actor, at=request.at)
    messages.success(request, _("The sender is as any other now."))
    return redirect("mail-rules")


def _services(request: TimshelRequest) -> forms.ChoiceField:
    areas = service_list(language=request.actor.language)
    grouped = [(area.name, [(each.code, each.name) for each in area.services]) for area in areas]
    return forms.ChoiceField(
        label=gettext_lazy("Service that its cases concern"),
        required=False,
        choices=[("", _("None")), *grouped],
    )


def _page(
    request: TimshelRequest,
    sender: SenderForm,
    refused: dict[str, RuleForm],
    *,
    status: int = 200,
) -> HttpResponse:
    services = _services(request)
    shown = [
        (row, key := str(row.mailbox_id or REST), refused.get(key) or _form(row, key, services))
        for row in mail_rules(actor=request.actor)
    ]
    context = {
        "rules": shown,
        "sender": sender,
        "refused": next(iter(refused.values()), sender if sender.is_bound else None),
        "page": known_senders(actor=request.actor, cursor=request.GET.get("cursor") or None),
        "verdicts": VERDICT_NAMES,
    }
    return render(request, "administration/mail_rules.html", context, status=status)


def _form(row: RuleRow, key: str, services: forms.ChoiceField) -> RuleForm:
    form = RuleForm(
        initial={
            "service": row.service,
            "unknown_senders": row.unknown_senders,
            "automatic_mail": row.automatic_mail,
        },
        auto_id=f"rule_{key}_%s",
    )
    form.fields["service"] = services
    return form
