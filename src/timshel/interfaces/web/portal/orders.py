"""Asking for something: its form, step by step, kept as typed, looked over once, and sent once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.answering import Asking, Posted, read_post, step_context
from timshel.interfaces.web.catalogue_words import ASK, ShownTile, shown_tiles
from timshel.interfaces.web.forms import form_owner
from timshel.interfaces.web.portal.order_calls import CallAsked, call_asked, tie
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Conflict, Invalid, NotAllowed
from timshel.kernel.forms import Form, Shown, defaults, display, form_from
from timshel.kernel.idempotency.actions import once
from timshel.relationship_agreement.service_level.queries.delivery import delivery_promises
from timshel.resolution_fulfilment.service_request import access, actions, queries
from timshel.resolution_fulfilment.service_request.actions import Order, Typed
from timshel.service_portfolio.catalogue.queries import OrderPage, offering_for, orderable
from timshel.service_portfolio.catalogue.queries.page import offering_page
from timshel.service_portfolio.catalogue.queries.references import references_for

CHECK = "check"
"""The last look at everything before it is sent; no step of a form has this name."""


@dataclass(frozen=True, slots=True)
class Filling:
    """An order that somebody fills in.

    Args:
        page: what is ordered.
        asking: its form, for whom it is filled in.
        raw: what stands in it.
        parts: the chosen parts of a bundle; None where nobody chose.
        requester_id: for whom, where that is somebody else.
        requester: the name of that person.
        has_draft: whether something of it is kept.
        call: the call during which a helper asks for it in the caller's name, if any.
    """

    page: OrderPage
    asking: Asking
    raw: Mapping[str, Any]
    parts: Sequence[str] | None
    requester_id: int | None
    requester: str
    has_draft: bool
    call: CallAsked | None = None

    def steps(self) -> tuple[str, ...]:
        """Return the keys of the steps that are asked, and the last look where one is needed."""
        asked = self.asking.read(self.raw).visible.steps
        return asked if len(asked) == 1 and not self.page.parts else (*asked, CHECK)


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: TimshelRequest, code: str) -> HttpResponse:
    """Show a step of an order, keep what was typed into it, and send it at the end."""
    filling = _filling(request, code)
    step = _step(request, filling)
    if request.method != "POST":
        return _page(request, filling, step, errors=None, status=200)
    if step == CHECK:
        return _checked(request, filling)
    posted = read_post(request, filling.asking, step, filling.raw)
    _keep(request, filling, posted.raw, step=step)
    if posted.is_saving:
        return HttpResponse(status=204)
    filling = replace(filling, raw=posted.raw, has_draft=True)
    if not posted.is_complete:
        status = 200 if posted.is_again else 422
        return _page(request, filling, step, errors=posted, status=status)
    steps = filling.steps()
    if step == steps[-1]:
        return _send(request, filling, step)
    return _to(request, code, steps[steps.index(step) + 1])


@require_safe
def by_purpose(request: TimshelRequest, purpose: str) -> HttpResponseRedirect:
    """Lead to where one shares an idea, complains, or asks a question."""
    code = offering_for(purpose, actor=request.actor, at=request.at)
    return HttpResponseRedirect(reverse("order", args=[code]))


@require_POST
def discard(request: TimshelRequest, code: str) -> HttpResponse:
    """Throw an order away that was not sent."""
    actions.discard_request_draft(code, actor=request.actor, at=request.at)
    messages.success(request, _("What you had filled in is gone."))
    return HttpResponseRedirect(reverse("portal-home"))


@require_POST
def again(request: TimshelRequest, number: str) -> HttpResponse:
    """Begin an order with the answers of an earlier request."""
    code, raw = queries.answers_to_repeat(number, actor=request.actor)
    actions.save_request_draft(code, typed=Typed(raw), actor=request.actor, at=request.at)
    return HttpResponseRedirect(reverse("order", args=[code]))


def _filling(request: TimshelRequest, code: str) -> Filling:
    """Return what is filled in: the draft, or the form's own beginning."""
    actor, at = request.actor, request.at
    draft = queries.request_draft(code, actor=actor)
    wanted_for = _wanted_for(request, draft)
    page = orderable(code, actor=actor, at=at, for_person_id=wanted_for)
    facts = queries.facts_of(wanted_for or actor.person_id)
    today = actor.day_at(at)
    form = form_from(page.item.form) if page.item.form else Form(code="", title="")
    same_person = draft is not None and draft.requester_id == wanted_for
    asking = Asking(
        form=form,
        requester=facts,
        references=references_for(actor),
        language=actor.language,
        today=today,
        owner=actor.person_id,
        save_url=request.get_full_path(),
    )
    began = defaults(form, facts, today)
    raw = began if draft is None else draft.raw if same_person else {**draft.raw, **began}
    return Filling(
        page=page,
        asking=asking,
        raw=raw,
        parts=draft.parts if draft else None,
        requester_id=wanted_for,
        requester=str(facts["name"]) if wanted_for else "",
        has_draft=draft is not None,
        call=call_asked(request, requester_id=wanted_for),
    )


