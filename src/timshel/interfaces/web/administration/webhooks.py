"""Webhooks: which there are and how they fare, setting one up, its log, sending again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound
from timshel.support.webhook import actions, queries, rules
from timshel.support.webhook.access import keeps_all
from timshel.support.webhook.kinds import TRIAL, Kind, kinds
from timshel.support.webhook.states import DeliveryState

SHOWN = ("", "waiting", "failed", "delivered")
OF_SHOWN: dict[str, tuple[str, ...]] = {
    "waiting": (DeliveryState.WAITING,),
    "failed": (DeliveryState.FAILED, DeliveryState.MISSED, DeliveryState.WITHHELD),
    "delivered": (DeliveryState.DELIVERED,),
}
STAYS, MYSELF, PROGRAM = "", "me", "program:"
AGAIN_SINCE = {"hour": timedelta(hours=1), "day": timedelta(days=1), "all": rules.KEPT}


class WebhookForm(RefusableForm):
    """Where what is sent, and whose rights decide."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=100,
        error_messages={"required": gettext_lazy("Please say in a few words what it is for.")},
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Where events are sent to, such as https://example.org/events."),
        max_length=2000,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Which events?"),
        error_messages={"required": gettext_lazy("Please choose at least one kind of event.")},
    )
    condition = forms.CharField(
        label=gettext_lazy("Only where this holds"),
        help_text=gettext_lazy(
            "Left empty, every one of these events is sent. With data.priority <= 2 only those of"
            " the two highest priorities are; “All events” lists what can be asked for."
        ),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )

    owner = forms.ChoiceField(
        label=gettext_lazy("Whose rights decide what is sent?"),
        help_text=gettext_lazy("That of a program goes on when people leave."),
        required=False,
    )

    def __init__(
        self, owners: list[tuple[str, str]], given: Any = None, *, initial: Any = None
    ) -> None:
        super().__init__(given, initial=initial)
        self.fields["owner"] = forms.ChoiceField(
            label=self.fields["owner"].label,
            help_text=self.fields["owner"].help_text,
            required=False,
            choices=owners,
        )
        self.fields["kinds"] = forms.MultipleChoiceField(
            label=self.fields["kinds"].label,
            error_messages=self.fields["kinds"].error_messages,
            choices=[(kind.name, kind.text) for kind in choosable()],
            widget=forms.CheckboxSelectMultiple,
        )

    def groups(self) -> list[tuple[str, list[tuple[Kind, bool]]]]:
        """Return the kinds under their headings, each with whether it is ticked."""
        chosen = set(self["kinds"].value() or ())
        found: dict[str, list[tuple[Kind, bool]]] = defaultdict(list)
        for kind in choosable():
            found[str(kind.group)].append((kind, kind.name in chosen))
        return list(found.items())

    def wanted(self, person_id: int | None) -> actions.WebhookWanted:
        """Return what was filled in.

        Args:
            person_id: who fills it in.
        """
        given = self.cleaned_data
        owner = given["owner"]
        program = owner.removeprefix(PROGRAM) if owner.startswith(PROGRAM) else ""
        return actions.WebhookWanted(
            given["name"],
            given["address"],
            tuple(given["kinds"]),
            given["condition"],
            owner_id=person_id if owner == MYSELF else None,
            service_account=None if owner == STAYS else program,
        )


def owners(request: TimshelRequest, row: queries.WebhookRow | None) -> list[tuple[str, str]]:
    """Return whom a webhook can belong to: as it is, oneself, and programs one answers for."""
    found = [(MYSELF, _("Mine: what I may see"))]
    is_mine = row is None or (not row.service_account and row.owner_id == request.actor.person_id)
    if row is not None and not is_mine:
        found.insert(0, (STAYS, row.owner))
    programs = queries.owner_choices(actor=request.actor, at=request.at)
    return [
        *found,
        *(
            (PROGRAM + code, name)
            for code, name in programs
            if not row or code != row.service_account
        ),
    ]


def choosable() -> list[Kind]:
    """Return the kinds that can be chosen: a trial is sent by hand alone."""
    return [kind for kind in kinds() if kind.name != TRIAL]


@require_safe
def webhooks(request: TimshelRequest) -> HttpResponse:
    """List the webhooks with how they fare."""
    page = queries.webhook_list(actor=request.actor, cursor=request.GET.get("cursor") or None)
    context = {"page": page, "sees_owners": keeps_all(request.actor)}
    return render(request, "administration/webhooks.html", context)


@require_safe
def webhook_events(request: TimshelRequest) -> HttpResponse:
    """List the kinds of events with what each tells."""
    groups: dict[str, list[tuple[Kind, str]]] = defaultdict(list)
    for kind in kinds():
        example = json.dumps(queries.example_event(kind), indent=2, ensure_ascii=False)
        groups[str(kind.group)].append((kind, example))
    return render(request, "administration/webhook_events.html", {"groups": groups.items()})


