"""The mailboxes from which mail is taken: how they are, and how they are kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.administration.mailbox_forms import WAYS, MailboxForm
from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import Invalid
from timshel.resolution_fulfilment.intake.access import CONFIGURE
from timshel.support.communication import actions, queries
from timshel.support.communication.access import require_keep_mailboxes
from timshel.support.communication.queries import MailboxRow
from timshel.support.communication.states import MailboxWay
from timshel.support.communication.troubles import SENTENCES


@dataclass(frozen=True, slots=True)
class Health:
    """How a mailbox is, in a word, an icon and a tone."""

    word: Promise
    icon: str
    tone: str


PAUSED = Health(gettext_lazy("Paused"), "player-pause", "stage-closed")
ASKED = Health(gettext_lazy("Being tried"), "progress", "clock-soon")
FAILING = Health(gettext_lazy("Not reached"), "alert-circle", "clock-late")
WELL = Health(gettext_lazy("In order"), "circle-check", "clock-met")
NEW = Health(gettext_lazy("Not tried yet"), "hourglass", "stage-closed")
BROUGHT = Health(gettext_lazy("Ready"), "circle-check", "clock-met")


@dataclass(frozen=True, slots=True)
class Shown:
    """A mailbox as the pages draw it.

    Args:
        row: as it was read.
        health: how it is.
        trouble: what is wrong, in a sentence; empty where nothing is.
        way: how its mail comes.
    """

    row: MailboxRow
    health: Health
    trouble: str
    way: Promise


@require_safe
def mailboxes(request: TimshelRequest) -> HttpResponse:
    """List the mailboxes, with how each is."""
    token = live.token()
    rows = queries.mailbox_list(actor=request.actor)
    context = {
        "mailboxes": [_shown(row) for row in rows],
        "live_token": token,
        "live_regions": [actions.MAILBOXES_REGION],
    }
    return render(request, "administration/mailboxes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_mailbox(request: TimshelRequest) -> HttpResponse:
    """Show the form of another mailbox, or make it."""
    require_keep_mailboxes(request.actor)
    return _keep(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: TimshelRequest, code: str) -> HttpResponse:
    """Show how a mailbox is and its form, or change it."""
    return _keep(request, queries.mailbox_kept(code, actor=request.actor))


@require_POST
def try_mailbox(request: TimshelRequest, code: str) -> HttpResponse:
    """Have the connection tried; the page says what came of it."""
    actions.ask_mailbox(code, actor=request.actor, at=request.at)
    messages.info(request, _("The connection is being tried. What came of it will stand here."))
    return redirect("mailbox", code)


@require_POST
def pause_mailbox(request: TimshelRequest, code: str) -> HttpResponse:
    """Take no more mail from a mailbox."""
    actions.pause_mailbox(code, actor=request.actor, at=request.at)
    messages.success(request, _("Paused. Mail waits at the mail server until you go on."))
    return redirect("mailbox", code)


@require_POST
def resume_mailbox(request: TimshelRequest, code: str) -> HttpResponse:
    """Take mail from a mailbox again."""
    actions.resume_mailbox(code, actor=request.actor, at=request.at)
    messages.success(request, _("Mail is taken again."))
    return redirect("mailbox", code)


def _keep(request: TimshelRequest, standing: MailboxRow | None) -> HttpResponse:
    token = live.token()
    given = request.POST if request.method == "POST" else None
    form = MailboxForm(request.actor, given, standing=standing)
    if request.method == "POST" and form.is_valid():
        code = standing.code if standing else form.cleaned_data["code"]
        if refusing(form, lambda: _kept(request, form, code)):
            messages.success(request, _("Saved."))
            return redirect("mailbox", code)
    context = {
        "form": form,
        "mailbox": _shown(standing) if standing else None,
        "may_set_rules": request.actor.may_somewhere(CONFIGURE),
        "live_token": token,
        "live_regions": [actions.MAILBOXES_REGION] if standing else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "administration/mailbox.html", context, status=status)


def _kept(request: TimshelRequest, form: MailboxForm, code: str) -> int:
    # Keeping is making or changing: whoever makes something new does not mean to change another.
    if form.standing is None and queries.mailbox_by_code(code) is not None:
        raise Invalid({"code": [_("This code is taken.")]})
    return actions.keep_mailbox(
        code,
        content=form.content(),
        secrets=form.secrets(),
        actor=request.actor,
        at=request.at,
    )


def _shown(row: MailboxRow) -> Shown:
    trouble = str(SENTENCES[row.trouble]) if row.trouble else ""
    return Shown(row, _health(row), trouble, WAYS[row.way])


def _health(row: MailboxRow) -> Health:
    if not row.is_active:
        return PAUSED
    if row.way is MailboxWay.DELIVERED:
        return BROUGHT
    if row.is_asked:
        return ASKED
    if row.trouble:
        return FAILING
    return WELL if row.last_success_at else NEW