def _wanted_for(request: TimshelRequest, draft: queries.DraftView | None) -> int | None:
    """Return for whom it is, where that is somebody else: as just chosen, or as kept."""
    if "for" not in request.GET:
        return draft.requester_id if draft else None
    code = request.GET["for"].replace("\0", "")
    if not code:
        return None
    if not request.actor.may_somewhere(access.ORDER_FOR_OTHERS):
        raise NotAllowed
    return queries.colleague_id(code, actor=request.actor)


def _step(request: TimshelRequest, filling: Filling) -> str:
    """Return the step that the address names; the first one where there is none of that name.

    Nobody looks at a later step before anything is filled in, as when going back after sending.
    """
    steps = filling.steps()
    named = request.GET.get("step", "")
    is_begun = filling.has_draft or request.method == "POST"
    return named if named in steps and is_begun else steps[0]


def _keep(
    request: TimshelRequest,
    filling: Filling,
    raw: Mapping[str, Any],
    *,
    step: str,
    parts: Sequence[str] | None = None,
) -> None:
    typed = Typed(
        raw=raw,
        parts=filling.parts if parts is None else parts,
        step=step,
        requester_id=filling.requester_id,
    )
    actions.save_request_draft(
        filling.page.item.code, typed=typed, actor=request.actor, at=request.at
    )


def _checked(request: TimshelRequest, filling: Filling) -> HttpResponse:
    """Keep which parts were chosen, and send it unless only that was wanted."""
    chosen = request.POST.getlist("part") if filling.page.is_bundle else None
    _keep(request, filling, filling.raw, step=CHECK, parts=chosen)
    return _send(request, replace(filling, parts=chosen, has_draft=True), CHECK)


def _send(request: TimshelRequest, filling: Filling, step: str) -> HttpResponse:
    """Send the order, once for each page that was shown; where it is refused, say at which step."""
    actor, at = request.actor, request.at
    wanted = Order(
        offering=filling.page.item.code,
        raw=filling.raw,
        parts=filling.parts,
        requester_id=filling.requester_id,
        channel=filling.call.channel if filling.call else None,
        references=filling.asking.references,
    )

    def send() -> str:
        number = actions.order(wanted, actor=actor, at=at).number
        if filling.call:
            tie(filling.call, number, actor=actor, at=at)
        return number

    asked = {"raw": filling.raw, "parts": filling.parts, "for": filling.requester_id}
    try:
        number, _again = once(
            request.POST.get("once", ""),
            send,
            owner=form_owner(request),
            content=json.dumps(asked, sort_keys=True, default=str).encode(),
            at=at,
        )
    except Invalid as refusal:
        return _refused(request, filling, step, refusal)
    except Conflict:
        sent = _("You have sent this before; that request is kept. Send again for another one.")
        messages.warning(request, sent)
        return _page(request, filling, step, errors=None, status=409)
    thanks = _("Thank you. Your number is %(number)s; we confirm it by mail.")
    messages.success(request, thanks % {"number": number})
    return HttpResponseRedirect(reverse("case", args=[number]))