@require_http_methods(["GET", "HEAD", "POST"])
def new_webhook(request: TimshelRequest) -> HttpResponse:
    """Show the form of another webhook, or set it up; its secret is shown this once."""
    queries.webhook_list(actor=request.actor, size=1)
    form = WebhookForm(owners(request, None), request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = refusing(
            form,
            lambda: actions.create_webhook(
                form.wanted(request.actor.person_id), actor=request.actor, at=request.at
            ),
        )
        if made is not None:
            return _page(request, made.id, secret=made.secret)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
def change_webhook(request: TimshelRequest, key: int) -> HttpResponseBase:
    """Show the form of a webhook, or change it."""
    row = queries.webhook(key, actor=request.actor, at=request.at).row
    standing = {name: getattr(row, name) for name in ("name", "address", "kinds", "condition")}
    form = WebhookForm(owners(request, row), request.POST or None, initial=standing)
    if request.method == "POST" and form.is_valid():

        def change() -> bool:
            wanted = form.wanted(request.actor.person_id)
            actions.change_webhook(key, wanted=wanted, actor=request.actor, at=request.at)
            return True

        if refusing(form, change):
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("webhook", args=[key]))
    return _form(request, form, row)


@require_POST
def check_condition(request: TimshelRequest) -> HttpResponse:
    """Say what is wrong with a condition while it is typed."""
    condition = request.POST.get("condition", "")
    context = {"condition": condition, "faults": rules.condition_faults(condition[:2001])}
    return render(request, "administration/webhook_condition.html", context)


@require_safe
def webhook(request: TimshelRequest, key: int) -> HttpResponse:
    """Show a webhook: how it fares, what can be done, and its log."""
    return _page(request, key)


@require_safe
def webhook_delivery(request: TimshelRequest, key: int, event_id: str) -> HttpResponse:
    """Show what was sent of one event, and each answer."""
    delivery = queries.delivery(key, event_id, actor=request.actor, at=request.at)
    context = {
        "webhook": queries.webhook(key, actor=request.actor, at=request.at).row,
        "delivery": delivery,
        "row": delivery.row,
        "body": _indented(delivery.body),
        "can_be_sent": delivery.body and delivery.row.state != DeliveryState.WITHHELD,
    }
    return render(request, "administration/webhook_delivery.html", context)


@require_POST
def replay_delivery(request: TimshelRequest, key: int, event_id: str) -> HttpResponseBase:
    """Send one event again."""
    actions.replay_delivery(key, event_id=event_id, actor=request.actor, at=request.at)
    messages.success(request, _("It is sent again."))
    return HttpResponseRedirect(reverse("webhook-delivery", args=[key, event_id]))


@require_POST
def act_on_webhook(request: TimshelRequest, key: int, verb: str) -> HttpResponseBase:
    """Do one of what can be done with a webhook."""
    if verb not in VERBS:
        raise NotFound
    answer = VERBS[verb](request, key)
    if isinstance(answer, HttpResponseBase):
        return answer
    messages.success(request, answer)
    page = reverse("webhooks") if verb == "delete" else reverse("webhook", args=[key])
    return HttpResponseRedirect(page)


def _pause(request: TimshelRequest, key: int) -> str:
    actions.pause_webhook(key, actor=request.actor, at=request.at)
    return _("Nothing is sent for now. What happens meanwhile is kept and can be sent later.")


def _resume(request: TimshelRequest, key: int) -> str:
    actions.resume_webhook(key, actor=request.actor, at=request.at)
    return _("It is sent again, beginning with what waits.")


def _try(request: TimshelRequest, key: int) -> str:
    actions.try_webhook(key, actor=request.actor, at=request.at)
    return _("A trial is on its way. It stands in the log with what was answered.")


def _rotate(request: TimshelRequest, key: int) -> HttpResponse:
    secret = actions.rotate_secret(key, actor=request.actor, at=request.at)
    return _page(request, key, secret=secret)


def _replay(request: TimshelRequest, key: int) -> str:
    span = AGAIN_SINCE.get(request.POST.get("since", ""), AGAIN_SINCE["all"])
    count = actions.replay_failed(key, since=request.at - span, actor=request.actor, at=request.at)
    return ngettext("%(count)d event is sent again.", "%(count)d events are sent again.", count) % {
        "count": count
    }


def _delete(request: TimshelRequest, key: int) -> str:
    actions.delete_webhook(key, actor=request.actor, at=request.at)
    return _("The webhook and its log are gone.")


VERBS: dict[str, Callable[[TimshelRequest, int], str | HttpResponse]] = {
    "pause": _pause,
    "resume": _resume,
    "try": _try,
    "rotate": _rotate,
    "replay": _replay,
    "delete": _delete,
}


def _page(request: TimshelRequest, key: int, *, secret: str = "") -> HttpResponse:
    view = queries.webhook(key, actor=request.actor, at=request.at)
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else ""
    named = {kind.name: kind for kind in kinds()}
    context = {
        "webhook": view.row,
        "old_secret_until": view.old_secret_until,
        "kinds": [named[each] for each in view.row.kinds if each in named],
        "secret": secret,
        "page": queries.delivery_list(
            key,
            states=OF_SHOWN.get(shown, ()),
            actor=request.actor,
            cursor=request.GET.get("cursor") or None,
        ),
        "shown": shown,
        "choices": zip(SHOWN, (_("All"), _("Waiting"), _("Not sent"), _("Delivered")), strict=True),
    }
    response = render(request, "administration/webhook.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _form(
    request: TimshelRequest, form: WebhookForm, row: queries.WebhookRow | None = None
) -> HttpResponse:
    context = {"form": form, "webhook": row}
    status = 422 if form.is_bound else 200
    return render(request, "administration/webhook_form.html", context, status=status)


def _indented(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