def _refused(
    request: TimshelRequest, filling: Filling, step: str, refusal: Invalid
) -> HttpResponse:
    """Show the first step in which something is wrong, with what is wrong."""
    fields = {name.partition(".")[0] for name in refusal.fields}
    for each in filling.asking.form.steps:
        if fields & {field.key for field in each.fields}:
            return _page(request, filling, each.key, errors=refusal, status=422)
    for texts in refusal.fields.values():
        for text in texts:
            messages.error(request, str(text))
    return _page(request, filling, step, errors=None, status=422)


def _page(
    request: TimshelRequest,
    filling: Filling,
    step: str,
    *,
    errors: Posted | Invalid | None,
    status: int,
) -> HttpResponse:
    actor, at = request.actor, request.at
    page = filling.page
    offering = offering_page(page.item.code, actor=actor, at=at)
    tiles = [offering.tile, *(part.tile for part in offering.parts)]
    promises = delivery_promises([(tile.id, tile.service_id) for tile in tiles], actor=actor, at=at)
    shown = {
        each.tile.code: each
        for each in shown_tiles(tiles, promises=promises, language=actor.language)
    }
    steps = filling.steps()
    who = request.GET.get("who", "").replace("\0", "").strip()[:80]
    helps = actor.may_somewhere(access.ORDER_FOR_OTHERS)
    context = {
        "filling": filling,
        "item": page.item,
        "shown": shown[page.item.code],
        "ask_label": ASK[page.item.purpose],
        "step_key": step,
        "is_check": step == CHECK,
        "is_last": step == steps[-1],
        "steps": _progress(filling, steps, step),
        "previous": steps[steps.index(step) - 1] if step in steps[1:] else "",
        "step": None if step == CHECK else _step_view(filling, step, errors),
        "answers": _answers(filling) if step == CHECK else (),
        "parts": _parts(filling, shown) if step == CHECK else (),
        "may_order_for_others": helps,
        "who": who,
        "people": filling.asking.references.matching("person", who) if helps and who else (),
        "once": uuid.uuid4().hex,
    }
    return render(request, "portal/order.html", context, status=status)


def _step_view(filling: Filling, step: str, errors: Posted | Invalid | None) -> Any:
    wrong: Mapping[str, Any] = {}
    if isinstance(errors, Posted):
        wrong = errors.shown_errors
    elif errors is not None:
        wrong = {name: [str(text) for text in texts] for name, texts in errors.fields.items()}
    return step_context(filling.asking, step, filling.raw, wrong)


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """A step of the order in the line above it."""

    key: str
    title: str
    is_here: bool
    is_done: bool


def _progress(filling: Filling, steps: Sequence[str], here: str) -> list[ProgressStep]:
    if len(steps) < 2:
        return []
    place = steps.index(here) if here in steps else 0
    titles = {
        each.key: each.text("title", filling.asking.language) for each in filling.asking.form.steps
    }
    titles[CHECK] = _("Check and send")
    return [
        ProgressStep(key, titles[key], key == here, number < place)
        for number, key in enumerate(steps)
    ]


def _answers(filling: Filling) -> tuple[Shown, ...]:
    asking = filling.asking
    reading = asking.read(filling.raw)
    return display(
        asking.form, reading.answers, language=asking.language, references=asking.references
    )


@dataclass(frozen=True, slots=True)
class OrderedPart:
    """A part of a bundle, to be chosen or left out."""

    code: str
    name: str
    shown: ShownTile
    is_optional: bool
    is_chosen: bool


def _parts(filling: Filling, shown: Mapping[str, ShownTile]) -> list[OrderedPart]:
    return [
        OrderedPart(
            code=part.item.code,
            name=part.item.name,
            shown=shown[part.item.code],
            is_optional=part.optional,
            is_chosen=part.chosen if filling.parts is None else part.item.code in filling.parts,
        )
        for part in queries.parts_meant(
            filling.page, filling.asking.read(filling.raw).answers, filling.asking.requester
        )
        if part.item.code in shown
    ]


def _to(request: TimshelRequest, code: str, step: str) -> HttpResponseRedirect:
    query = request.GET.copy()
    query["step"] = step
    return HttpResponseRedirect(f"{reverse('order', args=[code])}?{query.urlencode()}")
